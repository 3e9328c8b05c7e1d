"""What is typed in a post's or a wrap's form and not saved: kept on the server, offered back, gone when it is saved.

A page is the path of a form and the form's own key (`?form=`), so that two forms open at once never overwrite each
other's words.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from coverage.desk.versioned import audit_of
from coverage.models import Post, Typed
from coverage.models.markup import plain_text
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User

MOST = 200_000  # characters in all fields of a form together
FORMS = 20  # of a person; the oldest go
_PAGE = re.compile(r"(/admin/coverage/post/(?:add|([0-9a-f-]{36})/change)/)\?form=([0-9a-f-]{8,36})")
_WRAP = re.compile(r"/admin/coverage/event/([0-9]{1,18})/wrap/\?form=[0-9a-f-]{8,36}")
_BUTTONS = {"csrfmiddlewaretoken", "_continue", "_save", "_verb"}
SAVED = "typed-saved"  # a cookie for the script: the key of the form whose words need no keeping any more
Fields = list[tuple[str, str]]


class TakenBack(EditorialError):
    """No refusal: the form is shown with what was typed in it, and nothing is saved by that."""

    status = 200


@dataclass(frozen=True)
class Offer:
    """Something typed and not saved. `whose` is empty for one's own."""

    row: Typed
    whose: str
    words: str


def post_of(page: str) -> UUID | None:
    """The post a page is about: the one it changes, or the one it would make; None for a wrap's.

    Raises Invalid for any other page.
    """
    if event_of(page):
        return None
    found = _PAGE.fullmatch(page)
    if not found:
        raise Invalid({"page": ["Nothing is kept for this page."]})
    try:
        return UUID(found[2] or found[3])
    except ValueError:
        return None


def event_of(page: str) -> int | None:
    """The key of the event whose wrap a page is about; None: it is about a post."""
    found = _WRAP.fullmatch(page)
    return int(found[1]) if found else None


def keep(person: User, page: str, fields: Fields) -> Typed:
    """Keeps a form as it is being typed, in place of what was kept of it before. Raises Invalid."""
    post_of(page)
    kept = [[name, value] for name, value in fields if name not in _BUTTONS]
    if sum(len(name) + len(value) for name, value in kept) > MOST:
        raise Invalid({"fields": ["This is too long to be kept here before it is saved. Save it."]})
    version = dict(kept).get("_version", "")[:40]
    with transaction.atomic():
        row, _ = Typed.objects.update_or_create(
            person=person, page=page, defaults={"version": version, "data": kept, "at": timezone.now()}
        )
        older = Typed.objects.filter(person=person).order_by("-at").values("pk")[FORMS:]
        Typed.objects.filter(pk__in=list(older.values_list("pk", flat=True))).delete()
    return row


def data_of(row: Typed) -> QueryDict:
    """The form as it was typed, as it would be sent."""
    data = QueryDict(mutable=True)
    for name, value in row.data:
        data.appendlist(name, value)
    return data


def readable_by(person: User, post: Post | None) -> QuerySet[Typed]:
    """What she had typed for this post, or for new ones; and what somebody had typed whose claim she took over."""
    add = reverse("admin:coverage_post_add")
    if post is None:
        rows = Typed.objects.filter(person=person, page__startswith=add).order_by("-at")
        made = Post.objects.filter(pk__in=filter(None, map(post_of, rows.values_list("page", flat=True))))
        return rows.exclude(page__in=[f"{add}?form={pk}" for pk in made.values_list("pk", flat=True)])
    change = reverse("admin:coverage_post_change", args=[post.pk])
    whose = Q(person=person)
    if before := taken_over_from(person, post):
        whose |= Q(person=before)
    pages = Q(page__startswith=change) | Q(page=f"{add}?form={post.pk}")
    return Typed.objects.filter(whose, pages).select_related("person").order_by("-at")


def taken_over_from(person: User, post: Post) -> int | None:
    """Whose claim she holds by having taken it over; None if she does not."""
    if post.claimed_by_id != person.pk:
        return None
    last = audit_of(post).filter(verb__in=("take-over", "claim")).first()
    if last is None or last.verb != "take-over" or last.person_id != person.pk:
        return None
    return last.before["claimed_by"]


def offer(row: Typed, person: User) -> Offer:
    said = dict(row.data)
    bodies = (value for name, value in row.data if name.partition("-")[0] == "body")
    words = filter(None, (said.get("headline", "").strip(), *map(plain_text, bodies)))
    return Offer(row, "" if row.person_id == person.pk else row.person.desk_name(), " · ".join(words))


def settle(person: User, form_key: str, taken: QuerySet[Typed]) -> None:
    """Forgets what was typed in a form that is saved now, and what had been taken back into it."""
    if form_key:
        Typed.objects.filter(person=person, page__endswith=f"?form={form_key}").delete()
    taken.delete()


def say_settled(request: HttpRequest, response: HttpResponse, form_key: str) -> None:
    """Tells the page's script that this form is saved; "" is none."""
    if form_key:
        secure = request.is_secure()
        response.set_cookie(SAVED, form_key, max_age=600, path="/admin/", secure=secure, samesite="Lax")
