"""The search page: what it shows of what it finds, how it goes on, and what it says if there is nothing."""

import re
from urllib.parse import quote

import pytest

from coverage.front.search import A_PAGE
from coverage.models import Appearance, Keynote, Speaker
from coverage.publishing import filing, programme, publication
from tests.coverage.front.summit import address
from tests.factories import make_appearance, make_image


def text_of(client, query: str) -> str:
    answer = client.get(f"/search/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def titles(page: str) -> list[str]:
    """Of the posts, in order."""
    return [re.sub("<[^>]*>", "", found) for found in re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", page)]


def test_it_finds_posts_keynotes_speakers_and_events(client, event, release):
    release(event, "<p>The turbine hums.</p>", headline="Wind", minute=1)
    release(
        event, quotes=[{"attribution": "a guest", "text": "Turbines é bien.", "verbatim": True}], minute=2
    )

    page = text_of(client, "q=turbine")

    assert titles(page) == ["Wind", "Something happened."]
    assert "<p>… a guest: <mark>Turbines</mark> é bien.</p>" in page
    assert "2 posts found" in page
    assert "<mark>Opening</mark> words" in text_of(client, "q=opening")
    assert "/speakers/vera-k/" in text_of(client, "q=vera")
    assert '<a class="slot-link" href="/events/summit/">The <mark>Summit</mark></a>' in text_of(
        client, "q=summit"
    )


def test_it_wants_every_word(client, event, release):
    release(event, "<p>The turbine hums.</p>", headline="Wind")

    assert "Nothing found." in text_of(client, "q=turbine+sings")
    assert titles(text_of(client, "q=turbine+hums+wind")) == ["Wind"]


def test_it_reads_words_and_not_markup(client, event, release):
    release(
        event, '<p>The <strong>R&amp;D hall</strong>, <a href="https://example.org/">there</a>.</p>', minute=1
    )

    for query in ("strong", "href", "example", "amp"):
        assert "Nothing found." in text_of(client, f"q={query}")
    for query in ("r%26d", "HALL", "there"):
        assert "Nothing found." not in text_of(client, f"q={query}")


def test_a_result_goes_on_where_its_title_ends(client, event, release):
    release(
        event, "<p>One two three four five six seven eight nine ten eleven twelve, fourteen. Then rain.</p>"
    )

    page = text_of(client, "q=rain")

    assert re.search(r"<h3><a [^>]*>(.*?)</a></h3><p>(.*?)</p>", page).groups() == (
        "One two three four five six seven eight nine ten eleven twelve, fourteen. Then…",
        "… <mark>rain</mark>.",
    )


def test_a_result_shows_the_caption_it_was_found_by(client, event, release):
    release(event, "<p>Words.</p>", headline="Head", images=[{"image": make_image(), "caption": "A lynx."}])

    assert "<p>A <mark>lynx</mark>.</p>" in text_of(client, "q=lynx")


def test_what_a_reader_types_is_shown_as_text(client, event, release):
    release(event, "<p>A &lt;script&gt; tag.</p>", headline="Head")

    page = text_of(client, f"q={quote('<script>%\'"\\')}%00")

    assert "&lt;<mark>script</mark>&gt;" in page
    assert "<script>" not in page


HOSTILE = (
    "%00",
    "%22",
    "%27",
    "*",
    "(((",
    "%22%22%22",
    "a" * 5000,
    "%E6%9D%B1" * 2000,
    "-",
    "--a",
    "%ED%A0%80",
)


@pytest.mark.parametrize(
    "typed", [*HOSTILE, "a:*&b|!c", "NEAR(a,2)", "title_words:a", "%F0%9F%8E%89", "%25s"]
)
@pytest.mark.parametrize(
    "more", ["", "&event=%00", "&event=%27", "&page=-1", "&page=99999999999", "&page=%00"]
)
def test_nothing_in_the_address_is_an_error(client, event, typed, more):
    assert client.get(f"/search/?q={typed}{more}").status_code == 200


def test_words_in_the_title_come_first_and_then_the_newest(client, event, release):
    release(event, "<p>Of turbines.</p>", headline="Turbine", minute=1)
    release(event, "<p>The turbine.</p>", headline="Older", minute=2)
    release(event, "<p>The turbine.</p>", headline="Newer", minute=3)

    assert titles(text_of(client, "q=turbine")) == ["Turbine", "Newer", "Older"]


def test_it_goes_on_page_by_page(client, event, release):
    for minute in range(A_PAGE + 2):
        release(event, "<p>The turbine.</p>", headline=f"Post {minute}", minute=minute)

    first = text_of(client, "q=%22the+turbine%22")
    (following,) = re.findall(r'rel="next" href="\?([^"]+)"', first)
    second = text_of(client, following.replace("&amp;", "&"))

    assert f"{A_PAGE + 2} posts found" in first
    assert titles(first) + titles(second) == [f"Post {minute}" for minute in reversed(range(A_PAGE + 2))]
    assert re.findall(r'rel="prev" href="\?([^"]+)"', second) == ["q=%22the%20turbine%22&amp;page=1"]
    assert 'rel="next"' not in second


def test_other_finds_stand_on_the_first_page_alone(client, event, release):
    for minute in range(A_PAGE + 1):
        release(event, "<p>Opening.</p>", minute=minute)

    assert "Opening</mark> words" in text_of(client, "q=opening")
    assert "Opening</mark> words" not in text_of(client, "q=opening&page=2")


@pytest.fixture
def other(make_event):
    """A second event that stands in lists."""
    second = make_event("other", title="The Other")
    programme.announce(second, by=None)
    return second


def test_events_are_offered_to_search_one_alone(client, event, other, release):
    release(event, "<p>The turbine.</p>", headline="First", minute=1)
    release(event, "<p>The turbine.</p>", headline="Second", minute=2)
    assert "event=" not in text_of(client, "q=turbine")
    release(other, "<p>The turbine.</p>", headline="Third", minute=3)

    page = text_of(client, "q=turbine")
    one = text_of(client, "q=turbine&event=summit")

    assert re.findall(r'<a href="\?q=turbine&amp;event=(\w+)"><bdi>[^<]*</bdi></a> (\d+)', page) == [
        ("summit", "2"),
        ("other", "1"),
    ]
    assert titles(one) == ["Second", "First"]
    assert "Only in “The Summit”." in one
    assert '<a href="?q=turbine">Search all events</a>' in one
    assert '<input type="hidden" name="event"' not in one


def test_an_event_searched_alone_stays_so_on_the_next_page(client, event, other, release):
    for minute in range(A_PAGE + 1):
        release(event, "<p>The turbine.</p>", minute=minute)
    release(other, "<p>The turbine.</p>", headline="Elsewhere", minute=99)

    page = text_of(client, "q=turbine&event=summit&page=2")

    assert len(titles(page)) == 1
    assert "Elsewhere" not in page
    assert 'href="?q=turbine&amp;event=summit&amp;page=1"' in page


@pytest.mark.parametrize("slug", ["nothing", "rehearsal", "draft"])
def test_an_event_that_stands_in_no_list_is_not_searched_alone(client, event, make_event, release, slug):
    programme.announce(make_event("rehearsal", title="canary", rehearsal=True), by=None)
    make_event("draft", title="canary")
    release(event, "<p>The turbine.</p>", headline="First")

    page = text_of(client, f"q=turbine&event={slug}")

    assert titles(page) == ["First"]
    assert "canary" not in page


def test_nothing_typed_says_how_to_search(client, event, release):
    release(event)

    page = text_of(client, "")

    assert "Type a name or a few words above." in page
    assert "A minus before a word leaves out what has it" in page
    assert titles(page) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=nowhere", "Nothing found. Try fewer words."),
        ("q=%25%25", "Nothing found. Try fewer words."),
        ("q=-turbine", "Nothing found. Type a word to look for as well, not only what to leave out."),
        ("q=nowhere&event=summit", "Nothing found. Try fewer words, or search all events."),
    ],
)
def test_nothing_found_says_what_to_do(client, event, release, query, said):
    release(event, "<p>The turbine.</p>")

    page = text_of(client, query)

    assert said in page
    assert '<a href="/">See all events</a>' in page
    assert "posts found" not in page


def test_more_posts_than_are_looked_at_are_owned_up_to(client, event, release, monkeypatch):
    monkeypatch.setattr("coverage.front.search.MOST_POSTS", 2)
    for minute in range(3):
        release(event, "<p>The turbine.</p>", headline=f"Post {minute}", minute=minute)

    page = text_of(client, "q=turbine")

    assert "More than 2 posts found; these are the best of the newest 2." in page
    assert titles(page) == ["Post 2", "Post 1"]


def test_a_speaker_of_several_keynotes_is_found_once(client, event):
    make_appearance(Keynote.objects.get(slug="paid"), speaker=Speaker.objects.get(slug="vera-k"))

    assert text_of(client, "q=vera").count('href="/speakers/vera-k/"') == 1


def test_more_than_five_keynotes_are_folded_away(client, event):
    for number in range(6):
        Keynote.objects.create(event=event, slug=f"k{number}", title=f"Turbine {number}")
    programme.release_programme(event)

    page = text_of(client, "q=turbine")

    shown, folded = page.split("<details><summary>More</summary>")
    assert (shown.count("<mark>Turbine</mark>"), folded.count("<mark>Turbine</mark>")) == (5, 1)


def test_a_result_is_in_the_language_of_its_event(client, make_event, release):
    french = make_event("sommet", title="Le Sommet", language="fr")
    programme.announce(french, by=None)
    release(french, "<p>Le vent, dit François.</p>", headline="Éoliennes")

    page = text_of(client, "q=eoliennes+francois")

    assert '<div class="told" lang="fr" dir="ltr">' in page
    assert "<mark>Éoliennes</mark>" in page
    assert "dit <mark>François</mark>." in page


def test_a_withdrawn_post_is_not_found(client, event, chief, release):
    post = release(event, "<p>The turbine.</p>", headline="Head")
    assert address(post) in text_of(client, "q=turbine")

    publication.withdraw(publication.post_by_id(post.pk), by=chief, reason="Wrong.")

    assert "Nothing found." in text_of(client, "q=turbine")


def test_words_that_were_corrected_are_not_found(client, event, chief, release):
    post = release(event, "<p>The turbine.</p>", headline="Head")
    filing.update_post(publication.post_by_id(post.pk), by=chief, body="<p>The mill.</p>")
    assert "Nothing found." in text_of(client, "q=mill")

    publication.correct(publication.post_by_id(post.pk), by=chief, note="It was no turbine.")

    assert "Nothing found." in text_of(client, "q=turbine")
    assert titles(text_of(client, "q=mill")) == ["Head"]


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_is_constant(client, event, other, release, django_assert_num_queries, count):
    for number in range(count):
        for one in (event, other)[:count]:
            release(
                one, "<p>The turbine hums.</p>", minute=number, speakers=[Speaker.objects.get(slug="vera-k")]
            )
        keynote = Keynote.objects.create(event=event, slug=f"k{number}", title=f"Turbine {number}")
        who = Speaker.objects.create(slug=f"s{number}", name=f"Turbine Taylor {number}")
        Appearance.objects.create(keynote=keynote, speaker=who)
    programme.release_programme(event)

    with django_assert_num_queries(7):
        client.get("/search/?q=turbine")
    with django_assert_num_queries(7):
        client.get("/search/?q=turbine&event=summit")
