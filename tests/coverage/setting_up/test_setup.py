"""`manage.py setup`: asked or given, checked as a whole, kept, and run again."""

import os
import stat
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from coverage.demo.content import EVENT
from coverage.demo.load import load_people
from newsroom import kept
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from tests import factories
from tests.media import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PASSWORD = "correct horse battery staple"
FLAGS = ("--name", "The Hall", "--publisher", "Hall Media Ltd", "--languages", "fr,en-gb")


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    settings.DATA_DIR, settings.HOUSE_FILES, settings.KEPT = tmp_path, tmp_path / "house", frozenset()
    for name in ("PUBLIC_URL", "EMAIL_URL", "NEWSROOM_DEMO", "NEWSROOM_ENV", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def answers(monkeypatch):
    """What is typed, in this order; a password is typed unseen."""
    typed, asked = [], []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return typed.pop(0)

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("getpass.getpass", answer)
    return typed, asked


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("setup", *arguments, stdout=out)
    return out.getvalue()


def test_all_of_it_without_a_question(folder, monkeypatch, settings):
    monkeypatch.setenv("SETUP_PASSWORD", PASSWORD)
    monkeypatch.setenv("SETUP_EMAIL_URL", "smtp://desk:hidden@mail.example.org:587")
    (folder / "mark.png").write_bytes(png(1600, 400))

    said = run(
        "--no-input", "--production", *FLAGS, "--public-url", "https://news.example.org/",
        "--imprint", "https://example.org/imprint", "--contact", "desk@example.org",
        "--logo", str(folder / "mark.png"), "--admin", "rosa", "--admin-email", "rosa@example.org",
    )  # fmt: skip

    assert kept.values(folder) == {
        "NEWSROOM_NAME": "The Hall",
        "PUBLISHER": "Hall Media Ltd",
        "NEWSROOM_LANGUAGES": "fr,en-gb",
        "PUBLIC_URL": "https://news.example.org",
        "EMAIL_URL": "smtp://desk:hidden@mail.example.org:587",
        "LEGAL_LINKS": "contact=mailto:desk@example.org imprint=https://example.org/imprint",
        "NEWSROOM_DEMO": "0",
        "NEWSROOM_ENV": "production",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    assert stat.S_IMODE((folder / kept.NAME).stat().st_mode) == 0o600
    assert not any(secret in said for secret in ("hidden", PASSWORD, settings.SECRET_KEY))
    assert "EMAIL_URL: not set → smtp://desk:…@mail.example.org:587" in said
    with Image.open(folder / "house" / "logo.png") as logo:
        assert logo.size == (1200, 300)
    assert User.objects.get(username="rosa", is_superuser=True, is_staff=True).check_password(PASSWORD)
    assert list(AuditRow.objects.values_list("verb", "person_name")) == [("set up", "rosa")]


def test_run_again_it_changes_what_is_said_alone(folder, monkeypatch):
    monkeypatch.setenv("SETUP_PASSWORD", PASSWORD)
    run("--no-input", *FLAGS, "--admin", "rosa")
    before, person = kept.values(folder), User.objects.values().get()

    same = run("--no-input", *FLAGS, "--admin", "rosa")
    said = run("--no-input", "--name", "The Great Hall", "--publisher", "")

    assert "nothing changes" in same
    assert said.splitlines()[:2] == [
        "  NEWSROOM_NAME: The Hall → The Great Hall",
        "  PUBLISHER: Hall Media Ltd → not set",
    ]
    del before["PUBLISHER"]
    assert kept.values(folder) == {**before, "NEWSROOM_NAME": "The Great Hall"}
    assert User.objects.values().get() == person


def test_one_thing_that_is_wrong_keeps_nothing_and_all_are_named(folder, monkeypatch):
    monkeypatch.setenv("SETUP_PASSWORD", "rosa")
    (folder / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")

    with pytest.raises(CommandError) as refused:
        run("--no-input", "--name", "The Hall", "--public-url", "news.example.org", "--imprint", "javascript:1",
            "--logo", str(folder / "mark.svg"), "--admin", "rosa", "--production")  # fmt: skip

    said = str(refused.value).splitlines()
    assert said[0] == "Nothing was changed."
    assert [
        any(word in line for line in said) for word in ("PUBLIC_URL", "imprint", "SVG", "too short", "https")
    ] == [True] * 5
    assert os.listdir(folder) == ["mark.svg"]
    assert not User.objects.exists()


def test_where_the_demo_is_no_newsroom_for_readers_is_set_up(folder):
    factories.make_event(slug=EVENT.slug)

    with pytest.raises(CommandError, match="The demo is in"):
        run("--no-input", "--production", "--public-url", "https://news.example.org")
    run("--no-input", "--name", "The Hall")

    assert kept.values(folder) == {"NEWSROOM_NAME": "The Hall", "NEWSROOM_DEMO": "0"}


@pytest.mark.parametrize("make", [load_people, lambda: factories.make_event(slug=EVENT.slug)])
def test_where_the_demo_is_nothing_is_set_up_for_whom_the_environment_makes_readers(
    folder, monkeypatch, make
):
    make()
    monkeypatch.setenv("NEWSROOM_ENV", "production")
    monkeypatch.setenv("PUBLIC_URL", "https://news.example.org")
    monkeypatch.setenv("SECRET_KEY", "said elsewhere")

    with pytest.raises(CommandError, match="The demo is in"):
        run("--no-input", "--name", "The Hall")

    assert kept.values(folder) == {}


def test_the_demo_s_chief_is_no_administrator(folder, monkeypatch):
    monkeypatch.setenv("SETUP_PASSWORD", PASSWORD)
    load_people()

    said = run("--no-input", "--name", "The Hall")
    with pytest.raises(CommandError, match="The administrator chief: A user with that username already"):
        run("--no-input", "--admin", "chief")
    after = run("--no-input", "--admin", "rosa")

    assert "There is no administrator yet" in said
    assert "There is no administrator yet" not in after
    assert User.objects.filter(username="rosa", is_superuser=True).exists()


def test_what_the_environment_says_is_not_kept_over(folder, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://here.example.org")

    with pytest.raises(CommandError, match="PUBLIC_URL is set in the environment, which wins"):
        run("--no-input", "--public-url", "https://there.example.org")

    assert "PUBLIC_URL" not in kept.values(folder)


def test_it_asks_again_what_makes_no_sense_and_shows_what_it_will_do(folder, answers):
    typed, asked = answers
    typed += [
        "The Hall",
        "",
        "de",
        "fr",
        "nowhere",
        "https://news.example.org",
        "smtp://desk@mail.example.org",
    ]
    typed += ["p@ss/word", "", "", "desk@example.org", "", "", "", "", "y"]
    typed += ["rosa", "rosa@example.org", PASSWORD, "another", PASSWORD, PASSWORD, "y"]

    said = run("--publisher", "x" * 61)

    found = kept.values(folder)
    assert typed == []
    assert found["EMAIL_URL"] == "smtp://desk:p%40ss%2Fword@mail.example.org"
    assert (found["NEWSROOM_LANGUAGES"], found["NEWSROOM_ENV"]) == ("fr", "production")
    assert found["LEGAL_LINKS"] == "contact=mailto:desk@example.org"
    assert "NEWSROOM_LANGUAGES begins with de" in said
    assert "PUBLIC_URL is 'nowhere'" in said
    assert "The name is one line of at most 60 characters" in said
    assert "two different passwords" in said
    assert "p%40ss" not in said + "".join(asked)
    assert User.objects.get().check_password(PASSWORD)


def test_asked_and_refused_it_keeps_nothing(folder, answers):
    factories.make_chief(is_superuser=True)
    answers[0].extend(["The Hall", *[""] * 11, "n"])

    with pytest.raises(CommandError, match="Nothing was changed"):
        run()

    assert os.listdir(folder) == []


def test_nobody_who_answers_is_told_so(folder, monkeypatch):
    def nobody(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)

    with pytest.raises(CommandError, match="a question was not answered"):
        run("--name", "The Hall")

    assert os.listdir(folder) == []


def test_an_administrator_who_is_there_needs_no_other(folder):
    factories.make_chief(is_superuser=True)

    assert "There is no administrator" not in run("--no-input", "--name", "The Hall")
    assert User.objects.count() == 1


def test_a_name_that_somebody_has_is_refused(folder, monkeypatch):
    monkeypatch.setenv("SETUP_PASSWORD", PASSWORD)
    factories.make_person(username="rosa")

    with pytest.raises(
        CommandError, match="The administrator rosa: A user with that username already exists"
    ):
        run("--no-input", "--admin", "rosa")


def test_a_mail_is_sent_by_what_was_just_said(folder, monkeypatch):
    monkeypatch.setenv("SETUP_EMAIL_URL", f"file:{folder}/mails")

    run(
        "--no-input",
        "--name",
        "The Hall",
        "--public-url",
        "https://news.example.org",
        "--test-mail",
        "rosa@example.org",
    )

    [mail] = (folder / "mails").iterdir()
    assert "Subject: The Hall sends e-mail" in mail.read_text()
    assert "To: rosa@example.org" in mail.read_text()
    assert "From: The Hall <newsroom@news.example.org>" in mail.read_text()


def test_a_mail_that_does_not_go_says_so_and_the_rest_is_kept(folder, monkeypatch):
    monkeypatch.setenv("SETUP_EMAIL_URL", "smtp://127.0.0.1:1")

    with pytest.raises(CommandError, match="What you said is kept"):
        run("--no-input", "--test-mail", "rosa@example.org")

    assert kept.values(folder)["EMAIL_URL"] == "smtp://127.0.0.1:1"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no PNG"),
        (drawing.jpeg(300, 100), "no PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + (65535).to_bytes(4) * 2, "pixels"),
    ],
)
def test_a_logo_is_a_png(folder, content, says):
    (folder / "mark.png").write_bytes(content)

    with pytest.raises(CommandError, match=says):
        run("--no-input", "--logo", str(folder / "mark.png"))

    assert not (folder / "house").exists()


def test_a_logo_that_is_cut_short_is_refused_and_one_is_taken_away(folder):
    whole = png(300, 100)
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "mark.png").write_bytes(whole)

    with pytest.raises(CommandError, match="cut short"):
        run("--no-input", "--logo", str(folder / "cut.png"))
    run("--no-input", "--logo", str(folder / "mark.png"))
    assert (folder / "house" / "logo.png").exists()
    run("--no-input", "--no-logo")

    assert not list((folder / "house").iterdir())


def png(width: int, height: int) -> bytes:
    """Noise, which no optimiser makes small."""
    file = BytesIO()
    Image.effect_noise((width, height), 50).save(file, "PNG")
    return file.getvalue()
