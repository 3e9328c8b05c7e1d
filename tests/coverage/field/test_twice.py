"""The same form sent more than once: one post, and the answer is the first one's."""

import uuid

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from coverage.field.photos import sent_slots
from coverage.models import Post
from media.models import Image
from tests import factories, processes
from tests.coverage.field.phone import Phone, fields_of, first_slot, photograph


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
def test_send_four_times_at_once_files_once(event, reporter):
    phone = Phone(reporter)
    form = phone.fill(phone.open(), text="The doors are open.")
    slot = first_slot(form)

    running = processes.start_together(
        f"""
from django.test import Client
from newsroom.editorial.people import User
from tests.coverage.field.phone import photograph
client = Client()
client.force_login(User.objects.get(pk={reporter.pk}))
form = {{**{form!r}, "{slot}-file": photograph(), "{slot}-alt_text": "The hall."}}
print(client.post("/field/", form, HTTP_HOST="127.0.0.1").url)
""",
        4,
    )
    addresses = sorted(processes.outcome(process).strip() for process in running)

    post = Post.objects.get()
    again = f"/field/posts/{post.pk}/?done=again"
    assert addresses == [f"/field/?event=kubecon&filed={post.pk}", again, again, again]
    assert str(post.post_images.get().image_id) == slot
    assert Image.objects.count() == 1


def test_a_picture_that_arrives_while_its_form_is_read_is_hers_still(event, reporter):
    slot, made = uuid.uuid4(), []

    def meanwhile(execute, sql, *rest):
        found = execute(sql, *rest)
        if '"media_image"' in sql and not made:
            made.append(True)
            factories.make_image(pk=slot, uploaded_by=reporter)
        return found

    with connection.execute_wrapper(meanwhile):
        [sent] = sent_slots(QueryDict(f"photo={slot}"), MultiValueDict(), reporter)

    assert sent.id == slot
