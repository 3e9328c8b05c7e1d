"""Which pages of the admin each role may open. What a person may do to a post is decided by the verbs.

Django's permissions do not exist while migrations run, so the groups' permissions are given after them, each time.
Nothing is ever taken away here: what a chief adds to a group stays.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS

from newsroom.editorial.roles import CHIEF, EDITOR, PHOTO_EDITOR, PHOTOGRAPHER, REPORTER, ROLES

_LOOK = ("view_event", "view_keynote", "view_speaker", "view_organisation")
_WRITE = ("add_post", "change_post", "view_post")
_PICTURES = ("add_image", "change_image", "view_image")
_EDIT = tuple(
    f"{act}_{thing}"
    for thing in ("event", "keynote", "speaker", "organisation")
    for act in ("add", "change", "view")
)
_ASSIGN = ("add_assignment", "change_assignment", "delete_assignment", "view_assignment")
_APPEAR = ("add_appearance", "change_appearance", "delete_appearance", "view_appearance")
_REPORT = ("view_errorreport",)
_ALIAS = ("add_speakeralias", "change_speakeralias", "delete_speakeralias", "view_speakeralias")

GRANTS: dict[str, dict[str, tuple[str, ...]]] = {
    REPORTER: {"coverage": _LOOK + _WRITE, "media": _PICTURES},
    PHOTOGRAPHER: {"coverage": _LOOK + _WRITE, "media": _PICTURES},
    PHOTO_EDITOR: {"coverage": _LOOK + _WRITE, "media": _PICTURES},
    EDITOR: {"coverage": _EDIT + _WRITE + _ASSIGN + _APPEAR + _ALIAS + _REPORT, "media": _PICTURES},
    CHIEF: {
        "coverage": _EDIT + _WRITE + _ASSIGN + _APPEAR + _ALIAS + _REPORT,
        "media": _PICTURES,
        "editorial": ("add_user", "change_user", "view_user", "view_auditrow"),
    },
}


def grant_roles(
    sender: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Any = installed_apps, **kwargs: Any
) -> None:
    """Makes the groups and gives each its permissions in `sender`'s app; running it again changes nothing."""
    if not any(sender.label in granted for granted in GRANTS.values()):
        return
    create_permissions(sender, verbosity=0, using=using, apps=apps)
    try:
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # migrations were stopped before Django's own
        return
    for role in ROLES:
        group, _ = group_model.objects.using(using).get_or_create(name=role)
        group.permissions.add(
            *permission_model.objects.using(using).filter(
                content_type__app_label=sender.label, codename__in=GRANTS[role].get(sender.label, ())
            )
        )
