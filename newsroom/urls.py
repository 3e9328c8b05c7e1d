"""Every address of the newsroom, door by door."""

from django.contrib import admin
from django.urls import include, path

from newsroom import health, metrics, security_txt

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("healthz/publishing", health.publishing),
    path("metrics", metrics.metrics),
    path(".well-known/security.txt", security_txt.security_txt),
    path("", include("coverage.desk.urls")),
    path("admin/", admin.site.urls),
    path("field/", include("coverage.field.urls")),
    path("api/v1/", include("coverage.api.urls")),
    path("", include("coverage.live.urls")),
    path("", include("coverage.error_reports.urls")),
    path("", include("coverage.following.urls")),
    path("", include("coverage.front.urls")),
]

handler404 = "coverage.front.errors.not_found"
handler500 = "coverage.front.errors.server_error"
