"""Every address below `/api/v1/`."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from coverage.api import events, field, images, keynote_verbs, login, post_verbs, posts, programme
from coverage.api.nowhere import NowhereView
from coverage.publishing.presses import PRESSES
from newsroom.editorial.workflow import EVENT_VERBS, POST_VERBS

urlpatterns = [
    path("auth/login/", login.LoginView.as_view(), name="api-login"),
    path("auth/logout/", login.LogoutView.as_view(), name="api-logout"),
    path("field/", field.FieldView.as_view(), name="api-field"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("posts/", posts.PostListView.as_view(), name="api-posts"),
    path("posts/<uuid:post_id>/", posts.PostView.as_view(), name="api-post"),
    *[
        path(
            f"posts/<uuid:post_id>/{name}/",
            post_verbs.PostVerbView.as_view(verb=verb),
            name=f"api-post-{name}",
        )
        for name, verb in POST_VERBS.items()
    ],
    re_path(r"^posts/(?P<public_id>[a-z0-9]{10})/$", posts.PublicPostView.as_view(), name="api-public-post"),
    path("images/", images.ImageListView.as_view(), name="api-images"),
    path("images/<uuid:image_id>/", images.ImageDoor.as_view(), name="image"),
    path("images/<uuid:image_id>/original/", images.OriginalDoor.as_view(), name="api-image-original"),
    path("images/<uuid:image_id>/upload/", images.UploadDoor.as_view(), name="api-image-upload"),
    path(
        "images/<uuid:image_id>/original/upload/",
        images.OriginalUploadDoor.as_view(),
        name="api-original-upload",
    ),
    path("images/<slug:folder>/", images.PublicImageView.as_view(), name="api-public-image"),
    path("events/", events.EventListView.as_view(), name="api-events"),
    path("events/<slug:event>/", events.EventView.as_view(), name="api-event"),
    *[
        path(
            f"events/<slug:event>/{name}/", events.EventVerbView.as_view(verb=verb), name=f"api-event-{name}"
        )
        for name, verb in EVENT_VERBS.items()
    ],
    path("keynotes/", programme.KeynoteListView.as_view(), name="api-keynotes"),
    path("events/<slug:event>/keynotes/<slug:keynote>/", programme.KeynoteView.as_view(), name="api-keynote"),
    *[
        path(
            f"events/<slug:event>/keynotes/<slug:keynote>/{name}/",
            (keynote_verbs.LateView if name == "late" else keynote_verbs.KeynoteVerbView).as_view(verb=press),
            name=f"api-keynote-{name}",
        )
        for name, press in PRESSES.items()
    ],
    path("speakers/", programme.SpeakerListView.as_view(), name="api-speakers"),
    path("speakers/<slug:speaker>/", programme.SpeakerView.as_view(), name="api-speaker"),
    re_path(r"", NowhereView.as_view()),
]
