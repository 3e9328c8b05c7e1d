"""In whose name a command acts."""

from django.core.management.base import CommandError

from newsroom.editorial import roles
from newsroom.editorial.people import User


def editor_named(name: str | None) -> User:
    """The editor of that user name; None: the first there is. Raises CommandError if there is none."""
    people = roles.editors().order_by("pk")
    person = (people.filter(username=name) if name else people).first()
    if person is None:
        raise CommandError(f"{name} is no editor here." if name else "There is no editor: add one first.")
    return person
