"""The pictures in a post's form, and on the page of a verb that asks about them."""

import re

import pytest

from coverage.desk.post_pictures import cards_of
from tests import factories
from tests.coverage.desk.pages import change_url, open_form, verb_url

LIKENESS = 0x0F0F_0F0F_0F0F_0F0F


def rows_in(page: str) -> list[str]:
    """What each picture's row says, without its tags."""
    found = re.findall(r'<td class="field-shown">(.*?)</td>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in found]


def preview_of(image) -> str:
    return f'src="/admin/media/image/{image.pk}/preview/?width=320"'


def test_each_row_shows_its_picture_its_credit_and_what_is_missing(desk, event):
    whole = factories.make_image(caption="Doors")
    lacking = factories.make_image(credit="", alt_text="", caption="Hall")
    post = factories.make_post(event, images=[{"image": whole}, {"image": lacking}])

    page = desk.get(change_url(post)).text

    assert rows_in(page) == [
        "Ada Byron/Newsroom Open it : Doors",
        "credit missing alternative text missing Complete it : Hall",
        "",  # a row to fill in, and the one a script copies
        "",
    ]
    assert preview_of(whole) in page
    assert f'<a href="{change_url(lacking)}" target="_blank" rel="noopener">Complete it' in page


def test_a_row_says_what_its_picture_looks_like(desk, event):
    other = factories.make_image(caption="Doors", likeness=LIKENESS)
    image = factories.make_image(caption="Doors again", likeness=LIKENESS ^ 1)
    post = factories.make_post(event, images=[{"image": image}])

    page = desk.get(change_url(post)).text

    assert rows_in(page)[0].endswith("Looks like Doors")
    assert f'<a href="{change_url(other)}" target="_blank" rel="noopener">Doors</a>' in page


def test_a_picture_without_words_is_called_after_its_file(desk, event):
    image = factories.make_image(alt_text="", original_name="IMG_2041.JPG")
    post = factories.make_post(event, images=[{"image": image}])

    page = desk.get(change_url(post)).text

    assert re.search(r"<option[^>]* selected>IMG_2041\.JPG</option>", page)
    assert rows_in(page)[0].endswith("Complete it : IMG_2041.JPG")


def test_a_form_that_comes_back_shows_the_pictures_sent(desk, event):
    post, image = factories.make_post(event), factories.make_image(caption="Chosen")
    form = {**open_form(desk, post), "post_images-0-image": str(image.pk), "happened_at": "nonsense"}

    response = desk.post(change_url(post), form)

    assert rows_in(response.text)[0] == "Ada Byron/Newsroom Open it : Chosen"
    assert not post.post_images.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_rows_cost_the_same_however_many(count, people, event, django_assert_num_queries):
    images = [factories.make_image(likeness=LIKENESS) for _ in range(count)]
    factories.make_image(likeness=LIKENESS)

    with django_assert_num_queries(
        6
    ):  # her role, pictures, renditions, which are hers, likenesses, what looks alike
        cards = cards_of([image.pk for image in images], people["editor"])

    assert all(card.alike and card.thumbnail for card in cards.values())


def test_a_page_she_may_not_open_is_not_offered(hers, people, event):
    image = factories.make_image(uploaded_by=people["editor"], caption="Theirs", likeness=LIKENESS)
    factories.make_image(uploaded_by=people["editor"], caption="Secret", likeness=LIKENESS)
    post = factories.make_post(event, by=people["reporter"], images=[{"image": image}])

    page = hers.get(change_url(post)).text

    assert rows_in(page)[0] == "Ada Byron/Newsroom"
    assert preview_of(image) not in page
    assert "Secret" not in page


def test_a_verb_that_asks_about_pictures_leads_to_those_that_lack_something(desk, event):
    whole, lacking = factories.make_image(), factories.make_image(alt_text="", caption="Hall")
    post = factories.make_post(event, images=[{"image": whole}, {"image": lacking}])

    page = desk.post(verb_url(post, "publish"), {"_version": post.version})

    assert page.status_code == 400
    said = re.search(r'<ul class="post-pictures">(.*?)</ul>', page.text, re.DOTALL)[1]
    assert re.findall(r"<li>(Picture \d)", said) == ["Picture 2"]
    assert f'<a href="{change_url(lacking)}"' in said
    assert "Words now, picture when complete" in page.text
