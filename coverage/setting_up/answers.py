"""What `manage.py setup` may be told, by variable of the environment: how it is asked for, and what makes sense.

Every check is the one that the start makes of the same variable. They raise `ImproperlyConfigured` with a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from newsroom import environment


def check_name(value: str) -> str:
    return environment.printed_name("The name", value)


def check_languages(value: str) -> str:
    return ",".join(environment.languages(value.split(","), [code for code, _ in settings.LANGUAGES]))


def check_address(value: str) -> str:
    return environment.public_address(value, production=False)[0]


def check_address_for_readers(value: str) -> str:
    return environment.public_address(value, production=True)[0]


def check_mail(value: str) -> str:
    """Without saying the value: there is a password in it."""
    try:
        environment.mailers(value)
    except ImproperlyConfigured:
        raise ImproperlyConfigured(
            "That is no address for e-mail; use smtp://user:password@host:587, smtps://…, file:/a/folder or console:."
        ) from None
    return value


def check_sender(value: str) -> str:
    """An e-mail address, with or without a name before it."""
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise ImproperlyConfigured(
            f"{value!r} is no e-mail address; write it like The Hall <desk@example.org>."
        ) from None
    return value


@dataclass(frozen=True)
class Question:
    """`secret`: never shown, and never an option of the command, which others on the machine can read."""

    variable: str
    asks: str
    check: Callable[[str], str]
    secret: bool = False

    @property
    def option(self) -> str:
        return self.variable.removeprefix("NEWSROOM_").lower()


QUESTIONS = (
    Question("NEWSROOM_NAME", "What the newsroom is called", check_name),
    Question("PUBLISHER", "Who publishes it, if that is another name", check_name),
    Question("NEWSROOM_LANGUAGES", "Its languages, its own first (en-gb,fr)", check_languages),
    Question("PUBLIC_URL", "Where readers find it (https://news.example.org)", check_address),
    Question("EMAIL_URL", "Who sends its e-mail (smtp://user@host:587)", check_mail, secret=True),
    Question("DEFAULT_FROM_EMAIL", "Who that comes from", check_sender),
)
LEGAL = {
    "about": "A page about the newsroom",
    "contact": "Contact, a page or an e-mail address",
    "imprint": "Its imprint",
    "privacy": "What it says about privacy",
    "terms": "Its terms of use",
    "accessibility": "Its accessibility statement",
}


def check_link(kind: str, value: str) -> str:
    return environment.legal_links([f"{kind}={value}"])[kind]


def links_of(value: str) -> dict[str, str]:
    """LEGAL_LINKS piece by piece."""
    return environment.legal_links(value.split())


def joined(links: Mapping[str, str]) -> str:
    """The other way round; a link that is "" is left out."""
    return " ".join(f"{kind}={links[kind]}" for kind in LEGAL if links.get(kind))


def lacks_password(mail: str) -> bool:
    """Whether an address for e-mail names a user alone."""
    parts = urlsplit(mail)
    return bool(parts.username) and parts.password is None


def with_password(mail: str, password: str) -> str:
    parts = urlsplit(mail)
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def shown(variable: str, value: str) -> str:
    """As it may be printed: without a password."""
    parts = urlsplit(value) if variable == "EMAIL_URL" else None
    if parts is None or parts.password is None:
        return "…" if variable == "SECRET_KEY" else value
    return urlunsplit(parts._replace(netloc=f"{parts.username}:…@{parts.netloc.rpartition('@')[2]}"))
