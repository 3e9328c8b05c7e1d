"""The verbs that ask once more before they act: publish, withdraw, put aside, bring back."""

import uuid
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from coverage.field import posts, wording
from coverage.field.door import field_page, is_restored, page
from coverage.field.forms import lines
from coverage.field.photos import slots_of
from coverage.models import Post
from coverage.publishing.billing import IncompletePictures, incomplete_pictures
from coverage.publishing.verbs import POST_VERB_FUNCTIONS
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.states import PostState


class NothingAsked(forms.Form):
    pass


class WithdrawalForm(forms.Form):
    use_required_attribute = False

    reason = forms.CharField(
        label="Reason, for readers",
        required=False,
        max_length=1000,
        widget=lines(2),
        help_text="They see it in the post’s place.",
    )
    note = forms.CharField(
        label="Note for the desk",
        required=False,
        max_length=1000,
        widget=lines(2),
        help_text="Only the newsroom sees it.",
    )


@dataclass(frozen=True)
class Step:
    """One verb's page: what it says and asks. `look` is its button's."""

    title: str
    explains: str
    button: str
    form: type[forms.Form] = NothingAsked
    shows_all: bool = False
    look: str = "main"


STEPS = {
    "publish": Step(
        "Publish this post?",
        "Readers see it at once, as it stands here.",
        "Publish now",
        shows_all=True,
        look="publish",
    ),
    "withdraw": Step(
        "Withdraw this post?",
        "Its words and pictures disappear everywhere at once. Only the chief editor can bring it back.",
        "Withdraw now",
        form=WithdrawalForm,
        look="grave",
    ),
    "spike": Step("Put this post aside?", "It will not be published. You can bring it back.", "Put aside"),
    "unspike": Step("Bring this post back?", "It becomes a draft again.", "Bring back"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@field_page
def step_page(request: HttpRequest, post_id: uuid.UUID, verb: str) -> HttpResponse:
    post = posts.own_post(request, post_id)
    if verb not in STEPS:
        raise Http404
    restoring = request.method == "POST" and is_restored(request)
    if request.method == "POST" and not restoring:
        return _act(request, post, verb)
    if not posts.is_offered(request, post, verb):
        return HttpResponseRedirect(posts.address(post))
    form = STEPS[verb].form(initial=request.POST.dict())
    waits = incomplete_pictures(post.latest_revision().content) if verb == "publish" else []
    sentence = " ".join(["Nothing has happened yet."] * restoring + waits)
    return _show(request, post, verb, form, sentence=sentence, words_wait=bool(waits))


def _show(
    request: HttpRequest,
    post: Post,
    verb: str,
    form: forms.Form,
    *,
    sentence: str = "",
    words_wait: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "post": post,
        "title": wording.title(post),
        "step": STEPS[verb],
        "form": form,
        "slots": [slot for slot in slots_of(post, request.user) if slot.image],
        "sentence": sentence,
        "words_wait": words_wait,
    }
    return page(request, post.event, "field/step.html", context, status=status)


def _act(request: HttpRequest, post: Post, verb: str) -> HttpResponse:
    version, form = posts.version_of(request), STEPS[verb].form(request.POST)
    if not form.is_valid():
        return _show(request, post, verb, form, status=400)
    if _is_repeat(request, post, verb, version):
        return HttpResponseRedirect(f"{posts.address(post)}?done={verb}")
    try:
        more = {"words_now": True} if verb == "publish" and "words_now" in request.POST else {}
        POST_VERB_FUNCTIONS[verb](post, by=request.user, version=version, **form.cleaned_data, **more)
    except Invalid as refused:
        for name, sentences in refused.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(sentences))
        fresh = posts.own_post(request, post.pk)
        wait = isinstance(refused, IncompletePictures)
        return _show(
            request, fresh, verb, form, sentence="Not done yet.", words_wait=wait, status=refused.status
        )
    except EditorialError as refused:
        fresh = posts.own_post(request, post.pk)
        if posts.is_offered(request, fresh, verb):  # somebody was faster, and what she wrote is still wanted
            return _show(request, fresh, verb, form, sentence=refused.message, status=refused.status)
        sheet = posts.open_sheet(request, fresh)
        return posts.show(request, fresh, sheet, sentence=refused.message, status=refused.status)
    return HttpResponseRedirect(f"{posts.address(post)}?done={verb}")


def _is_repeat(request: HttpRequest, post: Post, verb: str, version: int) -> bool:
    """Whether the same button was pressed twice: the post stands where the verb leads, one version on."""
    ends = {
        "publish": PostState.PUBLISHED,
        "withdraw": PostState.WITHDRAWN,
        "spike": PostState.SPIKED,
        "unspike": PostState.DRAFT,
    }
    return post.state == ends[verb] and post.version == version + 1
