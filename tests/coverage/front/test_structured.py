"""Structured data against schema.org's properties and Google's wishes, in every state and with everything there is."""

import copy
import json
import re
from datetime import timedelta

import pytest

from coverage.models import Appearance, Event, Keynote, Organisation, Speaker
from coverage.publishing import filing, programme, publication
from coverage.record.models import EventHead
from tests import factories
from tests.coverage.front.schema_org import lacking, nodes, problems
from tests.coverage.front.summit import STARTS, address

pytestmark = pytest.mark.any_database

SITE = "http://127.0.0.1:8000"
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def scripts(client, path: str) -> list[dict]:
    return [json.loads(text) for text in SCRIPT.findall(client.get(path).content.decode())]


@pytest.fixture
def full(make_event) -> Event:
    """Live; everything is known of it. A sponsored keynote, a cancelled one, and one without a time."""
    event = make_event(
        standfirst="Two days of talk.",
        venue="The Hall",
        country="France",
        organiser="Acme",
        ends_at=STARTS + timedelta(days=1),
    )
    acme = Organisation.objects.create(slug="acme", name="Acme")
    vera = Speaker.objects.create(slug="vera-k", name="Vera K.", job_title="Engineer", organisation=acme)
    times = {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=1)}
    opening = Keynote.objects.create(
        event=event, slug="opening", title="Opening words", order=1, room="Hall 1", sponsor=acme,
        summary="Why we are here.", **times,
    )  # fmt: skip
    Keynote.objects.create(event=event, slug="off", title="Off", order=2, cancelled_at=STARTS, **times)
    Keynote.objects.create(event=event, slug="later", title="Some time", order=3)
    Appearance.objects.create(keynote=opening, speaker=vera, role="host")
    programme.announce(event, by=None)
    programme.open_event(event, by=None)
    return event


@pytest.fixture
def everything(full, release, chief):
    """A post of everything, corrected."""
    vera = Speaker.objects.get(slug="vera-k")
    image = factories.make_image(creator="Ada Byron", web_statement="https://example.org/licence")
    post = release(
        full,
        "<p>Words.</p>",
        headline="Everything",
        minute=1,
        keynote=Keynote.objects.get(slug="opening"),
        speakers=[vera],
        quotes=[{"speaker": vera, "text": "Yes.", "verbatim": True}],
        images=[{"image": image}],
    )
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Better words.</p>")
    publication.correct(publication.post_by_id(post.pk), by=chief, note="They were worse.")
    return post


@pytest.mark.parametrize(
    ("verbs", "unknown"),
    [
        ([], {"coverageEndTime"}),
        (["pause"], {"coverageEndTime"}),
        (["end"], set()),
        (["end", "reopen"], {"coverageEndTime"}),
    ],
)
def test_an_event_page_has_all_that_is_asked_and_only_what_is_known(client, full, everything, verbs, unknown):
    for verb in verbs:
        programme.change_event_state(verb, full, by=None)

    [page] = scripts(client, "/events/summit/")

    assert problems(page) == []
    event, *keynotes = [node for node in nodes(page) if node["@type"] == "Event"]
    assert lacking(page).get("LiveBlogPosting", set()) == unknown
    assert [node["name"] for node in keynotes] == ["Opening words", "Off"]
    assert event["subEvent"] == keynotes
    assert {"description", "image", "organizer", "endDate"} <= event.keys()


def test_a_planned_event_has_no_coverage_yet(client, make_event):
    event = make_event()
    programme.announce(event, by=None)

    [page] = scripts(client, "/events/summit/")

    assert problems(page) == []
    assert "coverageStartTime" not in page
    assert page["liveBlogUpdate"] == []


def test_when_it_was_published_and_began_never_changes(client, full, release, chief):
    [before] = scripts(client, "/events/summit/")

    Event.objects.filter(pk=full.pk).update(title="Renamed", starts_at=STARTS - timedelta(hours=2))
    for verb in ("pause", "open", "end", "reopen"):
        programme.change_event_state(verb, Event.objects.get(pk=full.pk), by=None)
    release(full, minute=3)

    [after] = scripts(client, "/events/summit/")
    for name in ("datePublished", "coverageStartTime"):
        assert before[name] == after[name]
    assert after["about"]["startDate"] == "2026-03-20T07:00:00+01:00"


def test_who_is_on_stage_has_a_role_with_title_and_employer_of_that_day(client, full):
    Speaker.objects.filter(slug="vera-k").update(job_title="Director")

    [page] = scripts(client, "/events/summit/")
    opening = page["about"]["subEvent"][0]

    assert opening["performer"] == [
        {
            "@type": "PerformanceRole",
            "roleName": "host",
            "performer": {
                "@type": "Person",
                "name": "Vera K.",
                "url": f"{SITE}/speakers/vera-k/",
                "jobTitle": "Engineer",
                "worksFor": {"@type": "Organization", "name": "Acme", "url": f"{SITE}/organisations/acme/"},
            },
        }
    ]
    assert opening["sponsor"] == {
        "@type": "Organization",
        "name": "Acme",
        "url": f"{SITE}/organisations/acme/",
    }
    assert opening["location"] == {
        "@type": "Place",
        "name": "Hall 1, The Hall",
        "address": {"@type": "PostalAddress", "addressLocality": "Paris", "addressCountry": "France"},
    }
    assert page["about"]["subEvent"][1]["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_keynote_that_began_late_says_when_it_began(client, full):
    Keynote.objects.filter(slug="opening").update(actual_start=STARTS + timedelta(minutes=12))
    programme.release_programme(full)

    [page] = scripts(client, "/events/summit/")

    assert page["about"]["subEvent"][0]["startDate"] == "2026-03-20T09:12:00+01:00"


def test_every_update_has_its_own_headline_text_author_and_image(client, full, everything, release, chief):
    chief.byline = ""
    chief.save()
    bare = release(full, "<p>Bare words.</p>", minute=2)

    [page] = scripts(client, "/events/summit/")
    unsigned, whole = page["liveBlogUpdate"]

    assert whole["headline"] == "Everything"
    assert whole["articleBody"] == "Better words. Vera K.: Yes."
    assert whole["author"] == {"@type": "Person", "name": "Ada Chief"}
    assert whole["image"][0]["creditText"] == "Ada Byron/Newsroom"
    assert whole["correction"][0]["text"] == "They were worse."
    assert unsigned["url"] == SITE + address(bare)
    assert unsigned["author"] == {"@type": "Organization", "name": "Newsroom", "url": f"{SITE}/"}


def test_the_page_of_a_post_lacks_nothing(client, full, everything):
    post, way = scripts(client, address(everything))

    assert problems(post) == problems(way) == []
    assert lacking(post) == {}
    assert [step["item"] for step in way["itemListElement"]] == [
        f"{SITE}/",
        f"{SITE}/events/summit/",
        SITE + address(everything),
    ]


def test_a_post_without_a_picture_has_its_card_for_one(client, full, release):
    post, _ = scripts(client, address(release(full, headline="Doors", minute=1)))

    assert problems(post) == []
    assert lacking(post) == {"BlogPosting": {"dateModified"}}
    assert (post["image"]["width"], post["image"]["height"], post["image"]["caption"]) == (1200, 630, "Doors")


def test_the_page_of_a_keynote_is_an_event_of_the_event(client, full):
    keynote, way = scripts(client, "/events/summit/keynotes/opening/")

    assert problems(keynote) == problems(way) == []
    assert lacking({**keynote, "superEvent": None}) == {}
    assert keynote["superEvent"]["@id"] == f"{SITE}/events/summit/#event"
    assert keynote["superEvent"]["startDate"] == "2026-03-20T09:00:00+01:00"
    assert [step["name"] for step in way["itemListElement"]] == ["Newsroom", "The Summit", "Opening words"]


def test_the_page_of_a_speaker_is_a_profile(client, full):
    [page] = scripts(client, "/speakers/vera-k/")

    assert problems(page) == []
    assert page["@type"] == "ProfilePage"
    assert page["mainEntity"]["worksFor"]["name"] == "Acme"
    assert [event["name"] for event in page["mainEntity"]["performerIn"]] == ["Opening words"]


def test_the_page_of_an_organisation_is_a_profile(client, full):
    [page] = scripts(client, "/organisations/acme/")

    assert problems(page) == []
    assert page["mainEntity"] == {
        "@type": "Organization",
        "name": "Acme",
        "url": f"{SITE}/organisations/acme/",
    }


def test_the_home_page_says_how_to_search(client, db):
    [page] = scripts(client, "/")

    assert problems(page) == []
    assert page["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/search/?q={{search_term_string}}"


def test_what_is_held_back_is_told_to_no_machine(client, full):
    before = scripts(client, "/events/summit/")

    guest = Speaker.objects.create(slug="guest", name="A canary")
    Appearance.objects.create(keynote=Keynote.objects.get(slug="opening"), speaker=guest, held=True)
    Keynote.objects.create(event=full, slug="secret", title="A canary", held=True, starts_at=STARTS)
    programme.release_programme(full)

    assert scripts(client, "/events/summit/") == before


def test_an_event_released_before_its_description_was_kept_has_it_all_the_same(client, full):
    before = scripts(client, "/events/summit/")
    EventHead.objects.update(structured="")

    assert scripts(client, "/events/summit/") == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda page: page.update({"@type": "LiveBlog"}), "LiveBlog: there is no type LiveBlog"),
        (lambda page: page.update(colour="red"), "LiveBlogPosting.colour: there is no such property"),
        (lambda page: page.pop("headline"), "LiveBlogPosting: headline is missing"),
        (lambda page: page["about"].pop("location"), "LiveBlogPosting.about: location is missing"),
        (
            lambda page: page.update(datePublished="2026-03-20T09:00:00"),
            "LiveBlogPosting.datePublished: '2026-03-20T09:00:00' is none of {'DateTime'}",
        ),
        (
            lambda page: page["about"].update(location="Paris"),
            "LiveBlogPosting.about.location: 'Paris' is none of {'Place'}",
        ),
        (
            lambda page: page["about"].update(eventStatus="https://schema.org/EventDone"),
            "LiveBlogPosting.about.eventStatus: 'https://schema.org/EventDone' is none of {'EventStatusType'}",
        ),
    ],
)
def test_the_check_finds_what_is_wrong(client, full, change, sentence):
    [page] = scripts(client, "/events/summit/")
    broken = copy.deepcopy(page)

    change(broken)

    assert problems(page) == []
    assert problems(broken) == [sentence]
