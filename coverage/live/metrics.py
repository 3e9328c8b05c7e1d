"""Figures of this process for `/metrics`: what streams, polls and projections cost."""

import time

from prometheus_client import Counter, Gauge, Histogram

from coverage.live.looking import News
from coverage.live.wire import Head

STREAMS = Gauge("newsroom_streams_open", "Streams open in this process.")
REFUSED = Counter("newsroom_streams_refused_total", "Streams refused for want of a place (204).")
BLOCKED = Counter(
    "newsroom_streams_blocked_total", "Streams closed since their reader took nothing for too long."
)
RESYNCS = Counter(
    "newsroom_resyncs_total", "Readers told to ask live.json, since the ring does not reach back to them."
)
ENTRIES = Counter("newsroom_entries_total", "Entries of the record this process learnt of.")
SENT = Counter("newsroom_entries_sent_total", "Entries sent on streams, each reader counted.")
POLLS = Counter(
    "newsroom_polls_total", "Answers from memory, by what was asked and status.", ["what", "status"]
)
HEALS = Counter("newsroom_heals_total", "Times the one-second look found what the bell had not told.")
PROJECTION = Histogram(
    "newsroom_projection_seconds",
    "From the wish for a finished first page to having it.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
)
LAG = Histogram(
    "newsroom_release_lag_seconds",
    "From the time an entry bears (its release; of a scheduled post its hour) to having it ready for readers here.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)


def note_news(known: Head, news: News) -> None:
    """Counts what a look found; the lag only of what is new, not of a ring read again."""
    fresh = [entry for entry in news.found if entry.seq > known.seq or news.head.epoch != known.epoch]
    ENTRIES.inc(len(fresh))
    for entry in fresh:
        LAG.observe(max(0.0, time.time() - entry.at))
