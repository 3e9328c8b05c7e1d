"""Preview links at the desk, and what whoever has one is shown: one revision, by nobody kept, by nobody found."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coverage.desk.beside import key_sent, page_beside
from coverage.desk.post_preview import PICTURE_WIDTH, Drawn, draw
from coverage.models import Post, PreviewLink
from coverage.publishing import previews
from coverage.publishing.release import pictures_to_show
from media.models import Image
from media.previews import preview_response
from newsroom.editorial.errors import EditorialError

GONE_ALREADY = "That link is over already."


class LinkForm(forms.Form):
    hours = forms.TypedChoiceField(
        label="It works for",
        choices=[(24, "24 hours"), (4, "4 hours"), (1, "an hour")],
        coerce=int,
        initial=24,
    )


def links_page(admin, request: HttpRequest, post: Post) -> HttpResponse:
    """The links of a post that are open, the form that makes one, and the one just made; POST `revoke` ends one."""
    form, address, status = LinkForm(), "", 200
    if request.method == "POST":
        try:
            if "revoke" in request.POST:
                return _revoke(request, post)
            form = LinkForm(request.POST)
            if form.is_valid():
                address = _make(request, post, timedelta(hours=form.cleaned_data["hours"]))
        except EditorialError as refused:
            messages.error(request, refused.message)
            status = refused.status
    context = {
        "title": f"Preview links: {post}",
        "post": post,
        "form": form,
        "address": address,
        "links": previews.links_of(post),
        "number": post.latest_revision().number,
        "can_make": previews.may_share(request.user, post)
        and previews.is_unreleased(post, post.latest_revision()),
        "zone_name": str(post.event.zone),
    }
    with timezone.override(post.event.zone):
        page = page_beside(admin, request, "admin/coverage/post/previews.html", context, status=status)
    page["Cache-Control"] = "private, no-store"
    return page


def _make(request: HttpRequest, post: Post, lives: timedelta) -> str:
    secret = previews.make_link(post, by=request.user, lives=lives)
    return f"{settings.PUBLIC_URL}{reverse('preview', args=[secret])}"


def _revoke(request: HttpRequest, post: Post) -> HttpResponse:
    link = previews.links_of(post).filter(pk=key_sent(request, "revoke")).first()
    if link is None:
        messages.info(request, GONE_ALREADY)
    else:
        previews.revoke(link, by=request.user)
        messages.success(request, "Revoked: nobody sees the post by that link any more.")
    return HttpResponseRedirect(reverse("admin:coverage_post_change", args=[post.pk]))


@require_safe
def preview_page(request: HttpRequest, secret: str) -> HttpResponse:
    """What readers would see, without what is not complete: a picture without its credit is left out."""
    try:
        link = previews.link_named(secret)
    except previews.NoPreview as none:
        return _nothing(request, none)
    drawn = _drawn(link, secret)
    context = {"link": link, "fragment": drawn.fragment, "zone_name": str(link.post.event.zone)}
    with timezone.override(link.post.event.zone):
        return _kept_quiet(render(request, "previews/post.html", context))


@require_safe
def preview_picture(request: HttpRequest, secret: str, image_id: UUID) -> HttpResponseBase:
    """A picture that the page under this address shows."""
    try:
        link = previews.link_named(secret)
        if not _shows(link, image_id):
            raise previews.NoPreview("The preview shows no such picture.")
    except previews.NoPreview as none:
        return _nothing(request, none)
    image = Image.objects.select_related("same_as").get(pk=image_id)
    return _kept_quiet(preview_response(image, width=PICTURE_WIDTH, or_original=False))


def _shows(link: PreviewLink, image_id: UUID) -> bool:
    """Whether the page has a file of it, without drawing the page."""
    rows = pictures_to_show(link.post, link.revision, at=timezone.now())
    return any(row.image == image_id and row.as_picture().sources for row in rows)


def _nothing(request: HttpRequest, none: previews.NoPreview) -> HttpResponse:
    return _kept_quiet(render(request, "previews/none.html", {"sentence": none.message}, status=none.status))


def _drawn(link: PreviewLink, secret: str) -> Drawn:
    def address(image: str) -> str:
        return reverse("preview_picture", args=[secret, image])

    return draw(link.post, link.revision, address, words_now=True)


def _kept_quiet(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by no cache, found by no search engine, its address in no log and told to nobody a link in it leads to."""
    response._has_been_logged = True  # what Django asks before it writes down the address of a refusal
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
