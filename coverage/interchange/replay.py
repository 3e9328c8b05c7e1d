"""Releases an event's posts again, live, in their rhythm, into an unlisted copy of it.

What is released is read from the record at its moment: a post taken back meanwhile does not come out again.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from coverage.interchange.replay_copies import make_copy
from coverage.interchange.replay_words import words_after
from coverage.models import Appearance, Correction, Event, Post, Speaker
from coverage.publishing import filing, publication, review
from coverage.publishing.access import is_assigned, may, may_publish
from coverage.publishing.head import head_of
from coverage.record.models import EventHead, ReleasedPost, ReleasedSpeaker
from coverage.record.titles import title_of
from media.models import Image
from newsroom.editorial.errors import EditorialError, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.states import EventState
from newsroom.editorial.workflow import POST_VERBS


class Cleared(Exception):
    """Somebody cleared the copy, or made it a draft, while the replay was going on."""


@dataclass(frozen=True)
class Step:
    """One thing readers of the original learnt, and when (UTC): a post, or its correction of that index."""

    at: datetime
    post: uuid.UUID
    correction: int | None = None


@dataclass(frozen=True)
class Done:
    """What became of a step. `refused`: the sentence for one that was left out."""

    step: Step
    title: str = ""
    refused: str = ""


def steps_of(event: Event, *, posts: int | None = None) -> list[Step]:
    """What readers of an event can see now, in the order in which it came out; up to and with the `posts`th post."""
    rows = ReleasedPost.objects.live().filter(head__desk_id=event.pk)
    steps = []
    for post, at, corrections in rows.order_by("released_at", "position").values_list(
        "desk_id", "released_at", "corrections"
    ):
        steps.append(Step(at, post))
        moments = (datetime.fromisoformat(said["at"]) for said in corrections)
        steps += (Step(max(at, moment), post, number) for number, moment in enumerate(moments))
    steps.sort(key=lambda step: (step.at, step.correction is not None))  # stable: posts of one moment stay so
    first = [number for number, step in enumerate(steps, start=1) if step.correction is None]
    return steps[: first[posts - 1]] if posts and posts < len(first) else steps


def pauses(steps: list[Step], *, speed: float, longest: float) -> list[float]:
    """The seconds to wait before each step, none before the first: the original's, divided by `speed`."""
    between = ((after.at - before.at).total_seconds() / speed for before, after in pairwise(steps))
    return [0.0, *(min(seconds, longest) for seconds in between)][: len(steps)]


def begin(event: Event, *, by: User, posts: int | None = None) -> "Replay":
    """Makes the copy. Raises WrongState for a draft and for an event without posts, NotAllowed."""
    if head_of(event).state == EventState.DRAFT:
        raise WrongState(f"“{event}” is a draft: nothing of it is public, so there is nothing to replay.")
    steps = steps_of(event, posts=posts)
    if not steps:
        raise WrongState(f"“{event}” has no post that readers can see: there is nothing to replay.")
    return Replay(event, make_copy(event, by=by), by, steps)


@dataclass
class Replay:
    """A replay under way. `by` is the editor who stands in where a person may not, or is not there any more."""

    event: Event
    copy: Event
    by: User
    steps: list[Step]
    released: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # the copy's posts, by the original's

    def play(self, pauses: list[float], wait: Callable[[float], None] = time.sleep) -> Iterator[Done]:
        """Takes each step after its pause. Raises Cleared; what a verb refuses is left out and said so."""
        for step, pause in zip(self.steps, pauses, strict=True):
            if pause:
                wait(pause)
            if not EventHead.objects.public().filter(desk_id=self.copy.pk).exists():
                raise Cleared
            yield self._take(step)

    def _take(self, step: Step) -> Done:
        rows = ReleasedPost.objects.live().filter(head__desk_id=self.event.pk, desk_id=step.post)
        row = rows.prefetch_related("speakers", "picture_rows").first()
        if row is None:
            return Done(step, refused="readers cannot see it any more")
        try:
            if step.correction is None:
                self.released[step.post] = self._release(row)
            elif step.post in self.released:
                self._correct(row, step.correction)
            else:
                return Done(step, title_of(row), refused="its post was left out")
        except EditorialError as refused:
            return Done(step, title_of(row), refused=refused.message)
        return Done(step, title_of(row))

    @transaction.atomic
    def _release(self, row: ReleasedPost) -> uuid.UUID:
        author = self._author(row)
        post_id = filing.create_post(self.copy, by=author, **self._fields(row)).pk
        post = review.submit(publication.post_by_id(post_id), by=author)
        by = author if author and may_publish(author, self.copy) else self.by
        publication.publish(post, by=by, words_now=True)
        if row.pinned:
            publication.pin(post, by=by)
        return post_id

    @transaction.atomic
    def _correct(self, row: ReleasedPost, number: int) -> None:
        said = row.corrections[number]
        post = publication.post_by_id(self.released[row.desk_id])
        made = Correction.objects.filter(post=row.desk_id, at=datetime.fromisoformat(said["at"]))
        first = made.select_related("by").first()
        was = first.by if first else None
        by = was if was and may(was, POST_VERBS["correct"], post) else self.by
        filing.update_post(post, by=by, **words_after(row, number + 1))
        publication.correct(post, by=by, note=said["note"], words_now=True)

    def _author(self, row: ReleasedPost) -> User | None:
        """Who wrote it, if she covers the copy and it prints no name that readers do not have; else the system."""
        author = Post.objects.select_related("author").get(pk=row.desk_id).author
        if author is None or not author.is_active or not is_assigned(author, self.copy):
            return None
        return author if row.byline or not author.printed_byline() else None

    def _fields(self, row: ReleasedPost) -> dict:
        """All that readers see of a post, but for its time: that is the moment it comes out, or none."""
        speakers = {named.speaker: self._as_printed(named) for named in row.speakers.all()}
        captions = {picture.image: picture.caption for picture in row.picture_rows.all()}
        images = Image.objects.in_bulk(captions)
        return {
            **words_after(row, 0),
            "kind": row.kind,
            "keynote": self.copy.keynotes.filter(slug=row.keynote).first(),
            "outside_keynote": not row.keynote,
            "byline": row.byline,
            "key_event": row.key_event,
            "time_unknown": row.happened_at is None,
            "speakers": [speaker for speaker in speakers.values() if speaker],
            "quotes": [_quote(quote, speakers) for quote in row.quotes],
            "images": [{"image": images[key], "caption": captions[key]} for key in captions if key in images],
        }

    def _as_printed(self, named: ReleasedSpeaker) -> Speaker | None:
        """The speaker, if the copy prints her as the original does; None: it would print who she is today."""
        speaker = Speaker.objects.select_related("organisation").filter(slug=named.speaker).first()
        if speaker is None or Appearance.objects.filter(keynote__event=self.copy, speaker=speaker).exists():
            return speaker
        today = speaker.name, speaker.job_title, speaker.organisation.name if speaker.organisation else ""
        return speaker if today == (named.name, named.job_title, named.organisation) else None


def _quote(quote: dict, speakers: dict[str, Speaker | None]) -> dict:
    """A quote of somebody who cannot be named as she was printed is attributed in the words that were."""
    said = {"text": quote["text"], "verbatim": quote["verbatim"], "attribution": quote["attribution"]}
    speaker = speakers.get(quote.get("speaker", ""))
    if "speaker" not in quote or speaker:
        return {**said, "speaker": speaker}
    printed = ", ".join(filter(None, (quote["name"], quote["job_title"], quote["organisation"])))
    return {**said, "speaker": None, "attribution": printed[:200]}
