"""Where readers' browsers follow an event and leave it."""

from django.urls import path

from coverage.following import pages

app_name = "following"
urlpatterns = [
    path("events/<slug:event>/follow/", pages.follow, name="follow"),
    path("events/<slug:event>/follow/leave/", pages.leave, name="leave"),
    path("push/moved/", pages.moved, name="moved"),
    path("push-worker.js", pages.worker, name="worker"),
]
