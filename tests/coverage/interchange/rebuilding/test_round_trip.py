"""An export brought into a newsroom without the event: every address answers with the same bytes."""

import pytest

from coverage.models import Keynote, Speaker
from coverage.publishing import amending, images, programme, publication
from coverage.publishing.speakers import merge
from coverage.record.models import EventHead, ShareCard
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
    before = answers(client, asked)
    forget_everything()
    assert client.get("/events/summit-2026/").status_code == 404

    bring_in(folder)

    Addresses(client).gather()
    after = answers(client, asked)
    assert {one: it[0] for one, it in after.items()} == {one: it[0] for one, it in before.items()}
    assert [one for one in asked if after[one] != before[one]] == sorted(LISTING_OTHERS)
    assert {200, 301, 410} <= {status for status, _, _ in before.values()}
