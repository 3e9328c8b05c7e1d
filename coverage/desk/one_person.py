"""Speakers who may be one person, at the desk: both side by side, which stays, or that they are two people."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from coverage.desk.beside import page_beside
from coverage.models import Appearance, Post, PostSpeaker, Speaker, SpeakerAlias
from coverage.publishing import duplicates, speakers
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.roles import is_editor

MOST = 20  # pairs on the list's page
ONE_ALREADY = "They are one already, or that row is gone."


class OtherForm(forms.Form):
    """Which row may be the same person; `speaker` is not among those offered."""

    other = forms.ModelChoiceField(Speaker.objects.all(), label="The same person as")

    def __init__(self, speaker: Speaker, site, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        field.queryset = Speaker.objects.exclude(pk=speaker.pk)
        field.widget = AutocompleteSelect(Appearance._meta.get_field("speaker"), site)
        field.widget.choices = field.choices


@dataclass
class Side:
    """One of two speakers, and what there is of her."""

    speaker: Speaker
    appearances: list[Appearance]
    posts: int
    aliases: list[SpeakerAlias]


def pairs_for(request: HttpRequest) -> list[duplicates.Likely]:
    """What the list of speakers offers an editor; constant queries."""
    if not is_editor(request.user):
        return []
    people = Speaker.objects.select_related("organisation").prefetch_related("aliases")
    return duplicates.likely_duplicates(list(people))[:MOST]


def who_is_now(pk: int) -> Speaker | None:
    """Whom a row that is gone was merged with, however often; None if no merge took it."""
    row = AuditRow.objects.filter(verb="merge", thing_type="coverage.speaker", before__id=pk).first()
    if row is None:
        return None
    return Speaker.objects.filter(pk=row.thing_id).first() or who_is_now(int(row.thing_id))


def lead_to(request: HttpRequest, speaker: Speaker) -> HttpResponseRedirect:
    """Where whoever comes to a row that was merged goes on: pressed twice, it was done by the first click."""
    messages.info(request, ONE_ALREADY)
    return _to(speaker)


def merging_page(admin, request: HttpRequest, speaker: Speaker) -> HttpResponse:
    """GET asks for the other row, then shows both; POST makes them one, or says that they are two people."""
    if not is_editor(request.user):
        raise PermissionDenied("Merging speakers is for an editor.")
    if request.method == "POST":
        return _decide(admin, request, speaker)
    form = OtherForm(speaker, admin.admin_site, request.GET if "other" in request.GET else None)
    other = form.cleaned_data["other"] if form.is_bound and form.is_valid() else None
    return _page(admin, request, speaker, form, other)


def _decide(admin, request: HttpRequest, speaker: Speaker) -> HttpResponse:
    form = OtherForm(speaker, admin.admin_site, request.POST)
    if not form.is_valid():
        return lead_to(request, speaker)
    other = form.cleaned_data["other"]
    try:
        if "_two" in request.POST:
            duplicates.keep_apart(speaker, other, by=request.user)
            messages.success(request, f"{speaker} and {other} are two people: they are not offered again.")
            return HttpResponseRedirect(reverse("admin:coverage_speaker_changelist"))
        stays, goes = (other, speaker) if request.POST.get("stays") == str(other.pk) else (speaker, other)
        gone = str(goes)
        speakers.merge(stays, goes, by=request.user)
    except EditorialError as refused:
        messages.error(request, refused.message)
        return _page(admin, request, speaker, form, other, status=refused.status)
    messages.success(request, f"One person now: “{gone}” is an alias, and its address leads here.")
    return _to(stays)


def _to(speaker: Speaker) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:coverage_speaker_change", args=[speaker.pk]))


def _page(
    admin,
    request: HttpRequest,
    speaker: Speaker,
    form: OtherForm,
    other: Speaker | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": f"Merge {speaker} with another row",
        "speaker": speaker,
        "other": other,
        "sides": [_side(one) for one in (speaker, other)] if other else [],
        "form": form,
        "media": form.media,
    }
    return page_beside(admin, request, "admin/coverage/speaker/merging.html", context, status=status)


def _side(speaker: Speaker) -> Side:
    named = PostSpeaker.objects.filter(speaker=speaker).values("post")
    quoted = Post.objects.filter(quotes__speaker=speaker).values("pk")
    posts = Post.objects.filter(pk__in=named) | Post.objects.filter(pk__in=quoted)
    rows = speaker.appearances.select_related("keynote__event").order_by("-keynote__event", "keynote__order")
    return Side(speaker, list(rows), posts.count(), list(speaker.aliases.all()))
