"""`DATA_DIR/newsroom.env`: what it says is read as it was written, and the environment itself wins."""

import os
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given as tried
from hypothesis import strategies as st

from newsroom import environment, kept
from tests.newsroom.test_environment import settings_with

SHOW = "from django.conf import settings as s; print(repr([s.NEWSROOM_NAME, s.PUBLISHER, s.PORT, sorted(s.KEPT)]))"


@tried(value=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1))
def test_whatever_is_kept_is_read_again(tmp_path_factory, value):
    folder = tmp_path_factory.mktemp("kept")

    kept.keep(folder, {"NEWSROOM_NAME": value, "PUBLISHER": "Acme"})

    assert kept.values(folder) == {"NEWSROOM_NAME": value, "PUBLISHER": "Acme"}


def test_only_what_is_said_changes_and_nobody_else_reads_it(tmp_path):
    path = tmp_path / kept.NAME
    path.write_text(
        "# Ours.\nREDIS_URL=redis://here\nexport PUBLISHER=Old\n\nPUBLISHER=Older\nEMAIL_URL=console:\n"
    )
    path.chmod(0o644)

    kept.keep(
        tmp_path, {"PUBLISHER": "It’s $HOME", "EMAIL_URL": "", "PUBLIC_URL": "https://news.example.org"}
    )

    assert path.read_text() == (
        '# Ours.\nREDIS_URL=redis://here\nPUBLISHER="It’s $HOME"\n\nPUBLIC_URL=https://news.example.org\n'
    ).replace('"', "'")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [kept.NAME]


def test_a_value_of_two_lines_is_not_kept(tmp_path):
    with pytest.raises(ValueError):
        kept.keep(tmp_path, {"NEWSROOM_NAME": "One\nSECRET_KEY=mine"})

    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    (tmp_path / kept.NAME).write_bytes(b"NEWSROOM_NAME=\xff")

    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        kept.values(tmp_path)


def test_each_start_reads_it_and_the_environment_wins(tmp_path):
    kept.keep(tmp_path, {"PUBLISHER": "Hall Media", "PORT": "8765", "NEWSROOM_DEMO": "0"})

    told = settings_with(tmp_path, code=SHOW, PORT="8766", PUBLIC_URL="https://news.example.org:8443")

    assert eval(told.stdout) == ["news.example.org", "Hall Media", 8766, ["NEWSROOM_DEMO", "PUBLISHER"]]


@pytest.mark.parametrize(
    ("read", "given", "says"),
    [
        (lambda text: environment.printed_name("NEWSROOM_NAME", text), "x" * 61, "at most 60 characters"),
        (lambda text: environment.languages([text, "en-gb"], ["en-gb"]), "de", "begins with de"),
        (lambda text: environment.languages(["en-gb", text], ["en-gb"]), "e", "has e"),
        (lambda text: environment.languages([text], ["en-gb"]), "", "has nothing"),
        (lambda text: environment.legal_links([text]), "impressum=https://example.org", "it is about=https"),
        (lambda text: environment.legal_links([text]), "imprint=javascript:alert(1)", "like https"),
        (lambda text: environment.legal_links([text]), 'imprint=https://example.org/"on', "like https"),
        (lambda text: environment.legal_links([text]), "imprint=https://example.org:x", "like https"),
        (lambda text: environment.legal_links([text]), "imprint=", "like https"),
    ],
)
def test_what_makes_no_sense_is_refused(read, given, says):
    with pytest.raises(ImproperlyConfigured, match=says):
        read(given)


def test_links_stand_in_the_order_of_a_page_s_foot():
    said = ["privacy=https://example.org/p", "contact=desk@example.org"]

    assert list(environment.legal_links(said).items()) == [
        ("contact", "mailto:desk@example.org"),
        ("privacy", "https://example.org/p"),
    ]
