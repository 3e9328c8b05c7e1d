"""What schema.org allows of the types we use, and what Google asks of them, as data; and the check against it.

Allowed values are those of https://schema.org/<Type> as of version 29, as far as we use them: a property that is not
listed is an error, and so is a type. `required` and `recommended` are Google's, of its pages on Article, live blogs,
Event, breadcrumbs, image metadata, profile pages and organisations (developers.google.com/search/docs/appearance/
structured-data), as far as a newsroom can know them; where Google says nothing, what schema.org's own examples have.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

TEXT, URL, TIME, NUMBER = "Text", "URL", "DateTime", "Number"


@dataclass(frozen=True)
class Type:
    """`allowed`: the kinds of value each property may have, types by name. A role may stand for its own value."""

    allowed: dict[str, set[str]]
    required: frozenset[str] = frozenset()
    recommended: frozenset[str] = frozenset()


def of(allowed: dict[str, set[str]], required: str = "", recommended: str = "") -> Type:
    return Type(allowed, frozenset(required.split()), frozenset(recommended.split()))


AUTHORS = {"Person", "Organization"}
PICTURES = {"ImageObject", URL}
ARTICLE = {
    "headline": {TEXT},
    "articleBody": {TEXT},
    "description": {TEXT},
    "url": {URL},
    "mainEntityOfPage": {URL},
    "image": PICTURES,
    "inLanguage": {TEXT},
    "datePublished": {TIME},
    "dateModified": {TIME},
    "author": AUTHORS,
    "publisher": AUTHORS,
    "correction": {"CorrectionComment", TEXT, URL},
    "about": {"Event"},
    "isPartOf": {"LiveBlogPosting"},
}
TYPES = {
    "LiveBlogPosting": of(
        {
            **ARTICLE,
            "coverageStartTime": {TIME},
            "coverageEndTime": {TIME},
            "liveBlogUpdate": {"BlogPosting"},
        },
        "headline",
        "url datePublished dateModified coverageStartTime coverageEndTime author publisher image about "
        "mainEntityOfPage liveBlogUpdate description",
    ),
    "NewsArticle": of(
        {**ARTICLE, "isBasedOn": {URL}},
        "headline url",
        "datePublished dateModified author publisher image mainEntityOfPage",
    ),
    "BlogPosting": of(ARTICLE, "headline url", "datePublished dateModified articleBody author image"),
    "Event": of(
        {
            "name": {TEXT},
            "description": {TEXT},
            "url": {URL},
            "image": PICTURES,
            "startDate": {TIME},
            "endDate": {TIME},
            "eventStatus": {"EventStatusType"},
            "location": {"Place"},
            "organizer": AUTHORS,
            "sponsor": AUTHORS,
            "performer": AUTHORS,
            "subEvent": {"Event"},
            "superEvent": {"Event"},
        },
        "name startDate location",
        "endDate eventStatus image description organizer performer",
    ),
    "Place": of({"name": {TEXT}, "address": {"PostalAddress"}}, "name address"),
    "PostalAddress": of(
        {"addressLocality": {TEXT}, "addressCountry": {TEXT}}, "", "addressLocality addressCountry"
    ),
    "PerformanceRole": of({"roleName": {TEXT, URL}, "performer": AUTHORS}, "performer", "roleName"),
    "Person": of(
        {
            "name": {TEXT},
            "url": {URL},
            "jobTitle": {TEXT},
            "worksFor": {"Organization"},
            "performerIn": {"Event"},
        },
        "name",
    ),
    "Organization": of({"name": {TEXT}, "url": {URL}}, "name"),
    "ProfilePage": of({"url": {URL}, "mainEntity": AUTHORS}, "mainEntity"),
    "CorrectionComment": of({"text": {TEXT}, "datePublished": {TIME}}, "text datePublished"),
    "ImageObject": of(
        {
            "url": {URL},
            "contentUrl": {URL},
            "width": {NUMBER},
            "height": {NUMBER},
            "caption": {TEXT},
            "creator": AUTHORS,
            "creditText": {TEXT},
            "copyrightNotice": {TEXT},
            "license": {URL},
            "acquireLicensePage": {URL},
        },
        "width height caption",
    ),
    "WebSite": of(
        {"name": {TEXT}, "url": {URL}, "publisher": AUTHORS, "potentialAction": {"SearchAction"}},
        "name url potentialAction",
    ),
    "SearchAction": of({"target": {"EntryPoint"}, "query-input": {TEXT}}, "target query-input"),
    "EntryPoint": of({"urlTemplate": {TEXT}}, "urlTemplate"),
    "BreadcrumbList": of({"itemListElement": {"ListItem"}}, "itemListElement"),
    "ListItem": of({"position": {NUMBER}, "name": {TEXT}, "item": {URL}}, "position name item"),
}
STATUS = re.compile(r"https://schema\.org/Event(Scheduled|Cancelled|Postponed|Rescheduled|MovedOnline)")


def problems(data: dict) -> list[str]:
    """What is wrong: types and properties there are not, values of another kind, what is required and missing."""
    if data.get("@context") != "https://schema.org":
        return ["@context is not schema.org"]
    return _problems({name: value for name, value in data.items() if name != "@context"}, data["@type"])


def lacking(data: dict) -> dict[str, set[str]]:
    """What is recommended and missing, by the type it is missing from."""
    found: dict[str, set[str]] = {}
    for node in nodes(data):
        missing = TYPES[node["@type"]].recommended - node.keys()
        if missing and not _is_reference(node):
            found.setdefault(node["@type"], set()).update(missing)
    return found


def nodes(value: Any):
    """Everything that has a type, from the outside in."""
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)


def _problems(node: dict, where: str) -> list[str]:
    kind = TYPES.get(node.get("@type", ""))
    if kind is None:
        return [f"{where}: there is no type {node.get('@type')}"]
    found = []
    if not _is_reference(node):
        found += [f"{where}: {name} is missing" for name in sorted(kind.required - node.keys())]
    for name, value in node.items():
        if name in ("@type", "@id"):
            continue
        for one in value if isinstance(value, list) else [value]:
            found += _problems_of_value(kind.allowed.get(name), one, name, f"{where}.{name}")
    return found


def _problems_of_value(allowed: set[str] | None, value: Any, name: str, where: str) -> list[str]:
    if allowed is None:
        return [f"{where}: there is no such property"]
    if not isinstance(value, dict):
        return (
            [] if any(_is(kind, value) for kind in allowed) else [f"{where}: {value!r} is none of {allowed}"]
        )
    if value.get("@type") == "PerformanceRole" and name in value:
        return _problems(value, where)
    wrong = [] if value.get("@type") in allowed else [f"{where}: {value.get('@type')} is none of {allowed}"]
    return wrong + _problems(value, where)


def _is(kind: str, value: Any) -> bool:
    if kind == NUMBER:
        return isinstance(value, int) and value > 0
    if not isinstance(value, str) or not value.strip():
        return False
    if kind == URL:
        return bool(re.fullmatch(r"https?://[^\s\"<>]+", value))
    if kind == TIME:
        return _is_time(value)
    if kind == "EventStatusType":
        return bool(STATUS.fullmatch(value))
    return kind == TEXT


def _is_time(value: str) -> bool:
    """ISO 8601 with its offset: Google reads one without as its own."""
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_reference(node: dict) -> bool:
    """The live blog a post is part of, named and told elsewhere."""
    return node["@type"] == "LiveBlogPosting" and "liveBlogUpdate" not in node
