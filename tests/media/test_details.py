"""Rights, people, origin and focal point of a picture: what is taken, what is refused, and what follows."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.utils import timezone

from media import ingest, rights, texts
from media.details import clean_given
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid
from tests.media import drawing

LATER = datetime(2031, 3, 20, 8, 15, tzinfo=UTC)


def refusals(**given) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        clean_given(given)
    return refused.value.errors


def test_every_field_is_cleaned():
    cleaned = clean_given(
        {
            "creator": " Ada\x00 ",
            "web_statement": " https://example.org/licence ",
            "licensor_url": "",
            "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
            "basis": "agency",
            "people": ["  Ada \n Byron", "", "Grace"],
            "lease_from": "2031-03-20T09:15:00+01:00",
            "lease_until": None,
            "embargo_until": "",
            "focal_x": "0.25",
            "focal_y": 1,
            "caption": None,
        }
    )

    assert cleaned == {
        "creator": "Ada",
        "web_statement": "https://example.org/licence",
        "licensor_url": "",
        "digital_source_type": "digitalCapture",
        "basis": "agency",
        "people": ["Ada Byron", "Grace"],
        "lease_from": LATER,
        "lease_until": None,
        "embargo_until": None,
        "focal_x": 0.25,
        "focal_y": 1.0,
    }


@pytest.mark.parametrize("people", [["Ada", "Grace"], "Ada\nGrace\n", ' ["Ada", "Grace"]'])
def test_people_are_a_list_or_a_text(people):
    assert clean_given({"people": people}) == {"people": ["Ada", "Grace"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("creator", 5),
        ("creator", "x" * 201),
        ("copyright_notice", "x" * 301),
        ("web_statement", "javascript:alert(1)"),
        ("web_statement", "ftp://example.org/a"),
        ("licensor_url", "example.org"),
        ("licensor_url", "https://example.org/" + "x" * 500),
        ("digital_source_type", "drawn"),
        ("basis", ["staff"]),
        ("people", {"name": "Ada"}),
        ("people", "[broken"),
        ("people", [5]),
        ("people", ["Ada"] * 51),
        ("people", ["x" * 151]),
        ("lease_from", "tomorrow"),
        ("lease_from", "2031-02-30T09:15:00Z"),
        ("lease_until", "2031-03-20T09:15:00"),
        ("embargo_until", 5),
        ("embargo_until", "0001-01-01T00:00:00+10:00"),
        ("focal_x", -0.01),
        ("focal_x", "1.01"),
        ("focal_y", "nan"),
        ("focal_y", "middle"),
        ("focal_y", True),
        ("focal_y", 10**400),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(field, value):
    errors = refusals(**{field: value}, caption="Doors")

    assert list(errors) == [field]
    assert errors[field][0].endswith(".")


def test_all_sentences_come_at_once():
    assert set(refusals(basis="x", focal_x=2, credit="x" * 201)) == {"basis", "focal_x", "credit"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("creator", "Grace"),
        ("copyright_notice", "© 2026 Grace"),
        ("web_statement", "https://example.org/licence"),
        ("digital_source_type", "digitalCapture"),
        ("focal_x", 0.1),
        ("focal_y", 0.9),
    ],
)
def test_what_stands_inside_the_files_makes_new_ones(field, value, make, editor):
    image = make(drawing.jpeg(700, 450))

    assert texts.describe(image, by=editor, **{field: value})

    assert (image.state, getattr(image, field), image.public_name) == ("received", value, "")
    row = AuditRow.objects.get(verb="describe")
    assert row.before == {field: 0.5 if field.startswith("focal") else ""}
    assert row.after == {field: value}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("licensor_url", "https://example.org/buy"),
        ("people", ["Ada", "Grace"]),
        ("lease_from", LATER),
        ("lease_until", LATER),
        ("embargo_until", LATER),
    ],
)
def test_what_stands_around_the_files_is_told_only(field, value, make, editor):
    image = make(drawing.jpeg(700, 450))
    name, edition = image.public_name, image.edition

    assert texts.describe(image, by=editor, **{field: value})

    kept = Image.objects.get()
    assert (kept.state, kept.public_name, getattr(kept, field)) == ("ready", name, value)
    assert kept.edition == edition + 1


@pytest.mark.django_db
def test_the_basis_is_for_the_desk_alone(make, editor):
    image = make(drawing.jpeg(700, 450))
    edition = image.edition

    assert texts.describe(image, by=editor, basis="agency")

    assert (image.basis, image.edition, image.state) == ("agency", edition, "ready")
    assert not texts.describe(image, by=editor, basis="agency")


@pytest.mark.django_db
def test_times_say_what_is_due(make, receive, editor):
    image, _ = make(drawing.jpeg(700, 450)), receive(drawing.jpeg(700, 450))
    end = timezone.now() + timedelta(days=9)

    texts.describe(image, by=editor, lease_until=end)

    assert [row.due_at for row in Image.objects.all()] == [end - rights.WARNINGS[0]] * 2
    assert AuditRow.objects.get(verb="describe").after == {"lease_until": end.isoformat()}


@pytest.mark.django_db
def test_a_time_is_taken_away_by_none(make, editor):
    image = make(drawing.jpeg(700, 450))
    texts.describe(image, by=editor, embargo_until=LATER)

    texts.describe(image, by=editor, caption="Doors")
    assert image.embargo_until == image.due_at == LATER
    texts.describe(image, by=editor, embargo_until=None)

    assert (image.embargo_until, image.due_at) == (None, None)


@pytest.mark.django_db
def test_a_lease_ends_after_it_starts(make, editor):
    image = make(drawing.jpeg(700, 450))
    texts.describe(image, by=editor, lease_from=LATER)

    with pytest.raises(Invalid, match="ends before it starts"):
        texts.describe(image, by=editor, lease_until=LATER)
    texts.describe(image, by=editor, lease_from=LATER - timedelta(days=2), lease_until=LATER)

    assert Image.objects.get().lease_until == LATER


@pytest.mark.django_db
def test_a_credit_that_is_given_was_written_by_a_person(receive, photographer):
    image = receive(by=photographer, alt_text="A stage")
    Image.objects.update(credit_from="uploader")

    texts.describe(image, by=photographer, caption="Doors")
    assert Image.objects.get().credit_from == "uploader"
    texts.describe(image, by=photographer, credit=image.credit)

    assert Image.objects.get().credit_from == "person"


@pytest.mark.django_db
def test_a_time_of_what_pages_keep_a_place_for_is_told_too(
    own_queues, editor, django_capture_on_commit_callbacks
):
    image = ingest.expect(image_id=uuid.uuid4(), by=editor, credit="Ada", alt_text="A stage").image
    with current_app.connection_for_read() as connection:
        queue = connection.SimpleQueue("publish")

        with django_capture_on_commit_callbacks(execute=True):
            texts.describe(image, by=editor, basis="staff")
        with pytest.raises(queue.Empty):
            queue.get_nowait()
        with django_capture_on_commit_callbacks(execute=True):
            texts.describe(image, by=editor, embargo_until=LATER)

        assert queue.get(timeout=5).payload[0] == [str(image.pk)]
