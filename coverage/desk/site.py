"""The admin site: stock Django, a strict policy with nonces, our own names."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override

from newsroom.editorial.roles import is_editor

ADMIN_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
admin_policy = csp_override(ADMIN_CSP)

# The desk's own tables, in the order in which a day needs them. Other apps' admin pages are not shown.
TABLES = (
    "coverage.post",
    "coverage.errorreport",
    "coverage.event",
    "coverage.keynote",
    "coverage.speaker",
    "coverage.organisation",
    "media.image",
    "editorial.user",
    "editorial.auditrow",
)


class DeskSite(AdminSite):
    site_header = site_title = settings.NEWSROOM_NAME
    index_title = "The desk"
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options: Any) -> None:
        """Registers the desk's own tables, and passes over what other apps bring along."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        ours = [model for model in models if model._meta.label_lower in TABLES]
        if ours:
            super().register(ours, admin_class, **options)

    def admin_view(self, view, cacheable=False):
        return admin_policy(super().admin_view(view, cacheable))

    def get_urls(self) -> list:
        from coverage.desk.live_desk import addresses
        from coverage.desk.sessions import sessions_page
        from coverage.desk.tokens import tokens_page

        hers = [
            path("tokens/", self.admin_view(tokens_page), name="tokens"),
            path("sessions/", self.admin_view(sessions_page), name="sessions"),
        ]
        return [*hers, *addresses.urls(self), *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        from coverage.desk.front_page import front_page

        return super().index(request, {**front_page(request), **(extra_context or {})})

    @method_decorator(admin_policy)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Our own sign-in form, which knows of second factors."""
        from coverage.desk.signing_in import SignInView

        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        context = {
            **self.each_context(request),
            "title": "Sign in",
            "app_path": request.get_full_path(),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return never_cache(SignInView.as_view(extra_context=context))(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "desk_nav": self.navigation(request)}

    def navigation(self, request: HttpRequest) -> list[tuple[str, str, bool]]:
        """Name, address and whether one is there, of each table this person may see."""
        desks = reverse("admin:live_desk_index", current_app=self.name)
        entries = [("Live", desks, request.path.startswith(desks))] if is_editor(request.user) else []
        for label in TABLES:
            admin = next((a for model, a in self._registry.items() if model._meta.label_lower == label), None)
            if admin is None or not admin.has_module_permission(request):
                continue
            if not admin.has_view_or_change_permission(request):
                continue
            url = reverse(f"admin:{label.replace('.', '_')}_changelist", current_app=self.name)
            name = (
                "Audit" if label == "editorial.auditrow" else str(admin.opts.verbose_name_plural).capitalize()
            )
            entries.append((name, url, request.path.startswith(url)))
        return entries
