"""Whose pages these are: the newsroom's name, publisher, logo and legal links, as `manage.py setup` has kept them.

They are settings, read at each start. Nothing made at release holds them but a share card, which names its newsroom
and is exchanged when that is called otherwise (`coverage.publishing.card_drawing`).
"""

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext

LOGO = "house/logo.png"


def legal_links() -> list[tuple[str, str]]:
    """What each is called, in the language that is active, and where it is."""
    words = {
        "about": gettext("About us"),
        "contact": gettext("Contact"),
        "imprint": gettext("Imprint"),
        "privacy": gettext("Privacy"),
        "terms": gettext("Terms of use"),
        "accessibility": gettext("Accessibility"),
    }
    return [(words[kind], address) for kind, address in settings.LEGAL_LINKS.items()]


def logo() -> dict | None:
    """Its path, and its width and height in pixels; None without one."""
    if not settings.LOGO:
        return None
    width, height = settings.LOGO
    return {"url": static(LOGO), "width": width, "height": height}


def says() -> list:
    """All of it: pages that say another are another build's."""
    own = [settings.NEWSROOM_NAME, settings.PUBLISHER, settings.LEGAL_LINKS, settings.NEWSROOM_LANGUAGES[0]]
    return [*own, settings.LOGO]
