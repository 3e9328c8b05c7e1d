"""What Pillow may be made to do, set in one place for the whole process."""

import warnings

import pi_heif
from django.conf import settings
from PIL import Image, ImageFile

# Wider or taller pictures fit no format we write (JPEG ends at 65,535, and scaled ones must fit too).
MAX_SIDE = 20_000
# Kinds that no decoder reads row by row (progressive, interlaced, WebP, HEIC, AVIF) are taken up to this.
MAX_PIXELS_IN_MEMORY = 50_000_000


def apply() -> None:
    """Refuse huge pictures from their header, and never make do with half a file."""
    Image.MAX_IMAGE_PIXELS = settings.IMAGE_MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
