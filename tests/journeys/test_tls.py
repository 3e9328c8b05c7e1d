"""A newsroom that speaks TLS itself, and one in production behind a proxy or without."""

import contextlib
import datetime
import http.client
import http.cookies
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.journeys.conftest import RunningNewsroom, start_newsroom, stop_newsroom

pytestmark = [pytest.mark.journey, pytest.mark.processes, pytest.mark.xdist_group("launcher")]

PUBLIC_HOST = "news.example.org"
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')
PRODUCTION = {
    "NEWSROOM_ENV": "production",
    "SECRET_KEY": "only for this test, and longer than fifty characters",
    "PUBLIC_URL": f"https://{PUBLIC_HOST}",
    "NEWSROOM_DEMO": "1",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage = field(repr=False)
    text: str = field(repr=False)

    @property
    def cookies(self) -> http.cookies.SimpleCookie:
        found = http.cookies.SimpleCookie()
        for line in self.headers.get_all("Set-Cookie", []):
            found.load(line)
        return found


def ask(
    address: str,
    path: str,
    *,
    method: str = "GET",
    body: str | None = None,
    trusting: Path | None = None,
    **headers: str,
) -> Answer:
    """One request with exactly these headers, redirects not followed; TLS if a certificate is trusted."""
    parts = urlsplit(address)
    if trusting:
        context = ssl.create_default_context(cafile=trusting)
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=20, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(connection):
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "newsroom test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


# TLS of its own


@dataclass(frozen=True)
class SecureNewsroom:
    newsroom: RunningNewsroom
    certificate: Path

    @property
    def address(self) -> str:
        return self.newsroom.address.replace("http:", "https:")

    def ask(self, path: str) -> Answer:
        return ask(self.address, path, trusting=self.certificate)


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = make_certificate(folder)
    newsroom = start_newsroom(folder, NEWSROOM_DEMO="0", TLS_CERT=str(certificate), TLS_KEY=str(key))
    yield SecureNewsroom(newsroom, certificate)
    stop_newsroom(newsroom)


def test_with_a_certificate_it_speaks_https_to_who_trusts_it(secure):
    answer = secure.ask("/")

    assert answer.status == 200
    assert f"Newsroom runs at {secure.address}/" in secure.newsroom.log.read_text()


def test_head_over_http_2_is_answered_without_a_body(secure, browser):
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{secure.address}/robots.txt")

    asked = """async () => {
        const answer = await fetch("/", { method: "HEAD" });
        const protocols = performance.getEntriesByType("navigation").map((entry) => entry.nextHopProtocol);
        return [protocols, answer.status, (await answer.text()).length, answer.headers.get("content-type")];
    }"""
    told = page.evaluate(asked)
    context.close()

    assert told == [["h2"], 200, 0, "text/html; charset=utf-8"]


def test_its_canonical_links_are_https(secure):
    answer = secure.ask("/")

    assert CANONICAL.findall(answer.text) == [f"{secure.address}/"]
    assert f"{secure.address}/sitemap.xml" in secure.ask("/robots.txt").text


def test_static_files_come_over_tls_too(secure):
    path = re.search(r'href="(/static/css/site[^"]*)"', secure.ask("/").text)[1]

    assert secure.ask(path).status == 200


def test_who_does_not_trust_the_certificate_is_not_served(secure):
    stranger = http.client.HTTPSConnection("127.0.0.1", urlsplit(secure.address).port, timeout=20)

    with contextlib.closing(stranger), pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/")


def test_the_same_port_does_not_speak_plain_http(secure):
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(secure.newsroom.address, "/")


# Production


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory):
    newsroom = start_newsroom(tmp_path_factory.mktemp("proxied"), **PRODUCTION, TRUSTED_PROXIES="1")
    yield newsroom
    stop_newsroom(newsroom)


@pytest.fixture(scope="module")
def without_a_proxy(tmp_path_factory):
    newsroom = start_newsroom(tmp_path_factory.mktemp("bare"), **PRODUCTION, TRUSTED_PROXIES="0")
    yield newsroom
    stop_newsroom(newsroom)


def proxied(newsroom: RunningNewsroom, path: str, **more) -> Answer:
    """As a proxy hands on what came to it over TLS."""
    headers = {"Host": PUBLIC_HOST, "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7", **more}
    return ask(newsroom.address, path, **headers)


def test_production_serves_the_host_of_its_address_and_no_other(behind_a_proxy):
    answer = proxied(behind_a_proxy, "/")

    assert answer.status == 200
    assert CANONICAL.findall(answer.text) == [f"https://{PUBLIC_HOST}/"]
    for other in ("127.0.0.1", "localhost", "evil.example.com", f"{PUBLIC_HOST}.example.com"):
        assert proxied(behind_a_proxy, "/", Host=other).status == 400, other


def test_a_host_the_proxy_was_told_is_not_believed(behind_a_proxy):
    answer = proxied(behind_a_proxy, "/", X_Forwarded_Host="evil.example.com")

    assert answer.status == 200
    assert "evil.example.com" not in answer.text


def test_production_has_no_demo_though_one_was_asked_for(behind_a_proxy):
    said = behind_a_proxy.log.read_text()

    assert "manage.py setup" in said
    assert "demo" not in said
    assert "password" not in said
    assert behind_a_proxy.command("shell", "-v", "0", "-c", COUNTS).split() == ["0", "0"]
    assert 'href="/events/' not in proxied(behind_a_proxy, "/").text


COUNTS = """
from coverage.models import Event
from newsroom.editorial.people import User
print(Event.objects.count(), User.objects.count())
"""
CHIEF = """
from newsroom.editorial.people import User
User.objects.filter(username="chief").exists() or User.objects.create_superuser(
    "chief", password="correct horse battery staple")
"""


def test_in_production_cookies_are_bound_to_the_host(behind_a_proxy):
    behind_a_proxy.command("shell", "-v", "0", "-c", CHIEF)
    page = proxied(behind_a_proxy, "/admin/login/")
    token = page.cookies["__Host-csrftoken"]
    form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]

    signed_in = proxied(
        behind_a_proxy,
        "/admin/login/",
        method="POST",
        body=f"csrfmiddlewaretoken={form}&username=chief&password=correct+horse+battery+staple&next=/admin/",
        Cookie=f"__Host-csrftoken={token.value}",
        Content_Type="application/x-www-form-urlencoded",
        Referer=f"https://{PUBLIC_HOST}/admin/login/",
        Origin=f"https://{PUBLIC_HOST}",
    )

    assert signed_in.status == 302, signed_in.text
    session = signed_in.cookies["__Host-sessionid"]
    assert set(signed_in.cookies) <= {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in (token, session):
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert session["httponly"] is True


def test_what_came_over_tls_to_the_proxy_has_hsts(behind_a_proxy):
    secure = proxied(behind_a_proxy, "/")
    plain = proxied(behind_a_proxy, "/", X_Forwarded_Proto="http")

    assert secure.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert plain.headers["Strict-Transport-Security"] is None


def test_without_a_proxy_a_client_s_word_for_tls_is_not_taken(without_a_proxy):
    answer = proxied(without_a_proxy, "/")

    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] is None


def test_with_tls_of_its_own_production_has_hsts_and_needs_no_proxy(tmp_path):
    certificate, key = make_certificate(tmp_path)
    newsroom = start_newsroom(tmp_path, **PRODUCTION, TLS_CERT=str(certificate), TLS_KEY=str(key))
    try:
        address = newsroom.address.replace("http:", "https:")
        answer = ask(address, "/", trusting=certificate, Host=PUBLIC_HOST)
    finally:
        stop_newsroom(newsroom)

    assert answer.status == 200
    assert CANONICAL.findall(answer.text) == [f"https://{PUBLIC_HOST}/"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000;")


def test_production_says_its_public_address_at_the_start(without_a_proxy):
    assert f"Newsroom runs at https://{PUBLIC_HOST}/" in without_a_proxy.log.read_text()
