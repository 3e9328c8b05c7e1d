"""The sheet: a reporter's form with its photographs, filled from a post or from what she sent."""

import datetime
import uuid
from collections.abc import Sequence
from functools import cached_property

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from coverage.field import plain, programme
from coverage.field.forms import PARAPHRASE, VERBATIM, FilingForm
from coverage.field.photos import Slot, empty_slots, sent_slots, slots_of
from coverage.models import Event, Keynote, Post, Revision
from coverage.models.markup import plain_text
from coverage.models.post import PostKind
from coverage.publishing import filing, publication, review
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User

# Where on the sheet a verb's sentence is shown.
FIELDS = {"body": "text", "quotes": "quote_text", "speakers": "quote_speaker"}
QUOTE = ("speaker_id", "attribution", "text", "verbatim")


class Sheet:
    """`post` None: a new filing. Without `data` it is filled from the post, or empty but for what is on at `at`."""

    def __init__(
        self,
        event: Event,
        person: User,
        *,
        post: Post | None = None,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        at: datetime.datetime | None = None,
    ):
        self.event, self.person, self.post = event, person, post
        self.at = at or timezone.now()
        self.picture_errors: list[str] = []
        quotes = self.quotes
        self.form = FilingForm(
            data,
            initial=self._initial() if data is None else None,
            event=event,
            keynotes=self.keynotes,
            current=(post.keynote if post else None) or self.current,
            quoted=quotes[0].speaker if quotes else None,
        )
        self.slots = self._slots(data, files)

    @cached_property
    def keynotes(self) -> Sequence[Keynote]:
        return programme.run_of_show(self.event)

    @cached_property
    def current(self) -> Keynote | None:
        return programme.preselected(self.keynotes, at=self.at)

    @cached_property
    def quotes(self) -> list:
        return list(self.post.quotes.select_related("speaker")) if self.post else []

    @property
    def loses_formatting(self) -> bool:
        return self.post is not None and not plain.is_plain(self.post.body)

    @property
    def has_photos(self) -> bool:
        return bool(self.picture_errors) or any(slot.is_used for slot in self.slots)

    @property
    def used_slots(self) -> int:
        """How many slots to show open: the first, and all up to the last in use."""
        return max((n for n, slot in enumerate(self.slots, start=1) if slot.is_used), default=1)

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """Everything that is wrong, each with the id of the element it is about (empty: the whole)."""
        form = self.form
        found = [("", s) for s in form.non_field_errors()]
        found += [(field.auto_id, sentence) for field in form for sentence in field.errors]
        found += [("photographs", sentence) for sentence in self.picture_errors]
        for number, slot in enumerate(self.slots, start=1):
            for sentences in slot.form.errors.values():
                found += [(f"photo-{slot.id}", f"Photograph {number}: {sentence}") for sentence in sentences]
        return found

    def receive(self) -> bool:
        """Takes in every file it brought, whatever else is wrong. True if nothing was refused and all is valid."""
        for slot in self.slots:
            slot.receive()
        return self.form.is_valid() and not any(slot.form.errors for slot in self.slots)

    def describe(self) -> None:
        for slot in self.slots:
            slot.describe()

    def fields(self) -> dict:
        """What `filing.create_post` and `update_post` take. Call it when `receive` said True."""
        data = self.form.cleaned_data
        fields = {
            "headline": data["headline"],
            "keynote": next((k for k in self.keynotes if k.slug == data["keynote"]), None),
            "key_event": data["key_event"],
            "quotes": self._quotes(),
            "images": [item for slot in self.slots if (item := slot.as_item())],
        }
        if not (self.post and plain.same_words(data["text"], plain.text_of(self.post.body))):
            fields["body"] = plain.body_of(data["text"])
        if self._says_where():
            fields["outside_keynote"] = fields["keynote"] is None
        if self.post is None:
            fields["kind"] = self._kind(fields)
        return fields

    def says(self, revision: Revision) -> bool:
        """Whether a saved revision holds exactly what stands on this sheet: then sending it was a repeat."""
        if not self.form.is_valid():
            return False
        content, fields = revision.content, self.fields()
        keynote = fields["keynote"]
        return (
            content["headline"] == fields["headline"].strip()
            and content["body"] == fields.get("body", self.post and self.post.body)
            and content["keynote"] == (keynote.pk if keynote else None)
            and content["key_event"] == fields["key_event"]
            and [tuple(q[name] for name in QUOTE) for q in content["quotes"]]
            == [_as_kept(q) for q in fields["quotes"]]
            and [i["image"] for i in content["images"]] == [str(s.id) for s in self.slots if s.is_wanted()]
        )

    def refuse(self, error: EditorialError) -> None:
        """Puts a verb's sentences where they belong; what has no field stands above the form."""
        if not isinstance(error, Invalid):
            self.form.add_error(None, error.message)
            return
        for name, sentences in error.errors.items():
            if name in ("images", "credit", "alt_text"):
                self.picture_errors += sentences
                continue
            field = FIELDS.get(name, name)
            for sentence in sentences:
                self.form.add_error(field if field in self.form.fields else None, sentence)

    def unchecked(self) -> "Sheet":
        """The same words in a form that has not complained yet; a picture that was refused still says why."""
        sheet = Sheet(self.event, self.person, post=self.post, at=self.at)
        typed = {name: self.form.data.get(name) for name in self.form.fields}
        if typed["keynote"] not in ("", *(keynote.slug for keynote in self.keynotes)):
            typed["keynote"] = self.current.slug if self.current else ""
        sheet.form.initial = typed
        sheet.slots = [slot if slot.form.errors else slot.unchecked() for slot in self.slots]
        return sheet

    def _initial(self) -> dict:
        if self.post is None:
            return {"keynote": self.current.slug if self.current else ""}
        post, quote = self.post, self.quotes[0] if self.quotes else None
        return {
            "text": plain.text_of(post.body),
            "headline": post.headline,
            "keynote": post.keynote.slug if post.keynote else "",
            "key_event": post.key_event,
            "quote_text": quote.text if quote else "",
            "quote_speaker": quote.speaker.slug if quote and quote.speaker else "",
            "quote_attribution": quote.attribution if quote else "",
            "quote_manner": VERBATIM if quote and quote.verbatim else PARAPHRASE,
        }

    def _says_where(self) -> bool:
        """Whether "Not in a keynote" is her answer: the field was there, and she made, sent or moved the post with it.

        A draft of somebody who had not decided is saved without a change.
        """
        data, post = self.form.data, self.post
        return "keynote" in data and bool(
            post is None or post.keynote_id or data.get("action") in ("send", "publish")
        )

    def _slots(self, data: QueryDict | None, files: MultiValueDict | None) -> list[Slot]:
        if data is not None:
            return sent_slots(data, files or MultiValueDict(), self.person, self.post)
        return slots_of(self.post, self.person) if self.post else empty_slots(self.event, self.person)

    def _quotes(self) -> list[dict]:
        """The sheet's quote before the others, which only the desk can change; a check of its words stays valid."""
        kept = [{name: getattr(row, name) for name in (*QUOTE, "checked")} for row in self.quotes]
        quote = self.form.quote()
        if quote and kept and _as_kept(quote) == _as_kept(kept[0]):
            return kept
        return ([quote] if quote else []) + kept[1:]

    def _kind(self, fields: dict) -> str:
        if fields["body"]:
            return PostKind.UPDATE
        if fields["images"]:
            return PostKind.PHOTO
        return PostKind.QUOTE if fields["quotes"] else PostKind.UPDATE


@transaction.atomic
def carry_out(action: str, sheet: Sheet, post_id: uuid.UUID, *, by: User, words_now: bool = False) -> Post:
    """Draft, or draft and filing ("send"), or draft, filing and release ("publish"): all of it or nothing.

    `words_now` as for `publication.publish`. Raises as the verbs do.
    """
    sheet.describe()
    post = filing.create_post(sheet.event, by=by, post_id=post_id, **sheet.fields())
    if action != "draft":
        review.submit(post, by=by)
    if action == "publish":
        publication.publish(post, by=by, words_now=words_now)
    return post


def _as_kept(quote: dict) -> tuple:
    """A quote's values as they stand in a revision."""
    speaker = quote["speaker"].pk if quote.get("speaker") else quote.get("speaker_id")
    return speaker, quote["attribution"].strip(), plain_text(quote["text"]), quote["verbatim"]
