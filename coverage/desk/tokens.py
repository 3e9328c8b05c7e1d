"""A person's tokens: her programs', made under a name and shown once, and her phones'. A new password ends them all."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from knox.models import AuthToken

from coverage.desk.fresh import ask_again
from coverage.desk.phones import show
from coverage.publishing.devices import links_open, make_link, revoke
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User
from newsroom.editorial.tokens import TokenName


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        widget=forms.TextInput({"size": 40, "autocomplete": "off"}),
        help_text="The program it is for: “Photo desk's uploader”.",
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        """Also what a reload of the page that shows a token comes to: no second token."""
        name = self.cleaned_data["name"]
        if tokens_of(self.person).filter(named__name=name).exists():
            raise forms.ValidationError(
                "You have a token of this name. Revoke it first, or choose another name."
            )
        return name


@require_http_methods(["GET", "HEAD", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """A person's own tokens, the form that makes one, and the one just made."""
    if request.method == "POST" and "revoke" in request.POST:
        return _revoke(request)
    if request.method == "POST" and (asked := ask_again(request)):
        return asked
    joins = request.method == "POST" and "join" in request.POST
    shown = show(request.user, make_link(request.user, None, by=request.user)) if joins else None
    form, made = TokenForm(request.user, None if joins else request.POST or None), ""
    if form.is_valid():
        made = make_token(request.user, form.cleaned_data["name"])
        form = TokenForm(request.user)
    context = {
        **admin.site.each_context(request),
        "title": "Tokens",
        "shown": shown,
        "form": form,
        "made": made,
        "tokens": tokens_of(request.user),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/tokens.html", context)


def tokens_of(person: User) -> QuerySet[AuthToken]:
    """The newest first, with their names, and the phones they belong to."""
    return (
        AuthToken.objects.filter(user=person).select_related("named", "device").order_by("-created", "digest")
    )


@transaction.atomic
def make_token(person: User, name: str) -> str:
    """Makes a token under a name and writes the audit. Returns what the program sends; it is kept nowhere."""
    kept, token = AuthToken.objects.create(person)
    TokenName.objects.create(token=kept, name=name)
    write_audit("make token", person, by=person, note=name)
    return token


@transaction.atomic
def end_tokens(person: User) -> int:
    """Ends all tokens of a person, and the links that would make one; answers how many rows went."""
    now = timezone.now()
    links_open(at=now).filter(person=person).update(withdrawn_at=now)
    return AuthToken.objects.filter(user=person).delete()[0]


class TokensEndWithThePassword:
    """One of AUTH_PASSWORD_VALIDATORS: Django tells them of every new password, whichever page or command set it."""

    def validate(self, password: str, user: User | None = None) -> None:
        pass

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is not None:
            end_tokens(user)

    def get_help_text(self) -> str:
        return "Programs that work with a token of yours need a new one afterwards."


def _revoke(request: HttpRequest) -> HttpResponse:
    token = tokens_of(request.user).filter(digest=request.POST["revoke"]).first()
    if token is not None:
        revoke(token, by=request.user)
        messages.success(
            request, "Revoked. Whatever sends that token is refused from now on; a phone is signed out."
        )
    else:
        messages.info(request, "That token is gone already.")
    return HttpResponseRedirect(reverse("admin:tokens"))
