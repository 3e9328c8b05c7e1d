"""A form that adds something makes it once, however often it is sent: it carries an identity (`_id`)."""

import uuid

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from newsroom.editorial.receipts import Receipt, request_key


def given_id(text: str | None) -> uuid.UUID | None:
    """The identity a form was given when it was opened, or None."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


class AddsOnceAdmin(admin.ModelAdmin):
    """Answers a form that was sent before with what it made; two at the same moment make one."""

    def add_once(self, request: HttpRequest, object_id: str | None, view) -> HttpResponse:
        """Does `view()` unless the form it takes made its thing already, or makes it meanwhile."""
        if request.method != "POST" or object_id:
            return view()
        if made := self.made_already(request):
            return self.answer_repeat(request, made)
        try:
            response = view()
        except IntegrityError:
            if made := self.made_already(request):
                return self.answer_repeat(request, made)
            raise
        if response.status_code == 200 and (made := self.made_already(request)):
            return self.answer_repeat(
                request, made
            )  # the other was faster, and this one found its name taken
        return response

    def take_receipt(self, request: HttpRequest) -> None:
        """Call it first in the transaction that adds. Raises IntegrityError if another one adds the same."""
        if given := given_id(request.POST.get("_id")):
            request.receipt = Receipt.objects.create(person=request.user, key=self._key(given))

    def fill_receipt(self, request: HttpRequest, made: Model) -> None:
        if receipt := getattr(request, "receipt", None):
            receipt.status, receipt.answer = 200, {"pk": str(made.pk)}
            receipt.save(update_fields=["status", "answer"])

    def made_already(self, request: HttpRequest) -> Model | None:
        given = given_id(request.POST.get("_id"))
        found = given and Receipt.objects.filter(person=request.user, key=self._key(given)).first()
        return self.model._default_manager.filter(pk=found.answer["pk"]).first() if found else None

    def answer_repeat(self, request: HttpRequest, made: Model) -> HttpResponse:
        """A pop-up hands on what was made, as the first answer did; a page leads to it."""
        if "_popup" in request.POST:
            return admin.ModelAdmin.response_add(self, request, made)
        messages.info(request, "It is saved already.")
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[made.pk]))

    def _key(self, given: uuid.UUID) -> str:
        return request_key("add", self.opts.label_lower, str(given))
