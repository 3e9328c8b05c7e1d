"""Lists in pages of at most 100. Links go to the public address, never to whatever the Host header said."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from coverage.api.door import valid

LIMIT, MOST = 50, 100


class PageQuery(serializers.Serializer):
    limit = serializers.IntegerField(
        min_value=1, default=LIMIT, help_text=f"Entries a page; of more than {MOST} it is {MOST}."
    )

    def validate_limit(self, limit: int) -> int:
        return min(limit, MOST)


class OffsetQuery(PageQuery):
    offset = serializers.IntegerField(
        min_value=0, max_value=1_000_000, default=0, help_text="Entries to leave out at the beginning."
    )


class CursorQuery(PageQuery):  # the context has the salt of the list
    cursor = serializers.CharField(
        required=False, help_text="Where the next page begins: follow `next`, which has it."
    )

    def validate_cursor(self, cursor: str) -> list:
        try:
            return signing.loads(cursor, salt=self.context["salt"])
        except signing.BadSignature as forged:
            raise serializers.ValidationError(
                "This is no cursor of this list: follow its `next`, or leave it out."
            ) from forged


def page_of(rows: Any, request: Request, shape: Callable[[Any], Any]) -> Response:
    """A page of a short list (a sliceable thing in a fixed order), by offset."""
    query = valid(OffsetQuery(data=request.query_params.dict()))
    start, end = query["offset"], query["offset"] + query["limit"]
    found = list(rows[start : end + 1])
    following = _link(request, "offset", end) if len(found) > query["limit"] else None
    return Response({"next": following, "results": [shape(row) for row in found[: query["limit"]]]})


def newest_first(rows: QuerySet, column: str, request: Request, shape: Callable[[Any], Any]) -> Response:
    """A page of a list that grows at its head: ordered by (`column`, pk) descending, anchored on the last row.

    Nothing comes twice and nothing is passed over while new rows arrive. A cursor is good for its own list alone: one
    from before the token was lost is refused.
    """
    salt = f"api.page.{rows.model._meta.label_lower}.{column}"
    query = valid(CursorQuery(data=request.query_params.dict(), context={"salt": salt}))
    if "cursor" in query:
        value, pk = query["cursor"]
        rows = rows.filter(Q(**{f"{column}__lt": value}) | Q(**{column: value, "pk__lt": pk}))
    found = list(rows.order_by(f"-{column}", "-pk")[: query["limit"] + 1])
    page, following = found[: query["limit"]], None
    if len(found) > len(page):
        value = getattr(page[-1], column)
        plain = value.isoformat() if isinstance(value, datetime.datetime) else value
        following = _link(request, "cursor", signing.dumps([plain, str(page[-1].pk)], salt=salt))
    return Response({"next": following, "results": [shape(row) for row in page]})


def _link(request: Request, name: str, value: Any) -> str:
    return replace_query_param(public_url(request.get_full_path()), name, value)


def public_url(path: str) -> str:
    """The whole address of a path."""
    return f"{settings.PUBLIC_URL}{path}"
