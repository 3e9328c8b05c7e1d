"""The five roles, each a group made by a migration. A superuser is a chief editor."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from newsroom.editorial.people import User

REPORTER = "Reporter"
PHOTOGRAPHER = "Photographer"
PHOTO_EDITOR = "Photo editor"
EDITOR = "Editor"
CHIEF = "Chief editor"
ROLES = (REPORTER, PHOTOGRAPHER, PHOTO_EDITOR, EDITOR, CHIEF)


def edits_pictures(user: User | AnonymousUser) -> bool:
    """True for photo editors and for editors: they change, withdraw and credit everybody's pictures."""
    return is_editor(user) or PHOTO_EDITOR in roles_of(user)


def picture_editors() -> QuerySet[User]:
    """Everybody for whom `edits_pictures` is true, each once."""
    return _holding(EDITOR, CHIEF, PHOTO_EDITOR)


def editors() -> QuerySet[User]:
    """Everybody for whom `is_editor` is true, each once."""
    return _holding(EDITOR, CHIEF)


def _holding(*roles: str) -> QuerySet[User]:
    is_one = Q(is_superuser=True) | Q(groups__name__in=roles)
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
