"""The reporter's addresses, all below `/field/`."""

from django.urls import path

from coverage.field import app, correcting, devices, home, join, keynotes, posts, previews, steps

app_name = "field"
urlpatterns = [
    path("", home.home, name="home"),
    path("app/", app.app_page, name="app"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("share/", app.share, name="share"),
    path("worker.js", app.worker, name="worker"),
    path("devices/", devices.devices_page, name="devices"),
    path("sign-out/", devices.sign_out, name="sign-out"),
    path("join/<str:secret>/", join.join_page, name="join"),
    path("filings/", home.filings, name="filings"),
    path("posts/<uuid:post_id>/", posts.post_page, name="post"),
    path("posts/<uuid:post_id>/correct/", correcting.correct_page, name="correct"),
    path("posts/<uuid:post_id>/<slug:verb>/", steps.step_page, name="step"),
    path("events/<slug:event>/keynotes/<slug:keynote>/<slug:verb>/", keynotes.press_page, name="press"),
    path("photos/<uuid:image_id>/", previews.preview, name="photo"),
]
