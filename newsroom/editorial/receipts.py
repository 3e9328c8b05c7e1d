"""Receipts: a repeated request gets the first answer, and its work is done once."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction


class Receipt(models.Model):
    """What a person was answered to one request, kept in the transaction that did the work."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key[:8]} {self.status}"


def request_key(*parts: Any) -> str:
    """The key of a request: the same parts, in any order of their dictionaries, give the same key."""
    text = json.dumps(parts, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def once(person: models.Model, key: str, work: Callable[[], tuple[int, dict]]) -> tuple[int, dict]:
    """Does `work` once for this person and key, and answers a repeat with what the first was answered.

    The receipt is written first and filled in last, in the transaction of the work: a repeat that arrives while
    the first is under way waits for it on the unique index. If `work` raises, nothing of either remains.
    """
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(person=person, key=key)
            receipt.status, receipt.answer = work()
            receipt.save(update_fields=["status", "answer"])
            return receipt.status, receipt.answer
    except IntegrityError:
        kept = answered(person, key)
        if kept is None:  # the conflict was the work's own
            raise
        return kept


def answered(person: models.Model, key: str) -> tuple[int, dict] | None:
    """What this request was answered before; None: it was not."""
    return Receipt.objects.filter(person=person, key=key).values_list("status", "answer").first()
