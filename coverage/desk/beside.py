"""Pages beside a thing's form: a verb's, a comparison, a report. They stand in the same frame."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def page_beside(
    admin, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, rendered in the current zone; `context` has its `title`."""
    frame = {**admin.admin_site.each_context(request), "opts": admin.opts}
    return TemplateResponse(request, template, {**frame, **context}, status=status).render()


def key_sent(request: HttpRequest, name: str) -> int:
    """The key of a row that a button names; 0, which no row has, for what is none."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
