"""The version in every form of the desk, and what happens when two people save one thing."""

import threading

import pytest
from django.contrib.admin import site
from django.db import connections
from django.test import RequestFactory

from coverage.desk.conflicts import Side
from coverage.models import Appearance, Assignment, ErrorReport, Event, Speaker
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.people import User
from newsroom.editorial.roles import EDITOR
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, new_form, open_form, said

READ_ONLY = {AuditRow, ErrorReport}  # a report has verbs and no fields
MAKE = {
    "post": lambda: factories.make_post(factories.make_event()),
    "event": factories.make_event,
    "keynote": lambda: factories.make_keynote(factories.make_event()),
    "speaker": factories.make_speaker,
    "organisation": factories.make_organisation,
    "image": factories.make_image,
    "user": factories.make_editor,
}


def _models() -> list:
    return [model for model in site._registry if model not in READ_ONLY]


@pytest.fixture
def chief(people):
    return client_of(people["chief"])


@pytest.mark.parametrize("model", _models())
def test_every_form_carries_the_version_whatever_fields_it_shows(chief, model, monkeypatch):
    thing = MAKE[model._meta.model_name]()
    admin = site._registry[model]
    if model is not Image:  # its fields are computed
        monkeypatch.setattr(type(admin), "get_fieldsets", lambda *args, **kwargs: [(None, {"fields": ()})])

    fields = open_form(chief, thing)

    assert fields["_version"] == admin.version_of(model.objects.get(pk=thing.pk))


@pytest.mark.parametrize("model", _models())
@pytest.mark.parametrize("version", [None, "0"])
def test_no_form_is_taken_without_it(chief, model, version):
    thing = MAKE[model._meta.model_name]()
    fields, text = open_form(chief, thing), _first_text(model)
    fields[text] = f"{fields[text]}changed"
    del fields["_version"]

    answer = chief.post(
        change_url(thing), {**fields, **({"_version": version} if version else {}), "_continue": "1"}
    )

    assert answer.status_code == 409
    assert fields_of(answer, f"{model._meta.model_name}_form")[text].endswith("changed")
    assert not str(getattr(model.objects.get(pk=thing.pk), text)).endswith("changed")


def _first_text(model) -> str:
    return {"post": "headline", "image": "caption", "user": "byline"}.get(
        model._meta.model_name, "title" if hasattr(model, "title") else "name"
    )


def test_the_version_is_of_what_was_read_first(event, people):
    """Read again before the form is shown, a newer row must not lend its version to older words."""
    admin, request = site._registry[Event], RequestFactory().get("/")
    request.user = people["editor"]
    admin.get_object(request, str(event.pk))
    first = request.seen_version
    Event.objects.filter(pk=event.pk).update(city="Lyon")

    admin.get_object(request, str(event.pk))

    assert request.seen_version == first != admin.version_of(Event.objects.get(pk=event.pk))


def test_both_versions_stand_beside_each_other(desk, event):
    fields = open_form(desk, event)
    Event.objects.filter(pk=event.pk).update(city="Lyon", second_reader=True, language="de")

    answer = desk.post(change_url(event), {**fields, "city": "Nice", "_continue": "1"})

    sides = {side.label: (side.theirs, side.mine) for side in answer.context["conflict"]}
    assert sides["City"] == ("Lyon", "Nice")
    assert sides["Second reader"] == ("Second reader", "")
    assert len(sides) == 3
    desk.post(change_url(event), {**fields_of(answer, "event_form"), "_continue": "1"})
    assert Event.objects.get(pk=event.pk).city == "Nice"


def test_rows_somebody_removed_stay_in_the_form_as_new_ones(desk, event, people):
    fields = open_form(desk, event)
    names = {int(key.split("-")[1]): fields[key] for key in fields if key.endswith("-person") and fields[key]}
    rosa = next(i for i, pk in names.items() if pk == str(people["reporter"].pk))
    Assignment.objects.filter(event=event, person=people["reporter"]).delete()

    typed = {**fields, f"assignments-{rosa}-may_publish": "on", "_continue": "1"}
    answer = desk.post(change_url(event), typed)

    (side,) = answer.context["conflict"]
    assert side.label == "Who covers it"
    assert "May publish" in side.mine
    assert "May publish" not in side.theirs
    desk.post(change_url(event), {**fields_of(answer, "event_form"), "_continue": "1"})
    assert Assignment.objects.get(event=event, person=people["reporter"]).may_publish


def test_a_guest_typed_in_an_old_form_is_not_lost(desk, event):
    ada, ben = factories.make_speaker("Ada"), factories.make_speaker("Ben")
    keynote = factories.make_keynote(event, speakers=[ada])
    fields = open_form(desk, keynote)
    Appearance.objects.filter(keynote=keynote).delete()
    rows = {"appearances-TOTAL_FORMS": "2", "appearances-1-speaker": ben.pk, "appearances-1-role": "host"}

    answer = desk.post(change_url(keynote), {**fields, **rows, "appearances-1-order": "2", "_continue": "1"})

    assert answer.status_code == 409
    desk.post(change_url(keynote), {**fields_of(answer, "keynote_form"), "_continue": "1"})
    assert {row.speaker.name for row in keynote.appearances.all()} == {"Ada", "Ben"}


def test_a_role_given_meanwhile_is_not_overwritten(chief):
    person = factories.make_person(first_name="Ada", email="ada@example.org")
    fields = open_form(chief, person)
    other = {**open_form(chief, person), "role": EDITOR, "_continue": "1"}
    chief.post(change_url(person), other)

    answer = chief.post(change_url(person), {**fields, "byline": "A. Byron", "_continue": "1"})

    assert answer.status_code == 409
    assert Side("Role", EDITOR, "Reporter") in answer.context["conflict"]


def test_a_picture_described_by_two_is_described_by_one(desk):
    image = factories.make_image(caption="First")
    fields = open_form(desk, image)
    Image.objects.filter(pk=image.pk).update(caption="Theirs")

    answer = desk.post(change_url(image), {**fields, "caption": "Mine", "_continue": "1"})

    assert (answer.status_code, Image.objects.get(pk=image.pk).caption) == (409, "Theirs")
    assert answer.context["conflict"] == [Side("Caption", "Theirs", "Mine")]


def test_what_happens_to_a_pictures_files_is_nobodys_save(desk):
    image = factories.make_image(caption="First")
    fields = open_form(desk, image)
    Image.objects.filter(pk=image.pk).update(edition=7, announced=True)

    desk.post(change_url(image), {**fields, "caption": "Mine", "_continue": "1"})

    assert Image.objects.get(pk=image.pk).caption == "Mine"


class TestAFormSentTwice:
    NEW = {
        "coverage_event": {"title": "The Fair", "slug": "the-fair", "time_zone": "UTC", "language": "en-gb"},
        "coverage_speaker": {"name": "Ada Byron", "slug": "ada-byron"},
        "coverage_organisation": {"name": "Acme", "slug": "acme"},
        "coverage_keynote": {"title": "Opening", "slug": "opening", "order": "1", "format": "keynote"},
        "editorial_user": {"first_name": "Ada", "email": "ada@example.org", "role": EDITOR},
    }

    @pytest.mark.parametrize("name", NEW)
    def test_makes_one(self, chief, event, name, mailoutbox, django_capture_on_commit_callbacks):
        model = next(each for each in _models() if each._meta.label_lower == name.replace("_", "."))
        address, fields = new_form(chief, name, f"?event={event.pk}" if "keynote" in name else "")
        before = model.objects.count()

        with django_capture_on_commit_callbacks(execute=True):
            answers = [
                chief.post(address, {**fields, **self.NEW[name], "_continue": "1"}, follow=True) for _ in "12"
            ]

        assert model.objects.count() == before + 1
        assert said(answers[1]) == "It is saved already."
        assert len(mailoutbox) == (1 if model is User else 0)

    def test_two_that_mean_it_make_two(self, desk):
        for name, slug in (("Ada", "ada"), ("Ada", "ada-2")):
            address, fields = new_form(desk, "coverage_speaker")
            desk.post(address, {**fields, "name": name, "slug": slug, "_continue": "1"})

        assert Speaker.objects.filter(name="Ada").count() == 2

    def test_a_form_that_was_refused_may_be_sent_again(self, desk):
        address, fields = new_form(desk, "coverage_speaker")
        refused = desk.post(address, {**fields, "name": "", "slug": "ada", "_continue": "1"})
        again = fields_of(refused, "speaker_form")

        desk.post(address, {**again, "name": "Ada", "_continue": "1"})

        assert again["_id"] == fields["_id"]
        assert Speaker.objects.get().name == "Ada"

    def test_in_a_pop_up_the_first_answer_is_given_again(self, desk):
        address, fields = new_form(desk, "coverage_speaker", "?_popup=1")
        fields |= {"name": "Ada", "slug": "ada", "_popup": "1"}

        first, again = (desk.post(address, fields) for _ in "12")

        assert first.context["popup_response_data"] == again.context["popup_response_data"]
        assert Speaker.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one():
    person = factories.make_editor()
    address, fields = new_form(client_of(person), "coverage_speaker")
    fields |= {"name": "Ada", "slug": "ada", "_continue": "1"}
    start, answers = threading.Barrier(2), []

    def click() -> None:
        client = client_of(person)
        start.wait()
        answers.append(client.post(address, fields).status_code)
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Speaker.objects.filter(name="Ada").count(), answers) == (1, [302, 302])
