"""What open pages follow."""

from django.urls import path

from coverage.live import updates

app_name = "live"
urlpatterns = [
    path("events/<slug:event>/live.json", updates.live, name="head"),
    path("events/<slug:event>/updates.json", updates.updates, name="updates"),
    path("events/<slug:event>/stream", updates.no_stream, name="stream"),
]
