"""Withdrawing a picture everywhere from its page, and bringing it back."""

import re

import pytest
from django.urls import reverse

from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, said


@pytest.fixture
def image(event):
    """In a published post of the event, and in a draft."""
    image = factories.make_image(alt_text="A stage.")
    factories.make_published(event, headline="Doors open", images=[{"image": image, "caption": ""}])
    factories.make_post(event, headline="Not yet", images=[{"image": image, "caption": ""}])
    return image


def page_of(image, verb: str = "withdraw") -> str:
    return reverse(f"admin:media_image_{verb}", args=[image.pk])


def titles_in(response) -> list[str]:
    """Of the surfaces, in their order."""
    rows = re.findall(r'<th scope="row">(.*?)</th>', response.text)
    return [re.sub("<[^>]+>", "", row) for row in rows]


def test_the_page_lists_every_surface_and_takes_nothing_away_yet(desk, image):
    button = f'href="{page_of(image)}"'

    form, page = desk.get(change_url(image)), desk.get(page_of(image))

    assert button in form.text
    assert titles_in(page) == ["Doors open", "The Summit", "Not yet"]
    assert "post, published" in page.text
    assert "post, draft" in page.text
    assert 'href="/events/summit/"' in page.text
    image.refresh_from_db()
    assert image.state == "ready"


def test_withdrawn_it_shows_what_was_done_and_when(desk, image, event):
    answer = desk.post(page_of(image), {"reason": "The family asked for it."}, follow=True)

    assert answer.redirect_chain == [(page_of(image), 302)]
    assert said(answer) == "The picture is withdrawn everywhere."
    assert titles_in(answer) == ["Doors open", "The Summit", "Not yet"]
    assert len(re.findall(r"<time [^>]*>\d\d:\d\d:\d\d CES?T</time>", answer.text)) == 3
    assert "The family asked for it." in answer.text
    image.refresh_from_db()
    assert image.state == "withdrawn"


def test_without_a_reason_nothing_is_withdrawn(desk, image):
    page = desk.post(page_of(image), {"reason": "  "})

    assert page.status_code == 400
    assert page.context["form"].errors.keys() == {"reason"}
    image.refresh_from_db()
    assert image.state == "ready"


def test_a_second_click_is_answered_kindly(desk, image):
    desk.post(page_of(image), {"reason": "The family asked."}, follow=True)

    answer = desk.post(page_of(image), {"reason": "The family asked."}, follow=True)

    assert said(answer) == "It is withdrawn already."
    assert titles_in(answer) == ["Doors open", "The Summit", "Not yet"]
    assert AuditRow.objects.filter(verb="withdraw").count() == 1


def test_a_copy_s_page_withdraws_what_it_is_a_copy_of(desk, image):
    copy = factories.make_image(same_as=image)

    answer = desk.post(page_of(copy), {"reason": "The family asked."}, follow=True)

    assert titles_in(answer) == ["Doors open", "The Summit", "Not yet"]
    image.refresh_from_db()
    assert image.state == "withdrawn"


@pytest.mark.parametrize("role", ["reporter", "photographer"])
def test_editors_only_withdraw(role, people, image):
    type(image).objects.update(uploaded_by=people[role])
    client = client_of(people[role])

    answers = [client.get(page_of(image)), client.post(page_of(image), {"reason": "Mine."})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert page_of(image) not in client.get(change_url(image)).text
    image.refresh_from_db()
    assert image.state == "ready"


def test_the_chief_brings_it_back_and_the_history_shows_both(desk, people, image):
    desk.post(page_of(image), {"reason": "The family asked for it."})
    chief, address = client_of(people["chief"]), page_of(image, "reinstate")
    assert f'href="{address}"' in chief.get(change_url(image)).text
    assert chief.get(address).status_code == 200

    empty = chief.post(address, {"reason": ""})
    answer = chief.post(address, {"reason": "They agreed."}, follow=True)
    again = chief.post(address, {"reason": "They agreed."}, follow=True)

    assert empty.status_code == 400
    assert "comes back" in said(answer)
    assert said(again) == "It is back already."
    history = chief.get(reverse("admin:media_image_history", args=[image.pk])).text
    assert re.findall(r"<td>(withdraw|reinstate)</td>", history) == ["reinstate", "withdraw"]
    assert "They agreed." in history
    assert re.search(r"<li>The Summit \(event\), \d\d:\d\d:\d\d</li>", history)
    assert "The family asked for it." in history


def test_an_editor_does_not_bring_it_back(desk, image):
    desk.post(page_of(image), {"reason": "The family asked for it."})
    address = page_of(image, "reinstate")

    answer = desk.post(address, {"reason": "They agreed."})

    assert answer.status_code == 403
    assert address not in desk.get(page_of(image)).text + desk.get(change_url(image)).text
    image.refresh_from_db()
    assert image.state == "withdrawn"
