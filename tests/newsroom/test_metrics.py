"""`/metrics` is for this machine and for who has the token; to anybody else it is not there."""

import pytest

from coverage.live import metrics


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 404),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer a secret token"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer another"}, 404),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Basic a secret token"}, 404),
    ],
)
def test_who_may_read_the_figures(client, db, settings, given, status):
    settings.METRICS_TOKEN = "a secret token"

    answer = client.get("/metrics", **given)

    assert answer.status_code == status
    assert "max-age=0" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/metrics", "/healthz/publishing", "/readyz", "/livez"])
@pytest.mark.parametrize(
    ("given", "is_known"),
    [
        (
            {"HTTP_HOST": "web-1:8000", "REMOTE_ADDR": "172.30.77.5", "HTTP_AUTHORIZATION": "Bearer secret"},
            True,
        ),
        ({"HTTP_HOST": "web-1:8000", "REMOTE_ADDR": "172.30.77.5", "HTTP_AUTHORIZATION": "Bearer no"}, False),
        ({"HTTP_HOST": "web-1:8000", "REMOTE_ADDR": "172.30.77.5"}, False),
        ({"HTTP_HOST": "127.0.0.1:8000"}, True),
        ({"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"}, True),
        ({"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "172.30.77.5"}, False),
        ({"HTTP_HOST": "rebound.example"}, False),
    ],
)
def test_a_monitor_asks_a_process_at_its_own_address(client, db, settings, path, given, is_known):
    settings.METRICS_TOKEN, settings.PUBLIC_HOST = "secret", "news.example.org"
    settings.ALLOWED_HOSTS = ["news.example.org"]

    answer = client.get(path, **given)

    assert (answer.status_code == 400) is not is_known


def test_elsewhere_the_token_opens_no_other_name(client, db, settings):
    settings.METRICS_TOKEN, settings.ALLOWED_HOSTS = "secret", ["news.example.org"]

    answer = client.get("/search/", HTTP_HOST="web-1:8000", HTTP_AUTHORIZATION="Bearer secret")

    assert answer.status_code == 400


def test_no_token_set_is_no_token_that_fits(client, db, settings):
    settings.METRICS_TOKEN = ""

    answer = client.get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer ")

    assert answer.status_code == 404


def test_the_figures_are_those_an_operator_asks_for(client, db):
    metrics.POLLS.labels("live.json", 304).inc()

    text = client.get("/metrics").content.decode()

    for name in (
        "newsroom_streams_open",
        "newsroom_streams_refused_total",
        "newsroom_entries_total",
        "newsroom_entries_sent_total",
        "newsroom_projection_seconds_bucket",
        "newsroom_release_lag_seconds_bucket",
        "newsroom_heals_total",
        "newsroom_resyncs_total",
        'newsroom_polls_total{status="304",what="live.json"}',
    ):
        assert name in text
