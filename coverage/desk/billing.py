"""What was billed that day, at the desk: was it wrong, or has it changed since?"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from coverage.desk.beside import page_beside
from coverage.desk.versions import version_of
from coverage.models import Appearance, Organisation
from coverage.publishing import names
from coverage.record.models import ReleasedAppearance, ReleasedPost
from newsroom.editorial.errors import EditorialError, Invalid
from newsroom.editorial.people import User
from newsroom.editorial.roles import is_editor

STALE = "Somebody changed this billing after you opened it. What you typed is still here; above is what stands now."


class BillingForm(forms.ModelForm):
    note = forms.CharField(
        label="Note: what was wrong, and what it says now",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For readers, under each post, signed with your name. Not asked for what changed since.",
    )

    class Meta:
        model = Appearance
        fields = names.BILLED

    def __init__(self, *args: Any, site, **kwargs: Any):
        super().__init__(*args, **kwargs)
        organisation = self.fields["organisation"]
        organisation.widget = AutocompleteSelect(Appearance._meta.get_field("organisation"), site)
        organisation.widget.choices = organisation.choices
        organisation.help_text = "Whose page the name leads to."
        self.fields["name"].required = True

    def billed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names.BILLED}


def billing_page(admin, request: HttpRequest, appearance: Appearance) -> HttpResponse:
    """GET asks which of the two it is, with what was typed elsewhere; POST does one of them, once."""
    if not is_editor(request.user):
        raise PermissionDenied("Names and titles are for an editor.")
    given = {"instance": Appearance.objects.get(pk=appearance.pk), "site": admin.admin_site}
    if request.method != "POST":
        typed = {name: request.GET[name] for name in names.BILLED if name in request.GET}
        return _page(admin, request, appearance, BillingForm(initial=typed, **given))
    form = BillingForm(request.POST, **given)
    if not form.is_valid():
        return _page(admin, request, appearance, form, status=400)
    if request.POST.get("_version") != version_of(appearance):
        form.add_error(None, STALE)
        return _page(admin, request, appearance, form, status=409)
    try:
        said = _use(request.POST.get("_act", ""), appearance, form, request.user)
    except EditorialError as refused:
        _show(form, refused)
        return _page(admin, request, appearance, form, status=refused.status)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:coverage_keynote_change", args=[appearance.keynote_id]))


def _use(act: str, appearance: Appearance, form: BillingForm, by: User) -> str:
    """Does what the button said; answers a sentence."""
    if act == "wrong":
        note = form.cleaned_data["note"]
        posts = names.correct_billing(appearance, by=by, note=note, **form.billed())
        return f"Corrected as billed. Published posts with a correction: {len(posts)}."
    if act == "since":
        present = {name: form.cleaned_data[name] for name in ("name", "job_title")}
        names.change_since(
            appearance.speaker, by=by, organisation=_employer(form.cleaned_data, appearance), **present
        )
        return "Changed from now on. What was billed stays as it was."
    raise Invalid({"note": ["Say which of the two it is."]})


def _employer(typed: dict[str, Any], appearance: Appearance) -> Organisation | None:
    """Whom she works for now: the organisation chosen, or the one whose name was typed in its place."""
    chosen, name = typed["organisation"], typed["organisation_name"].strip()
    if chosen != appearance.organisation or name == appearance.organisation_name or not name:
        return chosen if name else None
    found = Organisation.objects.filter(name__iexact=name).first()
    if found is None:
        raise Invalid(
            {"organisation": [f"There is no organisation “{name}” yet: add it, then choose it here."]}
        )
    return found


def _show(form: BillingForm, refused: EditorialError) -> None:
    errors = refused.errors if isinstance(refused, Invalid) else {"": [refused.message]}
    for name, sentences in errors.items():
        form.add_error(name if name in form.fields else None, sentences)


def _page(
    admin, request: HttpRequest, appearance: Appearance, form: BillingForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "title": f"{appearance.name}, as billed",
        "appearance": appearance,
        "form": form,
        "media": form.media,
        "version": version_of(appearance),
        "posts": posts_naming(appearance),
    }
    return page_beside(admin, request, "admin/coverage/keynote/billing.html", context, status=status)


def posts_naming(appearance: Appearance) -> list[ReleasedPost]:
    """The published posts of the event that name who is billed; those that print this billing get its correction."""
    rows = ReleasedPost.objects.filter(head__desk_id=appearance.keynote.event_id, withdrawn_at=None)
    return list(rows.filter(speakers__speaker=appearance.speaker.slug).select_related("head").oldest_first())


def set_aside(formset: BaseInlineFormSet) -> list[tuple[Appearance, dict[str, str]]]:
    """Takes what was typed over the billing of somebody announced out of a keynote's form, and answers it.

    A save cannot know whether it was wrong that day or has changed since: `billing_page` asks. Another person in
    the same row is no change of a name: that is saved.
    """
    announced = set(
        ReleasedAppearance.objects.filter(desk_id__in=_keys(formset)).values_list("desk_id", flat=True)
    )
    aside = []
    for form in formset.initial_forms:
        typed = [name for name in form.changed_data if name in names.BILLED]
        if not typed or form.instance.pk not in announced or "speaker" in form.changed_data:
            continue
        if form in formset.deleted_forms:
            continue
        standing = Appearance.objects.get(pk=form.instance.pk)
        aside.append((standing, {name: form.data.get(form.add_prefix(name), "") for name in typed}))
        for name in typed:
            setattr(form.instance, name, getattr(standing, name))
            form.changed_data.remove(name)
    return aside


def _keys(formset: BaseInlineFormSet) -> list[int]:
    return [form.instance.pk for form in formset.initial_forms]


def billing_url(appearance: Appearance, typed: dict[str, str] | None = None) -> str:
    """The page that asks; `typed` fills its fields."""
    address = reverse("admin:coverage_keynote_billing", args=[appearance.keynote_id, appearance.pk])
    return f"{address}?{urlencode(typed)}" if typed else address
