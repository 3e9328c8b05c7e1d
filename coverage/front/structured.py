"""Structured data for machines: the event's coverage as schema.org has it."""

import datetime
import json
import zoneinfo
from collections.abc import Iterable

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString, mark_safe

from coverage.front.links import absolute, event_path, post_path
from coverage.record.models import EventHead, ReleasedPost
from coverage.record.titles import text_of, title_of
from media.picture import Picture


def as_script(data: dict) -> SafeString:
    """JSON that cannot end the `<script>` it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - every sign HTML knows is escaped


def live_blog(head: EventHead, posts: list[ReleasedPost]) -> dict:
    """A LiveBlogPosting with the posts of one page. What is not known is left out, never invented."""
    zone = zoneinfo.ZoneInfo(head.time_zone)
    address = absolute(event_path(head))
    prefetch_related_objects(posts, "picture_rows")
    changed = max([head.changed_at, *(post.changed_at for post in posts)])
    return known(
        {
            "@context": "https://schema.org",
            "@type": "LiveBlogPosting",
            "@id": address,
            "url": address,
            "headline": head.title,
            "description": head.standfirst,
            "inLanguage": head.language,
            "datePublished": _at(head.announced_at, zone),
            "dateModified": _at(changed, zone),
            "coverageStartTime": _at(head.opened_at or head.starts_at, zone),
            "coverageEndTime": _at(head.ended_at, zone),
            "publisher": _publisher(),
            "about": _event(head, zone),
            "liveBlogUpdate": [_update(head, post, zone) for post in posts],
        }
    )


def posting(head: EventHead, post: ReleasedPost) -> dict:
    """One post on its own page."""
    whole = _update(head, post, zoneinfo.ZoneInfo(head.time_zone))
    part = {"@type": "LiveBlogPosting", "@id": absolute(event_path(head))}
    return {"@context": "https://schema.org", **whole, "isPartOf": part, "publisher": _publisher()}


def _publisher() -> dict:
    return {"@type": "Organization", "name": "Newsroom", "url": settings.PUBLIC_URL}


def _event(head: EventHead, zone: zoneinfo.ZoneInfo) -> dict:
    address = known({"@type": "PostalAddress", "addressLocality": head.city, "addressCountry": head.country})
    place = known({"@type": "Place", "name": head.venue or head.city, "address": address})
    return known(
        {
            "@type": "Event",
            "name": head.title,
            "startDate": _at(head.starts_at, zone),
            "endDate": _at(head.ends_at, zone),
            "location": place if head.venue or head.city else None,
            "organizer": head.organiser and {"@type": "Organization", "name": head.organiser},
        }
    )


def _update(head: EventHead, post: ReleasedPost, zone: zoneinfo.ZoneInfo) -> dict:
    """The time is the one printed; a post without one gives none here either."""
    address = absolute(post_path(head, post))
    return known(
        {
            "@type": "BlogPosting",
            "@id": address,
            "url": address,
            "headline": title_of(post),
            "datePublished": _at(post.happened_at, zone),
            "dateModified": _at(post.changed_at, zone) if post.corrections else None,
            "articleBody": text_of(post),
            "author": post.byline and {"@type": "Person", "name": post.byline},
            "image": [image for picture in shown_in(post) for image in _images(picture)],
            "correction": [{"@type": "CorrectionComment", "text": c["note"]} for c in post.corrections],
        }
    )


def shown_in(post: ReleasedPost) -> list[Picture]:
    """A post's pictures that have files; costs a query unless `picture_rows` was prefetched."""
    return [picture for picture in post.pictures() if picture.place == "shown"]


def _images(picture: Picture) -> list[dict | str]:
    """The picture with its credit, and the addresses of its crops: 16:9, 4:3, 1:1.

    A credit may name an agency or several; only who is known to have made it is a person.
    """
    largest = picture.of_format("jpeg")[-1]
    whole = known(
        {
            "@type": "ImageObject",
            "contentUrl": absolute(largest.url),
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
    return [whole, *(absolute(crop.url) for crop in picture.crops())]


def share_card(posts: Iterable[ReleasedPost]) -> dict | None:
    """The picture others show when a page is shared: the first there is, cut to 16:9 if that is made."""
    picture = next((picture for post in posts for picture in shown_in(post)), None)
    if picture is None:
        return None
    wide = [crop for crop in picture.crops() if crop.spec == "crop-16x9"]
    source = wide[0] if wide else picture.of_format("jpeg")[-1]
    return {"url": absolute(source.url), "width": source.width, "height": source.height, "alt": picture.alt}


def known(values: dict) -> dict:
    """Without what is empty."""
    return {name: value for name, value in values.items() if value}


def _at(moment: datetime.datetime | None, zone: zoneinfo.ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
