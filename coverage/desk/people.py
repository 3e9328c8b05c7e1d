"""The people of the newsroom: invited by name, address and role, never given a password, never deleted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import slugify

from coverage.desk import sessions
from coverage.desk.admin_pages import DeskAdmin, DeskForm
from coverage.desk.fresh import ask_again
from coverage.desk.invitations import invite
from coverage.desk.second_factor import has_second_factor, remove_second_factor
from coverage.models import Assignment
from coverage.publishing import devices
from newsroom.editorial.audit import write_audit
from newsroom.editorial.people import User
from newsroom.editorial.roles import CHIEF, ROLES

REVOKE = "revoke-phone:"
END = "end-session:"


class PersonForm(DeskForm):
    role = forms.ChoiceField(
        choices=[(role, role) for role in ROLES],
        help_text="Reporters and photographers work on what is theirs; editors on all coverage; chiefs also on people.",
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "byline", "credit", "is_active")
        help_texts = {"is_active": "Off: cannot sign in any more. What was written stays, under its byline."}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        new = not self.instance.pk
        for name in ("first_name", "email"):
            if name in self.fields:
                self.fields[name].required = new
        if not new and "role" in self.fields:
            self.fields["role"].initial = role_shown(self.instance)

    def in_words(self, person: User, name: str) -> str | None:
        return role_shown(person) if name == "role" else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk and self._closes_last_chief(cleaned):
            self.add_error(
                None, "This is the last chief editor who can sign in: make somebody else one first."
            )
        return cleaned

    def _closes_last_chief(self, cleaned: dict) -> bool:
        stays = cleaned.get("is_active", True) and (
            cleaned.get("role") == CHIEF or self.instance.is_superuser
        )
        others = User.objects.filter(is_active=True).exclude(pk=self.instance.pk)
        return (
            not stays and not (others.filter(is_superuser=True) | others.filter(groups__name=CHIEF)).exists()
        )


class AssignmentRows(admin.TabularInline):
    model = Assignment
    fields = ("event", "may_publish", "guest")
    extra = 1
    verbose_name = "event"
    verbose_name_plural = "Events covered"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "event":
            field.widget.can_change_related = field.widget.can_view_related = False
        return field


class UserAdmin(DeskAdmin):
    form = PersonForm
    inlines = (AssignmentRows,)
    rows = ("assignments", "groups")
    list_display = ("name", "username", "email", "role", "is_active", "last_seen")
    list_display_links = ("name",)
    list_filter = ("groups", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("first_name", "last_name", "username")

    def get_fieldsets(self, request, obj=None):
        names = (("first_name", "last_name"), "email", "role")
        if obj is None:
            return ((None, {"fields": names}), ("What readers see", {"fields": ("byline", "credit")}))
        return (
            (None, {"fields": ("signs_in_as", *names, "is_active")}),
            ("What readers see", {"fields": ("byline", "credit")}),
        )

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        return ("signs_in_as",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request, obj=None) -> bool:
        """An administrator's account is changed by an administrator only."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None) -> HttpResponse:
        """Whatever is saved here gives power or takes it: roles, addresses that new passwords go to, second factors."""
        may = self.has_change_permission(request)
        if request.method == "POST" and may and (asked := ask_again(request)):
            return asked
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj:
            context["invited"] = not obj.has_usable_password()
            context["second_factor"] = has_second_factor(obj)
            context["phones"] = devices.devices_of(obj)
            context["places"] = sessions.places_of(obj)
            context["may_end"] = sessions.may_end(request.user, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj: User, form, change) -> None:
        if not change:
            obj.username = free_username(obj.first_name, obj.last_name)
            obj.is_staff = True
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        person, role = form.instance, form.cleaned_data["role"]
        before = role_shown(person)
        super().save_related(request, form, formsets, change)
        if role != before:
            give_role(person, role)
            write_audit("role", person, by=request.user, before={"role": before}, after={"role": role})

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        invite(obj, by=request.user)
        messages.success(
            request, f"An invitation is on its way to {obj.email}. The user name is {obj.username}."
        )
        return HttpResponseRedirect(reverse("admin:editorial_user_change", args=[obj.pk]))

    def response_change(self, request, obj) -> HttpResponse:
        asked = request.POST.get("_person", "")
        if asked == "invite" and not obj.email:
            messages.error(request, "Saved, but nothing was sent: give an e-mail address first.")
        elif asked == "invite" and obj.is_active:
            invite(obj, by=request.user)
            messages.success(request, f"The invitation is on its way to {obj.email} again.")
        elif asked == "remove-factor" and remove_second_factor(obj):
            write_audit("remove second factor", obj, by=request.user)
            messages.success(request, "The second factor is gone; a new one is set up at the next sign-in.")
        elif asked.startswith(REVOKE):
            self._revoke(request, obj, asked.removeprefix(REVOKE))
        elif asked.startswith(END):
            ended = sessions.end_named(obj, asked.removeprefix(END), by=request.user)
            messages.info(
                request, f"Saved. {'Signed out there.' if ended else 'That session is over already.'}"
            )
        elif asked == "end-sessions":
            ended = sessions.end_others(obj, by=request.user, here=request.session.session_key)
            messages.success(request, f"Saved, and signed out in {ended} places.")
        else:
            messages.success(request, "Saved.")
        if "_save" in request.POST:
            return HttpResponseRedirect(reverse("admin:editorial_user_changelist"))
        return HttpResponseRedirect(reverse("admin:editorial_user_change", args=[obj.pk]))

    def _revoke(self, request: HttpRequest, person: User, digest: str) -> None:
        phone = devices.devices_of(person).filter(pk=digest).first()
        if phone is None:
            messages.info(request, "Saved. That phone is gone already.")
            return
        devices.revoke(phone.token, by=request.user)
        messages.success(request, "Saved, and that phone is signed out. What waits on it stays there.")

    @admin.display(description="User name")
    def signs_in_as(self, person: User) -> str:
        return person.get_username()

    @admin.display(description="Name", ordering="first_name")
    def name(self, person: User) -> str:
        return person.get_full_name() or person.get_username()

    @admin.display(description="Role")
    def role(self, person: User) -> str:
        return role_of(person) or ("Administrator" if person.is_superuser else "–")

    @admin.display(description="Last signed in (UTC)", ordering="last_login")
    def last_seen(self, person: User) -> str:
        if not person.has_usable_password():
            return "invited"
        return f"{person.last_login:%-d %b %Y %H:%M}" if person.last_login else "never"


def role_of(person: User) -> str:
    """The highest of a person's roles; empty for none. Reads prefetched groups where there are any."""
    held = {group.name for group in person.groups.all()} if person.pk else set()
    return next((role for role in reversed(ROLES) if role in held), "")


def role_shown(person: User) -> str:
    """As `role_of`; an administrator without a role works as a chief editor."""
    return role_of(person) or (CHIEF if person.is_superuser else "")


def give_role(person: User, role: str) -> None:
    """Takes the person out of the other roles' groups and into this one's."""
    groups = person.groups.model.objects
    person.groups.remove(*groups.filter(name__in=ROLES).exclude(name=role))
    person.groups.add(groups.get(name=role))
    if not person.is_staff:
        person.is_staff = True
        person.save(update_fields=["is_staff"])


def free_username(first: str, last: str) -> str:
    """A user name made of a name: `rosa.lind`, then `rosa.lind2` and so on."""
    wanted = ".".join(filter(None, (slugify(first), slugify(last)))) or "person"
    taken = set(User.objects.filter(username__startswith=wanted).values_list("username", flat=True))
    number = 1
    while (name := wanted if number == 1 else f"{wanted}{number}") in taken:
        number += 1
    return name
