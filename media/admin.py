"""Pictures in the admin."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.timezone import localtime

from media import access, ingest, renditions, specs, texts
from media.details import FIELDS
from media.forms import DescribeForm
from media.models import Image, ImageState
from media.previews import can_show, preview_response
from media.sending_pages import fill, row, send_form, send_page
from media.showing import missing_of
from media.suggestions import said_besides, suggestions_for
from newsroom.editorial.audit import write_audit
from newsroom.editorial.errors import EditorialError

_WIDEST_PREVIEW = 1920
_RIGHTS = [
    *("basis", "creator", "copyright_notice", "web_statement", "licensor_url", "digital_source_type"),
    *(("lease_from", "lease_until"), "embargo_until"),
]


class MissingFilter(admin.SimpleListFilter):
    """What keeps a picture from readers."""

    title = "missing"
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("any", "anything"), ("credit", "credit"), ("alt", "alternative text"), ("file", "file")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        lacking = {
            "credit": Q(credit=""),
            "alt": Q(alt_text=""),
            "file": Q(state__in=[ImageState.AWAITED, ImageState.REFUSED]),
        }
        lacking["any"] = lacking["credit"] | lacking["alt"] | lacking["file"]
        return queryset.filter(lacking[self.value()]) if self.value() in lacking else queryset


class ImageAdmin(admin.ModelAdmin):
    """What the newsroom knows of a picture by itself; the desk adds the posts that hold it, and registers it."""

    form = DescribeForm
    change_form_template = "media/admin/change_form.html"
    change_list_template = "media/admin/change_list.html"
    list_display = ("thumbnail", "title", "state", "credit", "missing", "looks_like", "uploaded_by", "added")
    list_display_links = ("thumbnail", "title")
    list_filter = ("state", MissingFilter)
    list_select_related = ("same_as", "uploaded_by")
    list_per_page = 50
    search_fields = ("credit", "alt_text", "caption", "original_name")
    readonly_fields = ("preview", "state", "reason", "in_it", "files", "facts")
    actions = None
    first_fields = ("state",)

    class Media:
        css = {"all": ["admin_theme/pictures.css"]}
        js = [Script("js/pictures_admin.js", type="module")]

    # Reading

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return super().get_queryset(request).at_desk(request.user).with_files()

    def get_fieldsets(self, request: HttpRequest, obj: Image | None = None) -> list[tuple[str | None, dict]]:
        waits, may_change = obj is not None and _waits(obj), self.has_change_permission(request, obj)
        reason, file = ["reason"] if obj and obj.refusal else [], ["file"] if may_change else []
        is_cut = may_change and obj is not None and obj.has_bytes() and not obj.same_as_id
        crops = ["preview", *([("focal_x", "focal_y")] if is_cut else [])]
        return [
            (None, {"fields": [*self.first_fields, *reason, *(file if waits else [])]}),
            *([] if waits else [("Crops" if is_cut else "Picture", {"fields": crops})]),
            ("Texts", {"fields": ["alt_text", "credit", "caption", "people" if may_change else "in_it"]}),
            ("Rights", {"fields": _RIGHTS}),
            ("File", {"fields": [*([] if waits else file), "files", "facts"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused", None)
        for name in form.base_fields.keys() - set(flatten_fieldsets(self.get_fieldsets(request, obj))):
            del form.base_fields[name]  # one that is not shown is not sent either
        return form

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Each picture of the page with those that look like it, in `alike`; the same queries for any number."""
        listed = super().get_changelist_instance(request)
        alike = self.get_queryset(request).alike(listed.result_list)
        for image in listed.result_list:
            image.alike = alike[image.pk]
        return listed

    @admin.display(description="")
    def thumbnail(self, image: Image) -> str:
        return render_to_string("media/admin/thumbnail.html", {"image": image, "can_show": can_show(image)})

    @admin.display(description="picture")
    def title(self, image: Image) -> str:
        return str(image)

    @admin.display(description="missing")
    def missing(self, image: Image) -> str:
        said = ", ".join(missing_of(image)) or "–"
        return (
            render_to_string(
                "media/admin/fill.html", {"image": image, "name": self.title(image), "said": said}
            )
            if _waits(image)
            else said
        )

    @admin.display(description="looks like")
    def looks_like(self, image: Image) -> str:
        """The likest picture, and how many more; its own page shows them all."""
        if not image.alike:
            return "–"
        first, *more = image.alike
        context = {"image": first, "name": self.title(first), "more": len(more)}
        return render_to_string("media/admin/alike.html", context)

    @admin.display(description="added", ordering="created_at")
    def added(self, image: Image) -> str:
        """In the zone that is current: the desk's."""
        return f"{localtime(image.created_at):%-d %b %Y, %H:%M %Z}"

    @admin.display(description="preview")
    def preview(self, image: Image) -> str:
        context = {"image": image, "can_show": can_show(image), "shapes": specs.SHAPES.values()}
        return render_to_string("media/admin/preview.html", context)

    @admin.display(description="reason")
    def reason(self, image: Image) -> str:
        """Why it is withdrawn or refused, or why the file before was kept."""
        return image.refusal

    @admin.display(description="people")
    def in_it(self, image: Image) -> str:
        return ", ".join(image.people or image.root().people) or "–"

    @admin.display(description="renditions")
    def files(self, image: Image) -> str:
        order = list(specs.SPECS)
        rows = sorted(image.root().renditions.all(), key=lambda row: order.index(row.spec))
        return render_to_string(
            "media/admin/renditions.html",
            {"image": image, "rows": rows, "failed": any(row.state == "failed" for row in rows)},
        )

    @admin.display(description="file")
    def facts(self, image: Image) -> str:
        return render_to_string("media/admin/facts.html", {"image": image, "besides": said_besides(image)})

    # Permissions

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or (obj.state != ImageState.WITHDRAWN and access.may_change(request.user, obj))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Only what no reader can have seen; the rest is withdrawn, not deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or _waits(obj))

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        write_audit("delete", obj, by=request.user, from_state=obj.state)
        super().delete_model(request, obj)

    # Addresses

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<uuid:image_id>/preview/",
                wrap(self.preview_view, cacheable=True),
                name="media_image_preview",
            ),
            path("<uuid:image_id>/try-again/", wrap(self.try_again_view), name="media_image_try_again"),
            path("<uuid:image_id>/fill/", wrap(self.fill_view), name="media_image_fill"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, image_id: UUID) -> HttpResponseBase:
        """The picture itself, for whoever may see it in the admin. `?width=` in pixels."""
        image = get_object_or_404(self.get_queryset(request), pk=image_id)
        if not self.has_view_permission(request, image):
            raise PermissionDenied
        width = request.GET.get("width", "")
        return preview_response(
            image, width=int(width) if width.isdecimal() and len(width) < 5 else _WIDEST_PREVIEW
        )

    def _hers(self, request: HttpRequest, image_id: UUID) -> Image:
        """The image of an address, which this person may change. Raises Http404 and PermissionDenied."""
        image = get_object_or_404(self.get_queryset(request), pk=image_id)
        if not self.has_change_permission(request, image):
            raise PermissionDenied
        return image

    def try_again_view(self, request: HttpRequest, image_id: UUID) -> HttpResponseBase:
        """Gives the renditions that failed three new tries."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        image = self._hers(request, image_id)
        count = renditions.try_again(image, by=request.user)
        self.message_user(
            request, f"{count} renditions will be made again." if count else "Nothing had failed."
        )
        return redirect("admin:media_image_change", image_id)

    def fill_view(self, request: HttpRequest, image_id: UUID) -> HttpResponseBase:
        """For a script. POST takes the file of an awaited picture; GET asks how its row stands meanwhile."""
        if request.method not in ("GET", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        answer = fill if request.method == "POST" else row
        return answer(self, request, self._hers(request, image_id))

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:
        form = send_form(request) if self.has_add_permission(request) else None
        return super().changelist_view(request, {**(extra_context or {}), "send_form": form})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        return send_page(self, request, extra_context)

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None):
        """A verb's refusal is shown in the form, and nothing that was typed is lost."""
        self._take_suggestion(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except EditorialError as refused:
            request.refused = refused
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = refused.status
            return response

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any):
        context["show_save_and_add_another"] = False
        if obj := kwargs.get("obj"):
            alike = self.get_queryset(request).alike([obj])[obj.pk]
            context["similar"] = [(one, self.title(one)) for one in alike]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Image, form: DescribeForm, change: bool) -> None:
        changed = {field: form.cleaned_data[field] for field in FIELDS if field in form.changed_data}
        upload, person = form.cleaned_data.get("file"), request.user
        if upload and not obj.has_bytes():
            ingest.receive(upload, image_id=obj.pk, by=person, **changed)
            return
        texts.describe(obj, by=person, **changed)
        if upload:
            ingest.replace(obj, upload, by=person)
            self.message_user(request, "The file was replaced; its renditions are being made.")

    def _take_suggestion(self, request: HttpRequest, object_id: str | None) -> None:
        """“Use this” was pressed: the form comes with the suggestion in its field, and the page stays open."""
        field = request.POST.get("_use") if request.method == "POST" and object_id else None
        image = self.get_object(request, unquote(object_id)) if field else None
        said = next((one for one in suggestions_for(image) if one.field == field), None) if image else None
        if said:
            request.POST = request.POST.copy()
            request.POST[said.field], request.POST["_continue"] = said.value, "1"


def _waits(image: Image) -> bool:
    """Whether its page asks for its file."""
    return image.state in (ImageState.AWAITED, ImageState.REFUSED)
