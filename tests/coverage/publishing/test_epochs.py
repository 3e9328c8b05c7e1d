"""A restored database begins a new epoch, and no other does."""

import pytest
from django.core.management import CommandError, call_command

from coverage.publishing.epochs import Heights
from coverage.record.models import EventHead
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def heights(tmp_path):
    return lambda: Heights(tmp_path / "heights.json")


def head_of(event) -> EventHead:
    return EventHead.objects.get(desk_id=event.pk)


def test_a_database_behind_what_readers_saw_begins_a_new_epoch(heights):
    event, other = factories.make_event(), factories.make_event()
    factories.make_published(event)
    heights().look()
    before, others = head_of(event), head_of(other)
    EventHead.objects.filter(pk=before.pk).update(seq=before.seq - 1)

    [started] = heights().look()

    assert started.pk == before.pk
    assert head_of(event).epoch not in ("", before.epoch)
    assert head_of(other).epoch == others.epoch
    assert heights().look() == []


def test_a_record_that_goes_on_keeps_its_epoch(heights):
    event = factories.make_event()
    one = heights()
    one.look()
    factories.make_published(event)

    assert one.look() == []
    assert heights().look() == []


@pytest.mark.parametrize("left", ["", '{"1": [', "[]"])
def test_a_file_cut_short_is_made_again(tmp_path, left):
    event = factories.make_event()
    path = tmp_path / "heights.json"
    path.write_text(left)

    assert Heights(path).look() == []
    assert Heights(path).known[str(head_of(event).pk)] == [head_of(event).epoch, head_of(event).seq]


def test_the_command_starts_all_or_those_named(capsys):
    event, other = factories.make_event(), factories.make_event()
    first, second = head_of(event).epoch, head_of(other).epoch

    call_command("new_epoch", head_of(event).slug)

    assert head_of(event).epoch != first
    assert head_of(other).epoch == second
    assert head_of(event).epoch in capsys.readouterr().out
    call_command("new_epoch")
    assert head_of(other).epoch != second


def test_an_event_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="There is no public event nothing"):
        call_command("new_epoch", "nothing")
