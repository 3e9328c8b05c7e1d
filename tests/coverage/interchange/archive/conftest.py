"""An event with every kind of thing in it, and around it what no export may hold."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from coverage.interchange.archive.exporting import export_event
from coverage.models import Appearance, Event, Keynote, Organisation, Speaker
from coverage.publishing import filing, programme, publication, schedule
from tests.coverage.front.summit import chief, event, make_event, release, release_everything  # noqa: F401
from tests.factories import make_real_image
from tests.media import drawing
from tests.media.buckets import closed_port, move_pictures, s3, s3_server  # noqa: F401


def quietly(items, total, what):
    return items


@pytest.fixture
def exported(event, tmp_path):  # noqa: F811
    """Exports the summit and answers its folder."""

    def export(name: str = "export", progress=quietly) -> Path:
        return export_event("summit", tmp_path / name, progress).folder

    return export


@pytest.fixture
def full(event, release, chief) -> dict:  # noqa: F811
    """The summit's posts by a name: with everything, bare, pinned, corrected, withdrawn."""
    vera = Speaker.objects.get(slug="vera-k")
    picture = make_real_image(drawing.jpeg(700, 450), credit="Ada Byron/Newsroom", alt_text="A full hall.")
    everything = release_everything(
        release,
        event,
        {"image": picture, "caption": "The hall."},
        body="<p>Words <a href='https://example.org/?a=1&amp;b=2'>there</a> &amp; elsewhere.</p><ul><li>One</li></ul>",
        headline="Doors & halls",
        quotes=[
            {"speaker": vera, "text": "Yes.", "verbatim": True},
            {"attribution": "=a guest", "text": "no"},
        ],
    )
    posts = {"everything": everything, "picture": picture}
    posts["bare"] = release(
        event, "<p>Just words.</p>", minute=2, keynote=Keynote.objects.get(slug="opening")
    )
    posts["pinned"] = release(event, "<p>Pinned words.</p>", minute=3)
    publication.pin(publication.post_by_id(posts["pinned"].pk), by=chief)
    posts["corrected"] = release(event, "<p>Wrong at first.</p>", minute=4)
    filing.update_post(publication.post_by_id(posts["corrected"].pk), by=chief, body="<p>Right by now.</p>")
    publication.correct(
        publication.post_by_id(posts["corrected"].pk), by=chief, note="We were wrong.", remove_old=True
    )
    posts["withdrawn"] = release(event, "<p>canary</p>", headline="canary", byline="canary", minute=5)
    publication.withdraw(
        publication.post_by_id(posts["withdrawn"].pk), by=chief, reason="It was elsewhere.", note="canary"
    )
    return posts


@pytest.fixture
def canaries(full, event, make_event, release, chief) -> None:  # noqa: F811
    """What readers may not see yet, or not here; each says so."""
    filing.create_post(event, by=chief, body="<p>canary</p>", headline="canary", key_event=True)
    later = filing.create_post(event, by=chief, body="<p>canary</p>", headline="canary")
    schedule.schedule(later, by=chief, publish_at=timezone.now() + timedelta(hours=1))
    filing.update_post(publication.post_by_id(full["bare"].pk), by=chief, body="<p>canary</p>", note="canary")
    sponsor = Organisation.objects.create(slug="canary", name="canary Inc.")
    guest = Speaker.objects.create(slug="canary", name="canary", organisation=sponsor, job_title="canary")
    held = Keynote.objects.create(event=event, slug="canary", title="canary", sponsor=sponsor, held=True)
    Appearance.objects.create(keynote=held, speaker=guest)
    Appearance.objects.create(keynote=Keynote.objects.get(slug="opening"), speaker=guest, held=True)
    embargoed = make_real_image(drawing.jpeg(600, 400), credit="canary", alt_text="canary")
    embargoed.embargo_until = timezone.now() + timedelta(hours=1)
    embargoed.save()
    release(event, "<p>Words without their picture.</p>", minute=6, images=[{"image": embargoed}])
    programme.release_programme(event)
    elsewhere: Event = make_event("elsewhere", title="canary elsewhere")
    programme.announce(elsewhere, by=None)
    release(elsewhere, "<p>canary</p>", speakers=[Speaker.objects.get(slug="vera-k")])


def contents_of(folder: Path) -> dict[str, bytes]:
    """Every file by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
