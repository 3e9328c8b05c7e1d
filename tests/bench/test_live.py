"""The benches of the live branch run, in small: a real newsroom, real streams, nginx where there is one."""

import re

import pytest

from bench import live, serving
from bench.live import Delivery, Run, judged
from tests.bench.test_smoke import run


def cells(answer: str) -> dict[str, list[str]]:
    """The rows of the printed table, by what was measured."""
    return {line[:46].strip(): line[46:].split() for line in answer.rpartition("\n\n")[2].splitlines()[2:]}


def test_a_delivery_is_counted_from_the_click_and_from_publishing():
    moments, received = [(1.0, 1.5), (2.0, 2.25)], [[1.75, 2.0], [2.5]]

    found = judged(moments, received, streams=2)

    assert found.from_click == [750, 1000, 500]
    assert found.from_publishing == [250, 500, 250]
    assert found.missing == 1


def test_the_aims_are_those_of_the_promise():
    fine = {("ours", n): Delivery([20.0], [10.0], 0, 28.0, 1.0) for n in (1, 50, 1000, 5000, 10_000)}
    peer = {("nchan", n): Delivery([10.0], [9.0], 0, 8.0, 1.0) for n in (50, 1000, 5000, 10_000)}
    runs = [Run(fine | peer, {"ours": 2.5, "nchan": 1.0})]

    rows = [live.one_page_row(runs), live.herd_row(runs, live.HERD), live.herd_row(runs, 10)]
    rows += [row for streams in (50, 1000, 5000, 10_000) for row in live.delivery_rows(runs, streams)]

    assert {row.what: row.verdict for row in rows if row.verdict} == {
        "click → one open page, p50": "met",
        "seconds for 10000 reconnects": "missed",
        "published → received, p99, 1000 streams": "missed",
        "published → received, p99, 5000 streams": "missed",
        "click → received, p99, 5000 streams": "met",
        "KB a stream, 1000 streams": "met",
        "KB a stream, 5000 streams": "met",
        **{f"messages missing, {streams} streams": "met" for streams in (50, 1000, 5000, 10_000)},
    }


@pytest.mark.processes
@pytest.mark.any_database
def test_live_delivers_every_message_to_every_stream():
    answer = run("live", "--runs", "1", "--streams", "5", "--herd", "5", "--messages", "2")

    assert answer.returncode == 0, answer.stderr
    found = cells(answer.stdout)
    assert found["messages missing, 5 streams"][0] == "0"
    for what in (
        "click → one open page, p50",
        "click → received, p99, 5 streams",
        "seconds for 5 reconnects",
    ):
        assert float(found[what][0]) > 0
    for what in ("published → received, p50, 5 streams", "published → received, p99, 5 streams"):
        assert float(found[what][0]) > 0
        assert (found[what][1] == "–") == (
            serving.NO_NCHAN in answer.stdout or serving.NO_NGINX in answer.stdout
        )


@pytest.mark.processes
@pytest.mark.any_database
def test_pages_compares_the_same_bytes_and_polls_ask_no_database():
    answer = run("pages", "--rounds", "1", "--seconds", "0.5", "--connections", "2")

    assert answer.returncode == 0, answer.stderr
    found = cells(answer.stdout)
    [asked] = [row[0] for what, row in found.items() if re.fullmatch(r"queries of \d+ polls", what)]
    assert asked == "0"
    for way in ("first page, plain", "first page, gzip", "live.json, 304"):
        rate, peer = found[f"{way}, answers a second"][:2]
        assert float(rate) > 0
        assert (peer == "–") == (serving.NO_NGINX in answer.stdout)
    ours, rows = map(float, found["first page not yet projected, ms of Python"][:2])
    assert 0 < ours < rows


@pytest.mark.processes
@pytest.mark.parametrize(
    ("module", "wrong"), [("live", ["--runs", "0"]), ("live", ["--herd", "0"]), ("pages", ["--seconds", "0"])]
)
def test_options_that_make_no_sense_are_refused_at_once(module, wrong):
    answer = run(module, *wrong)

    assert answer.returncode == 2
    assert "must be 1 or more" in answer.stderr
