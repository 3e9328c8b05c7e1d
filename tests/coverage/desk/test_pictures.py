import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coverage.publishing import filing
from media.models import Image
from tests import factories
from tests.coverage.desk.pages import change_url, open_form
from tests.media import drawing

LIST = reverse("admin:media_image_changelist")


def awaited_in(event, body: str, **fields) -> Image:
    """A picture an import left: no file, no words, in a post nobody here wrote."""
    image = factories.make_image(ready=False, credit="Future", alt_text="")
    filing.create_post(event, by=None, body=body, images=[{"image": image, "caption": ""}], **fields)
    return image


def names_in(page: str) -> list[str]:
    return re.findall(r'class="field-title.*?<a [^>]*>(.*?)</a>', page, re.DOTALL)


def test_awaited_picture_is_named_after_the_post_and_event_that_wait_for_it(desk, event):
    image = awaited_in(event, "<p>Doors open on a crisp, sunny day in Paris, and the queue is long.</p>")

    rows = desk.get(LIST).text
    page = desk.get(change_url(image)).text

    assert rows.count("For “Doors open on a crisp, sunny day in Paris,…”") == 2, (
        "its link, and that of its file"
    )
    assert names_in(rows) == ["For “Doors open on a crisp, sunny day in Paris,…”"]
    assert ">The Summit</td>" in rows
    assert "Doors open on a crisp, sunny day in Paris,…</a> · The Summit" in page
    assert "<title>For “Doors open on a crisp, sunny day in Paris,…”" in page
    assert '<li aria-current="page">For “Doors open on a crisp, sunny day in Paris,…”</li>' in page


def test_the_way_to_a_page_names_pictures_once(desk):
    image = factories.make_image()

    for address in (LIST, change_url(image), reverse("admin:media_image_add")):
        way = desk.get(address).text.split('class="breadcrumbs"')[1].split("</ol>")[0]
        assert re.findall(">(Pictures|Media)<", way) == ["Media", "Pictures"]


def test_picture_with_words_of_its_own_keeps_its_name(desk, event):
    image = factories.make_image(alt_text="A stage.")
    filing.create_post(event, by=None, body="<p>Doors.</p>", images=[{"image": image, "caption": ""}])

    assert names_in(desk.get(LIST).text) == ["A stage."]


def test_pictures_are_filtered_by_event(desk, event):
    other = factories.make_event(title="Elsewhere")
    awaited_in(event, "<p>Doors.</p>")
    awaited_in(other, "<p>Closing.</p>")
    factories.make_image(alt_text="In no post.")

    def shown(query: str) -> set[str]:
        return set(names_in(desk.get(LIST + query).text))

    assert shown("") == {"For “Doors.”", "For “Closing.”", "In no post."}
    assert shown(f"?event={other.pk}") == {"For “Closing.”"}
    assert shown("?event=nonsense") == shown("")


def test_photographer_learns_which_import_waits_for_her_file_but_no_colleagues_words(client, people, event):
    elsewhere = factories.make_event(title="Not hers")
    image = awaited_in(event, "<p>Doors.</p>")
    awaited_in(elsewhere, "<p>Surprise guest.</p>")
    filing.create_post(
        event, by=people["editor"], body="<p>A secret draft.</p>", images=[{"image": image, "caption": ""}]
    )
    client.force_login(people["photographer"], backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(LIST).text
    form = client.get(change_url(image)).text

    assert "For “Doors.”" in page
    assert "secret" not in page + form
    assert "Surprise" not in page
    assert "Not hers" not in page


def test_list_shows_times_as_posts_do_in_the_zone_of_the_newest_event(desk, event):
    image = factories.make_image()
    Image.objects.filter(pk=image.pk).update(
        created_at=datetime.datetime(2026, 3, 20, 13, 5, tzinfo=datetime.UTC)
    )

    assert "20 Mar 2026, 14:05 CET" in desk.get(LIST).text


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_however_long_it_is(desk, event, django_assert_num_queries, count):
    for number in range(count):
        awaited_in(event, f"<p>Post {number}.</p>")
    desk.get(LIST)

    with django_assert_num_queries(13):
        desk.get(LIST)


def test_times_are_typed_and_shown_in_the_newsroom_s_zone(desk, event):
    image = factories.make_image()

    desk.post(change_url(image), {**open_form(desk, image), "lease_until": "2026-03-20T10:00"})

    image.refresh_from_db()
    assert image.lease_until == datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
    form = open_form(desk, image)
    assert (form["lease_until"], form["_zone"]) == ("2026-03-20T10:00:00", "Europe/Paris")
    assert "Times on this page are in Europe/Paris." in desk.get(change_url(image)).text


def test_times_of_a_withdrawn_picture_are_printed_as_elsewhere_at_the_desk(desk, event):
    until = datetime.datetime(2026, 7, 4, 11, 37, tzinfo=datetime.UTC)
    image = factories.make_image(state="withdrawn", lease_until=until)

    page = desk.get(change_url(image)).text

    assert '<div class="readonly">4 Jul 2026, 13:37 CEST</div>' in page


def test_a_form_is_read_in_the_zone_it_was_shown_in(desk, event):
    image = factories.make_image()
    form = open_form(desk, image)
    factories.make_event(time_zone="Asia/Tokyo")

    desk.post(change_url(image), {**form, "embargo_until": "2026-03-20T10:00"})

    image.refresh_from_db()
    assert image.embargo_until == datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)


def test_a_dropped_file_without_a_credit_gets_the_events(desk, event):
    type(event).objects.update(default_credit="Summit/Handout")
    event.refresh_from_db()
    image = factories.make_image(ready=False, credit="", alt_text="")
    filing.create_post(event, by=None, body="<p>Doors.</p>", images=[{"image": image, "caption": ""}])
    file = SimpleUploadedFile("a.jpg", drawing.jpeg(700, 450))

    answer = desk.post(reverse("admin:media_image_fill", args=[image.pk]), {"file": file})

    image.refresh_from_db()
    assert (image.credit, image.credit_from) == ("Summit/Handout", "event")
    assert answer.json()["title"] == "For “Doors.”"
    assert "the event’s default" in desk.get(change_url(image)).text
