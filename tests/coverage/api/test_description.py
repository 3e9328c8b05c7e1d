"""The OpenAPI description: complete, valid, and about the addresses there are."""

import io

import pytest
import yaml
from django.core.management import call_command

from coverage.publishing.presses import PRESSES
from newsroom.editorial.workflow import EVENT_VERBS, POST_VERBS


@pytest.fixture(scope="module")
def description() -> dict:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def test_it_is_valid_and_describes_every_verb(description):
    paths = description["paths"]

    for name in POST_VERBS:
        assert f"/api/v1/posts/{{post_id}}/{name}/" in paths
    for name in EVENT_VERBS:
        assert f"/api/v1/events/{{event}}/{name}/" in paths
    for name in PRESSES:
        assert f"/api/v1/events/{{event}}/keynotes/{{keynote}}/{name}/" in paths
    for name in ("posts", "events", "keynotes", "speakers", "auth/login", "auth/logout"):
        assert f"/api/v1/{name}/" in paths


def test_each_verb_says_what_it_takes(description):
    shapes = description["components"]["schemas"]

    taken = {name: sorted(shapes[f"{name}Request"]["properties"]) for name in ("Claim", "Correct", "Publish")}

    assert taken == {
        "Claim": ["version"],
        "Correct": ["note", "remove_old", "version", "words_now"],
        "Publish": ["pressed_at", "version", "words_now"],
    }


def test_a_press_on_a_keynote_says_what_it_takes_and_answers(description):
    paths, shapes = description["paths"], description["components"]["schemas"]
    late = paths["/api/v1/events/{event}/keynotes/{keynote}/late/"]
    start = paths["/api/v1/events/{event}/keynotes/{keynote}/start/"]["post"]

    assert (start["operationId"], start["summary"]) == ("keynotes_start", "Started")
    assert start["description"].startswith(
        "For whoever may publish at this event, and the keynote's writer. Starts from planned, late, "
    )
    assert "A repeat" in start["description"]
    assert sorted(shapes["KeynotePress"]["properties"]) == ["pressed_at"]
    assert sorted(shapes["LatePress"]["properties"]) == ["minutes", "pressed_at", "seen"]
    assert {"may", "marker", "moved"} <= shapes["KeynoteVerbAnswer"]["properties"].keys()
    assert sorted(late) == ["get", "post"]
    assert [s for s in late["get"]["responses"] if s.startswith("4")] == ["400", "401", "403", "404", "409"]


def test_who_reads_a_reason_is_said_of_each_verb(description):
    shapes = description["components"]["schemas"]

    said = {
        name: shapes[f"{name}Request"]["properties"]["reason"]["description"]
        for name in ("Withdraw", "Reinstate", "BreakGlass")
    }

    assert said == {
        "Withdraw": "Readers see it.",
        "Reinstate": "Kept in the record and the audit; not printed with the post.",
        "BreakGlass": "At least ten characters. Kept in the audit; readers never see it.",
    }


def test_a_body_says_what_it_must_have_and_that_it_takes_nothing_else(description):
    shapes = description["components"]["schemas"]

    withdraw, glass, quote = (shapes[name] for name in ("WithdrawRequest", "BreakGlassRequest", "QuoteShape"))

    assert [shape["required"] for shape in (withdraw, glass, quote)] == [["reason"], ["reason"], ["text"]]
    assert [shape["additionalProperties"] for shape in (withdraw, glass, quote)] == [False] * 3
    assert glass["properties"]["reason"]["minLength"] == 10
    assert quote["properties"]["text"] == {"type": "string", "minLength": 1, "pattern": r"\S"}
    body = description["paths"]["/api/v1/posts/{post_id}/withdraw/"]["post"]["requestBody"]
    assert body["required"] is True


def test_putting_back_an_earlier_body_is_said_to_need_the_version(description):
    said = description["paths"]["/api/v1/posts/{post_id}/"]["put"]["description"]

    assert "to change something back to what an earlier body said, name `version`" in said


def test_every_operation_says_how_it_refuses(description):
    silent = [
        f"{method} {path}"
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if not any(
            "application/problem+json" in answer.get("content", {})
            for answer in operation["responses"].values()
        )
    ]

    assert silent == []


def test_a_picture_says_each_way_it_is_refused(description):
    operations = description["paths"]["/api/v1/images/{image_id}/"]

    answers = {
        method: [s for s in operations[method]["responses"] if s.startswith("4")] for method in ("put", "get")
    }

    assert answers == {
        "put": ["400", "401", "403", "404", "409", "413", "415", "405"],
        "get": ["401", "404"],
    }


def test_a_picture_s_form_has_a_file_and_its_json_has_none(description):
    content = description["paths"]["/api/v1/images/{image_id}/"]["put"]["requestBody"]["content"]
    shapes = description["components"]["schemas"]

    assert {kind: shape["schema"]["$ref"].rpartition("/")[2] for kind, shape in content.items()} == {
        "multipart/form-data": "ImageForm",
        "application/json": "ImageTexts",
    }
    assert shapes["ImageForm"]["properties"]["file"]["format"] == "binary"
    assert shapes["ImageForm"]["properties"].keys() - shapes["ImageTexts"]["properties"].keys() == {"file"}
    assert shapes["ImageTexts"]["additionalProperties"] is False
    assert shapes["ImageTexts"]["properties"]["credit"] == {"type": "string", "maxLength": 200}


def test_an_upload_in_chunks_is_described_with_its_headers(description):
    for path in ("/api/v1/images/{image_id}/upload/", "/api/v1/images/{image_id}/original/upload/"):
        sends = description["paths"][path]["patch"]
        named = [parameter["name"] for parameter in sends["parameters"] if parameter["in"] == "header"]
        assert named == ["Tus-Resumable", "Upload-Checksum", "Upload-Offset"]
        assert sends["parameters"][0]["schema"] == {"type": "string", "enum": ["1.0.0"]}
        assert sends["parameters"][2]["schema"]["minimum"] == 0
        assert list(sends["requestBody"]["content"]) == ["application/offset+octet-stream"]
        assert {"200", "201", "204", "409", "412", "460"} <= sends["responses"].keys()
        assert sorted(description["paths"][path]) == ["delete", "patch", "post"]


def test_what_may_be_empty_or_absent_in_an_answer_is_said_so(description):
    shapes = description["components"]["schemas"]

    assert "filed_instead" not in shapes["VerbAnswer"]["required"]
    for shape, field in (
        ("DeskAppearance", "organisation_slug"),
        ("PublicAppearance", "organisation_slug"),
        ("DeskKeynote", "sponsor_slug"),
        ("PublicKeynote", "sponsor_slug"),
        ("PublicPicture", "licence"),
        ("PublicPicture", "licensor"),
    ):
        assert not {"pattern", "format"} & shapes[shape]["properties"][field].keys()


def test_an_answer_may_have_both_shapes(description):
    assert description["components"]["schemas"]["DeskSpeakerOrPublicSpeaker"] == {
        "anyOf": [
            {"$ref": "#/components/schemas/DeskSpeaker"},
            {"$ref": "#/components/schemas/PublicSpeaker"},
        ]
    }


def test_it_speaks_to_programs_and_not_to_developers(description):
    told = str(description)

    assert "set_by_us" not in told
    assert "Load it through" not in told
    assert "a cookie opens nothing here" not in told


def test_a_list_says_what_it_takes(description):
    taken = {
        parameter["name"]: parameter["schema"]
        for name in ("events", "posts")
        for parameter in description["paths"][f"/api/v1/{name}/"]["get"]["parameters"]
    }

    assert taken["limit"] == {"type": "integer", "minimum": 1, "default": 50}
    assert taken["offset"] == {"type": "integer", "minimum": 0, "maximum": 1_000_000, "default": 0}
    assert taken["event"] == {"type": "string", "minLength": 1, "pattern": "^[-a-zA-Z0-9_]+$"}
    assert taken["cursor"] == {"type": "string", "minLength": 1}


def test_reading_needs_no_token_and_writing_does(description):
    paths = description["paths"]

    assert paths["/api/v1/posts/"]["get"]["security"] == [{"token": []}, {}]
    assert paths["/api/v1/posts/{post_id}/"]["put"]["security"] == [{"token": []}]
    assert paths["/api/v1/auth/login/"]["post"]["security"] == [{"password": []}]


@pytest.mark.django_db
def test_it_is_served_to_anybody(client):
    response = client.get("/api/v1/schema/")

    assert response.status_code == 200
    assert yaml.safe_load(response.content)["openapi"].startswith("3.")
