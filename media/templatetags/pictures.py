"""The one place that prints a picture of ours for readers."""

from django import template
from django.utils.translation import gettext

from media.picture import Picture

register = template.Library()

# The text column is 44rem wide; below that a picture is as wide as the window.
SIZES = "(min-width: 46rem) 44rem, 100vw"


@register.inclusion_tag("media/picture.html")
def picture(shown: Picture | None, *, sizes: str = SIZES) -> dict:
    """`{% picture p %}`: figure, sources, alternative text, caption and credit. Nothing at all for None.

    `sizes` where it stands in a narrower place. It loads when it comes near; a page has its first one at once.
    """
    if not shown:
        return {}
    return {
        "shown": shown,
        "avif": _srcset(shown, "avif"),
        "jpeg": _srcset(shown, "jpeg"),
        "fallback": shown.fallback() if shown.place == "shown" else None,
        "people": _from_left(shown.people),
        "sizes": sizes,
    }


def _srcset(shown: Picture, format: str) -> str:
    return ", ".join(f"{source.url} {source.width}w" for source in shown.of_format(format))


def _from_left(people: tuple[str, ...]) -> str:
    if len(people) > 1:
        return gettext("From left: %(names)s.") % {"names": ", ".join(people)}
    return "".join(f"{name}." for name in people)
