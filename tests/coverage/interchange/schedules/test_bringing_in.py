"""A schedule becomes a run of show; brought in again it follows its source and overwrites nobody."""

import copy
import datetime
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coverage.interchange.schedules.bringing_in import bring_in
from coverage.interchange.schedules.shapes import ParsedSchedule, ParsedSession, ParsedSpeaker
from coverage.models import Appearance, Keynote, Organisation, Speaker, SpeakerAlias
from coverage.publishing import schedule
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


def test_what_is_new_and_cancelled_is_not_brought_in_but_told(event, run):
    data = given("sessionize")
    data["sessions"][0]["status"] = "Canceled"

    lines = run(data)

    title = data["sessions"][0]["title"]
    assert f"cancelled at the source, not brought in: “{title}”, 11 Jun 2026 09:00" in lines
    assert not event.keynotes.filter(title=title).exists()
    assert event.keynotes.count() == len(data["sessions"]) - 1


@pytest.mark.parametrize("ours", [{"ends_at": NINE + TEN_MINUTES / 2}, {"starts_at": NINE - TEN_MINUTES}])
def test_start_and_end_stay_together_if_somebody_here_changed_one(ours, event, run):
    run("pretalx")
    Keynote.objects.filter(pk=opening().pk).update(**ours)
    stood = (opening().starts_at, opening().ends_at)
    data = given("pretalx")
    talks(data)[0].update(date="2026-06-11T11:00:00+02:00", title="Welcome!")

    lines, again = run(data), run(data)

    assert (opening().starts_at, opening().ends_at) == stood
    assert opening().title == "Welcome!"
    left = [line for line in lines if line.startswith("left as it is: ")]
    assert [" ".join(line.split("”: ")[1].split()[:2]) for line in left] == ["start stays", "end stays"]
    assert again == [f"{event}: 0 new, 0 changed, 0 left, 0 gone."]


def test_a_keynote_made_here_with_an_end_gets_no_start_after_it(event, run):
    factories.make_keynote(event, title="Opening of the lakeside day", ends_at=NINE - TEN_MINUTES)

    run("pretalx")

    assert (opening().starts_at, opening().ends_at) == (None, NINE - TEN_MINUTES)


def night(start: str, end: str) -> dict:
    """A schedule with one session at local times."""
    session = {"id": "1", "title": "Night walk", "startsAt": start, "endsAt": end, "speakers": []}
    return {"sessions": [session], "speakers": [], "rooms": []}


@pytest.mark.parametrize(
    ("start", "end", "which"),
    [
        ("2026-03-29T02:30:00", "2026-03-29T03:15:00", "start, 02:30"),
        ("2026-03-29T01:30:00", "2026-03-29T02:15:00", "end, 02:15"),
    ],
)
def test_a_session_at_a_time_that_does_not_exist_is_told_and_left_out(start, end, which, event, run):
    lines = run(night(start, end))

    assert lines[0] == (
        f"unclear time: “Night walk”: its {which} on 29 March 2026 in Europe/Zurich, does not exist: the clocks go "
        "forward then; it is not brought in."
    )
    assert not event.keynotes.exists()


def test_a_keynote_whose_time_the_file_moves_where_there_is_none_stays(event, run):
    run(night("2026-03-29T01:30:00", "2026-03-29T01:45:00"))

    run(night("2026-03-29T02:30:00", "2026-03-29T02:45:00"))

    assert event.keynotes.get().starts_at == datetime.datetime(2026, 3, 29, 0, 30, tzinfo=datetime.UTC)


def test_of_a_time_that_comes_twice_the_first_is_taken_and_told(event, run):
    lines = run(night("2026-10-25T02:30:00", "2026-10-25T03:30:00"))

    assert lines[-3] == (
        "unclear time: “Night walk”: its start, 02:30 on 25 October 2026 in Europe/Zurich, comes twice: the first was "
        "taken, 02:30 CEST (UTC+02:00)."
    )
    keynote = event.keynotes.get()
    assert keynote.starts_at == datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)
    assert keynote.ends_at - keynote.starts_at == datetime.timedelta(hours=2)


def test_whom_and_what_an_import_made_is_in_the_audit(event):
    speaker = ParsedSpeaker("Ada Lovelace", job_title="Analyst", organisation="Acme")

    bring_in(ParsedSchedule("made-up", [ParsedSession("1", "Engines", speakers=[speaker])]), event)

    rows = AuditRow.objects.filter(verb="import").exclude(thing_type="coverage.keynote").order_by("id")
    assert list(rows.values_list("thing_type", "event_id", "after")) == [
        ("coverage.organisation", None, {"name": "Acme"}),
        (
            "coverage.speaker",
            None,
            {"name": "Ada Lovelace", "job_title": "Analyst", "organisation": "Acme"},
        ),
        (
            "coverage.appearance",
            event.pk,
            {"name": "Ada Lovelace", "job_title": "Analyst", "organisation_name": "Acme"},
        ),
    ]


def test_who_joins_is_in_the_audit(event, run):
    run("pretalx")
    data = given("pretalx")
    talks(data)[0]["persons"].append({"public_name": "Ada Lovelace"})

    lines = run(data)

    assert "changed: “Opening of the Lakeside Day”: Ada Lovelace joins" in lines
    appearance = Appearance.objects.get(name="Ada Lovelace")
    row = AuditRow.objects.get(thing_type="coverage.appearance", thing_id=str(appearance.pk))
    assert (row.verb, row.event_id, row.after["name"]) == ("import", event.pk, "Ada Lovelace")


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
    data, editor = given("pretalx"), factories.make_editor()
    talks(data)[0]["date"] = "2050-06-11T09:00:00+02:00"
    run(data)
    post = factories.publication.post_by_id(factories.make_post(event, by=editor).pk)
    from_start = {"anchor_keynote": opening().slug, "anchor": "planned-start", "anchor_minutes": 5}
    schedule.schedule(post, by=editor, **from_start)
    talks(data)[0]["date"] = "2050-06-11T09:10:00+02:00"

    run(data)

    post.refresh_from_db()
    assert post.publish_at == datetime.datetime(2050, 6, 11, 7, 15, tzinfo=datetime.UTC)
