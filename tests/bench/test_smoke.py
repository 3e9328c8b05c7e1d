"""The benchmarks still run, in small, and those that take long as far as their options."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from bench import lateness, posting
from newsroom.editorial.workflow import POST_VERBS
from tests.media import drawing

ROW = re.compile(
    r"(?P<what>[a-z ]+(?:, (?:\d+|Redis up))?) +(?P<ms>\d+\.\d\d) +\d+\.\d\d +(?P<own>\d+\.\d\d)"
    r" +(?P<ratio>\d+\.\d\d) +\d+\.\d +(?P<log>\d+)"
)


def run(module: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", f"bench.{module}", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.processes
def test_posting_prints_its_table():
    answer = run("posting", "--rounds", "1", "--sizes", "5,10")

    assert answer.returncode == 0, answer.stderr
    title, heading, *rows = answer.stdout.split("\n\n")[-2].splitlines()
    assert title == "sqlite, 1 rounds, median milliseconds"
    assert heading.split("  ")[0] == "what"
    assert "to 5 posts" in heading
    found = [ROW.fullmatch(row) for row in rows]
    assert all(found), rows
    assert [row["what"].strip() for row in found] == [
        "file, 5",
        "file, 10",
        "publish, Redis up",
        "publish, 5",
        "publish, 10",
        "project, 5",
        "project, 10",
        "one small row",
    ]
    assert all(float(row["ms"]) >= float(row["own"]) > 0 for row in found)
    assert [row["ratio"] for row in found if row["what"].strip().endswith(", 5")] == ["1.00"] * 3
    assert [int(row["log"]) for row in found] == [0] * 8


@pytest.mark.processes
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has such a log")
def test_posting_counts_the_log_of_postgres():
    answer = run("posting", "--rounds", "1", "--sizes", "5", "--database", "postgres")

    assert answer.returncode == 0, answer.stderr
    found = {
        row["what"].strip(): int(row["log"]) for row in map(ROW.fullmatch, answer.stdout.splitlines()) if row
    }
    assert min(found["file, 5"], found["publish, 5"]) > 1000
    assert "filing and publishing, bytes of log" in answer.stdout
    assert "not measured" not in answer.stdout


def test_the_aims_of_posting_are_the_dearest_size_and_filing_and_publishing_together():
    costs = posting.Costs()
    for size, cost in ((60, 4.0), (500, 11.0), (2000, 5.0)):
        for verb, log in (("file", 3000), ("publish", 4000), ("project", 0)):
            costs.times[f"{verb}, {size}"], costs.log[f"{verb}, {size}"] = [cost], [log]
    costs.times[posting.WITH_REDIS] = [6.0]

    rows = posting.aims(costs, (60, 500, 2000))

    assert [(row.ours, row.peer, row.verdict) for row in rows] == [
        (11.0, None, "missed"),
        (5.0, 4.0, "met"),
        (6.0, 4.0, "met"),
        (7000, None, "met"),
        (11.0, None, "missed"),
    ]


@pytest.mark.processes
def test_desk_prints_each_verb_with_as_many_queries_whatever_the_size():
    answer = run("desk", "--rounds", "1", "--sizes", "30,60")

    assert answer.returncode == 0, answer.stderr
    title, heading, *rows = answer.stdout.rpartition("\n\n")[2].splitlines()
    assert title.startswith("sqlite, 1 rounds, median milliseconds; one small row ")
    assert "30 posts" in heading
    found = {row[:20].strip(): row[20:].split() for row in rows}
    verbs = POST_VERBS.keys() | {"create", "edit"}
    pages = {"desk, whole page", "desk, news", "desk, no news", "list of what waits", "list of all"}
    assert found.keys() == verbs | pages
    for what, (small, large, _, _, queries) in found.items():
        assert min(float(small), float(large)) > 0
        few, many = map(int, queries.split("/"))
        assert few == many > 0 or what == "desk, no news", f"{what}: {queries}"


def test_the_sizes_are_those_of_the_promise_and_may_be_given():
    assert posting.SIZES == (60, 500, 2000, 10_000)
    assert posting.sizes("10,5") == (5, 10)


@pytest.mark.processes
@pytest.mark.parametrize("sizes", ["", "few", "5,", "0,5", "-5"])
def test_sizes_that_make_no_sense_are_refused_at_once(sizes):
    answer = run("posting", f"--sizes={sizes}")

    assert answer.returncode == 2
    assert "argument --sizes: invalid sizes value" in answer.stderr


@pytest.mark.processes
@pytest.mark.parametrize(
    ("module", "option"),
    [
        ("posting", "--sizes"),
        ("desk", "--sizes"),
        ("posting", "--rounds"),
        ("lateness", "--posts"),
        ("live", "--streams"),
        ("pages", "--connections"),
        ("lighthouse", "--runs"),
        ("filing", "--kilobits"),
        ("renditions", "PHOTO"),
        ("soak", "--filings"),
    ],
)
def test_the_options_are_explained(module, option):
    answer = run(module, "--help")

    assert answer.returncode == 0, answer.stderr
    assert option in answer.stdout


def test_lateness_schedules_as_many_as_it_is_told():
    code = lateness.SCHEDULE.replace("COUNT", "2")

    assert compile(code, "schedule", "exec")
    assert "range(2)" in code


@pytest.mark.processes
def test_renditions_prints_the_peak_of_one_photograph(tmp_path):
    (tmp_path / "a.jpg").write_bytes(drawing.phone_jpeg(6, 1400, 900))

    answer = run("renditions", "--peak", str(tmp_path / "a.jpg"))

    assert answer.returncode == 0, answer.stderr
    assert 20 < float(answer.stdout) < 2000
