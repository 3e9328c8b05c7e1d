"""What `HOST=0.0.0.0 make run` tells a phone: where it is found, as a code, and what HTTP cannot do."""

import re
import socket

import pytest
import qrcode

from newsroom import launcher, phone
from tests.newsroom.test_environment import settings_with

BLOCK = re.compile(r"\x1b\[38;5;(16|231);48;5;(16|231)m▀")
SHOW = "from django.conf import settings as s; print(s.PUBLIC_URL, *s.ALLOWED_HOSTS)"


@pytest.fixture
def terminal(settings):
    settings.HOST, settings.PUBLIC_URL, settings.PUBLIC_HOST = "0.0.0.0", "http://192.0.2.7:8000", "192.0.2.7"
    return settings


def modules(text: str) -> list[list[bool]]:
    """The code that a terminal shows: whether each module is dark."""
    rows = []
    for line in text.splitlines():
        if pairs := BLOCK.findall(line):
            rows += [[pair[half] == "16" for pair in pairs] for half in (0, 1)]
    return rows


def matrix(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    return code.get_matrix()


def test_a_terminal_shows_the_address_and_its_code(terminal, capsys):
    launcher.greet_phones(with_code=True)

    said = capsys.readouterr().out
    address = re.search(r"on a phone (\S+)", said)[1]
    shown = modules(said)
    assert address == "http://192.0.2.7:8000/field/"
    assert shown[: len(matrix(address))] == matrix(address)
    assert not any(map(any, shown[len(matrix(address)) :]))
    assert "Filing offline needs HTTPS" in said


def test_over_https_there_is_nothing_to_warn_of(terminal, capsys):
    terminal.PUBLIC_URL = "https://news.example.org"

    launcher.greet_phones(with_code=True)

    said = capsys.readouterr().out
    assert modules(said)[: len(matrix("https://news.example.org/field/"))] == matrix(
        "https://news.example.org/field/"
    )
    assert "HTTPS" not in said


def test_a_log_has_no_code_and_a_machine_without_a_network_says_so(terminal, capsys):
    launcher.greet_phones(with_code=False)
    terminal.PUBLIC_HOST = "127.0.0.1"
    launcher.greet_phones(with_code=True)

    said = capsys.readouterr().out
    assert modules(said) == []
    assert said.count("That is this machine alone") == 1


def test_started_for_the_network_it_is_found_there(tmp_path):
    here = phone.address_here() or "127.0.0.1"

    shown = settings_with(tmp_path, code=SHOW, HOST="0.0.0.0", PORT="8123").stdout.split()
    named = settings_with(tmp_path, code=SHOW, HOST="0.0.0.0", PUBLIC_URL="https://news.example.org")

    assert shown[:2] == [f"http://{here}:8123", here]
    assert named.stdout.split()[0] == "https://news.example.org"


def test_without_a_network_there_is_no_address(monkeypatch):
    def unreachable(*_) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "socket", lambda *_: Unconnected(unreachable))

    assert phone.address_here() is None


class Unconnected:
    """A socket on a machine whose kernel knows no way."""

    def __init__(self, connect):
        self.connect = connect

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass
