"""What the page shows: the event, what is on, how the filings stand."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coverage.models import Post
from coverage.publishing import publication, review
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.field.phone import Phone, fields_of, first_slot, photograph


def utc(day: int, clock: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"2024-03-{day:02}T{clock}:00+00:00")


def test_anonymous_is_sent_to_sign_in():
    response = Phone().open("/field/?event=kubecon")

    assert (response.status_code, response.url) == (302, "/admin/login/?next=/field/%3Fevent%3Dkubecon")
    assert response["Cache-Control"] == "private, no-store"


def test_one_event_is_named(phone):
    response = phone.open()

    assert b"<p>Files to</p><h1>KubeCon</h1>" in response.content
    assert fields_of(response, button="send")["event"] == ["kubecon"]


def test_unassigned_reporter_is_told_what_to_do(db):
    response = Phone(factories.make_person()).open()

    assert response.status_code == 200
    assert b"You are not assigned to an event yet" in response.content
    assert b"Ask the desk to add you" in response.content
    assert b"<textarea" not in response.content


def test_event_of_others_is_no_choice(phone):
    factories.make_event(slug="other", title="Other event")

    response = phone.open("/field/?event=other")

    assert b"Other event" not in response.content
    assert b"<h1>KubeCon</h1>" in response.content


@pytest.fixture
def second(reporter):
    event = factories.make_event(
        slug="pycon", title="PyCon", starts_at=utc(20, "08:00"), ends_at=utc(21, "18:00")
    )
    factories.make_keynote(event, slug="opening", starts_at=utc(20, "09:00"), ends_at=utc(20, "10:00"))
    factories.assign(reporter, event)
    return event


def test_several_events_the_one_on_now_is_chosen(phone, second):
    with time_machine.travel(utc(20, "09:30")):
        page = Phone(User.objects.get(username="ada")).open()

    assert fields_of(page, button="event")["event"] == ["pycon"]
    assert fields_of(page, button="send")["keynote"] == ["opening"]


def test_change_of_event_keeps_what_was_typed(phone, second):
    form = phone.fill(
        phone.open("/field/?event=kubecon"), "event", text="Words.", headline="Head", event="pycon"
    )
    slot = first_slot(form)

    response = phone.send({**form, f"{slot}-file": photograph(), f"{slot}-alt_text": "The hall"})

    kept = fields_of(response, button="send")
    assert response.status_code == 200
    assert (kept["event"], kept["text"], kept["headline"]) == (["pycon"], ["Words."], ["Head"])
    assert kept[f"{slot}-alt_text"] == ["The hall"]
    assert b"<strong>Received</strong>" in response.content
    assert b'value="opening"' in response.content
    assert not Post.objects.exists()


def test_keynote_of_the_other_event_is_refused_not_misfiled(phone, event, second):
    here = factories.make_keynote(event)
    form = phone.fill(phone.open("/field/?event=kubecon"), text="Words.", keynote=here.slug, event="pycon")

    response = phone.send(form)

    assert response.status_code == 400
    assert b"That keynote is not in this event. Choose one that is." in response.content
    assert fields_of(response, button="send")["text"] == ["Words."]


@pytest.mark.parametrize(("clock", "slug"), [("08:59", ""), ("09:00", "opening"), ("10:00", "")])
def test_keynote_is_preselected_by_the_clock(event, reporter, clock, slug):
    factories.make_keynote(event, slug="opening", starts_at=utc(20, "09:00"), ends_at=utc(20, "10:00"))

    with time_machine.travel(utc(20, clock)):
        page = Phone(reporter).open()

    assert fields_of(page, button="send")["keynote"] == [slug]


def test_run_of_show_says_who_is_on_and_what_is_held_back(event, reporter):
    speaker = factories.make_speaker("Emma Lin", job_title="Engineer")
    times = {"starts_at": utc(20, "09:00"), "ends_at": utc(20, "10:00")}
    factories.make_keynote(event, title="Opening", speakers=[speaker], room="Hall 7", **times)
    factories.make_keynote(event, title="Surprise", held=True, starts_at=utc(20, "11:00"))

    with time_machine.travel(utc(20, "09:30")):
        page = Phone(reporter).open().content.decode()

    assert "<strong>Opening</strong> <em>on now</em>" in page
    assert "Emma Lin" in page
    assert '<strong>Surprise</strong> <em class="held">not announced</em>' in page
    assert "It is 10:30 there." in page


def test_filings_are_her_own_newest_first(phone, event, reporter, publisher):
    for headline in ("First", "Second"):
        factories.make_post(event, by=reporter, headline=headline)
    factories.make_post(event, by=publisher, headline="Not hers")

    page = phone.open().content.decode()

    assert page.index("Second") < page.index("First")
    assert "Not hers" not in page


def test_filings_come_twenty_a_page(phone, event, reporter):
    for number in range(21):
        factories.make_post(event, by=reporter, headline=f"Filing number {number}.")

    first, second = (phone.open(f"/field/?page={number}").content.decode() for number in (1, 2))

    assert (first.count('class="filing"'), second.count('class="filing"')) == (20, 1)
    assert "Filing number 0." in second
    assert 'href="/field/?event=kubecon&amp;page=2#filings"' in first


def test_sent_back_note_is_shown(phone, event, reporter):
    post = factories.make_post(event, by=reporter)
    review.submit(post, by=reporter)
    review.send_back(post, by=factories.make_editor(), note="Who said so?")

    assert "Sent back</strong> <span>Who said so?" in phone.open().content.decode()
    assert "Sent back</strong> <span>Who said so?" in phone.open(f"/field/posts/{post.pk}/").content.decode()


def test_states_in_words(phone, event, reporter):
    desk = factories.make_editor(byline="Ida Tarbell")
    posts = {
        name: factories.make_post(event, by=reporter, headline=name)
        for name in ("sent", "claimed", "live", "gone")
    }
    for post in posts.values():
        review.submit(post, by=reporter)
    review.claim(posts["claimed"], by=desk)
    publication.publish(posts["live"], by=desk)
    publication.correct(posts["live"], by=desk, note="A name.")
    publication.publish(posts["gone"], by=desk)
    publication.withdraw(posts["gone"], by=desk, reason="It was another hall.")

    page = phone.open().content.decode()

    assert "Received</strong> <span>The desk has it; nobody has opened it yet." in page
    assert "With the desk</strong> <span>Ida Tarbell is reading it." in page
    assert "Live, corrected</strong> <span>Since " in page
    assert "Withdrawn</strong> <span>It was another hall." in page


def test_a_photograph_that_was_refused_later_is_told_in_the_list(phone, event, reporter):
    cut = "The file is cut off: part of the picture is missing. Send it again."
    good = factories.make_image(uploaded_by=reporter)
    refused = factories.make_image(ready=False, uploaded_by=reporter, state="refused", refusal=cut)
    factories.make_post(event, by=reporter, images=[{"image": good}, {"image": refused}])

    page = phone.open().content.decode()

    assert "Photograph 1 refused" not in page
    assert f'<p class="error">Photograph 2 refused: {cut}</p>' in page


LIKENESS = 0x0F0F_0F0F_0F0F_0F0F


def test_a_photograph_that_looks_like_an_earlier_one_of_hers_warns(phone, event, reporter, publisher):
    factories.make_image(uploaded_by=publisher, likeness=LIKENESS)
    with time_machine.travel(utc(20, "09:32"), tick=False):
        first = factories.make_image(uploaded_by=reporter, likeness=LIKENESS ^ 1)
    again = factories.make_image(uploaded_by=reporter, likeness=LIKENESS)
    factories.make_post(event, by=reporter, images=[{"image": first}])
    post = factories.make_post(
        event, by=reporter, images=[{"image": factories.make_image()}, {"image": again}]
    )

    pages = [phone.open(address).content.decode() for address in ("/field/", f"/field/posts/{post.pk}/")]

    said = "Photograph 2 looks like the one you sent at 10:32 on 20 March. Sent twice?"
    assert [re.findall(r'<p class="doubt">(.*?)</p>', page) for page in pages] == [[said], [said]]


@pytest.mark.parametrize("filings", [1, 3])
def test_queries_do_not_grow_with_photographs_that_look_alike(phone, event, reporter, filings):
    for _ in range(filings + 1):
        image = factories.make_image(uploaded_by=reporter, likeness=LIKENESS)
        factories.make_post(event, by=reporter, images=[{"image": image}])

    with CaptureQueriesContext(connection) as queries:
        phone.open()

    assert len(queries) == 15


@pytest.mark.parametrize("filings", [1, 3])
def test_queries_do_not_grow_with_filings(phone, event, reporter, filings):
    speaker = factories.make_speaker()
    for _ in range(filings):
        factories.make_keynote(event, speakers=[speaker])
        quotes = [{"speaker": speaker, "text": "Well.", "attribution": ""}]
        image = factories.make_image(uploaded_by=reporter)
        post = factories.make_post(event, by=reporter, quotes=quotes, images=[{"image": image}])
        publication.publish(post, by=None)
        publication.withdraw(post, by=factories.make_editor(), reason="Wrong.")

    with CaptureQueriesContext(connection) as queries:
        phone.open()

    assert len(queries) == 16


def test_pages_hold_nothing_inline_and_are_kept_by_no_cache(publishing_phone, event, publisher):
    draft = factories.make_post(event, by=publisher)
    live = factories.make_published(event, by=publisher)
    addresses = ["", f"posts/{draft.pk}/", f"posts/{live.pk}/", f"posts/{live.pk}/correct/"]
    addresses += [f"posts/{live.pk}/withdraw/", f"posts/{draft.pk}/publish/"]

    for address in addresses:
        response = publishing_phone.open(f"/field/{address}")
        page = response.content.decode()

        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert not re.search(r"<script(?! type=\"module\" src=)", page)
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<[^>]*\son\w+=", page)
        assert "capture" not in page
