"""Filing from the page, without JavaScript."""

import uuid

from coverage.models import Post
from media.models import Image
from newsroom.editorial import roles
from newsroom.editorial.states import PostState
from tests import factories
from tests.coverage.field.phone import Phone, fields_of, first_slot, not_a_photograph, photograph


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

    assert b"Kept, once." in page.content
    assert b"The desk has it; nobody has opened it yet." in page.content
    assert fields_of(page, button="send")["text"] == [""]
    assert fields_of(page, button="send")["post"] != form["post"]


def test_draft_stays_with_the_reporter(phone):
    phone.send(phone.fill(phone.open(), "draft", text="Not yet."))

    assert Post.objects.get().state == PostState.DRAFT


def test_send_empty_says_so(phone):
    response = phone.send(phone.fill(phone.open()))

    assert response.status_code == 400
    assert b"The post is empty: write something, quote somebody or add a picture." in response.content
    assert not Post.objects.exists()


def test_send_twice_files_once_and_shows_the_first(phone):
    form = phone.fill(phone.open(), text="The doors are open.")
    phone.send(form)

    response = phone.send(form)

    post = Post.objects.get()
    assert (response.status_code, response.url) == (302, f"/field/posts/{post.pk}/?done=again")
    assert b"Nothing was sent twice." in phone.open(response.url).content


def test_send_twice_with_a_photograph_makes_one_image(phone):
    form = phone.fill(phone.open(), text="Look.")
    slot = first_slot(form)
    words = {f"{slot}-alt_text": "The hall."}
    phone.send({**form, **words, f"{slot}-file": photograph()})

    response = phone.send({**form, **words, f"{slot}-file": photograph()})

    assert response.url.endswith("?done=again")
    assert Post.objects.count() == Image.objects.count() == 1


def test_send_again_with_other_words_keeps_both_in_view(phone):
    form = phone.fill(phone.open(), text="The doors are open.")
    phone.send(form)

    response = phone.send({**form, "text": "The doors are shut."})

    assert response.status_code == 409
    assert b"This form was sent before, with other words." in response.content
    assert b"<p>The doors are open.</p>" in response.content
    assert fields_of(response, button="save")["text"] == ["The doors are shut."]
    assert Post.objects.get().body == "<p>The doors are open.</p>"


def test_send_under_the_uuid_of_another_reporter_is_not_found(phone, event, publisher):
    hers = factories.make_post(event, by=publisher, body="<p>Secret.</p>")

    response = phone.send(phone.fill(phone.open(), text="Mine.", post=str(hers.pk)))

    assert response.status_code == 404
    assert b"Secret" not in response.content
    assert Post.objects.get().body == "<p>Secret.</p>"


def test_send_with_the_photograph_of_another_reporter_is_not_found(phone, publisher):
    image = factories.make_image(uploaded_by=publisher)

    response = phone.send(phone.fill(phone.open(), text="Mine.", photo=[str(image.pk)]))

    assert response.status_code == 404
    assert not Post.objects.exists()


def test_photograph_is_received_with_its_words(phone):
    form = phone.fill(phone.open(), text="Look.")
    slot = first_slot(form)

    phone.send(
        {**form, f"{slot}-alt_text": "The hall.", f"{slot}-caption": "Early.", f"{slot}-file": photograph()}
    )

    image = Post.objects.get().post_images.get().image
    assert str(image.pk) == slot
    assert (image.alt_text, image.caption, image.credit) == ("The hall.", "Early.", "Ada Byron/Newsroom")


def test_photograph_alone_is_a_photo_post(phone):
    form = phone.fill(phone.open())

    phone.send({**form, f"{first_slot(form)}-file": photograph()})

    assert Post.objects.get().kind == "photo"


def test_three_photographs_keep_their_order(phone):
    form = phone.fill(phone.open(), text="Look.")
    files = {
        f"{slot}-file": photograph(colour)
        for slot, colour in zip(form["photo"], ("red", "lime", "blue"), strict=True)
    }

    phone.send({**form, **files})

    kept = Post.objects.get().post_images.values_list("image_id", flat=True)
    assert [str(image) for image in kept] == form["photo"]


def test_refused_photograph_keeps_the_words_and_the_one_received(phone):
    form = phone.fill(phone.open(), text="Words that cost an hour.", headline="Hour")
    bad, good, _ = form["photo"]

    response = phone.send(
        {
            **form,
            f"{bad}-file": not_a_photograph(),
            f"{bad}-alt_text": "Minutes",
            f"{good}-file": photograph(),
            f"{good}-alt_text": "A hall",
        }
    )

    kept = fields_of(response, button="send")
    assert response.status_code == 400
    assert b"This is a PDF document." in response.content
    assert b"Send the words without it" in response.content
    assert b"<strong>Received</strong> IMG_0001.jpg" in response.content
    assert (kept["text"], kept["headline"], kept["post"]) == (
        ["Words that cost an hour."],
        ["Hour"],
        form["post"],
    )
    assert kept[f"{bad}-alt_text"] == ["Minutes"]
    assert not Post.objects.exists()


def test_words_without_the_refused_photograph(phone):
    form = phone.fill(phone.open(), text="Words.")
    bad, good, _ = form["photo"]
    refused = phone.send(
        {
            **form,
            f"{bad}-file": not_a_photograph(),
            f"{bad}-alt_text": "Minutes",
            f"{good}-file": photograph(),
        }
    )

    response = phone.send(phone.fill(refused))

    assert response.status_code == 302
    assert [str(row.image_id) for row in Post.objects.get().post_images.all()] == [good]


def test_another_file_in_place_of_the_refused(phone):
    form = phone.fill(phone.open(), text="Words.")
    slot = first_slot(form)
    refused = phone.send({**form, f"{slot}-file": not_a_photograph()})

    phone.send({**phone.fill(refused), f"{slot}-file": photograph()})

    assert str(Post.objects.get().post_images.get().image_id) == slot


def test_described_photograph_without_a_file_is_asked_for(phone):
    form = phone.fill(phone.open(), text="Words.")
    slot = first_slot(form)

    response = phone.send({**form, f"{slot}-caption": "Early."})

    assert response.status_code == 400
    assert b"The picture is not here. Choose it again, or send the words without it." in response.content


def test_received_photograph_changed_and_taken_off(phone):
    form = phone.fill(phone.open())
    one, two, _ = form["photo"]
    unsent = phone.send(
        {
            **form,
            "quote_speaker": "",
            "quote_text": "Who?",
            f"{one}-file": photograph(),
            f"{two}-file": photograph("red"),
        }
    )

    phone.send({**phone.fill(unsent), "quote_text": "", f"{one}-alt_text": "New words", f"{two}-off": "on"})

    image = Post.objects.get().post_images.get().image
    assert (str(image.pk), image.alt_text) == (one, "New words")


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


def test_enter_key_sends_nothing_and_keeps_the_photograph(phone):
    form = phone.fill(phone.open(), "stay", text="Words.")
    slot = first_slot(form)

    response = phone.send({**form, f"{slot}-file": photograph()})

    assert response.status_code == 200
    assert fields_of(response, button="send")["text"] == ["Words."]
    assert b"<strong>Received</strong>" in response.content
    assert not Post.objects.exists()


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
