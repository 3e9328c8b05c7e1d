"""What a reporter may type and photograph, by chance, and the newsroom's own list of what it has."""

import io
import json
import random
from base64 import b64encode
from dataclasses import dataclass

from PIL import Image

from tests.journeys.conftest import RunningNewsroom

PLAIN = ("doors", "hall", "naïve", "7,500", "—", "“quoted”", "e\u0301", "https://example.org/?a=1&b=2")
MARKUP = ("<b>bold</b>", "<script>", "&amp;", "&", "a<b>c", "{{ slug }}", "${x}", "%s", "\\n", "'", '"')
EMOJI = ("🎉", "👩🏽\u200d💻", "🇫🇷", "👨\u200d👩\u200d👧", "❤\ufe0f")
LETTERS = ("𝒜𝓃𝓃𝒶", "漢字", "مرحبا\u200f", "\u202bשלום\u202c", "Z\u0338\u031b")
INSIDE = "\u2028\u2029\u00a0\u200b\ufeff\u00ad\t\x0b\x1b\x7f\ufffd"
WORDS = (*PLAIN, *MARKUP, *EMOJI, *LETTERS, *(f"a{odd}b" for odd in INSIDE), "x" * 300)
LONGEST = 300  # words
WITH_PICTURES = 0.1


@dataclass(frozen=True)
class Typed:
    """`pictures`: JPEGs in base64."""

    text: str
    pictures: list[str]


def typed(chance: random.Random) -> Typed:
    """One filing in ten has one or two photographs; some of these have no words."""
    pictures = chance.choice((1, 2)) if chance.random() < WITH_PICTURES else 0
    text = "" if pictures and chance.random() < 0.2 else text_of_chance(chance)
    return Typed(text, [picture(chance) for _ in range(pictures)])


def text_of_chance(chance: random.Random) -> str:
    """From one word to some three hundred, most of them few, in lines and paragraphs."""
    words = chance.choices(WORDS, k=int(LONGEST ** chance.random()))
    between = chance.choices((" ", "  ", "\n", "\n\n"), (90, 2, 4, 4), k=len(words) - 1)
    return "".join(part for pair in zip(words, [*between, ""], strict=True) for part in pair)


def picture(chance: random.Random) -> str:
    width, height = chance.randint(40, 400), chance.randint(40, 300)
    image = Image.frombytes("RGB", (width, height), chance.randbytes(width * height * 3))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return b64encode(buffer.getvalue()).decode()


# Of the newsroom's database and of its files, the order in which posts were made.
READ = """
import hashlib, json
from django.core.files.storage import storages
from coverage.models import Post
from media.models import Image

def stored(image):
    with storages["originals"].open(image.original) as file:
        return hashlib.sha256(file.read()).hexdigest()

posts = [
    {
        "id": str(post.pk),
        "body": post.body,
        "state": post.state,
        "version": post.version,
        "made_at": post.created_at.timestamp(),
        "pictures": [str(one.image_id) for one in post.post_images.order_by("order")],
    }
    for post in Post.objects.order_by("created_at")
]
print(json.dumps({"posts": posts, "pictures": {str(image.pk): stored(image) for image in Image.objects.all()}}))
"""


def kept_by(newsroom: RunningNewsroom) -> dict:
    """`posts`, as they were made, and `pictures`: the SHA-256 of each one's stored bytes, by its id."""
    return json.loads(newsroom.command("shell", "--no-imports", "-v", "0", "-c", READ))
