"""Passkeys: kept beside the app's codes, asked for after the password, or enough by themselves.

A passkey always asks its holder for a finger, a face or a PIN: it is two factors in one. What it signs is checked by
fido2, where and how a sign-in goes on by allauth.
"""

from typing import Any

from allauth.account.models import Login
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration, get_server
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import RedirectURLMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.generic import FormView
from fido2.rpid import verify_rp_id
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from coverage.desk.signing_in import landing
from newsroom.editorial.people import User

NAME_LENGTH = 80
NO_ANSWER = "No passkey answered: this takes a browser with JavaScript. Try again, or go another way."
NOT_READ = "What the passkey answered was not understood. Try again, or go another way."
NOT_KNOWN = (
    "That passkey was not accepted: it was taken off here, or this page had been open too long. "
    "Try again, or go another way."
)
NOT_TAKEN = "The passkey was not taken: this page had been open too long. Press the button again."
NOT_STAFF = "This account does not work here. Ask the chief editor of your newsroom."


class PasskeyAdapter(DefaultMFAAdapter):
    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What a passkey is called whose holder gave it no name."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"


class AnswerField(forms.JSONField):
    """What a passkey answered to the browser, as JSON: well formed, and given on a page of this address."""

    widget = forms.HiddenInput
    default_error_messages = {"required": NO_ANSWER, "invalid": NOT_READ}

    def __init__(self, kind: type[AuthenticationResponse | RegistrationResponse]):
        super().__init__()
        self.kind = kind

    def clean(self, value: Any) -> dict:
        answer = super().clean(value)
        try:
            origin = str(self.kind.from_dict(answer).response.client_data.origin)
        except (TypeError, ValueError, KeyError) as error:
            raise forms.ValidationError(NOT_READ) from error
        if not verify_rp_id(get_server().rp.id, origin):
            raise forms.ValidationError(
                f"This passkey answered a page of {origin}. Open the newsroom at {settings.PUBLIC_URL} and try again."
            )
        return answer


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=NAME_LENGTH)
    credential = AnswerField(RegistrationResponse)

    def clean(self) -> dict:
        try:
            return super().clean()
        except forms.ValidationError as refusal:
            raise forms.ValidationError(NOT_TAKEN) from refusal


class PlainlyRefused:
    """Says of a passkey that is not accepted what may have happened, where allauth speaks of a code."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except forms.ValidationError as refusal:
            if refusal.code != "incorrect_code":
                raise
            raise forms.ValidationError(NOT_KNOWN) from refusal


class SecondStepForm(PlainlyRefused, AuthenticateWebAuthnForm):
    credential = AnswerField(AuthenticationResponse)


class ReauthenticateForm(PlainlyRefused, ReauthenticateWebAuthnForm):
    credential = AnswerField(AuthenticationResponse)


class SignInForm(PlainlyRefused, LoginWebAuthnForm):
    credential = AnswerField(AuthenticationResponse)

    def clean_credential(self) -> Authenticator:
        passkey = super().clean_credential()
        if not passkey.user.is_staff:
            raise forms.ValidationError(NOT_STAFF)
        return passkey


class RenameForm(EditWebAuthnForm):
    name = forms.CharField(max_length=NAME_LENGTH)


class AddView(AddWebAuthnView):
    form_class = AddPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict:
        """The browser is asked for a passkey that signs in by itself; allauth would ask for a mere second factor."""
        shown = super().get_context_data()
        return {
            **shown,
            **kwargs,
            "js_data": {"creation_options": begin_registration(self.request.user, True)},
        }

    @transaction.atomic
    def form_valid(self, form: AddPasskeyForm) -> HttpResponse:
        return super().form_valid(form)


class RemoveView(RemoveWebAuthnView):
    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        return super().form_valid(form)


class ReauthenticateView(ReauthenticateWebAuthnView):
    form_class = ReauthenticateForm

    def form_invalid(self, form: ReauthenticateForm) -> HttpResponse:
        """The same page again, with what it was for."""
        _say_errors(self.request, form)
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))


@method_decorator(never_cache, name="dispatch")
@method_decorator(ratelimit.decorator(app="allauth.mfa", action="webauthn_login"), name="dispatch")
class PasskeySignInView(RedirectURLMixin, FormView):
    """Signs in with a passkey alone. A GET answers what the browser asks the passkey, as JSON."""

    form_class = SignInForm

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"request_options": begin_authentication()})

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        _say_errors(self.request, form)
        asked = self.get_redirect_url()
        query = f"?{urlencode({'next': asked})}" if asked else ""
        return HttpResponseRedirect(reverse("admin:login") + query)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """allauth refuses closed accounts. Wrong passwords lock nobody out of a passkey, which cannot be guessed."""
        passkey = form.cleaned_data["credential"]
        person = passkey.user
        login = Login(user=person, redirect_url=landing(person, self.get_redirect_url()))
        return perform_passwordless_login(self.request, passkey, login)


def _say_errors(request: HttpRequest, form: forms.Form) -> None:
    for sentence in form.errors["credential"]:
        messages.error(request, sentence)
