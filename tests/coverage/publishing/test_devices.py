"""Links that sign a phone in: made for whom, used once, over in time; and phones that are revoked."""

import datetime

import pytest
from django.utils import timezone
from knox.models import AuthToken

from coverage.models import Assignment, Device, JoinGuess, JoinLink
from coverage.publishing import devices
from coverage.publishing.devices import GUESSES, LINK_LIVES, WINDOW, LinkOver, UnknownLink
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, TooMany
from newsroom.editorial.people import User
from newsroom.editorial.tokens import TokenName
from tests import factories, processes

SECOND = datetime.timedelta(seconds=1)
HALL = "192.0.2.1"


@pytest.fixture
def event(db):
    return factories.make_event(title="The Summit")


@pytest.fixture
def rosa(event):
    person = factories.make_person(username="rosa")
    factories.assign(person, event)
    return person


@pytest.fixture
def editor(db):
    return factories.make_editor(username="ed")


def use(secret: str, form: str = "one", **more) -> devices.SignedIn:
    return devices.sign_in(secret, **{"form": form, "name": "Safari on iPhone", "address": HALL, **more})


def test_a_link_makes_one_named_expiring_token_of_its_person(rosa, editor, event):
    secret = devices.make_link(rosa, event, by=editor)

    made = use(secret)

    device = Device.objects.select_related("token__named").get()
    assert (device.token.user, str(device)) == (rosa, "Safari on iPhone")
    assert device.token.expiry > timezone.now() + datetime.timedelta(days=29)
    assert secret not in str(JoinLink.objects.values())
    assert made.secret not in str(AuthToken.objects.values())
    rows = AuditRow.objects.filter(thing_type="editorial.user").order_by("id")
    assert [(row.verb, row.person_name, row.note) for row in rows] == [
        ("make link", "ed", "The Summit"),
        ("sign in phone", "rosa", "Safari on iPhone, by a link of ed"),
    ]


def test_a_link_signs_in_one_phone(rosa, editor, event):
    secret = devices.make_link(rosa, event, by=editor)
    use(secret)

    with pytest.raises(LinkOver, match="used already"):
        use(secret, form="another")

    assert Device.objects.count() == 1


def test_the_same_form_sent_again_is_the_same_phone_with_a_new_token(rosa, editor, event):
    secret = devices.make_link(rosa, event, by=editor)
    first = use(secret)

    again = use(secret)

    assert TokenName.objects.get().name == "Safari on iPhone"
    assert AuthToken.objects.get() == again.token != first.token


def test_the_same_form_brings_no_revoked_phone_back(rosa, editor, event):
    secret = devices.make_link(rosa, event, by=editor)
    devices.revoke(use(secret).token, by=rosa)

    with pytest.raises(LinkOver):
        use(secret)

    assert not Device.objects.exists()


def test_a_link_is_over_after_half_an_hour(rosa, editor, event):
    now = timezone.now()
    secret = devices.make_link(rosa, event, by=editor, at=now)
    devices.link_named(secret, address=HALL, at=now + LINK_LIVES - SECOND)

    with pytest.raises(LinkOver, match="too old"):
        use(secret, at=now + LINK_LIVES)


def test_a_withdrawn_link_is_over_and_a_new_one_withdraws_it(rosa, editor, event):
    first, second = (devices.make_link(rosa, event, by=editor) for _ in range(2))

    withdrawn = devices.withdraw_link(devices.links_open(at=timezone.now()).get(), by=editor)

    assert withdrawn
    for secret in (first, second):
        with pytest.raises(LinkOver, match="withdrawn"):
            use(secret)


def test_a_link_is_over_for_whom_was_deactivated_or_covers_the_event_no_more(rosa, editor, event):
    secret = devices.make_link(rosa, event, by=editor)
    User.objects.filter(pk=rosa.pk).update(is_active=False)
    with pytest.raises(LinkOver, match="does not cover"):
        use(secret)
    User.objects.filter(pk=rosa.pk).update(is_active=True)
    Assignment.objects.all().delete()

    with pytest.raises(LinkOver, match="does not cover"):
        use(secret)


def test_nobody_makes_a_link_for_somebody_who_may_do_more(rosa, editor, event):
    chief, pia = factories.make_chief(), factories.make_person()
    administrator = factories.make_chief(is_superuser=True)
    refused = [
        (rosa, pia),
        (rosa, editor),
        (editor, factories.make_editor()),
        (editor, chief),
        (chief, administrator),
    ]

    for by, person in refused:
        with pytest.raises(NotAllowed):
            devices.make_link(person, event, by=by)
    assert devices.make_link(editor, event, by=chief)
    assert devices.make_link(chief, None, by=chief)
    with pytest.raises(Invalid):
        devices.make_link(pia, event, by=editor)
    with pytest.raises(NotAllowed):
        devices.make_link(rosa, None, by=editor)


def test_wrong_links_are_counted_by_line_and_keep_nobody_from_a_right_one(rosa, editor, event):
    now = timezone.now()
    secret = devices.make_link(rosa, event, by=editor, at=now)
    for _ in range(GUESSES):
        with pytest.raises(UnknownLink):
            devices.link_named("wrong", address=HALL, at=now)

    with pytest.raises(TooMany) as refused:
        devices.link_named("wrong", address=HALL, at=now)

    assert refused.value.retry_after == WINDOW.total_seconds()
    assert JoinGuess.objects.count() == GUESSES
    assert devices.link_named(secret, address=HALL, at=now).person == rosa
    with pytest.raises(UnknownLink):
        devices.link_named("wrong", address="198.51.100.7", at=now)
    with pytest.raises(UnknownLink):
        devices.link_named("wrong", address=HALL, at=now + WINDOW)


def test_a_second_phone_of_a_kind_has_a_number_and_another_name_may_be_given(rosa, event):
    for form in ("one", "two"):
        use(devices.make_link(rosa, None, by=rosa), form=form)
    device = devices.devices_of(rosa).get(token__named__name="Safari on iPhone 2")

    devices.rename(device, "  The old  phone ", by=rosa)

    names = devices.devices_of(rosa).values_list("token__named__name", flat=True)
    assert sorted(names) == ["Safari on iPhone", "The old phone"]
    with pytest.raises(Invalid):
        devices.rename(device, " ", by=rosa)
    with pytest.raises(NotAllowed):
        devices.rename(device, "Mine", by=factories.make_chief())


def test_when_a_phone_was_seen_is_written_once_a_minute(rosa, django_assert_num_queries):
    now = timezone.now()
    made = use(devices.make_link(rosa, None, by=rosa, at=now), at=now)

    with django_assert_num_queries(1):
        assert devices.seen(made.token.pk, at=now + 59 * SECOND)
    with django_assert_num_queries(2):
        assert devices.seen(made.token.pk, at=now + 60 * SECOND)

    assert Device.objects.get().last_seen == now + 60 * SECOND
    assert not devices.seen(made.token.pk, at=made.token.expiry)
    assert not devices.seen("another")


def test_the_desk_revokes_a_phone_and_another_reporter_does_not(rosa, editor):
    token = use(devices.make_link(rosa, None, by=rosa)).token
    with pytest.raises(NotAllowed):
        devices.revoke(token, by=factories.make_person())

    devices.revoke(token, by=editor)

    assert not AuthToken.objects.exists()
    row = AuditRow.objects.get(verb="revoke token")
    assert (row.person_name, row.thing_title, row.note) == ("ed", "rosa", "Safari on iPhone")


JOINING = """
import os
from coverage.publishing import devices
from newsroom.editorial.errors import EditorialError
form = {form}
try:
    devices.sign_in("{secret}", form=form, name="Phone", address="192.0.2.1")
    print("in")
except EditorialError as refused:
    print(refused.code)
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("form", "answers"), [("str(os.getpid())", ["gone"] * 3 + ["in"]), ("'one'", ["in"] * 4)]
)
def test_of_four_at_once_one_phone_is_signed_in(form, answers, rosa, editor, event):
    """Four phones with one link; and one phone whose button was pressed four times."""
    code = JOINING.format(form=form, secret=devices.make_link(rosa, event, by=editor))

    said = sorted(running.communicate(timeout=60)[0].strip() for running in processes.start_together(code, 4))

    assert said == answers
    assert Device.objects.count() == AuthToken.objects.count() == 1
