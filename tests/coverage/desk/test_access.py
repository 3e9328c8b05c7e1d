"""What the side doors of the desk show to whom. Who may open which address: tests/newsroom/access_table.py."""

import pytest
from django.urls import reverse

from coverage.models import Post
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, verb_url

pytestmark = pytest.mark.any_database


def _doors_of(post: Post) -> dict[str, str]:
    name = "admin:coverage_post"
    return {
        "change": change_url(post),
        "history": reverse(f"{name}_history", args=[post.pk]),
        "preview": reverse(f"{name}_preview", args=[post.pk]),
        "verb": verb_url(post, "submit"),
        "delete": reverse(f"{name}_delete", args=[post.pk]),
    }


@pytest.mark.parametrize("role", ["reporter", "photographer"])
@pytest.mark.parametrize("door", ["change", "history", "preview", "verb", "delete"])
def test_nobody_reaches_anothers_post(door, role, people, event):
    post = factories.make_post(event, by=people["editor"], headline="Not for her eyes")
    client = client_of(people[role])

    answers = [client.get(_doors_of(post)[door]), client.post(_doors_of(post)[door])]

    for answer in answers:
        assert answer.status_code in (302, 403, 404)
        assert answer.headers.get("Location", reverse("admin:index")) == reverse("admin:index")
        assert b"Not for her eyes" not in answer.content
    post.refresh_from_db()
    assert post.state == "draft"


def test_list_and_search_show_a_reporter_her_own_posts_only(hers, people, event):
    factories.make_post(event, by=people["editor"], headline="Theirs entirely")
    factories.make_post(event, by=people["reporter"], headline="Hers entirely")

    page = hers.get(reverse("admin:coverage_post_changelist"), {"q": "entirely"})

    assert [post.headline for post in page.context["cl"].result_list] == ["Hers entirely"]


def test_list_cannot_be_probed_by_lookups_of_other_tables(hers):
    response = hers.get(reverse("admin:coverage_post_changelist"), {"author__password__startswith": "md5"})

    assert response.status_code == 400


def _autocomplete(client, model: str, field: str) -> list[str]:
    found = client.get(
        reverse("admin:autocomplete"), {"app_label": "coverage", "model_name": model, "field_name": field}
    )
    return [row["text"] for row in found.json()["results"]] if found.status_code == 200 else []


def test_autocomplete_hides_the_surprise_guest_of_anothers_event(hers, desk):
    elsewhere = factories.make_event()
    factories.make_keynote(elsewhere, speakers=[factories.make_speaker("Surprise Guest")], held=True)
    factories.make_keynote(elsewhere, speakers=[factories.make_speaker("Announced Guest")])

    assert _autocomplete(hers, "postspeaker", "speaker") == ["Announced Guest"]
    assert _autocomplete(desk, "postspeaker", "speaker") == ["Announced Guest", "Surprise Guest"]


def test_autocomplete_of_who_appears_hides_that_guest_too(hers, desk):
    surprise = factories.make_speaker("Surprise Guest")
    factories.make_keynote(factories.make_event(), speakers=[surprise], held=True)

    assert _autocomplete(hers, "appearance", "speaker") == []
    assert _autocomplete(desk, "appearance", "speaker") == ["Surprise Guest"]


def test_autocomplete_shows_her_own_events_guest(hers, event):
    factories.make_keynote(event, speakers=[factories.make_speaker("Surprise Guest")], held=True)

    assert _autocomplete(hers, "postspeaker", "speaker") == ["Surprise Guest"]


def test_autocomplete_of_keynotes_and_posts_stays_within_her_events(hers):
    factories.make_keynote(factories.make_event(), title="Elsewhere")

    assert _autocomplete(hers, "post", "keynote") == []
    assert _autocomplete(hers, "revision", "post") == []


def test_autocomplete_of_pictures_shows_her_own_only(hers, people):
    factories.make_image(caption="Theirs", uploaded_by=people["editor"])
    factories.make_image(caption="Hers", uploaded_by=people["reporter"])

    assert _autocomplete(hers, "postimage", "image") == ["Hers"]


def test_keynotes_of_a_foreign_event_are_not_offered(hers, people, event):
    factories.make_keynote(event, title="Ours")
    factories.make_keynote(factories.make_event(), title="Elsewhere")

    page = hers.get(reverse("admin:coverage_post_add"))

    assert b"Ours" in page.content
    assert b"Elsewhere" not in page.content


def test_reporter_sees_her_events_but_cannot_change_them(hers, event):
    elsewhere = factories.make_event(title="Secret summit")

    assert hers.get(change_url(event)).status_code == 200
    assert hers.post(change_url(event), {"title": "Mine now", "_verb": "end"}).status_code == 403
    assert hers.get(change_url(elsewhere)).status_code == 302
    assert b"Secret summit" not in hers.get(reverse("admin:coverage_event_changelist")).content
