"""The demo's people, who have one password, which others may know."""

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from newsroom.editorial import roles
from newsroom.editorial.people import User

PEOPLE = {  # user name: (group, byline)
    "reporter": (roles.REPORTER, "Rosa Lind"),
    "photographer": (roles.PHOTOGRAPHER, "Philip Okoye"),
    "editor": (roles.EDITOR, "Edith Marsh"),
    "chief": (roles.CHIEF, "Charlotte Reyes"),
}
DEMO_DOMAIN = "example.org"


def is_demo_person(person: User) -> bool:
    """Whether this is one of the people the demo made, not a colleague of the same name."""
    return person.username in PEOPLE and person.email == f"{person.username}@{DEMO_DOMAIN}"


def demo_people() -> QuerySet[User]:
    """Those of `is_demo_person` who are here and may sign in."""
    email = Concat(F("username"), Value(f"@{DEMO_DOMAIN}"))
    return User.objects.filter(username__in=PEOPLE, email=email, is_active=True).order_by("username")
