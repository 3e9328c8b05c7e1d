"""`manage.py file_email`: a reporter's letter becomes a draft once; what is refused is said to the mail server."""

import io
import os

import pytest
from django.core.management import CommandError, call_command

from coverage.models import Post
from coverage.record.models import ReleasedPost
from media.models import Image
from media.storage import Unavailable
from newsroom.editorial.people import User
from tests import factories
from tests.coverage.field.phone import not_a_photograph, photograph
from tests.coverage.field.test_letters import letter


@pytest.fixture(autouse=True)
def address(reporter):
    User.objects.filter(pk=reporter.pk).update(email="Ada@Example.org")


@pytest.fixture
def send(tmp_path):
    """Gives a letter to the command, as a file; answers what it says."""

    def run(message, *options: str) -> str:
        out, file = io.StringIO(), tmp_path / "letter.eml"
        file.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
        call_command("file_email", str(file), *options, stdout=out)
        return out.getvalue()

    return run


def with_picture(data: bytes, message=None, name: str = "IMG_1.jpg"):
    message = message or letter()
    message.add_attachment(data, maintype="image", subtype="jpeg", filename=name)
    return message


def test_a_letter_becomes_a_draft_with_its_picture(send, reporter):
    said = send(with_picture(photograph().read(), letter("Doors <open>.\n\nThe hall fills.")))

    post = Post.objects.get()
    assert (post.author, post.state, post.headline) == (reporter, "draft", "Doors")
    assert post.body == "<p>Doors &lt;open&gt;.</p><p>The hall fills.</p>"
    image = post.post_images.get().image
    assert (image.uploaded_by, image.state, image.credit) == (reporter, "received", "Ada Byron/Newsroom")
    assert said == f"Filed as a draft to KubeCon: http://127.0.0.1:8000/field/posts/{post.pk}/\n"
    assert not ReleasedPost.objects.exists()


def test_it_comes_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(letter().as_bytes())))

    call_command("file_email", "-", stdout=io.StringIO())

    assert Post.objects.get().headline == "Doors"


def test_the_same_letter_is_filed_once(send):
    first = send(with_picture(photograph().read()))
    Post.objects.update(headline="Changed since")

    again = send(with_picture(photograph().read()))

    assert again == first
    assert (Post.objects.get().headline, Image.objects.count()) == ("Changed since", 1)
    send(letter(Message_ID="<2@example.org>"))
    assert Post.objects.count() == 2


def test_she_may_publish_and_still_it_is_a_draft(send, reporter):
    reporter.assignments.update(may_publish=True)

    send(letter())

    assert Post.objects.get().state == "draft"


def test_a_refused_picture_keeps_no_words_away_and_is_said(send):
    message = with_picture(not_a_photograph().read(), with_picture(photograph().read()), "minutes.jpg")

    with pytest.raises(CommandError, match=r"without these pictures:\nminutes.jpg: .*PDF") as refused:
        send(message)

    assert refused.value.returncode == os.EX_DATAERR
    assert Post.objects.get().post_images.count() == 1


def test_only_so_many_pictures_are_taken(send, monkeypatch):
    monkeypatch.setattr("coverage.field.by_mail.MOST_PICTURES", 1)
    message = with_picture(photograph("red").read(), with_picture(photograph().read()))

    with pytest.raises(CommandError, match="only 1 pictures of one e-mail"):
        send(message)

    assert Image.objects.count() == 1


@pytest.mark.parametrize("sender", ["mallory@example.org", "grace@example.org", "reader@example.org"])
def test_whoever_is_unknown_gone_or_has_no_role_files_nothing(sender, send):
    factories.make_person(email="grace@example.org", is_active=False)
    User.objects.create_user("reader", "reader@example.org")

    with pytest.raises(CommandError, match=f"Nobody of this newsroom sends from {sender}") as refused:
        send(letter(From=sender))

    assert refused.value.returncode == os.EX_NOUSER
    assert not Post.objects.exists()


def test_the_event_may_be_named_and_must_be_hers(send, reporter):
    other, foreign = factories.make_event(slug="other"), factories.make_event(slug="foreign")
    factories.assign(reporter, other)

    send(letter(), "--event", "other")
    with pytest.raises(CommandError, match="not assigned") as refused:
        send(letter(Message_ID="<2@example.org>"), "--event", foreign.slug)

    assert Post.objects.get().event == other
    assert refused.value.returncode == os.EX_NOUSER


@pytest.mark.parametrize("message", [b"", b"no headers", letter("", Subject="")])
def test_nothing_in_it_files_nothing(message, send):
    with pytest.raises(CommandError, match=r"^Not filed\.") as refused:
        send(message)

    assert refused.value.returncode == os.EX_DATAERR
    assert not Post.objects.exists()


def test_a_letter_too_long_or_too_large_is_refused(send, monkeypatch):
    with pytest.raises(CommandError, match="too long"):
        send(letter("word " * 9000))
    monkeypatch.setattr("coverage.management.commands.file_email.MOST", 100)

    with pytest.raises(CommandError, match="too large"):
        send(letter())

    assert not Post.objects.exists()


def test_a_machine_s_letter_is_left_alone(send):
    assert send(letter(Auto_Submitted="auto-replied")) == "Nothing was filed: a machine wrote this e-mail.\n"
    assert not Post.objects.exists()


def test_while_pictures_cannot_be_stored_the_mail_server_tries_again(send, monkeypatch):
    def away(*args, **kwargs):
        raise Unavailable("Pictures cannot be stored at the moment.")

    monkeypatch.setattr("media.ingest.receive", away)

    with pytest.raises(CommandError) as refused:
        send(with_picture(photograph().read()))

    assert refused.value.returncode == os.EX_TEMPFAIL
    assert not Post.objects.exists()


def test_there_is_no_such_file(db):
    with pytest.raises(CommandError) as refused:
        call_command("file_email", "/nowhere/letter.eml")

    assert refused.value.returncode == os.EX_NOINPUT
