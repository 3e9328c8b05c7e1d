"""What an announced event prints is released again with every save, in the same transaction."""

import zoneinfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from coverage.desk.admin_pages import DeskAdmin
from coverage.models import Event
from coverage.publishing import programme
from coverage.publishing.life import lock_editions


class ReleasingAdmin(DeskAdmin):
    """Saves what an announced event prints, and releases it in the same transaction."""

    def event_of(self, obj) -> Event:
        raise NotImplementedError

    def save_model(self, request, obj, form, change) -> None:
        """The head is locked before the row, as in every verb."""
        event = self.event_of(obj)
        if event.pk:
            lock_editions(event)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        event = Event.objects.get(pk=self.event_of(form.instance).pk)
        request.readers_see = programme.release_programme(event)

    def zone_of(self, obj) -> zoneinfo.ZoneInfo | None:
        return self.event_of(obj).zone if obj else None

    def say_saved(self, request: HttpRequest) -> None:
        messages.success(request, "Saved. Readers see it now." if request.readers_see else "Saved.")

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        if "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self.respond(request, obj)

    def response_change(self, request, obj) -> HttpResponse:
        return (
            super().response_change(request, obj) if "_popup" in request.POST else self.respond(request, obj)
        )

    def respond(self, request: HttpRequest, obj) -> HttpResponse:
        self.say_saved(request)
        asks = self.act(request, obj)
        if asks is not None:
            return asks
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if "_addanother" in request.POST:
            return HttpResponseRedirect(f"{reverse(f'{name}_add')}?event={self.event_of(obj).pk}")
        if "_save" in request.POST:
            return HttpResponseRedirect(reverse(f"{name}_changelist"))
        return HttpResponseRedirect(reverse(f"{name}_change", args=[obj.pk]))

    def act(self, request: HttpRequest, obj) -> HttpResponse | None:
        """Does what a button of the bar asked for, after the save; a page of its own if it asks something first."""
        return None
