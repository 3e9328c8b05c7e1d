"""The table the benches print: ratios, and whether an aim is met."""

import pytest

from bench.aims import Row, at_most, median_of, percentile, ratio_at_least, ratio_at_most, table


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("a", 30, aim=at_most(30)), "met"),
        (Row("a", 30.1, aim=at_most(30)), "missed"),
        (Row("a", 50, 100, ratio_at_least(0.5)), "met"),
        (Row("a", 49, 100, ratio_at_least(0.5)), "missed"),
        (Row("a", 100, 100, ratio_at_most(1)), "met"),
        (Row("a", 101, 100, ratio_at_most(1)), "missed"),
        (Row("a", 100, None, ratio_at_most(1)), "not measured"),
        (Row("a", None, 100, at_most(1)), "not measured"),
        (Row("a", 0, aim=at_most(0)), "met"),
        (Row("a", 1, 2), ""),
    ],
)
def test_an_aim_is_judged_by_the_figure_or_by_its_ratio_to_the_peer(row, verdict):
    assert row.verdict == verdict


def test_the_table_says_what_there_is_and_what_is_missing():
    rows = [
        Row("pages", 12345.6, 24691.2, ratio_at_least(0.5)),
        Row("streams", 0.25, aim=at_most(2)),
        Row("none", None),
    ]

    heading, *lines = table(rows, peer="nginx").splitlines()

    assert heading.split() == ["what", "ours", "nginx", "ratio", "aim"]
    assert [line.split() for line in lines] == [
        ["pages", "12346", "24691", "0.50", "ratio", "≥", "0.5", "met"],
        ["streams", "0.25", "–", "–", "≤", "2", "met"],
        ["none", "–", "–", "–"],
    ]


def test_a_percentile_is_one_of_the_values():
    values = [float(value) for value in range(100, 0, -1)]

    assert (percentile(values, 50), percentile(values, 99), percentile([3.0], 99)) == (51.0, 100.0, 3.0)


def test_the_median_leaves_out_runs_without_the_figure():
    runs = [{"a": 1.0}, {}, {"a": 3.0}]

    assert median_of(runs, lambda run: run.get("a")) == 2.0
    assert median_of(runs, lambda run: run.get("b")) is None
