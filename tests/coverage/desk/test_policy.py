"""Every page of the desk under its strict policy: nonces, nothing inline, nothing from elsewhere."""

import pytest
from django.urls import reverse

from tests import factories
from tests.coverage.desk.pages import assert_strict, change_url, client_of, verb_url


@pytest.fixture
def addresses(event, people) -> list[str]:
    """Every page there is, of things that are there."""
    keynote = factories.make_keynote(event, speakers=[factories.make_speaker()], held=True)
    post = factories.make_published(event, images=[{"image": factories.make_image()}])
    things = [event, keynote, post, keynote.appearances.get().speaker, factories.make_organisation()]
    image, withdrawn = factories.make_image(), factories.make_image(state="withdrawn")
    things += [people["reporter"], image, withdrawn]
    report = factories.make_error_report(post)
    models = ["coverage_" + name for name in ("post", "event", "keynote", "speaker", "organisation")]
    models += ["media_image", "editorial_user"]
    pages = [reverse(f"admin:{model}_{page}") for model in models for page in ("changelist", "add")]
    pages += [change_url(thing) for thing in things]
    pages += [reverse("admin:coverage_errorreport_changelist"), change_url(report)]
    pages += [change_url(thing) + "../history/" for thing in (*things[:3], report)]
    pages += [verb_url(post, name) for name in ("correct", "withdraw", "publish")]
    pages += [f"/admin/coverage/post/{post.pk}/preview/"]
    pages += [reverse("admin:media_image_withdraw", args=[one.pk]) for one in (image, withdrawn)]
    pages += [reverse("admin:media_image_reinstate", args=[withdrawn.pk])]
    pages += [
        "/admin/",
        "/admin/password_change/",
        "/admin/tokens/",
        "/admin/coverage/",
        reverse("admin:editorial_auditrow_changelist"),
    ]
    return [page.replace("change/../", "") for page in pages]


def test_every_pageassert_strict(addresses, people):
    client = client_of(people["chief"])

    for address in addresses:
        response = client.get(address, follow=True)
        assert response.status_code == 200, address
        assert_strict(response)


@pytest.mark.parametrize(
    "address",
    ["/admin/login/", "/admin/password_reset/", "/admin/password_reset/done/", "/admin/password_reset/x/y/"],
)
def test_pages_before_signing_in_are_strict(address, client, db):
    assert_strict(client.get(address))


@pytest.mark.parametrize("address", ["/accounts/2fa/", "/accounts/reauthenticate/", "/accounts/logout/"])
def test_pages_of_the_second_factor_are_strict(address, desk):
    assert_strict(desk.get(address))


def test_other_apps_tables_are_not_shown(people):
    page = client_of(people["chief"]).get("/admin/")

    shown = [name for name, _, _ in page.context["desk_nav"]]
    assert shown == [
        "Live",
        "Posts",
        "Readers’ reports",
        "Events",
        "Keynotes",
        "Speakers",
        "Organisations",
        "Pictures",
        "People",
        "Audit",
    ]


def test_the_audit_is_read_only(people, event):
    client = client_of(people["chief"])
    factories.make_post(event)

    page = client.get(reverse("admin:editorial_auditrow_changelist"))

    assert page.status_code == 200
    assert client.get(reverse("admin:editorial_auditrow_add")).status_code == 403
    row = page.context["cl"].result_list[0]
    assert client.post(reverse("admin:editorial_auditrow_delete", args=[row.pk])).status_code == 403
    assert client.post(change_url(row), {"note": "changed"}).status_code == 403
