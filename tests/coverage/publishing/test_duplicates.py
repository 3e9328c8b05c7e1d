"""Speakers who may be one person."""

import pytest

from coverage.models import Organisation, Speaker, SpeakerAlias
from coverage.publishing.duplicates import distance, keep_apart, likely_duplicates
from newsroom.editorial.errors import NotAllowed
from tests import factories


def pairs() -> list[tuple[str, str, str]]:
    people = list(Speaker.objects.select_related("organisation").prefetch_related("aliases"))
    return [(pair.first.name, pair.second.name, pair.why) for pair in likely_duplicates(people)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Jeffrey Morgan", "Jeffery Morgan", "a letter or two differ"),
        ("Paige Bailey", "Paiege Bailey", "a letter or two differ"),
        ("Rajas Kakodkar", "Rajas Kakodar", "a letter or two differ"),
        ("Timothée Lacroix", "timothee  LACROIX", "the same name"),
        ("Qiu Lu", "Lu Qiu", "the same name"),
        ("J. Morgan", "Jeffrey Morgan", "an initial for a first name"),
        ("Lu Qiu", "Li Qiu", "a letter or two differ"),
    ],
)
def test_likely_pairs_are_found(one, other, why):
    for name in (one, other, "Priyanka Sharma"):
        factories.make_speaker(name)

    assert pairs() == [(one, other, why)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kevin Klues", "Sanjay Chatterjee"),
        ("Anna Lind", "Rosa Lind"),
        ("J. Morgan", "Priya Morgan"),
        ("J. Morgan", "J. Stone"),
        ("Ann Lee", "Dan Lee"),
        ("Prince", "P"),
        ("?", "!"),
    ],
)
def test_others_are_not(one, other):
    factories.make_speaker(one)
    factories.make_speaker(other)

    assert pairs() == []


@pytest.mark.django_db
def test_a_common_employer_makes_two_slips_likely():
    acme = Organisation.objects.create(slug="acme", name="Acme")
    for name in ("Ann Lee", "Dan Lee"):
        factories.make_speaker(name, organisation=acme)

    assert pairs() == [("Ann Lee", "Dan Lee", "a letter or two differ, the same employer")]


@pytest.mark.django_db
def test_an_alias_counts_as_a_name():
    one, _ = factories.make_speaker("Jeffrey Stone"), factories.make_speaker("Jeff Morgan")
    SpeakerAlias.objects.create(speaker=one, name="Jeff Morgan")

    assert pairs() == [("Jeffrey Stone", "Jeff Morgan", "the same name")]


@pytest.mark.django_db
def test_two_people_are_said_so_once_and_not_offered_again():
    one, other = factories.make_speaker("Ann Lee"), factories.make_speaker("Ann Leé")
    editor = factories.make_editor()

    keep_apart(one, other, by=editor)
    keep_apart(other, one, by=editor)

    assert pairs() == []
    assert factories.User.objects.count() == 1
    with pytest.raises(NotAllowed):
        keep_apart(one, other, by=factories.make_person())


@pytest.mark.parametrize(
    ("a", "b", "letters"),
    [
        ("morgan", "morgan", 0),
        ("morgan", "mrogan", 1),
        ("morgan", "morgen", 1),
        ("ab", "ba", 1),
        ("abc", "xyz", 3),
    ],
)
def test_distance(a, b, letters):
    assert distance(a, b, 3) == distance(b, a, 3) == letters


def test_distance_gives_up_early():
    assert distance("a", "abcdef", 2) == 3
