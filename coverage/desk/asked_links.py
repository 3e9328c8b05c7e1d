"""How often a link to choose a password is written: anybody may ask, and whoever has the address gets the mail."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from coverage.models import AskedLink
from newsroom.editorial.addresses import hashed_line
from newsroom.editorial.standing_in_line import stand_in_line

WINDOW = timedelta(hours=1)
FOR_ONE_ADDRESS, FROM_ONE_LINE = 3, 20  # within the window
LINE = 0x6E72_706D  # names PostgreSQL's lock, ours alone
PURPOSE = "coverage.asked_links"


def admit(email: str, *, sender: str, at: datetime | None = None) -> bool:
    """Whether a link may be written to `email`, asked for from the address `sender`; counts it if so.

    Rows older than the window are deleted. It is the same work whether somebody has that e-mail address or nobody.
    """
    at = at or timezone.now()
    line = hashed_line(sender, PURPOSE)
    address = salted_hmac(PURPOSE, email.casefold(), algorithm="sha256").hexdigest()
    with transaction.atomic():
        stand_in_line(LINE)
        AskedLink.objects.filter(at__lte=at - WINDOW).delete()
        found = AskedLink.objects.aggregate(
            line=Count("pk", filter=Q(sender=line)), address=Count("pk", filter=Q(address=address))
        )
        has_room = found["line"] < FROM_ONE_LINE and found["address"] < FOR_ONE_ADDRESS
        if has_room:
            AskedLink.objects.create(sender=line, address=address, at=at)
    return has_room
