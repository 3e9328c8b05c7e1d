"""`/field/app/`: the app for the phone. Its page holds nothing personal, so that any cache and the phone may keep it.

What it shows comes from `/api/v1/`, with the phone's own token; what it opens without a network is listed here.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

MODULES = (
    *(
        "app",
        "blur",
        "chunks",
        "database",
        "desk",
        "drafts",
        "exif",
        "late",
        "lists",
        "newsroom",
        "outbox",
        "photos",
    ),
    *("rows", "sending", "shared", "sheet", "sign_in", "told", "uploads", "uuid7", "words"),
)
STYLES = ("field/field.css", "field/app.css")
ICONS = ("field/icon.svg", "field/icon-192.png", "field/icon-512.png")
DARK = "#171513"


@require_safe
def app_page(request: HttpRequest) -> HttpResponse:
    return _kept_by_anybody(HttpResponse(shell()))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return _kept_by_anybody(HttpResponse(manifest_text(), content_type="application/manifest+json"))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Below `/field/`, because a worker answers for what lies beside it. Browsers look for a new one at each visit."""
    return _kept_by_anybody(HttpResponse(worker_text(), content_type="text/javascript; charset=utf-8"))


@csrf_exempt
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Where the gallery of a phone sends photographs. The worker answers in our place; without it nothing is kept."""
    return HttpResponseRedirect(f"{reverse('field:app')}?shared=lost", status=303)


def _kept_by_anybody(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=0)
    return response


def shell() -> str:
    return render_to_string("field/app.html", {"newsroom": settings.PUBLIC_HOST})


def manifest_text() -> str:
    app = reverse("field:app")
    vector, *pixels = (static(name) for name in ICONS)
    icons = [{"src": vector, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    for address, side in zip(pixels, (192, 512), strict=True):
        icons.append(
            {"src": address, "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any maskable"}
        )
    described = {
        "id": app,
        "name": f"{settings.NEWSROOM_NAME} Field",
        "short_name": "Field",
        "description": "File from the hall: words and photographs, with or without a network.",
        "lang": "en-GB",
        "start_url": app,
        "scope": reverse("field:home"),
        "display": "standalone",
        "background_color": DARK,
        "theme_color": DARK,
        "icons": icons,
        "share_target": {
            "action": reverse("field:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "photographs", "accept": ["image/*"]}]},
        },
    }
    return json.dumps(described, indent=1)


def files() -> list[str]:
    """Paths of all that the app opens with; the page first."""
    scripts = [f"js/field/{name}.js" for name in MODULES]
    return [
        reverse("field:app"),
        reverse("field:manifest"),
        *(static(name) for name in (*scripts, *STYLES, *ICONS)),
    ]


def worker_text() -> str:
    """The worker with its list. `BUILD` changes with anything in it: files are named by their digests."""
    script = _worker_source()
    whole = "\n".join([*files(), shell(), manifest_text(), script])
    build = hashlib.sha256(whole.encode()).hexdigest()[:16]
    known = {"BUILD": build, "SHELL": files(), "SHARE": reverse("field:share")}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items()) + script


@cache
def _worker_source() -> str:
    return Path(finders.find("js/field/worker.js")).read_text()
