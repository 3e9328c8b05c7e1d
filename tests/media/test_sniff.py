import pytest

from media import sniff
from tests.media import drawing


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"", "empty"),
        (drawing.jpeg(64, 48)[:1024], "jpeg"),
        (drawing.saved(drawing.scene(64, 48), "PNG")[:1024], "png"),
        (drawing.saved(drawing.scene(64, 48), "WEBP")[:1024], "webp"),
        (drawing.animated("GIF")[:1024], "gif"),
        (drawing.HEIC, "heic"),
        (drawing.AVIF_START, "avif"),
        (drawing.SVG, "svg"),
        (b"\xef\xbb\xbf  <!-- x --> <SVG>", "svg"),
        ("<svg/>".encode("utf-16"), "svg"),
        (drawing.PDF, "pdf"),
        (b"II*\x00" + bytes(40), "tiff"),
        (b"BM" + bytes(40), "bmp"),
        (b"PK\x03\x04" + bytes(40), "unknown"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(40), "unknown"),
    ],
)
def test_kind_is_told_by_the_first_bytes(start, kind):
    assert sniff.kind_of(start) == kind


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": drawing.camera_exif(6).tobytes()}])
def test_webp_canvas_is_read_from_each_kind_of_header(options):
    data = drawing.saved(drawing.scene(321, 123), "WEBP", **options)

    assert sniff.webp_canvas(data[:1024]) == (321, 123)
    assert not sniff.webp_is_cut(data[:1024], len(data))
    assert sniff.webp_is_cut(data[:1024], len(data) - 10)


def test_webp_canvas_of_nonsense_is_none():
    assert sniff.webp_canvas(b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(40)) is None
    assert sniff.webp_canvas(b"RIFF\x00\x00\x00\x00WEBP") is None
