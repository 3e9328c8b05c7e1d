"""Filing words from the page, without JavaScript."""

import re
import uuid

from coverage.models import Post
from coverage.publishing import filing
from coverage.publishing.checks import points
from newsroom.editorial import roles
from newsroom.editorial.states import PostState
from tests import factories
from tests.coverage.field.phone import Phone, fields_of, first_slot


def test_send_files_the_words(phone, event, reporter):
    speaker = factories.make_speaker("Emma Lin")
    keynote = factories.make_keynote(event, speakers=[speaker])
    form = phone.fill(
        phone.open(),
        text="The doors are open.\n\nThe hall <fills>.",
        headline="Doors",
        keynote=keynote.slug,
        key_event="on",
        quote_text="We begin",
        quote_speaker=speaker.slug,
        quote_manner="verbatim",
    )

    response = phone.send(form)

    post = Post.objects.get()
    assert response.status_code == 302
    assert response.url == f"/field/?event=kubecon&filed={post.pk}"
    assert str(post.pk) == form["post"][0]
    assert (post.state, post.author, post.event, post.keynote) == (
        PostState.SUBMITTED,
        reporter,
        event,
        keynote,
    )
    assert post.body == "<p>The doors are open.</p><p>The hall &lt;fills&gt;.</p>"
    assert (post.headline, post.key_event, post.kind) == ("Doors", True, "update")
    assert list(post.quotes.values_list("speaker", "text", "verbatim")) == [(speaker.pk, "We begin", True)]


def test_send_shows_the_filing_above_an_empty_form(phone):
    form = phone.fill(phone.open(), text="The doors are open.")

    page = phone.open(phone.send(form).url)

    assert b"Sent to the desk:" in page.content
    assert b"The desk has it; nobody has opened it yet." in page.content
    assert fields_of(page, button="send")["text"] == [""]
    assert fields_of(page, button="send")["post"] != form["post"]


def test_draft_stays_with_the_reporter(phone):
    response = phone.send(phone.fill(phone.open(), "draft", text="Not yet."))

    assert Post.objects.get().state == PostState.DRAFT
    assert b"Kept as a draft:" in phone.open(response.url).content


def test_send_empty_says_so(phone):
    response = phone.send(phone.fill(phone.open()))

    assert response.status_code == 400
    assert b"The post is empty: write something, quote somebody or add a picture." in response.content
    assert not Post.objects.exists()


def test_send_under_the_uuid_of_another_reporter_is_not_found(phone, event, publisher):
    hers = factories.make_post(event, by=publisher, body="<p>Secret.</p>")

    response = phone.send(phone.fill(phone.open(), text="Mine.", post=str(hers.pk)))

    assert response.status_code == 404
    assert b"Secret" not in response.content
    assert Post.objects.get().body == "<p>Secret.</p>"


def test_quote_by_nobody_is_refused_at_its_field(phone):
    response = phone.send(phone.fill(phone.open(), quote_text="Well."))

    assert response.status_code == 400
    assert b"Say who said it" in response.content
    assert fields_of(response, button="send")["quote_text"] == ["Well."]


def test_quote_by_an_unnamed_person(phone):
    phone.send(phone.fill(phone.open(), quote_text="Well.", quote_attribution="a panellist, not identified"))

    post = Post.objects.get()
    assert (post.kind, post.quotes.get().attribution) == ("quote", "a panellist, not identified")


def test_headline_too_long_loses_nothing(phone):
    response = phone.send(phone.fill(phone.open(), text="Words.", headline="x" * 201))

    assert response.status_code == 400
    assert fields_of(response, button="send")["text"] == ["Words."]
    assert fields_of(response, button="send")["headline"] == ["x" * 201]


def test_credit_is_the_event_s_for_who_has_none(publishing_phone, event):
    event.default_credit = "Newsroom"
    event.save()

    form = publishing_phone.fill(publishing_phone.open())

    assert form[f"{first_slot(form)}-credit"] == ["Newsroom"]


def test_malformed_uuid_is_replaced(phone):
    phone.send(phone.fill(phone.open(), text="Words.", post="x", photo=["y"]))

    assert isinstance(Post.objects.get().pk, uuid.UUID)


def test_unassigned_meanwhile_gets_her_words_back(phone, event, reporter):
    form = phone.fill(phone.open(), text="Words that cost an hour.")
    event.assignments.filter(person=reporter).delete()

    response = phone.send(form)

    assert response.status_code == 403
    assert b"You are not assigned to this event, or not any more: ask the desk." in response.content
    assert b"Words that cost an hour." in response.content
    assert not Post.objects.exists()


def test_event_of_others_is_not_shown(phone):
    other = factories.make_event(slug="other", title="Secret summit")
    factories.make_keynote(other, title="Surprise guest", held=True)

    response = phone.send({**phone.fill(phone.open(), text="Words."), "event": "other"})

    assert response.status_code == 403
    assert b"Secret summit" not in response.content
    assert b"Surprise guest" not in response.content


def test_photographer_files(event):
    person = factories.make_person(roles.PHOTOGRAPHER)
    factories.assign(person, event)
    phone = Phone(person)

    phone.send(phone.fill(phone.open(), text="Words."))

    assert Post.objects.get().author == person


def test_not_in_a_keynote_reaches_the_desk_as_a_choice(phone, event):
    factories.make_keynote(event)

    phone.send(phone.fill(phone.open(), text="In the corridor.", keynote=""))

    post = Post.objects.get()
    assert post.outside_keynote
    assert points(post, filing.snapshot(post)) == []


def test_a_form_without_the_keynote_chooses_nothing(phone, event):
    form = phone.fill(phone.open(), text="In the corridor.")
    del form["keynote"]

    phone.send(form)

    assert not Post.objects.get().outside_keynote


def test_a_keynote_chosen_later_takes_the_choice_back(phone, event):
    keynote = factories.make_keynote(event)
    phone.send(phone.fill(phone.open(), "draft", text="In the corridor.", keynote=""))
    address = f"/field/posts/{Post.objects.get().pk}/"

    phone.send(phone.fill(phone.open(address), keynote=keynote.slug), address)
    chosen = Post.objects.get()
    phone.send(phone.fill(phone.open(address), "save", keynote=""), address)

    assert (chosen.keynote, chosen.outside_keynote) == (keynote, False)
    assert (Post.objects.get().keynote, Post.objects.get().outside_keynote) == (None, True)


def test_a_draft_of_who_had_not_decided_is_decided_by_sending(phone, event, reporter):
    post = factories.make_post(event, by=reporter, body="<p>Words.</p>")
    address = f"/field/posts/{post.pk}/"

    phone.send(phone.fill(phone.open(address), keynote=""), address)

    assert Post.objects.get().outside_keynote


def test_every_box_for_words_takes_its_direction_from_them(phone, event):
    page = phone.open().content.decode()

    boxes = re.findall(r'<textarea[^>]*>|<input type="text"[^>]*>', page)
    assert len(boxes) > 5
    assert [box for box in boxes if 'dir="auto"' not in box] == []
