"""Two rows that are one person: merged, with nothing lost."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from coverage.models import Appearance, Event, PostSpeaker, Quote, Revision, Speaker, SpeakerAlias
from coverage.publishing.head import lock_heads
from coverage.publishing.leading_on import lead_on, speaker_path
from coverage.publishing.programme import release_programme
from coverage.publishing.publication import post_by_id, rerelease
from coverage.record.models import EventHead, MovedAddress, ReleasedAppearance, ReleasedPost, ReleasedSpeaker
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import Invalid, NotAllowed, WrongState
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor

# What makes a billing say more than another of the same person in the same keynote.
SAYS = ("job_title", "organisation_name", "organisation_id", "by_video")


@transaction.atomic
def merge(kept: Speaker, other: Speaker, *, by: User) -> None:
    """Makes two speakers one: everything `other` has goes to `kept`, and the row of `other` is deleted.

    Effects, in order: the heads of their events are locked, then both speakers; appearances (two in one keynote
    become one, the billing that says more), posts, quotes and every revision name `kept`; the old name and address
    become an alias; /speakers/<old>/ leads on, if readers knew it; run of show and posts are released again; the
    audit. Names as billed stay. Raises NotAllowed, WrongState, Invalid.
    """
    if not is_editor(by):
        raise NotAllowed("Merging speakers is for an editor.")
    if kept.pk == other.pk:
        raise Invalid({"other": ["These are the same row: choose another speaker."]})
    events = list(events_naming(kept, other))
    lock_heads(events)
    kept, other = _locked(kept.pk, other.pk)
    known = _is_known(other)
    released = _naming(other)
    before = {"name": other.name, "slug": other.slug, "id": other.pk, "appearances": _billings(other)}
    _take_appearances(kept, other)
    _take_posts(kept, other)
    _remap_revisions(kept, other)
    _take_names(kept, other)
    other_slug = other.slug
    other.delete()
    _take_record(kept, other_slug)
    if known:
        lead_on(speaker_path(other_slug), speaker_path(kept.slug))
    for event in events:
        release_programme(event)
    for key in released:
        rerelease(post_by_id(key))
    write_audit("merge", kept, by=by, note=f"{before['name']} is the same person.", before=before)


def _locked(kept: int, other: int) -> tuple[Speaker, Speaker]:
    rows = Speaker.objects.select_for_update().filter(pk__in=[kept, other]).order_by("pk")
    found = {speaker.pk: speaker for speaker in rows}
    if len(found) < 2:
        raise WrongState("One of them is gone: they are merged already.")
    return found[kept], found[other]


def events_naming(*speakers: Speaker) -> Iterable[Event]:
    """Those whose pages may name one of them, released or not."""
    slugs = [speaker.slug for speaker in speakers]
    named = ReleasedSpeaker.objects.filter(speaker__in=slugs).values("post__head__desk_id")
    billed = Appearance.objects.filter(speaker__in=speakers).values("keynote__event")
    return Event.objects.filter(Q(pk__in=named) | Q(pk__in=billed)).order_by("pk")


def _is_known(speaker: Speaker) -> bool:
    """Whether there is or was an address readers could have."""
    path = speaker_path(speaker.slug)
    public = EventHead.objects.public()
    return (
        ReleasedAppearance.objects.filter(speaker=speaker.slug, keynote__head__in=public).exists()
        or ReleasedSpeaker.objects.filter(speaker=speaker.slug, post__head__in=public).exists()
        or MovedAddress.objects.filter(Q(new=path) | Q(old=path)).exists()
    )


def _naming(speaker: Speaker) -> list:
    rows = ReleasedPost.objects.filter(speakers__speaker=speaker.slug, withdrawn_at=None)
    return list(rows.order_by("head", "position").values_list("desk_id", flat=True))


def _billings(speaker: Speaker) -> list[str]:
    return [f"{one.keynote}: {one}" for one in speaker.appearances.select_related("keynote")]


def _take_appearances(kept: Speaker, other: Speaker) -> None:
    """Two in one keynote become one. Readers know it if they knew either."""
    hers = {one.keynote_id: one for one in kept.appearances.all()}
    for appearance in other.appearances.all():
        if appearance.keynote_id not in hers:
            Appearance.objects.filter(pk=appearance.pk).update(speaker=kept)
            continue
        poorer, richer = sorted([appearance, hers[appearance.keynote_id]], key=_richness)
        held = poorer.held and richer.held
        poorer.delete()
        Appearance.objects.filter(pk=richer.pk).update(
            speaker=kept, held=held, announce_at=richer.announce_at if held else None
        )


def _richness(appearance: Appearance) -> int:
    said = sum(bool(getattr(appearance, name)) for name in SAYS)
    return said + (appearance.role != Appearance._meta.get_field("role").default)


def _take_posts(kept: Speaker, other: Speaker) -> None:
    both = PostSpeaker.objects.filter(speaker=kept).values("post")
    PostSpeaker.objects.filter(speaker=other, post__in=list(both.values_list("post", flat=True))).delete()
    PostSpeaker.objects.filter(speaker=other).update(speaker=kept)
    Quote.objects.filter(speaker=other).update(speaker=kept)


def _remap_revisions(kept: Speaker, other: Speaker) -> None:
    """Every revision keeps its number, its words and its approval: it names the same person by the key she has now.

    A revision read later than today (a scheduled or approved one, one that is reinstated) would name nobody otherwise.
    """
    for revision in revisions_with(other.pk).iterator(chunk_size=500):
        content = revision.content
        if not _names(content, other.pk):
            continue
        speakers = [kept.pk if key == other.pk else key for key in content["speakers"]]
        content["speakers"] = list(dict.fromkeys(speakers))
        for quote in content["quotes"]:
            if quote["speaker_id"] == other.pk:
                quote["speaker_id"] = kept.pk
        Revision.objects.filter(pk=revision.pk).update(content=content)


def revisions_with(key: int) -> QuerySet[Revision]:
    """Those whose JSON may hold this key, and some more: the two databases do not search in JSON alike."""
    written = Q(text__contains=f"[{key}") | Q(text__contains=f" {key}")
    return Revision.objects.annotate(text=Cast("content", TextField())).filter(written).only("content")


def _names(content: dict, key: int) -> bool:
    return key in content["speakers"] or any(quote["speaker_id"] == key for quote in content["quotes"])


def _take_names(kept: Speaker, other: Speaker) -> None:
    """Her other names, and the name and address of the row that goes."""
    names = set(kept.aliases.values_list("name", flat=True))
    for alias in other.aliases.all():
        if alias.name in names and alias.slug is None:
            continue
        _add_alias(kept, alias.name, alias.slug)
    other.aliases.all().delete()
    _add_alias(kept, other.name, other.slug)


def _add_alias(kept: Speaker, name: str, slug: str | None) -> None:
    SpeakerAlias.objects.filter(slug=slug, slug__isnull=False).update(slug=None)
    alias, _ = SpeakerAlias.objects.get_or_create(speaker=kept, name=name)
    if alias.slug and slug:  # two addresses under one name
        alias = SpeakerAlias(speaker=kept, name=f"{name} ({slug})")
    alias.slug = slug or alias.slug
    alias.save()


def _take_record(kept: Speaker, old: str) -> None:
    """Posts that name her go on naming her as they did: by name, title and employer, under the address she has now."""
    both = ReleasedSpeaker.objects.filter(speaker=kept.slug).values_list("post", flat=True)
    ReleasedSpeaker.objects.filter(speaker=old, post__in=list(both)).delete()
    ReleasedSpeaker.objects.filter(speaker=old).update(speaker=kept.slug)
