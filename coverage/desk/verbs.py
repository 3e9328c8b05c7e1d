"""The verbs of a post as the desk offers them: what each asks for, which function does it, what it says then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q

from coverage.desk.admin_pages import audit_of
from coverage.desk.scheduling import BY_KEYNOTE, schedule_fields, schedule_initial, settle_schedule
from coverage.models import Event, Post
from coverage.publishing.access import verbs_for
from coverage.publishing.publication import post_by_id
from coverage.publishing.verbs import POST_VERB_FUNCTIONS
from coverage.record.models import EventHead, Op, Release
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState, PostState
from newsroom.editorial.workflow import Verb

SAYS = {
    "submit": "Filed: the desk has it.",
    "claim": "Claimed: it is in review under your name.",
    "release-claim": "Released: another editor may claim it.",
    "send-back": "Sent back with your note.",
    "approve": "Approved.",
    "publish": "Published. Readers see it now.",
    "schedule": "Scheduled.",
    "unschedule": "Taken off the schedule.",
    "correct": "Corrected. Readers see the correction.",
    "withdraw": "Withdrawn. Open pages and its own address say why.",
    "reinstate": "Reinstated. Readers see it again.",
    "spike": "Spiked. It can be brought back.",
    "unspike": "Brought back as a draft.",
    "pin": "Pinned to the top.",
    "unpin": "No longer pinned.",
    "mark-key": "Marked as a key event. Readers see it.",
    "unmark-key": "No key event any more.",
    "move": "Moved.",
    "break-glass": "Published without a second reader: somebody else must sign it off within thirty minutes.",
    "sign-off": "Signed off: you are its second reader.",
}
LEADS_ON = " Its old address leads to the new one."
# What the audit has of a post without anybody having used a verb.
BY_ITSELF = ("rerelease", "reschedule", "confirm-withdrawal")
LABELS = {
    ("send-back", "note"): ("Note to the author", "What is missing or wrong."),
    ("correct", "note"): (
        "Note: what was wrong, and what it says now",
        "Printed under the post, signed with your name.",
    ),
    ("correct", "remove_old"): ("Remove the old words from everything sent so far", ""),
    ("withdraw", "reason"): ("Reason for the readers", "Shown on open pages and at the post’s own address."),
    ("withdraw", "note"): ("For the desk alone", "Kept in the audit; readers never see it."),
    ("reinstate", "reason"): ("Reason", "Kept in the record and the audit; not printed with the post."),
    ("break-glass", "reason"): (
        "Why it cannot wait for a second reader",
        "At least ten characters. Kept in the audit; readers never see it.",
    ),
}
# What stands beside Save; the others are under “More”.
FIRST = (
    "submit",
    "claim",
    "approve",
    "publish",
    "sign-off",
    "break-glass",
    "schedule",
    "unschedule",
    "send-back",
    "correct",
    "withdraw",
    "reinstate",
    "unspike",
)


class VerbForm(forms.Form):
    """Asks for what a verb takes; times are typed in the zone that is current (the event's)."""

    def __init__(self, verb: Verb, post: Post, data=None, *, auto_id: str = "id_%s"):
        super().__init__(data, prefix=verb.name, auto_id=auto_id)
        if verb.name == "schedule":
            self.fields |= schedule_fields(post)
            self.initial = schedule_initial(post)
            self.use_required_attribute = False  # a browser would ask for the fields of the other way
            return
        if verb.name == "move":
            here = f"{post.event.slug}/{post.keynote.slug if post.keynote else ''}"
            self.fields["place"] = forms.ChoiceField(label="To", choices=_places(post), initial=here)
            return
        for name, required in verb.takes.items():
            self.fields[name] = _field(verb.name, name, required)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "publish_at" in self.fields:
            return settle_schedule(self, cleaned)
        if "place" in cleaned:
            event, keynote = cleaned.pop("place").split("/")
            cleaned |= {"event": event, "keynote": keynote}
        return cleaned


def _places(post: Post) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a post could be moved: its event and those under way, each with its keynotes; "event/keynote" slugs."""
    under_way = EventHead.objects.listed().exclude(state=EventState.ENDED).values("desk_id")
    events = Event.objects.filter(Q(pk=post.event_id) | Q(pk__in=under_way)).prefetch_related("keynotes")
    here = (post.event_id, post.keynote_id)
    places = []
    for event in sorted(events, key=lambda one: one.pk != post.event_id):
        # What another event holds back is not told here.
        keynotes = [one for one in event.keynotes.all() if event.pk == post.event_id or not one.held]
        rows = [(None, f"{event.slug}/", "In no keynote")]
        rows += [(one.pk, f"{event.slug}/{one.slug}", one.title) for one in keynotes]
        stands = {True: " (it stands here)", False: ""}
        places.append(
            (event.title, [(value, label + stands[(event.pk, pk) == here]) for pk, value, label in rows])
        )
    return places


def _field(verb: str, name: str, required: bool) -> forms.Field:
    label, help_text = LABELS[verb, name]
    if name == "remove_old":
        return forms.BooleanField(label=label, required=required, help_text=help_text)
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, widget=widget, required=required, help_text=help_text)


@dataclass
class Button:
    """A verb as the bar shows it. `form` is None for one that takes nothing."""

    verb: Verb
    label: str
    form: VerbForm | None
    first: bool


def buttons_for(person: User, post: Post, *, saves: bool = False) -> list[Button]:
    """The verbs this person may use on this post now, those that matter most first; `saves`: the form goes along."""
    buttons = []
    for verb in verbs_for(person, post):
        form = VerbForm(verb, post) if verb.takes else None
        first = verb.name in FIRST and not (verb.name == "submit" and post.review)
        buttons.append(Button(verb, label_of(verb, post, saves=saves), form, first))
    return sorted(buttons, key=lambda b: FIRST.index(b.verb.name) if b.first else len(FIRST))


def label_of(verb: Verb, post: Post, *, saves: bool = False) -> str:
    """What the button says; `saves`: what was typed in the form is saved with it."""
    if verb.name == "publish" and post.state == PostState.PUBLISHED:
        return "Publish the changes"
    if post.review and verb.reviews:
        return f"{verb.label} the changes" if verb.name in ("approve", "claim") else verb.label
    if verb.name == "publish" and saves:
        return "Save and publish"
    if verb.name == "schedule" and post.state == PostState.SCHEDULED:
        return "Reschedule"
    return verb.label


@dataclass
class Outcome:
    """What came of a verb. `refused` None: it was done, or had been done by this person already.

    `version`: what it made of the post's, so that she may go on at once; None if nothing was done now.
    """

    says: str
    refused: EditorialError | None = None
    version: int | None = None


def use_verb(name: str, post: Post, *, by: User, version: int | None, taken: dict[str, Any]) -> Outcome:
    """Uses a verb once; a repeat by the same person is answered kindly, a refusal with the verb's own sentence."""
    came_from = post.event_id
    try:
        with transaction.atomic():
            done = POST_VERB_FUNCTIONS[name](post, by=by, version=version, **taken)
    except EditorialError as refused:
        if _is_repeat(name, post, by, taken):
            return Outcome(f"It is {_done_word(name, post)} already.")
        return Outcome(refused.message, refused)
    return Outcome(_says(name, done, came_from), version=done.version)


def _says(name: str, post: Post, came_from: int) -> str:
    """`came_from`: the event it was in. Within one its address stays, and who never had it has no old one."""
    if name == "move" and post.first_released_at and post.event_id != came_from:
        return SAYS[name] + LEADS_ON
    if name != "schedule":
        return SAYS[name]
    at = post.publish_at and post.publish_at.astimezone(post.event.zone)
    when = f" for {at:%-d %B %Y, %H:%M} ({post.event.time_zone})" if at else ""
    return ", ".join(filter(None, (f"Scheduled{when}", post.anchor_in_words()))) + "."


def _is_repeat(name: str, post: Post, by: User, taken: dict[str, Any]) -> bool:
    """Whether the last thing that happened to the post is this very verb, by this person, and it asked for the same."""
    last = audit_of(post).exclude(verb__in=BY_ITSELF).first()
    if last is None or last.verb != name or last.person_id != by.pk:
        return False
    told = "\n".join(filter(None, (str(taken.get(key) or "").strip() for key in ("reason", "note"))))
    return told in ("", last.note) and ASKED.get(name, _anything)(post_by_id(post.pk), taken)


def _anything(post: Post, taken: dict[str, Any]) -> bool:
    return True


def _is_scheduled_so(post: Post, taken: dict[str, Any]) -> bool:
    """By the same time of the same keynote; else at the same time."""
    by = post.anchor_keynote and post.anchor_keynote.slug
    if by or taken.get("anchor_keynote"):
        return (by, post.anchor, post.anchor_minutes) == tuple(taken.get(name) for name in BY_KEYNOTE)
    return post.publish_at == taken.get("publish_at")


def _stands_there(post: Post, taken: dict[str, Any]) -> bool:
    keynote = post.keynote.slug if post.keynote else ""
    return (post.event.slug, keynote) == (taken["event"], taken["keynote"])


def _is_without_the_old(post: Post, taken: dict[str, Any]) -> bool:
    """Whether no entry before the correction has its words, if they were to go."""
    entries = Release.objects.filter(public_id=post.public_id)
    last = entries.filter(op=Op.CORRECT).order_by("seq").last()
    before = entries.filter(seq__lt=last.seq, html__isnull=False)
    return not (taken.get("remove_old") and before.exists())


# Whether a post stands as a verb was asked to leave it; the others leave it in one way only.
ASKED: dict[str, Callable[[Post, dict[str, Any]], bool]] = {
    "schedule": _is_scheduled_so,
    "move": _stands_there,
    "correct": _is_without_the_old,
}


def _done_word(name: str, post: Post) -> str:
    words = {
        "correct": "corrected",
        "pin": "pinned",
        "unpin": "unpinned",
        "send-back": "sent back",
        "submit": "filed",
        "mark-key": "marked as a key event",
        "unmark-key": "unmarked",
        "move": "moved",
        "sign-off": "signed off",
    }
    return words.get(name) or PostState(Post.objects.values_list("state", flat=True).get(pk=post.pk)).label
