import uuid

import pytest

from coverage.models import Post, Revision
from coverage.publishing import filing, publication, review
from coverage.record.models import ReleasedPost
from media.models import Image
from tests import factories
from tests.coverage.api.conftest import Program

pytestmark = pytest.mark.django_db


def errors(response) -> dict:
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid"
    return response.json()["errors"]


def test_a_post_is_made_under_the_phones_own_uuid(event, reporter, phone, address):
    host = factories.make_speaker("Priyanka Sharma")
    keynote = factories.make_keynote(event, speakers=[host])
    picture = str(uuid.uuid4())

    response = phone.put(
        address,
        {
            "event": "kubecon",
            "keynote": keynote.slug,
            "kind": "quote",
            "headline": "Ten years",
            "body": "<p>It <em>began</em>.</p>",
            "images": [{"image": picture, "caption": "The stage."}],
            "speakers": [host.slug],
            "quotes": [{"speaker": host.slug, "text": "Ten years!", "verbatim": True}],
            "happened_at": "2024-03-20T10:05:00+01:00",
            "key_event": True,
        },
    )

    assert response.status_code == 201
    assert response.json() == {
        "id": address.split("/")[1],
        "event": "kubecon",
        "keynote": keynote.slug,
        "kind": "quote",
        "headline": "Ten years",
        "body": "<p>It <em>began</em>.</p>",
        "images": [{"image": picture, "caption": "The stage."}],
        "speakers": [host.slug],
        "quotes": [
            {
                "speaker": host.slug,
                "attribution": "",
                "text": "Ten years!",
                "verbatim": True,
                "checked": False,
            }
        ],
        "happened_at": "2024-03-20T09:05:00Z",
        "key_event": True,
        "pinned": False,
        "author": "ada",
        "byline": "",
        "note": "",
        "pending": False,
        "embargo_until": None,
        "public_id": None,
        "state": "draft",
        "version": 1,
        "publish_at": None,
        "anchor_keynote": None,
        "anchor": "",
        "anchor_minutes": 0,
        "url": None,
    }
    assert phone.get(address).json() == response.json()


def test_an_update_changes_only_what_it_names(event, reporter, phone):
    speaker = factories.make_speaker()
    post = factories.make_post(event, by=reporter, headline="One", key_event=True, speakers=[speaker])

    response = phone.put(f"posts/{post.pk}/", {"headline": "Two"})

    answer = response.json()
    assert response.status_code == 200
    assert (answer["headline"], answer["body"], answer["key_event"]) == ("Two", "<p>Some words.</p>", True)
    assert (answer["speakers"], answer["version"]) == ([speaker.slug], 2)


def test_submit_files_in_the_same_request(event, phone, address):
    answer = phone.put(address, {"event": "kubecon", "body": "<p>Doors.</p>", "submit": True}).json()

    assert (answer["state"], answer["version"]) == ("submitted", 2)


def test_an_empty_post_is_not_filed_and_not_kept(event, phone, address):
    response = phone.put(address, {"event": "kubecon", "submit": True})

    assert list(errors(response)) == ["body"]
    assert not Post.objects.exists()


def test_a_filing_can_be_mended_with_submit_still_said(event, phone, address):
    phone.put(address, {"event": "kubecon", "body": "<p>Dors.</p>", "submit": True})

    response = phone.put(address, {"body": "<p>Doors.</p>", "submit": True})

    assert (response.status_code, response.json()["state"]) == (200, "submitted")
    assert response.json()["body"] == "<p>Doors.</p>"


def test_a_put_on_a_published_post_waits_and_readers_keep_the_old_words(event, desk, anybody):
    post = factories.make_published(event, body="<p>Old.</p>")

    answer = desk.put(f"posts/{post.pk}/", {"body": "<p>New.</p>"}).json()

    assert (answer["state"], answer["pending"], answer["body"]) == ("published", True, "<p>New.</p>")
    assert anybody.get(f"posts/{post.public_id}/").json()["body"] == "<p>Old.</p>"
    assert ReleasedPost.objects.get().body == "<p>Old.</p>"


def test_another_persons_uuid_is_not_found_and_nothing_changes(event, phone):
    post = factories.make_post(event, body="<p>Hers.</p>")

    response = phone.put(f"posts/{post.pk}/", {"event": "kubecon", "body": "<p>Mine.</p>"})

    assert response.status_code == 404
    assert b"Hers" not in response.content
    assert Post.objects.get().body == "<p>Hers.</p>"
    assert phone.get(f"posts/{post.pk}/").status_code == 404


def test_an_editor_changes_anybodys(event, reporter, desk):
    post = factories.make_post(event, by=reporter)

    answer = desk.put(f"posts/{post.pk}/", {"headline": "Better"}).json()

    assert (answer["headline"], answer["author"]) == ("Better", "ada")


def test_a_body_under_an_old_version_is_a_conflict_with_the_current_post(event, reporter, phone):
    post = factories.make_post(event, by=reporter, headline="One")
    phone.put(f"posts/{post.pk}/", {"headline": "Two", "version": 1})

    response = phone.put(f"posts/{post.pk}/", {"headline": "Three", "version": 1})

    assert (response.status_code, response.json()["code"]) == (409, "stale")
    assert response.json()["current"] == phone.get(f"posts/{post.pk}/").json()
    assert (response.json()["current"]["headline"], Revision.objects.count()) == ("Two", 2)


def test_version_0_makes_but_never_changes(event, phone, address):
    made = phone.put(address, {"event": "kubecon", "body": "<p>A</p>", "version": 0})
    refused = phone.put(address, {"event": "kubecon", "body": "<p>B</p>", "version": 0})

    assert (made.status_code, refused.status_code, refused.json()["code"]) == (201, 409, "stale")


def test_a_version_of_a_post_that_is_not_there_is_not_found(event, phone, address):
    assert phone.put(address, {"event": "kubecon", "version": 3}).status_code == 404


def test_the_author_may_not_change_what_the_desk_works_on(event, reporter, phone):
    post = factories.make_post(event, by=reporter)
    review.submit(publication.post_by_id(post.pk), by=reporter)
    review.claim(publication.post_by_id(post.pk), by=factories.make_editor())

    response = phone.put(f"posts/{post.pk}/", {"headline": "Late thought"})

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_a_spiked_post_is_in_the_wrong_state(event, reporter, phone):
    post = factories.make_post(event, by=reporter)
    review.spike(publication.post_by_id(post.pk), by=reporter)

    response = phone.put(f"posts/{post.pk}/", {"headline": "Late thought"})

    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


def test_unknown_fields_are_named(event, phone, address):
    response = phone.put(address, {"event": "kubecon", "heading": "x", "id": "y", "quotes": [{"txt": "z"}]})

    assert list(errors(response)) == ["heading", "id"]
    assert "The fields are: event, keynote," in errors(response)["heading"][0]
    assert "set by the newsroom" in errors(response)["id"][0]
    assert list(errors(phone.put(address, {"event": "kubecon", "quotes": [{"txt": "z"}]}))) == [
        "quotes.0.txt"
    ]


@pytest.mark.parametrize(
    ("field", "value", "about"),
    [
        ("event", None, "event"),
        ("event", "no-such", "event"),
        ("kind", "poem", "kind"),
        ("headline", "x" * 201, "headline"),
        ("headline", None, "headline"),
        ("keynote", "no-such", "keynote"),
        ("speakers", ["no-such"], "speakers"),
        ("speakers", "ada", "speakers"),
        ("images", [{"image": "no uuid"}], "images.0.image"),
        ("images", [{"caption": "?"}], "images.0.image"),
        ("quotes", [{"text": "x", "speaker": "no-such"}], "quotes"),
        ("quotes", [{"text": "x"}], "quotes"),
        ("quotes", [{"attribution": "a panellist", "text": " "}], "quotes.0.text"),
        ("happened_at", "2024-03-20T10:05:00", "happened_at"),
        ("happened_at", "0001-01-01T00:00:00+14:00", "happened_at"),
        ("happened_at", 1710926700, "happened_at"),
        ("embargo_until", "2024-03-20", "embargo_until"),
        ("version", "one", "version"),
        ("body", "nul\0", "body"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field_and_nothing_is_kept(
    field, value, about, event, phone, address
):
    response = phone.put(address, {"event": "kubecon", "body": "<p>x</p>", field: value})

    assert list(errors(response)) == [about]
    assert not Post.objects.exists()


def test_a_keynote_of_another_event_is_refused(event, phone, address):
    foreign = factories.make_keynote(factories.make_event())

    response = phone.put(address, {"event": "kubecon", "keynote": foreign.slug})

    assert errors(response) == {"keynote": [f"This event has no keynote “{foreign.slug}”."]}


def test_everything_out_of_reach_is_said_at_once(event, phone, address):
    theirs = factories.make_image()

    response = phone.put(
        address,
        {"event": "kubecon", "keynote": "x", "speakers": ["y", "z"], "images": [{"image": str(theirs.pk)}]},
    )

    assert sorted(errors(response)) == ["images", "keynote", "speakers"]
    assert errors(response)["speakers"] == ["There is no speaker “y”.", "There is no speaker “z”."]


def test_a_reporter_of_another_event_is_told_to_ask_the_desk(event, phone, address):
    factories.make_event(slug="elsewhere")

    response = phone.put(address, {"event": "elsewhere", "body": "<p>x</p>"})

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_an_event_nobody_knows_of_is_refused_like_one_that_is_not_there(event, phone, address):
    factories.make_event(slug="secret", state="draft")

    secret = errors(phone.put(address, {"event": "secret"}))
    missing = errors(phone.put(address, {"event": "missing"}))

    assert secret == {"event": ["You cover no event named “secret”."]}
    assert missing == {"event": ["You cover no event named “missing”."]}


def test_a_post_stays_in_its_event(event, reporter, phone):
    other = factories.make_event()
    factories.assign(reporter, other)
    post = factories.make_post(event, by=reporter)

    assert list(errors(phone.put(f"posts/{post.pk}/", {"event": other.slug}))) == ["event"]
    assert phone.put(f"posts/{post.pk}/", {"event": "kubecon"}).status_code == 200


def test_a_guest_held_back_elsewhere_cannot_be_named_or_guessed(event, phone, address):
    guest = factories.make_speaker("A surprise")
    factories.make_keynote(factories.make_event(), speakers=[guest], held=True)

    response = phone.put(address, {"event": "kubecon", "speakers": [guest.slug]})

    assert errors(response) == {"speakers": [f"There is no speaker “{guest.slug}”."]}


def test_a_guest_held_back_at_her_own_event_is_named_but_not_published(event, phone, desk, address):
    guest = factories.make_speaker("A surprise")
    factories.make_keynote(event, speakers=[guest], held=True)

    filed = phone.put(address, {"event": "kubecon", "speakers": [guest.slug], "body": "<p>x</p>"})
    refused = desk.post(f"{address}publish/", {"version": 1})

    assert filed.status_code == 201
    assert list(errors(refused)) == ["speakers"]
    assert not ReleasedPost.objects.exists()


def test_an_image_named_before_it_arrives_is_awaited_and_hers(event, reporter, phone, address):
    picture = uuid.uuid4()

    phone.put(address, {"event": "kubecon", "images": [{"image": str(picture)}]})

    image = Image.objects.get()
    assert (image.pk, image.state, image.uploaded_by) == (picture, "awaited", reporter)


def test_somebody_elses_image_is_out_of_reach_unless_a_post_of_hers_holds_it(event, reporter, phone, address):
    theirs, others = factories.make_image(), factories.make_image()
    held = factories.make_post(event, by=reporter, images=[{"image": theirs}])

    stolen = phone.put(address, {"event": "kubecon", "images": [{"image": str(others.pk)}]})
    kept = phone.put(f"posts/{held.pk}/", {"images": [{"image": str(theirs.pk), "caption": "Better."}]})

    assert list(errors(stolen)) == ["images"]
    assert kept.json()["images"] == [{"image": str(theirs.pk), "caption": "Better."}]


def test_a_refused_post_leaves_no_awaited_image(event, phone, address):
    body = {"event": "kubecon", "images": [{"image": str(uuid.uuid4())}], "quotes": [{"text": "x"}]}

    assert list(errors(phone.put(address, body))) == ["quotes"]
    assert not Image.objects.exists()


def test_what_a_post_may_not_hold_is_cleaned(event, phone, address):
    answer = phone.put(
        address, {"event": "kubecon", "body": '<p onclick="x">Hi<script>alert(1)</script></p>'}
    ).json()

    assert answer["body"] == "<p>Hi</p>"


def test_a_released_post_keeps_its_place(event, desk):
    post = factories.make_published(event)
    position = post.position

    desk.put(f"posts/{post.pk}/", {"happened_at": "2020-01-01T00:00:00Z", "headline": "x"})
    desk.post(f"posts/{post.pk}/publish/", {"version": 3})

    assert ReleasedPost.objects.get().position == position


def test_without_a_token_nothing_is_written(event, anybody, address):
    response = anybody.put(address, {"event": "kubecon", "body": "<p>x</p>"})

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"
    assert not Post.objects.exists()


def test_a_session_cookie_opens_nothing(event, reporter, address):
    program = Program()
    program.client.force_login(reporter, backend="django.contrib.auth.backends.ModelBackend")

    assert program.put(address, {"event": "kubecon", "body": "<p>x</p>"}).status_code == 401
    assert program.get(address).status_code == 401


def test_who_was_sent_away_has_no_access(event, reporter, phone, address):
    reporter.is_active = False
    reporter.save()

    response = phone.put(address, {"event": "kubecon", "body": "<p>x</p>"})

    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")


def test_the_note_of_the_desk_reaches_the_author(event, reporter, phone, desk):
    post = factories.make_post(event, by=reporter)
    filing.update_post(publication.post_by_id(post.pk), by=reporter, headline="x")
    phone.post(f"posts/{post.pk}/submit/", {"version": 2})

    desk.post(f"posts/{post.pk}/send-back/", {"version": 3, "note": "Who said that?"})

    answer = phone.get(f"posts/{post.pk}/").json()
    assert (answer["state"], answer["note"]) == ("draft", "Who said that?")
