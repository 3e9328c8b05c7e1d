"""The page for a form whose token is old: what happened, and where what was typed still is. Nothing here writes."""

from urllib.parse import urlsplit

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.cache import never_cache

from coverage.desk.site import admin_policy

# Forms whose words are kept as they are typed, as the page calls them.
KEPT = {
    "coverage_post_add": "the post’s form",
    "coverage_post_change": "the post’s form",
    "coverage_event_wrap": "the wrap’s form",
}


@never_cache
@admin_policy
def old_form(request: HttpRequest) -> HttpResponse:
    """Answers 403: Django refused a form sent to the desk, mostly because its sender signed in again meanwhile."""
    kept = _kept(request.path)
    context = {
        **site.each_context(request),
        "title": "Nothing was saved",
        "kept": kept,
        "page": request.path if kept else _page_of(request),
    }
    request.current_app = site.name
    return render(request, "admin/old_form.html", context, status=403)


def _kept(path: str) -> str:
    """The form of this page, if what is typed in it is kept; else empty."""
    try:
        return KEPT.get(resolve(path).url_name, "")
    except Resolver404:
        return ""


def _page_of(request: HttpRequest) -> str:
    """The page of the desk that held the form, as the browser names it; else the first page."""
    first, came = reverse("admin:index"), urlsplit(request.headers.get("Referer", ""))
    is_ours = came.netloc == request.get_host() and came.path.startswith(first)
    return came.path + (f"?{came.query}" if came.query else "") if is_ours else first
