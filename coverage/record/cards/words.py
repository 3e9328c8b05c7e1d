"""What a share card says: of a post, a keynote or an event, from the record's rows alone, in the event's language."""

import re
import unicodedata
import zoneinfo
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, pgettext

from coverage.record.cards.drawing import COVERED
from coverage.record.models import EventHead, ReleasedAppearance, ReleasedKeynote, ReleasedPost
from coverage.record.templatetags.released import unmarked
from coverage.record.titles import plain, title_of

DESIGN = 1  # goes up with any change to what a card looks like
LONGEST = 400  # characters of a text; what does not fit is cut when it is drawn
ON_STAGE = 3  # people named on the card of a keynote
_SPACE = re.compile(r"[^\S\u00a0]+")  # what does not break stays: French has it inside its quotation marks


def of_post(post: ReleasedPost, head: EventHead) -> dict | None:
    """The first quote with who said it, else the headline, else the first words; None: our type lacks its letters."""
    with translation.override(head.language):
        if post.quotes:
            said = _of_quote(post.quotes[0])
        else:
            said = {"text": post.headline or plain(post.body)[:LONGEST] or title_of(post)}
        notes = [*said.pop("notes", []), *_sponsored(post.sponsor)]
        return _finished(head, **said, notes=notes)


def of_keynote(keynote: ReleasedKeynote, cast: Iterable[ReleasedAppearance], head: EventHead) -> dict | None:
    """Its title, who is on stage as billed that day, day and room. No hours: they move, and a card is kept."""
    cast = list(cast)
    with translation.override(head.language):
        more = len(cast) - ON_STAGE
        return _finished(
            head,
            text=keynote.title,
            label=render_to_string("record/format.html", {"keynote": keynote}).strip(),
            people=[[one.name, billing(one.job_title, one.organisation)] for one in cast[:ON_STAGE]],
            notes=[
                *([ngettext("and %(more)d more", "and %(more)d more", more) % {"more": more}] * (more > 0)),
                " · ".join(filter(None, [_day(keynote.starts_at, head), keynote.room])),
                *_sponsored(keynote.sponsor),
            ],
        )


def of_event(head: EventHead) -> dict | None:
    """Its title, days and place."""
    with translation.override(head.language):
        days = dict.fromkeys(filter(None, [_day(head.starts_at, head), _day(head.ends_at, head)]))
        place = ", ".join(dict.fromkeys(filter(None, [head.venue, head.city, head.country])))
        return _finished(head, text=head.title, event=place, notes=[" – ".join(days)])


def shown_house() -> str:
    """The newsroom as cards name it; "" if our type lacks its letters."""
    try:
        return _shown(settings.NEWSROOM_NAME)
    except ValueError:
        return ""


def shown_title(head: EventHead) -> str:
    """The event as its posts' cards name it; "" if our type lacks its letters."""
    with translation.override(head.language):
        said = _finished(head, text=head.title, notes=[])
    return said["event"] if said else ""


def billing(job_title: str, organisation: str) -> str:
    return ", ".join(filter(None, [job_title, organisation]))


def alt_of(says: dict) -> str:
    """The same in one line, for who does not see the card."""
    opening, closing = says.get("marks") or ("", "")
    text = f"{opening}{Truncator(says['text']).chars(300)}{closing}"
    people = "; ".join(", ".join(filter(None, person)) for person in says.get("people", []))
    return f"{text} – {people}" if people else text


def _of_quote(quote: dict) -> dict:
    marks = ["", ""]
    if quote["verbatim"]:
        marks = [
            pgettext("opening quotation mark", "“"),
            pgettext("closing quotation mark", "”"),
        ]
    name = quote.get("name") or quote["attribution"]
    billed = billing(quote.get("job_title", ""), quote.get("organisation", "")) if quote.get("name") else ""
    return {
        "text": unmarked(quote["text"])[:LONGEST],
        "marks": marks,
        "people": [[name, billed]],
        "notes": [] if quote["verbatim"] else [gettext("paraphrased")],
    }


def _sponsored(sponsor: str) -> list[str]:
    return [gettext("Sponsored by %(name)s") % {"name": sponsor}] if sponsor else []


def _day(moment, head: EventHead) -> str:
    zone = zoneinfo.ZoneInfo(head.time_zone)
    return date_format(moment.astimezone(zone), "j F Y") if moment else ""


def _finished(head: EventHead, *, event: str | None = None, **said) -> dict | None:
    """With the house and the event, and only what our type can show; None if that loses a letter or everything."""
    told = {
        **said,
        "event": head.title if event is None else event,
        "house": settings.NEWSROOM_NAME,
        "notes": list(filter(None, said["notes"])),
        "design": DESIGN,
    }
    try:
        shown = {name: _shown(value) for name, value in told.items()}
    except ValueError:
        return None
    return shown if shown["text"] else None


def _shown(value):
    """Raises ValueError for a letter that our type lacks. Signs it lacks, such as emoji, are left out."""
    if isinstance(value, list):
        return [_shown(one) for one in value]
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).replace("\u202f", "\u00a0")
    if any(sign.isalnum() and not COVERED.match(sign) for sign in text):
        raise ValueError(text)
    shown = "".join(sign if COVERED.match(sign) else " " for sign in text)
    return _SPACE.sub(" ", shown).strip(" ")
