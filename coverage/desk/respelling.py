"""A speaker's misspelt name, at the desk: all that has it, previewed and ticked, and what came of correcting it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe

from coverage.desk.admin_pages import audit_of
from coverage.desk.beside import page_beside
from coverage.desk.billing import posts_naming
from coverage.models import Post, Speaker
from coverage.publishing import respelling
from coverage.publishing.respelling import Found
from coverage.publishing.spelling import Respelling
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.roles import is_editor

GONE = "Nothing is left to correct: it was done already."


class SpellingForm(forms.Form):
    old = forms.CharField(label="Wrong spelling", max_length=200)
    new = forms.CharField(label="Right spelling", max_length=200)

    def spelling(self) -> Respelling:
        """Words on one line, spaced once."""
        old, new = (" ".join(self.cleaned_data[name].split()) for name in ("old", "new"))
        return Respelling(old, new)


class CorrectingForm(SpellingForm):
    note = forms.CharField(
        label="Note: what was wrong, and what it says now",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The same under every published post, signed with your name.",
    )


def respelling_page(admin, request: HttpRequest, speaker: Speaker) -> HttpResponse:
    """GET asks for both spellings and shows what would change; POST changes what is ticked, once."""
    if not is_editor(request.user):
        raise PermissionDenied("Correcting names is for an editor.")
    if request.method == "POST":
        return _correct(admin, request, speaker)
    report = request.GET.get("report", "")
    if report.isdigit():
        row = audit_of(speaker).filter(verb="correct-name", pk=report).first()
        return _page(admin, request, speaker, SpellingForm(initial={"old": speaker.name}), report=row)
    given = {"old": speaker.name, **request.GET.dict()}
    if not given.get("new"):
        return _page(admin, request, speaker, SpellingForm(initial=given))
    return _page(admin, request, speaker, CorrectingForm(initial=given))


def _correct(admin, request: HttpRequest, speaker: Speaker) -> HttpResponse:
    form = CorrectingForm(request.POST)
    if not form.is_valid():
        return _page(admin, request, speaker, form, status=400)
    try:
        row = respelling.correct_name(
            speaker, form.spelling(), by=request.user, note=form.cleaned_data["note"], **_ticked(request.POST)
        )
    except EditorialError as refused:
        errors = refused.errors if isinstance(refused, Invalid) else {"": [refused.message]}
        for name, sentences in errors.items():
            form.add_error(name if name in form.fields else None, sentences)
        return _page(admin, request, speaker, form, status=refused.status)
    if row is None:
        messages.info(request, GONE)
        row = audit_of(speaker).filter(verb="correct-name").first()
    address = reverse("admin:coverage_speaker_respelling", args=[speaker.pk])
    return HttpResponseRedirect(f"{address}?report={row.pk}" if row else address)


def _ticked(posted: Any) -> dict[str, Any]:
    """What `correct_name` takes; a box's value says what was ticked, and as which version it was shown."""
    billed = (value.split(":", 1) for value in posted.getlist("billing"))
    chosen = (value.split(":", 1) for value in posted.getlist("post"))
    return {
        "billed": {int(key): name for key, name in billed},
        "chosen": {UUID(key): int(version) for key, version in chosen},
        "shown": [UUID(key) for key in posted.getlist("picture")],
    }


def _page(
    admin,
    request: HttpRequest,
    speaker: Speaker,
    form: SpellingForm,
    *,
    report: AuditRow | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": f"Correct the name of {speaker}",
        "speaker": speaker,
        "form": form,
        "report": report,
        **(_found(speaker, form) if isinstance(form, CorrectingForm) else {}),
    }
    return page_beside(admin, request, "admin/coverage/speaker/respelling.html", context, status=status)


def _found(speaker: Speaker, form: CorrectingForm) -> dict[str, Any]:
    """What has the wrong spelling, each with whether it is ticked: all that can be, until a person says otherwise."""
    given = form.data if form.is_bound else form.initial
    old, new = (" ".join(given.get(name, "").split()) for name in ("old", "new"))
    spelling = Respelling(old, new)
    if not old or spelling.is_in(new):
        return {"problem": "Give the spelling that was wrong, and a right one that does not hold it."}
    posts = respelling.posts(speaker, spelling)
    return {
        "searched": True,
        "present": mark_safe(spelling.marked(speaker.name)) if spelling.is_in(speaker.name) else "",  # noqa: S308  escaped there
        "billings": [_row(form, "billing", one) for one in respelling.billings(speaker, spelling)],
        "posts": [_row(form, "post", one) for one in posts if not one.why_left],
        "left": [_row(form, "post", one) for one in posts if one.why_left],
        "pictures": [_row(form, "picture", one) for one in respelling.pictures(spelling)],
    }


def _row(form: CorrectingForm, kind: str, found: Found) -> dict[str, Any]:
    value = {
        "billing": f"{found.thing.pk}:{getattr(found.thing, 'name', '')}",
        "post": f"{found.thing.pk}:{getattr(found.thing, 'version', '')}",
        "picture": str(found.thing.pk),
    }[kind]
    marks = [(label, mark_safe(words)) for label, words in found.marks]  # noqa: S308  escaped by the spelling
    ticked = value in form.data.getlist(kind) if form.is_bound else True
    published = isinstance(found.thing, Post) and found.thing.state == "published"
    printed = posts_naming(found.thing) if kind == "billing" else []
    return {
        "found": found,
        "thing": found.thing,
        "marks": marks,
        "value": value,
        "ticked": ticked,
        "published": published,
        "printed": printed,
    }
