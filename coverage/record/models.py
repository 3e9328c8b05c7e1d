"""The record: what readers may see, and nothing else.

Written by `coverage.publishing.release` alone. No foreign key leads to a desk or media table, only copied values,
so that no template can walk round the wall. `desk_id` columns are for the release to find its own rows again.
"""

import secrets
import string

from django.db import models
from django.utils import timezone

from coverage.record.addresses import ErasedAddress as ErasedAddress
from coverage.record.addresses import MovedAddress as MovedAddress
from coverage.record.addresses import WithdrawnFolder as WithdrawnFolder
from coverage.record.article import ReleasedArticle as ReleasedArticle
from coverage.record.article import ReleasedParagraph as ReleasedParagraph
from coverage.record.document import Document as Document
from coverage.record.querysets import EventHeadQuerySet, ReleasedPostQuerySet
from media.picture import Picture, Source
from newsroom.editorial.states import EventState

EPOCH_ALPHABET = string.ascii_lowercase + string.digits
CARDS = "cards"  # the folder of share cards in the storage of renditions


def new_epoch() -> str:
    """Six characters a-z0-9."""
    return "".join(secrets.choice(EPOCH_ALPHABET) for _ in range(6))


class EventHead(models.Model):
    """An event as readers see it, its counter and its epoch. Empty but for the counter until it is announced."""

    desk_id = models.BigIntegerField(unique=True)
    epoch = models.CharField(max_length=6, default=new_epoch)
    seq = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=EventState, default=EventState.DRAFT)
    unlisted = models.BooleanField(default=False)
    slug = models.SlugField(max_length=80, null=True, unique=True)
    title = models.CharField(max_length=200, blank=True)
    standfirst = models.TextField(blank=True)
    summary = models.TextField(blank=True, default="", db_default="")  # one point a line
    venue = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    organiser = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en-gb")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    pause_note = models.CharField(max_length=200, blank=True)
    # Other editions of the same event: {"slug", "title"}, null: none, or not public.
    previous_edition = models.JSONField(null=True)
    next_edition = models.JSONField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)
    head_fragment = models.TextField(blank=True)
    programme_fragment = models.TextField(blank=True)
    # What machines are told (`coverage.record.described`, `coverage.publishing.cards`); empty in older rows.
    structured = models.TextField(blank=True, db_default="")
    card = models.JSONField(null=True)

    objects = EventHeadQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "title"]
        constraints = [
            models.CheckConstraint(
                name="head_public_has_address",
                condition=models.Q(state="draft") | (models.Q(slug__isnull=False) & ~models.Q(title="")),
            )
        ]

    def __str__(self) -> str:
        return self.title or f"unannounced event {self.desk_id}"

    @property
    def is_live(self) -> bool:
        return self.state == EventState.LIVE


class Op(models.TextChoices):
    PUBLISH = "publish"
    UPDATE = "update"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    PICTURE = "picture"
    PIN = "pin"
    UNPIN = "unpin"
    HEADER = "header"


class Release(models.Model):
    """One entry of the record. Append-only, but for blanking `html` when something was taken back."""

    head = models.ForeignKey(EventHead, on_delete=models.CASCADE, related_name="entries")
    seq = models.PositiveBigIntegerField()
    op = models.CharField(max_length=10, choices=Op)
    public_id = models.CharField(max_length=10, null=True)
    position = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    html = models.TextField(null=True)
    part = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    blanked = models.BooleanField(default=False)

    class Meta:
        ordering = ["head", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["head", "seq"], name="release_seq_once"),
            models.CheckConstraint(
                name="release_withdraw_has_no_html",
                condition=~models.Q(op="withdraw") | models.Q(html__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["public_id"], name="release_post")]

    def __str__(self) -> str:
        return f"{self.head_id}-{self.seq} {self.op}"

    def as_entry(self) -> dict:
        """The entry on the wire (DESIGN: the contract)."""
        entry = {
            "seq": self.seq,
            "op": self.op,
            "post": self.public_id,
            "position": self.position,
            "at": self.at.isoformat(),
            "html": self.html,
        }
        if self.op == Op.WITHDRAW:
            entry["reason"] = self.reason
        if self.op == Op.CORRECT:
            entry["note"] = self.note
        if self.op == Op.HEADER:
            entry["part"] = self.part
        return entry


class ReleasedKeynote(models.Model):
    """A keynote as announced, with the sponsor that must be disclosed wherever it appears."""

    head = models.ForeignKey(EventHead, on_delete=models.CASCADE, related_name="keynotes")
    desk_id = models.BigIntegerField(unique=True)
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    format = models.CharField(max_length=10)
    room = models.CharField(max_length=100, blank=True)
    sponsor = models.CharField(max_length=200, blank=True)
    sponsor_slug = models.SlugField(max_length=80, blank=True)
    summary = models.TextField(blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    # As it happened.
    actual_start = models.DateTimeField(null=True)
    actual_end = models.DateTimeField(null=True)
    is_cancelled = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    card = models.JSONField(null=True)

    class Meta:
        ordering = ["head", "order", "starts_at", "id"]
        constraints = [models.UniqueConstraint(fields=["head", "slug"], name="released_keynote_slug")]

    def __str__(self) -> str:
        return self.title


class ReleasedAppearance(models.Model):
    """Who appears in an announced keynote, with name, title and organisation as billed."""

    keynote = models.ForeignKey(ReleasedKeynote, on_delete=models.CASCADE, related_name="appearances")
    desk_id = models.BigIntegerField(unique=True)
    speaker = models.SlugField(max_length=80, db_index=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=10)
    job_title = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    organisation_slug = models.SlugField(max_length=80, blank=True, db_index=True)
    by_video = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["keynote", "order", "id"]

    def __str__(self) -> str:
        return self.name


class ReleasedPost(models.Model):
    """A post as readers see it now, with its fragment ready. A withdrawn one keeps its address and its reason."""

    head = models.ForeignKey(EventHead, on_delete=models.CASCADE, related_name="posts")
    desk_id = models.UUIDField(unique=True)
    public_id = models.CharField(max_length=10, unique=True)
    position = models.BigIntegerField()
    seq = models.PositiveBigIntegerField(help_text="The entry that released it last.")
    keynote = models.SlugField(max_length=80, blank=True)
    keynote_title = models.CharField(max_length=200, blank=True)
    sponsor = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10)
    headline = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    byline = models.CharField(max_length=120, blank=True)
    quotes = models.JSONField(default=list)
    happened_at = models.DateTimeField(null=True, help_text="The time printed; empty: none is known.")
    key_event = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    released_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    corrections = models.JSONField(default=list)
    fragment = models.TextField(blank=True)
    # What machines are told (`coverage.record.described`); empty in rows older than these columns.
    title = models.CharField(max_length=300, blank=True, db_default="")
    structured = models.TextField(blank=True, db_default="")
    card = models.JSONField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    objects = ReleasedPostQuerySet.as_manager()

    class Meta:
        ordering = ["head", "-position"]
        constraints = [
            models.UniqueConstraint(fields=["head", "position"], name="released_position_once"),
            models.CheckConstraint(
                name="released_withdrawn_is_blank",
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(
                    fragment="", body="", headline="", keynote_title="", byline="", title="", structured=""
                ),
            ),
            models.CheckConstraint(
                name="released_withdrawn_says_why",
                condition=models.Q(withdrawn_at__isnull=True) | ~models.Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["head", "keynote", "-position"], name="released_by_keynote"),
            models.Index(
                fields=["head", "-position"],
                name="released_pinned",
                condition=models.Q(pinned=True, withdrawn_at=None),
            ),
            models.Index(
                fields=["head", "-position"],
                name="released_key_events",
                condition=models.Q(key_event=True, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.headline or self.public_id

    def pictures(self) -> list[Picture]:
        """Its pictures in order; costs a query unless `picture_rows` was prefetched."""
        return [row.as_picture() for row in self.picture_rows.all()]


class Place(models.TextChoices):
    """What stands where a released post has a picture."""

    SHOWN = "shown", "shown"
    RESERVED = "reserved", "reserved"
    EXPIRED = "expired", "expired"


class ReleasedPicture(models.Model):
    """A picture in a released post. No credit, no pixels: the database refuses one without credit or alt text.

    `place` reserved: its files are still being made; expired: its lease is over. Neither has files.
    `edition` is the make of the image it was copied from.
    """

    post = models.ForeignKey(ReleasedPost, on_delete=models.CASCADE, related_name="picture_rows")
    image = models.UUIDField(db_index=True)
    place = models.CharField(max_length=10, choices=Place, default=Place.SHOWN)
    edition = models.PositiveIntegerField(default=0)
    folder = models.CharField(max_length=32, blank=True, db_index=True)
    credit = models.CharField(max_length=200)
    creator = models.CharField(max_length=200, blank=True)
    copyright_notice = models.CharField(max_length=300, blank=True)
    licence = models.URLField(max_length=500, blank=True)
    licensor = models.URLField(max_length=500, blank=True)
    people = models.JSONField(default=list)
    thumbhash = models.CharField(max_length=40, blank=True)
    alt = models.CharField(max_length=500)
    caption = models.TextField(blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sources = models.JSONField()
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["post", "order", "id"]
        constraints = [
            models.CheckConstraint(
                name="no_credit_no_pixels", condition=~models.Q(credit="") & ~models.Q(alt="")
            ),
            models.CheckConstraint(
                name="only_shown_pictures_have_files",
                condition=models.Q(place="shown") ^ models.Q(folder=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alt[:60]} ({self.credit})"

    def as_picture(self) -> Picture:
        return Picture(
            image=str(self.image),
            place=self.place,
            credit=self.credit,
            alt=self.alt,
            caption=self.caption,
            creator=self.creator,
            copyright_notice=self.copyright_notice,
            licence=self.licence,
            licensor=self.licensor,
            people=tuple(self.people),
            thumbhash=self.thumbhash,
            width=self.width,
            height=self.height,
            sources=tuple(Source(**source) for source in self.sources),
        )


class ShareCard(models.Model):
    """A card drawn for who shares a page: a post's, a keynote's, or (neither) the event's own.

    `says` is all it holds (`coverage.record.cards.words`), `folder` the part of its address nobody can guess. It is
    made in the transaction that releases its words, drawn afterwards, and deleted in the one that takes them back.
    `claimed_at`: a worker is drawing it. `given_up`: it cannot be drawn, and no page names it. `stale`: it names the
    event by an older title, and is exchanged soon.
    """

    head = models.ForeignKey(EventHead, on_delete=models.CASCADE, related_name="cards")
    post = models.ForeignKey(ReleasedPost, on_delete=models.CASCADE, null=True, related_name="cards")
    keynote = models.ForeignKey(ReleasedKeynote, on_delete=models.CASCADE, null=True, related_name="cards")
    folder = models.CharField(max_length=32, unique=True)
    says = models.JSONField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False)
    stale = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], name="one_card_a_post"),
            models.UniqueConstraint(fields=["keynote"], name="one_card_a_keynote"),
            models.UniqueConstraint(
                fields=["head"], name="one_card_an_event", condition=models.Q(post=None, keynote=None)
            ),
        ]
        indexes = [
            models.Index(fields=["tries"], name="cards_to_draw", condition=models.Q(drawn_at=None)),
            models.Index(fields=["head"], name="cards_to_exchange", condition=models.Q(stale=True)),
        ]

    def __str__(self) -> str:
        return self.says["text"][:60]

    @property
    def file(self) -> str:
        """Its name in the storage of renditions."""
        return f"{CARDS}/{self.folder}.png"


class ReleasedSpeaker(models.Model):
    """A speaker named by a released post, as billed; in the order named."""

    post = models.ForeignKey(ReleasedPost, on_delete=models.CASCADE, related_name="speakers")
    speaker = models.SlugField(max_length=80, db_index=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    organisation_slug = models.SlugField(max_length=80, blank=True, db_index=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["post", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["post", "speaker"], name="released_speaker_once")]

    def __str__(self) -> str:
        return self.name
