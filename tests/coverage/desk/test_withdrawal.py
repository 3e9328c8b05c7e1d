"""After a withdrawal the desk sees each place confirmed, and the seconds it took."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from coverage.desk.surfaces import Surface, is_confirmed, surfaces_of
from coverage.publishing import names, publication
from coverage.publishing.publication import post_by_id
from coverage.record.models import Release, ReleasedPost
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import BACKEND, client_of, said, verb_url
from tests.coverage.live.conftest import SITE, open_reader  # noqa: F401

NAMES = [
    "Event page",
    "Its own page",
    "Form to report an error",
    "Print edition",
    "Embedded page",
    "oEmbed",
    "Open pages",
    "Atom feed",
    "JSON feed",
    "Keynote “Opening”",
    "Speaker Vera K.",
    "Sponsor & Sons",
    "Acme",
    "Picture 1",
    "Search",
    "Corrections",
    "Sitemap",
    "News sitemap",
    "API",
]


@pytest.fixture
def image(db):
    image = factories.make_image()
    for row in image.renditions.all():
        storages["renditions"].save(row.file, ContentFile(b"bytes"))
    return image


@pytest.fixture
def speaker(db):
    return factories.make_speaker("Vera K.", organisation=factories.make_organisation("Acme"))


@pytest.fixture
def post(event, people, speaker, image):
    """Everywhere a post can be: in a sponsored keynote, about a speaker of a company, with a picture, corrected."""
    sponsor = factories.make_organisation("Sponsor & Sons")
    keynote = factories.make_keynote(event, title="Opening", speakers=[speaker], sponsor=sponsor)
    told = {"keynote": keynote, "speakers": [speaker]}
    post = factories.make_published(
        event, headline="A claim", images=[{"image": image, "caption": ""}], **told
    )
    factories.make_published(event, **told)
    publication.correct(post_by_id(post.pk), by=people["editor"], note="A word.")
    return post_by_id(post.pk)


def address(post) -> str:
    return reverse("admin:coverage_post_withdrawal", args=[post.pk])


def withdraw(client, post, **more):
    sent = {"_version": post.version, "withdraw-reason": "Not true.", "withdraw-note": "Source gone."}
    return client.post(verb_url(post, "withdraw"), sent, follow=True, **more)


def test_every_place_has_a_published_post_and_none_a_withdrawn_one(post, people):
    assert [(one.title, one.is_gone()) for one in surfaces_of(post)] == [(name, False) for name in NAMES]

    publication.withdraw(post, by=people["editor"], reason="Not true.")

    assert [(one.title, one.is_gone()) for one in surfaces_of(post_by_id(post.pk))] == [
        (name, True) for name in NAMES
    ]


def test_the_search_is_asked_for_the_words_of_a_title_not_for_its_signs(event, people):
    post = factories.make_published(event, headline='-Wind “for R&D” -OR- "sea')

    (search,) = [one for one in surfaces_of(post_by_id(post.pk)) if one.title == "Search"]

    assert search.url == "/search/?q=wind+for+r+d+or+sea"
    assert not search.is_gone()


def test_the_organisation_asked_is_the_one_it_was_billed_under(desk, post, people, speaker):
    acme = speaker.organisation
    names.change_since(speaker, by=people["editor"], organisation=factories.make_organisation("Beta"))
    withdraw(desk, post)

    asked = {one.title: one.url for one in surfaces_of(post_by_id(post.pk))}

    assert asked["Acme"] == f"/organisations/{acme.slug}/"
    assert "Beta" not in asked


def test_a_picture_another_post_shows_is_not_asked(event, post, people, image):
    factories.make_published(event, images=[{"image": image, "caption": ""}])

    publication.withdraw(post, by=people["editor"], reason="Not true.")

    assert "Picture 1" not in [one.title for one in surfaces_of(post_by_id(post.pk))]


def test_a_picture_another_post_shows_from_then_on_is_gone_from_this_one(event, post, people, image):
    publication.withdraw(post, by=people["editor"], reason="Not true.")
    factories.make_published(event, images=[{"image": image, "caption": ""}])

    assert [one.title for one in surfaces_of(post_by_id(post.pk)) if not one.is_gone()] == []


def test_a_page_further_down_is_the_one_that_is_asked(event, people):
    old = factories.make_published(event, headline="Long ago")
    for _ in range(61):
        factories.make_published(event)

    (page, *_) = surfaces_of(post_by_id(old.pk))

    assert not page.is_gone()


def test_words_left_in_an_old_entry_are_seen(post, people):
    publication.withdraw(post, by=people["editor"], reason="Not true.")
    Release.objects.filter(public_id=post.public_id, op="publish").update(html="<p>Still here.</p>")

    assert [one.title for one in surfaces_of(post_by_id(post.pk)) if not one.is_gone()] == ["Open pages"]


def test_a_place_that_fails_is_not_confirmed(caplog):
    assert not is_confirmed(Surface("Event page", "/events/summit/", lambda: 1 / 0))
    assert "could not ask “Event page”" in caplog.text


def test_the_verb_leads_to_each_place_confirmed_with_its_seconds(desk, post):
    page = withdraw(desk, post)

    html = page.content.decode()
    assert page.redirect_chain[-1][0] == address(post)
    assert re.search(r"Gone everywhere, after [0-9.]+ s\.", html)
    assert len(re.findall(r"✓</span> after [0-9.]+ s", html)) == len(NAMES)
    assert "Readers are told: <q>Not true.</q>" in html
    assert "For the desk alone: <q>Source gone.</q>" in html
    assert "data-unconfirmed" not in html


def test_it_is_kept_in_the_audit_once(desk, post):
    withdraw(desk, post)
    desk.post(address(post))

    row = AuditRow.objects.get(verb="confirm-withdrawal")
    assert [one["title"] for one in row.after["surfaces"]] == NAMES


def test_a_look_that_finds_nothing_new_is_not_written_down(desk, post, people):
    publication.withdraw(post, by=people["editor"], reason="Not true.")
    Release.objects.filter(public_id=post.public_id, op="publish").update(html="<p>Still here.</p>")

    looks = [desk.post(address(post), headers={"accept": "application/json"}).json() for _ in range(5)]

    assert [look["html"].count("it still had it") for look in looks] == [1] * 5
    assert AuditRow.objects.filter(verb="confirm-withdrawal").count() == 1


@pytest.mark.xdist_group("browser")
def test_the_page_looks_again_ever_less_often(open_reader, client, post, people):  # noqa: F811
    publication.withdraw(post, by=people["editor"], reason="Not true.")
    client.force_login(people["editor"], backend=BACKEND)
    reader, looks = open_reader(1280), []
    reader.page.on("request", lambda request: request.method == "POST" and looks.append(request.url))
    reader.page.clock.install()
    reader.page.goto(SITE + address(post))

    for _ in range(20):
        reader.page.clock.run_for(1000)
        reader.page.wait_for_timeout(30)  # what it asked for meanwhile is answered

    assert 3 <= len(looks) <= 6  # at once, and after 1, 3, 7 and 15 seconds


def test_what_was_not_gone_is_looked_for_again_and_the_rest_keeps_its_seconds(
    desk, post, people, time_machine
):
    time_machine.move_to("2026-03-20T10:00:00Z", tick=False)
    publication.withdraw(post, by=people["editor"], reason="Not true.")
    kept = Release.objects.filter(public_id=post.public_id, op="publish")
    kept.update(html="<p>Still here.</p>")

    first = desk.post(address(post), headers={"accept": "application/json"}).json()
    kept.update(html=None)
    time_machine.move_to("2026-03-20T10:00:07Z", tick=False)
    second = desk.post(address(post), headers={"accept": "application/json"}).json()

    assert (first["confirmed"], first["html"].count("it still had it")) == (False, 1)
    assert (second["confirmed"], second["html"].count("after 0.0 s")) == (True, len(NAMES) - 1)
    assert "Gone everywhere, after 7.0 s." in second["html"]


def test_withdrawn_elsewhere_it_can_be_confirmed_here(desk, post, people):
    publication.withdraw(post, by=people["editor"], reason="Not true.")

    before = desk.get(address(post)).content.decode()
    after = desk.post(address(post), follow=True).content.decode()

    assert "Nobody has looked yet." in before
    assert "data-unconfirmed" in before
    assert after.count("✓") == len(NAMES)


def test_the_live_desk_is_told_in_one_sentence(desk, post):
    answer = withdraw(desk, post, headers={"accept": "application/json"})

    assert f"Gone from {len(NAMES)} places" in answer.json()["says"]


def test_pressed_twice_it_says_so(desk, post):
    withdraw(desk, post)

    assert "withdrawn already" in said(withdraw(desk, post))


def test_a_post_readers_have_is_no_withdrawal(desk, post):
    assert desk.get(address(post)).status_code == 302
    assert desk.post(address(post)).status_code == 302
    assert not AuditRow.objects.filter(verb="confirm-withdrawal").exists()


def test_nobody_reaches_anothers_withdrawal(hers, people, post):
    publication.withdraw(post, by=people["editor"], reason="Not true.")

    assert hers.get(address(post)).status_code == 404
    assert client_of(None).get(address(post)).status_code == 302
    assert ReleasedPost.objects.get(desk_id=post.pk).withdrawn_at
