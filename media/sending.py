"""Pictures sent through the admin's form, one after the other; each is kept or refused for itself."""

import uuid
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile

from media import ingest
from media.arrivals import arriving
from media.models import Image
from media.wording import clean_file_name
from newsroom.editorial.errors import EditorialError
from newsroom.editorial.people import User


@dataclass
class Sent:
    """What became of one form: new pictures, pictures that were there already, and sentences by file name."""

    kept: list[Image] = field(default_factory=list)
    known: list[Image] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def all_refused(self) -> bool:
        return not self.kept and not self.known


def send(uploads: list[UploadedFile], *, token: uuid.UUID, by: User, texts: dict[str, str]) -> Sent:
    """Keeps each upload once: bytes that are there already make no second picture, and no copy."""
    sent = Sent()
    for upload in uploads:
        try:
            with arriving(upload) as arrival:
                known = ingest.known(arrival.sha256)
                if known is not None and known.has_bytes():
                    sent.known.append(known)
                    continue
                # The same form and the same bytes: the same UUID, also when two clicks arrive at once.
                image_id = uuid.uuid5(token, arrival.sha256)
                kept = ingest.keep(arrival, image_id=image_id, by=by, **texts)
                (sent.kept if kept.is_new else sent.known).append(kept.image)
        except EditorialError as error:
            sent.refused.append((clean_file_name(upload.name or ""), error.message))
    return sent
