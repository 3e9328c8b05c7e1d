"""Signing in: one form for the whole newsroom, a second factor where a person has one, plain words when locked out."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.admin import site
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from coverage.desk.client_address import client_address
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor


class SignInForm(AdminAuthenticationForm):
    """Takes a user name or an e-mail address; which of the two was wrong is not said."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "That user name and password do not belong together. Both are case-sensitive.",
    }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name or e-mail"

    def clean_username(self) -> str:
        typed = self.cleaned_data["username"]
        if "@" not in typed:
            return typed
        known = User.objects.filter(email__iexact=typed).values_list("username", flat=True).first()
        return known or typed


class SignInView(LoginView):
    """Hands a correct password on to the login stages: whoever has a second factor is asked for it there."""

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def form_valid(self, form: SignInForm) -> HttpResponse:
        person = form.get_user()
        login = Login(user=person, redirect_url=landing(person, self.get_redirect_url()))
        return perform_password_login(self.request, {"username": person.get_username()}, login)


def landing(person: User, asked: str) -> str:
    """Where she was going, if anywhere; else the desk for an editor, the field for whoever files from the hall."""
    desk = reverse("admin:index")
    if asked and asked != desk:
        return asked
    return desk if is_editor(person) else reverse("field:home")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs herself up, and signing in and out needs no message."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within a quarter of an hour of signing in: the password has only just been typed."""
        records = get_authentication_records(self.request, self.request.user)
        age = time.time() - max((record["at"] for record in records), default=0)
        return age > app_settings.REAUTHENTICATION_TIMEOUT and super().is_reauthentication_required(
            app=app, **kwargs
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """For allauth's limits: not our proxy's address, or all of us would share them. "" if unknown."""
        return client_address(request) or ""

    def add_message(self, request, level, message_template=None, *args: Any, **kwargs: Any) -> None:
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict | None = None):
    """The login page with what happened and what to do, and where she was going; 429. Called by axes."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    context = {
        **site.each_context(request),
        "title": "Sign in",
        "form": SignInForm(request),
        "app_path": reverse("admin:login"),
        "next": request.POST.get("next", ""),
        "locked_minutes": minutes,
    }
    return render(request, "admin/login.html", context, status=429)
