"""The composer: what is typed on the live desk is published at once, kept as a draft or sent to a second reader."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from coverage.desk.adding import given_id
from coverage.desk.live_desk.pages import event_of, show_desk, to_desk
from coverage.desk.post_verbs import wants_json
from coverage.field.photos import TEXTS, Slot
from coverage.field.sheet import Sheet, carry_out
from coverage.models import Event, Post
from newsroom.editorial.errors import EditorialError, StaleState

COMPOSED = {
    "publish": "Published. Readers see it now.",
    "send": "Sent: it waits for a second reader.",
    "draft": "Kept as a draft.",
}
AGAIN = "It was received before and is {state}. Nothing was sent twice."
ANEW = "Nothing was sent now: open the earlier one, or press again to send this as a post of its own."
OTHER_WORDS = "It was received before ({state}), but not all that stands here. " + ANEW
OTHER_KEY = "It was received before and is {state}: what you pressed now was not done. " + ANEW
TAKEN = "This form was used before. Nothing was sent now: press again to send it as a post of its own."


@require_POST
def compose(request: HttpRequest, event: str) -> HttpResponse:
    """Carries out what was pressed; sent twice, it is one post. Refused, nothing typed is lost."""
    shown = event_of(request, event)
    # Without an identity each sending makes a post of its own.
    post_id = given_id(request.POST.get("post_id")) or uuid.uuid4()
    action = _action(request, shown)
    sheet = Sheet(shown, request.user, data=request.POST, files=request.FILES)
    if earlier := _hers(request, post_id):
        return _repeat(request, sheet, earlier, action)
    if not sheet.receive():
        return _refused(request, sheet, post_id, status=400)
    try:
        carry_out(action, sheet, post_id, by=request.user, words_now=True)
    except IntegrityError:  # the same form arrived twice at once, and the other was first
        earlier = _hers(request, post_id)
        return _repeat(request, sheet, earlier, action) if earlier else _stale(request, sheet, TAKEN)
    except EditorialError as refused:
        sheet.refuse(refused)
        return _refused(request, sheet, post_id, status=refused.status)
    return _composed(request, shown, COMPOSED[action])


def _action(request: HttpRequest, event: Event) -> str:
    action = request.POST.get("action", "publish")
    if action == "publish" and event.second_reader:
        return "send"
    return action if action in COMPOSED else "draft"


def _hers(request: HttpRequest, post_id: uuid.UUID) -> Post | None:
    return Post.objects.filter(pk=post_id, author=request.user).first()


def _repeat(request: HttpRequest, sheet: Sheet, earlier: Post, action: str) -> HttpResponse:
    """What came of the first sending, if this one holds and wants nothing else; else a refusal that names it."""
    state = earlier.get_state_display()
    if not _says(sheet, earlier):
        return _stale(request, sheet, OTHER_WORDS.format(state=state), earlier)
    if not _is_reached(action, earlier):
        return _stale(request, sheet, OTHER_KEY.format(state=state), earlier)
    return _composed(request, sheet.event, AGAIN.format(state=state))


def _says(sheet: Sheet, earlier: Post) -> bool:
    saved = any(sheet.says(revision) for revision in earlier.revisions.all())
    return saved and not any(_says_more(slot) for slot in sheet.slots)


def _says_more(slot: Slot) -> bool:
    """Whether a photograph that was received comes with another text, or another file, than it has."""
    if slot.image is None:
        return False
    sent = slot.form.cleaned_data
    file = sent.get("file")
    texts = any(sent.get(name) and sent[name] != getattr(slot.image, name).strip() for name in TEXTS)
    return texts or bool(file and slot.image.size not in (None, file.size))


def _is_reached(action: str, post: Post) -> bool:
    released = post.first_released_at is not None
    return released if action == "publish" else action == "draft" or released or post.submitted_at is not None


def _composed(request: HttpRequest, event: Event, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"says": sentence, "form": _composer(request, event)})
    messages.success(request, sentence)
    return to_desk(event)


def _composer(request: HttpRequest, event: Event) -> str:
    """An empty form with identities of its own, for the next post."""
    context = {"event": event, "sheet": Sheet(event, request.user), "post_id": uuid.uuid4()}
    with timezone.override(event.zone):
        return render_to_string("admin/desk/composer.html", context, request)


def _stale(request: HttpRequest, sheet: Sheet, sentence: str, earlier: Post | None = None) -> HttpResponse:
    """Refused under this identity: the form keeps what was typed and gets another."""
    sheet.refuse(StaleState(sentence))
    path = reverse("admin:coverage_post_change", args=[earlier.pk]) if earlier else ""
    return _refused(request, sheet, uuid.uuid4(), status=StaleState.status, path=path)


def _refused(
    request: HttpRequest, sheet: Sheet, post_id: uuid.UUID, *, status: int, path: str = ""
) -> HttpResponse:
    """`path` leads to the post that an earlier sending made; "": none did."""
    if not wants_json(request):
        more = {"sheet": sheet, "post_id": post_id, "is_wrong": True, "earlier": path}
        return show_desk(request, sheet.event, status=status, **more)
    refused = [sentence for _, sentence in sheet.complaints]
    return JsonResponse({"refused": refused, "path": path, "post_id": str(post_id)}, status=status)
