"""Posts at the desk: saved through the filing verb, moved by the verbs, shown as readers would see them."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone

from coverage.desk.adding import given_id
from coverage.desk.admin_pages import DeskAdmin, audit_of
from coverage.desk.comparing import bring_back_view, compare_page, waiting_for_readers
from coverage.desk.likely import likely_event
from coverage.desk.post_form import KeynoteSelect, PostForm, body_widget, post_fields, rows_stand
from coverage.desk.post_list import PostListMixin, with_signs
from coverage.desk.post_merge import merge, take_chosen
from coverage.desk.post_preview import preview, preview_picture
from coverage.desk.post_rows import PictureRows, QuoteRows, SpeakerRows
from coverage.desk.post_verbs import act, to_form, verb_page
from coverage.desk.sent_again import lead_into_merge, says_more, says_the_same
from coverage.desk.shared_previews import links_page
from coverage.desk.taking_over import may_take_over, take_over_view
from coverage.desk.typed_form import TypingAdmin
from coverage.desk.typed_pages import others_at, who_edits
from coverage.desk.verbs import Button, buttons_for
from coverage.desk.withdrawal import withdrawal_page
from coverage.desk.zones import EventSelect
from coverage.models import Event, Post, Revision
from coverage.publishing import filing
from coverage.publishing.access import events_for, may_edit, own_posts, posts_for
from coverage.publishing.checks import points
from coverage.publishing.previews import links_of
from coverage.publishing.publication import post_by_id
from coverage.publishing.reach import keynotes_for
from coverage.record.models import EventHead
from newsroom.editorial.people import User


class PostAdmin(PostListMixin, TypingAdmin, DeskAdmin):
    form = PostForm
    inlines = (SpeakerRows, QuoteRows, PictureRows)
    fieldsets = (
        (None, {"fields": ("event", ("keynote", "outside_keynote"), "headline", "body")}),
        (
            "Details",
            {"fields": (("kind", "byline"), ("happened_at", "embargo_until"), "key_event")},
        ),
    )

    # What a person reaches

    def get_queryset(self, request: HttpRequest):
        posts = posts_for(request.user).select_related("event", "keynote", "author")
        return with_signs(posts).order_by(*self.get_ordering(request))

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_edit(request.user, obj))

    def has_view_permission(self, request, obj=None) -> bool:
        return super().has_view_permission(request) and (
            obj is None or posts_for(request.user).filter(pk=obj.pk).exists()
        )

    def tells_all(self, request: HttpRequest) -> bool:
        """Its author has all of it beside the form: every revision and note."""
        return True

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "event":
            kwargs |= {"queryset": events_for(request.user), "widget": EventSelect}
        if db_field.name == "keynote":
            kwargs |= {"queryset": keynotes_for(request.user), "widget": KeynoteSelect}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # The form

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("event", "time_of_post") if obj.first_released_at else ("event",)

    def get_fieldsets(self, request, obj=None):
        """The time of a released post is settled: it is shown, not asked."""
        if obj is None or not obj.first_released_at:
            return self.fieldsets
        (first, second) = self.fieldsets
        return (
            first,
            (second[0], {"fields": (("kind", "byline"), ("time_of_post", "embargo_until"), "key_event")}),
        )

    @admin.display(description="Happened at")
    def time_of_post(self, post: Post) -> str:
        at = post.happened_at or (None if post.time_unknown else post.first_released_at)
        return f"{at.astimezone(post.event.zone):%-d %b %Y, %H:%M:%S}" if at else "not known"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "body":
            kwargs["widget"] = body_widget()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "event":
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = (
                False
            )
        return field

    def get_changeform_initial_data(self, request) -> dict[str, Any]:
        event = likely_event(request)
        return {"event": event and event.pk, **super().get_changeform_initial_data(request)}

    def zone_of(self, obj: Post | None) -> zoneinfo.ZoneInfo | None:
        return obj.event.zone if obj else None

    def page_zone(self, request, object_id) -> zoneinfo.ZoneInfo:
        """On a new post's page the zone of the event chosen there; it can change until the form is sent."""
        event = None if object_id else likely_event(request)
        return event.zone if event else super().page_zone(request, object_id)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        post = post_by_id(obj.pk) if change and obj else _new_post(likely_event(request), request.user)
        saves = add or may_edit(request.user, post)
        context["buttons"] = buttons_for(request.user, post, saves=saves) if post else []
        context["may_edit"] = saves
        writer = request.user if add else post.author
        if post and not add:
            content = (post.pinned_revision or post.latest_revision()).content
            context["points"] = points(post, content) if may_publish_it(context["buttons"]) else []
        context["nameless"] = bool(writer and not writer.printed_byline() and (add or not post.byline))
        if add:
            context["new_id"] = context["adminform"].form.post_id
        context["typing"] = self.typing(request, None if add else post, str(context.get("new_id", "")))
        if hasattr(request, "taken"):
            context["errors"] = None  # nothing was refused
        if not add:
            context["post"] = post
            context["seen_revision"] = request.POST.get("_revision") or _revision_number(
                request.seen_revision
            )
            with timezone.override(post.event.zone):
                context["present"] = who_edits(others_at(post, request.user))
            context["take_over"] = may_take_over(request.user, post)
            context["public_url"] = public_url(post)
            context["for_readers"] = waiting_for_readers(post)
            context["preview_links"] = links_of(post)
            context["revisions"] = post.revisions.select_related("by")[:20]
            context["audit"] = audit_of(post)[:12]
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Two people at one post

    def get_object(self, request, object_id, from_field=None) -> Post | None:
        post = super().get_object(request, object_id, from_field)
        if post is not None and not hasattr(request, "seen_revision"):
            request.seen_revision = post.newest_revision
        return post

    def meet(self, request: HttpRequest, object_id: str) -> None:
        request.merge = merge(self, request, post_by_id(object_id))

    def conflict(self, request: HttpRequest, context: dict, standing: Post) -> dict[str, Any]:
        merged = request.merge
        return {"merge": merged, "seen_version": merged.version, "seen_revision": merged.revision}

    # Saving: the filing verb does it

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        if request.method == "POST" and object_id:
            self._take_chosen(request, object_id)
        response = super().changeform_view(request, object_id, form_url, extra_context)
        return self.say_settled(request, response)

    def shown(self, request, object_id, form_url, extra_context) -> HttpResponse:
        if request.method == "GET" and "typed" in request.GET:
            self.take_back(request, object_id)
        return super().shown(request, object_id, form_url, extra_context)

    def _take_chosen(self, request: HttpRequest, object_id: str) -> None:
        post = self.get_object(request, object_id)
        if post is not None and self.has_change_permission(request, post):
            with timezone.override(self.page_zone(request, object_id)):
                take_chosen(self, request, post)

    def stale(self, request: HttpRequest, object_id: str | None) -> None:
        """Never beforehand: a form that changes nothing is fresh enough, and its rows name nothing that may be gone."""

    def made_already(self, request: HttpRequest) -> Post | None:
        given = given_id(request.POST.get("_id"))
        return own_posts(request.user).filter(pk=given).first() if given else None

    def answer_repeat(self, request: HttpRequest, post: Post) -> HttpResponse:
        """A verb is used only if the form says what stands: nobody publishes words other than those she sent."""
        post = post_by_id(post.pk)
        if "_verb" in request.POST:
            if not says_the_same(self, request, post):
                return lead_into_merge(request, post)
            return act(self, request, post, request.POST["_verb"], version=post.version)
        if says_more(self, request, post):
            return lead_into_merge(request, post)
        messages.info(request, "It is saved already.")
        return to_form(post)

    def save_model(self, request, obj, form, change) -> None:
        """Nothing: `save_related` hands form and rows to the filing verb together."""

    def save_related(self, request, form, formsets, change) -> None:
        fields = post_fields(form, formsets)
        if change:
            self._update(request, post_by_id(form.instance.pk), form, fields)
        else:
            form.instance.pk = form.post_id
            filing.create_post(form.cleaned_data["event"], by=request.user, post_id=form.post_id, **fields)
            request.version_after, request.saved = None, True
        self.settle_typed(request, post_by_id(form.instance.pk) if change else None)

    def _update(self, request, post: Post, form: PostForm, fields: dict) -> None:
        seen = _number(request.POST.get("_version"))
        unchanged = not form.changed_data and rows_stand(post, fields)
        if (
            unchanged
        ):  # nothing to save, whoever changed it meanwhile; a verb is still guarded by what she saw
            request.version_after, request.saved = seen, False
            return
        filing.update_post(post, by=request.user, version=seen, **fields)
        request.version_after, request.saved = post.version, True

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        return self._respond(request, obj)

    def response_change(self, request, obj) -> HttpResponse:
        return self._respond(request, obj)

    def _respond(self, request: HttpRequest, obj: Post) -> HttpResponse:
        if "_verb" in request.POST:
            post = post_by_id(obj.pk)
            return act(self, request, post, request.POST["_verb"], version=request.version_after)
        messages.success(request, "Saved." if getattr(request, "saved", True) else "Nothing had changed.")
        if "_save" in request.POST:
            return HttpResponseRedirect(reverse("admin:coverage_post_changelist"))
        return to_form(obj)

    # Pages beside the form

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<uuid:post_id>/preview/", view(self.preview_view), name="coverage_post_preview"),
            path(
                "<uuid:post_id>/pictures/<uuid:image_id>/",
                view(self.picture_view, cacheable=True),
                name="coverage_post_picture",
            ),
            path("<uuid:post_id>/compare/", view(self.compare_view), name="coverage_post_compare"),
            path("<uuid:post_id>/bring-back/", view(self.bring_back_view), name="coverage_post_bring_back"),
            path("<uuid:post_id>/take-over/", view(self.take_over_view), name="coverage_post_take_over"),
            path("<uuid:post_id>/verb/<slug:name>/", view(self.verb_view), name="coverage_post_verb"),
            path("<uuid:post_id>/previews/", view(self.previews_view), name="coverage_post_previews"),
            path("<uuid:post_id>/withdrawal/", view(self.withdrawal_view), name="coverage_post_withdrawal"),
            *super().get_urls(),
        ]

    def preview_view(self, request, post_id) -> HttpResponse:
        return preview(request, self._reached(request, post_id))

    def picture_view(self, request, post_id, image_id) -> HttpResponseBase:
        return preview_picture(self._reached(request, post_id), image_id)

    def previews_view(self, request, post_id) -> HttpResponse:
        return links_page(self, request, self._reached(request, post_id))

    def compare_view(self, request, post_id) -> HttpResponse:
        return compare_page(self, request, self._reached(request, post_id))

    def bring_back_view(self, request, post_id) -> HttpResponse:
        return bring_back_view(request, self._reached(request, post_id))

    def take_over_view(self, request, post_id) -> HttpResponse:
        return take_over_view(request, self._reached(request, post_id))

    def verb_view(self, request, post_id, name: str) -> HttpResponse:
        return verb_page(self, request, self._reached(request, post_id), name)

    def withdrawal_view(self, request, post_id) -> HttpResponse:
        return withdrawal_page(self, request, self._reached(request, post_id))

    def _reached(self, request: HttpRequest, post_id) -> Post:
        if not posts_for(request.user).filter(pk=post_id).exists():
            raise Http404("There is no such post, or it is not yours.")
        return post_by_id(post_id)


def may_publish_it(buttons: list[Button]) -> bool:
    """Whether what an event checks before publishing concerns whoever sees these buttons."""
    return any(button.verb.name in ("publish", "schedule", "approve", "correct") for button in buttons)


def _new_post(event: Event | None, author: User) -> Post | None:
    """A draft as it would be made: says which verbs to offer beside an empty form."""
    return Post(event=event, author=author) if event else None


def public_url(post: Post) -> str:
    """Where readers find it, or what became of it; empty before the first release."""
    if not post.public_id:
        return ""
    slug = EventHead.objects.values_list("slug", flat=True).get(desk_id=post.event_id)
    return f"{settings.PUBLIC_URL}/events/{slug}/posts/{post.public_id}/"


def _revision_number(pk: int | None) -> int | None:
    return Revision.objects.filter(pk=pk).values_list("number", flat=True).first()


def _number(text: str | None) -> int:
    """The version in a form; one that is missing is nobody's version."""
    return int(text) if text and text.isdigit() else -1
