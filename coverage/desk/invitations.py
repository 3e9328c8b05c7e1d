"""Invitations and forgotten passwords: a link that works once, by e-mail, always under the newsroom's own address."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from coverage.desk.asked_links import admit
from coverage.desk.client_address import client_address
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User


def invite(person: User, *, by: User) -> None:
    """Sends a link to choose a password, after commit; an earlier link stops working once one was used."""
    write_audit("invite", person, by=by)
    transaction.on_commit(lambda: _send_invitation(person, by), robust=True)


def _send_invitation(person: User, by: User) -> None:
    context = {
        "person": person,
        "by": by.desk_name(),
        "link": password_link(person),
        "public_url": settings.PUBLIC_URL,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    text = render_to_string("registration/invitation_email.txt", context)
    EmailMessage("You are invited to the newsroom", text, to=[person.email]).send()


def password_link(person: User) -> str:
    """The one-time address under which this person chooses a password."""
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("password_reset_confirm", args=[uid, default_token_generator.make_token(person)])
    return f"{settings.PUBLIC_URL}{path}"


log = logging.getLogger(__name__)
# A mail server takes its time; how long an answer took would say for whom there is an account.
mailing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="password-mail")
WAITING = 50  # mails that wait for a mail server, in one process
places = BoundedSemaphore(WAITING)


class ForgottenPasswordForm(PasswordResetForm):
    """Also helps somebody who was invited and has not chosen a password yet."""

    def get_users(self, email: str):
        return User.objects.filter(email__iexact=email, is_active=True)

    def save(self, *, request: HttpRequest, **kwargs: Any) -> None:
        """Beyond the limits nothing is sent, which is logged, and who asked is told the same."""
        typed = self.cleaned_data["email"]
        known = self.get_users(typed).first()  # counted under one spelling, or there would be three for each
        if admit(known.email if known else typed, sender=client_address(request) or ""):
            super().save(request=request, **kwargs)
        else:
            log.warning("A link to choose a password was asked for too often: it was not sent.")

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """After the answer. What a mail server refuses is logged, and what there is no place for; she asks again."""
        if places.acquire(blocking=False):
            mailing.submit(super().send_mail, *args, **kwargs).add_done_callback(_sent)
        else:
            log.error("A link to choose a password was not sent: %d wait for the mail server.", WAITING)


def _sent(sent: Future) -> None:
    places.release()
    if error := sent.exception():
        log.error("A link to choose a password could not be written.", exc_info=error)


class ForgottenPasswordView(PasswordResetView):
    """Answers the same whoever asks; the link is built from PUBLIC_URL, never from the request."""

    form_class = ForgottenPasswordForm
    email_template_name = "registration/password_email.txt"
    subject_template_name = "registration/password_subject.txt"
    extra_context = {"title": "Forgotten your password?"}

    @property
    def extra_email_context(self) -> dict:
        return {"public_url": settings.PUBLIC_URL, "days": settings.PASSWORD_RESET_TIMEOUT // 86_400}


class ChoosePasswordView(PasswordResetConfirmView):
    """Sets the password of whoever holds the link, and lifts a lockout that wrong guesses caused."""

    def form_valid(self, form):
        response = super().form_valid(form)
        reset(username=self.user.get_username())
        write_audit("choose password", self.user, by=self.user)
        return response
