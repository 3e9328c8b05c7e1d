"""The groups and what they open."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from newsroom.editorial.grants import GRANTS, grant_roles
from newsroom.editorial.roles import ROLES

pytestmark = pytest.mark.django_db


def test_groups_exist_after_migrating():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_group_has_exactly_its_grants(role):
    held = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")

    wanted = {(app, codename) for app, codenames in GRANTS[role].items() for codename in codenames}
    assert set(held) == wanted


def test_nobody_may_delete_posts_events_or_people():
    held = Group.objects.filter(permissions__codename__in=["delete_post", "delete_event", "delete_user"])

    assert not held.exists()


def test_grants_return_after_a_group_was_lost():
    Group.objects.get(name="Editor").delete()

    grant_roles(apps.get_app_config("coverage"), using=connection.alias)

    assert Group.objects.get(name="Editor").permissions.filter(codename="change_event").exists()


def test_what_a_chief_added_to_a_group_stays():
    group = Group.objects.get(name="Reporter")
    extra = Group.objects.get(name="Editor").permissions.get(codename="change_event")
    group.permissions.add(extra)

    grant_roles(apps.get_app_config("coverage"), using=connection.alias)

    assert group.permissions.filter(pk=extra.pk).exists()
