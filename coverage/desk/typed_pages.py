"""The addresses a form's scripts talk to: keeping what is typed, discarding it, saying that one is here."""

import json
from typing import Any
from uuid import UUID

from django.contrib.admin import site
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coverage.desk import presence, typed
from coverage.desk.wrap.writing import sides_of
from coverage.models import Event, Post, Typed, Wrap
from coverage.publishing.access import events_for, may_edit, may_publish, posts_for
from coverage.publishing.publication import post_by_id
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User

SIGNED_OUT = "You are signed out. What you type stays in this browser: sign in again, and it is kept."


@never_cache
@require_http_methods(["GET", "POST"])
def keep_typed(request: HttpRequest) -> JsonResponse:
    """POST `{"page", "fields": [[name, value], …], "left"}` keeps a form; GET gives a token for who signed in again.

    `left`: it was found in the browser and is of a form that is closed; kept only if it says something new, and
    answered with the offer to take it back.
    """
    if not site.has_permission(request):
        return _refused(SIGNED_OUT, 401)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    try:
        page, fields, left = _read(request.body)
        thing = _thing(request, page)
        row = typed.keep(request.user, page, fields)
    except EditorialError as refused:
        return _refused(refused.message, refused.status)
    if not left:
        return JsonResponse({"kept": timezone.now().isoformat()})
    return JsonResponse({"offer": offer_shown(request, row, thing)})


def _read(body: bytes) -> tuple[str, typed.Fields, bool]:
    try:
        sent = json.loads(body)
        page, fields = sent["page"], [(name, value) for name, value in sent["fields"]]
        if not all(isinstance(text, str) for text in (page, *(part for pair in fields for part in pair))):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid({"fields": ["This is no form."]}) from error
    return page, fields, bool(sent.get("left"))


def _post(request: HttpRequest, page: str) -> Post | None:
    """The post a page is about, if it is made and she reaches it. Raises Invalid for the page of anything else."""
    pk = typed.post_of(page)
    post = posts_for(request.user).filter(pk=pk).first() if pk else None
    return post and post_by_id(post.pk)


def _thing(request: HttpRequest, page: str) -> Post | Event | None:
    """What a page is about, an event for that of its wrap; None: a new post. Raises Invalid for what is not hers."""
    if key := typed.event_of(page):
        event = events_for(request.user).filter(pk=key).first()
        if event is None or not may_publish(request.user, event):
            raise Invalid({"page": ["There is no such wrap, or it is not yours."]})
        return event
    post = _post(request, page)
    if post is None and "/add/" not in page:
        raise Invalid({"page": ["There is no such post, or it is not yours."]})
    return post


def offer_shown(request: HttpRequest, row: Typed, thing: Post | Event | None) -> str:
    """The offer as the page of a post, of an event's wrap, or (None) for new posts shows it.

    Empty, and the row gone, if everything in it stands already.
    """
    if thing and not _says_something_new(request, row, thing):
        row.delete()
        return ""
    may_take = not isinstance(thing, Post) or may_edit(request.user, thing)
    page = row.page.partition("?")[0]
    if isinstance(thing, Post):  # it may have been typed before the post was made
        page = reverse("admin:coverage_post_change", args=[thing.pk])
    context = {"offer": typed.offer(row, request.user), "page": page, "may_take": may_take}
    event = thing.event if isinstance(thing, Post) else thing
    with timezone.override(event.zone if event else timezone.get_current_timezone()):
        return render_to_string("admin/coverage/post/typed_offer.html", context, request)


def _says_something_new(request: HttpRequest, row: Typed, thing: Post | Event) -> bool:
    if isinstance(thing, Post):
        return site.get_model_admin(Post).says_something_new(request, row, thing)
    wrap = Wrap.objects.filter(event=thing).first()
    return bool(wrap and sides_of(wrap, wrap.paragraphs.all(), typed.data_of(row)))


@require_POST
def discard_typed(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets something typed, and leads back to its page; a script gets 204."""
    if not site.has_permission(request):
        return _refused(SIGNED_OUT, 401)
    row = Typed.objects.filter(pk=pk).first()
    post = _post(request, row.page) if row else None
    hers = row and (
        row.person_id == request.user.pk or (post and row in typed.readable_by(request.user, post))
    )
    if not hers:
        raise Http404("It is gone already.")
    row.delete()
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return HttpResponseRedirect(row.page.partition("?")[0])


@never_cache
@require_POST
def say_here(request: HttpRequest) -> JsonResponse:
    """POST `post` (and `left` when leaving): notes who is at a post's page; answers who else is, and its version."""
    if not site.has_permission(request):
        return _refused(SIGNED_OUT, 401)
    try:
        post = posts_for(request.user).filter(pk=UUID(request.POST.get("post", ""))).first()
    except ValueError:
        post = None
    if post is None or not may_edit(request.user, post):
        return _refused("There is no such post, or you may not change it now.", 404)
    page = reverse("admin:coverage_post_change", args=[post.pk])
    if "left" in request.POST:
        presence.leave(request.user, page)
        return JsonResponse({})
    others = presence.here(request.user, page, event=post.event_id)
    with timezone.override(post.event.zone):
        return JsonResponse({"says": who_edits(others), "version": str(post.version)})


def others_at(post: Post, person: User) -> list[presence.Here]:
    """Who else is at the post's page now."""
    found = presence.who_is(reverse("admin:coverage_post_change", args=[post.pk]))
    return [one for one in found if one.person != person.pk]


def who_edits(others: list[presence.Here]) -> str:
    """“Ada is editing this (since 10:38).”, times in the current zone; empty for nobody."""
    said = [f"{one.name} is editing this (since {timezone.localtime(one.since):%H:%M})." for one in others]
    return " ".join(said)


def _refused(sentence: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"refused": sentence, **more}, status=status)
