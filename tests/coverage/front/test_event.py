import pytest

pytestmark = pytest.mark.django_db


def test_event_page_shows_newest_first(client, event, release):
    release(event, "<p>First.</p>", minute=1)
    release(event, "<p>Second.</p>", minute=2)

    page = client.get("/events/summit/").content.decode()

    assert page.index("Second.") < page.index("First.")
