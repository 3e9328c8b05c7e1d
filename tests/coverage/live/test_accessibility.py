"""axe-core finds nothing on any page in any state, light and dark, on a phone and on a desk."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.coverage.live.world import PAGES, STATES, open_page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("browser")]

LOOKS = list(itertools.product(("light", "dark"), (360, 1280)))
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "resultTypes": ["violations", "incomplete"],
}
# The rail and its dots hide from axe-core what words stand on: without them it judges every word.
WITHOUT_THE_RAIL = """
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".post::before, .post::after { content: none !important }");
    document.adoptedStyleSheets = [sheet];
"""
# Left undecided because a bar that does not scroll lies over a part of it, or it is that bar, or an arrow.
OPEN = {"elmPartiallyObscured", "elmPartiallyObscuring", "nonBmp"}


def findings(page) -> list[str]:
    """What axe-core has against the page as it stands, in each look: the rule, where, and why. Contrast that it
    cannot judge counts."""
    found = []
    page.evaluate(Axe().axe_script)
    page.evaluate(WITHOUT_THE_RAIL)
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        said = page.evaluate("options => axe.run(options)", OPTIONS)
        undecided = [one for one in said["incomplete"] if one["id"] == "color-contrast"]
        found += [
            f"{scheme} {width}: {rule['id']}: {node['html']}: {node['failureSummary']}"
            for rule in [*said["violations"], *undecided]
            for node in rule["nodes"]
            if not is_open(node)
        ]
    return found


def is_open(node: dict) -> bool:
    return any((check["data"] or {}).get("messageKey") in OPEN for check in node["any"] if check["data"])


def test_nothing_is_found_on_any_page(open_reader, world):
    """In one test: building the world takes longer than looking at a page."""
    reader = open_reader(reduced_motion="reduce")

    found = {}
    for name in PAGES:
        open_page(reader, world, name)
        found[name] = findings(reader.page)

    assert {name: those for name, those in found.items() if those} == {}


@pytest.mark.parametrize("name", STATES)
def test_nothing_is_found_on_an_event_page_when(open_reader, world, name):
    reader = open_reader(reduced_motion="reduce")
    reader.open()
    STATES[name](reader, world)

    assert findings(reader.page) == []


def test_what_is_wrong_is_found(reader):
    reader.page.set_content(
        "<main><h1>A page</h1><img src='a.png'><p style='color:#ccc'>Too pale.</p></main>"
    )

    assert {finding.split(": ")[1] for finding in findings(reader.page)} == {
        "color-contrast",
        "document-title",
        "html-has-lang",
        "image-alt",
    }
