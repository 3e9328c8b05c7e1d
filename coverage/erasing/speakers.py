"""Erasing a speaker: who was on a stage. What was said stays, and nobody can tell any more who said it."""

from collections.abc import Iterable

from django.urls import reverse

from coverage.erasing import acts, columns, ledger, names
from coverage.erasing.acts import Act
from coverage.erasing.marks import UNNAMED, Marks
from coverage.models import Appearance, PostSpeaker, Quote, Revision, Speaker
from coverage.publishing.speakers import events_naming, revisions_with
from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, MovedAddress, ReleasedPost, ReleasedSpeaker
from newsroom.editorial.erasures import ErasedKind, Erasure
from newsroom.editorial.people import User


def find(name: str) -> Speaker | None:
    """By the last part of her address, also one she had before, or as the list of erasures calls her."""
    if key := ledger.key_in(name, ErasedKind.SPEAKER):
        return Speaker.objects.filter(pk=key).first()
    return Speaker.objects.filter(slug=name).first() or Speaker.objects.filter(aliases__slug=name).first()


def erase(speaker: Speaker, *, by: User, reason: str) -> Erasure:
    """Erases a speaker: quotes are nobody's by name, the run of show is without her, her addresses answer 410.

    Effects, in order: appearances and names go, quotes and revisions name nobody; her row and its aliases are deleted;
    her names go out of the desk's words, of what readers have (released anew, earlier entries blanked) and of the
    audit. Raises as `acts.carry_out`, and WrongState for a post that cannot be released anew.
    """
    act = acts.begun(speaker, marks_of(speaker))
    nobody = Speaker(pk=speaker.pk, name=UNNAMED)
    return acts.carry_out(ErasedKind.SPEAKER, act, STEPS, by=by, reason=reason, told=lambda: nobody)


def marks_of(speaker: Speaker) -> Marks:
    return Marks.of_names(names_of(speaker))


def names_of(speaker: Speaker) -> set[str]:
    """As she is called, was called, and was billed."""
    called = {speaker.name, *speaker.aliases.values_list("name", flat=True)}
    called |= {*speaker.appearances.values_list("name", flat=True)}
    return called | {*ReleasedSpeaker.objects.filter(speaker=speaker.slug).values_list("name", flat=True)}


def find_posts(act: Act) -> None:
    """The posts readers have that name her, and the events that do."""
    speaker = act.thing
    named = ReleasedPost.objects.filter(speakers__speaker=speaker.slug)
    act.posts |= {*named.values_list("desk_id", flat=True)}
    act.events |= {event.pk for event in events_naming(speaker)}


def retire_addresses(act: Act) -> None:
    """Every address she has or had answers 410; only keyed hashes of them are kept."""
    slugs = {act.thing.slug, *act.thing.aliases.exclude(slug=None).values_list("slug", flat=True)}
    paths = {reverse("front:speaker", args=[slug]) for slug in slugs}
    moved = MovedAddress.objects.filter(new__in=paths)
    paths |= {*moved.values_list("old", flat=True)}
    moved.delete()
    MovedAddress.objects.filter(old__in=paths).delete()
    ErasedAddress.objects.bulk_create(
        [ErasedAddress(digest=digest_of(path)) for path in sorted(paths)], ignore_conflicts=True
    )


def take_off_posts(act: Act) -> None:
    """Quotes keep their words and are nobody's by name, in every revision too."""
    key, named = act.thing.pk, []
    PostSpeaker.objects.filter(speaker=key).delete()
    Quote.objects.filter(speaker=key).update(speaker=None, attribution=UNNAMED)
    for revision in revisions_with(key).iterator(chunk_size=500):
        content = revision.content
        hers = [quote for quote in content["quotes"] if quote["speaker_id"] == key]
        if not hers and key not in content["speakers"]:
            continue
        content["speakers"] = [one for one in content["speakers"] if one != key]
        for quote in hers:
            quote |= {"speaker_id": None, "attribution": UNNAMED}
        Revision.objects.filter(pk=revision.pk).update(content=content)
        named.append(revision.pk)
    columns.raise_versions(Revision, named)
    ReleasedSpeaker.objects.filter(speaker=act.thing.slug).delete()


def take_off_stage(act: Act) -> None:
    """Her appearances, her names, and then her row."""
    billed = list(act.thing.appearances.values_list("pk", flat=True))
    acts.blank_audit(acts.of_thing(Appearance, billed) | acts.of_thing(Speaker, [act.thing.pk]))
    for model, keys in ((Appearance, billed), (Speaker, [act.thing.pk])):
        acts.forget_log(model, keys)
    act.thing.appearances.all().delete()
    act.thing.aliases.all().delete()
    Speaker.objects.filter(pk=act.thing.pk).delete()


STEPS = (
    *(find_posts, names.lock, retire_addresses, take_off_posts, take_off_stage),
    *(names.take_from_desk, names.take_from_readers, names.take_from_audit),
)


def will_go(speaker: Speaker) -> Iterable[str]:
    """What erasing her removes, a line for each."""
    yield f"The speaker “{speaker}” (/speakers/{speaker.slug}/ will answer 410)"
    for one in speaker.appearances.select_related("keynote__event"):
        yield f"her appearance in “{one.keynote}” at “{one.keynote.event}”"
    yield f"not her quotes ({speaker.quotes.count()}): their words stay, said by “{UNNAMED}”"
    yield f"Where her name stands, “{UNNAMED}” takes its place, also a namesake’s:"
    yield from (f"  {one}" for one in columns.left(marks_of(speaker)))
