"""What the record alone knows of a released post, and loses when it is taken back."""

from coverage.record.models import ReleasedKeynote, ReleasedPicture, ReleasedPost


def organisations_of(row: ReleasedPost) -> list[list[str]]:
    """Slug and name of those on whose pages readers find the post: as billed with it, and its keynote's sponsor."""
    billed = row.speakers.exclude(organisation_slug="").values_list("organisation_slug", "organisation")
    sponsored = ReleasedKeynote.objects.filter(head=row.head_id, slug=row.keynote).exclude(sponsor_slug="")
    found = {**dict(sponsored.values_list("sponsor_slug", "sponsor")), **dict(billed)}
    return [[slug, name] for slug, name in found.items()]


def pictures_of(row: ReleasedPost) -> list[str]:
    """An address of each picture that no other post shows, and of its drawn card; others come and go with these."""
    shown = row.picture_rows.exclude(folder="")
    elsewhere = ReleasedPicture.objects.exclude(post=row).values("folder")
    files = [source["url"] for one in shown.exclude(folder__in=elsewhere) for source in one.sources[:1]]
    drawn = row.card and row.cards.exists()
    return [*files, row.card["url"]] if drawn else files
