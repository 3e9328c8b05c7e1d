"""What stands in the way of an import: found before anything is written, and said all at once."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from coverage.interchange.rebuilding.people import People
from coverage.interchange.rebuilding.reading import Export, folder_of
from coverage.models import Event, Organisation, Post, Speaker, SpeakerAlias
from coverage.record.addresses import digest_of
from coverage.record.models import ErasedAddress, MovedAddress, ReleasedPicture, ReleasedPost, ShareCard
from media.models import Image, ImageState


def clashes(export: Export, people: People) -> list[str]:
    """Sentences, each with what to do. About eleven queries."""
    finders = (_event, _posts, _erased, _people, _addresses, _pictures, _cards)
    return [sentence for find in finders for sentence in find(export, people)]


def _event(export: Export, _: People) -> Iterator[str]:
    slug = export.event["slug"]
    if Event.objects.filter(slug=slug).exists():
        yield (
            f"There is an event “{slug}” here, and it is not as in the folder: nothing of it is replaced. Bring the "
            "folder into another newsroom."
        )


def _posts(export: Export, _: People) -> Iterator[str]:
    ids = [one["id"] for one in (*export.data["posts"], *export.data["withdrawn"])]
    taken = {*Post.objects.filter(public_id__in=ids).values_list("public_id", flat=True)}
    taken |= {*ReleasedPost.objects.filter(public_id__in=ids).values_list("public_id", flat=True)}
    if taken:
        yield f"Posts stand here already, in another event: {', '.join(sorted(taken)[:5])}. Their addresses are theirs."


def _erased(export: Export, people: People) -> Iterator[str]:
    """Who or what was erased here comes back from no folder that was exported before."""
    paths = _pages(export, people)
    paths |= {path for one in export.data["redirects"] for path in (one["from"], one["to"]) if path}
    by_digest = {digest_of(path): path for path in paths}
    # All of them: an event has more addresses than a query takes values.
    found = by_digest.keys() & set(ErasedAddress.objects.values_list("digest", flat=True))
    if found:
        yield (
            f"Erased here, and not brought back: {', '.join(sorted(by_digest[one] for one in found))}. The folder is "
            "from before that: export the event anew from where it stands, and destroy this one."
        )


def _people(export: Export, people: People) -> Iterator[str]:
    """A page of a person or an organisation here may be somebody else's."""
    for one in Speaker.objects.filter(slug__in=people.speakers).prefetch_related("aliases"):
        names = {one.name, *(alias.name for alias in one.aliases.all())}
        printed = people.speakers[one.slug].names
        if not _folded(names) & _folded(printed):
            yield (
                f"/speakers/{one.slug}/ is “{one}” here and “{printed[-1]}” in the folder. If they are one person, add "
                "that other name to the speaker here; if not, they cannot have one address."
            )
    for alias in SpeakerAlias.objects.filter(slug__in=people.speakers).select_related("speaker"):
        yield f"/speakers/{alias.slug}/ leads to “{alias.speaker}” here: they were merged. In the folder it stands."
    for one in Organisation.objects.filter(slug__in=people.organisations):
        printed = people.organisations[one.slug]
        if not _folded({one.name}) & _folded(printed):
            yield (
                f"/organisations/{one.slug}/ is “{one}” here and “{printed[-1]}” in the folder: give the one here that "
                "name, or another address."
            )


def _addresses(export: Export, people: People) -> Iterator[str]:
    for row in MovedAddress.objects.exclude(new="").filter(old__in=_pages(export, people)):
        yield f"{row.old} leads to {row.new} here: what stood there before is not replaced."
    wanted = {one["from"]: one["to"] or "" for one in export.data["redirects"]}
    for row in MovedAddress.objects.filter(old__in=wanted):
        if row.new and wanted[row.old] and row.new != wanted[row.old]:
            yield f"{row.old} leads to {row.new} here, and to {wanted[row.old]} in the folder."


def _pages(export: Export, people: People) -> set[str]:
    data, event = export.data, export.event["slug"]
    pages = {reverse("front:event", args=[event])}
    pages |= {reverse("front:keynote", args=[event, one["slug"]]) for one in data["programme"]}
    pages |= {reverse("front:post", args=[event, one["id"]]) for one in (*data["posts"], *data["withdrawn"])}
    pages |= {reverse("front:speaker", args=[slug]) for slug in people.speakers}
    return pages | {reverse("front:organisation", args=[slug]) for slug in people.organisations}


def _pictures(export: Export, _: People) -> Iterator[str]:
    """A picture that the desk has still is used, if it is the same one; one that was taken back stays so."""
    folders = {UUID(one["image"]): folder_of(one) for one in export.pictures()}
    for image in Image.objects.filter(pk__in=folders).select_related("same_as"):
        if image.root().state in (ImageState.WITHDRAWN, ImageState.REFUSED):
            yield f"Picture {image.pk} was {image.root().get_state_display()} here: it is not brought back this way."
        elif folders[image.pk] and image.root().public_name != folders[image.pk]:
            yield f"Picture {image.pk} is here with other files: nothing of it is replaced."
    named = set(filter(None, folders.values()))
    others = Image.objects.filter(public_name__in=named).exclude(pk__in=folders)
    taken = {*others.values_list("public_name", flat=True)}
    shown = ReleasedPicture.objects.filter(folder__in=named).exclude(image__in=folders)
    taken |= {*shown.values_list("folder", flat=True)}
    for folder in sorted(taken):
        yield f"/pictures/{folder}/ is another picture's here."


def _cards(export: Export, _: People) -> Iterator[str]:
    things = [export.event, *export.data["programme"], *export.data["posts"]]
    named = [one["card"] for one in things if one["card"]]
    if len(named) != len(set(named)):
        yield "Two pages of the folder name one share card: no export does."
    for card in ShareCard.objects.filter(folder__in=named):
        yield f"/pictures/{card.folder}/card.png is another page's here."


def _folded(names) -> set[str]:
    return {" ".join(name.split()).casefold() for name in names}
