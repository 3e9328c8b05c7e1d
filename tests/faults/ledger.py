"""What the newsroom has when all is over: of its database and of its files, read by a process of its own."""

import json
import time

from tests.faults.whole import Whole

# What the sweeps would find in an hour they find now: files and rows look two hours old.
SETTLE = """
import datetime, os, time
from pathlib import Path
from django.db.models import F
from django.core.files.storage import storages
from coverage.publishing import card_drawing
from media import sweep
from media.models import Image
Image.objects.update(updated_at=F("updated_at") - datetime.timedelta(hours=2))
sweep.LOOKED_INTO = Image.objects.count()
then = time.time() - 7200
for name in ("originals", "renditions", "partials"):
    for path in Path(storages[name].location).rglob("*"):
        os.utime(path, (then, then))
sweep.delete_orphans(); sweep.delete_strays(); sweep.delete_partials(); card_drawing.tidy()
"""
# A minute passes: claims of dead workers run out, and beat calls the sweep.
MINUTE = """
import datetime
from django.db.models import F
from media import sweep
from media.models import Image
minute = datetime.timedelta(minutes=1)
Image.objects.update(updated_at=F("updated_at") - minute, claimed_at=F("claimed_at") - minute)
sweep.sweep()
"""
READ = """
import hashlib, json
from pathlib import Path
from django.core.files.storage import storages
from PIL import Image as Pillow
from coverage.models import Post
from coverage.publishing import schedule
from coverage.record.models import EventHead, Release, ShareCard
from media.models import Image, Rendition
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.receipts import Receipt

def stored(image):
    root = image.same_as or image
    if not root.original:
        return ""
    with storages["originals"].open(root.original) as file:
        return hashlib.sha256(file.read()).hexdigest()

def trouble(row):
    try:
        with storages["renditions"].open(row.file) as file, Pillow.open(file) as picture:
            picture.load()
            if (picture.size, file.size) != ((row.width, row.height), row.size):
                return f"{row.file} is not as its row has it"
    except (OSError, SyntaxError) as error:
        return f"{row.file}: {error}"

def lying(name):
    root = Path(storages[name].location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} if root.exists() else set()

images, files = list(Image.objects.select_related("same_as")), list(Rendition.objects.filter(state="ready"))
cards = ShareCard.objects.exclude(drawn_at=None)
named = {row.file for row in files} | {card.file for card in cards}
kept = {image.original for image in images if image.original}
stuck = [f"image {one.pk} is {one.state}" for one in images if one.state not in ("ready", "awaited", "withdrawn")]
stuck += [f"image {one.pk} is claimed" for one in images if one.claimed_at]
stuck += [f"image {one.pk} was not told of" for one in images if one.state == "ready" and not one.announced]
stuck += [f"rendition {row.image_id} {row.spec} is {row.state}" for row in Rendition.objects.exclude(state="ready")]
stuck += [f"{item.kind} {item.key} is due since {item.at}" for item in schedule.due()]
stuck += [f"receipt {row.pk} is empty" for row in Receipt.objects.filter(status=0)]
stuck += [f"card {card.pk} is not drawn" for card in ShareCard.objects.filter(drawn_at=None, given_up=False)]
print(json.dumps({
    "posts": [
        {"id": str(post.pk), "body": post.body, "state": post.state, "public_id": post.public_id or "",
         "released": post.released_revision.content["body"] if post.released_revision else "",
         "images": [str(one.image_id) for one in post.post_images.order_by("order")]}
        for post in Post.objects.select_related("released_revision").order_by("created_at")
    ],
    "pictures": {str(one.pk): {"sha256": stored(one), "state": one.state, "folder": one.public_name} for one in images},
    "broken": [said for row in files if (said := trouble(row))],
    "strays": sorted((lying("renditions") - named) | (lying("originals") - kept) | lying("partials")),
    "audit": list(AuditRow.objects.order_by("id").values("verb", "thing_type", "thing_id", "from_state", "to_state")),
    "stuck": stuck,
    "entries": [list(row) for row in Release.objects.order_by("seq").values_list("seq", "op", "public_id")],
    "seq": EventHead.objects.get().seq,
}))
"""


def settled(whole: Whole, *, seconds: float = 120, hurry: bool = False) -> dict:
    """What it has once nothing is under way any more; as it stands if that does not come in so long.

    `hurry`: the minute until what died is taken over passes at once.
    """
    if hurry:
        whole.run(MINUTE)
    deadline = time.monotonic() + seconds
    while read(whole)["stuck"] and time.monotonic() < deadline:
        time.sleep(1)
    whole.run(SETTLE)
    return read(whole)


def read(whole: Whole) -> dict:
    """`posts` in the order they were made, `pictures` by id, `audit` and `entries` in order; `stuck`, `broken` and
    `strays` are sentences and names that should not be."""
    return json.loads(whole.run(READ).splitlines()[-1])
