"""What the bench makes of Lighthouse's answer; Lighthouse itself is no part of the tests."""

import json

import pytest

from bench import lighthouse

SCORES = {"performance": 0.97, "accessibility": 1, "best-practices": 1, "seo": 1}
PAGE = """
<a href="/events/kubecon-eu-2024/keynotes/opening/">Opening</a> <a href="/speakers/vera-k/">Vera K.</a>
<article id="post-a"><a href="/events/kubecon-eu-2024/posts/aaa/">09:01</a></article>
<article id="post-b"><a href="/events/kubecon-eu-2024/posts/bbb/">09:00</a><img src="b.jpg"></article>
"""


def said(lcp: float = 1657.4, **scores: float) -> str:
    """Lighthouse's answer, as much of it as is read."""
    audits = {
        "largest-contentful-paint": {"score": 0.99, "numericValue": lcp},
        "cumulative-layout-shift": {"score": 1, "numericValue": 0.0125},
        "total-blocking-time": {"score": 1, "numericValue": 0},
        "total-byte-weight": {"score": 0, "numericValue": 126115},
        "meta-description": {"score": scores.get("seo", 1)},
        "plugins": {"score": None},
    }
    weights = {
        "performance": {"largest-contentful-paint": 25, "total-byte-weight": 0},
        "seo": {"meta-description": 1, "plugins": 1},
    }
    categories = {
        name: {
            "score": scores.get(name, score),
            "auditRefs": [{"id": id, "weight": weight} for id, weight in weights.get(name, {}).items()],
        }
        for name, score in SCORES.items()
    }
    return json.dumps({"categories": categories, "audits": audits})


def test_an_answer_is_read():
    report = lighthouse.parsed(said())

    assert report.scores == {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
    assert report.figures == {
        "largest-contentful-paint": 1657.4,
        "cumulative-layout-shift": 0.0125,
        "total-blocking-time": 0,
        "total-byte-weight": 126115,
    }
    assert report.costly == {"largest-contentful-paint"}


def test_the_table_has_medians_and_says_what_is_missed_and_why():
    fine = [lighthouse.parsed(said(lcp=lcp)) for lcp in (1000, 9000, 2000)]
    poor = [lighthouse.parsed(said(seo=0.92, performance=score)) for score in (0.5, 0.95, 0.96)]

    lines = lighthouse.table({"event": fine, "post": poor}).splitlines()

    assert [" ".join(line.split()) for line in lines] == [
        "performance accessibility best-practices seo LCP ms CLS TBT ms KB",
        "event 97 met 100 met 100 met 100 met 2000 0.0125 0 126",
        "post 95 met 100 met 100 met 92 missed 1657 0.0125 0 126",
        "aim ≥ 95 ≥ 100 ≥ 100 ≥ 100",
        "post: largest-contentful-paint, meta-description",
    ]


def test_a_page_that_could_not_be_judged_stops_the_run_with_its_reason():
    text = json.dumps({"requestedUrl": "http://127.0.0.1/", "runtimeError": {"message": "No answer."}})

    with pytest.raises(SystemExit, match=r"^Lighthouse could not judge http://127\.0\.0\.1/: No answer\.$"):
        lighthouse.parsed(text)


def test_pages_are_chosen_of_what_the_event_page_links_to():
    assert lighthouse.chosen(PAGE) == {
        "event": "/events/kubecon-eu-2024/",
        "post": "/events/kubecon-eu-2024/posts/bbb/",
        "keynote": "/events/kubecon-eu-2024/keynotes/opening/",
        "speaker": "/speakers/vera-k/",
    }


def test_what_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert lighthouse.lacking() == "Lighthouse needs Node and npm: apt-get install nodejs npm."


def test_lighthouse_is_locked_by_hash():
    asked = json.loads((lighthouse.LOCKED / "package.json").read_text())["dependencies"]["lighthouse"]
    locked = json.loads((lighthouse.LOCKED / "package-lock.json").read_text())["packages"]

    assert locked["node_modules/lighthouse"]["version"] == asked
    assert [name for name, one in locked.items() if name and not one.get("integrity")] == []
