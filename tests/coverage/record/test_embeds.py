"""Lone links become cards, videos of known providers with a player to ask for; nothing else changes."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings

from coverage.models.markup import clean_html, paragraphs
from coverage.record.embeds import PROVIDERS, with_cards

PLAYER = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=10s",
        "https://m.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?t=3",
        "https://www.youtube.com/live/dQw4w9WgXcQ",
        "http://youtube.com/shorts/dQw4w9WgXcQ",
    ],
)
def test_a_video_of_a_known_provider_has_its_player(address):
    card = with_cards(clean_html(f'<p><a href="{address}">The keynote</a></p>'))

    assert f'data-player="{PLAYER}"' in card
    assert ">The keynote</a>" in card
    assert '<span class="host">YouTube</span>' in card


def test_an_address_typed_on_a_phone_is_a_card_too():
    card = with_cards(clean_html(paragraphs("Watch it again:\n\nhttps://vimeo.com/123456789\n\nOr read.")))

    assert card.startswith("<p>Watch it again:</p>")
    assert 'data-player="https://player.vimeo.com/video/123456789?dnt=1&amp;autoplay=1"' in card
    assert card.endswith("<p>Or read.</p>")


def test_another_link_alone_is_a_card_with_its_host_and_no_player():
    card = with_cards(
        clean_html('<p><a href="https://www.example.org/a?b=1&amp;c=2">What <em>it</em> says</a></p>')
    )

    assert card == (
        '<p class="link-card"><a href="https://www.example.org/a?b=1&amp;c=2" rel="noopener nofollow">'
        'What it says</a> <span class="host">example.org</span></p>'
    )


@pytest.mark.parametrize(
    "body",
    [
        '<p>See <a href="https://youtu.be/dQw4w9WgXcQ">this</a>.</p>',
        '<p><a href="https://youtu.be/dQw4w9WgXcQ">this</a> and <a href="https://example.org/">that</a></p>',
        '<p><a href="mailto:desk@example.org">Write</a></p>',
        '<ul><li><a href="https://youtu.be/dQw4w9WgXcQ">this</a></li></ul>',
        "<p>https://</p>",
        "<p>https://[link]</p>",
        '<p><a href="http://[TK]/x">http://[TK]/x</a></p>',
        "<p>https://not a host/</p>",
    ],
)
def test_what_is_no_lone_link_stays_as_it_was(body):
    cleaned = clean_html(body)

    assert with_cards(cleaned) == cleaned


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/https://youtu.be/dQw4w9WgXcQ",
        "https://www.youtube.com/watch?v=tooshort",
        "https://youtu.be/dQw4w9WgXcQlonger",
        "https://user@youtu.be/dQw4w9WgXcQ",
    ],
)
def test_what_only_looks_like_a_provider_gets_no_player(address):
    assert "data-player" not in with_cards(clean_html(f'<p><a href="{address}">x</a></p>'))


def test_nothing_escapes_its_attribute():
    card = with_cards(
        clean_html("""<p><a href='https://example.org/"><script>alert(1)</script>'>a"b</a></p>""")
    )

    assert "<script" not in card


def test_every_player_may_be_framed_and_nothing_else():
    origins = ["{0.scheme}://{0.netloc}".format(urlsplit(provider.player)) for provider in PROVIDERS]

    assert settings.SECURE_CSP["frame-src"] == origins
