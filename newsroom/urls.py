"""Every address of the newsroom, door by door."""

from django.contrib import admin
from django.urls import path

from newsroom import health

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("admin/", admin.site.urls),
]
