"""What MDN's HTTP Observatory would give an answer, by its published rules.

Modifiers: https://github.com/mdn/mdn-http-observatory, `src/grader/charts.js` (SCORE_TABLE); when each applies:
`src/analyzer/tests/*.js`; bonuses only from 90 points on: `src/scanner/index.js`. As of the end of 2025. Where the
table's words ask more than its code (`form-action`), the words count. Of a whole site are, and so are nought here:
redirection from http, and being in browsers' own HSTS list.
"""

import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from http.cookies import SimpleCookie

BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_552_000  # seconds; "a white lie" of theirs
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
Headers = dict[str, list[str]]


def score(headers: Iterable[tuple[str, str]], body: str = "") -> tuple[int, dict[str, int]]:
    """The points of an answer that came over https, and what each rule gave or took. `body`: of HTML."""
    found: Headers = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    given = {rule.__name__: rule(found) for rule in RULES} | {"scripts": scripts(found, body)}
    least = 100 + sum(points for points in given.values() if points < 0)
    total = 100 + sum(given.values())
    return (total if least >= 90 else max(least, 0)), given


def policy_of(headers: Headers) -> dict[str, set[str]]:
    """Directives and their sources; of several policies the first says it, as in a browser the strictest counts."""
    found: dict[str, set[str]] = {}
    for policy in ",".join(headers.get("content-security-policy", [])).split(","):
        for directive in filter(None, map(str.split, policy.split(";"))):
            found.setdefault(directive[0].lower(), set(directive[1:]))
    return found


def content_security_policy(headers: Headers) -> int:
    policy = policy_of(headers)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    script, style, plugin = (policy.get(f"{name}-src", default) for name in ("script", "style", "object"))
    sources = set().union(*policy.values())
    if script & (BROAD | INLINE) or plugin & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in sources):
        return -20
    if "'unsafe-eval'" in script | style:
        return -10
    if style & (BROAD | INLINE):
        return 0
    closed = policy.get("form-action", {"*"}) <= {"'self'", "'none'"}
    return 10 if default == {"'none'"} and closed else 5


def cookies(headers: Headers) -> int:
    """With HSTS, without which `strict_transport_security` takes more than any cookie could give."""
    morsels = [morsel for value in headers.get("set-cookie", []) for morsel in SimpleCookie(value).values()]
    if not morsels:
        return 0
    is_session = re.compile(r"login|sess", re.IGNORECASE)
    if any(is_session.search(morsel.key) and not morsel["httponly"] for morsel in morsels):
        return -30
    sites = {morsel["samesite"].lower() for morsel in morsels}
    if not sites <= {"", "lax", "strict"}:
        return -20
    if any("csrf" in morsel.key.lower() and not morsel["samesite"] for morsel in morsels):
        return -20
    if not all(morsel["secure"] for morsel in morsels):
        return -10 if any(is_session.search(morsel.key) for morsel in morsels) else -5
    return 0 if "" in sites else 5


def cross_origin_sharing(headers: Headers) -> int:
    everybody = headers.get("access-control-allow-origin") == ["*"]
    return -50 if everybody and "access-control-allow-credentials" in headers else 0


def referrer_policy(headers: Headers) -> int:
    given = ",".join(headers.get("referrer-policy", []))
    return 0 if not given else 5 if given.split(",")[-1].strip() in PRIVATE else -5


def strict_transport_security(headers: Headers) -> int:
    found = re.match(r"max-age=(\d+)", ",".join(headers.get("strict-transport-security", [])))
    return -20 if found is None else 0 if int(found[1]) >= SIX_MONTHS else -10


def content_type_options(headers: Headers) -> int:
    return 0 if headers.get("x-content-type-options") == ["nosniff"] else -5


def frame_options(headers: Headers) -> int:
    if "frame-ancestors" in policy_of(headers):
        return 5
    return 0 if headers.get("x-frame-options", [""])[0] in ("DENY", "SAMEORIGIN") else -20


def resource_policy(headers: Headers) -> int:
    given = headers.get("cross-origin-resource-policy", ["cross-origin"])
    return {"same-origin": 10, "same-site": 10, "cross-origin": 0}.get(given[0], -5)


RULES: list[Callable[[Headers], int]] = [
    content_security_policy,
    cookies,
    cross_origin_sharing,
    referrer_policy,
    strict_transport_security,
    content_type_options,
    frame_options,
    resource_policy,
]


class _Scripts(HTMLParser):
    """The tags of scripts that are not of our own host."""

    def __init__(self, text: str):
        super().__init__()
        self.strangers: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and re.match(r"(\w+:)?//", given.get("src") or ""):
            self.strangers.append(given)


def scripts(headers: Headers, body: str) -> int:
    if not headers.get("content-type", [""])[0].startswith("text/html"):
        return 0
    strangers = _Scripts(body).strangers
    if any(not one["src"].startswith("https:") for one in strangers):
        return -50
    return -5 if any(not one.get("integrity") for one in strangers) else 5 if strangers else 0
