"""Pages of keynotes, speakers and organisations, and the corrections page."""

import pytest

from coverage.front import people
from coverage.models import Appearance, Keynote, Organisation, Speaker
from coverage.publishing import filing, programme, publication
from tests.coverage.front.summit import STARTS, address

SITE = "http://127.0.0.1:8000"


def text_of(client, path: str) -> str:
    return client.get(path).content.decode()


def test_keynote_page_tells_who_when_for_whom_and_what_happened(client, event, release):
    opening = Keynote.objects.get(slug="opening")
    release(event, "<p>second</p>", minute=2, keynote=opening)
    release(event, "<p>first</p>", minute=1, keynote=opening)
    release(event, "<p>elsewhere</p>", minute=3)

    page = text_of(client, "/events/summit/keynotes/opening/")

    assert "<h1>Opening words</h1>" in page
    assert "Hall 1" in page
    assert "Vera K.</a>, Engineer" in page
    assert page.index("first") < page.index("second")
    assert "elsewhere" not in page


def test_sponsored_keynote_discloses_its_sponsor(client, event):
    page = text_of(client, "/events/summit/keynotes/paid/")

    assert "Sponsored keynote" in page
    assert 'Sponsored by <a href="/organisations/acme/">Acme</a>' in page


def test_post_about_three_speakers_is_on_all_their_pages(client, event, release):
    speakers = [Speaker.objects.create(slug=f"s{number}", name=f"S {number}") for number in range(3)]
    release(event, "<p>All three agreed.</p>", speakers=speakers)

    assert all("All three agreed." in text_of(client, f"/speakers/s{number}/") for number in range(3))


def test_speaker_page_keeps_what_was_billed_that_day(client, event):
    vera = Speaker.objects.get(slug="vera-k")
    vera.job_title, vera.organisation = (
        "Director",
        Organisation.objects.create(slug="later", name="Later Ltd"),
    )
    vera.save()
    programme.release_programme(event)

    page = text_of(client, "/speakers/vera-k/")

    assert "Engineer" in page
    assert "Director" not in page
    assert "Later Ltd" not in page


def test_an_event_without_a_day_is_not_the_latest(client, event, make_event):
    someday = make_event("someday", title="Someday", starts_at=None)
    keynote = Keynote.objects.create(event=someday, slug="talk", title="A talk")
    Appearance.objects.create(keynote=keynote, speaker=Speaker.objects.get(slug="vera-k"))
    programme.announce(someday, by=None)

    page = client.get("/speakers/vera-k/").text

    assert page.index("Opening words") < page.index("A talk")


def test_further_pages_have_addresses_of_their_own(client, event, release, monkeypatch):
    monkeypatch.setattr(people, "PAGE", 1)
    for minute in (1, 2):
        release(event, minute=minute, speakers=[Speaker.objects.get(slug="vera-k")])

    for path in ("/speakers/vera-k/", "/organisations/acme/"):
        pages = [client.get(f"{path}?page={number}").text for number in (1, 2)]
        assert f'rel="canonical" href="{SITE}{path}"' in pages[0]
        assert f'rel="canonical" href="{SITE}{path}?page=2"' in pages[1]


def test_a_keynote_without_a_planned_time_says_when_it_began(client, event):
    Keynote.objects.filter(slug="paid").update(actual_start=STARTS)
    programme.release_programme(event)

    assert "Friday 20 March 2026" in client.get("/events/summit/keynotes/paid/").text


def test_a_keynote_that_stands_alone_has_no_neighbours(client, make_event):
    alone = make_event("alone")
    Keynote.objects.create(event=alone, slug="only", title="The only one")
    programme.announce(alone, by=None)

    assert "neighbours" not in client.get("/events/alone/keynotes/only/").text


def test_organisation_page_lists_speakers_and_sponsored_keynotes(client, event, release):
    release(event, "<p>From the sponsor.</p>", keynote=Keynote.objects.get(slug="paid"))

    page = text_of(client, "/organisations/acme/")

    assert "<h1>Acme</h1>" in page
    assert "Vera K." in page
    assert "A word from Acme" in page
    assert "From the sponsor." in page


@pytest.mark.parametrize(
    "path", ["/speakers/nobody/", "/organisations/nothing/", "/events/summit/keynotes/none/"]
)
def test_unknown_is_not_found(client, event, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_speaker_page_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    vera = Speaker.objects.get(slug="vera-k")
    for number in range(count):
        keynote = Keynote.objects.create(event=event, slug=f"k{number}", title=f"K {number}")
        Appearance.objects.create(keynote=keynote, speaker=vera)
        release(event, speakers=[vera], minute=number)
    programme.release_programme(event)

    with django_assert_num_queries(4):
        client.get("/speakers/vera-k/")


@pytest.mark.parametrize("count", [1, 3])
def test_organisation_page_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    for number in range(count):
        release(event, keynote=Keynote.objects.get(slug="paid"), minute=number)

    with django_assert_num_queries(5):
        client.get("/organisations/acme/")


@pytest.mark.parametrize("count", [1, 3])
def test_keynote_page_query_count_is_constant(client, event, release, django_assert_num_queries, count):
    for number in range(count):
        release(event, keynote=Keynote.objects.get(slug="paid"), minute=number)

    with django_assert_num_queries(4):
        client.get("/events/summit/keynotes/paid/")


def correct(post, chief, note: str) -> None:
    filing.update_post(publication.post_by_id(post.pk), by=chief, body=f"<p>{note}</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note=note)


def test_corrections_newest_first(client, event, release, chief):
    first, second = release(event, headline="One", minute=1), release(event, headline="Two", minute=2)
    correct(second, chief, "Earlier correction.")
    correct(first, chief, "Later correction.")

    page = text_of(client, "/corrections/")

    assert page.index("Later correction.") < page.index("Earlier correction.")
    assert address(first) in page


@pytest.mark.parametrize("count", [1, 3])
def test_corrections_query_count_is_constant(client, event, release, chief, django_assert_num_queries, count):
    for number in range(count):
        correct(release(event, minute=number), chief, f"Note {number}.")

    with django_assert_num_queries(3):
        client.get("/corrections/")
