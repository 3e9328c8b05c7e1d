"""Sessions that know whose they are: kept in rows that can be listed and ended. One of Django's session engines.

Only this column and no other table tells a person's sessions: the row is the session, and to delete it is to end it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from newsroom.editorial.addresses import address_of, neighbourhood
from newsroom.editorial.device_names import name_of
from newsroom.editorial.people import User

KEY = "signed_in"  # in the session: when, with which browser, from which neighbourhood
SEEN_AGAIN = timedelta(minutes=1)  # a page that asks every few seconds is written down this often


class Session(AbstractBaseSession):
    """`person` is null before somebody signed in. `browser` and `neighbourhood` may be unknown: empty."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    browser = models.CharField(max_length=80, blank=True)
    neighbourhood = models.CharField(max_length=43, blank=True)

    def __str__(self) -> str:
        return self.browser or "A browser"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        return SessionStore

    def handle(self) -> str:
        """Names it in a form; who reads it there cannot use the session."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    def device(self) -> str:
        """The digest of the phone's token if a link began it; else ""."""
        return self.get_decoded().get("device", "")

    def is_alive(self, person: User) -> bool:
        """Whether her password is still the one with which it was begun."""
        return self.get_decoded().get(HASH_SESSION_KEY) == person.get_session_auth_hash()


class SessionStore(DatabaseStore):
    """Django's own, but for the columns it fills beside the data."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        row = super()._get_session_from_db()
        self.seen_at = row.seen_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row, signed_in = super().create_model_instance(data), data.get(KEY, {})
        row.person_id = data.get(SESSION_KEY)
        row.signed_in_at = datetime.fromisoformat(signed_in["at"]) if signed_in else None
        row.browser, row.neighbourhood = signed_in.get("browser", ""), signed_in.get("neighbourhood", "")
        row.seen_at = timezone.now()
        return row

    def note_seen(self) -> None:
        """Notes that she was here, once a minute, beside the data: what another request saves there is not undone."""
        now = timezone.now()
        if self.seen_at is not None and now - self.seen_at >= SEEN_AGAIN:
            Session.objects.filter(pk=self.session_key).update(seen_at=now)
            self.seen_at = now


def sessions_of(person: User) -> list[Session]:
    """Those in which she is signed in, the one seen last first. One query."""
    rows = Session.objects.filter(person=person, expire_date__gt=timezone.now()).order_by("-seen_at")
    return [row for row in rows if row.is_alive(person)]


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="newsroom.editorial.sessions")


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Notes when and from where, and deletes what is over: no command has to.

    Who signs in for a token alone, as a program does, begins no session.
    """
    if request.session.get(SESSION_KEY) != str(user.pk):
        return
    forwarded, remote = request.headers.get("X-Forwarded-For", ""), request.META.get("REMOTE_ADDR") or ""
    request.session[KEY] = {
        "at": timezone.now().isoformat(),
        "browser": name_of(request.headers.get("User-Agent", ""), unknown=""),
        "neighbourhood": neighbourhood(address_of(forwarded, remote)),
    }
    SessionStore.clear_expired()
