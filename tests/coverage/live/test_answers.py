"""The headers every answer from memory has, learnt from the project's middleware."""

from coverage.live import answers


def test_they_are_to_be_had_where_only_another_host_is_allowed(settings, monkeypatch):
    """Behind a proxy that asks by a name of its own."""
    learnt = answers.security_headers()
    settings.ALLOWED_HOSTS = ["inside.example"]
    monkeypatch.setattr(answers, "_learnt", None)

    assert answers.security_headers() == learnt
    assert (b"x-frame-options", b"DENY") in learnt
