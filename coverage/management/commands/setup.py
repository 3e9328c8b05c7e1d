"""`manage.py setup`: what belongs to an installation, asked for or given; checked as a whole, and then kept."""

import getpass
import os
import shlex
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils.module_loading import import_string

from coverage.demo.content import EVENT as DEMO
from coverage.demo.people import demo_people
from coverage.models import Event
from coverage.setting_up import administrator, answers, logo
from newsroom import environment, kept
from newsroom.editorial.people import User

SECRETS = {"EMAIL_URL": "SETUP_EMAIL_URL"}
PASSWORD = "SETUP_PASSWORD"  # noqa: S105 - the name of a variable


class Command(BaseCommand):
    help = (
        "Sets a newsroom up: its name, publisher, logo, languages, address, legal links, e-mail and first "
        "administrator. Asks for what is not given, shows what it is going to change, and keeps it in "
        f"DATA_DIR/{kept.NAME}, which every start reads; run again, it changes what is said and nothing else. An empty "
        f"value takes one out. With --no-input it asks nothing. Passwords are asked for, or come in the variables "
        f"{PASSWORD} (the administrator's) and {SECRETS['EMAIL_URL']} (smtp://user:password@host:587)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        for question in answers.QUESTIONS:
            if not question.secret:
                parser.add_argument(_flag(question.option), metavar="TEXT", help=question.asks)
        for kind, asks in answers.LEGAL.items():
            parser.add_argument(f"--{kind}", metavar="ADDRESS", help=asks)
        picture = parser.add_mutually_exclusive_group()
        picture.add_argument("--logo", metavar="FILE", help="a PNG")
        picture.add_argument("--no-logo", action="store_true", help="take the logo away")
        parser.add_argument(
            "--production", action="store_true", help="as NEWSROOM_ENV=production, with a key made for it"
        )
        parser.add_argument("--admin", metavar="NAME", help="user name of an administrator to make")
        parser.add_argument("--admin-email", metavar="ADDRESS", default="")
        parser.add_argument("--test-mail", metavar="ADDRESS", help="send an e-mail there when all is kept")
        parser.add_argument("--no-input", action="store_false", dest="ask", help="ask nothing")

    def handle(self, **options: Any) -> None:
        self.wrong: list[str] = []
        self.ask = options["ask"]
        try:
            self.set_up(options)
        except (EOFError, KeyboardInterrupt):
            raise CommandError(
                "Nothing was changed: a question was not answered. --no-input asks none."
            ) from None

    def set_up(self, options: dict[str, Any]) -> None:
        picture = self.checked(logo.read, options["logo"]) if options["logo"] else None
        if self.wrong and self.ask:  # before anything is typed
            raise CommandError(f"Nothing was changed. {self.wrong[0]}")
        changes = self.variables(options)
        person = self.administrator(options)
        if changes.get("NEWSROOM_ENV", _present("NEWSROOM_ENV")) == "production" and _has_demo():
            self.wrong.append(
                f"The demo is in {settings.DATA_DIR}, whose people have a password others may know: set up "
                "an empty DATA_DIR for readers."
            )
        if self.wrong:
            raise CommandError("Nothing was changed.\n  " + "\n  ".join(self.wrong))
        said = _said(changes, picture, options["no_logo"], person)
        if not said:
            self.stdout.write("Everything is set as you say: nothing changes.")
        elif self.agreed(said):
            self.keep(changes, picture, options["no_logo"], person)
        self.finish(options["test_mail"], changes)

    def variables(self, options: dict[str, Any]) -> dict[str, str]:
        """What is to be set otherwise than it is, "" for what is taken out; adds to `wrong` what makes no sense."""
        wanted = {}
        for question in answers.QUESTIONS:
            given, check = _given(question, options), question.check
            if question.variable == "PUBLIC_URL" and _is_for_readers(options):
                check = answers.check_address_for_readers
            value = self.answer(question.asks, question.variable, given, check)
            if question.secret and value and self.ask and given is None and answers.lacks_password(value):
                value = answers.with_password(value, getpass.getpass("Its password: "))
            wanted[question.variable] = value
        wanted["LEGAL_LINKS"] = self.links(options)
        wanted |= self.place(options, wanted["PUBLIC_URL"])
        changes = {name: value for name, value in wanted.items() if value != _present(name)}
        self.wrong += [
            f"{name} is set in the environment, which wins over what is kept: change it there."
            for name in changes
            if _is_said_elsewhere(name)
        ]
        return changes

    def links(self, options: dict[str, Any]) -> str:
        present = answers.links_of(_present("LEGAL_LINKS"))
        links = {}
        for kind, asks in answers.LEGAL.items():

            def check(value: str, kind: str = kind) -> str:
                return answers.check_link(kind, value)

            links[kind] = self.answer(asks, "", options[kind], check, present.get(kind, ""))
        return answers.joined(links)

    def place(self, options: dict[str, Any], public_url: str) -> dict[str, str]:
        """Whether it is a newsroom in production, and then its key. No demo in either case: it is somebody's now."""
        wanted = {"NEWSROOM_DEMO": "0"}
        is_wanted = _is_for_readers(options)
        if self.ask and not is_wanted and public_url.startswith("https://"):
            is_wanted = self.yes("Is this for readers, in production?")
        if is_wanted:
            wanted |= {
                "NEWSROOM_ENV": "production",
                "SECRET_KEY": _present("SECRET_KEY") or settings.SECRET_KEY,
            }
            if not public_url.startswith("https://"):
                self.wrong.append(
                    "In production the newsroom's address must begin with https://: --public-url."
                )
        return wanted

    def answer(
        self, asks: str, variable: str, given: str | None, check: Callable[[str], str], present: str = ""
    ) -> str:
        """What was given, or asked for, else what there is; "" for nothing. Asked, it asks until it makes sense."""
        present = present or _present(variable)
        if not self.ask or given == "" or _is_said_elsewhere(variable):
            return self.checked(check, given) if given else present if given is None else ""
        hint = f"{answers.shown(variable, present)}{', - for none' if present else ''}"
        while True:
            typed = given or input(f"{asks} [{hint}]: ").strip()
            if typed in ("", "-"):
                return "" if typed else present
            try:
                return check(typed)
            except ImproperlyConfigured as error:
                self.stdout.write(str(error))
                given = None

    def checked(self, check: Callable[[str], Any], given: str) -> Any:
        try:
            return check(given)
        except ImproperlyConfigured as error:
            self.wrong.append(str(error))
            return ""

    def administrator(self, options: dict[str, Any]) -> User | None:
        """The person to make; None: nobody is to be made, or there is one."""
        self.migrate()
        name, email = options["admin"], options["admin_email"]
        if administrator.there().exists() and not name:
            return None
        if not name and self.ask:
            name = input("User name of the first administrator [none now]: ").strip()
            email = email or (name and input("Her e-mail address: ").strip())
        if not name:
            return None
        if administrator.there().filter(username=name).exists():
            return None
        return self.person(name, email)

    def person(self, name: str, email: str) -> User | None:
        password = os.environ.get(PASSWORD, "")
        if not password and not self.ask:
            self.wrong.append(
                f"Set {PASSWORD} to the password of {name}; it is no option, for others see those."
            )
            return None
        while True:
            typed = password or getpass.getpass(f"Password of {name}: ")
            if not password and getpass.getpass("Once more: ") != typed:
                self.stdout.write("These are two different passwords.")
                continue
            try:
                return administrator.check(name, email, typed)
            except ValidationError as error:
                refused = [f"The administrator {name}: {message}" for message in error.messages]
            if password or not self.ask:
                self.wrong += refused
                return None
            self.stdout.write("\n".join(refused))
            name = input(f"User name [{name}]: ").strip() or name
            email = input(f"E-mail address [{email}]: ").strip() or email

    def migrate(self) -> None:
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as error:
            raise CommandError(f"Nothing was changed: the database does not answer ({error}).") from error

    def agreed(self, said: list[str]) -> bool:
        self.stdout.write("\n".join(said))
        if not self.ask or self.yes("Keep this?"):
            return True
        raise CommandError("Nothing was changed.")

    def yes(self, asks: str) -> bool:
        return input(f"{asks} [Y/n] ").strip().lower() in ("", "y", "yes")

    @transaction.atomic
    def keep(
        self, changes: dict[str, str], picture: bytes | None, no_logo: bool, person: User | None
    ) -> None:
        """Writes all of it; what cannot be written takes the administrator back."""
        if person:
            administrator.make(person)
        try:
            if picture:
                logo.put(picture)
            elif no_logo:
                logo.take_away()
            if changes:
                kept.keep(settings.DATA_DIR, changes)
        except OSError as error:
            raise CommandError(f"DATA_DIR cannot be written: {error}.") from error
        self.stdout.write(
            f"Kept in {settings.DATA_DIR}. Start the newsroom anew: DATA_DIR={shlex.quote(str(settings.DATA_DIR))} "
            "make run"
        )

    def finish(self, test_mail: str | None, changes: dict[str, str]) -> None:
        if not administrator.there().exists():
            self.stdout.write("There is no administrator yet: run this again with --admin NAME.")
        if test_mail:
            self.send(test_mail, lambda name: changes.get(name, _present(name)))

    def send(self, to: str, said: Callable[[str], str]) -> None:
        """By what is kept now, which this process was not started with."""
        host = urlsplit(said("PUBLIC_URL")).hostname or settings.PUBLIC_HOST
        house = said("NEWSROOM_NAME") or host
        mail = EmailMessage(
            f"{house} sends e-mail",
            f"This is the e-mail that manage.py setup was told to send from {house}. It arrived.\n",
            said("DEFAULT_FROM_EMAIL") or environment.sender(house, host),
            [to],
        )
        mailer = environment.mailers(said("EMAIL_URL") or "console:")["default"]
        try:
            import_string(mailer["BACKEND"])(alias="default", **mailer.get("OPTIONS", {})).send_messages(
                [mail]
            )
        except OSError as error:  # smtplib's errors are
            raise CommandError(
                f"The e-mail to {to} was not sent: {error}. What you said is kept; mend {SECRETS['EMAIL_URL']} and "
                "run this again."
            ) from error
        self.stdout.write(f"Sent an e-mail to {to}: see whether it arrives.")


def _flag(option: str) -> str:
    return f"--{option.replace('_', '-')}"


def _given(question: answers.Question, options: dict[str, Any]) -> str | None:
    if question.secret:
        return os.environ.get(SECRETS[question.variable])
    return options[question.option]


def _is_said_elsewhere(variable: str) -> bool:
    return bool(os.environ.get(variable)) and variable not in settings.KEPT


def _is_for_readers(options: dict[str, Any]) -> bool:
    return options["production"] or _present("NEWSROOM_ENV") == "production"


def _has_demo() -> bool:
    return Event.objects.filter(slug=DEMO.slug).exists() or demo_people().exists()


def _present(variable: str) -> str:
    """What counts at the next start."""
    if _is_said_elsewhere(variable):
        return os.environ[variable]
    return kept.values(settings.DATA_DIR).get(variable, "")


def _said(changes: dict[str, str], picture: bytes | None, no_logo: bool, person: User | None) -> list[str]:
    """What is going to change, a line each, without a password."""
    lines = [
        f"  {name}: {answers.shown(name, _present(name)) or 'not set'} → {answers.shown(name, value) or 'not set'}"
        for name, value in changes.items()
    ]
    if picture:
        lines.append("  logo: a new one")
    if no_logo and logo.path().exists():
        lines.append("  logo: none")
    if person:
        lines.append(f"  administrator: {person.username}")
    return lines
