"""What is typed and not saved: kept, offered back, merged if the post changed, forgotten when it is saved."""

import datetime
import json
import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from coverage.desk import presence, typed
from coverage.models import Post, Typed
from coverage.publishing import filing, review
from coverage.publishing.publication import post_by_id
from tests import factories
from tests.coverage.desk.pages import BACKEND, change_url, client_of, fields_of, new_form, open_form

ADD = "/admin/coverage/post/add/"


@pytest.fixture
def post(event, people):
    return factories.make_post(event, by=people["reporter"], headline="First", body="<p>One two.</p>")


def keep(client, fields: dict, path: str, **more):
    """What the script sends of a form that is being typed in."""
    body = {"page": f"{path}?form={fields['_form']}", "fields": list(fields.items()), **more}
    return client.post(reverse("typed"), json.dumps(body), content_type="application/json")


def offers(client, path: str) -> list[str]:
    return re.findall(r'data-typed="(\d+)"', client.get(path).text)


def take(client, path: str, pk):
    return client.get(f"{path}?typed={pk}")


def test_it_is_kept_and_the_post_stays_as_it_is(desk, post):
    with time_machine.travel(datetime.datetime(2026, 3, 20, 9, 41, tzinfo=datetime.UTC), tick=False):
        answer = keep(desk, {**open_form(desk, post), "headline": "Typed"}, change_url(post))

    row = Typed.objects.get()
    assert answer.status_code == 200
    assert (row.version, dict(row.data)["headline"]) == ("1", "Typed")
    assert "csrfmiddlewaretoken" not in dict(row.data)
    assert (post_by_id(post.pk).headline, post_by_id(post.pk).version) == ("First", 1)
    page = desk.get(change_url(post)).text
    assert "had typed this at 10:41 (20 Mar) and not saved it: <q>Typed · One two.</q>" in page


def test_typing_on_changes_the_same_row(desk, post):
    fields = open_form(desk, post)

    for words in ("T", "Ty", "Typed"):
        keep(desk, {**fields, "headline": words}, change_url(post))

    assert [dict(row.data)["headline"] for row in Typed.objects.all()] == ["Typed"]


def test_taken_back_it_is_in_the_form_with_its_rows_and_nothing_is_saved(desk, post):
    vera = factories.make_speaker("Vera K.")
    rows = {"post_speakers-0-speaker": str(vera.pk), "quotes-0-text": "Half a quo"}
    keep(desk, {**open_form(desk, post), "headline": "Typed", **rows}, change_url(post))
    (pk,) = offers(desk, change_url(post))

    page = take(desk, change_url(post), pk)

    fields = fields_of(page, "post_form")
    assert page.status_code == 200
    assert (fields["headline"], fields["quotes-0-text"]) == ("Typed", "Half a quo")
    assert fields["post_speakers-0-speaker"] == str(vera.pk)
    assert "Vera K." in page.text
    assert "It is not saved yet." in page.text
    assert 'class="errornote"' not in page.text
    assert post_by_id(post.pk).version == 1


def test_saved_it_is_forgotten_and_the_script_is_told(desk, post):
    keep(desk, {**open_form(desk, post), "headline": "Typed"}, change_url(post))
    (pk,) = offers(desk, change_url(post))
    fields = fields_of(take(desk, change_url(post), pk), "post_form")

    answer = desk.post(change_url(post), {**fields, "_continue": "1"})

    assert post_by_id(post.pk).headline == "Typed"
    assert not Typed.objects.exists()
    assert answer.cookies["typed-saved"].value == fields["_form"]


def test_a_refused_save_forgets_nothing(desk, post):
    fields = {**open_form(desk, post), "headline": "Typed"}
    keep(desk, fields, change_url(post))

    answer = desk.post(change_url(post), {**fields, "happened_at": "yesterday", "_continue": "1"})

    assert answer.status_code == 200
    assert "typed-saved" not in answer.cookies
    assert fields_of(answer, "post_form")["_form"] == fields["_form"]
    assert Typed.objects.count() == 1


def test_if_the_post_changed_meanwhile_taking_back_leads_into_the_merge(desk, post, people):
    fields = {**open_form(desk, post), "headline": "Typed"}
    keep(desk, fields, change_url(post))
    filing.update_post(post_by_id(post.pk), by=people["reporter"], headline="Theirs", body="<p>Theirs.</p>")
    (pk,) = offers(desk, change_url(post))

    page = take(desk, change_url(post), pk)

    merge = page.context["merge"]
    assert [field.name for field in merge.both()] == ["headline"]
    assert [field.name for field in merge.theirs()] == ["body"]
    taken = fields_of(page, "post_form")
    assert (taken["headline"], taken["body"]) == ("Typed", "<p>Theirs.</p>")
    desk.post(change_url(post), {**taken, "_continue": "1"})
    after = post_by_id(post.pk)
    assert (after.headline, after.body) == ("Typed", "<p>Theirs.</p>")


def test_two_forms_of_one_page_keep_their_own_words(desk, post):
    for words in ("In one window", "In the other"):
        keep(desk, {**open_form(desk, post), "headline": words}, change_url(post))

    assert len(offers(desk, change_url(post))) == 2


def test_what_stands_already_is_not_offered(desk, post):
    keep(desk, open_form(desk, post), change_url(post))

    assert offers(desk, change_url(post)) == []
    assert not Typed.objects.exists()


def test_enter_presses_save_and_not_discard(desk, post):
    keep(desk, {**open_form(desk, post), "headline": "Typed"}, change_url(post))

    form = desk.get(change_url(post)).text.split('id="post_form"')[1].split("</form>")[0]

    buttons = [
        tag for tag in re.findall("<button[^>]*>", form) if "submit" in tag and 'form="beside"' not in tag
    ]
    assert 'name="_continue"' in buttons[0]
    assert "discard" not in "".join(buttons)


class TestANewPost:
    def test_it_is_offered_on_the_page_for_new_ones_and_saved_under_its_identity(self, desk, event):
        _, fields = new_form(desk, "coverage_post")
        keep(desk, {**fields, "event": str(event.pk), "headline": "Typed"}, ADD)
        (pk,) = offers(desk, ADD)

        taken = fields_of(take(desk, ADD, pk), "post_form")
        desk.post(ADD, {**taken, "_continue": "1"})

        post = Post.objects.get()
        assert (str(post.pk), post.headline) == (fields["_id"], "Typed")
        assert not Typed.objects.exists()

    def test_what_was_typed_after_a_save_that_got_lost_is_offered_on_the_post(self, desk, event):
        _, fields = new_form(desk, "coverage_post")
        fields |= {"event": str(event.pk), "headline": "Saved"}
        desk.post(ADD, {**fields, "_continue": "1"})
        keep(desk, {**fields, "headline": "Typed on"}, ADD)
        post = Post.objects.get()

        assert offers(desk, ADD) == []
        (pk,) = offers(desk, change_url(post))
        page = take(desk, change_url(post), pk)
        assert [field.name for field in page.context["merge"].both()] == ["headline"]


class TestWhatTheBrowserKept:
    def test_it_is_answered_with_the_offer(self, desk, post):
        answer = keep(desk, {**open_form(desk, post), "headline": "Typed"}, change_url(post), left=True)

        assert f'href="{change_url(post)}?typed={Typed.objects.get().pk}"' in answer.json()["offer"]

    def test_if_it_stands_already_there_is_none(self, desk, post):
        fields = {**open_form(desk, post), "headline": "Typed"}
        desk.post(change_url(post), {**fields, "_continue": "1"})

        assert keep(desk, fields, change_url(post), left=True).json() == {"offer": ""}
        assert not Typed.objects.exists()


class TestWhoMay:
    def test_who_is_signed_out_is_told_so_and_nothing_is_kept(self, desk, post):
        fields = open_form(desk, post)

        answer = keep(Client(), fields, change_url(post))

        assert answer.status_code == 401
        assert "sign in again" in answer.json()["refused"]
        assert not Typed.objects.exists()

    def test_who_signed_in_again_gets_a_token(self, people):
        client = Client(enforce_csrf_checks=True)
        client.force_login(people["editor"], backend=BACKEND)
        body = {"page": f"{ADD}?form=12345678", "fields": [["headline", "A"]]}

        def send(**headers):
            return client.post(reverse("typed"), json.dumps(body), content_type="application/json", **headers)

        refused = send()
        token = client.get(reverse("typed")).json()["token"]

        assert (refused.status_code, send(headers={"X-CSRFToken": token}).status_code) == (403, 200)

    def test_nobody_keeps_or_reads_anything_at_anothers_post(self, people, event):
        theirs = factories.make_post(event, by=people["editor"], headline="Theirs")
        desk, hers = client_of(people["editor"]), client_of(people["reporter"])
        fields = open_form(desk, theirs)
        keep(desk, {**fields, "headline": "Secret"}, change_url(theirs))

        assert keep(hers, fields, change_url(theirs)).status_code == 400
        assert take(hers, ADD, Typed.objects.get().pk).text.count("Secret") == 0
        assert hers.post(reverse("typed_discard", args=[Typed.objects.get().pk])).status_code in (400, 404)
        assert Typed.objects.count() == 1

    def test_a_colleague_is_not_shown_what_one_is_typing(self, desk, post, people):
        keep(desk, {**open_form(desk, post), "headline": "Half a thought"}, change_url(post))
        chief = client_of(people["chief"])

        assert "Half a thought" not in chief.get(change_url(post)).text
        assert "Half a thought" not in take(chief, change_url(post), Typed.objects.get().pk).text

    def test_who_may_not_change_it_any_more_may_read_what_she_had_typed(self, hers, post, people):
        fields = {**open_form(hers, post), "body": "<p>My last words.</p>"}
        keep(hers, fields, change_url(post))
        review.submit(post_by_id(post.pk), by=people["reporter"])
        review.claim(post_by_id(post.pk), by=people["editor"])

        page = hers.get(change_url(post)).text

        assert "My last words." in page
        assert "?typed=" not in page
        assert 'id="typing"' not in page


@pytest.mark.parametrize(
    "page",
    [
        "/admin/coverage/event/add/?form=12345678",
        f"{ADD}?form=",
        f"{ADD}?form=../x",
        "",
        f"{ADD}?form=1234567x",
    ],
)
def test_only_forms_of_posts_are_kept(desk, page):
    body = json.dumps({"page": page, "fields": []})

    assert desk.post(reverse("typed"), body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"page": 1, "fields": []}', '{"page": "", "fields": [1]}'])
def test_nonsense_is_refused_in_a_sentence(desk, body):
    answer = desk.post(reverse("typed"), body, content_type="application/json")

    assert (answer.status_code, answer.json()["refused"]) == (400, "This is no form.")


def test_what_is_too_long_is_refused(desk, post):
    answer = keep(desk, {**open_form(desk, post), "body": "x" * typed.MOST}, change_url(post))

    assert answer.status_code == 400
    assert "too long" in answer.json()["refused"]


def test_of_many_forms_the_oldest_go(desk, post):
    fields = open_form(desk, post)

    for number in range(typed.FORMS + 2):
        keep(desk, {**fields, "_form": f"{number:08d}", "headline": str(number)}, change_url(post))

    assert Typed.objects.count() == typed.FORMS
    assert not Typed.objects.filter(page__endswith="form=00000001").exists()


def test_discarding_forgets_it_and_leads_back(desk, post):
    keep(desk, {**open_form(desk, post), "headline": "Typed"}, change_url(post))

    answer = desk.post(reverse("typed_discard", args=[Typed.objects.get().pk]))

    assert answer["Location"] == change_url(post)
    assert not Typed.objects.exists()


class TestBeingHere:
    @pytest.fixture(autouse=True)
    def _nobody(self, monkeypatch):
        monkeypatch.setattr(presence, "KEY", f"test:{uuid.uuid4()}")  # all tests share one server

    def test_a_colleague_is_seen_on_the_page_and_by_the_script(self, desk, post, people):
        chief = client_of(people["chief"])
        with time_machine.travel(datetime.datetime(2026, 3, 20, 9, 38, tzinfo=datetime.UTC), tick=False):
            chief.post(reverse("say_here"), {"post": post.pk})

            answer = desk.post(reverse("say_here"), {"post": post.pk}).json()
            page = desk.get(change_url(post)).text

        says = "carla is editing this (since 10:38)."
        assert answer == {"says": says, "version": "1"}
        assert says in page
        chief.post(reverse("say_here"), {"post": post.pk, "left": "1"})
        assert desk.post(reverse("say_here"), {"post": post.pk}).json()["says"] == ""

    @pytest.mark.parametrize(("who", "status"), [("reporter", 404), ("anonymous", 401)])
    def test_only_who_may_change_it_is_here(self, people, event, who, status):
        theirs = factories.make_post(event, by=people["editor"])

        assert client_of(people[who]).post(reverse("say_here"), {"post": theirs.pk}).status_code == status

    def test_no_post_is_not_found(self, desk):
        assert desk.post(reverse("say_here"), {"post": "x"}).status_code == 404

    def test_without_redis_the_page_is_there(self, desk, post, settings, tmp_path):
        settings.REDIS_URL = f"unix://{tmp_path}/none.sock"

        assert desk.get(change_url(post)).status_code == 200
        assert desk.post(reverse("say_here"), {"post": post.pk}).json()["says"] == ""
