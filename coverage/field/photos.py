"""The photographs of a filing: each has a slot whose UUID is the picture's own, so that a repeat makes no second."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict

from coverage.field.forms import PhotoForm
from coverage.models import Event, Post
from coverage.publishing.reach import images_for
from media import ingest
from media.models import Image, ImageState
from media.texts import describe
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User

SLOTS = 3
MOST_SLOTS = 12
TEXTS = ("alt_text", "credit", "caption")


@dataclass
class Slot:
    """`post_caption` is the caption this one post gives the picture, which stands before the picture's own."""

    id: uuid.UUID
    form: PhotoForm
    person: User
    image: Image | None = None
    post_caption: str = ""

    @property
    def is_own(self) -> bool:
        return self.image is None or self.image.uploaded_by_id == self.person.pk

    @property
    def is_received(self) -> bool:
        return self.image is not None and self.image.has_bytes()

    @property
    def is_shown(self) -> bool:
        """Whether a preview of it can be looked at already."""
        return self.image is not None and self.image.state == ImageState.READY

    @property
    def is_used(self) -> bool:
        """Whether anything stands in it but the credit that is offered."""
        typed = any(self.form[name].value() for name in ("alt_text", "caption", "refused"))
        return bool(self.image or typed or self.form.errors)

    @property
    def was_refused(self) -> bool:
        return self.form.is_bound and bool(self.form.errors.get("file"))

    def receive(self) -> None:
        """Takes the chosen file in; a refusal is said at its field. A text too long keeps no file away."""
        upload = self.form.cleaned_data.get("file")
        if upload:
            try:
                self.image = ingest.receive(upload, image_id=self.id, by=self.person, **self._texts())
            except EditorialError as refused:
                self._refuse(refused)
        elif self._is_described() and not (self.image or self.form.cleaned_data.get("refused")):
            self.form.add_error(
                "file", "The picture is not here. Choose it again, or send the words without it."
            )

    def describe(self) -> None:
        """Saves changed texts of a picture that was received before. Call it in the transaction of the filing."""
        if self.image is None or not self.is_own or self._is_taken_off():
            return
        texts = self._texts()
        if self.post_caption:
            texts.pop("caption")
        describe(self.image, by=self.person, **texts)

    def unchecked(self) -> "Slot":
        """The same slot with its texts as typed, before anything is checked."""
        typed = {name: self.form[name].data for name in TEXTS}
        return replace(self, form=PhotoForm(prefix=str(self.id), initial=typed))

    def as_item(self) -> dict | None:
        """The picture as `filing` takes it; None if there is none or it was taken off."""
        if self.image is None or self._is_taken_off():
            return None
        caption = self.form.cleaned_data.get("caption", "") if self.is_own else self.post_caption
        return {"image": self.image, "caption": caption if self.post_caption else ""}

    def is_wanted(self) -> bool:
        """Whether it holds a picture or brings one, without having looked at the file."""
        return not self._is_taken_off() and bool(self.image or self.form.cleaned_data.get("file"))

    def _is_taken_off(self) -> bool:
        return bool(self.form.cleaned_data.get("off"))

    def _is_described(self) -> bool:
        return bool(self.form.cleaned_data.get("alt_text") or self.form.cleaned_data.get("caption"))

    def _texts(self) -> dict[str, str | None]:
        return {name: self.form.cleaned_data.get(name) for name in TEXTS}

    def _refuse(self, refused: EditorialError) -> None:
        if not isinstance(refused, Invalid):
            self.form.add_error("file", refused.message)
            return
        for name, sentences in refused.errors.items():
            for sentence in sentences:
                self.form.add_error(name if name in self.form.fields else "file", sentence)


def empty_slots(event: Event, person: User, *, taken: int = 0) -> list[Slot]:
    """Free slots with the person's own credit, else the event's: three in all, and one more than are taken."""
    credit = person.credit or event.default_credit
    ids = [uuid.uuid4() for _ in range(max(SLOTS - taken, 1))]
    return [Slot(id, PhotoForm(prefix=str(id), initial={"credit": credit}), person) for id in ids]


def slots_of(post: Post, person: User) -> list[Slot]:
    """A post's pictures in order, each in its slot, and free ones behind them."""
    slots = []
    for row in post.post_images.select_related("image"):
        initial = {name: getattr(row.image, name) for name in TEXTS}
        initial["caption"] = row.caption or row.image.caption
        form = PhotoForm(prefix=str(row.image_id), initial=initial)
        slots.append(Slot(row.image_id, form, person, row.image, row.caption))
    return slots + empty_slots(post.event, person, taken=len(slots))


def sent_slots(data: QueryDict, files: MultiValueDict, person: User, post: Post | None = None) -> list[Slot]:
    """The slots a form brought. Raises Http404 for a picture that is out of the person's reach."""
    captions = dict(post.post_images.values_list("image_id", "caption")) if post else {}
    sent = enumerate(dict.fromkeys(_uuids(data.getlist("photo"))))
    ids = [id for place, id in sent if place < MOST_SLOTS or id in captions]  # what the post has, it keeps
    there = set(Image.objects.filter(pk__in=ids).values_list("pk", flat=True))
    images = (
        images_for(person).with_files().in_bulk(ids)
    )  # after: the same form may be sent twice at this moment
    if there - images.keys():
        raise Http404
    slots = []
    for id in ids:
        form = PhotoForm(data, files, prefix=str(id))
        form.full_clean()
        slots.append(Slot(id, form, person, images.get(id), captions.get(id, "")))
    return slots


def _uuids(texts: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
