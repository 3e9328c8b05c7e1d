"""A picture put under the client's own UUID, whichever way its bytes came: once, and a repeat gets the first answer."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404

from media import ingest
from media.answers import image_answer
from media.arrivals import Arrival
from media.models import Image
from newsroom.editorial.crash import crash_at
from newsroom.editorial.errors import StaleState
from newsroom.editorial.people import User
from newsroom.editorial.receipts import once, request_key

Answered = tuple[int, dict]  # a status and an answer


def put_image(
    by: User,
    image_id: UUID,
    given: Mapping[str, Any],
    arrival: Arrival | None,
    *,
    version: int | None = None,
) -> Answered:
    """Takes in an image, or what is said of one (`given` is cleaned); without bytes it is awaited. As `ingest`.

    `version`: of what is said of it, as the sender saw it; None: whatever it is now. Raises Http404 if there is no
    image it could be of, and StaleState with `current`.
    """

    def keep() -> ingest.Kept:
        _check_version(image_id, version, by)
        if arrival is None:
            return ingest.expect(image_id=image_id, by=by, **given)
        return ingest.keep(arrival, image_id=image_id, by=by, **given)

    key = image_key(image_id, given, arrival and arrival.sha256, version)
    return _once(by, key, keep, image_id, arrival)


def put_original(by: User, image_id: UUID, arrival: Arrival) -> Answered:
    """Takes in the original of an image that came as a scaled copy. Raises as `ingest.keep_original`."""
    keep = partial(ingest.keep_original, arrival, image_id=image_id, by=by)
    return _once(by, original_key(image_id, arrival.sha256), keep, image_id, arrival)


def image_key(
    image_id: UUID, given: Mapping[str, Any], sha256: str | None, version: int | None = None
) -> str:
    """Of the receipt: the same fields and the same bytes, over the same version, are the same request."""
    seen = () if version is None else (version,)
    return request_key("PUT image", str(image_id), given, sha256, *seen)


def original_key(image_id: UUID, sha256: str) -> str:
    return request_key("PUT original", str(image_id), sha256)


def _check_version(image_id: UUID, version: int | None, by: User) -> None:
    if version is None:
        return
    image = Image.objects.select_for_update().filter(pk=image_id).first()
    if image is None:
        raise Http404
    if image.words_version != version:
        stale = StaleState(
            "Somebody changed what is said of this picture meanwhile. Look at it as it is now."
        )
        stale.extra = {"current": image_answer(image, similar_for=by)}
        raise stale


def _once(
    by: User, key: str, keep: Callable[[], ingest.Kept], image_id: UUID, arrival: Arrival | None
) -> Answered:
    def work() -> Answered:
        kept = keep()
        crash_at("picture.kept")
        image = Image.objects.with_files().get(pk=kept.image.pk)
        return (201 if kept.is_new else 200), image_answer(image, similar_for=by)

    try:
        answer = once(by, key, work)
    except BaseException:
        if arrival is not None:
            ingest.put_back(arrival, image_id)
        raise
    crash_at("picture.committed")
    return answer
