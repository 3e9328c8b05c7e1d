import datetime

import pytest
from django.db import IntegrityError, transaction

from coverage.models import Post, Quote, Revision
from coverage.publishing import filing, publication, review
from media.models import Image
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return factories.make_event()


@pytest.fixture
def reporter(event):
    person = factories.make_person(byline="Rosa Lind")
    factories.assign(person, event)
    return person


def test_a_filing_is_a_draft_with_its_first_revision(event, reporter):
    post = filing.create_post(event, by=reporter, body="<p>Doors open.</p>")

    assert (post.state, post.version, post.author) == ("draft", 1, reporter)
    assert post.latest_revision().content["body"] == "<p>Doors open.</p>"
    assert post.latest_revision().content["byline"] == "Rosa Lind"


def test_who_does_not_cover_the_event_may_not_file(event):
    with pytest.raises(NotAllowed, match="not assigned"):
        filing.create_post(event, by=factories.make_person(), body="<p>Hello.</p>")

    assert not Post.objects.exists()


def test_every_save_that_changes_something_is_a_revision_and_no_other(event, reporter):
    post = filing.create_post(event, by=reporter, body="<p>One.</p>")

    filing.update_post(post, by=reporter, body="<p>Two.</p>")
    filing.update_post(post, by=reporter, body="<p>Two.</p>")

    assert list(Revision.objects.order_by("number").values_list("number", "content__body")) == [
        (1, "<p>One.</p>"),
        (2, "<p>Two.</p>"),
    ]
    assert Post.objects.get().version == 2


def test_only_the_fields_named_are_changed(event, reporter):
    speaker = factories.make_speaker()
    post = filing.create_post(event, by=reporter, headline="Kept", body="<p>One.</p>", speakers=[speaker])

    filing.update_post(post, by=reporter, body="<p>Two.</p>")

    content = post.latest_revision().content
    assert (content["headline"], content["speakers"]) == ("Kept", [speaker.pk])


def test_the_second_of_two_saves_on_one_version_is_told(event, reporter):
    post = filing.create_post(event, by=reporter, body="<p>One.</p>")
    mine, theirs = publication.post_by_id(post.pk), publication.post_by_id(post.pk)
    filing.update_post(theirs, by=factories.make_editor(), body="<p>Theirs.</p>")

    with pytest.raises(StaleState):
        filing.update_post(mine, by=reporter, body="<p>Mine.</p>")

    assert Post.objects.get().body == "<p>Theirs.</p>"
    assert Revision.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p onclick='x()'>Hi</p>", "<p>Hi</p>"),
        ("<script>alert(1)</script><p>Hi</p>", "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">Hi</a>', '<a rel="noopener nofollow">Hi</a>'),
        (
            '<a href="https://example.org/">Hi</a>',
            '<a href="https://example.org/" rel="noopener nofollow">Hi</a>',
        ),
        ("<h1>Hi</h1><img src=x onerror=alert(1)>", "Hi"),
        (
            "<blockquote><strong>Hi</strong> <em>ho</em></blockquote>",
            "<blockquote><strong>Hi</strong> <em>ho</em></blockquote>",
        ),
        ("It’s “curly” & Timothée", "It’s “curly” &amp; Timothée"),
    ],
)
def test_a_body_keeps_what_a_post_may_hold_and_nothing_else(event, reporter, typed, kept):
    assert filing.create_post(event, by=reporter, body=typed).body == kept


def test_a_keynote_of_another_event_is_refused(event, reporter):
    foreign = factories.make_keynote(factories.make_event())

    with pytest.raises(Invalid, match="another event"):
        filing.create_post(event, by=reporter, body="<p>One.</p>", keynote=foreign)


def test_a_quote_needs_somebody_who_said_it(event, reporter):
    with pytest.raises(Invalid, match="who said it"):
        filing.create_post(event, by=reporter, quotes=[{"text": "Something"}])

    post = filing.create_post(
        event, by=reporter, quotes=[{"text": "Something", "attribution": "a panellist, not identified"}]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.create(post=post, text="Nobody's words")


def test_each_of_several_quotes_has_its_own_speaker(event, reporter):
    ada, grace = factories.make_speaker("Ada Byron"), factories.make_speaker("Grace Hopper")

    post = filing.create_post(
        event,
        by=reporter,
        quotes=[
            {"speaker": ada, "text": "It weaves", "verbatim": True},
            {"speaker": grace, "text": "It sails"},
            {"attribution": "a panellist, not identified", "text": "It runs"},
        ],
    )

    quotes = post.latest_revision().content["quotes"]
    assert [(q["speaker_id"], q["text"], q["verbatim"]) for q in quotes] == [
        (ada.pk, "It weaves", True),
        (grace.pk, "It sails", False),
        (None, "It runs", False),
    ]


def test_an_empty_post_is_not_filed(event, reporter):
    post = filing.create_post(event, by=reporter)

    with pytest.raises(Invalid, match="empty"):
        review.submit(post, by=reporter)
    with pytest.raises(Invalid, match="empty"):
        publication.publish(post, by=None)


def test_a_note_is_with_the_draft_until_it_is_filed_again(event, reporter):
    editor = factories.make_editor()
    post = filing.create_post(event, by=reporter, body="<p>One.</p>")
    review.submit(post, by=reporter)

    review.send_back(post, by=editor, note="Who said so?")
    assert (Post.objects.get().state, Post.objects.get().note) == ("draft", "Who said so?")
    review.submit(post, by=reporter)

    assert Post.objects.get().note == ""


def test_an_author_changes_her_filing_until_the_desk_has_it(event, reporter):
    editor = factories.make_editor()
    post = filing.create_post(event, by=reporter, body="<p>One.</p>")
    review.submit(post, by=reporter)
    filing.update_post(post, by=reporter, body="<p>Two.</p>")
    review.claim(post, by=editor)

    with pytest.raises(NotAllowed):
        filing.update_post(post, by=reporter, body="<p>Three.</p>")


def test_an_edit_voids_an_approval(event, reporter):
    editor = factories.make_editor()
    post = filing.create_post(event, by=reporter, body="<p>One.</p>")
    review.submit(post, by=reporter)
    review.approve(post, by=editor)

    filing.update_post(post, by=editor, body="<p>Two.</p>")

    assert (post.state, post.pinned_revision) == ("in_review", None)


def test_a_spiked_post_is_brought_back_before_it_is_changed(event, reporter):
    post = filing.create_post(event, by=reporter, body="<p>One.</p>")
    review.spike(post, by=reporter)

    with pytest.raises(WrongState, match="bring it back"):
        filing.update_post(post, by=reporter, body="<p>Two.</p>")


def test_the_time_it_happened_is_settled_by_its_release(event):
    editor = factories.make_editor()
    nine = datetime.datetime(2024, 3, 20, 9, tzinfo=datetime.UTC)
    post = factories.make_published(event, by=editor, happened_at=nine)

    filing.update_post(
        publication.post_by_id(post.pk),
        by=editor,
        body="<p>New.</p>",
        happened_at=nine + datetime.timedelta(hours=1),
    )

    assert Post.objects.get(pk=post.pk).happened_at == nine


def test_the_real_time_of_an_imported_post_is_its_place(event):
    editor = factories.make_editor()
    nine = datetime.datetime(2024, 3, 20, 9, tzinfo=datetime.UTC)
    post = factories.make_post(event, by=editor, time_unknown=True, position=5)

    filing.update_post(publication.post_by_id(post.pk), by=editor, happened_at=nine)
    publication.publish(publication.post_by_id(post.pk), by=editor)

    assert Post.objects.get(pk=post.pk).position == round(nine.timestamp() * 1_000_000)


def test_a_time_too_long_ago_is_refused(event, reporter):
    with pytest.raises(Invalid, match="too long ago"):
        filing.create_post(event, by=reporter, happened_at=datetime.datetime(1, 1, 1, tzinfo=datetime.UTC))


def test_a_picture_nobody_credited_gets_its_senders_credit_or_the_events(event, reporter):
    event.default_credit = "Summit/Handout"
    photographer = factories.make_person(credit="Grace/Newsroom")
    hers = factories.make_image(credit="", uploaded_by=photographer)
    nobodys, emptied, written = (
        factories.make_image(credit=""),
        factories.make_image(credit="", credit_from="person"),
        factories.make_image(),
    )
    items = [{"image": image, "caption": ""} for image in (hers, nobodys, emptied, written)]

    filing.create_post(event, by=reporter, body="<p>Doors.</p>", images=items)

    found = Image.objects.in_bulk()
    assert [(found[i.pk].credit, found[i.pk].credit_from) for i in (hers, nobodys, emptied, written)] == [
        ("Grace/Newsroom", "uploader"),
        ("Summit/Handout", "event"),
        ("", "person"),
        ("Ada Byron/Newsroom", ""),
    ]
    assert AuditRow.objects.get(thing_id=str(nobodys.pk)).note == "filled from the event"
    assert found[nobodys.pk].edition == nobodys.edition + 1  # its files carry the credit: they are made anew


def test_a_credit_that_was_emptied_later_is_not_filled_again(event, reporter):
    event.default_credit = "Summit/Handout"
    image = factories.make_image(credit="")
    post = filing.create_post(
        event, by=reporter, body="<p>Doors.</p>", images=[{"image": image, "caption": ""}]
    )
    Image.objects.update(credit="", credit_from="")

    filing.update_post(post, by=reporter, images=[{"image": image, "caption": "The queue"}])

    assert Image.objects.get().credit == ""
