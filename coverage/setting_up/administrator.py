"""The first administrator: may do everything at the desk, and in production adds a second factor at first sign-in."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from coverage.demo.people import demo_people
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User


def there() -> QuerySet[User]:
    """Whoever is one already. The demo's is none: others may know the password."""
    return User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=demo_people())


def check(username: str, email: str, password: str) -> User:
    """The person, not saved yet. Raises ValidationError with every sentence."""
    person = User(username=username, email=email, is_staff=True, is_superuser=True)
    wrong = []
    for complain in (
        lambda: person.full_clean(exclude=["password"]),
        lambda: validate_password(password, person),
    ):
        try:
            complain()
        except ValidationError as error:
            wrong += error.messages
    if wrong:
        raise ValidationError(wrong)
    person.set_password(password)
    return person


def make(person: User) -> None:
    """Saves her and writes the audit; call it inside a transaction."""
    person.save()
    write_audit("set up", person, by=person)
