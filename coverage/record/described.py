"""A post as machines are told of it: title, schema.org item, share card. Made once, at release, as its fragment is."""

import datetime
import json
import zoneinfo
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from coverage.record import house
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.paths import post_path
from coverage.record.titles import text_of, title_of
from media.picture import Picture

ORIGIN = "https://origin.invalid"  # stands for PUBLIC_URL in what is kept: a newsroom may move


def describe(row: ReleasedPost, head: EventHead, pictures: Iterable[Picture]) -> None:
    """Sets `title`, `structured` and `card` of a row that need not be saved yet; a withdrawn one has none.

    `card` is a picture of its own; who has none gets one drawn (`coverage.publishing.cards`).
    """
    shown = [picture for picture in pictures if picture.place == "shown"]
    with translation.override(head.language):
        row.title = "" if row.withdrawn_at else title_of(row)[:300]
    row.structured = "" if row.withdrawn_at else for_script(_item(row, head, shown))
    row.card = share_card(shown)


def at_home(kept: str) -> str:
    """What was kept, with the newsroom's present name and address."""
    return kept.replace(for_script(newsroom()), _called(settings.NEWSROOM_NAME)).replace(
        ORIGIN, settings.PUBLIC_URL
    )


def for_script(data: dict) -> SafeString:
    """JSON that cannot end the `<script>` it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - every sign HTML knows is escaped


def share_card(shown: Sequence[Picture]) -> dict | None:
    """The picture others show when a page is shared: the first, cut to 16:9 if that is made; `url` is a path."""
    if not shown:
        return None
    wide = [crop for crop in shown[0].crops() if crop.spec == "crop-16x9"]
    source = wide[0] if wide else shown[0].of_format("jpeg")[-1]
    return {"url": source.url, "width": source.width, "height": source.height, "alt": shown[0].alt}


def newsroom() -> dict:
    """Ourselves, the author of what is not signed; `at_home` puts in what we are called at the time."""
    return {"@type": "Organization", "name": "Newsroom", "url": f"{ORIGIN}/"}


def publisher() -> dict:
    """Who answers for all of it, with the newsroom's logo. Not to be kept: both may change."""
    whose = {"@type": "Organization", "name": settings.PUBLISHER, "url": f"{ORIGIN}/"}
    if mark := house.logo():
        whose["logo"] = {"@type": "ImageObject", **mark, "url": ORIGIN + mark["url"]}
    return whose


def _called(name: str) -> str:
    """`newsroom()` in JSON, under this name."""
    return for_script({**newsroom(), "name": name})


def known(values: dict) -> dict:
    """Without what is empty."""
    return {name: value for name, value in values.items() if value}


def local_iso(moment: datetime.datetime | None, zone: zoneinfo.ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _item(post: ReleasedPost, head: EventHead, shown: list[Picture]) -> dict:
    """The time is the one printed; a post without one gives none here either."""
    zone, address = zoneinfo.ZoneInfo(head.time_zone), ORIGIN + post_path(head, post)
    return known(
        {
            "@type": "BlogPosting",
            "@id": address,
            "url": address,
            "headline": post.title,
            "datePublished": local_iso(post.happened_at, zone),
            "dateModified": local_iso(post.changed_at, zone) if post.corrections else None,
            "articleBody": text_of(post),
            "author": {"@type": "Person", "name": post.byline} if post.byline else newsroom(),
            "image": [image for picture in shown for image in image_items(picture)],
            "correction": [correction_item(one, zone) for one in post.corrections],
        }
    )


def correction_item(one: dict, zone: zoneinfo.ZoneInfo) -> dict:
    at = datetime.datetime.fromisoformat(one["at"])
    return {"@type": "CorrectionComment", "text": one["note"], "datePublished": local_iso(at, zone)}


def image_items(picture: Picture) -> list[dict | str]:
    """The picture with its credit, and the addresses of its crops: 16:9, 4:3, 1:1.

    A credit may name an agency or several; only who is known to have made it is a person.
    """
    largest = picture.of_format("jpeg")[-1]
    whole = known(
        {
            "@type": "ImageObject",
            "contentUrl": ORIGIN + largest.url,
            "width": largest.width,
            "height": largest.height,
            "caption": picture.caption or picture.alt,
            "creator": picture.creator and {"@type": "Person", "name": picture.creator},
            "creditText": picture.credit,
            "copyrightNotice": picture.copyright_notice or picture.credit,
            "license": picture.licence,
            "acquireLicensePage": picture.licensor,
        }
    )
    return [whole, *(ORIGIN + crop.url for crop in picture.crops())]
