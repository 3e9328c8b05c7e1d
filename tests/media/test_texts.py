"""Credit and alternative text of a picture readers may see can be corrected, never emptied."""

import uuid

import pytest

from media import ingest, texts
from media.models import Image
from newsroom.editorial.errors import Invalid
from tests.media import drawing

pytestmark = pytest.mark.django_db

SENTENCES = {
    "credit": ["A picture readers may see keeps its credit: write the right one."],
    "alt_text": ["A picture readers may see keeps its alternative text: write the right one."],
}


@pytest.mark.parametrize("field", ["credit", "alt_text"])
@pytest.mark.parametrize("empty", ["", "  \n"])
def test_neither_is_emptied_once_both_were_set(field, empty, make, editor):
    image = make()

    with pytest.raises(Invalid) as refused:
        texts.describe(image, by=editor, **{field: empty})

    assert refused.value.errors == {field: SENTENCES[field]}
    assert getattr(Image.objects.get(), field) == getattr(image, field) != ""


def test_both_sentences_come_at_once(receive, editor):
    image = receive(alt_text="A stage", credit="Ada")

    with pytest.raises(Invalid) as refused:
        texts.describe(image, by=editor, credit="", alt_text="")

    assert refused.value.errors == SENTENCES


def test_a_repeat_of_the_bytes_empties_nothing_either(receive, editor):
    image = receive(alt_text="A stage", credit="Ada")

    with pytest.raises(Invalid):
        receive(image_id=image.pk, by=editor, credit="")

    assert Image.objects.get().credit == "Ada"


def test_what_no_reader_can_see_yet_may_be_emptied(receive, editor):
    awaited = ingest.expect(image_id=uuid.uuid4(), by=editor, credit="Ada", alt_text="A stage").image
    undescribed = receive(drawing.jpeg(), credit="Ada")

    assert texts.describe(awaited, by=editor, credit="")
    assert texts.describe(undescribed, by=editor, credit="")


def test_the_caption_may_always_go(make, editor):
    assert texts.describe(make(caption="Doors"), by=editor, caption="")
