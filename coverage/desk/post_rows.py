"""Speakers, quotes and pictures in the post's form: rows taken as values, saved by the filing verb as a whole."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.forms.models import BaseInlineFormSet
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from coverage.desk.post_pictures import Card, cards_of
from coverage.models import PostImage, PostSpeaker, Quote
from coverage.publishing.access import may_edit
from coverage.publishing.reach import images_for, speakers_for
from newsroom.editorial.people import User


class RowForm(forms.ModelForm):
    """One row. Its constraints hold within the form; the rows that stand in the database will be replaced."""

    def validate_unique(self) -> None:
        pass

    def validate_constraints(self) -> None:
        pass


class RowsFormSet(BaseInlineFormSet):
    """Never matched to rows of the database: after another person's save their keys are gone, these words are not."""

    def __init__(self, data=None, *args: Any, **kwargs: Any):
        super().__init__(data, *args, **{**kwargs, "save_as_new": data is not None})

    def values(self) -> list[dict]:
        """What was typed, in its order, without what was marked for removal."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.has_changed() and not self._should_delete_form(form)
        ]


class RowsInline(admin.TabularInline):
    form = RowForm
    formset = RowsFormSet
    extra = 1

    def has_view_permission(self, request, obj=None) -> bool:
        return True

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None or obj._state.adding or may_edit(request.user, obj)

    def has_add_permission(self, request, obj=None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(self.choice)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        reach = {"speaker": speakers_for, "image": images_for}.get(db_field.name)
        if reach:
            kwargs["queryset"] = reach(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A row offers to add what is missing, not to open what is chosen."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_view_related = False
        return field


class SpeakerRows(RowsInline):
    model = PostSpeaker
    choice = "speaker"
    fields = ("speaker",)
    autocomplete_fields = ("speaker",)
    verbose_name = "speaker"
    verbose_name_plural = "Speakers this post is about"


class QuoteForm(RowForm):
    class Meta:
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "attribution": forms.TextInput()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("speaker") or cleaned.get("attribution", "").strip()):
            self.add_error("speaker", "Say who said it: a speaker, or “a panellist, not identified” beside.")
        return cleaned


class QuoteRows(RowsInline):
    model = Quote
    form = QuoteForm
    choice = "speaker"
    fields = ("speaker", "attribution", "text", "verbatim", "checked")
    autocomplete_fields = ("speaker",)
    verbose_name_plural = "Quotes"


class PictureFormSet(RowsFormSet):
    """Knows what to show of the picture each row holds, as saved or as sent."""

    person: User

    @cached_property
    def cards(self) -> dict[UUID, Card]:
        return cards_of(
            [form.instance.image_id for form in self.forms if form.instance.image_id], self.person
        )

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)
        form.instance.formset = self
        return form


class PictureRows(RowsInline):
    model = PostImage
    formset = PictureFormSet
    choice = "image"
    fields = ("shown", "image", "caption")
    readonly_fields = ("shown",)
    autocomplete_fields = ("image",)
    verbose_name = "picture"
    verbose_name_plural = "Pictures"

    class Media:
        css = {"all": ["admin_theme/pictures.css"]}

    def get_formset(self, request, obj=None, **kwargs) -> type[PictureFormSet]:
        formset = super().get_formset(request, obj, **kwargs)
        formset.person = request.user
        return formset

    @admin.display(description="as it stands")
    def shown(self, row: PostImage) -> str:
        """Empty in a row that holds no picture yet."""
        card = row.formset.cards.get(row.image_id) if row.image_id else None
        return render_to_string("admin/coverage/post/picture.html", {"card": card}) if card else ""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "caption":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)
