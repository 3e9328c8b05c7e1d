"""Who is at which page of the desk: a heartbeat every ten seconds, gone after sixty. In Redis only, never a row.

Without Redis nobody is seen, nothing fails, and nothing waits longer than a fifth of a second. Each function is one
round trip.
"""

import datetime
import json
import logging
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from coverage.models import Event
from newsroom.editorial import impatient
from newsroom.editorial.people import User

log = logging.getLogger(__name__)

BEAT = 10  # seconds between two heartbeats
GONE = 60  # seconds after the last one
KEY = "desk:presence"  # a hash: "<person>:<page>" to JSON; a newsroom has few people
# Marks one as here, keeps since when, drops who is gone, and answers everybody.
_MARK = """
local now, gone = tonumber(ARGV[3]), tonumber(ARGV[4])
local mark = cjson.decode(ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local one = cjson.decode(all[i + 1])
  if one.at + gone <= now then redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] == ARGV[1] then mark.since = one.since end
end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(mark))
redis.call('EXPIRE', KEYS[1], gone)
return redis.call('HVALS', KEYS[1])
"""


@dataclass(frozen=True)
class Here:
    """Somebody at a page. `person`: her key; `name`: what colleagues call her; `event`: the page's, or None."""

    person: int
    name: str
    page: str
    event: int | None
    since: datetime.datetime


def here(person: User, page: str, *, event: Event | int | None = None) -> list[Here]:
    """Says that this person is at this page now; answers who else is, who came first first."""
    now = timezone.now().timestamp()
    mark = {"person": person.pk, "name": person.desk_name(), "page": page, "event": _pk(event)}
    mark |= {"since": now, "at": now}
    found = _ask(
        lambda server: server.eval(_MARK, 1, KEY, f"{person.pk}:{page}", json.dumps(mark), now, GONE)
    )
    return [one for one in _read(found) if one.page == page and one.person != person.pk]


def who_is(page: str) -> list[Here]:
    """Everybody at this page, who came first first."""
    return [one for one in _read(_ask(lambda server: server.hvals(KEY))) if one.page == page]


def who_is_at(event: Event | int) -> list[Here]:
    """Everybody at a page of this event, each page of hers for itself, who came first first."""
    pk = _pk(event)
    return [one for one in _read(_ask(lambda server: server.hvals(KEY))) if one.event == pk]


def leave(person: User, page: str) -> None:
    """Says that she left it."""
    _ask(lambda server: server.hdel(KEY, f"{person.pk}:{page}"))


def _pk(event: Event | int | None) -> int | None:
    return event.pk if isinstance(event, Event) else event


def _ask(question) -> list[bytes]:
    try:
        return question(impatient.server(settings.REDIS_URL))
    except (RedisError, OSError) as error:
        log.debug("nobody knows who is here: %s", error)
        return []


def _read(values: list[bytes]) -> list[Here]:
    after = timezone.now().timestamp() - GONE
    marks = sorted(map(json.loads, values), key=lambda mark: mark["since"])
    return [
        Here(
            mark["person"],
            mark["name"],
            mark["page"],
            mark.get("event"),
            datetime.datetime.fromtimestamp(mark["since"], datetime.UTC),
        )
        for mark in marks
        if mark["at"] > after
    ]
