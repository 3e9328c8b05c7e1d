"""bench.filing still runs, in small, with a line that is hardly slow."""

import pytest

from bench import filing

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_a_filing_is_measured_beside_bare_requests(browser, newsroom):
    photo = filing.photograph(640, 480)

    rows = filing.measured(newsroom, browser, photo, [50_000], latency=20)

    assert [row.what for row in rows] == [
        f"50000 kbit/s, {what}, {unit}"
        for what in ("words alone", "words with a photograph", "that photograph")
        for unit in ("s", "KB")
    ]
    assert all(row.ours > 0.01 and row.peer > 0.01 for row in rows)
    # All of the original went over the line, and of the scaled copy that much.
    assert rows[-1].peer * 1000 > len(photo)
    assert rows[-1].ours * 1000 > len(photo) / 2
