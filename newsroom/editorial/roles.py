"""The four roles, each a group made by a migration. A superuser is a chief editor."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from newsroom.editorial.people import User

REPORTER = "Reporter"
PHOTOGRAPHER = "Photographer"
EDITOR = "Editor"
CHIEF = "Chief editor"
ROLES = (REPORTER, PHOTOGRAPHER, EDITOR, CHIEF)


def editors() -> QuerySet[User]:
    """Everybody for whom `is_editor` is true, each once."""
    is_one = Q(is_superuser=True) | Q(groups__name__in=[EDITOR, CHIEF])
    return User.objects.filter(is_one, is_active=True).distinct()


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
