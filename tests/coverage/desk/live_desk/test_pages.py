"""The live desk as a browser without script meets it, and what its script is answered."""

import datetime
import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from coverage.desk import presence
from coverage.models import Alert, Post
from coverage.models.alert import AlertKind
from coverage.publishing import filing, glass, holding, publication, review, schedule
from coverage.publishing.access import verbs_for
from coverage.publishing.alerts import raise_alert
from tests import factories
from tests.coverage.desk.pages import client_of, fields_of, said, verb_url

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def url(name: str = "live_desk", *args) -> str:
    return reverse(f"admin:{name}", args=args or (["summit"] if name != "live_desk_index" else []))


def filed(event, by, *, minutes: float = 0, **fields) -> Post:
    post = publication.post_by_id(factories.make_post(event, by=by, **fields).pk)
    review.submit(post, by=by)
    Post.objects.filter(pk=post.pk).update(submitted_at=timezone.now() - datetime.timedelta(minutes=minutes))
    return publication.post_by_id(post.pk)


def headlines(page: str) -> list[str]:

    return re.findall(r'class="title"[^>]*>([^<]*)</a>', page)


@pytest.mark.parametrize("name", ["live_desk_index", "live_desk", "live_desk_now"])
@pytest.mark.parametrize("who", ["reporter", "photographer", "anonymous"])
def test_the_live_desk_is_for_editors(name, who, people):
    answer = client_of(people[who]).get(url(name))

    assert answer.status_code == (302 if who == "anonymous" else 403)


def test_what_waits_stands_first_the_oldest_on_top_and_late_ones_marked(desk, event, people):
    filed(event, people["reporter"], minutes=2, headline="Fresh")
    filed(event, people["reporter"], minutes=9, headline="Old")
    factories.make_published(event, headline="Out")
    filed(factories.make_event(), people["editor"], headline="Elsewhere")

    page = desk.get(url()).text

    assert headlines(page) == ["Old", "Fresh", "Out"]
    assert page.count('class="row late"') == 1
    assert "9 min" in page


def test_every_list_says_so_when_it_is_empty(desk, event):
    page = desk.get(url()).text

    for sentence in ("Nothing waits.", "Nothing is scheduled.", "Readers have nothing yet."):
        assert sentence in page
    assert "No event is under way" not in desk.get(url("live_desk_index")).text


def test_the_number_of_queries_does_not_grow(desk, event, people, django_assert_max_num_queries):
    keynote, speaker = factories.make_keynote(event), factories.make_speaker()
    said = {"text": "Words.", "speaker": speaker, "attribution": "", "verbatim": True, "checked": False}

    def fill(count: int) -> int:
        for _ in range(count):
            shown = [{"image": factories.make_image(), "caption": "A hall"}]
            filed(event, people["reporter"], quotes=[said], images=shown)
            filed(event, people["reporter"], keynote=keynote)
            out = factories.make_published(event, by=people["editor"], keynote=keynote)
            quoted = factories.make_published(event, by=people["editor"], body="", quotes=[said])
            for post in (out, quoted):
                factories.make_error_report(post)
        with django_assert_max_num_queries(100) as seen:
            desk.get(url("live_desk_now"))
        return len(seen)

    assert fill(1) == fill(3)


def test_nothing_changed_is_304_and_a_filing_changes_it(desk, event, people):
    first = desk.get(url("live_desk_now"))
    again = desk.get(url("live_desk_now"), headers={"If-None-Match": first["ETag"]})
    filed(event, people["reporter"], headline="New")
    after = desk.get(url("live_desk_now"), headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, after.status_code) == (200, 304, 200)
    assert "no-store" in first["Cache-Control"]
    assert again.content == b""
    assert "New" in after.text


def test_asking_whether_anything_changed_is_a_handful_of_queries(desk, event, django_assert_max_num_queries):
    etag = desk.get(url("live_desk_now"))["ETag"]

    with django_assert_max_num_queries(10):  # session, person, groups, event, and the stamp’s six
        assert desk.get(url("live_desk_now"), headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("accepts", [{}, JSON])
def test_a_row_s_button_does_the_verb_and_stays_at_the_desk(accepts, desk, event, people):
    post = filed(event, people["reporter"])

    answer = desk.post(
        verb_url(post, "publish"), {"_version": post.version, "_back": "desk"}, headers=accepts
    )

    assert Post.objects.get().state == "published"
    if accepts:
        version = Post.objects.get(pk=post.pk).version
        assert answer.json() == {"says": "Published. Readers see it now.", "version": version}
    else:
        assert answer["Location"] == url()


def test_a_refusal_is_told_to_the_script_with_its_status(desk, event, people):
    post = filed(event, people["reporter"])
    review.claim(publication.post_by_id(post.pk), by=people["chief"])

    stale = desk.post(
        verb_url(post, "send-back"), {"_version": post.version, "send-back-note": "Who?"}, headers=JSON
    )
    empty = desk.post(verb_url(post, "send-back"), {"_version": post.version + 1}, headers=JSON)

    assert (stale.status_code, stale.json()["refused"][0][:28]) == (409, "Somebody changed this post a")
    assert (empty.status_code, empty.json()) == (
        400,
        {"refused": ["Note to the author: This field is required."]},
    )


def test_correcting_says_whether_any_word_is_changed(desk, event, people):
    post = filed(event, people["reporter"])
    publication.publish(publication.post_by_id(post.pk), by=people["editor"])

    before = desk.get(url()).text
    filing.update_post(publication.post_by_id(post.pk), by=people["editor"], body="<p>Other words.</p>")
    after = desk.get(url()).text

    assert "No word is changed yet" in before
    assert "No word is changed yet" not in after
    assert "What was changed goes out with this note." in after


def test_holding_everything_and_lifting_it(desk, event):
    assert said(desk.post(url("live_desk_hold"), {"reason": " "}, follow=True)).startswith("Say why")

    held = desk.post(url("live_desk_hold"), {"reason": "A threat."}, follow=True)
    event.refresh_from_db()
    assert event.held_since
    assert "Everything is held since" in held.text
    assert re.search(r"since \d\d:\d\d by \w+: nothing comes out by schedule. “A threat.”", held.text)
    assert "Everything is held" in desk.get(url("live_desk_index")).text

    desk.post(url("live_desk_hold"), {"lift": "1"})
    event.refresh_from_db()
    assert event.held_since is None


def test_an_alert_on_the_desk_is_seen_and_can_be_dismissed(desk, event, people):
    raise_alert("a", AlertKind.RELEASE, "Not published in time", event=event, path="/admin/")
    raise_alert("b", AlertKind.RELEASE, "Elsewhere", event=factories.make_event(), path="/admin/")

    page = desk.get(url("live_desk_now")).text
    alert = Alert.objects.get(key="a")
    assert alert.seen_at
    assert "Not published in time" in page
    assert "Elsewhere" not in page

    desk.post(url("live_desk_dismiss", "summit", alert.pk))
    assert "Not published in time" not in desk.get(url("live_desk_now")).text


def test_a_broken_glass_is_shown_until_it_is_signed(desk, event, people):
    event.second_reader = True
    event.save()
    post = publication.post_by_id(factories.make_post(event, by=people["chief"]).pk)
    glass.break_glass(post, by=people["chief"], reason="The wire has it.")
    assert "not second-read" in desk.get(url("live_desk_now")).text

    desk.post(verb_url(post, "sign-off"), {"_version": post.version}, headers=JSON)

    assert "not second-read" not in desk.get(url("live_desk_now")).text


def test_the_index_lists_the_longest_waiting_first(desk, event, people):
    busy = factories.make_event(slug="forum", title="The Forum")
    factories.make_event(state="ended", title="Last year")
    filed(busy, people["editor"], minutes=12)
    filed(event, people["editor"], minutes=3)

    page = desk.get(url("live_desk_index")).text

    assert page.index("The Forum") < page.index("The Summit")
    assert "1 waiting, the oldest 12 min" in page
    assert "Last year" not in page


def test_what_waits_for_a_keynote_says_for_what_and_stands_last(desk, event, people):
    keynote = factories.make_keynote(event, title="Opening")
    for headline, when in (
        ("Waits", {"anchor_keynote": keynote.slug, "anchor": "actual-start", "anchor_minutes": 5}),
        ("Timed", {"publish_at": timezone.now() + datetime.timedelta(hours=1)}),
    ):
        post = factories.make_post(event, by=people["editor"], headline=headline)
        schedule.schedule(publication.post_by_id(post.pk), by=people["editor"], **when)

    page = desk.get(url()).text

    assert "5 min after the actual start of “Opening”" in page
    assert page.index("Timed") < page.index("Waits")


def test_what_is_scheduled_has_its_time(desk, event, people):
    post = publication.post_by_id(factories.make_post(event, by=people["editor"], headline="Later").pk)
    at = timezone.now() + datetime.timedelta(minutes=20)
    schedule.schedule(post, by=people["editor"], publish_at=at)

    page = desk.get(url()).text

    assert f"{at.astimezone(event.zone):%H:%M}" in page
    assert "data-countdown" in page


def test_an_unknown_event_is_not_found(desk, event):
    assert desk.get(url("live_desk", "nowhere")).status_code == 404
    assert desk.post(url("live_desk_hold", "nowhere"), {"reason": "x"}).status_code == 404


def test_a_hold_is_for_editors(hers, event, people):
    assert hers.post(url("live_desk_hold"), {"reason": "No."}).status_code == 403
    holding.hold(event, by=people["editor"], reason="Yes.")
    assert hers.post(url("live_desk_hold"), {"lift": "1"}).status_code == 403


def test_who_is_here_and_at_which_post(desk, event, people):
    post = filed(event, people["reporter"], headline="Doors")
    page = reverse("admin:coverage_post_change", args=[post.pk])
    before = desk.get(url("live_desk_now"))

    presence.here(people["chief"], page, event=event)
    after = desk.get(url("live_desk_now"), headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert "carla has it open" in after.text
    assert 'carla</strong> <span class="quiet">at 1 post</span>' in after.text
    assert "<strong>ed</strong>" in after.text
    assert "has it open" not in client_of(people["chief"]).get(url("live_desk_now")).text


def test_without_redis_the_desk_works_and_nobody_is_seen(desk, event, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"

    page = desk.get(url())

    assert page.status_code == 200
    assert "Here:" not in page.text


@pytest.mark.parametrize("name", ["schedule", "move"])
def test_what_asks_too_much_for_a_row_has_a_page_that_leads_back(name, desk, event, people):
    factories.make_keynote(event, slug="opening")
    post = filed(event, people["reporter"])
    address = f"{verb_url(post, name)}?back=desk"
    assert address in desk.get(url()).text
    typed = {
        "schedule": {"schedule-publish_at": "2090-03-20T10:00"},
        "move": {"move-place": "summit/opening"},
    }[name]

    answer = desk.post(verb_url(post, name), {**fields_of(desk.get(address), "verb_form"), **typed})

    assert answer["Location"] == url()


def test_every_verb_that_works_is_on_the_row_or_on_the_posts_page(desk, event, people):
    """By button and by key: the keys press these buttons."""
    post = filed(event, people["reporter"])
    page = desk.get(url()).text

    offered = set(re.findall(r'data-verb="([a-z-]+)"', page))

    assert offered == {verb.name for verb in verbs_for(people["editor"], post)}


def test_a_desk_that_nobody_looks_at_is_nobodys_presence_and_sees_no_alert(desk, event, people):
    raise_alert("a", AlertKind.RELEASE, "Not published in time", event=event, path="/admin/")

    away = desk.get(url("live_desk_now") + "?away=1")

    assert "Not published in time" in away.text
    assert Alert.objects.get().seen_at is None
    assert presence.who_is_at(event) == []


def test_who_comes_back_has_seen_what_was_raised_meanwhile_even_without_redis(
    desk, event, settings, tmp_path
):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    raise_alert("a", AlertKind.RELEASE, "Not published in time", event=event, path="/admin/")
    etag = desk.get(url("live_desk_now") + "?away=1")["ETag"]

    back = desk.get(url("live_desk_now"), headers={"If-None-Match": etag})

    assert back.status_code == 200
    assert Alert.objects.get().seen_at


def test_what_is_filed_while_the_page_is_made_is_asked_for_again(desk, event, people):
    """Filed right after the list of what waits was read: the page cannot have it, and its stamp says so."""
    late = []

    def file_after(execute, sql, *rest):
        answer = execute(sql, *rest)
        if "UNION ALL" in sql and not late:
            late.append(True)
            filed(event, people["reporter"], headline="Just in time")
        return answer

    with connection.execute_wrapper(file_after):
        page = desk.get(url()).text
    stamp = re.search(r'id="desk-status"[^>]*data-stamp="(\w+)"', page)[1]

    asked = desk.get(url("live_desk_now"), headers={"If-None-Match": f'"{stamp}"'})

    assert late
    assert "Just in time" not in headlines(page)
    assert (asked.status_code, headlines(asked.text)) == (200, ["Just in time"])


def test_a_refused_hold_keeps_its_reason(desk, event, people):
    page = desk.post(url("live_desk_hold"), {"reason": " "})
    holding.hold(event, by=people["chief"], reason="A threat.")
    held = desk.post(url("live_desk_hold"), {"reason": "A bag in the lobby"})

    assert (page.status_code, held.status_code) == (400, 409)
    assert '<details class="hold" open>' in page.text
    assert "Everything is held already." in said(held)
    assert "Your own reason was not kept: “A bag in the lobby”" in held.text
