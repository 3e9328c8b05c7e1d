"""Pictures drawn for the tests: a gradient with a red corner at the top left, in every shape of file we fear."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw

RED, BLUE = (220, 30, 30), (20, 40, 200)
SERIAL = "SN-0123456789"
# How a camera held each way stores the pixels: what to do to an upright picture so that the tag is true.
_STORED = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def scene(width: int = 1400, height: int = 900, seed: int = 0) -> Image.Image:
    """Upright: a gradient, a red square at the top left, a blue one at the bottom right."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw, side = ImageDraw.Draw(image), min(width, height) // 4
    across = seed % 10 * width // 40
    draw.ellipse((width // 3 + across, height // 3, width // 2 + across, height // 2), fill=(240, 200, 40))
    draw.rectangle((0, 0, side, side), fill=RED)
    draw.rectangle((width - side, height - side, width, height), fill=BLUE)
    return image


def camera_exif(orientation: int | None = None) -> Image.Exif:
    """What a phone writes: where it stood, which one it was, how it was held."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Phone maker", "Phone 9"
    exif[0xC62F] = SERIAL
    if orientation is not None:
        exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0xA431] = SERIAL
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.9), 3: "E", 4: (2.0, 17.0, 40.2)})
    return exif


def saved(image: Image.Image, format: str = "JPEG", **options) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def jpeg(width: int = 1400, height: int = 900, *, seed: int = 0, **options) -> bytes:
    return saved(scene(width, height, seed), quality=90, **options)


def phone_jpeg(orientation: int, width: int = 1400, height: int = 900, format: str = "JPEG") -> bytes:
    """As a camera stores it; turned by its tag it is `scene(width, height)`."""
    image = scene(width, height)
    for step in _STORED[orientation]:
        image = image.transpose(step)
    return saved(image, format, exif=camera_exif(orientation), comment=b"taken at home")


def swapped_profile() -> bytes:
    """An RGB profile whose red and blue primaries have changed places: unconverted pixels show at once."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132])
    places = {bytes(profile[at : at + 4]): at for at in range(132, 132 + count * 12, 12)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    # Not an sRGB any more, so it must not say so.
    return (
        bytes(profile)
        .replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
        .replace(b"sRGB", b"swap")
    )


def png_header(width: int, height: int, pixels: bytes = b"", depth: int = 8, color: int = 2) -> bytes:
    """A PNG that says it has these pixels, whatever stands in it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def bomb(side: int = 30_000) -> bytes:
    """Black and white, 900 million pixels in little more than a hundred kilobytes."""
    row = b"\x00" + bytes(side // 8)
    return png_header(side, side, zlib.compress(row * side, 9), depth=1, color=0)


def webp_header(width: int, height: int) -> bytes:
    """A WebP whose canvas is this large, with nothing on it."""
    body = struct.pack("<I", 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def animated(format: str) -> bytes:
    frames = [scene(64, 48, seed) for seed in (1, 4, 8)]
    return saved(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def heic(name: str) -> bytes:
    """A small file encoded elsewhere (our wheels decode HEVC only): `scene`, `turned` by irot, `swapped` profile."""
    return (Path(__file__).parent / "data" / f"{name}.heic").read_bytes()


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
AVIF_START = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(200)
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
