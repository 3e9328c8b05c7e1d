"""The wrap as schema.org has it: a NewsArticle that is based on the posts it was written from."""

import zoneinfo
from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from coverage.front.structured import CONTEXT
from coverage.record.described import (
    ORIGIN,
    at_home,
    correction_item,
    for_script,
    image_items,
    known,
    local_iso,
    newsroom,
    publisher,
)
from coverage.record.models import EventHead, ReleasedArticle, ReleasedPost
from coverage.record.paths import post_path, wrap_path
from coverage.record.staged import event_in_short
from media.picture import Picture


def news_article(
    head: EventHead, article: ReleasedArticle, sources: Iterable[ReleasedPost], pictures: Iterable[Picture]
) -> SafeString:
    """For a script. `sources` each as often as it is quoted, `pictures` those shown."""
    zone, address = zoneinfo.ZoneInfo(head.time_zone), ORIGIN + wrap_path(head)
    based_on = dict.fromkeys(ORIGIN + post_path(post.head, post) for post in sources)
    said = {
        **CONTEXT,
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": article.headline,
        "description": article.standfirst,
        "inLanguage": head.language,
        "datePublished": local_iso(article.published_at, zone),
        "dateModified": local_iso(article.changed_at, zone),
        "author": {"@type": "Person", "name": article.byline} if article.byline else newsroom(),
        "publisher": publisher(),
        "image": [image for picture in pictures for image in image_items(picture)],
        "about": event_in_short(head),
        "isBasedOn": list(based_on),
        "correction": [correction_item(one, zone) for one in article.corrections],
    }
    return mark_safe(at_home(for_script(known(said))))  # noqa: S308 - for_script made it
