"""The desk's addresses beside the admin's own: previews by a link, forgotten passwords, the second factor."""

from allauth.account.views import account_inactive, logout, reauthenticate
from allauth.mfa.webauthn.views import edit_webauthn
from django.contrib.auth.views import PasswordResetCompleteView, PasswordResetDoneView
from django.urls import include, path
from django.views.generic import RedirectView, TemplateView

from coverage.desk import passkeys
from coverage.desk.invitations import ChoosePasswordView, ForgottenPasswordView
from coverage.desk.shared_previews import preview_page, preview_picture
from coverage.desk.site import admin_policy
from coverage.desk.typed_pages import discard_typed, keep_typed, say_here

urlpatterns = [
    path("preview/<str:secret>/", preview_page, name="preview"),
    path("preview/<str:secret>/pictures/<uuid:image_id>/", preview_picture, name="preview_picture"),
    path("admin/typed/", keep_typed, name="typed"),
    path("admin/typed/<int:pk>/discard/", discard_typed, name="typed_discard"),
    path("admin/here/", say_here, name="say_here"),
    path("admin/password_reset/", admin_policy(ForgottenPasswordView.as_view()), name="admin_password_reset"),
    path(
        "admin/password_reset/done/",
        admin_policy(PasswordResetDoneView.as_view()),
        name="password_reset_done",
    ),
    path(
        "admin/password_reset/<uidb64>/<token>/",
        admin_policy(ChoosePasswordView.as_view()),
        name="password_reset_confirm",
    ),
    path(
        "admin/password_reset/complete/",
        admin_policy(PasswordResetCompleteView.as_view()),
        name="password_reset_complete",
    ),
    # What is left of a link that a mail program cut: without this the admin's catch-all sends it to sign in.
    path(
        "admin/password_reset/<path:rest>",
        admin_policy(
            TemplateView.as_view(
                template_name=ChoosePasswordView.template_name, extra_context=ChoosePasswordView.extra_context
            )
        ),
    ),
    # allauth's own login page is ours: one form for everybody.
    path(
        "accounts/login/",
        RedirectView.as_view(pattern_name="admin:login", query_string=True),
        name="account_login",
    ),
    path("accounts/logout/", admin_policy(logout), name="account_logout"),
    path("accounts/inactive/", admin_policy(account_inactive), name="account_inactive"),
    path("accounts/reauthenticate/", admin_policy(reauthenticate), name="account_reauthenticate"),
    path("accounts/2fa/", include("allauth.mfa.base.urls")),
    path("accounts/2fa/totp/", include("allauth.mfa.totp.urls")),
    path("accounts/2fa/recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
    # In place of allauth's own under the same names: passkeys stand on the page of the second factor.
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path(
        "accounts/2fa/webauthn/add/",
        admin_policy(passkeys.AddView.as_view()),
        name="mfa_add_webauthn",
    ),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        admin_policy(passkeys.RemoveView.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "accounts/2fa/webauthn/login/",
        admin_policy(passkeys.PasskeySignInView.as_view()),
        name="mfa_login_webauthn",
    ),
    path(
        "accounts/2fa/webauthn/reauthenticate/",
        admin_policy(passkeys.ReauthenticateView.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/2fa/webauthn/keys/<int:pk>/edit/", edit_webauthn, name="mfa_edit_webauthn"),
]
