"""The wrap's pages below its event's address in the admin. Each parses, uses one verb and says what came of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from coverage.desk.beside import page_beside
from coverage.desk.typed import data_of, say_settled
from coverage.desk.versioned import audit_of
from coverage.desk.wrap import choosing, sources, typing
from coverage.desk.wrap.writing import WrapForm, sides_of
from coverage.front.wrap import wrap_html
from coverage.models import Event, Wrap, WrapParagraph
from coverage.models.wrap import ParagraphKind, WrapState
from coverage.publishing import articles, wrapping
from coverage.publishing.access import events_for, may_publish
from coverage.publishing.head import head_of, lock_head
from coverage.publishing.wrap_sources import said_of
from media.models import Image
from media.previews import can_show
from newsroom.editorial import clock
from newsroom.editorial.errors import EditorialError, StaleState, WrongState
from newsroom.editorial.roles import is_chief
from newsroom.editorial.states import EventState
from newsroom.editorial.workflow import WRAP_VERBS, WrapVerb

FOLDER = "admin/coverage/event/wrap"
SAYS = {
    "publish": "Published. Readers see it now.",
    "withdraw": "Withdrawn. Its address says why.",
    "reinstate": "Reinstated. Readers see it again.",
}
DONE = {"publish": "published", "withdraw": "withdrawn", "reinstate": "back"}
LABELS = {
    ("publish", "note"): (
        "Correction",
        "Only if this corrects something readers had: what was wrong, and what it says now. Printed under the article.",
    ),
    ("withdraw", "reason"): ("Reason for the readers", "Shown at the article’s address."),
    ("reinstate", "reason"): ("Reason", "Kept in the audit; not printed."),
}
# What leads to another page once the form is saved.
LEADS = {
    "preview": "coverage_event_wrap_preview",
    "choose": "coverage_event_wrap_choose",
}
TAKES = {"take": wrapping.take_words, "keep": wrapping.keep_words}


def urls(admin) -> list:
    pages = [
        ("<int:event_id>/wrap/", write_page, "wrap"),
        ("<int:event_id>/wrap/choose/", choose_page, "wrap_choose"),
        ("<int:event_id>/wrap/preview/", preview_page, "wrap_preview"),
        ("<int:event_id>/wrap/<slug:name>/", verb_page, "wrap_verb"),
    ]
    return [
        path(route, admin.admin_site.admin_view(_in_its_zone(admin, view)), name=f"coverage_event_{name}")
        for route, view, name in pages
    ]


def _in_its_zone(admin, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view an event at which the person may publish, and renders its page in the event's zone."""

    def page(request: HttpRequest, event_id: int, **keys: str) -> HttpResponse:
        event = get_object_or_404(events_for(request.user), pk=event_id)
        if not may_publish(request.user, event):
            raise PermissionDenied("The wrap is for whoever may publish at this event.")
        with timezone.override(event.zone):
            return view(admin, request, event, **keys)

    return page


# Choosing


def choose_page(admin, request: HttpRequest, event: Event) -> HttpResponse:
    """GET shows what could be chosen; POST filters, or makes the draft or adds to it. A filter loses no choice."""
    if request.method == "POST" and request.POST.get("do") != "filter":
        try:
            return _choose(request, event)
        except EditorialError as refused:
            return _choose_form(admin, request, event, sentence=refused.message, status=refused.status)
    return _choose_form(admin, request, event)


def _choose(request: HttpRequest, event: Event) -> HttpResponse:
    posts, wrap = request.POST.getlist("post"), Wrap.objects.filter(event=event).first()
    if wrap is None:
        try:
            wrapping.make_draft(event, posts, by=request.user)
            messages.success(request, "The draft is made. Readers see nothing of it before it is published.")
        except WrongState as faster:  # the other click, or a colleague
            messages.info(request, faster.message)
        return _to_wrap(event)
    before = wrap.version
    added = wrapping.add_posts(wrap, posts, by=request.user)
    messages.success(request, "Added." if added.version != before else "They are in it already.")
    return _to_wrap(event)


def _choose_form(
    admin, request: HttpRequest, event: Event, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    wrap, keynote = Wrap.objects.filter(event=event).first(), request.POST.get("keynote", "")
    chosen = set(request.POST.getlist("post")) if request.method == "POST" else None
    found = choosing.choices(event, wrap, chosen=chosen, keynote=keynote)
    context = {
        "wrap": wrap,
        "choices": [one for one in found if one.is_shown],
        "kept": [one for one in found if one.is_chosen and not one.is_shown],
        "keynotes": choosing.keynotes_of(found),
        "keynote": keynote,
        "sentence": sentence,
    }
    return _page(admin, request, event, "choose", "Choose posts", context, status=status)


# Writing


def write_page(admin, request: HttpRequest, event: Event) -> HttpResponse:
    """GET shows the wrap; POST saves what was typed, then does what was pressed (`do`: "up:12", "take:<post>")."""
    wrap = Wrap.objects.filter(event=event).first()
    if wrap is None:
        return HttpResponseRedirect(reverse("admin:coverage_event_wrap_choose", args=[event.pk]))
    if request.method != "POST":
        return _open_form(admin, request, wrap)
    form = WrapForm(wrap, _paragraphs(wrap), request.POST)
    if not form.is_valid():
        return _write_form(admin, request, wrap, form, status=400)
    try:
        return _act(request, wrap, form)
    except StaleState as refused:
        wrap.refresh_from_db()
        paragraphs = _paragraphs(wrap)
        form, more = WrapForm(wrap, paragraphs, request.POST), {"last_change": audit_of(wrap).first()}
        more["conflict"] = sides_of(wrap, paragraphs, request.POST)
        return _write_form(admin, request, wrap, form, status=refused.status, **more)
    except EditorialError as refused:
        wrap.refresh_from_db()
        return _write_form(admin, request, wrap, form, status=refused.status, sentence=refused.message)


def _open_form(admin, request: HttpRequest, wrap: Wrap) -> HttpResponse:
    """As it stands; `?typed=` with what was typed and not saved, beside what stands if that changed since."""
    paragraphs, taken = _paragraphs(wrap), typing.taken_back(request, wrap.event).first()
    if taken is None:
        return _write_form(admin, request, wrap, WrapForm(wrap, paragraphs))
    data, more = data_of(taken), {}
    if taken.version != str(wrap.version):
        more["conflict"], more["last_change"] = sides_of(wrap, paragraphs, data), audit_of(wrap).first()
    return _write_form(admin, request, wrap, WrapForm(wrap, paragraphs, data), **more)


def _act(request: HttpRequest, wrap: Wrap, form: WrapForm) -> HttpResponse:
    """All of it or nothing: what was typed is not saved if what was pressed is refused, and stays in the form."""
    press = request.POST.get("do", "save")
    act, _, key = press.partition(":")
    seen = request.POST.get("_version", "")
    with transaction.atomic():
        words = {name: form.cleaned_data[name] for name in ("headline", "standfirst", "byline")}
        saved = wrapping.save(
            wrap,
            by=request.user,
            version=int(seen) if seen.isdecimal() else -1,
            paragraphs=form.written(press),
            **words,
        )
        if act in TAKES:
            saved = TAKES[act](saved, key, by=request.user, version=saved.version)
    response = _saved(request, wrap, saved, act, key)
    say_settled(request, response, typing.settle(request, wrap.event))
    return response


def _saved(request: HttpRequest, wrap: Wrap, saved: Wrap, act: str, key: str) -> HttpResponse:
    changed = saved.version != int(request.POST["_version"])
    if act in LEADS:
        return HttpResponseRedirect(reverse(f"admin:{LEADS[act]}", args=[wrap.event_id]))
    if act in WRAP_VERBS:
        return HttpResponseRedirect(reverse("admin:coverage_event_wrap_verb", args=[wrap.event_id, act]))
    said = "Saved." if changed else "Nothing had changed."
    if changed and saved.state == WrapState.PUBLISHED:
        said += " Readers keep what they have until you publish it."
    messages.success(request, said)
    new = saved.paragraphs.order_by("-pk").first() if act == "add" else None
    return _to_wrap(wrap.event, str(new.pk) if new else key if act in ("up", "down") else "")


def _paragraphs(wrap: Wrap) -> list[WrapParagraph]:
    return list(wrap.paragraphs.select_related("post"))


def _write_form(
    admin, request: HttpRequest, wrap: Wrap, form: WrapForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    told = sources.told(wrap)
    context = {
        "wrap": wrap,
        "form": form,
        "rows": _rows(form),
        "told": told,
        "says": said_of([one.source for one in told]),
        "verbs": _verbs(request, wrap),
        "public": wrap.state != WrapState.DRAFT,
        "typing": typing.typing(request, wrap.event),
        "may_edit": True,
        **more,
    }
    return _page(admin, request, wrap.event, "write", str(wrap), context, status=status)


def _rows(form: WrapForm) -> list[dict]:
    """With the previews of its pictures. One query."""
    rows = form.rows()
    keys = [one.image for one in form.paragraphs if one.kind == ParagraphKind.PICTURE]
    images = Image.objects.with_files().in_bulk(keys)
    for row in rows:
        image = images.get(row["paragraph"].image)
        row["image"], row["can_show"] = image, bool(image and can_show(image))
    return rows


def _verbs(request: HttpRequest, wrap: Wrap) -> list[tuple[str, str]]:
    """Name and label of what this person may press now."""
    offered = []
    for verb in WRAP_VERBS.values():
        if wrap.state not in verb.sources or (verb.name == "reinstate" and not is_chief(request.user)):
            continue
        again = verb.name == "publish" and wrap.state == WrapState.PUBLISHED
        offered.append((verb.name, "Publish the changes" if again else verb.label))
    return offered


# Verbs


class WrapVerbForm(forms.Form):
    """Asks for what a verb takes; a note only of a wrap that readers have."""

    def __init__(self, verb: WrapVerb, wrap: Wrap, data: Any = None):
        super().__init__(data)
        for name, required in verb.takes.items():
            if name == "note" and wrap.state != WrapState.PUBLISHED:
                continue
            label, help_text = LABELS[verb.name, name]
            widget = forms.Textarea(attrs={"rows": 3})
            self.fields[name] = forms.CharField(
                label=label, help_text=help_text, required=required, widget=widget
            )


def verb_page(admin, request: HttpRequest, event: Event, name: str) -> HttpResponse:
    """GET asks for what the verb takes and for a yes; POST does it, once."""
    wrap = get_object_or_404(Wrap.objects.select_related("event"), event=event)
    verb = WRAP_VERBS.get(name)
    if verb is None:
        raise Http404
    if name == "reinstate" and not is_chief(request.user):
        raise PermissionDenied("Only the chief editor can bring a withdrawn article back.")
    if request.method != "POST":
        if wrap.state not in verb.sources:
            messages.error(request, f"It is {wrap.get_state_display()}.")
            return _to_wrap(event)
        return _verb_form(admin, request, wrap, verb, WrapVerbForm(verb, wrap))
    form = WrapVerbForm(verb, wrap, request.POST)
    if not form.is_valid():
        return _verb_form(admin, request, wrap, verb, form, status=400)
    return _use(admin, request, wrap, verb, form)


def _use(admin, request: HttpRequest, wrap: Wrap, verb: WrapVerb, form: WrapVerbForm) -> HttpResponse:
    seen = request.POST.get("_version", "")
    taken = dict(form.cleaned_data)
    try:
        version = int(seen) if seen.isdecimal() else -1
        getattr(articles, verb.name)(wrap, by=request.user, version=version, **taken)
    except EditorialError as refused:
        last = audit_of(wrap).first()
        repeated = last and (last.verb, last.person_id) == (verb.name, request.user.pk)
        if isinstance(refused, StaleState) and repeated and last.note in ("", *taken.values()):
            messages.info(request, f"It is {DONE[verb.name]} already.")
            return _to_wrap(wrap.event)
        wrap.refresh_from_db()
        return _verb_form(admin, request, wrap, verb, form, sentence=refused.message, status=refused.status)
    messages.success(request, SAYS[verb.name])
    return _to_wrap(wrap.event)


def _verb_form(
    admin,
    request: HttpRequest,
    wrap: Wrap,
    verb: WrapVerb,
    form: WrapVerbForm,
    *,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    releases = verb.name != "withdraw"
    problems = articles.problems_of(wrap) if releases and not sentence else []
    label = dict(_verbs(request, wrap)).get(verb.name, verb.label)
    context = {
        "wrap": wrap,
        "verb": verb,
        "label": label,
        "form": form,
        "sentence": sentence,
        "problems": problems,
    }
    return _page(admin, request, wrap.event, "verb", f"{label}: {wrap}", context, status=status)


# The preview


def preview_page(admin, request: HttpRequest, event: Event) -> HttpResponse:
    """What readers would see, made by the release itself and then undone; nobody keeps it."""
    wrap = get_object_or_404(Wrap.objects.select_related("event"), event=event)
    if head_of(event).state == EventState.DRAFT:
        messages.error(request, "The event is still a draft: announce it first, then look at its wrap.")
        return _to_wrap(event)
    problems = articles.problems_of(wrap)
    with transaction.atomic():
        head = lock_head(event)
        wrap.headline = wrap.headline or "No headline yet"
        article = articles.release(wrap, head, at=clock.now(), by=request.user)
        html = wrap_html(head, article, f"{FOLDER}/preview.html", event=event, problems=problems)
        transaction.set_rollback(True)
    response = HttpResponse(html)
    response["Cache-Control"] = "private, no-store"
    return response


def _to_wrap(event: Event, paragraph: str = "") -> HttpResponseRedirect:
    anchor = f"#paragraph-{paragraph}" if paragraph else ""
    return HttpResponseRedirect(reverse("admin:coverage_event_wrap", args=[event.pk]) + anchor)


def _page(
    admin, request: HttpRequest, event: Event, name: str, title: str, context: dict, *, status: int = 200
) -> HttpResponse:
    context = {"title": title, "event": event, "head": head_of(event), **context}
    return page_beside(admin, request, f"{FOLDER}/{name}.html", context, status=status)
