"""What the files in deploy/ repeat of the settings."""

import re

from django.utils.csp import build_policy

from newsroom.static_branch import TYPES
from tests.nginx import TEMPLATE

ADDED = re.compile(r"add_header (\S+) \$(\w+) always;")


def mapped(name: str) -> str:
    """What nginx says in this variable of an answer of its own."""
    found = re.search(rf'_policy \${name} {{\s+"" ("[^"]+"|[^;]+);', TEMPLATE.read_text())
    return found[1].strip('"')


def test_nginx_sends_the_headers_of_the_settings_with_its_own_answers(settings):
    assert mapped("policy") == build_policy(settings.SECURE_CSP)
    assert mapped("permissions") == settings.STRICT_HEADERS["Permissions-Policy"]
    assert mapped("resource") == settings.STRICT_HEADERS["Cross-Origin-Resource-Policy"]
    assert mapped("opener") == settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    assert mapped("referrer") == settings.SECURE_REFERRER_POLICY
    assert mapped("frame") == settings.X_FRAME_OPTIONS


def test_nginx_sends_them_all_wherever_it_sends_any():
    """A location that adds a header has none of those the server adds."""
    places = re.split(r"\n    location ", TEMPLATE.read_text())
    added = [names for place in places if (names := [name for name, _ in ADDED.findall(place)])]

    assert len(added) == 3
    assert added[0] == added[1] == added[2]
    assert [place for place in places[1:] if "add_header" in place and not ADDED.search(place)] == []


def test_nginx_gives_a_static_file_the_type_the_newsroom_gives_it():
    block = re.search(r"location /static/ {.*?types {(.*?)}", TEMPLATE.read_text(), re.DOTALL)[1]
    there = {
        ending: kind for kind, endings in re.findall(r"(\S+) ([^;]+);", block) for ending in endings.split()
    }

    assert there == {ending: kind.partition(";")[0] for ending, kind in TYPES.items()}
