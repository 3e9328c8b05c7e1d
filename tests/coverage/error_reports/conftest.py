from tests.coverage.front.summit import chief, event, make_event, release  # noqa: F401
