"""Pictures at the desk: named after the posts that hold them, found by event, their times in the newsroom's zone."""

import zoneinfo
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from coverage.desk.admin_pages import DeskAdmin
from coverage.desk.leases import leases_for
from coverage.desk.picture_verbs import reinstate_page, tools_for, withdraw_page
from coverage.desk.versioned import VersionedAdmin
from coverage.desk.versions import digest
from coverage.desk.zones import desk_zone
from coverage.models import Event, Post, PostImage
from coverage.publishing.access import events_for, posts_for
from media.admin import ImageAdmin
from media.details import FIELDS
from media.models import Image
from newsroom.editorial.people import User
from newsroom.editorial.roles import edits_pictures

NOTHING = "–"


class EventFilter(admin.SimpleListFilter):
    """The pictures in the posts of one event."""

    title = "event"
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        held = PostImage.objects.filter(post__in=_posts_shown(request.user)).values("post__event")
        return [(str(event.pk), str(event)) for event in events_for(request.user).filter(pk__in=held)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        offered = {value for value, _ in self.lookup_choices}
        if self.value() not in offered:
            return queryset
        posts = _posts_shown(request.user).filter(event=self.value())
        return queryset.filter(pk__in=PostImage.objects.filter(post__in=posts).values("image"))


class PictureAdmin(VersionedAdmin, ImageAdmin):
    list_display = (*ImageAdmin.list_display[:2], "event", *ImageAdmin.list_display[2:])
    list_filter = (EventFilter, *ImageAdmin.list_filter)
    readonly_fields = (*ImageAdmin.readonly_fields, "posts")
    first_fields = ("posts", *ImageAdmin.first_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        rows = PostImage.objects.filter(post__in=_posts_shown(request.user)).select_related("post__event")
        rows = rows.annotate(is_reached=Exists(posts_for(request.user).filter(pk=OuterRef("post"))))
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("post_images", rows.order_by("pk"), to_attr="rows_shown"))
        )

    def version_of(self, standing: Image) -> str:
        """Of what people say of it: what happens to its files is nobody's save."""
        return digest([{name: getattr(standing, name) for name in FIELDS}])

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        if change:
            self.check_version(request, obj)
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        verbs = {"withdraw": withdraw_page, "reinstate": reinstate_page}

        def view(request: HttpRequest, image_id: UUID, page: Any) -> HttpResponseBase:
            return page(self, request, get_object_or_404(self.get_queryset(request), pk=image_id))

        return [
            *(
                path(f"<uuid:image_id>/{verb}/", wrap(view), {"page": page}, name=f"media_image_{verb}")
                for verb, page in verbs.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:
        context = {"title": "Pictures", "leases": leases_for(request.user), **(extra_context or {})}
        with timezone.override(desk_zone(request.user)):
            return _rendered(super().changelist_view(request, context))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Times are shown and typed in the newsroom's zone; a form is read in the zone it was shown in."""
        shown = request.POST.get("_zone", "")
        known = shown in zoneinfo.available_timezones()
        with timezone.override(zoneinfo.ZoneInfo(shown) if known else desk_zone(request.user)):
            return _rendered(super().changeform_view(request, *args, **kwargs))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any):
        obj = kwargs.get("obj")
        context |= {"zone_name": timezone.get_current_timezone_name(), "says_zone": True}
        if obj:
            context |= {
                "title": self.title(obj),
                "subtitle": None,
                "picture_tools": tools_for(request.user, obj),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def tells_all(self, request: HttpRequest) -> bool:
        """Whoever edits everybody's pictures sees on the page of its withdrawal which posts held it."""
        return edits_pictures(request.user)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None):
        """The audit, as of every other thing of the desk."""
        return DeskAdmin.history_view(self, request, object_id, extra_context)

    @admin.display(description="picture")
    def title(self, image: Image) -> str:
        """Its own words; a picture without any is called after the first post that holds it."""
        if image.caption or image.alt_text or not image.rows_shown:
            return str(image)
        return f"For “{_first_words(image.rows_shown[0].post)}”"

    @admin.display(description="event")
    def event(self, image: Image) -> str:
        events = dict.fromkeys(str(row.post.event) for row in image.rows_shown)
        return ", ".join(events) or NOTHING

    @admin.display(description="posts")
    def posts(self, image: Image) -> str:
        return format_html_join(mark_safe("<br>"), "{} · {}", map(_shown, image.rows_shown)) or NOTHING


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Now, while the zone is current."""
    return response.render() if isinstance(response, TemplateResponse) else response


def _posts_shown(person: User) -> QuerySet[Post]:
    """Hers, and those nobody here wrote in her events: an import's pictures wait for whoever has the files."""
    imported = Q(author=None, event__in=events_for(person).values("pk"))
    return Post.objects.filter(Q(pk__in=posts_for(person).values("pk")) | imported)


def _first_words(post: Post) -> str:
    return Truncator(post.headline or post.plain_body()).words(9)


def _shown(row: PostImage) -> tuple[str, Event]:
    """A post's first words, a link for whoever may open it, and its event."""
    words = _first_words(row.post)
    address = reverse("admin:coverage_post_change", args=[row.post_id])
    return format_html('<a href="{}">{}</a>', address, words) if row.is_reached else words, row.post.event
