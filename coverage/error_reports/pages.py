"""`/events/<event>/posts/<id>/report/`: a reader says what is wrong with a post, and the desk hears of it.

The only way from readers to the desk, so it lies outside `coverage.front`: what it shows is read from the record, and
what was sent goes through one verb. It sets the cookie its form needs, and is kept by no cache.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coverage.error_reports.forms import ReportForm
from coverage.front.pages import page
from coverage.front.post import gone_page
from coverage.front.reading import public_head
from coverage.publishing.error_reports import receive
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.titles import title_of
from newsroom.editorial.addresses import address_of
from newsroom.editorial.errors import EditorialError

FOR_ONE_READER = "private, no-store"


@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, event: str, post: str) -> HttpResponse:
    """The form, and what became of it: sent, it leads on to the thanks; refused, every word is still there."""
    response = _answer(request, public_head(event), post)
    response["Cache-Control"] = FOR_ONE_READER
    return response


@require_safe
def sent_page(request: HttpRequest, event: str, post: str) -> HttpResponse:
    """The thanks. It knows nothing of what was sent: loaded again it sends nothing."""
    head = public_head(event)
    context = {"head": head, "public_id": post}
    address = reverse("error_reports:sent", args=[event, post])
    response = page("error_reports/sent.html", context, canonical=address, language=head.language)
    response["Cache-Control"] = FOR_ONE_READER
    return response


def _answer(request: HttpRequest, head: EventHead, public_id: str) -> HttpResponse:
    post = head.posts.filter(public_id=public_id).first()
    if post is None:
        raise Http404  # it may have moved: `coverage.front.moved` leads on, with all that was sent
    if post.withdrawn_at:
        return gone_page(head, post)
    with translation.override(head.language):
        if request.method == "POST":
            return _receive(request, head, post)
        return _form_page(request, head, post, ReportForm())


def _receive(request: HttpRequest, head: EventHead, post: ReleasedPost) -> HttpResponse:
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form_page(request, head, post, form, status=400)
    if getattr(request, "has_old_token", False):
        form.add_error(
            None, _("Your browser did not send this form’s cookie along. Please send it once more.")
        )
        return _form_page(request, head, post, form, status=403)
    typed = form.cleaned_data
    try:
        receive(
            post.public_id,
            text=typed["text"],
            email=typed["email"],
            form=typed["form"],
            address=address_of(
                request.headers.get("X-Forwarded-For", ""), request.META.get("REMOTE_ADDR", "")
            ),
        )
    except EditorialError as refused:
        form.add_error(None, refused.message)
        response = _form_page(request, head, post, form, status=refused.status)
        for name, value in refused.headers().items():
            response[name] = value
        return response
    return HttpResponseRedirect(reverse("error_reports:sent", args=[head.slug, post.public_id]))


def _form_page(
    request: HttpRequest, head: EventHead, post: ReleasedPost, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "head": head,
        "post": post,
        "title": post.title or title_of(post),
        "form": form,
        "csrf_token": get_token(request),
    }
    address = reverse("error_reports:report", args=[head.slug, post.public_id])
    return page("error_reports/form.html", context, canonical=address, language=head.language, status=status)
