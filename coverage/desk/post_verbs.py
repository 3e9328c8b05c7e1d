"""Using a verb from a page: from the bar of the form, or from a page of its own that works without script."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from coverage.desk.beside import page_beside
from coverage.desk.post_pictures import lacking_pictures
from coverage.desk.verbs import VerbForm, label_of, use_verb
from coverage.desk.withdrawal import confirm, says, withdrawal_url
from coverage.models import Post
from coverage.publishing.access import may
from coverage.publishing.billing import IncompletePictures
from coverage.publishing.publication import post_by_id
from newsroom.editorial.errors import WrongState
from newsroom.editorial.workflow import POST_VERBS, Verb


def verb_page(admin, request: HttpRequest, post: Post, name: str) -> HttpResponse:
    """GET asks for what the verb takes and for a yes; POST does it."""
    verb = _verb(name)
    if not may(request.user, verb, post):
        raise PermissionDenied(f"“{verb.label}” is for {verb.who.value}.")
    if request.method == "POST":
        seen = request.POST.get("_version", "")
        return act(admin, request, post, name, version=int(seen) if seen.isdigit() else -1)
    try:
        verb.check_source(post.state, review=post.review, second_reader=post.event.second_reader)
    except WrongState as refused:
        messages.error(request, refused.message)
        return to_form(post)
    with timezone.override(post.event.zone):
        return _page(admin, request, post, verb, VerbForm(verb, post))


def act(admin, request: HttpRequest, post: Post, name: str, *, version: int | None) -> HttpResponse:
    """Uses the verb with what was posted; refused, it shows a page with the sentence and what was typed."""
    verb, pressed = _verb(name), timezone.now()
    with timezone.override(post.event.zone):
        form = VerbForm(verb, post, request.POST)
        if not form.is_valid():
            if wants_json(request):
                return _refused(_sentences(form), 400)
            return _page(admin, request, post, verb, form, status=400)
        taken = form.cleaned_data | ({"words_now": True} if "words_now" in request.POST else {})
        outcome = use_verb(name, post, by=request.user, version=version, taken=taken)
        if outcome.refused and wants_json(request):
            return _refused([outcome.says], outcome.refused.status)
        if outcome.refused:
            return _page(
                admin,
                request,
                post_by_id(post.pk),
                verb,
                form,
                sentence=outcome.says,
                words_wait=isinstance(outcome.refused, IncompletePictures),
                status=outcome.refused.status,
            )
    gone = confirm(post_by_id(post.pk), by=request.user, pressed=pressed) if name == "withdraw" else None
    if wants_json(request):
        said = f"{outcome.says} {says(gone)}" if gone else outcome.says
        return JsonResponse({"says": said, "version": outcome.version})
    messages.success(request, outcome.says)
    if request.POST.get("_back") == "desk":
        return HttpResponseRedirect(reverse("admin:live_desk", args=[post_by_id(post.pk).event.slug]))
    return HttpResponseRedirect(withdrawal_url(post)) if gone else to_form(post)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of the live desk asks: it shows what is said, and the page stays."""
    return request.headers.get("Accept") == "application/json"


def _sentences(form: VerbForm) -> list[str]:
    """What is wrong, each with the name of its field: where it is read, the fields are not beside it."""
    return [
        f"{form[name].label}: {sentence}" if name in form.fields else sentence
        for name, said in form.errors.items()
        for sentence in said
    ]


def _refused(sentences: list[str], status: int) -> JsonResponse:
    return JsonResponse({"refused": sentences}, status=status)


def to_form(post: Post) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:coverage_post_change", args=[post.pk]))


def _verb(name: str) -> Verb:
    if name not in POST_VERBS:
        raise Http404(f"There is no verb “{name}”.")
    return POST_VERBS[name]


def _page(
    admin,
    request: HttpRequest,
    post: Post,
    verb: Verb,
    form: VerbForm,
    *,
    sentence: str = "",
    words_wait: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": f"{label_of(verb, post)}: {post}",
        "post": post,
        "verb": verb,
        "label": label_of(verb, post),
        "form": form,
        "sentence": sentence,
        "words_wait": words_wait,
        "lacking": lacking_pictures(post, request.user) if sentence else [],
        "zone_name": post.event.time_zone,
        "saved": getattr(request, "saved", False),
        "back": "desk" if "desk" in (request.GET.get("back"), request.POST.get("_back")) else "",
    }
    return page_beside(admin, request, "admin/coverage/post/verb.html", context, status=status)
