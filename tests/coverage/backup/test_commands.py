"""What the two commands say."""

import base64
import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from coverage.doctor import database
from coverage.erasing import ledger
from coverage.erasing.tasks import sweep
from coverage.models import Event
from newsroom.editorial.erasures import Erasure
from tests import factories
from tests.coverage.backup.conftest import KEY

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("data_dir")]


def said(*command, **options) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def refused(*command, **options) -> str:
    with pytest.raises(CommandError) as error:
        said(*command, **options)
    return str(error.value)


@pytest.fixture
def file(tmp_path):
    factories.make_event(title="As backed up")
    said("backup", str(tmp_path / "a.tar"))
    return str(tmp_path / "a.tar")


def test_a_backup_says_where_it_is_of_when_and_what_it_lacks(tmp_path):
    answer = said("backup", str(tmp_path / "a.tar"))

    assert f"{tmp_path}/a.tar: " in answer
    assert "It shows the newsroom at 20" in answer
    assert "It is not encrypted" in answer
    assert "Keys of DATA_DIR in it: none." in answer


def test_an_encrypted_one_says_which_keys_are_in_it(tmp_path, settings):
    settings.BACKUP_KEY = base64.urlsafe_b64encode(KEY).decode()

    answer = said("backup", str(tmp_path / "a"))
    without = said("backup", str(tmp_path / "b"), "--without-keys")

    assert "Keys of DATA_DIR in it: secret-key, vapid-key." in answer
    assert "not encrypted" not in answer
    assert "Keys of DATA_DIR in it: none." in without


def test_a_restore_says_what_comes_next(file):
    Event.objects.update(title="Changed since")

    answer = said("restore", file, "--replace", "--no-input")

    assert Event.objects.get().title == "As backed up"
    assert "What was withdrawn, erased or revoked after that moment is as it was before" in answer
    assert "What was here before lies in " in answer
    assert answer.rstrip().endswith("Next: manage.py doctor, then start the newsroom (make run).")


@pytest.mark.parametrize(("typed", "title"), [("replace", "As backed up"), ("yes", "Changed since")])
def test_replacing_is_asked(file, monkeypatch, typed, title):
    Event.objects.update(title="Changed since")
    monkeypatch.setattr("builtins.input", lambda question: typed)

    if typed == "replace":
        said("restore", file, "--replace")
    else:
        assert refused("restore", file, "--replace") == "Nothing was restored, the newsroom is as it was."

    assert Event.objects.get().title == title


def test_verifying_reads_it_and_changes_nothing(file):
    Event.objects.update(title="Changed since")

    assert "A whole backup of 20" in said("restore", file, "--verify")
    assert Event.objects.get().title == "Changed since"


def test_a_refusal_says_first_what_was_not_done(file, tmp_path, settings):
    assert refused("backup", file).startswith("No backup was made. ")
    assert refused("restore", file).startswith(
        "Nothing was restored, the newsroom is as it was. This newsroom is"
    )
    assert refused("restore", str(tmp_path / "none")).endswith(f"{tmp_path}/none: No such file or directory.")
    settings.BACKUP_KEY = "too short"
    assert "BACKUP_KEY is no key" in refused("backup", str(tmp_path / "b.tar"))


def test_what_was_erased_since_is_named_and_erased_again(data_dir, tmp_path):
    """A post with its picture, another picture, who worked here and who spoke; each by the command it names."""
    factories.make_chief(username="carla")
    event = factories.make_event()
    person, speaker = factories.make_person(username="rosa"), factories.make_speaker("Vera Rubin")
    held, other = factories.make_image(), factories.make_image()
    post = factories.make_published(event, images=[{"image": held}])
    said("backup", str(tmp_path / "a.tar"))
    later = factories.make_speaker("Another")
    told = {"by": "carla", "reason": "A court ordered it.", "yes": True}
    for kind, name in (
        *(("post", post.pk), ("picture", other.pk)),
        *(("person", person.username), ("person", speaker.slug), ("person", later.slug)),
    ):
        said("erase", kind, str(name), **told)
    assert ledger.to_repeat() == []

    answer = said("restore", str(tmp_path / "a.tar"), "--replace", "--no-input")

    again = [line.split()[2:4] for line in answer.splitlines() if "--by CHIEF" in line]
    assert again == [
        ["post", str(post.pk)],
        ["picture", str(held.pk)],
        ["picture", str(other.pk)],
        ["person", f"person:{person.pk}"],
        ["person", f"speaker:{speaker.pk}"],
    ]
    [finding] = [one for one in database.look() if one.what == "erasures"]
    assert (finding.grade, finding.seen[:2]) == ("bad", "5 ")
    for kind, name in again:
        said("erase", kind, name, **told)
    [finding] = [one for one in database.look() if one.what == "erasures"]
    assert finding.grade == "good"


def test_the_list_of_erasures_says_no_name_and_is_private(data_dir):
    factories.make_chief(username="carla")
    person = factories.make_person(username="rosa", first_name="Rosa", last_name="Lind")

    said("erase", "person", "rosa", by="carla", reason="She asked for it.", yes=True)

    text = ledger.path().read_text()
    assert json.loads(text)[0].keys() == {"kind", "key", "at"}
    assert (ledger.read()[0].kind, ledger.read()[0].key) == ("person", str(person.pk))
    assert "rosa" not in text.casefold()
    assert stat.S_IMODE(ledger.path().stat().st_mode) == 0o600


def test_an_erasure_that_was_not_noted_is_noted_by_the_next_look(data_dir):
    Erasure.objects.create(kind="post", thing_id="1")

    sweep()
    sweep()

    assert [line.key for line in ledger.read()] == ["1"]
