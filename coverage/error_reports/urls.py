"""Where a reader says what is wrong with a post."""

from django.urls import path

from coverage.error_reports import pages

app_name = "error_reports"
urlpatterns = [
    path("events/<slug:event>/posts/<slug:post>/report/", pages.report_page, name="report"),
    path("events/<slug:event>/posts/<slug:post>/report/sent/", pages.sent_page, name="sent"),
]
