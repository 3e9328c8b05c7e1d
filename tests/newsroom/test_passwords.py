"""How passwords are kept, and which are refused."""

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from newsroom import settings as written
from tests import factories


@pytest.fixture
def real_hashers(settings):
    """Tests hash cheaply; these do as the newsroom does."""
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS


def test_passwords_are_kept_by_argon2id(real_hashers):
    kept = make_password(factories.PASSWORD)

    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(factories.PASSWORD, kept)


def test_one_kept_before_is_kept_anew_when_it_is_used(real_hashers, db):
    person = factories.make_person()
    person.password = make_password(factories.PASSWORD, hasher="pbkdf2_sha256")
    person.save()

    assert person.check_password(factories.PASSWORD)
    assert identify_hasher(person.password).algorithm == "argon2"


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("correct horse battery staple", []),
        ("justinbieber", ["password_too_common"]),
        ("qwertyuiop[]", ["password_too_common"]),
        ("horse staple", []),
        ("a1!b2?c3", ["password_too_short"]),
    ],
)
def test_a_password_others_have_too_is_refused(password, codes):
    try:
        validate_password(password)
        refused = []
    except ValidationError as error:
        refused = [one.code for one in error.error_list]

    assert refused == codes


def test_a_password_like_her_name_is_refused(db):
    person = factories.make_person(username="rosa.lindqvist")

    with pytest.raises(ValidationError) as refused:
        validate_password("rosa.lindqvist1", person)

    assert [one.code for one in refused.value.error_list] == ["password_too_similar"]
