"""Every address leads to a view that can be called, and every name the record's templates use has an address."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

RECORD = Path(settings.BASE_DIR) / "templates" / "record"
URL_TAG = re.compile(r"""\{%-?\s*url\s+["']([^"']+)["']((?:\s+[^\s%]+)*?)(?:\s+as\s+\w+)?\s*-?%\}""")


def addresses(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Every pattern below it, with its whole route."""
    found = []
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            found += addresses(pattern, route)
        else:
            found.append((route, pattern))
    return found


def uses(path: Path) -> list[tuple[str, int]]:
    """Each name in a template's url tags, with how many arguments it is given."""
    return [(name, len(words.split())) for name, words in URL_TAG.findall(path.read_text())]


ADDRESSES = addresses(get_resolver())
USES = sorted({(path.name, *use) for path in RECORD.glob("*.html") for use in uses(path)})


def test_every_address_has_a_view_that_can_be_called():
    assert len(ADDRESSES) > 50
    assert [route for route, pattern in ADDRESSES if not callable(pattern.callback)] == []


def test_no_address_shadows_another():
    routes = [route for route, pattern in ADDRESSES if pattern.name]

    assert sorted({route for route in routes if routes.count(route) > 1}) == []


def test_no_route_begins_with_a_slash_or_doubles_one():
    assert [route for route, _ in ADDRESSES if route.startswith("/") or "//" in route] == []


@pytest.mark.parametrize("name", ["handler404", "handler500"])
def test_the_error_pages_views_import(name):
    urls = get_resolver().urlconf_module

    assert callable(import_string(getattr(urls, name)))


def test_the_record_s_templates_link_to_what_readers_see():
    assert {name for _, name, _ in USES} == {
        "error_reports:report",
        "front:keynote",
        "front:organisation",
        "front:post",
        "front:speaker",
        "front:wrap",
    }
    links = sum(path.read_text().count("{% url") for path in RECORD.glob("*.html"))
    assert links == sum(len(uses(path)) for path in RECORD.glob("*.html"))


@pytest.mark.parametrize(("template", "name", "count"), USES)
def test_each_name_in_a_template_of_the_record_reverses(template, name, count):
    address = reverse(name, args=[f"word-{place}" for place in range(count)])

    assert address.startswith("/")
    with pytest.raises(NoReverseMatch):
        reverse(name, args=["word"] * (count + 1))


@pytest.mark.parametrize("path", sorted(RECORD.glob("*.html")), ids=lambda path: path.name)
def test_each_template_of_the_record_loads(path):
    assert get_template(f"record/{path.name}")
