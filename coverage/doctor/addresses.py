"""What the environment says of addresses, keys and e-mail."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core import checks
from django.core.mail import mailers
from django.http.request import validate_host
from django.utils import timezone

from coverage.doctor.findings import Finding, bad, good, mind

SHORTEST_KEY = 50  # characters, of which
FEWEST_LETTERS = 5  # differ, as Django's security.W009 has it
RENEW = timedelta(days=14)
HERE = ("127.0.0.1", "::1", "localhost")


def look() -> list[Finding]:
    return [*_look_at_address(), _look_at_secret(), _look_at_mail(), _look_at_checks()]


def _look_at_address() -> list[Finding]:
    parts = urlsplit(settings.PUBLIC_URL)
    found = []
    if not validate_host(parts.hostname, settings.ALLOWED_HOSTS):
        found.append(
            bad("address", "PUBLIC_URL's host is not among ALLOWED_HOSTS.", "Add it, or unset ALLOWED_HOSTS.")
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(bad("address", "ALLOWED_HOSTS lets every name in.", "Name the newsroom's own hosts."))
    if settings.PRODUCTION and parts.hostname in HERE:
        found.append(
            bad("address", "PUBLIC_URL is this machine alone.", "Set it to where readers find the newsroom.")
        )
    if parts.scheme == "https" and not (settings.TLS_CERT or settings.TRUSTED_PROXIES):
        seen = "PUBLIC_URL is https, and nothing here speaks it or is told that a proxy does."
        found.append(
            bad("address", seen, "Set TRUSTED_PROXIES to the number of proxies, or TLS_CERT and TLS_KEY.")
        )
    if settings.TRUSTED_PROXIES and settings.HOST not in HERE:
        seen = "Proxies are trusted, and others may reach the web server past them and say any address."
        found.append(mind("address", seen, "Let a firewall pass the proxies alone, or set HOST=127.0.0.1."))
    if settings.TLS_CERT:
        found.append(_look_at_certificate())
    return found or [good("address", f"{settings.PUBLIC_URL} fits hosts, proxies and TLS.")]


def _look_at_certificate() -> Finding:
    try:
        certificate = x509.load_pem_x509_certificate(Path(settings.TLS_CERT).read_bytes())
    except (OSError, ValueError) as error:
        return bad("certificate", f"TLS_CERT cannot be read: {error}.", "Name a file in PEM.")
    ends = certificate.not_valid_after_utc
    seen = f"It is valid until {ends:%Y-%m-%d}."
    if ends - timezone.now() < RENEW:
        return bad("certificate", seen, "Renew it, and start the web server again.")
    return good("certificate", seen)


def _look_at_secret() -> Finding:
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS:
        make = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))' makes one; everybody signs in again."
        return bad("SECRET_KEY", f"It can be guessed: {len(key)} characters.", make)
    return good("SECRET_KEY", "It is long and random enough.")


def _look_at_mail() -> Finding:
    mailer = mailers["default"]
    kind = settings.MAILERS["default"]["BACKEND"]
    if kind == "newsroom.readable_mail.EmailBackend":
        seen = "E-mail is printed, not sent: no invitation and no alert reaches anybody."
        return mind("e-mail", seen, "Set EMAIL_URL, for example smtp://user:password@host:587.")
    try:
        mailer.open()
        mailer.close()
    except OSError as error:
        return bad("e-mail", f"The server does not take it: {type(error).__name__}.", "Set EMAIL_URL right.")
    return good("e-mail", "The server answers.")


def _look_at_checks() -> Finding:
    found = [one for one in checks.run_checks(include_deployment_checks=True) if not one.is_silenced()]
    if not found:
        return good("check --deploy", "Nothing to say.")
    seen = f"{len(found)} warnings: {', '.join(sorted({one.id for one in found}))}."
    worse = bad if settings.PRODUCTION else mind
    return worse("check --deploy", seen, "manage.py check --deploy explains each.")
