"""The rules and the dashboard ask for figures that `/metrics` gives, and what to do for each rule is written down."""

import datetime
import json
import re
import shutil
import subprocess

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from coverage.backup import log as backups
from coverage.live.freshness import freshness
from coverage.publishing import pulse

DEPLOY = settings.BASE_DIR / "deploy"
RULES = (DEPLOY / "alerts.yml").read_text()
BOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
ALERTS = re.findall(r"- alert: (\w+)", RULES)
EXPRESSIONS = [
    *re.findall(r"expr: (.+)", RULES),
    *(target["expr"] for panel in BOARD["panels"] for target in panel["targets"]),
]
# What Prometheus itself knows of each process it asks.
PROMETHEUS_OWN = {"up"}
WORDS = {"sum", "max", "min", "by", "rate", "increase", "histogram_quantile", "le"}
LABELS = {"instance", "status", "queue", "what", "job"}


def figures(expression: str) -> set[str]:
    """The names of the series an expression asks for."""
    bare = re.sub(r'"[^"]*"|\[[^]]*\]', "", expression)
    return set(re.findall(r"[a-z]\w+", bare)) - WORDS - LABELS - PROMETHEUS_OWN


@pytest.fixture
def given(client, db, settings, tmp_path, monkeypatch) -> dict[str, set[str]]:
    """The labels of each series of `/metrics`, where there is something to say of everything."""
    settings.DATA_DIR = tmp_path
    backups.note({"at": datetime.datetime.now(datetime.UTC).isoformat()})
    pulse.beat()
    monkeypatch.setattr(freshness, "_looked", 0)
    text = client.get("/metrics").content.decode()
    families = [family for family in text_string_to_metric_families(text) if family.samples or family.name]
    found: dict[str, set[str]] = {}
    for sample in (sample for family in families for sample in family.samples):
        found.setdefault(sample.name, set()).update(sample.labels)
    # Nothing was answered from memory yet, so this one has no series.
    return {"newsroom_polls_total": {"what", "status"}, **found}


def test_every_figure_that_is_asked_for_is_given(given):
    assert len(EXPRESSIONS) > 30

    asked = {name: figures(name) for name in EXPRESSIONS}

    assert {name for name, found in asked.items() if not found and "up{" not in name} == set()
    assert set().union(*asked.values()) - given.keys() == set()


def test_labels_are_those_of_the_figure(given):
    for expression in EXPRESSIONS:
        labels = set(re.findall(r"(?:by \(|, )(\w+)(?=[,)])", expression)) & LABELS
        labels |= set(re.findall(r"[{,]\s*(\w+)=", expression))
        for name in figures(expression):
            assert labels - {"instance", "job"} <= given[name], expression


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_whole(expression):
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    assert expression.count('"') % 2 == 0
    for name in re.findall(r"(?:rate|increase)\((\w+)", expression):
        assert name.endswith(("_total", "_bucket")), "only what counts has a rate"


def test_every_rule_is_explained():
    said = (DEPLOY / "metrics.md").read_text()

    explained = re.findall(r"^\| `(Newsroom\w+)` \|", said, re.M)

    assert sorted(ALERTS) == sorted(set(ALERTS))
    assert sorted(explained) == sorted(ALERTS)
    assert len(re.findall(r"severity: (page|work)}", RULES)) == len(ALERTS)
    assert RULES.count("summary: ") == len(ALERTS)


def test_prometheus_reads_the_rules():
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("there is no promtool on this machine")

    answer = subprocess.run(
        [program, "check", "rules", DEPLOY / "alerts.yml"], capture_output=True, text=True
    )

    assert answer.returncode == 0, answer.stderr


def test_panels_lie_beside_each_other():
    cells = [
        (column, line)
        for place in (panel["gridPos"] for panel in BOARD["panels"])
        for column in range(place["x"], place["x"] + place["w"])
        for line in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) == 23
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
