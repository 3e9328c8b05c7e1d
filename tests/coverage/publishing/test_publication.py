import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coverage.models import Appearance, Post
from coverage.publishing import filing, pictures, programme, publication, release
from coverage.record.models import (
    EventHead,
    Release,
    ReleasedPicture,
    ReleasedPost,
    ShareCard,
    WithdrawnFolder,
)
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, StaleState, WrongState
from tests import factories

pytestmark = pytest.mark.django_db


def entries(event):
    head = EventHead.objects.get(desk_id=event.pk)
    return list(head.entries.order_by("seq"))


def row_of(post) -> ReleasedPost:
    return ReleasedPost.objects.get(desk_id=post.pk)


def test_publish_writes_the_row_and_an_entry_with_the_same_fragment():
    event = factories.make_event()
    post = factories.make_published(event, headline="Doors open", body="<p>The hall fills.</p>")

    row, entry = row_of(post), entries(event)[-1]

    assert (post.state, post.version) == ("published", 2)
    assert len(row.public_id) == 10
    assert (row.headline, row.body, row.position) == ("Doors open", "<p>The hall fills.</p>", post.position)
    assert (entry.op, entry.public_id, entry.seq, entry.html) == (
        "publish",
        row.public_id,
        row.seq,
        row.fragment,
    )
    assert "The hall fills." in row.fragment
    assert f'id="post-{row.public_id}"' in row.fragment


def test_numbers_of_an_event_have_no_gap_and_belong_to_it_alone():
    one, other = factories.make_event(), factories.make_event()
    for event in (one, other, one):
        factories.make_published(event)

    assert [e.seq for e in entries(one)] == list(range(1, len(entries(one)) + 1))
    assert [e.seq for e in entries(other)] == list(range(1, len(entries(other)) + 1))
    assert [e.op for e in entries(one)][-2:] == ["publish", "publish"]


def test_a_refused_release_returns_its_number():
    event = factories.make_event()
    before = len(entries(event))
    post = factories.make_post(event, images=[{"image": factories.make_image(credit="")}])

    with pytest.raises(Invalid):
        publication.publish(publication.post_by_id(post.pk), by=None)

    assert len(entries(event)) == before
    assert Post.objects.get(pk=post.pk).state == "draft"


def test_publish_is_refused_while_the_event_is_a_draft():
    event = factories.make_event(state="draft")
    post = factories.make_post(event)

    with pytest.raises(WrongState, match="announce it first"):
        publication.publish(publication.post_by_id(post.pk), by=None)

    assert not ReleasedPost.objects.exists()


def test_publish_is_refused_under_embargo():
    post = factories.make_post(
        factories.make_event(), embargo_until=timezone.now() + datetime.timedelta(minutes=5)
    )

    with pytest.raises(Invalid, match="embargo"):
        publication.publish(publication.post_by_id(post.pk), by=None)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"credit": ""}, "needs a credit before"),
        ({"credit": "  "}, "needs a credit before"),
        ({"alt_text": ""}, "needs an alternative text before"),
        ({"credit": "", "alt_text": ""}, "needs a credit and an alternative text before"),
        ({"state": "refused", "refusal": "The file is cut off."}, "was refused"),
        ({"state": "withdrawn"}, "was withdrawn"),
    ],
)
def test_a_picture_that_may_not_be_shown_refuses_the_release(values, sentence):
    image = factories.make_image(**values)
    post = factories.make_post(factories.make_event(), images=[{"image": image}])

    with pytest.raises(Invalid, match=sentence) as refused:
        publication.publish(publication.post_by_id(post.pk), by=None)

    assert list(refused.value.errors) == ["images"]
    assert not ReleasedPicture.objects.exists()


@pytest.mark.parametrize("missing", ["credit", "alt"])
def test_the_database_refuses_a_picture_without_credit_or_alt_text(missing):
    row = row_of(factories.make_published(factories.make_event()))
    values = {"credit": "Ada Byron", "alt": "A stage.", missing: ""}

    with pytest.raises(IntegrityError), transaction.atomic():
        ReleasedPicture.objects.create(
            post=row,
            image="6f0f6a52-6f0b-4d0c-9a5c-0d1a8d6b9b5e",
            folder="x",
            width=1,
            height=1,
            sources=[],
            **values,
        )


def test_words_go_out_at_once_and_an_awaited_picture_joins_them_when_it_is_ready():
    event = factories.make_event()
    image = factories.make_image(ready=False, credit="Future")
    post = factories.make_published(event, images=[{"image": image, "caption": "The stage"}])
    assert "Future" not in row_of(post).fragment

    ready = factories.make_image(credit="Future")
    type(image).objects.filter(pk=image.pk).update(
        state="ready", same_as=ready, width=1600, height=1000, sha256=ready.sha256, alt_text="The stage."
    )
    changed = pictures.pictures_ready(image.pk)

    assert changed == 1
    assert "Future" in row_of(post).fragment
    assert entries(event)[-1].op == "picture"
    assert pictures.pictures_ready(image.pk) == 0
    assert pictures.sweep_pictures() == 0


def test_the_sweep_releases_a_ready_picture_whose_hint_was_lost():
    image = factories.make_image(ready=False)
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    ready = factories.make_image()
    type(image).objects.filter(pk=image.pk).update(
        state="ready", same_as=ready, width=1600, height=1000, sha256=ready.sha256
    )

    assert pictures.sweep_pictures() == 1
    assert row_of(post).picture_rows.count() == 1
    assert pictures.sweep_pictures() == 0


def test_a_post_naming_a_held_keynote_is_refused_and_goes_out_after_its_announcement():
    event = factories.make_event()
    keynote = factories.make_keynote(event, title="The surprise", held=True)
    post = factories.make_post(event, keynote=keynote)

    with pytest.raises(Invalid, match="not announced yet"):
        publication.publish(publication.post_by_id(post.pk), by=None)
    programme.announce_held(keynote, by=None)
    publication.publish(publication.post_by_id(post.pk), by=None)

    assert row_of(post).keynote_title == "The surprise"


def test_a_post_naming_a_held_guest_is_refused():
    event = factories.make_event()
    guest = factories.make_speaker("Grace Hopper")
    keynote = factories.make_keynote(event)
    Appearance.objects.create(keynote=keynote, speaker=guest, held=True)
    post = factories.make_post(event, quotes=[{"speaker": guest, "text": "Ships are safe in port"}])

    with pytest.raises(Invalid, match="Grace Hopper: not announced"):
        publication.publish(publication.post_by_id(post.pk), by=None)


def test_names_are_printed_as_billed_that_day_not_as_they_are_today():
    event = factories.make_event()
    speaker = factories.make_speaker("Ada Byron", job_title="Engineer")
    keynote = factories.make_keynote(event, speakers=[speaker])
    speaker.name, speaker.job_title = "Ada Lovelace", "Countess"
    speaker.save()

    post = factories.make_published(
        event, keynote=keynote, speakers=[speaker], quotes=[{"speaker": speaker, "text": "The engine weaves"}]
    )

    row = row_of(post)
    assert [(s.name, s.job_title) for s in row.speakers.all()] == [("Ada Byron", "Engineer")]
    assert (row.quotes[0]["name"], row.quotes[0]["job_title"]) == ("Ada Byron", "Engineer")


def test_correcting_a_name_as_billed_releases_every_post_that_prints_it():
    event = factories.make_event()
    speaker = factories.make_speaker("Jeffery Morgan")
    keynote = factories.make_keynote(event, speakers=[speaker])
    prints = factories.make_published(event, keynote=keynote, speakers=[speaker])
    silent = factories.make_published(event)
    Appearance.objects.filter(speaker=speaker).update(name="Jeffrey Morgan")

    programme.release_programme(event)

    assert "Jeffrey Morgan" in row_of(prints).fragment
    assert [(e.op, e.public_id) for e in entries(event)][-2:] == [
        ("header", None),
        ("update", prints.public_id),
    ]
    assert row_of(silent).seq < row_of(prints).seq


def test_an_edit_of_a_published_post_stays_on_the_desk_until_it_is_released():
    event = factories.make_event()
    editor = factories.make_editor()
    post = factories.make_published(event, by=editor, body="<p>Old words.</p>")

    post = filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>New words.</p>")
    assert "New words." not in row_of(post).fragment
    assert post.has_pending_changes()
    publication.publish(publication.post_by_id(post.pk), by=editor)

    assert "New words." in row_of(post).fragment
    assert entries(event)[-1].op == "update"


def test_publishing_again_without_a_change_is_refused():
    editor = factories.make_editor()
    post = factories.make_published(factories.make_event(), by=editor)

    with pytest.raises(Invalid, match="Nothing has changed"):
        publication.publish(publication.post_by_id(post.pk), by=editor)


def test_correct_says_what_was_wrong_and_keeps_the_place():
    event = factories.make_event()
    editor = factories.make_editor(byline="Ed Murrow")
    post = factories.make_published(event, by=editor, body="<p>Acme Inc.</p>")
    place = row_of(post).position
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>Acme Ltd.</p>")

    publication.correct(publication.post_by_id(post.pk), by=editor, note="It is Acme Ltd., not Acme Inc.")

    row, entry = row_of(post), entries(event)[-1]
    assert (entry.op, entry.note) == ("correct", "It is Acme Ltd., not Acme Inc.")
    assert row.corrections[0]["signed"] == "Ed Murrow"
    assert "It is Acme Ltd., not Acme Inc." in row.fragment
    assert row.position == place


def test_correct_can_remove_the_old_words_from_every_earlier_entry():
    event = factories.make_event()
    editor = factories.make_editor()
    post = factories.make_published(event, by=editor, body="<p>A libel.</p>")
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>The truth.</p>")

    publication.correct(publication.post_by_id(post.pk), by=editor, note="Removed.", remove_old=True)

    assert not Release.objects.filter(html__contains="A libel.").exists()
    assert [e.blanked for e in entries(event) if e.op == "publish"] == [True]


def test_removing_the_old_words_removes_the_notes_that_repeat_them():
    event, editor = factories.make_event(), factories.make_editor(first_name="Ada", last_name="Byron")
    post = factories.make_published(event, by=editor, body="<p>A libel.</p>")
    publication.correct(publication.post_by_id(post.pk), by=editor, note="It said canary.")
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>The truth.</p>")

    publication.correct(publication.post_by_id(post.pk), by=editor, note="Removed.", remove_old=True)
    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="For now.")
    publication.reinstate(publication.post_by_id(post.pk), by=factories.make_chief(), reason="Back.")

    row = ReleasedPost.objects.get(desk_id=post.pk)
    assert [(c["note"], bool(c["at"]), c["signed"]) for c in row.corrections] == [
        ("What was said here went with the words it spoke of.", True, "Ada Byron"),
        ("Removed.", True, "Ada Byron"),
    ]
    assert "canary" not in row.fragment
    assert not Release.objects.filter(note__contains="canary").exists()
    assert AuditRow.objects.filter(verb="correct", note="It said canary.").exists()


def test_a_note_alone_releases_no_words_that_were_not_marked_as_changes():
    editor = factories.make_editor()
    post = factories.make_published(factories.make_event(), by=editor)
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>Other words.</p>")
    Post.objects.update(review="")

    post = publication.correct(publication.post_by_id(post.pk), by=editor, note="A note.")

    assert row_of(post).body == "<p>Some words.</p>"
    assert post.corrections.get().revision == post.released_revision


def test_correct_needs_a_note():
    editor = factories.make_editor()
    post = factories.make_published(factories.make_event(), by=editor)

    with pytest.raises(Invalid, match="needs a note"):
        publication.correct(publication.post_by_id(post.pk), by=editor, note="  ")


def test_withdraw_leaves_no_word_and_no_picture_in_the_record():
    event = factories.make_event()
    editor = factories.make_editor()
    keynote = factories.make_keynote(event, title="Canary keynote")
    image = factories.make_image(credit="Canary credit", alt_text="Canary alt")
    post = factories.make_published(
        event,
        by=editor,
        keynote=keynote,
        headline="Canary headline",
        body="<p>Canary body</p>",
        quotes=[{"attribution": "a canary", "text": "Canary quote"}],
        images=[{"image": image, "caption": "Canary caption"}],
    )
    folder = image.public_name

    publication.withdraw(
        publication.post_by_id(post.pk), by=editor, reason="We were wrong.", note="Legal rang."
    )

    row = row_of(post)
    stored = [
        repr(values)
        for values in [*ReleasedPost.objects.values(), *Release.objects.exclude(op="header").values()]
    ]
    assert "anary" not in "".join(stored)
    assert folder not in "".join(stored)
    assert not ReleasedPicture.objects.exists()
    assert not ShareCard.objects.filter(post=row).exists()
    assert WithdrawnFolder.objects.get(image=image.pk).folder == folder
    assert WithdrawnFolder.objects.get(image=None).withdrawn
    assert (row.reason, entries(event)[-1].as_entry()["html"]) == ("We were wrong.", None)
    assert entries(event)[-1].as_entry()["reason"] == "We were wrong."
    assert "Legal rang." not in repr(entries(event)[-1].as_entry())


def test_a_picture_still_shown_by_another_post_keeps_its_address():
    event = factories.make_event()
    editor = factories.make_editor()
    image = factories.make_image()
    gone = factories.make_published(event, by=editor, images=[{"image": image}])
    factories.make_published(event, images=[{"image": image}])

    publication.withdraw(publication.post_by_id(gone.pk), by=editor, reason="Twice.")

    assert not WithdrawnFolder.objects.exists()


def test_reinstate_brings_the_post_back_to_its_place_and_address():
    event = factories.make_event()
    chief = factories.make_chief()
    post = factories.make_published(event, by=chief, body="<p>Right after all.</p>")
    before = row_of(post)
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="In doubt.")

    publication.reinstate(publication.post_by_id(post.pk), by=chief, reason="Checked.")

    after = row_of(post)
    assert (after.public_id, after.position, after.fragment) == (
        before.public_id,
        before.position,
        before.fragment,
    )
    assert after.withdrawn_at is None
    assert entries(event)[-1].op == "reinstate"


def test_pin_and_unpin_do_not_move_the_post():
    editor = factories.make_editor()
    event = factories.make_event()
    post = factories.make_published(event, by=editor)
    place = row_of(post).position

    publication.pin(publication.post_by_id(post.pk), by=editor)
    assert row_of(post).pinned
    with pytest.raises(WrongState, match="pinned already"):
        publication.pin(publication.post_by_id(post.pk), by=editor)
    publication.unpin(publication.post_by_id(post.pk), by=editor)

    assert (row_of(post).pinned, row_of(post).position) == (False, place)
    assert [e.op for e in entries(event)][-2:] == ["pin", "unpin"]


def test_the_place_comes_from_when_it_happened():
    event = factories.make_event()
    nine = datetime.datetime(2024, 3, 20, 9, 0, tzinfo=datetime.UTC)
    late = factories.make_published(event, happened_at=nine + datetime.timedelta(minutes=5))
    first = factories.make_published(event, happened_at=nine)
    tie = factories.make_published(event, happened_at=nine)

    assert first.position == round(nine.timestamp() * 1000) * release.PLACES
    assert tie.position == first.position + 1
    assert late.position > tie.position


def test_forty_posts_released_shuffled_stand_as_forty_released_in_order():
    nine = datetime.datetime(2024, 3, 20, 9, 0, tzinfo=datetime.UTC)
    moments = [nine + datetime.timedelta(seconds=20 * number) for number in range(40)]
    in_order, shuffled = factories.make_event(), factories.make_event()

    for moment in moments:
        factories.make_published(in_order, happened_at=moment, body=f"<p>{moment:%H:%M:%S}</p>")
    for number in range(40):
        moment = moments[number * 17 % 40]
        factories.make_published(shuffled, happened_at=moment, body=f"<p>{moment:%H:%M:%S}</p>")

    def page(event):
        return list(
            ReleasedPost.objects.filter(head__desk_id=event.pk).oldest_first().values_list("position", "body")
        )

    assert page(in_order) == page(shuffled)


def test_no_time_is_printed_for_a_post_whose_minute_nobody_knows():
    post = factories.make_published(factories.make_event(), time_unknown=True, position=1_000)

    assert (row_of(post).happened_at, row_of(post).position) == (None, 1_000)
    assert "<time" not in row_of(post).fragment


def test_a_verb_on_an_old_version_loses_the_race():
    editor = factories.make_editor()
    post = factories.make_published(factories.make_event(), by=editor)
    old = publication.post_by_id(post.pk)
    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="First.")

    with pytest.raises(StaleState):
        publication.withdraw(old, by=editor, reason="Second.")
    with pytest.raises(StaleState):
        publication.correct(publication.post_by_id(post.pk), by=editor, note="Third.", version=old.version)


def test_every_verb_leaves_one_audit_row():
    editor = factories.make_editor()
    post = factories.make_post(factories.make_event(), by=editor)
    publication.publish(publication.post_by_id(post.pk), by=editor)
    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="Why.", note="For the desk.")

    rows = AuditRow.objects.filter(thing_id=str(post.pk)).order_by("id")

    assert [(r.verb, r.from_state, r.to_state, r.note) for r in rows] == [
        ("create", "", "draft", ""),
        ("publish", "draft", "published", ""),
        ("withdraw", "published", "withdrawn", "Why.\nFor the desk."),
    ]


def test_a_picture_being_made_anew_stays_as_it_is_until_it_is_ready():
    event, editor = factories.make_event(), factories.make_editor()
    image = factories.make_image(credit="Ada Byron")
    post = factories.make_published(event, by=editor, images=[{"image": image}])
    type(image).objects.filter(pk=image.pk).update(state="received", credit="Ada Lovelace")
    image.renditions.update(state="waiting")

    publication.correct(publication.post_by_id(post.pk), by=editor, note="A word was wrong.")

    assert [picture.credit for picture in row_of(post).picture_rows.all()] == ["Ada Byron"]
    type(image).objects.filter(pk=image.pk).update(state="ready")
    image.renditions.update(state="ready")
    assert pictures.pictures_ready(image.pk) == 1
    assert [picture.credit for picture in row_of(post).picture_rows.all()] == ["Ada Lovelace"]


def test_the_sweep_finds_a_copy_that_takes_its_credit_from_the_original():
    original = factories.make_image()
    copy = factories.make_image(ready=False, credit="", alt_text="")
    post = factories.make_published(factories.make_event(), images=[{"image": copy}])
    type(copy).objects.filter(pk=copy.pk).update(
        state="ready", same_as=original, width=1600, height=1000, sha256=original.sha256
    )

    assert pictures.sweep_pictures() == 1
    assert row_of(post).picture_rows.get().credit == original.credit


def test_a_time_that_has_not_come_is_refused_at_release():
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    post = factories.make_post(factories.make_event(), happened_at=tomorrow)

    with pytest.raises(Invalid, match="not come yet"):
        publication.publish(publication.post_by_id(post.pk), by=None)


def test_an_embargo_holds_every_release(settings):
    event, chief = factories.make_event(), factories.make_chief()
    post = factories.make_published(event, by=chief)
    later = timezone.now() + datetime.timedelta(hours=1)
    filing.update_post(
        publication.post_by_id(post.pk), by=chief, body="<p>Embargoed.</p>", embargo_until=later
    )

    for verb in (
        lambda: publication.publish(publication.post_by_id(post.pk), by=chief),
        lambda: publication.correct(publication.post_by_id(post.pk), by=chief, note="No."),
    ):
        with pytest.raises(Invalid, match="embargo"):
            verb()
    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="No.")
    with pytest.raises(Invalid, match="embargo"):
        publication.reinstate(publication.post_by_id(post.pk), by=chief, reason="Yes.")

    assert "Embargoed." not in repr(list(Release.objects.values()))


def test_no_user_name_is_printed_to_readers():
    chief = factories.make_chief(username="admin@example.com")
    post = factories.make_published(factories.make_event(), by=chief)
    publication.correct(publication.post_by_id(post.pk), by=chief, note="A word was wrong.")

    row = row_of(post)
    assert (row.byline, row.corrections[0]["signed"]) == ("", "the desk")
    assert "admin@example.com" not in repr([*ReleasedPost.objects.values(), *Release.objects.values()])


def test_a_picture_that_gets_ready_changes_no_version():
    event, editor = factories.make_event(), factories.make_editor()
    image = factories.make_image(ready=False)
    post = factories.make_published(event, by=editor, images=[{"image": image}])
    seen = post.version
    ready = factories.make_image()
    type(image).objects.filter(pk=image.pk).update(
        state="ready", same_as=ready, width=1600, height=1000, sha256=ready.sha256
    )

    assert pictures.pictures_ready(image.pk) == 1
    publication.withdraw(publication.post_by_id(post.pk), by=editor, reason="No.", version=seen)

    assert Post.objects.get(pk=post.pk).state == "withdrawn"


def test_a_picture_taken_off_a_post_is_remembered_as_gone():
    event, editor = factories.make_event(), factories.make_editor()
    image = factories.make_image()
    post = factories.make_published(event, by=editor, images=[{"image": image}])
    filing.update_post(publication.post_by_id(post.pk), by=editor, body="<p>Words.</p>", images=[])

    publication.publish(publication.post_by_id(post.pk), by=editor)

    assert WithdrawnFolder.objects.get().folder == image.public_name


def test_a_picture_that_lost_its_credit_holds_up_no_programme():
    event, editor = factories.make_event(), factories.make_editor()
    image = factories.make_image()
    keynote = factories.make_keynote(event, title="Old title")
    post = factories.make_published(event, by=editor, keynote=keynote, images=[{"image": image}])
    type(image).objects.filter(pk=image.pk).update(credit="")
    type(keynote).objects.filter(pk=keynote.pk).update(title="New title")

    programme.release_programme(event)

    assert "New title" in row_of(post).fragment
    assert row_of(post).picture_rows.get().credit == "Ada Byron/Newsroom"


def test_who_appears_nowhere_stays_as_first_named():
    event, editor = factories.make_event(), factories.make_editor()
    jane = factories.make_speaker("Jane Doe", job_title="CTO")
    post = factories.make_published(event, by=editor, speakers=[jane])
    jane.job_title = "CEO elsewhere"
    jane.save()

    assert publication.rerelease(post) is False
    publication.correct(publication.post_by_id(post.pk), by=editor, note="A word was wrong.")

    assert row_of(post).speakers.get().job_title == "CTO"


def test_the_sweep_finds_a_post_that_lacks_a_picture_another_shows():
    event = factories.make_event()
    image = factories.make_image(ready=False)
    lacking = factories.make_published(event, images=[{"image": image}])
    ready = factories.make_image()
    type(image).objects.filter(pk=image.pk).update(
        state="ready", same_as=ready, width=1600, height=1000, sha256=ready.sha256
    )
    factories.make_published(event, images=[{"image": image}])

    assert pictures.sweep_pictures() == 1
    assert row_of(lacking).picture_rows.count() == 1
    assert pictures.sweep_pictures() == 0


def test_the_sweep_finds_a_changed_credit_whose_hint_was_lost():
    image = factories.make_image(credit="Ada Byron")
    post = factories.make_published(factories.make_event(), images=[{"image": image}])
    type(image).objects.filter(pk=image.pk).update(credit="Ada Lovelace", edition=2)

    assert pictures.sweep_pictures() == 1
    assert row_of(post).picture_rows.get().credit == "Ada Lovelace"
