"""Where the live desk's pages are."""

from django.contrib import admin
from django.urls import URLPattern, path

from coverage.desk.live_desk import composing, pages

VIEWS = (
    ("desk/", pages.index, "live_desk_index"),
    ("desk/<slug:event>/", pages.desk, "live_desk"),
    ("desk/<slug:event>/now/", pages.now, "live_desk_now"),
    ("desk/<slug:event>/compose/", composing.compose, "live_desk_compose"),
    ("desk/<slug:event>/hold/", pages.hold, "live_desk_hold"),
    ("desk/<slug:event>/alerts/<int:alert>/", pages.dismiss, "live_desk_dismiss"),
)


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Its addresses, below the admin's."""
    return [path(route, site.admin_view(view), name=name) for route, view, name in VIEWS]
