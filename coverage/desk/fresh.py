"""Whether it is still she who signed in: before power is given, or all that was done is taken along, it is asked again.

An unlocked desk or a stolen session may work, but it makes nobody a chief editor, nor keys that outlive it.
"""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows import reauthentication
from allauth.core import ratelimit
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

PREFIX = "again"
NOT_CARRIED = {"csrfmiddlewaretoken", f"{PREFIX}-password"}


def ask_again(request: HttpRequest) -> HttpResponse | None:
    """None if she proved within REAUTHENTICATION_TIMEOUT who she is, or does so with this form; else what asks her.

    A form is answered with itself, all it brought hidden in it, and a line for the password: it goes to the same
    address and is done then. Where she proves it otherwise, in another tab, the line may stay empty. An address that
    is only read is led back to.
    """
    if is_fresh(request):
        return None
    if request.method != "POST":
        return to_question(request, request.get_full_path())
    if f"{PREFIX}-password" not in request.POST:
        return _page(request, ReauthenticateForm(user=request.user, prefix=PREFIX))
    if refused := ratelimit.consume_or_429(request, action="reauthenticate", user=request.user):
        return refused
    form = ReauthenticateForm(request.POST, user=request.user, prefix=PREFIX)
    if not form.is_valid():
        return _page(request, form)
    reauthentication.reauthenticate_by_password(request)
    return None


def to_question(request: HttpRequest, back: str) -> HttpResponse:
    """The page that asks, which leads to `back` once it is answered."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': back})}")


def is_fresh(request: HttpRequest) -> bool:
    return not reauthentication.is_reauthentication_required(request, app="coverage.desk")


def _page(request: HttpRequest, form: ReauthenticateForm) -> HttpResponse:
    """403; the server keeps nothing of it."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    carried = [
        (name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values
    ]
    context = {
        **admin.site.each_context(request),
        "title": "Is it you?",
        "form": form,
        "carried": carried,
        "has_password": request.user.has_usable_password(),
        "ways": [way for way in ways if way["id"] != "reauthenticate"],
    }
    return TemplateResponse(request, "admin/ask_again.html", context, status=403).render()
