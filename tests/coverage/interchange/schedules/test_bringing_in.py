"""A schedule becomes a run of show; brought in again it follows its source and overwrites nobody."""

import copy
import datetime
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coverage.models import Appearance, Keynote, Organisation, Speaker, SpeakerAlias
from coverage.publishing import schedule
from coverage.publishing.programme import release_programme
from coverage.record.models import ReleasedKeynote
from newsroom.editorial.audit import AuditRow
from tests import factories

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
NINE = datetime.datetime(2026, 6, 11, 7, tzinfo=datetime.UTC)  # in Zurich
TEN_MINUTES = datetime.timedelta(minutes=10)


@pytest.fixture
def event():
    return factories.make_event(slug="lakeside", time_zone="Europe/Zurich")


@pytest.fixture
def run(event, tmp_path):
    """Imports a schedule, the fixture of that name or one as data, and answers the lines it says."""

    def run_command(schedule: str | dict, *options: str) -> list[str]:
        path = HERE / f"{schedule}.json" if isinstance(schedule, str) else tmp_path / "schedule.json"
        if isinstance(schedule, dict):
            path.write_text(json.dumps(schedule))
        said = io.StringIO()
        call_command("import_schedule", str(path), "--event", event.slug, *options, stdout=said)
        return said.getvalue().splitlines()

    return run_command


def given(name: str) -> dict:
    return json.loads((HERE / f"{name}.json").read_text())


def talks(data: dict) -> list[dict]:
    """Of pretalx's first day: the opening and the panel."""
    return data["schedule"]["conference"]["days"][0]["rooms"]["Seesaal"]


def opening() -> Keynote:
    return Keynote.objects.get(sourced__key__endswith="0001")


def test_a_schedule_becomes_keynotes_speakers_and_appearances_readers_see(event, run):
    lines = run("pretalx")

    assert list(event.keynotes.values_list("title", "room", "format")) == [
        ("Opening of the Lakeside Day", "Seesaal", "opening"),
        ("Who pays for the commons?", "Seesaal", "panel"),
        ("Lunch by the water", "Loft", "break"),
    ]
    assert (opening().starts_at, opening().ends_at) == (NINE, NINE + 2 * TEN_MINUTES)
    assert opening().slug == "opening-of-the-lakeside-day"
    panel = Keynote.objects.get(format="panel")
    assert [str(one) for one in panel.appearances.all()] == ["Ngozi Okafor, speaker", "Regula Meier, speaker"]
    assert Speaker.objects.count() == 2
    assert ReleasedKeynote.objects.count() == 3
    assert lines[0] == "new: “Opening of the Lakeside Day”, 11 Jun 2026 09:00, Regula Meier"
    assert lines[-2:] == [
        "Event 1: 3 new, 0 changed, 0 left, 0 gone.".replace("Event 1", str(event)),
        "Readers see it now.",
    ]


def test_the_same_file_again_changes_nothing(event, run):
    run("sessionize")
    before, audited = list(Keynote.objects.values()), AuditRow.objects.count()

    lines = run("sessionize")

    assert lines == [f"{event}: 0 new, 0 changed, 0 left, 0 gone."]
    assert (list(Keynote.objects.values()), AuditRow.objects.count()) == (before, audited)


def test_a_dry_run_says_it_all_and_changes_nothing(event, run):
    lines = run("pretalx", "--dry-run")

    assert lines[0].startswith("would be new: “Opening of the Lakeside Day”")
    assert lines[-1] == "Nothing was changed: this was a dry run."
    assert not Keynote.objects.exists()
    assert not Speaker.objects.exists()
    assert not ReleasedKeynote.objects.exists()


def test_a_renamed_and_moved_session_is_found_by_its_id(event, run):
    run("pretalx")
    data = given("pretalx")
    talks(data)[0].update(title="Welcome!", date="2026-06-11T09:10:00+02:00")
    before = opening().pk

    lines = run(data)

    assert (opening().pk, opening().title, opening().starts_at) == (before, "Welcome!", NINE + TEN_MINUTES)
    assert ReleasedKeynote.objects.get(desk_id=before).title == "Welcome!"
    assert "changed: “Welcome!”: start 11 Jun 2026 09:00 → 11 Jun 2026 09:10" in lines
    assert Keynote.objects.count() == 3


def test_what_somebody_here_wrote_stays_and_is_told_once(event, run):
    run("pretalx")
    Keynote.objects.filter(pk=opening().pk).update(title="The doors open", room="Big hall")
    data = given("pretalx")
    talks(data)[0].update(title="Opening, at last")

    lines, again = run(data), run(data)

    assert (opening().title, opening().room) == ("The doors open", "Big hall")
    assert lines[0] == (
        "left as it is: “The doors open”: title stays “The doors open”; the file says “Opening, at last”."
    )
    assert again == [f"{event}: 0 new, 0 changed, 0 left, 0 gone."]


def test_what_the_file_has_no_more_is_told_and_stays(event, run):
    run("pretalx")
    data = given("pretalx")
    panel = talks(data).pop()
    panel["persons"].pop()

    lines = run(data)

    assert lines[0] == "gone: “Who pays for the commons?” is not in the file any more: it stays."
    assert Keynote.objects.count() == 3
    talks(data).append(panel)
    assert run(data)[0].startswith("gone: Regula Meier, of “Who pays for the commons?”")
    assert Appearance.objects.count() == 3


def test_a_keynote_somebody_made_here_is_taken_for_the_one_in_the_file(event, run):
    keynote = factories.make_keynote(event, title="Opening of the lakeside day", summary="Our own words.")

    lines = run("pretalx")

    assert opening() == keynote
    assert (opening().starts_at, opening().room, opening().summary) == (NINE, "Seesaal", "Our own words.")
    assert opening().appearances.get().name == "Regula Meier"
    assert any(line.startswith("left as it is:") and "summary" in line for line in lines)
    assert Keynote.objects.count() == 3


def test_people_and_organisations_are_found_by_name_and_alias(event, run):
    organisation = Organisation.objects.create(slug="quiet-data", name="Quiet Data")
    tomas = factories.make_speaker("Tom Herrera", job_title="Today’s title")
    SpeakerAlias.objects.create(speaker=tomas, name="tomás  herrera")

    run("sessionize")

    billed = Appearance.objects.filter(speaker=tomas).first()
    assert (billed.name, billed.job_title, billed.organisation) == (
        "Tomás Herrera",
        "Principal Engineer",
        organisation,
    )
    aiko = Speaker.objects.get(name="Aiko Sato")
    assert (aiko.job_title, aiko.organisation) == ("Wanderer", None)
    assert Speaker.objects.count() == 2


def test_a_new_billing_is_taken_until_readers_know_the_old_one(run):
    event = factories.make_event(slug="draft", state="draft", time_zone="Europe/Zurich")
    data = given("sessionize")
    changed = copy.deepcopy(data)
    changed["speakers"][1]["tagLine"] = "Traveller"
    later = copy.deepcopy(data)
    later["speakers"][1]["tagLine"] = "Astronaut"

    def bring(schedule: dict) -> list[str]:
        return run(schedule, "--event", event.slug)

    bring(data)
    taken = bring(changed)
    factories.programme.announce(event, by=None)
    left = bring(later)

    assert "changed: “Demo: a cluster in a rucksack”: Aiko Sato is billed as Traveller" in taken
    assert Appearance.objects.get(speaker__name="Aiko Sato").job_title == "Traveller"
    assert any("billing stays “Traveller ”; the file says “Astronaut ”" in line for line in left)


def test_a_new_session_stands_at_its_time_in_an_order_made_by_hand(event, run):
    run("pretalx")
    order = {
        title: place
        for place, title in enumerate(
            ("Lunch by the water", "Opening of the Lakeside Day", "Who pays for the commons?"), 1
        )
    }
    for keynote in Keynote.objects.all():
        Keynote.objects.filter(pk=keynote.pk).update(order=order[keynote.title])
    data = given("pretalx")
    extra = {
        **talks(data)[0],
        "guid": "new",
        "title": "A word",
        "date": "2026-06-11T09:20:00+02:00",
        "persons": [],
    }
    talks(data).append(extra)

    run(data)

    assert list(event.keynotes.values_list("title", flat=True)) == [
        "Lunch by the water",
        "Opening of the Lakeside Day",
        "A word",
        "Who pays for the commons?",
    ]


def test_what_the_file_says_is_cancelled_is_left_to_a_person(event, run):
    run("sessionize")
    data = given("sessionize")
    data["sessions"][0]["status"] = "Canceled"

    lines = run(data)

    assert lines[0].endswith("is cancelled in the file: cancel it on the run of show.")
    assert not Keynote.objects.exclude(cancelled_at=None).exists()


def test_a_file_with_a_fault_imports_nothing_and_says_where(run):
    data = given("sessionize")
    data["sessions"][2]["startsAt"] = "later"

    with pytest.raises(CommandError, match=r"Nothing was imported\.\n.*rucksack.*“startsAt” is “later”"):
        run(data)
    assert not Keynote.objects.exists()


def test_an_event_there_is_not_is_said(tmp_path):
    with pytest.raises(CommandError, match="no event “nowhere”"):
        call_command("import_schedule", str(tmp_path), "--event", "nowhere")


def test_posts_scheduled_by_a_keynote_follow_the_file(event, run):
    run("pretalx")
    editor = factories.make_editor()
    post = factories.publication.post_by_id(factories.make_post(event, by=editor).pk)
    from_start = {"anchor_keynote": opening().slug, "anchor": "planned-start", "anchor_minutes": 5}
    Keynote.objects.update(starts_at=NINE + datetime.timedelta(days=9999), ends_at=None)
    release_programme(event)
    schedule.schedule(post, by=editor, **from_start)
    Keynote.objects.update(starts_at=NINE)
    data = given("pretalx")
    talks(data)[0]["date"] = "2026-06-11T09:10:00+02:00"

    run(data)

    post.refresh_from_db()
    assert post.publish_at == NINE + TEN_MINUTES + TEN_MINUTES / 2
