"""What readers may not see yet, or no longer, is in no public answer: body, headers and redirects alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coverage.models import Appearance, Keynote, Organisation, Speaker
from coverage.publishing import filing, programme, publication, schedule
from tests.coverage.front.summit import STARTS, address

SITE = (
    "/",
    "/corrections/",
    "/search/?q=canary",
    "/search/?q=summit",
    "/sitemap.xml",
    "/robots.txt",
    "/speakers/vera-k/",
    "/organisations/acme/",
    "/speakers/canary/",
    "/organisations/canary/",
)
OF_EVENT = (
    "",
    "?order=oldest",
    "?order=oldest&after=1",
    "?before=9999999999999999",
    "keynotes/opening/",
    "keynotes/canary/",
    "wrap/",
    "feed.atom",
    "feed.json",
    "print/",
    "live.json",
    "updates.json",
    "updates.json?after=1",
)


def everything(client, slug: str = "summit") -> str:
    """Every public answer of the newsroom and of one event, headers included."""
    answers = [client.get(path) for path in (*SITE, *(f"/events/{slug}/{path}" for path in OF_EVENT))]
    return "\n".join(
        f"{answer.status_code} {answer.headers}\n{answer.content.decode()}" for answer in answers
    )


def without_echo(text: str) -> str:
    """Without the reader's own words, which the search page repeats."""
    return text.replace('value="canary"', "").replace("Search: canary", "").replace("<title>canary –", "")


def test_draft_post_leaves_no_trace(client, event, chief, release):
    release(event)
    before = everything(client)

    filing.create_post(event, by=chief, body="<p>canary</p>", headline="canary", key_event=True)

    assert everything(client) == before


def test_scheduled_post_leaves_no_trace(client, event, chief, release):
    release(event)
    before = everything(client)

    post = filing.create_post(event, by=chief, body="<p>canary</p>", headline="canary")
    schedule.schedule(post, by=chief, publish_at=timezone.now() + timedelta(hours=1))

    assert everything(client) == before


def test_held_keynote_guest_and_sponsor_leave_no_trace(client, event, release):
    release(event)
    before = everything(client)

    sponsor = Organisation.objects.create(slug="canary", name="canary Inc.")
    guest = Speaker.objects.create(slug="canary", name="canary", organisation=sponsor, job_title="canary")
    held = Keynote.objects.create(event=event, slug="canary", title="canary", sponsor=sponsor, held=True)
    Appearance.objects.create(keynote=held, speaker=guest)
    Appearance.objects.create(keynote=Keynote.objects.get(slug="opening"), speaker=guest, held=True)
    programme.release_programme(event)

    assert everything(client) == before


def test_withdrawn_posts_words_are_gone(client, event, chief, release):
    post = release(event, "<p>canary</p>", headline="canary", byline="canary", key_event=True, minute=1)
    assert "canary" in without_echo(everything(client))

    publication.withdraw(
        publication.post_by_id(post.pk), by=chief, reason="We may not say it.", note="canary"
    )

    assert "canary" not in without_echo(everything(client)).replace("/canary/", "")
    assert "canary" not in client.get(address(post)).content.decode()


def test_old_wording_is_gone_when_a_correction_removes_it(client, event, chief, release):
    post = release(event, "<p>canary</p>", minute=1)
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>Better.</p>")

    publication.correct(
        publication.post_by_id(post.pk), by=chief, note="We named it wrongly.", remove_old=True
    )

    assert "canary" not in without_echo(everything(client)).replace("/canary/", "")


@pytest.mark.parametrize("path", OF_EVENT)
def test_draft_event_answers_like_one_that_never_was(client, make_event, chief, path):
    draft = make_event("canary", title="canary")
    Keynote.objects.create(event=draft, slug="opening", title="canary", starts_at=STARTS)
    filing.create_post(draft, by=chief, body="<p>canary</p>")

    answer, nothing = client.get(f"/events/canary/{path}"), client.get(f"/events/never-was/{path}")

    assert answer.status_code == nothing.status_code == 404
    assert answer.content == nothing.content
    assert answer.headers == nothing.headers


def test_draft_event_changes_no_site_wide_answer(client, event, make_event, chief, release):
    release(event)
    before = everything(client)

    draft = make_event("canary", title="canary")
    programme.release_programme(draft)
    filing.create_post(draft, by=chief, body="<p>canary</p>")

    assert everything(client) == before


def test_unlisted_event_is_reachable_and_in_no_list(client, event, make_event, release):
    rehearsal = make_event("rehearsal", title="canary rehearsal")
    head = programme.announce(rehearsal, by=None)
    head.unlisted = True
    head.save()
    release(rehearsal, "<p>canary</p>", headline="canary", speakers=[Speaker.objects.get(slug="vera-k")])

    page = client.get("/events/rehearsal/").content.decode()
    lists = "".join(client.get(path).content.decode() for path in SITE)

    assert "canary" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "canary" not in without_echo(lists)
