"""Filing photographs from the page: received ones stay, refused ones take no words with them."""

from coverage.models import Post
from tests import factories
from tests.coverage.field.phone import fields_of, first_slot, not_a_photograph, photograph


def test_send_with_the_photograph_of_another_reporter_is_not_found(phone, publisher):
    image = factories.make_image(uploaded_by=publisher)

    response = phone.send(phone.fill(phone.open(), text="Mine.", photo=[str(image.pk)]))

    assert response.status_code == 404
    assert not Post.objects.exists()
    filled = phone.send(phone.fill(response, "restore"))
    phone.send(phone.fill(filled))
    assert (Post.objects.get().plain_body(), Post.objects.get().post_images.count()) == ("Mine.", 0)


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


def test_a_change_keeps_every_picture_the_desk_put_there(phone, reporter, event):
    images = [factories.make_image() for _ in range(13)]
    post = factories.make_post(event, by=reporter, images=[{"image": image} for image in images])
    address = f"/field/posts/{post.pk}/"

    phone.send({**phone.fill(phone.open(address)), "text": "Other words."}, address)

    post.refresh_from_db()
    assert post.body == "<p>Other words.</p>"
    assert [row.image for row in post.post_images.all()] == images


def test_an_emptied_credit_is_refused_beside_the_photographs(phone, reporter, event):
    image = factories.make_image(uploaded_by=reporter)
    post = factories.make_post(event, by=reporter, images=[{"image": image}])
    address = f"/field/posts/{post.pk}/"

    response = phone.send({**phone.fill(phone.open(address)), f"{image.pk}-credit": ""}, address)

    assert response.status_code == 400
    said = "A picture readers may see keeps its credit: write the right one."
    assert ("photographs", said) in response.context["sheet"].complaints
    image.refresh_from_db()
    assert image.credit == "Ada Byron/Newsroom"


def test_enter_key_sends_nothing_and_keeps_the_photograph(phone):
    form = phone.fill(phone.open(), "stay", text="Words.")
    slot = first_slot(form)

    response = phone.send({**form, f"{slot}-file": photograph()})

    assert response.status_code == 200
    assert fields_of(response, button="send")["text"] == ["Words."]
    assert b"<strong>Received</strong>" in response.content
    assert not Post.objects.exists()


def test_another_file_in_place_of_the_refused(phone):
    form = phone.fill(phone.open(), text="Words.")
    slot = first_slot(form)
    refused = phone.send({**form, f"{slot}-file": not_a_photograph()})

    phone.send({**phone.fill(refused), f"{slot}-file": photograph()})

    assert str(Post.objects.get().post_images.get().image_id) == slot
