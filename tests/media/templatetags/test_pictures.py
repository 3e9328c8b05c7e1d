import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from media.picture import Picture, Source

EVIL = '"><script>alert(1)</script>'


def picture(**changes) -> Picture:
    sources = tuple(
        Source(f"{format}-{width}", format, f"/pictures/abc/{format}-{width}.{ending}", width, width // 2)
        for format, ending in (("avif", "avif"), ("jpeg", "jpg"))
        for width in (320, 960, 1280)
    )
    return Picture(
        **{
            "image": "an-id", "credit": "Ada/Newsroom", "alt": "A stage", "caption": "Doors open",
            "width": 1280, "height": 640, "sources": sources, **changes,
        }
    )  # fmt: skip


def printed(shown, tag: str = "{% picture p %}") -> str:
    return Template("{% load pictures %}" + tag).render(Context({"p": shown})).strip()


def test_picture_is_printed_with_its_credit():
    sizes = "(min-width: 46rem) 44rem, 100vw"
    assert printed(picture()) == (
        '<figure class="picture"><picture><source type="image/avif" srcset="/pictures/abc/avif-320.avif 320w, '
        f'/pictures/abc/avif-960.avif 960w, /pictures/abc/avif-1280.avif 1280w" sizes="{sizes}">'
        '<img src="/pictures/abc/jpeg-960.jpg" srcset="/pictures/abc/jpeg-320.jpg 320w, '
        f'/pictures/abc/jpeg-960.jpg 960w, /pictures/abc/jpeg-1280.jpg 1280w" sizes="{sizes}" '
        'width="1280" height="640" alt="A stage" loading="lazy" decoding="async"></picture>'
        '<figcaption>Doors open <span class="credit">Ada/Newsroom</span></figcaption></figure>'
    )


def test_picture_in_a_narrower_place_says_so():
    assert printed(picture(), "{% picture p sizes='50vw' %}").count('sizes="50vw"') == 2


@pytest.mark.parametrize(
    ("people", "said"),
    [(("Ada", "Grace"), "From left: Ada, Grace."), (("Ada",), "Ada."), ((), None)],
)
def test_people_in_the_picture_are_named_from_the_left(people, said):
    found = re.findall('<span class="people">(.*?)</span>', printed(picture(people=people)))

    assert found == ([said] if said else [])


def test_reserved_place_is_as_large_as_its_picture():
    assert printed(picture(place="reserved", sources=())) == (
        '<figure class="picture reserved"><svg aria-hidden="true" width="1280" height="640" '
        'viewBox="0 0 1280 640"></svg><figcaption>The picture is on its way.</figcaption></figure>'
    )


def test_expired_picture_leaves_words_and_its_credit():
    assert printed(picture(place="expired", sources=(), alt="A <stage>")) == (
        '<figure class="picture expired"><figcaption>The right to show this picture has ended: A &lt;stage&gt; '
        '<span class="credit">Ada/Newsroom</span></figcaption></figure>'
    )


def test_picture_without_caption_has_its_credit():
    assert '<figcaption><span class="credit">Ada/Newsroom</span></figcaption>' in printed(picture(caption=""))


def test_picture_without_avif_has_no_source():
    jpegs = tuple(source for source in picture().sources if source.format == "jpeg")

    assert "<source" not in printed(picture(sources=jpegs))


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_picture_prints_nothing(nothing):
    assert printed(nothing) == ""


def test_everything_is_escaped():
    bad = Source("jpeg-320", "jpeg", f"/x{EVIL}", 320, 200)
    shown = printed(picture(credit=EVIL, alt=EVIL, caption=EVIL, sources=(bad,)))
    tags = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append(tag)
            assert not {"style", "onerror", "onload"} & {name for name, _ in attributes}

    Reader().feed(shown)
    assert tags == ["figure", "picture", "img", "figcaption", "span"]
