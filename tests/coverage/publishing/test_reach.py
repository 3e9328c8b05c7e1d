"""What of programme, people and pictures a person may choose from, whichever door she uses."""

import pytest

from coverage.publishing import reach
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers():
    return factories.make_event(slug="hers")


@pytest.fixture
def another():
    """Public, and not hers."""
    return factories.make_event(slug="another")


@pytest.fixture
def secret():
    return factories.make_event(slug="secret", state="draft")


@pytest.fixture
def reporter(hers):
    person = factories.make_person()
    factories.assign(person, hers)
    return person


def test_events_are_hers_and_those_everybody_knows(reporter, hers, another, secret):
    assert set(reach.events_known_to(reporter)) == {hers, another}
    assert set(reach.events_known_to(factories.make_editor())) == {hers, another, secret}


def test_keynotes_and_appearances_are_those_of_her_events_held_ones_too(reporter, hers, another):
    held = factories.make_keynote(hers, speakers=[factories.make_speaker()], held=True)
    elsewhere = factories.make_keynote(another, speakers=[factories.make_speaker()])

    assert list(reach.keynotes_for(reporter)) == [held]
    assert list(reach.appearances_for(reporter)) == list(held.appearances.all())
    assert set(reach.keynotes_for(factories.make_editor())) == {held, elsewhere}


def test_speakers_are_all_but_the_surprises_of_other_events(reporter, hers, another, secret):
    names = ("surprise here", "announced", "nowhere", "surprise there", "of a draft")
    surprise, announced, nowhere, theirs, drafted = map(factories.make_speaker, names)
    factories.make_keynote(hers, speakers=[surprise], held=True)
    factories.make_keynote(another, speakers=[announced])
    factories.make_keynote(another, speakers=[theirs], held=True)
    factories.make_keynote(secret, speakers=[drafted])

    assert set(reach.speakers_for(reporter)) == {surprise, announced, nowhere}
    assert set(reach.speakers_for(factories.make_editor())) == {
        surprise,
        announced,
        nowhere,
        theirs,
        drafted,
    }


def test_images_are_hers_and_those_on_her_posts(reporter, hers):
    own, given, other = (
        factories.make_image(uploaded_by=reporter),
        factories.make_image(),
        factories.make_image(),
    )
    factories.make_post(hers, by=reporter, images=[{"image": given}])

    assert set(reach.images_for(reporter)) == {own, given}
    assert set(reach.images_for(factories.make_editor())) == {own, given, other}
