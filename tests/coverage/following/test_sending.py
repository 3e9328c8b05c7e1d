from datetime import UTC, datetime, timedelta

import pytest

from coverage.following.sending import after

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "said", "seconds"),
    [
        (0, None, 10),
        (1, None, 20),
        (4, None, 160),
        (50, None, 3600),
        (0, "300", 300),
        (6, "5", 640),
        (0, "9999999999", 3600),
        (0, "Fri, 20 Mar 2026 09:05:00 GMT", 300),
        (0, "Fri, 20 Mar 2026 08:00:00 GMT", 10),
        (0, "Fri, 20 Mar 2026 09:05:00", 300),
        (0, "-5", 10),
        (0, "soon", 10),
        (0, "²", 10),
        (0, "", 10),
    ],
)
def test_it_waits_longer_each_time_or_as_long_as_it_is_asked(tries, said, seconds):
    assert after(tries, said, at=NOW) == NOW + timedelta(seconds=seconds)
