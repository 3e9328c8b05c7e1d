"""To be included below `/api/v1/`."""

from django.urls import path

from media.api import ImageView

urlpatterns = [path("images/<uuid:image_id>/", ImageView.as_view(), name="image")]
