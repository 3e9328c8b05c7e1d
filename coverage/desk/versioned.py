"""The version in every form of the desk: put there by the admin class, whatever fields a form shows."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from coverage.desk.conflicts import Side, keep_gone_rows, sides
from coverage.desk.searched import SearchedAdmin
from coverage.desk.versions import version_of
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import EditorialError, StaleState

STALE = "Somebody changed this after you opened it. What you typed is still here; above is what stands now."


def audit_of(thing: Model) -> QuerySet[AuditRow]:
    """Everything done to a thing, the latest first."""
    return AuditRow.objects.filter(thing_type=thing._meta.label_lower, thing_id=str(thing.pk))


class VersionedAdmin(SearchedAdmin):
    """A save under an old version is refused, and the form shown again with both versions in it."""

    rows: tuple[str, ...] = ()  # the related names of what is saved in the same form

    def version_of(self, standing: Model) -> str:
        """With the rows of its form: who changes those overwrites nobody either."""
        return version_of(
            standing, [row for name in self.rows for row in getattr(standing, name).order_by("pk")]
        )

    def get_object(self, request, object_id, from_field=None) -> Model | None:
        """Notes the version of what is read first: a form that shows something newer is refused, never taken."""
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and not hasattr(request, "seen_version"):
            request.seen_version = self.version_of(obj)
        return obj

    def stale(self, request: HttpRequest, object_id: str | None) -> StaleState | None:
        """The refusal of a form that is known to be old before it is read: rows it names may be gone."""
        if request.method != "POST" or not object_id:
            return None
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_change_permission(request, obj) or self._is_current(request, obj):
            return None
        return StaleState(STALE)

    def check_version(self, request: HttpRequest, obj: Model) -> Model:
        """The row as it stands, locked. Raises StaleState if it is not what the form was opened on."""
        standing = self.model._default_manager.select_for_update().get(pk=obj.pk)
        if not self._is_current(request, standing):
            raise StaleState(STALE)
        return standing

    def _is_current(self, request: HttpRequest, standing: Model) -> bool:
        return request.POST.get("_version") == self.version_of(standing)

    def meet(self, request: HttpRequest, object_id: str) -> None:
        """Prepares `request.POST` to be shown again after another save: rows that are gone become new ones."""
        obj = self.get_object(request, unquote(object_id))
        data = request.POST.copy()
        for formset, inline in self.get_formsets_with_inlines(request, obj):
            standing = formset(instance=obj, queryset=inline.get_queryset(request)).get_queryset()
            keep_gone_rows(data, formset.get_default_prefix(), {str(row.pk) for row in standing})
        request.POST = data

    def meet_refusal(self, request: HttpRequest, object_id: str | None, refused: EditorialError) -> None:
        """Nothing was saved; the form will be shown again with the sentence."""
        if isinstance(refused, StaleState) and object_id:
            self.meet(request, object_id)
        request.refused = refused

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        standing = self.model._default_manager.filter(pk=obj.pk).first() if change and obj else None
        if standing:
            context["seen_version"] = request.POST.get("_version") or request.seen_version
            if isinstance(getattr(request, "refused", None), StaleState):
                context |= self.conflict(request, context, standing)
                context["errors"] = [said for said in context["errors"] or () if STALE not in said]
        return super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj
        )

    def conflict(self, request: HttpRequest, context: dict, standing: Model) -> dict[str, Any]:
        """What the page needs to show theirs beside mine; the form that is shown has seen `standing`."""
        seen = self.version_of(standing)
        found: list[Side] = sides(context["adminform"].form, context["inline_admin_formsets"], standing)
        return {"seen_version": seen, "conflict": found, "last_change": audit_of(standing).first()}
