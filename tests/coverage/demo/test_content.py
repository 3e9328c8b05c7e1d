import re
from datetime import time
from html.parser import HTMLParser

import pytest

from coverage.demo.content import EVENT, KEYNOTE_DAY, KEYNOTES, ORGANISATIONS, POSTS, SPEAKERS
from coverage.demo.pictures import PICTURES

ALLOWED_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote"}
FORMATS = {"keynote", "panel", "show", "fireside", "demo", "opening", "closing", "break"}
KINDS = {"update", "photo", "quote", "marker"}
ROLES = {"speaker", "host", "moderator", "panellist"}
QUOTATION_MARKS = re.compile("[\"“”„«»‘‹›]|(?<!\\w)['’]|&(?:ldquo|rdquo|quot|laquo|raquo);")

posts = pytest.mark.parametrize("post", POSTS, ids=lambda post: post.key)
keynotes = pytest.mark.parametrize("keynote", KEYNOTES, ids=lambda keynote: keynote.slug)

speaker_slugs = {speaker.slug for speaker in SPEAKERS}
organisation_slugs = {organisation.slug for organisation in ORGANISATIONS}
keynote_slugs = {keynote.slug for keynote in KEYNOTES}
picture_keys = {picture.key for picture in PICTURES}


class Reading(HTMLParser):
    """The tags and the words of a body, and whether its tags close in order."""

    def __init__(self, body):
        super().__init__()
        self.tags, self.open, self.well_formed, text = set(), [], True, []
        self.handle_data = text.append
        self.feed(body)
        self.close()
        self.words = " ".join(text).split()
        self.well_formed = self.well_formed and not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.well_formed = self.well_formed and bool(self.open) and self.open.pop() == tag


def bodies(post):
    return [post.body] + ([post.correction.body] if post.correction else [])


def test_event():
    assert EVENT.slug == "kubecon-eu-2024"
    assert EVENT.time_zone == "Europe/Paris"
    assert EVENT.default_credit == "Newsroom"
    assert EVENT.starts_on <= KEYNOTE_DAY <= EVENT.ends_on


@pytest.mark.parametrize(
    "names",
    [
        [post.key for post in POSTS],
        [keynote.slug for keynote in KEYNOTES],
        [speaker.slug for speaker in SPEAKERS],
        [organisation.slug for organisation in ORGANISATIONS],
    ],
)
def test_names_are_unique_slugs(names):
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_seventeen_speakers_and_every_one_appears():
    appearing = {appearance.speaker for keynote in KEYNOTES for appearance in keynote.appearances}

    assert len(SPEAKERS) == 17
    assert appearing == speaker_slugs


def test_every_organisation_is_somebodys_and_every_speakers_exists():
    assert {speaker.organisation for speaker in SPEAKERS} - {""} == organisation_slugs


def test_ten_items_of_which_eight_follow_arrivals_and_video():
    assert [keynote.slug for keynote in KEYNOTES[:2]] == ["arrivals", "opening-video"]
    assert len(KEYNOTES[2:]) == 8


def test_keynotes_are_in_time_order_and_do_not_overlap():
    times = [time.fromisoformat(at) for keynote in KEYNOTES for at in (keynote.starts_at, keynote.ends_at)]

    assert times == sorted(times)
    assert all(keynote.starts_at < keynote.ends_at for keynote in KEYNOTES)


@keynotes
def test_keynote_uses_known_words_and_existing_rows(keynote):
    assert keynote.format in FORMATS
    assert keynote.sponsor is None or keynote.sponsor in organisation_slugs
    assert keynote.summary.endswith(".")
    for appearance in keynote.appearances:
        assert appearance.speaker in speaker_slugs
        assert appearance.role in ROLES
        assert appearance.organisation in organisation_slugs | {""}
        assert appearance.name_as_billed


def test_microsoft_sponsors_one_keynote_and_its_first_post_says_so():
    sponsored = [keynote for keynote in KEYNOTES if keynote.sponsor]
    first = next(post for post in POSTS if post.keynote == sponsored[0].slug)

    assert [keynote.sponsor for keynote in sponsored] == ["microsoft"]
    assert "sponsored" in first.body


def test_only_haddad_appears_by_video():
    by_video = [
        (keynote.slug, appearance.speaker)
        for keynote in KEYNOTES
        for appearance in keynote.appearances
        if appearance.by_video
    ]

    assert by_video == [("cloud-native-news-show", "ibrahim-haddad")]


def test_sharma_speaks_and_then_moderates():
    roles = [
        (keynote.slug, appearance.role)
        for keynote in KEYNOTES
        for appearance in keynote.appearances
        if appearance.speaker == "priyanka-sharma"
    ]

    assert roles == [("opening-remarks", "speaker"), ("cloud-native-and-ai", "moderator")]


def test_fifty_two_posts_in_the_order_they_happened():
    times = [time.fromisoformat(post.time) for post in POSTS if post.time]

    assert len(POSTS) == 52
    assert times == sorted(set(times))
    assert 1 <= len(POSTS) - len(times) <= 4


def test_posts_of_one_keynote_stand_together_in_running_order():
    order = [keynote.slug for keynote in KEYNOTES]
    places = [order.index(post.keynote) for post in POSTS if post.keynote]

    assert places == sorted(places)
    assert set(places) == set(range(len(order)))


@posts
def test_post_uses_known_words_and_existing_rows(post):
    assert post.kind in KINDS
    assert post.author in {"reporter", "photographer"}
    assert post.keynote is None or post.keynote in keynote_slugs
    assert set(post.speakers) <= speaker_slugs
    assert {quote.speaker for quote in post.quotes} - {None} <= set(post.speakers)
    assert {key for key, _ in post.pictures} <= picture_keys
    assert all(caption for _, caption in post.pictures)


@posts
def test_post_carries_what_its_kind_promises(post):
    assert (post.kind == "photo") == bool(post.pictures)
    assert (post.kind == "quote") == bool(post.quotes)
    assert post.headline or not (post.key_event or post.kind == "marker")


@posts
def test_body_is_twenty_to_seventy_words_in_allowed_tags(post):
    for body in bodies(post):
        reading = Reading(body)

        assert reading.tags <= ALLOWED_TAGS
        assert reading.well_formed
        assert 20 <= len(reading.words) <= 70


@posts
def test_nobody_is_quoted_word_for_word(post):
    told = [*bodies(post), *(quote.text for quote in post.quotes)]

    assert [text for text in told if QUOTATION_MARKS.search(re.sub("<[^>]*>", "", text))] == []
    assert [quote for quote in post.quotes if quote.verbatim] == []
    assert all(quote.attribution for quote in post.quotes)


def test_speakers_of_a_post_appear_in_its_keynote():
    appearing = {keynote.slug: {a.speaker for a in keynote.appearances} for keynote in KEYNOTES}
    strays = [
        post.key for post in POSTS if post.keynote and not set(post.speakers) <= appearing[post.keynote]
    ]

    assert strays == []


def test_one_post_reports_the_three_guests_of_the_ai_panel_and_tags_them():
    post = next(post for post in POSTS if post.key == "three-workloads")

    assert post.speakers == ("timothee-lacroix", "paige-bailey", "jeffrey-morgan")
    assert all(name in post.body for name in ("Lacroix", "Bailey", "Morgan"))


def test_one_quote_is_by_an_unidentified_panellist():
    unknown = [
        (quote.speaker, quote.attribution)
        for post in POSTS
        for quote in post.quotes
        if "not" in quote.attribution
    ]

    assert unknown == [(None, "a panellist, not identified")]


def test_one_post_misspells_a_name_and_its_correction_puts_it_right():
    (post,) = (post for post in POSTS if post.correction)
    right = next(speaker.name for speaker in SPEAKERS if speaker.slug == "jeffrey-morgan")

    assert right not in post.body
    assert right in post.correction.body
    assert right in post.correction.note


def test_key_events_are_a_readable_summary():
    key_events = [post for post in POSTS if post.key_event]

    assert 8 <= len(key_events) <= 18
    assert len({post.headline for post in key_events}) == len(key_events)
