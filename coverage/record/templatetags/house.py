"""Whose page it is: its name, and what its head and foot have of it."""

from django import template
from django.conf import settings

from coverage.record import house

register = template.Library()


@register.simple_tag
def house_name() -> str:
    return settings.NEWSROOM_NAME


@register.inclusion_tag("house/mark.html")
def house_mark() -> dict:
    """The logo, or the name where there is none."""
    return {"name": settings.NEWSROOM_NAME, "logo": house.logo()}


@register.inclusion_tag("house/foot.html")
def house_foot() -> dict:
    """Who publishes, if that is another than the name of the page, and the legal links."""
    other = settings.PUBLISHER if settings.PUBLISHER != settings.NEWSROOM_NAME else ""
    return {"publisher": other, "links": house.legal_links()}
