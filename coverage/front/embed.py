"""The live page to frame elsewhere: the event page without our frame around it. The one page others may frame."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from coverage.front.caching import conditional
from coverage.front.event import event_html
from coverage.front.links import absolute
from coverage.front.reading import public_head, stamp_of
from coverage.record.models import EventHead
from coverage.record.paths import embed_path

# Its `<base>` lets every link lead to our own pages, in the whole window.
POLICY = {**settings.SECURE_CSP, "frame-ancestors": ["*"], "base-uri": [CSP.SELF]}


@require_safe
@xframe_options_exempt
@csp_override(POLICY)
def embed_page(request: HttpRequest, event: str) -> HttpResponse:
    """The first page; of a query it takes `order`, as the event page does."""
    head = public_head(event)
    asked = {"order": request.GET.get("order", "")}
    response = conditional(
        request, stamp_of(head), lambda: HttpResponse(event_html(head, asked, framed=True))
    )
    # A site that isolates itself frames nothing without it.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def snippet(head: EventHead, *, width: int | str = "100%", height: int = 800) -> str:
    """What another site copies into its page. The script's address has no hash in it: it is to last.

    `height`, in pixels, is the frame's until the script gives it that of its page.
    """
    address = absolute(embed_path(head))
    script = absolute(f"{settings.STATIC_URL}js/embed.js")
    frame = {"head": head, "address": address, "script": script, "width": width, "height": height}
    return render_to_string("front/snippet.html", frame)
