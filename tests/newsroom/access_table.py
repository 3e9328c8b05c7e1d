"""Who may do what at which address: one table, tried by `test_access.py` and printed in `docs/access.md`.

A policy says what each role is answered. Where an address names something, the answers for what is her own, a
colleague's at her event and a stranger's at another event stand side by side: `ok/no/-`; of two the second is for
both, one is for all three. Her own are also her event, its keynotes and its guests. A fourth is for what does not
exist; it is left out where that is answered as a stranger's is, or as not there to whoever reaches a stranger's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from newsroom.editorial.workflow import EVENT_VERBS, POST_VERBS, WRAP_VERBS, Who

PRESSES = ("start", "end", "late", "undo-start", "undo-end")  # on a keynote

# What a policy's words stand for.
ANSWERS = {
    "ok": "done, or refused for what was sent and not for who sent it",
    "told": "the page says no, and nothing has changed",
    "in": "sent to sign in (401 at the API)",
    "out": "signed out, and sent to sign in",
    "no": "403",
    "-": "404; in the admin the way back to its first page, as for what does not exist",
    "x": "405",
}
ROLES = ("nobody", "reporter", "trusted", "photo", "editor", "chief")
LIKE = {"trusted": "reporter", "photo": "reporter", "chief": "editor", "superuser": "chief"}


@dataclass(frozen=True)
class Policy:
    """Empty: `trusted` (a reporter who may publish) and `photo` (a photo editor) are answered as a reporter is,
    `chief` as an editor, `superuser` as a chief."""

    says: str
    nobody: str
    reporter: str
    editor: str
    trusted: str = ""
    photo: str = ""
    chief: str = ""
    superuser: str = ""

    def of(self, role: str) -> str:
        if role == "left":  # a token that was ended is refused even where none is asked for
            return self.nobody if self.nobody == "-" else "in"
        return getattr(self, role) or self.of(LIKE[role])

    def tells_apart(self) -> bool:
        """Whether it makes a difference who asks."""
        return len({self.of(role) for role in (*ROLES, "superuser")}) > 1

    def answer(self, role: str, whose: str) -> str:
        """`whose`: own, same, other or missing."""
        own, *more = self.of(role).split("/")
        same, other = (more or [own])[0], (more or [own])[min(1, len(more) - 1)] if more else own
        missing = more[2] if len(more) == 3 else "-" if other in ("ok", "told") else other
        return {"own": own, "same": same, "other": other, "missing": missing}[whose]


def _same_for_all(says: str, answer: str, **more: str) -> Policy:
    return Policy(says, nobody=answer, reporter=answer, editor=answer, **more)


POLICIES = {
    # Readers' pages: who asks makes no difference.
    "everybody": _same_for_all("everybody", "ok"),
    "released": _same_for_all("everybody, what is released; nobody, what is not", "ok/ok/-"),
    "not taken": _same_for_all("nobody: this address is read only, or written only", "x"),
    "not there": _same_for_all("nobody", "-"),
    "named": _same_for_all("everybody, once SECURITY_CONTACT is set", "-"),
    "leads to sign in": _same_for_all("everybody is sent to sign in", "in"),
    # Signed in.
    "staff": Policy("everybody of the newsroom", "in", "ok", "ok"),
    "staff, any name": Policy(
        "everybody of the newsroom, whether there is such a thing or not", "in", "ok/ok/ok/ok", "ok/ok/ok/ok"
    ),
    "staff, not there": Policy("nobody; only the newsroom is told that nothing is there", "in", "-", "-"),
    "staff, not taken": Policy("nobody: no such method; only the newsroom is told so", "in", "x", "x"),
    "signed in, not taken": Policy(
        "nobody: who is signed in is told so, who is not is led on", "ok", "x", "x"
    ),
    "signs out": Policy("everybody; whoever was signed in is out", "in", "out", "out"),
    "nobody": Policy("nobody, whatever her role", "in", "no", "no"),
    "nobody, read by chiefs": Policy("nobody, whatever her role", "in", "no", "no", chief="no/no/no/-"),
    "nobody, waits": Policy(
        "nobody; a superuser what waits for its file", "in", "no", "no", superuser="no/no/no/-"
    ),
    "editors": Policy("editors", "in", "no", "ok"),
    "editors, all see": Policy("editors; everybody sees it", "in", "no/no/no/-", "ok"),
    "chiefs": Policy("chief editors", "in", "no", "no", chief="ok"),
    # Things.
    "hers": Policy("what is her own; editors everything", "in", "ok/-", "ok"),
    "hers alone": Policy("what is her own, editors too", "in", "ok/-", "ok/-"),
    "hers, told": Policy("her own, where it says what she may not; editors everything", "in", "told/-", "ok"),
    "hers, made": Policy(
        "what is her own and what is new; editors everything", "in", "ok/-/-/ok", "ok/ok/ok/ok"
    ),
    "hers by editors": Policy("editors; who reaches it is told so", "in", "no/-", "ok"),
    "hers, by post": Policy(
        "nobody by this method; of what is not hers she is not told so", "in", "x/-", "x/x/x/-"
    ),
    "hers alone, made": Policy(
        "what is her own and what is new, editors too", "in", "ok/-/-/ok", "ok/-/-/ok"
    ),
    "programme": Policy(
        "whoever may publish; who covers the event is told why not", "in", "told/-", "ok", trusted="ok/-"
    ),
    "hers by publishers": Policy(
        "her own if she may publish; editors everything", "in", "no/-", "ok", trusted="ok/-"
    ),
    "hers by chiefs": Policy(
        "chief editors; who reaches it is told so", "in", "no/-", "no/no/no/-", chief="ok"
    ),
    "pictures": Policy("her own; editors and photo editors all", "in", "ok/-", "ok", photo="ok"),
    "pictures, made": Policy(
        "her own and what is new; editors and photo editors all",
        "in",
        "ok/-/-/ok",
        "ok/ok/ok/ok",
        photo="ok/ok/ok/ok",
    ),
    "picture editors": Policy(
        "editors and photo editors; who reaches it is told so", "in", "no/-", "ok", photo="ok"
    ),
    "pictures by chiefs": Policy(
        "chief editors; who reaches it is told so", "in", "no/-", "no/no/no/-", photo="no/no/no/-", chief="ok"
    ),
    # The field: a form that comes without a session is given back, with 403.
    "field": Policy("everybody of the newsroom; signed out, what was typed is given back", "no", "ok", "ok"),
    "field, hers alone": Policy(
        "what is her own, editors too; what was typed is given back", "no", "ok/-", "ok/-"
    ),
    "field, by publishers": Policy(
        "her own if she may publish; what was typed is given back", "no", "no/-", "ok/-", trusted="ok/-"
    ),
    "field, presses": Policy("whoever covers the event", "in", "ok/-", "ok"),
    "field, late": Policy("whoever may publish", "in", "no/-", "ok", trusted="ok/-"),
    "field, press": Policy(
        "whoever may publish; what was typed is given back", "no", "no/-", "ok", trusted="ok/-"
    ),
    # The API: without a token the record answers, with one the desk.
    "record or desk": Policy("without a token what is released; with one her own", "ok/ok/-", "ok/-", "ok"),
    "record or released": Policy(
        "without a token what is released; with one her own of what was released once",
        "ok/ok/-",
        "ok/-",
        "ok/ok/-",
    ),
    # The wrap of an event: there is one at hers and none at the other.
    "wrap": Policy("whoever may publish at the event", "in", "no/-", "ok/-", trusted="ok/-"),
    "wrap by chiefs": Policy("chief editors", "in", "no/-", "no/-", chief="ok/-"),
}


@dataclass(frozen=True)
class Row:
    """One address and what its methods are answered.

    `of`: the kind of thing it names, "" for none. `given`: parts of the address that are always these. `query`, `body`
    and `headers` go along, with the address's parts in their places; `kind` is the body's, if not what the door takes.
    `writes`: tables a refusal may write to.
    """

    route: str
    methods: dict[str, str]
    of: str = ""
    given: dict[str, str] = field(default_factory=dict)
    query: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    writes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join([self.route or "(home)", *self.given.values()])


def row(route: str, get: str, post: str, of: str = "", **more: Any) -> Row:
    return Row(route, {"GET": get, "POST": post}, of, **more)


def page(route: str, get: str, of: str = "", **more: Any) -> Row:
    """Reads, for readers and the field."""
    return row(route, get, "not taken", of, **more)


EVENT, POST = "events/<slug:event>/", "events/<slug:event>/posts/<slug:post>/"
READERS = [
    # Whoever holds the link, and nobody who does not: once it is over it is none.
    page("preview/<str:secret>/", "everybody", "preview"),
    page("preview/<str:secret>/pictures/<uuid:image_id>/", "everybody", "preview"),
    page("", "everybody"),
    page(EVENT, "released", "event"),
    page(f"{EVENT}print/", "released", "event"),
    page(f"{EVENT}feed.atom", "released", "event"),
    page(f"{EVENT}feed.json", "released", "event"),
    page(f"{EVENT}wrap/", "not there", "event"),  # a draft
    page(f"{EVENT}keynotes/<slug:keynote>/", "released", "keynote"),
    page(POST, "released", "published"),
    page("embed/events/<slug:event>/", "released", "event"),
    page("oembed/", "released", "event", query="url={site}/events/{event}/"),
    page("speakers/<slug:speaker>/", "released", "speaker"),
    page("organisations/<slug:organisation>/", "released", "organisation"),
    page("corrections/", "everybody"),
    page("search/", "everybody", query="q=words"),
    page("pictures/<slug:folder>/<slug:spec>.<slug:ext>", "released", "image"),
    page("sitemap.xml", "everybody"),
    page("news-sitemap.xml", "everybody"),
    page("robots.txt", "everybody"),
    # What the live branch answers in front of Django, from the same record and to nobody in particular.
    page(f"{EVENT}live.json", "released", "event"),
    page(f"{EVENT}updates.json", "released", "event"),
    page(f"{EVENT}stream", "released", "event"),
    row(f"{POST}report/", "released", "released", "published"),
    page(f"{POST}report/sent/", "released", "event"),
    row(f"{EVENT}follow/", "released", "released", "event"),
    row(f"{EVENT}follow/leave/", "not taken", "released", "event"),
    row("push/moved/", "not taken", "everybody"),
    page("push-worker.js", "everybody"),
    page(".well-known/security.txt", "named"),
    page("livez", "everybody"),
    page("readyz", "everybody"),
    # From this machine, or with a token: not by anybody's role.
    page("healthz/publishing", "not there"),
    page("metrics", "not there"),
]

FIELD = [
    row("field/", "staff", "field", body={"action": "restore"}),
    page("field/app/", "everybody"),
    page("field/manifest.webmanifest", "everybody"),
    page("field/worker.js", "everybody"),
    row("field/share/", "not taken", "everybody"),
    row("field/devices/", "staff", "field", body={"action": "restore"}),
    row("field/sign-out/", "not taken", "signs out"),
    # Whoever holds the link: that is what it is for. A wrong one is counted.
    row("field/join/<str:secret>/", "everybody", "everybody", "link", writes=("coverage_joinguess",)),
    page("field/filings/", "hers", "event", query="event={event}"),
    row("field/posts/<uuid:post_id>/", "hers alone", "field, hers alone", "post"),
    row("field/posts/<uuid:post_id>/correct/", "hers alone", "field, by publishers", "published"),
    *[
        row(
            "field/posts/<uuid:post_id>/<slug:verb>/",
            "hers alone",
            policy,
            of,
            given={"verb": verb},
            body={"reason": "A reason."},
        )
        for verb, policy, of in (
            ("publish", "field, by publishers", "post"),
            ("withdraw", "field, by publishers", "published"),
            ("spike", "field, hers alone", "post"),
            ("unspike", "field, hers alone", "post"),
        )
    ],
    page("field/photos/<uuid:image_id>/", "pictures", "image"),
    *[
        row(
            "field/events/<slug:event>/keynotes/<slug:keynote>/<slug:verb>/",
            "field, late" if verb == "late" else "field, presses",
            "field, press",
            "keynote",
            given={"verb": verb},
        )
        for verb in PRESSES
    ],
]


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def api(route: str, of: str = "", **more: Any) -> Row:
    """Methods that are not named are not there, and without a token nobody is told even that."""
    named = {method: more.pop(method.lower()) for method in METHODS if method.lower() in more}
    return Row(f"api/v1/{route}", {**dict.fromkeys(METHODS, "staff, not taken"), **named}, of, **more)


BY_WHO = {
    Who.AUTHOR: "hers",
    Who.EDITOR: "hers by editors",
    Who.CLAIMANT: "hers by editors",
    Who.EDITOR_OR_AUTHOR: "hers",
    Who.EDITOR_OR_SPIKER: "hers",
    Who.PUBLISHER: "hers by publishers",
    Who.CHIEF: "hers by chiefs",
}
IMAGE = "images/<uuid:image_id>/"
FILE = {"length": 9, "sha256": "0" * 64, "filename": "a.jpg"}
API = [
    # With a name and a password, which the table does not send.
    Row("api/v1/auth/login/", dict.fromkeys(METHODS, "leads to sign in")),
    api("auth/logout/", post="staff"),
    api("field/", "event", get="hers", query="event={event}"),
    Row("api/v1/schema/", {**dict.fromkeys(METHODS, "not taken"), "GET": "everybody"}),
    api("posts/", get="everybody"),
    api("posts/<uuid:post_id>/", "post", get="hers", put="hers, made"),
    *[
        api(f"posts/<uuid:post_id>/{name}/", "post", post=BY_WHO[verb.who], body={"version": 987654})
        for name, verb in POST_VERBS.items()
    ],
    api("^posts/(?P<public_id>[a-z0-9]{10})/$", "published", get="record or released"),
    api("images/", get="everybody"),
    api(IMAGE, "image", get="pictures", put="pictures, made"),
    api(f"{IMAGE}original/", "image", put="pictures, made", kind="multipart/form-data; boundary=b"),
    *[
        api(
            f"{IMAGE}{part}upload/",
            "upload",
            post="hers alone, made",
            patch="hers alone",
            delete="hers alone",
            body=FILE,
            headers={"Upload-Offset": "0"},
        )
        for part in ("", "original/")
    ],
    *[
        Row(f"api/v1/{IMAGE}{part}upload/", {"POST": "pictures, made"}, "image", body=FILE)
        for part in ("", "original/")
    ],
    api("images/<slug:folder>/", "image", get="released"),
    api("events/", get="everybody"),
    api("events/<slug:event>/", "event", get="record or desk"),
    *[api(f"events/<slug:event>/{name}/", "event", post="hers by editors") for name in EVENT_VERBS],
    api("keynotes/", get="everybody"),
    api("events/<slug:event>/keynotes/<slug:keynote>/", "keynote", get="record or desk"),
    *[
        api(
            f"events/<slug:event>/keynotes/<slug:keynote>/{name}/",
            "keynote",
            post="hers by publishers",
            **({"get": "hers by publishers"} if name == "late" else {}),
        )
        for name in PRESSES
    ],
    api("speakers/", get="everybody"),
    api("speakers/<slug:speaker>/", "speaker", get="record or desk"),
    Row("api/v1/", dict.fromkeys(METHODS, "not there")),
]


def table(
    name: str, kind: str, *, see: str, open_: str, add: str, save: str, delete: str = "nobody"
) -> Iterator[Row]:
    """The six addresses the admin has for a table."""
    base, thing = f"admin/{name}/", f"admin/{name}/<path:object_id>/"
    yield row(base, see, see)
    yield row(f"{base}add/", add, add)
    yield row(f"{thing}history/", open_, open_, kind)
    yield row(f"{thing}delete/", delete, delete, kind, body={"post": "yes"})
    yield row(f"{thing}change/", open_, save, kind)
    # Leads to …/change/, whether that is there or not.
    yield row(thing, "staff, any name", "staff, any name", kind)


EVENT_ID, POST_ID, IMAGE_ID = (
    f"admin/{name}/"
    for name in (
        "coverage/event/<int:event_id>",
        "coverage/post/<uuid:post_id>",
        "media/image/<uuid:image_id>",
    )
)
TABLES = [
    *table("coverage/post", "post", see="staff", open_="hers", add="staff", save="hers"),
    *table("coverage/errorreport", "report", see="editors", open_="editors", add="nobody", save="editors"),
    *table("coverage/event", "event", see="staff", open_="hers", add="editors", save="hers by editors"),
    *table("coverage/keynote", "keynote", see="staff", open_="hers", add="editors", save="hers by editors"),
    *table("coverage/speaker", "speaker", see="staff", open_="hers", add="editors", save="hers by editors"),
    *table(
        "coverage/organisation",
        "organisation",
        see="staff",
        open_="staff",
        add="editors",
        save="editors, all see",
    ),
    *table(
        "media/image",
        "image",
        see="staff",
        open_="pictures",
        add="staff",
        save="pictures",
        delete="nobody, waits",
    ),
    *table("editorial/user", "user", see="chiefs", open_="chiefs", add="chiefs", save="chiefs"),
    *table(
        "editorial/auditrow",
        "auditrow",
        see="chiefs",
        open_="chiefs",
        add="nobody",
        save="nobody, read by chiefs",
    ),
]
POSTS = [
    row(f"{POST_ID}preview/", "hers", "hers", "post"),
    row(f"{POST_ID}pictures/<uuid:image_id>/", "hers", "hers", "post"),
    row(f"{POST_ID}previews/", "hers", "hers", "post", body={"hours": "24"}),
    row(f"{POST_ID}compare/", "hers", "hers", "post"),
    row(f"{POST_ID}bring-back/", "hers, by post", "hers", "post", body={"number": "1"}),
    row(f"{POST_ID}take-over/", "hers, by post", "hers, told", "post"),
    *[
        row(f"{POST_ID}verb/<slug:name>/", BY_WHO[verb.who], BY_WHO[verb.who], "post", given={"name": name})
        for name, verb in POST_VERBS.items()
    ],
    row(f"{POST_ID}withdrawal/", "hers", "hers", "post"),
]
EVENTS = [
    *[
        row(
            f"{EVENT_ID}life/<slug:name>/",
            "hers by editors",
            "hers by editors",
            "event",
            given={"name": name},
        )
        for name in ("pause", "end", "clear", "edition")
    ],
    row(f"{EVENT_ID}phones/", "hers by editors", "hers by editors", "event"),
    row(f"{EVENT_ID}programme/", "hers", "programme", "event", body={"do": "start:{keynote_id}"}),
    row(f"{EVENT_ID}programme/<int:keynote_id>/late/", "hers by publishers", "hers by publishers", "keynote"),
    row(f"{EVENT_ID}programme/<int:keynote_id>/cancel/", "hers by editors", "hers by editors", "keynote"),
    row(f"{EVENT_ID}report/", "editors", "staff, not taken", "event"),
    row(f"{EVENT_ID}report/<slug:name>.csv", "editors", "staff, not taken", "event", given={"name": "posts"}),
    row(f"{EVENT_ID}wrap/", "hers by publishers", "hers by publishers", "event"),
    row(f"{EVENT_ID}wrap/choose/", "hers by publishers", "hers by publishers", "event"),
    row(f"{EVENT_ID}wrap/preview/", "wrap", "wrap", "event"),
    *[
        row(f"{EVENT_ID}wrap/<slug:name>/", policy, policy, "event", given={"name": name})
        for name, policy in (
            (name, "wrap by chiefs" if verb.who is Who.CHIEF else "wrap") for name, verb in WRAP_VERBS.items()
        )
    ],
    row(
        "admin/coverage/keynote/<int:keynote_id>/billing/<int:appearance_id>/",
        "hers by editors",
        "hers by editors",
        "appearance",
    ),
    row(
        "admin/coverage/speaker/<int:speaker_id>/respelling/", "hers by editors", "hers by editors", "speaker"
    ),
    row("admin/coverage/speaker/<int:speaker_id>/merging/", "hers by editors", "hers by editors", "speaker"),
]
PICTURES = [
    row(f"{IMAGE_ID}withdraw/", "picture editors", "picture editors", "image"),
    row(f"{IMAGE_ID}reinstate/", "pictures by chiefs", "pictures by chiefs", "image"),
    row(f"{IMAGE_ID}preview/", "pictures", "pictures", "image"),
    row(f"{IMAGE_ID}try-again/", "staff, not taken", "pictures", "image"),
    row(f"{IMAGE_ID}fill/", "pictures", "pictures", "image"),
]
DESK = [
    row("admin/desk/", "editors", "staff, not taken"),
    row("admin/desk/<slug:event>/", "editors", "staff, not taken", "event"),
    row("admin/desk/<slug:event>/now/", "editors", "staff, not taken", "event"),
    row("admin/desk/<slug:event>/compose/", "staff, not taken", "editors", "event"),
    row("admin/desk/<slug:event>/hold/", "staff, not taken", "editors", "event"),
    row("admin/desk/<slug:event>/alerts/<int:alert>/", "staff, not taken", "editors", "event"),
    row(
        "admin/coverage/errorreport/<int:pk>/verb/<slug:name>/",
        "staff, not taken",
        "editors",
        "report",
        given={"name": "handle"},
    ),
    row("admin/editorial/auditrow/export/", "chiefs", "chiefs"),
    row("admin/typed/", "staff", "staff"),
    row("admin/typed/<int:pk>/discard/", "not taken", "hers alone", "typed"),
    row("admin/here/", "not taken", "hers", "post", body={"post": "{post_id}"}),
    row("admin/", "staff", "staff"),
    row("admin/tokens/", "staff", "staff"),
    row("admin/sessions/", "staff", "staff"),
    row(
        "admin/autocomplete/",
        "staff",
        "staff, not taken",
        query="app_label=coverage&model_name=post&field_name=keynote",
    ),
    row("admin/jsi18n/", "staff", "staff, not taken"),
    # None of our things has an address of its own there.
    row("admin/r/<path:content_type_id>/<path:object_id>/", "staff, not there", "staff, not there", "post"),
    row("admin/^(?P<app_label>coverage|media|editorial)/$", "staff", "staff"),
    row("admin/(?P<url>.*)$", "staff, not there", "staff, not there"),
]
ACCOUNTS = [
    row("admin/login/", "everybody", "everybody"),
    row("admin/logout/", "signed in, not taken", "everybody"),
    row("admin/password_change/", "staff", "staff"),
    row("admin/password_change/done/", "staff", "staff, not taken"),
    row("admin/password_reset/", "everybody", "everybody"),
    row("admin/password_reset/done/", "everybody", "not taken"),
    row("admin/password_reset/<uidb64>/<token>/", "everybody", "everybody"),
    row("admin/password_reset/complete/", "everybody", "not taken"),
    row("admin/password_reset/<path:rest>", "everybody", "not taken"),
    row("accounts/login/", "leads to sign in", "leads to sign in"),
    row("accounts/logout/", "everybody", "everybody"),
    row("accounts/inactive/", "everybody", "not taken"),
    row("accounts/reauthenticate/", "staff", "staff"),
    row("accounts/2fa/", "staff", "staff, not taken"),
    row("accounts/2fa/authenticate/", "staff", "staff"),
    row("accounts/2fa/reauthenticate/", "staff", "staff"),
    row("accounts/2fa/webauthn/", "everybody", "everybody"),  # leads to the page of the second factor
    row("accounts/2fa/webauthn/add/", "staff", "staff"),
    row("accounts/2fa/webauthn/login/", "everybody", "leads to sign in"),
    row("accounts/2fa/webauthn/reauthenticate/", "staff", "staff"),
    *[
        row(f"accounts/2fa/webauthn/keys/<int:pk>/{name}/", "hers alone", "hers alone", "key")
        for name in ("edit", "remove")
    ],
    row("accounts/2fa/totp/activate/", "staff", "staff"),
    row("accounts/2fa/totp/deactivate/", "staff", "staff"),
    row("accounts/2fa/recovery-codes/", "staff", "staff, not taken"),
    row("accounts/2fa/recovery-codes/generate/", "staff", "staff"),
    row("accounts/2fa/recovery-codes/download/", "staff", "staff, not taken", writes=("mfa_authenticator",)),
]
# By what it is of, in the order of the page.
FAMILIES = {
    "Readers": READERS,
    "The field": FIELD,
    "The API": API,
    "The desk": DESK,
    "Posts at the desk": POSTS,
    "Events at the desk": EVENTS,
    "Pictures at the desk": PICTURES,
    "The admin's tables": TABLES,
    "Signing in": ACCOUNTS,
}
ROWS = [row for rows in FAMILIES.values() for row in rows]
