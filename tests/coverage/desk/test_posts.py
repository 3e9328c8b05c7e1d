"""The post's form: saved through the filing verb, whole, once, and never over anybody's words."""

import datetime
import re
import uuid

import pytest
import time_machine
from django.urls import reverse

from coverage.models import Post, Typed
from coverage.publishing import filing, review
from coverage.publishing.publication import post_by_id
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, new_form, open_form, said


def _add(client, event, **values):
    address, fields = new_form(client, "coverage_post")
    return client.post(address, {**fields, "event": event.pk, "_continue": "1", **values}, follow=True)


def test_add_files_a_draft_under_the_persons_name(desk, event, people):
    response = _add(desk, event, headline="Doors open", body="<p>The queue moves.</p><script>x</script>")

    post = Post.objects.get()
    assert (post.author, post.state, post.body) == (people["editor"], "draft", "<p>The queue moves.</p>")
    assert post.revisions.count() == 1
    assert said(response) == "Saved."


def test_text_typed_without_the_editor_becomes_paragraphs(desk, event):
    _add(desk, event, body="One < two.\r\n\r\nThree.")

    assert Post.objects.get().body == "<p>One &lt; two.</p><p>Three.</p>"


def test_rows_of_the_form_are_saved_with_it(desk, event):
    speaker, picture = factories.make_speaker("Vera K."), factories.make_image()
    _add(
        desk,
        event,
        body="<p>Words.</p>",
        **{
            "post_speakers-0-speaker": speaker.pk,
            "quotes-0-attribution": "a panellist, not identified",
            "quotes-0-text": "We measured it.",
            "quotes-0-verbatim": "on",
            "post_images-0-image": str(picture.pk),
            "post_images-0-caption": "The stage.",
        },
    )

    post = Post.objects.get()
    assert [row.speaker for row in post.post_speakers.all()] == [speaker]
    assert list(post.quotes.values_list("attribution", "text", "verbatim")) == [
        ("a panellist, not identified", "We measured it.", True)
    ]
    assert [(row.image, row.caption) for row in post.post_images.all()] == [(picture, "The stage.")]


def test_a_quote_without_a_voice_is_refused_in_its_row(desk, event):
    response = _add(desk, event, body="<p>Words.</p>", **{"quotes-0-text": "Nobody said it."})

    assert not Post.objects.exists()
    assert b"Say who said it" in response.content
    assert b"Nobody said it." in response.content


def test_a_row_marked_for_removal_goes(desk, event):
    post = factories.make_post(event, speakers=[factories.make_speaker("One"), factories.make_speaker("Two")])
    fields = open_form(desk, post)

    desk.post(change_url(post), {**fields, "post_speakers-0-DELETE": "on", "_continue": "1"})

    assert [row.speaker.name for row in post.post_speakers.all()] == ["Two"]


def test_saving_an_unchanged_form_makes_no_revision(desk, event):
    post = factories.make_post(
        event, speakers=[factories.make_speaker()], happened_at=_at("2026-03-20T09:15:27.5")
    )
    fields = open_form(desk, post)

    response = desk.post(change_url(post), {**fields, "_continue": "1"}, follow=True)

    post.refresh_from_db()
    assert (post.version, post.revisions.count()) == (1, 1)
    assert said(response) == "Nothing had changed."


def test_times_are_shown_and_read_in_the_events_zone(desk, event):
    post = factories.make_post(event, happened_at=_at("2026-03-20T09:15:27"))
    fields = open_form(desk, post)
    assert fields["happened_at"] == "2026-03-20T10:15:27"
    assert fields["_zone"] == "Europe/Paris"

    desk.post(change_url(post), {**fields, "happened_at": "2026-03-20T11:00", "_continue": "1"})

    post.refresh_from_db()
    assert post.happened_at == _at("2026-03-20T10:00")


def test_a_form_sent_twice_makes_one_post(desk, event):
    address, fields = new_form(desk, "coverage_post")
    fields |= {"event": event.pk, "body": "<p>Once.</p>", "_continue": "1"}

    desk.post(address, fields, follow=True)
    again = desk.post(address, fields, follow=True)

    assert Post.objects.count() == 1
    assert said(again) == "It is saved already."


def test_save_and_publish_sent_twice_publishes_once(desk, event):
    address, fields = new_form(desk, "coverage_post")
    fields |= {"event": event.pk, "body": "<p>Once.</p>", "_verb": "publish"}

    first = desk.post(address, fields, follow=True)
    again = desk.post(address, fields, follow=True)

    assert (said(first), said(again)) == ("Published. Readers see it now.", "It is published already.")
    assert AuditRow.objects.filter(verb="publish").count() == 1


def test_what_was_added_before_a_form_was_sent_again_is_led_into_the_merge(desk, event):
    address, fields = new_form(desk, "coverage_post")
    fields |= {"event": event.pk, "headline": "First words", "body": "<p>First.</p>"}
    desk.post(address, {**fields, "_continue": "1"})

    again = desk.post(address, {**fields, "body": "<p>First. More.</p>", "_verb": "publish"}, follow=True)

    post = Post.objects.get()
    assert (post.state, post.body) == ("draft", "<p>First.</p>")
    assert "It was saved before, at The Summit." in said(again)
    assert [field.name for field in again.context["merge"].fields] == ["body"]
    shown = fields_of(again, "post_form")
    assert (shown["headline"], shown["body"]) == ("First words", "<p>First. More.</p>")
    desk.post(change_url(post), {**shown, "_verb": "publish"})
    post.refresh_from_db()
    assert (post.state, post.body) == ("published", "<p>First. More.</p>")
    assert not Typed.objects.exists()


def test_saved_again_with_more_words_nothing_is_called_saved(desk, event):
    address, fields = new_form(desk, "coverage_post")
    fields |= {"event": event.pk, "headline": "First", "_continue": "1"}
    desk.post(address, fields)

    again = desk.post(address, {**fields, "quotes-0-text": "We did it", "quotes-0-attribution": "A guest"})

    assert again["Location"].startswith(change_url(Post.objects.get()) + "?typed=")
    shown = fields_of(desk.get(again["Location"]), "post_form")
    assert (shown["headline"], shown["quotes-0-text"]) == ("First", "We did it")


def test_a_verb_sent_again_after_a_colleagues_save_is_not_used(desk, event, people):
    address, fields = new_form(desk, "coverage_post")
    fields |= {"event": event.pk, "headline": "Mine"}
    desk.post(address, {**fields, "_continue": "1"})
    filing.update_post(post_by_id(Post.objects.get().pk), by=people["chief"], headline="Theirs")

    again = desk.post(address, {**fields, "_verb": "publish"}, follow=True)

    assert Post.objects.get().state == "draft"
    assert [field.name for field in again.context["merge"].theirs()] == ["headline"]
    assert fields_of(again, "post_form")["headline"] == "Theirs"


def test_words_for_a_post_that_is_no_longer_hers_stay_readable(hers, event, people):
    address, fields = new_form(hers, "coverage_post")
    fields |= {"event": event.pk, "headline": "First"}
    hers.post(address, {**fields, "_verb": "submit"})
    review.claim(post_by_id(Post.objects.get().pk), by=people["editor"])

    again = hers.post(address, {**fields, "headline": "First, and more", "_verb": "submit"}, follow=True)

    assert Post.objects.get().headline == "First"
    assert "First, and more" in again.text


def test_an_identity_that_is_anothers_is_not_taken_over(hers, event, people):
    theirs = factories.make_post(event, by=people["editor"], headline="Theirs")
    address, fields = new_form(hers, "coverage_post")

    hers.post(
        address, {**fields, "event": event.pk, "_id": str(theirs.pk), "headline": "Hers", "_continue": "1"}
    )

    assert Post.objects.get(pk=theirs.pk).headline == "Theirs"
    assert Post.objects.get(author=people["reporter"]).headline == "Hers"


def test_a_new_post_keeps_the_identity_its_form_was_opened_with(desk, event):
    address, fields = new_form(desk, "coverage_post")

    desk.post(address, {**fields, "event": event.pk, "headline": "A", "_continue": "1"})

    assert Post.objects.get().pk == uuid.UUID(fields["_id"])


def test_a_keynote_of_another_event_is_refused_on_the_field(desk, event):
    elsewhere = factories.make_keynote(factories.make_event())

    response = _add(desk, event, headline="A", keynote=elsewhere.pk)

    assert not Post.objects.exists()
    assert response.context["errors"] == [["This keynote belongs to another event."]]


def test_a_new_posts_keynotes_say_their_event_so_that_the_page_can_offer_its_own(desk, event):
    keynote = factories.make_keynote(event, title="Ours")
    other = factories.make_keynote(factories.make_event(), title="Theirs")

    page = desk.get(reverse("admin:coverage_post_add")).content.decode()

    for each in (keynote, other):
        option = re.search(f'<option value="{each.pk}"[^>]*>{each.title} \\(', page)[0]
        assert f'data-event="{each.event_id}"' in option


def test_only_keynotes_of_the_event_are_offered_on_a_saved_post(desk, event):
    ours, _ = factories.make_keynote(event, title="Ours"), factories.make_keynote(factories.make_event())

    page = desk.get(change_url(factories.make_post(event)))

    offered = page.context["adminform"].form.fields["keynote"].queryset
    assert list(offered) == [ours]


class TestTwoPeopleAtOnePost:
    @pytest.fixture
    def post(self, event, people):
        return factories.make_post(
            event, by=people["reporter"], headline="First", speakers=[factories.make_speaker("Vera K.")]
        )

    @pytest.fixture
    def stale(self, desk, hers, post):
        """The editor's form, opened before the reporter saved hers."""
        fields = open_form(desk, post)
        theirs = {**open_form(hers, post), "headline": "Second, by the reporter", "_continue": "1"}
        hers.post(change_url(post), theirs)
        return fields

    def test_a_stale_save_is_refused_and_nothing_typed_is_lost(self, desk, post, stale):
        typed = {"headline": "Mine", "quotes-0-text": "Typed by hand", "quotes-0-attribution": "a panellist"}

        response = desk.post(change_url(post), {**stale, **typed, "_continue": "1"})

        post.refresh_from_db()
        assert (response.status_code, post.headline) == (409, "Second, by the reporter")
        kept = fields_of(response, "post_form")
        assert (kept["headline"], kept["quotes-0-text"]) == ("Mine", "Typed by hand")
        assert b"Second, by the reporter" in response.content
        assert b"rosa" in response.content

    def test_saving_again_after_looking_puts_mine_in_place(self, desk, post, stale):
        shown = desk.post(change_url(post), {**stale, "headline": "Mine", "_continue": "1"})

        desk.post(change_url(post), {**fields_of(shown, "post_form"), "_continue": "1"})

        post.refresh_from_db()
        assert post.headline == "Mine"
        assert [row.speaker.name for row in post.post_speakers.all()] == ["Vera K."]

    def test_a_form_without_its_version_is_refused(self, desk, post):
        fields = open_form(desk, post)
        del fields["_version"]

        response = desk.post(change_url(post), {**fields, "headline": "Mine", "_continue": "1"})

        assert response.status_code == 409
        assert fields_of(response, "post_form")["headline"] == "Mine"

    def test_a_verb_under_an_old_version_is_refused_though_the_words_are_the_same(self, desk, hers, post):
        fields = open_form(desk, post)
        hers.post(change_url(post), {**open_form(hers, post), "_verb": "submit"})

        response = desk.post(change_url(post), {**fields, "_verb": "publish"})

        post.refresh_from_db()
        assert (response.status_code, post.state) == (409, "submitted")


def test_event_of_a_saved_post_stays(desk, event):
    post, elsewhere = factories.make_post(event), factories.make_event()

    desk.post(
        change_url(post), {**open_form(desk, post), "event": elsewhere.pk, "headline": "A", "_continue": "1"}
    )

    post.refresh_from_db()
    assert (post.event, post.headline) == (event, "A")


def test_time_of_a_released_post_is_shown_and_not_asked(desk, event):
    post = factories.make_published(event)

    fields = open_form(desk, post)

    assert "happened_at" not in fields


def test_list_begins_with_what_awaits_review_for_an_editor(desk, hers, event, people):
    now = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)
    for minute, headline in enumerate(["Older", "Newer"]):
        with time_machine.travel(now + datetime.timedelta(minutes=minute), tick=False):
            post = factories.make_post(event, by=people["reporter"], headline=headline)
            hers.post(change_url(post), {**open_form(hers, post), "_verb": "submit"})
    factories.make_post(event, headline="A draft")

    with time_machine.travel(now + datetime.timedelta(minutes=7), tick=False):
        page = desk.get(reverse("admin:coverage_post_changelist"))

    rows = page.context["cl"].result_list
    assert [post.headline for post in rows] == ["Older", "Newer"]
    assert b"7 min" in page.content
    assert b"With the desk (2)" in page.content
    assert b"Drafts (1)" in page.content


def test_list_costs_the_same_queries_however_long_it_is(desk, event, django_assert_num_queries):
    address = reverse("admin:coverage_post_changelist") + "?queue=all"
    factories.make_published(event, images=[{"image": factories.make_image()}])
    desk.get(address)  # what is looked up once is kept

    with django_assert_num_queries(10):
        desk.get(address)
    for _ in range(3):
        factories.make_published(event, keynote=factories.make_keynote(event))
    with django_assert_num_queries(10):
        desk.get(address)


def test_list_names_problems_and_pending_changes(desk, event, people):
    factories.make_post(event, images=[{"image": factories.make_image(credit="")}])
    changed = factories.make_published(event)
    desk.post(change_url(changed), {**open_form(desk, changed), "headline": "Changed", "_continue": "1"})

    page = desk.get(reverse("admin:coverage_post_changelist") + "?queue=all")

    assert b"picture without credit or alternative text" in page.content
    assert page.content.count(b"not yet released") == 1


def test_history_shows_the_audit(desk, event, people):
    post = factories.make_post(event, by=people["reporter"])

    page = desk.get(reverse("admin:coverage_post_history", args=[post.pk]))

    assert [(row.person_name, row.verb) for row, _ in page.context["audit"]] == [("rosa", "create")]


def _at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def test_times_of_a_new_post_are_read_in_the_zone_of_the_event_chosen(desk, event):
    tokyo = factories.make_event(slug="tokyo", title="Tokyo", time_zone="Asia/Tokyo")

    _add(desk, tokyo, body="<p>Doors.</p>", happened_at="2026-03-20T09:00")

    assert Post.objects.get(event=tokyo).happened_at == _at("2026-03-20T00:00")


class TestWithoutAByline:
    SENTENCE = "Readers will see no byline"

    def test_an_author_without_a_name_is_told_and_led_to_where_it_is_given(self, people, event):
        chief = people["chief"]
        post = factories.make_post(event, by=chief)
        client = client_of(chief)

        pages = [client.get(reverse("admin:coverage_post_add")).text, client.get(change_url(post)).text]

        for page in pages:
            assert self.SENTENCE in page
            assert f'href="{change_url(chief)}"' in page

    def test_nothing_is_said_where_there_is_a_name(self, desk, hers, people, event):
        given = factories.make_post(event, by=people["editor"], byline="Our correspondent")

        assert self.SENTENCE not in hers.get(reverse("admin:coverage_post_add")).text
        assert self.SENTENCE not in desk.get(change_url(given)).text
