"""The four roles, each a group made by a migration. A superuser is a chief editor."""

from django.contrib.auth.models import AnonymousUser

from newsroom.editorial.people import User

REPORTER = "Reporter"
PHOTOGRAPHER = "Photographer"
EDITOR = "Editor"
CHIEF = "Chief editor"
ROLES = (REPORTER, PHOTOGRAPHER, EDITOR, CHIEF)


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The names of a person's groups; costs a query once per request, kept on the user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_roles"):
        user._roles = frozenset(user.groups.values_list("name", flat=True))
    return user._roles


def is_chief(user: User | AnonymousUser) -> bool:
    return user.is_active and (user.is_superuser or CHIEF in roles_of(user))


def is_editor(user: User | AnonymousUser) -> bool:
    """True for editors and for whoever stands above them."""
    return is_chief(user) or EDITOR in roles_of(user)
