"""The wrap at the desk, page by page, as a browser without script uses it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.models import Assignment, Wrap
from coverage.publishing import articles, filing, publication, wrapping
from coverage.publishing.publication import post_by_id
from coverage.record.models import ReleasedArticle
from newsroom.editorial.audit import AuditRow
from tests import factories
from tests.coverage.desk.pages import change_url, client_of, fields_of, said

pytestmark = pytest.mark.django_db
# Queries; five of each are session, person, groups and permissions.
WRITE, CHOOSE = 17, 11


def url(event, name: str = "", *keys: str) -> str:
    return reverse(f"admin:coverage_event_wrap{name}", args=[event.pk, *keys])


@pytest.fixture
def posts(event, people):
    """Three, the second of them a key event in a keynote."""
    keynote, now = factories.make_keynote(event), timezone.now()
    return [
        factories.make_published(
            event,
            by=people["editor"],
            body=f"<p>Words {n}.</p>",
            happened_at=now - timedelta(minutes=9 - n),
            key_event=n == 1,
            keynote=keynote if n == 1 else None,
        )
        for n in range(3)
    ]


@pytest.fixture
def wrap(event, people, posts):
    wrap = wrapping.make_draft(event, [post.pk for post in posts], by=people["editor"])
    rows = [wrapping.Written(one.pk, one.heading, one.body) for one in wrap.paragraphs.all()]
    words = {"headline": "The day", "standfirst": "", "byline": "Ed"}
    return wrapping.save(wrap, by=people["editor"], **words, paragraphs=rows)


def form_of(desk, event) -> dict[str, str]:
    return fields_of(desk.get(url(event)), "wrap_form")


def keys(wrap) -> list[int]:
    return list(wrap.paragraphs.values_list("pk", flat=True))


def press(desk, event, do: str, **typed):
    return desk.post(url(event), {**form_of(desk, event), "do": do, **typed}, follow=True)


def use(desk, event, name: str, **typed):
    page = desk.get(url(event, "_verb", name))
    return desk.post(url(event, "_verb", name), {**fields_of(page, "wrap_verb_form"), **typed}, follow=True)


def correct(post, by, body, **more):
    changed = filing.update_post(post_by_id(post.pk), by=by, body=body)
    return publication.correct(changed, by=by, note="A word was wrong.", **more)


def chosen(page) -> list[str]:
    return [one.row.headline or one.title for one in page.context["choices"] if one.is_chosen]


def test_key_events_are_chosen_beforehand(desk, event, posts):
    page = desk.get(url(event), follow=True)

    assert page.redirect_chain == [(url(event, "_choose"), 302)]
    assert [one.title for one in page.context["choices"]] == ["Words 0.", "Words 1.", "Words 2."]
    assert chosen(page) == ["Words 1."]


def test_a_draft_is_made_of_what_is_ticked_and_once(desk, event, posts):
    ticked = [str(posts[2].pk), str(posts[0].pk)]

    done = desk.post(url(event, "_choose"), {"do": "draft", "post": ticked}, follow=True)
    again = desk.post(url(event, "_choose"), {"do": "draft", "post": ticked}, follow=True)

    assert done.redirect_chain[-1][0] == url(event)
    assert said(done) == "The draft is made. Readers see nothing of it before it is published."
    assert said(again) == "They are in it already."
    assert [one.body for one in Wrap.objects.get().paragraphs.all()] == ["<p>Words 0.</p>", "<p>Words 2.</p>"]


def test_nothing_ticked_is_said(desk, event, posts):
    page = desk.post(url(event, "_choose"), {"do": "draft"})

    assert page.status_code == 400
    assert "Choose at least one post." in page.text


def test_a_filter_shows_one_keynote_and_loses_no_choice(desk, event, posts):
    keynote = posts[1].keynote.slug
    given = {"do": "filter", "keynote": keynote, "post": [str(posts[0].pk)]}

    page = desk.post(url(event, "_choose"), given)

    assert [one.title for one in page.context["choices"]] == ["Words 1."]
    assert f'<input type="hidden" name="post" value="{posts[0].pk}">' in page.text
    outside = desk.post(url(event, "_choose"), {"do": "filter", "keynote": "-"})
    assert [one.title for one in outside.context["choices"]] == ["Words 0.", "Words 2."]


def test_only_what_readers_have_can_be_chosen(desk, event, people, posts):
    factories.make_post(event, by=people["editor"], headline="A draft")
    publication.withdraw(post_by_id(posts[0].pk), by=people["editor"], reason="Wrong.")

    page = desk.get(url(event, "_choose"))

    assert [one.title for one in page.context["choices"]] == ["Words 1.", "Words 2."]
    assert "A draft" not in page.text


def test_more_posts_are_added_later(desk, event, people, posts):
    wrapping.make_draft(event, [posts[0].pk], by=people["editor"])

    page = desk.get(url(event, "_choose"))
    done = desk.post(url(event, "_choose"), {"do": "draft", "post": [str(posts[2].pk)]}, follow=True)

    assert [one.is_in for one in page.context["choices"]] == [True, False, False]
    assert chosen(page) == []
    assert said(done) == "Added."
    assert Wrap.objects.get().paragraphs.count() == 2


def test_a_post_that_says_more_now_can_be_chosen_again(desk, event, people, posts, wrap):
    quotes = [{"attribution": "a guest", "text": "Yes."}]
    filing.update_post(post_by_id(posts[0].pk), by=people["editor"], quotes=quotes)
    publication.publish(post_by_id(posts[0].pk), by=people["editor"])

    page = desk.get(url(event, "_choose"))
    done = desk.post(url(event, "_choose"), {"do": "draft", "post": [str(posts[0].pk)]}, follow=True)

    assert [one.has_more for one in page.context["choices"]] == [True, False, False]
    assert page.text.count('<input type="checkbox" name="post"') == 1
    assert "in it, but not all of it" in page.text
    assert said(done) == "Added."
    assert [one.kind for one in wrap.paragraphs.all()] == ["text", "quote", "text", "text"]


def test_words_are_saved_as_typed(desk, event, wrap):
    first = keys(wrap)[0]

    done = press(desk, event, "save", headline="Another", **{f"body-{first}": "Typed\n\nplainly & well"})

    wrap.refresh_from_db()
    assert said(done) == "Saved."
    assert (wrap.headline, wrap.edited_by.username) == ("Another", "ed")
    assert wrap.paragraphs.get(pk=first).body == "<p>Typed</p><p>plainly &amp; well</p>"
    assert said(press(desk, event, "save")) == "Nothing had changed."


@pytest.mark.parametrize(
    ("do", "typed", "order"),
    [
        ("up:2", {}, [1, 0, 2]),
        ("down:2", {}, [0, 2, 1]),
        ("up:1", {}, [0, 1, 2]),
        ("save", {"place-3": "1"}, [2, 0, 1]),
        ("save", {"place-1": "3"}, [1, 2, 0]),
        ("save", {"delete-2": "on"}, [0, 2]),
        ("save", {"delete-1": "on", "place-3": "1"}, [2, 1]),
    ],
)
def test_paragraphs_are_moved_and_deleted(desk, event, wrap, do, typed, order):
    known = keys(wrap)

    def named(text: str) -> str:
        """With a paragraph's key in place of its number, counted from 1."""
        sign = ":" if ":" in text else "-"
        name, _, number = text.partition(sign)
        return f"{name}{sign}{known[int(number) - 1]}" if number else name

    press(desk, event, named(do), **{named(name): value for name, value in typed.items()})

    assert keys(wrap) == [known[place] for place in order]


def test_a_paragraph_is_added_below_another_and_written(desk, event, wrap):
    known = keys(wrap)

    done = press(desk, event, f"add:{known[0]}", headline="Kept")
    new = keys(wrap)[1]
    press(desk, event, "save", **{f"body-{new}": "<p>Ours.</p>", f"heading-{new}": "Between"})

    wrap.refresh_from_db()
    paragraph = wrap.paragraphs.get(pk=new)
    assert done.redirect_chain[-1][0] == f"{url(event)}#paragraph-{new}"
    assert keys(wrap) == [known[0], new, *known[1:]]
    assert (paragraph.heading, paragraph.body, paragraph.post) == ("Between", "<p>Ours.</p>", None)
    assert wrap.headline == "Kept"


def test_what_is_too_long_is_said_and_kept(desk, event, wrap):
    page = press(desk, event, "save", headline="x" * 201, byline="Kept")

    assert page.status_code == 400
    assert "at most 200 characters" in page.text
    assert 'value="Kept"' in page.text
    wrap.refresh_from_db()
    assert wrap.headline == "The day"


def test_an_old_form_is_refused_with_both_versions_and_nothing_lost(desk, event, people, wrap):
    opened, chief = form_of(desk, event), client_of(people["chief"])
    first, second = keys(wrap)[:2]
    press(chief, event, "save", headline="Theirs", **{f"delete-{second}": "on"})
    mine = {
        "do": "save",
        "headline": "Mine",
        f"body-{first}": "<p>My words.</p>",
        f"body-{second}": "<p>Lost?</p>",
    }

    page = desk.post(url(event), {**opened, **mine})

    assert page.status_code == 409
    sides = [(one.label, one.theirs, one.mine) for one in page.context["conflict"]]
    assert sides == [
        ("Headline", "Theirs", "Mine"),
        ("Paragraph 1", "Words 0.", "My words."),
        ("A paragraph that was deleted", "", "Lost?"),
    ]
    wrap.refresh_from_db()
    assert wrap.headline == "Theirs"
    done = desk.post(url(event), {**fields_of(page, "wrap_form"), "do": "save"}, follow=True)
    wrap.refresh_from_db()
    assert said(done) == "Saved."
    assert (wrap.headline, wrap.paragraphs.first().body) == ("Mine", "<p>My words.</p>")


def test_two_corrected_sources_are_told_on_three_pages(desk, event, people, posts, wrap):
    for post in posts[:2]:
        correct(post, people["editor"], f"<p>{post.plain_body()} Better.</p>")

    pages = [
        desk.get(one)
        for one in (url(event), change_url(event), reverse("admin:live_desk", args=[event.slug]))
    ]

    for page in pages:
        assert "2 sources were corrected since." in page.text
    for page in pages[1:]:
        assert f'href="{url(event)}"' in page.text


def test_old_and_new_words_stand_side_by_side_and_one_press_takes_them(desk, event, people, posts, wrap):
    correct(posts[0], people["editor"], "<p>Other words 0.</p>")

    page = desk.get(url(event))
    [news] = page.context["told"]
    [side] = news.sides
    done = press(desk, event, f"take:{posts[0].pk}", headline="Kept")

    assert "".join(run.text for run in side.then) == "Words 0."
    assert "".join(run.text for run in side.now) == "Other words 0."
    assert (side.number, side.ours) == (1, "")
    assert "Correction: A word was wrong." in page.text
    assert said(done) == "Saved."
    wrap.refresh_from_db()
    assert (wrap.headline, wrap.paragraphs.first().body) == ("Kept", "<p>Other words 0.</p>")
    assert "was corrected since" not in desk.get(url(event)).text


def test_ours_is_shown_beside_and_can_be_kept(desk, event, people, posts, wrap):
    first = keys(wrap)[0]
    press(desk, event, "save", **{f"body-{first}": "<p>Our words.</p>"})
    correct(posts[0], people["editor"], "<p>Other words 0.</p>")

    ours = desk.get(url(event)).context["told"][0].sides[0].ours
    press(desk, event, f"keep:{posts[0].pk}")

    assert ours == "Our words."
    assert wrap.paragraphs.first().body == "<p>Our words.</p>"
    assert desk.get(url(event)).context["told"] == []


def test_what_is_pressed_and_refused_saves_nothing_and_loses_nothing(desk, event, people, posts, wrap):
    page = press(desk, event, f"take:{posts[0].pk}", headline="Mine")

    assert page.status_code == 409
    assert "Nothing of this post has changed" in page.text
    assert 'value="Mine"' in page.text
    wrap.refresh_from_db()
    assert wrap.headline == "The day"


def test_a_withdrawn_source_is_told(desk, event, people, posts, wrap):
    publication.withdraw(post_by_id(posts[0].pk), by=people["editor"], reason="A hoax.")

    page = desk.get(url(event))

    assert "1 source was withdrawn since." in page.text
    assert "“A hoax.”" in page.text


def test_publish_asks_and_a_double_click_publishes_once(desk, event, wrap):
    asked = press(desk, event, "publish", headline="Saved first")
    fields = fields_of(asked, "wrap_verb_form")

    done = desk.post(url(event, "_verb", "publish"), fields, follow=True)
    again = desk.post(url(event, "_verb", "publish"), fields, follow=True)

    assert asked.redirect_chain[-1][0] == url(event, "_verb", "publish")
    assert "note" not in fields
    assert said(done) == "Published. Readers see it now."
    assert said(again) == "It is published already."
    assert (ReleasedArticle.objects.get().headline, ReleasedArticle.objects.get().number) == (
        "Saved first",
        1,
    )
    assert AuditRow.objects.filter(verb="publish", thing_type="coverage.wrap").count() == 1
    assert "On the site" in desk.get(url(event)).text


def test_changes_are_published_with_a_correction(desk, event, wrap):
    use(desk, event, "publish")
    saved = press(desk, event, "save", headline="The days")

    done = use(desk, event, "publish", note="It was two days.")

    assert said(saved) == "Saved. Readers keep what they have until you publish it."
    assert said(done) == "Published. Readers see it now."
    assert [one["note"] for one in ReleasedArticle.objects.get().corrections] == ["It was two days."]


def test_what_keeps_it_back_is_said_before_and_after_the_press(desk, event, people, posts, wrap):
    page = desk.get(url(event, "_verb", "publish"))
    correct(posts[0], people["editor"], "<p>Other.</p>")

    refused = desk.post(url(event, "_verb", "publish"), fields_of(page, "wrap_verb_form"))
    asked = desk.get(url(event, "_verb", "publish"))

    for answer in (refused, asked):
        assert "Paragraph 1: the post was corrected since." in answer.text
    assert refused.status_code == 400
    assert not ReleasedArticle.objects.exists()


def test_it_is_withdrawn_with_a_reason_and_reinstated_by_the_chief(desk, event, people, wrap):
    use(desk, event, "publish")
    chief = client_of(people["chief"])

    nothing = use(desk, event, "withdraw")
    done = use(desk, event, "withdraw", reason="Not ours.")
    back = use(chief, event, "reinstate", reason="Ours after all.")

    assert nothing.status_code == 400
    assert said(done) == "Withdrawn. Its address says why."
    assert said(back) == "Reinstated. Readers see it again."
    assert ReleasedArticle.objects.get().withdrawn_at is None


def test_a_verb_that_does_not_start_leads_back(desk, event, wrap):
    page = desk.get(url(event, "_verb", "withdraw"), follow=True)

    assert said(page) == "It is draft."
    assert desk.get(url(event, "_verb", "shred")).status_code == 404


def test_the_preview_shows_what_readers_would_see_and_releases_nothing(desk, event, wrap):
    page = press(desk, event, "preview", headline="Previewed")

    assert page.redirect_chain[-1][0] == url(event, "_preview")
    assert '<h1 id="h-wrap" dir="auto">Previewed</h1>' in page.text
    assert "Words 0." in page.text
    assert "no-store" in page["Cache-Control"]
    assert not ReleasedArticle.objects.exists()


def test_an_unfinished_one_is_previewed_with_what_is_missing(desk, event, people, posts, wrap):
    publication.withdraw(post_by_id(posts[0].pk), by=people["editor"], reason="A hoax.")
    press(desk, event, "save", headline="")

    page = desk.get(url(event, "_preview"))

    assert "It has no headline yet." in page.text
    assert "A paragraph was withdrawn: A hoax." in page.text
    assert "Words 0." not in page.text


def test_a_rehearsal_is_previewed_and_never_published(desk, people):
    event = factories.make_event(rehearsal=True)
    post = factories.make_published(event, by=people["editor"])
    wrapping.make_draft(event, [post.pk], by=people["editor"])
    press(desk, event, "save", headline="A try")

    refused = use(desk, event, "publish")

    assert desk.get(url(event, "_preview")).status_code == 200
    assert (refused.status_code, "is never published" in refused.text) == (409, True)


ROLES = ("reporter", "photographer", "editor", "chief", "anonymous")
ANSWERS = {
    "": (403, 403, 200, 200, 302),
    "_choose": (403, 403, 200, 200, 302),
    "_preview": (403, 403, 200, 200, 302),
    "publish": (403, 403, 200, 200, 302),
    "withdraw": (403, 403, 200, 200, 302),
    "reinstate": (403, 403, 403, 200, 302),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ANSWERS)
def test_page_answers_each_role(page, role, event, people, wrap):
    if page in ("withdraw", "reinstate"):
        wrap = articles.publish(wrap, by=people["editor"])
    if page == "reinstate":
        articles.withdraw(wrap, by=people["editor"], reason="Wrong.")
    address = url(event, page) if page[:1] in ("", "_") else url(event, "_verb", page)
    client = client_of(people[role])

    expected = ANSWERS[page][ROLES.index(role)]
    assert client.get(address).status_code == expected
    if expected != 200:
        assert client.post(address, {"reason": "x", "do": "save"}).status_code == expected


def test_a_reporter_who_may_publish_reaches_it_and_a_stranger_nothing(event, people, wrap):
    stranger = client_of(factories.make_person())
    Assignment.objects.filter(person=people["reporter"]).update(may_publish=True)
    hers = client_of(people["reporter"])

    assert hers.get(url(event)).status_code == 200
    assert url(event) in hers.get(change_url(event)).text
    assert stranger.get(url(event)).status_code == 404
    assert said(use(hers, event, "publish")) == "Published. Readers see it now."


def test_who_may_not_publish_sees_no_link_to_it(hers, event, wrap):
    assert url(event) not in hers.get(change_url(event)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_however_many_posts(
    desk, event, people, posts, count, django_assert_num_queries
):
    Wrap.objects.all().delete()
    images = [{"image": factories.make_image()} for _ in range(count)]
    more = factories.make_published(event, by=people["editor"], images=images)
    wrapping.make_draft(event, [post.pk for post in [more, *posts][:count]], by=people["editor"])
    for post in posts[:count]:
        correct(post, people["editor"], "<p>Other.</p>")

    with django_assert_num_queries(WRITE):
        assert desk.get(url(event)).status_code == 200
    with django_assert_num_queries(CHOOSE):
        assert desk.get(url(event, "_choose")).status_code == 200
