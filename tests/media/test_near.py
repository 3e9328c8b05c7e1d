"""Near duplicates: pictures that look alike are found, plain ones and strangers are not."""

import random

import pytest
from PIL import Image as Pixels

from media import querysets
from media.models import Image
from tests.media import drawing

pytestmark = pytest.mark.django_db

BASE = 0x0F0F_0F0F_0F0F_0F0F


def test_six_bits_are_near_and_seven_are_not(likeness):
    image, far = likeness(BASE), likeness(BASE ^ 0b111_1111)
    near, nearer = likeness(BASE ^ 0b11_1111), likeness(BASE ^ 1 << 63)

    assert Image.objects.near(image) == [nearer.pk, near.pk]
    assert near.pk in Image.objects.near(far)


@pytest.mark.parametrize("plain", [0, 0b111_1111, (1 << 64) - 1, (1 << 64) - 128])
def test_plain_pictures_are_like_nothing(plain, likeness):
    image, other = likeness(plain), likeness(plain ^ 0b10)

    assert Image.objects.near(image) == Image.objects.near(other) == []


def test_a_plain_picture_is_not_offered_to_one_that_is_not(likeness):
    image, _ = likeness(0b1111_1111), likeness(0b111)

    assert Image.objects.near(image) == []


def test_what_is_not_measured_refused_or_withdrawn_is_left_out(likeness):
    image, unmeasured, gone = likeness(BASE), likeness(None), likeness(BASE)
    Image.objects.filter(pk=gone.pk).update(state="withdrawn")

    assert Image.objects.near(image) == Image.objects.near(unmeasured) == []


def test_a_copy_looks_like_what_its_original_looks_like(receive, likeness):
    near, image = likeness(BASE), receive()
    copy = receive()
    Image.objects.family(image.pk).update(likeness=BASE)

    assert Image.objects.near(Image.objects.get(pk=copy.pk)) == [near.pk]
    assert Image.objects.near(near) == [image.pk]


def test_only_so_many_are_compared_and_told(likeness, monkeypatch):
    likeness(BASE)
    others = [likeness(BASE) for _ in range(3)]
    image = likeness(BASE)
    monkeypatch.setattr(querysets, "COMPARED", 3)
    assert set(Image.objects.near(image)) == {other.pk for other in others}

    monkeypatch.setattr(querysets, "MOST_SIMILAR", 2)

    assert len(Image.objects.near(image)) == 2


def test_several_are_looked_at_in_one_query(likeness, django_assert_num_queries):
    image, near, other = likeness(BASE), likeness(BASE ^ 1), likeness(0x00FF_FF00_00FF_FF00)

    with django_assert_num_queries(1):
        found = Image.objects.near_each([image, near, other])

    assert found == {image.pk: [near.pk], near.pk: [image.pk], other.pk: []}
    with django_assert_num_queries(2):
        assert Image.objects.alike([image, near])[near.pk] == [image]


def spots(side: int, quality: int) -> bytes:
    """81 squares of random greys, always the same."""
    chance = random.Random(7)
    greys = bytes(chance.randrange(256) for _ in range(81))
    small = Pixels.frombytes("L", (9, 9), greys)
    return drawing.saved(
        small.resize((side, side), Pixels.Resampling.NEAREST).convert("RGB"), quality=quality
    )


def test_the_same_scene_in_another_size_and_quality_is_found(make):
    first, second, other = make(spots(900, 95)), make(spots(450, 60)), make(drawing.jpeg(700, 450))

    assert Image.objects.near(first) == [second.pk]
    assert Image.objects.near(other) == []
