"""An export brought into a newsroom without the event: every address answers with the same bytes."""

import hashlib

import pytest
from django.core.management import CommandError

from coverage.interchange.rebuilding import pictures
from coverage.models import Keynote, Post, Speaker
from coverage.publishing import amending, images, life, programme, publication
from coverage.publishing.speakers import merge
from coverage.record.models import EventHead, ReleasedPicture, ReleasedPost, ShareCard, WithdrawnFolder
from media import storage
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid
from tests import factories
from tests.coverage.front.released_addresses import Addresses
from tests.coverage.interchange.rebuilding.conftest import bring_in, forget_everything
from tests.media import drawing

# Pages over all events: the other event is not there any more.
LISTING_OTHERS = {"/", "/sitemap.xml", "/news-sitemap.xml"}


@pytest.fixture
def whole(full, event, make_event, release, chief):
    """The summit with all of `full`, and a wrap, a picture taken back, a post that came from elsewhere, renamings."""
    factories.make_published_wrap(
        [publication.post_by_id(full[name].pk) for name in ("everything", "corrected")], by=chief
    )
    photo = factories.make_real_image(
        drawing.jpeg(640, 480, seed=7), credit="Ada", alt_text="Taken back later."
    )
    release(event, "<p>With a picture for a while.</p>", minute=7, images=[{"image": photo}])
    images.withdraw_image(photo, by=chief, reason="It was another hall.")
    twin = Speaker.objects.create(slug="vera-kay", name="Vera Kay", job_title="Director")
    release(event, "<p>Said by her other name.</p>", minute=8, speakers=[twin])
    merge(Speaker.objects.get(slug="vera-k"), twin, by=chief)
    other = make_event("workshop", title="The Workshop")
    programme.announce(other, by=None)
    moved = release(other, "<p>It was said at the summit.</p>", minute=9)
    amending.move(publication.post_by_id(moved.pk), by=chief, event="summit")
    keynote = Keynote.objects.get(slug="paid")
    keynote.slug = "sponsored"
    keynote.save()
    event.slug = "summit-2026"
    event.save()
    programme.release_programme(event)
    programme.end(event, by=None)
    return event


def answers(client, addresses) -> dict[str, tuple[int, bytes, str]]:
    """Status, bytes and where it leads of each, without the epoch."""
    epochs = [epoch.encode() for epoch in EventHead.objects.values_list("epoch", flat=True)]
    found = {}
    for address in addresses:
        answer = client.get(address)
        content = answer.content
        for epoch in epochs:
            content = content.replace(epoch, b"(epoch)")
        found[address] = (answer.status_code, content, answer.get("Location", ""))
    return found


def of_summit(addresses: Addresses) -> list[str]:
    """Without those of the other event."""
    [card] = ShareCard.objects.filter(head__slug="workshop", post=None).values_list("folder", flat=True)
    return sorted(one for one in addresses.seen if "workshop" not in one and card not in one)


def test_every_address_answers_as_before(whole, client, export):
    addresses = Addresses(client)
    addresses.gather()
    folder = export("summit-2026")
    asked = of_summit(addresses)
    asked += ["/events/summit/", "/events/summit/keynotes/paid/", "/speakers/vera-kay/"]
    withdrawn = ReleasedPost.objects.exclude(withdrawn_at=None).get()
    asked.append(f"/events/summit-2026/posts/{withdrawn.public_id}/")
    folders = list(WithdrawnFolder.objects.filter(head__slug="summit-2026").values_list("folder", flat=True))
    asked += [f"/pictures/{folder}/{file}" for folder in folders for file in ("jpeg-320.jpg", "card.png")]
    before = answers(client, asked)
    forget_everything()
    assert client.get("/events/summit-2026/").status_code == 404

    bring_in(folder)

    Addresses(client).gather()
    after = answers(client, asked)
    assert {one: it[0] for one, it in after.items()} == {one: it[0] for one, it in before.items()}
    assert [one for one in asked if after[one] != before[one]] == sorted(LISTING_OTHERS)
    assert {200, 301, 410} <= {status for status, _, _ in before.values()}


def test_a_second_time_nothing_is_changed(full, export, client):
    folder = export()
    forget_everything()
    bring_in(folder)
    head, rows = EventHead.objects.get(), AuditRow.objects.count()

    said = bring_in(folder)

    assert said.endswith("“The Summit” is here as in the folder: nothing was changed.\n")
    assert (EventHead.objects.get().epoch, AuditRow.objects.count()) == (head.epoch, rows)


def test_where_the_event_is_it_is_as_in_the_folder(full, export):
    assert "nothing was changed" in bring_in(export())


def test_a_change_since_the_export_is_never_overwritten(full, export, event, release):
    folder = export()
    release(event, "<p>Said since.</p>", minute=20)

    with pytest.raises(CommandError, match="it is not as in the folder"):
        bring_in(folder)


def test_the_audit_says_who_and_from_which_folder(full, export, chief):
    folder = export()
    forget_everything()

    said = bring_in(folder, by="chief")

    row = AuditRow.objects.get(verb="import")
    assert (row.person_name, row.thing_title) == ("chief", "The Summit")
    assert (
        row.note == f"from an export: {hashlib.sha256((folder / 'MANIFEST.sha256').read_bytes()).hexdigest()}"
    )
    assert "Not in an export, and so not here: who did what before" in said


def test_coverage_goes_on_where_it_stopped(full, export, chief, client):
    """The desk can correct what came back; readers get it under the next number."""
    folder = export()
    forget_everything()
    bring_in(folder)
    seq = EventHead.objects.get().seq
    post = publication.post_by_id(Post.objects.get(headline="Doors & halls").pk)
    before = ReleasedPost.objects.get(desk_id=post.pk).fragment

    assert not publication.rerelease(post)  # a release of the same words makes the same fragment
    publication.correct(post, by=chief, note="The hall was larger.")

    now = ReleasedPost.objects.get(desk_id=post.pk)
    assert EventHead.objects.get().seq == now.seq == seq + 1
    assert now.fragment != before
    assert "The hall was larger." in client.get(f"/events/summit/posts/{now.public_id}/").text


def test_what_came_back_is_found(full, export, client):
    folder = export()
    forget_everything()
    bring_in(folder)

    post = Post.objects.get(headline="Doors & halls")
    assert post.public_id in client.get("/search/?q=halls").text


def test_two_at_once_do_not_take_each_other_s_files(full, export, monkeypatch, client):
    """The other was faster between the two looks at what is here: its files stay."""
    folder, put = export(), pictures.Files.put
    forget_everything()

    def put_and_be_late(files, *given):
        put(files, *given)
        monkeypatch.setattr(pictures.Files, "put", put)
        bring_in(folder)

    monkeypatch.setattr(pictures.Files, "put", put_and_be_late)
    with pytest.raises(CommandError, match="There is an event"):
        bring_in(folder)

    [row] = ReleasedPicture.objects.all()
    assert client.get(row.sources[0]["url"]).status_code == 200
    assert storage.originals().exists(Image.objects.get().original)


def test_a_withdrawn_post_comes_back_empty_and_cannot_be_reinstated(full, export, chief):
    folder = export()
    forget_everything()
    bring_in(folder)
    [row] = ReleasedPost.objects.exclude(withdrawn_at=None)

    with pytest.raises(Invalid):
        publication.reinstate(publication.post_by_id(row.desk_id), by=chief, reason="It was right.")


def test_a_picture_s_widest_jpeg_stands_in_for_its_original(full, export):
    folder = export()
    forget_everything()
    bring_in(folder)

    image = Image.objects.get()
    with storage.originals().open(image.original) as original:
        assert hashlib.sha256(original.read()).hexdigest() == image.sha256
    assert (image.state, image.original_name) == ("ready", "from an export")


def test_in_french(make_event, release, export, client):
    french = make_event("sommet", language="fr", title="Le sommet")
    programme.announce(french, by=None)
    release(french, "<p>Ça commence.</p>", minute=1, headline="Les portes s’ouvrent")
    before = answers(client, ["/events/sommet/", "/events/sommet/feed.atom"])
    folder = export("sommet")
    forget_everything()

    bring_in(folder)

    assert answers(client, before) == before


def test_editions_are_linked_when_both_are_here(event, chief, export, client):
    edition = life.new_edition(event, by=chief, title="Summit 2027")
    programme.announce(edition, by=chief)
    first, second = export("summit"), export("summit-2027")
    forget_everything()

    said = bring_in(second)
    bring_in(first)

    assert "Another edition, “summit”, is not here" in said
    assert 'href="/events/summit-2027/"' in client.get("/events/summit/").text
    assert 'href="/events/summit/"' in client.get("/events/summit-2027/").text
