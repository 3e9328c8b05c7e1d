"""The newsroom's addresses, and some more that break. Each has a desk's words in its hands when it does."""

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from coverage.models import Post
from newsroom import urls

handler404, handler500 = urls.handler404, urls.handler500


def by_its_words(request: HttpRequest) -> HttpResponseBase:
    post = Post.objects.get()
    words = f"{post.headline} {post.body}"
    try:
        int(words)
    except ValueError as error:
        error.add_note(words)
        raise LookupError(words) from error
    return HttpResponse(words)


def by_the_database(request: HttpRequest) -> HttpResponseBase:
    """PostgreSQL prints the whole row that breaks a rule."""
    post = Post.objects.get()
    post.state = None
    post.save()
    return HttpResponse()


def by_a_key(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse({}[Post.objects.get().headline])


def by_a_database_that_is_away(request: HttpRequest) -> HttpResponseBase:
    raise OperationalError("connection refused")


def suspicious(request: HttpRequest) -> HttpResponseBase:
    raise SuspiciousOperation(Post.objects.get().headline)


def sent(request: HttpRequest) -> HttpResponseBase:
    raise RuntimeError(request.body.decode())


def named(request: HttpRequest, slug: str) -> HttpResponseBase:
    raise RuntimeError(slug)


@cache_control(public=True, max_age=1)
def kept(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse()


urlpatterns = [
    path("broken/words/", csrf_exempt(by_its_words)),
    path("broken/database/", csrf_exempt(by_the_database)),
    path("away/", by_a_database_that_is_away),
    path("api/v1/away/", by_a_database_that_is_away),
    path("broken/key/", csrf_exempt(by_a_key)),
    path("broken/suspicious/", suspicious),
    path("broken/sent/", csrf_exempt(sent)),
    path("broken/named/<slug:slug>/", csrf_exempt(named)),
    path("api/v1/broken/", by_its_words),
    path("kept/", kept),
    *urls.urlpatterns,
]
