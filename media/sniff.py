"""What a file is, by its first bytes and never by its name, and how large a PNG or WebP says it is.

Sources: the magic numbers of each format; ISO/IEC 14496-12 section 4.3 for `ftyp` boxes; RFC 9649 for WebP;
the PNG specification, third edition, section 11.2.1 for IHDR.
"""

TAKEN = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF", "avif": "AVIF"}
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic", "AVIF": "avif"}
ENOUGH = 1024  # bytes from the start that `kind_of` needs

_TAKES = "JPEG, HEIC, PNG, WebP and AVIF pictures are taken"
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
# ISO/IEC 23008-12 annex B and the AV1 image format: sequences of pictures.
_SEQUENCES = (b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis")
_SENTENCES = {
    "empty": "The file is empty. Choose it again, or export the picture once more.",
    "sequence": "This is a burst or an animation. Single pictures are taken: export one of its frames.",
    "svg": f"SVG drawings are not taken, because they can carry programs. {_TAKES}: export one of these.",
    "pdf": f"This is a PDF document. {_TAKES}: export the page as a picture.",
    "gif": f"GIF pictures are not taken. {_TAKES}.",
    "tiff": f"TIFF and raw camera files are not taken. {_TAKES}: export a JPEG.",
    "bmp": f"BMP pictures are not taken. {_TAKES}.",
    "unknown": f"This is not a picture we know. {_TAKES}.",
}


def refusal_of(kind: str) -> str:
    """The sentence for the person who sent a file of a kind that is not taken."""
    return _SENTENCES[kind]


def kind_of(start: bytes) -> str:
    """The kind of file that begins with `start` (at least `ENOUGH` bytes, or all there are)."""
    if not start:
        return "empty"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start[4:8] == b"ftyp":
        return _kind_of_box(start)
    if start.startswith(b"GIF8"):
        return "gif"
    if start.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return "tiff"
    if start.startswith(b"BM"):
        return "bmp"
    if b"%PDF-" in start:
        return "pdf"
    if b"<svg" in start.replace(b"\x00", b"").lower():
        return "svg"
    return "unknown"


def _kind_of_box(start: bytes) -> str:
    if start[8:12] in _SEQUENCES:
        return "sequence"
    box = start[8 : min(int.from_bytes(start[:4]), ENOUGH)]
    brands = [box[at : at + 4] for at in range(0, len(box), 4)]
    if b"avif" in brands:
        return "avif"
    return "heic" if any(brand in brands for brand in _HEIC_BRANDS) else "unknown"


def png_canvas(start: bytes) -> tuple[int, int] | None:
    """Width and height in pixels by the header, which must come first; None if it does not."""
    if start[12:16] != b"IHDR" or len(start) < 24:
        return None
    return int.from_bytes(start[16:20]), int.from_bytes(start[20:24])


def webp_canvas(start: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, before any decoder sees the file; None if the header makes no sense."""
    chunk, body = start[12:16], start[20:30]
    if len(body) < 10:
        return None
    if chunk == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        size = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
        return size[0] & 0x3FFF, size[1] & 0x3FFF
    return None


def webp_is_cut(start: bytes, size: int) -> bool:
    """Whether a WebP file of `size` bytes is shorter than its header says."""
    return int.from_bytes(start[4:8], "little") + 8 > size
