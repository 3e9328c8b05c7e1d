import base64

import pytest
from allauth.mfa.models import Authenticator
from knox.models import get_token_model

from newsroom.editorial.sessions import Session
from tests import factories
from tests.coverage.api.conftest import Program

pytestmark = pytest.mark.django_db


def sign_in(name: str, password: str = factories.PASSWORD):
    given = base64.b64encode(f"{name}:{password}".encode()).decode()
    return Program().post("auth/login/", {}, Authorization=f"Basic {given}")


@pytest.fixture
def ada(db):
    return factories.make_person(username="ada")


def test_a_name_and_a_password_give_a_token_that_works(ada):
    response = sign_in("ada")

    program = Program()
    program.headers["Authorization"] = f"Token {response.json()['token']}"
    assert response.status_code == 200
    assert sorted(response.json()) == ["expiry", "token"]
    assert response["Cache-Control"] == "private, no-store"
    assert response.json()["expiry"].endswith("+00:00")
    assert program.get("posts/").json() == {"next": None, "results": []}
    assert not response.cookies
    assert not Session.objects.exists()


def test_without_name_and_password_the_answer_says_how_to_send_them(db):
    response = Program().post("auth/login/", {})

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")
    assert "curl -u NAME:PASSWORD -X POST" in response.json()["detail"]


def test_signing_out_ends_that_token_and_no_other(ada):
    here, there = Program(ada), Program(ada)

    response = here.post("auth/logout/")

    assert response.status_code == 204
    assert here.post("auth/logout/").status_code == 401
    assert there.get("posts/").status_code == 200


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", "x"), ("", ""), ("a\0da", "x")])
def test_what_does_not_belong_together_is_refused(name, password, ada):
    response = sign_in(name, password)

    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
    assert response["WWW-Authenticate"] == 'Basic realm="newsroom"'
    assert not get_token_model().objects.exists()


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic YWRh", "Token x", "Bearer x", None])
def test_a_header_that_is_none_is_refused(header, ada):
    headers = {"Authorization": header} if header else {}

    assert Program().post("auth/login/", {}, **headers).status_code == 401


def test_failures_are_counted_and_lock_the_name(ada, settings):
    settings.AXES_FAILURE_LIMIT = 3
    refused = [sign_in("ada", "wrong").status_code for _ in range(3)]

    response = sign_in("ada")

    assert refused == [401, 401, 429]
    assert (response.status_code, response.json()["code"]) == (429, "locked")
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "900"
    assert not get_token_model().objects.exists()


def test_success_forgets_the_failures(ada, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        assert sign_in("ada", "wrong").status_code == 401
        assert sign_in("ada").status_code == 200


def test_staff_must_have_a_second_factor_in_production(ada, settings):
    settings.PRODUCTION = True

    response = sign_in("ada")

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert "/admin/tokens/" in response.json()["detail"]
    assert not get_token_model().objects.exists()


def test_who_has_a_second_factor_makes_tokens_at_the_desk(ada):
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={})

    response = sign_in("ada")

    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token \xff\xfe", "Token " + "0" * 64])
def test_a_wrong_token_is_refused_even_where_none_is_needed(header, db):
    program = Program()
    program.headers["Authorization"] = header

    response = program.get("events/")

    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
    assert response["Cache-Control"] == "private, no-store"


def test_a_refusal_says_the_same_whoever_there_is(ada):
    """Somebody who left has the right password; of a second factor only who knows the password hears."""
    factories.make_person(username="ines", is_active=False)
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={})

    refusals = [
        sign_in("ada", "wrong"),
        sign_in("nobody", "wrong"),
        sign_in("ines"),
        sign_in("ines", "wrong"),
    ]

    assert len({(refusal.status_code, refusal.content) for refusal in refusals}) == 1
