"""The admin site: stock Django, a strict policy with nonces, our own names."""

from django.contrib.admin import AdminSite
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override

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


class DeskSite(AdminSite):
    site_header = "Newsroom"
    site_title = "Newsroom"
    index_title = "The desk"

    def admin_view(self, view, cacheable=False):
        return admin_policy(super().admin_view(view, cacheable))

    @method_decorator(admin_policy)
    def login(self, request, extra_context=None):
        return super().login(request, extra_context)
