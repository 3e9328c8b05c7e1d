import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.interchange.liveblog import (
    MissingFact,
    ParsedPicture,
    UnreadablePage,
    days_later,
    decode,
    parse,
)

DAY = datetime.date(2023, 5, 17)

PAGE = """ date 2023-05-17 Refresh

The hall empties while the last lamps go out. (Image credit: Tide Press)

“We’ll be back,” says Zoë Lefèvre, and the café starts to stack its chairs.

Rain drums on the roof of the Harbour Hall as the doors open… (Image credit: Tide Press)
"""


def paragraphs(blog):
    return [post.paragraphs for post in blog.posts]


def times(blog):
    return [post.time and post.time.strftime("%H:%M") for post in blog.posts]


def timed(body, **facts):
    return parse(body, date=DAY, **facts)


# The page as it was given


def test_page_with_refresh_and_no_times_is_read_newest_first():
    blog = parse(PAGE)

    assert blog.date == DAY
    assert blog.title == ""
    assert paragraphs(blog) == [
        ("Rain drums on the roof of the Harbour Hall as the doors open…",),
        ("“We’ll be back,” says Zoë Lefèvre, and the café starts to stack its chairs.",),
        ("The hall empties while the last lamps go out.",),
    ]
    credit = (ParsedPicture("Tide Press"),)
    assert [post.pictures for post in blog.posts] == [credit, (), credit]
    assert times(blog) == [None, None, None]
    assert blog.dropped == ("date 2023-05-17 Refresh",)
    assert blog.unplaced == ()


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_make_no_difference(line_end):
    assert parse(PAGE.replace("\n", line_end)) == parse(PAGE)


WORDS = st.text(
    st.characters(
        codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="()[]:\ufffdÃâ"
    ),
    max_size=120,
)


@given(st.lists(WORDS.map(lambda words: " ".join(f"So {words}".split()) + "."), min_size=1, max_size=40))
def test_any_paragraphs_in_the_shape_of_the_page_come_back_whole_and_in_order(written):
    page = " date 2023-05-17 Refresh\n\n" + "\n\n".join(
        f"{text} (Image credit: Tide)" for text in written[::-1]
    )

    blog = parse(decode(page.encode()))

    tide = (ParsedPicture("Tide"),)
    assert [(post.paragraphs, post.pictures) for post in blog.posts] == [((text,), tide) for text in written]
    assert blog.dropped == ("date 2023-05-17 Refresh",)


LINES = st.sampled_from(
    [
        *[
            "",
            "",
            "Cake",
            "Tea is served in the hall.",
            "A tall cake. Photograph: Ada Quill",
            "(Image credit: )",
        ],
        *[
            "09:12",
            "10:30 CET Bread.",
            "00:10",
            "2023-05-17T23:50:00Z",
            "17 May 2023",
            "03/04/2023",
            "18 May",
        ],
        *["Refresh", "Updated at 10:41", "Image: Tide Press", "99:99", "31 February 2023", "Oldest first"],
    ]
)


@given(
    st.lists(LINES, max_size=20), st.sampled_from(["newest", "oldest", None]), st.sampled_from([DAY, None])
)
def test_any_mixture_of_lines_is_read_without_loss_or_refused_with_a_sentence(lines, order, date):
    try:
        blog = parse("\n".join(lines), order=order, date=date)
    except (UnreadablePage, MissingFact) as refused:
        sentence = str(refused)
    else:
        sentence = None
    if sentence is not None:
        assert sentence.endswith(".")
        return

    kept = [text for post in blog.posts for text in (post.headline, *post.paragraphs)]
    captions = [picture.caption for post in blog.posts for picture in post.pictures]
    found = " ".join([blog.title, *kept, *captions, *blog.unplaced])
    for text in ("Cake", "Tea is served in the hall.", "A tall cake.", "Bread."):
        assert found.count(text) >= sum(line.count(text) for line in lines)


# Date and title


@pytest.mark.parametrize(
    "head",
    [
        "17 May 2023",
        "Wednesday 17th May, 2023",
        "Wed 17 May 2023 09.00 CET",
        "May 17, 2023",
        "Published on 17 May 2023 at 8:30am\nLast updated 18 May 2023 at 01:10 GMT",
        "Last updated 17 May 2023",
        "Wed 17 May 2023 18.20 CEST\nFirst published on Wed 17 May 2023 08.00 CEST",
        "17/05/2023",
        "05/17/2023",
        "17.05.2023",
        "2023-05-17T08:30:00Z",
        "LIVE\n2023-05-17",
    ],
)
def test_date_of_the_head_is_understood(head):
    blog = parse(f"{head}\n\nThe doors open.\n\nThe doors close.", order="oldest")

    assert blog.date == DAY
    assert blog.dropped == tuple(head.split("\n"))
    assert paragraphs(blog) == [("The doors open.",), ("The doors close.",)]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Refresh",
        "date Refresh",
        "Wednesday 17 May",
        "03/04/2023",
        "2023-02-30",
        "17 May 2023\n\n18 May 2023",
    ],
)
def test_date_that_cannot_be_known_is_asked_for(head):
    page = f"{head}\n\nThe doors open.\n\nThe doors close."

    with pytest.raises(MissingFact, match="--date YYYY-MM-DD") as caught:
        parse(page, order="oldest")

    assert caught.value.option == "--date"
    assert parse(page, order="oldest", date=DAY).date == DAY


def test_date_given_wins_over_the_page_and_says_so():
    blog = parse(PAGE, date=datetime.date(2023, 5, 16))

    assert blog.date == datetime.date(2023, 5, 16)
    assert blog.unplaced == ("date 2023-05-17 Refresh — the date given, 2023-05-16, is used instead",)


def test_title_stands_above_the_date():
    blog = parse("Harbour Days: as it happened\nBy Ada Quill\n17 May 2023\nRefresh\n\nThe doors open.")

    assert blog.title == "Harbour Days: as it happened"
    assert blog.unplaced == ("By Ada Quill — it stands in the head of the page, above the posts",)
    assert paragraphs(blog) == [("The doors open.",)]


def test_title_stands_above_the_first_time():
    blog = timed("Harbour Days live\n\n09:12\nThe doors open.\n\n09:30\nThe choir sings.")

    assert blog.title == "Harbour Days live"
    assert times(blog) == ["09:12", "09:30"]


def test_days_among_the_posts_date_the_posts_below_them():
    blog = parse(
        "18 May 2023\n\n08:00\nBreakfast is served.\n\nWednesday 17 May\n\n22:00\nLights out.\n\n20:00\nA toast."
    )

    assert blog.date == DAY
    assert times(blog) == ["20:00", "22:00", "08:00"]
    assert [post.date for post in blog.posts] == [DAY, DAY, datetime.date(2023, 5, 18)]


def test_timestamps_bring_date_and_zone():
    blog = parse("2023-05-18T00:10:00.120Z\nLights out.\n\n2023-05-17T23:50:00Z\nA toast.\n")

    assert blog.date == DAY
    assert [(post.date, post.time, post.time_zone_hint) for post in blog.posts] == [
        (DAY, datetime.time(23, 50), "Z"),
        (datetime.date(2023, 5, 18), datetime.time(0, 10), "Z"),
    ]


# Times


@pytest.mark.parametrize(
    ("printed", "time", "zone"),
    [
        ("09:12", "09:12", ""),
        ("9.12am", "09:12", ""),
        ("9.12 p.m.", "21:12", ""),
        ("12:05am", "00:05", ""),
        ("12.05pm", "12:05", ""),
        ("9am", "09:00", ""),
        ("09h12", "09:12", ""),
        ("09.12", "09:12", ""),
        ("09:12:33", "09:12", ""),
        ("09:12 CET", "09:12", "CET"),
        ("10:41 GMT", "10:41", "GMT"),
        ("10.41am (BST)", "10:41", "BST"),
        ("[10:41]", "10:41", ""),
        ("10:41 -", "10:41", ""),
        ("10:41 –", "10:41", ""),
        ("• 10:41", "10:41", ""),
        ("Posted at 10:41", "10:41", ""),
        ("2h ago10.41 CEST", "10:41", "CEST"),
        ("10:41 UTC+2", "10:41", "UTC+2"),
        ("10:41 GMT 17 May", "10:41", "GMT"),
        ("May 17, 2023 / 10:41 AM EDT", "10:41", "EDT"),
        ("\u200e10:41\u00a0GMT", "10:41", "GMT"),
    ],
)
def test_time_alone_on_its_line(printed, time, zone):
    blog = timed(f"{printed}\nThe doors open.\n\n{printed}\nThe choir sings.", order="oldest")

    assert paragraphs(blog) == [("The doors open.",), ("The choir sings.",)]
    assert [(post.time.strftime("%H:%M"), post.time_zone_hint) for post in blog.posts] == [(time, zone)] * 2


@pytest.mark.parametrize(
    "line",
    [
        "09:12 Doors open.",
        "09:12 CET Doors open.",
        "9.12am Doors open.",
        "09:12 – Doors open.",
        "09:12: Doors open.",
    ],
)
def test_time_with_its_post_behind_it(line):
    blog = timed(f"{line}\n\n10:00 “Hush,” says the host.")

    assert times(blog) == ["09:12", "10:00"]
    assert paragraphs(blog) == [("Doors open.",), ("“Hush,” says the host.",)]


@pytest.mark.parametrize(
    "line",
    [
        "10:41 is when we start.",
        "10.41 Million people watch.",
        "10:41, 11:15 and 12:30 are the trains.",
        "09:12–10:00 Registration.",
        "12:30-ish we break.",
        "25:10 Is no time.",
        "10:75 Is no time.",
        "9 People wait.",
    ],
)
def test_sentence_that_only_looks_timed_stays_whole(line):
    blog = timed(f"{line}\n\nThe doors open.", order="oldest")

    assert paragraphs(blog) == [(line,), ("The doors open.",)]
    assert times(blog) == [None, None]


def test_one_time_by_chance_does_not_swallow_the_posts_after_it():
    posts = [f"Boat number {n} arrives." for n in range(9)]

    blog = timed("\n\n".join(["10:30 Ferry Street is closed.", *posts]), order="oldest")

    assert len(blog.posts) == 10


def test_timed_post_runs_until_the_next_time():
    blog = timed("09:12\nThe doors open.\n\nA band plays.\n\nhttps://harbour.example/a?b=1\n\n09:30\nTea.")

    assert paragraphs(blog) == [
        ("The doors open.", "A band plays.", "https://harbour.example/a?b=1"),
        ("Tea.",),
    ]
    assert blog.unplaced == ()


def test_posts_without_a_time_keep_their_place_and_are_reported():
    blog = timed("The choir bows, and that is all.\n\n09:30\nThe choir sings.\n\n09:12\nThe doors open.")

    assert times(blog) == ["09:12", "09:30", None]
    assert blog.unplaced == (
        "The choir bows, and that is all. — no time stands before it; kept as a post without a time",
    )


def test_time_with_nothing_behind_it_is_reported():
    blog = timed("09:12\n\n09:30\nThe choir sings.")

    assert times(blog) == ["09:30"]
    assert blog.unplaced == ("09:12 — nothing follows this time",)


def test_short_line_between_time_and_text_is_the_headline():
    blog = timed(
        "09:12 CET\nDoors open\nThe first visitors come in from the rain.\n\n09:30\nTea.\nThen more tea."
    )

    assert [post.headline for post in blog.posts] == ["Doors open", ""]
    assert paragraphs(blog) == [("The first visitors come in from the rain.",), ("Tea.", "Then more tea.")]


def test_without_a_time_nothing_is_a_headline():
    blog = parse(
        "17 May 2023\n\nDoors open\nThe first visitors come in from the rain.\n\nTea.", order="oldest"
    )

    assert paragraphs(blog) == [("Doors open", "The first visitors come in from the rain."), ("Tea.",)]


# Order


def clock_page(*clocks):
    return "\n\n".join(f"{clock}\nNews of {clock}, in full." for clock in clocks)


@pytest.mark.parametrize(
    ("printed", "happened"),
    [
        (["09:12", "09:30", "10:00"], ["09:12", "09:30", "10:00"]),
        (["10:00", "09:30", "09:12"], ["09:12", "09:30", "10:00"]),
        (["23:50", "00:10"], ["23:50", "00:10"]),
        (["00:10", "23:50", "23:40"], ["23:40", "23:50", "00:10"]),
        (["08:00", "21:00"], ["08:00", "21:00"]),
        (["12:00am", "11.30pm"], ["23:30", "00:00"]),
    ],
)
def test_order_follows_most_steps_of_the_times(printed, happened):
    assert times(timed(clock_page(*printed))) == happened


def test_time_against_the_order_stays_in_its_place_and_is_reported():
    blog = timed(clock_page("09:12", "09:30", "09:20", "09:40"))

    assert times(blog) == ["09:12", "09:30", "09:20", "09:40"]
    assert blog.unplaced == (
        "09:20 News of 09:20, in full. — its time is earlier than that of the post before; left in the page's order",
    )


def test_times_win_over_buttons():
    assert times(timed("Refresh\n\n" + clock_page("09:12", "09:30"))) == ["09:12", "09:30"]


@pytest.mark.parametrize(
    ("button", "first"),
    [
        ("Refresh", "Tea."),
        ("Newest first", "Tea."),
        ("Load more updates", "Tea."),
        ("Show oldest first", "Cake."),
    ],
)
def test_without_times_a_button_tells_the_order(button, first):
    blog = timed(f"{button}\n\nCake.\n\nTea.")

    assert blog.posts[0].paragraphs == (first,)


@pytest.mark.parametrize("head", ["", "LIVE", "Newest first\nOldest first"])
def test_order_that_cannot_be_known_is_asked_for(head):
    page = f"{head}\n\nCake.\n\nTea."

    with pytest.raises(MissingFact, match="--order newest or oldest") as caught:
        timed(page)

    assert caught.value.option == "--order"
    assert paragraphs(timed(page, order="newest")) == [("Tea.",), ("Cake.",)]
    assert paragraphs(timed(page, order="oldest")) == [("Cake.",), ("Tea.",)]


def test_single_post_needs_no_order():
    assert paragraphs(timed("Tea.")) == [("Tea.",)]


@pytest.mark.parametrize(
    ("before", "after", "days"), [((23, 50), (0, 10), 1), ((0, 10), (23, 50), -1), ((8,), (21,), 0)]
)
def test_days_later(before, after, days):
    assert days_later(datetime.time(*before), datetime.time(*after)) == days


# Pictures


@pytest.mark.parametrize(
    ("printed", "credit"),
    [
        ("Cake. (Image credit: Tide Press)", "Tide Press"),
        ("Cake (Image Credit: Tide Press).", "Tide Press"),
        ("Cake. (Image credit: Tide Press).", "Tide Press"),
        ("Cake. (Photo by Ada Quill/Tide Press)", "Ada Quill/Tide Press"),
        ("Cake. (Photograph: Ada Quill (staff))", "Ada Quill (staff)"),
        ("Cake. [Picture: Tide Press]", "Tide Press"),
        ("Cake. Photograph: Ada Quill/Tide Press", "Ada Quill/Tide Press"),
        ("Cake.\nPhotograph: Ada Quill/Tide Press", "Ada Quill/Tide Press"),
        ("Cake.\nImage: Tide Press", "Tide Press"),
        ("Cake.\nImage source, Tide Press", "Tide Press"),
        ("Cake.\nCredit: Tide Press", "Tide Press"),
        ("Cake.\nPhoto by Ada Quill", "Ada Quill"),
        ("Cake.\n(Photo by Ada Quill)", "Ada Quill"),
        ("Cake.\nImage credit: Tide Press", "Tide Press"),
    ],
)
def test_credit_becomes_a_picture_awaited(printed, credit):
    post = timed(f"09:12\n{printed}\n\n09:30\nTea.").posts[0]

    assert post.paragraphs == ("Cake.",)
    assert post.pictures == (ParsedPicture(credit),)


@pytest.mark.parametrize(
    "text",
    ["To their credit: they came.", "Photo by photo, the wall fills.", "A picture (by the door) falls."],
)
def test_sentence_about_pictures_is_no_credit(text):
    assert [(post.paragraphs, post.pictures) for post in timed(text).posts] == [((text,), ())]


def test_sentence_before_an_open_credit_is_the_caption_when_the_post_has_other_text():
    post = timed("09:12\nCake is served in the hall.\nA very tall cake. Photograph: Ada Quill").posts[0]

    assert post.paragraphs == ("Cake is served in the hall.",)
    assert post.pictures == (ParsedPicture("Ada Quill", "A very tall cake."),)


def test_several_credits_in_one_paragraph():
    post = timed("Cake (Image: Ada) and tea (Image: Bo) are served.").posts[0]

    assert post.paragraphs == ("Cake and tea are served.",)
    assert post.pictures == (ParsedPicture("Ada"), ParsedPicture("Bo"))


def test_lone_picture_goes_to_the_post_before_it_on_the_page():
    blog = parse("17 May 2023 Refresh\n\nCake.\n\n(Image credit: Tide Press)\n\nTea.")

    assert [(post.paragraphs, post.pictures) for post in blog.posts] == [
        (("Tea.",), ()),
        (("Cake.",), (ParsedPicture("Tide Press"),)),
    ]
    assert blog.unplaced == (
        "(Image credit: Tide Press) — only a picture, given to the post before it on the page",
    )


def test_lone_picture_at_the_top_goes_to_the_first_post():
    blog = parse("17 May 2023\n\n(Image credit: Tide Press)\n\nCake.")

    assert blog.posts[0].pictures == (ParsedPicture("Tide Press"),)
    assert blog.unplaced == (
        "(Image credit: Tide Press) — only a picture, given to the post after it on the page",
    )


def test_credit_that_names_nobody_is_reported():
    blog = timed("Cake. (Image credit: )")

    assert [(post.paragraphs, post.pictures) for post in blog.posts] == [(("Cake.",), ())]
    assert blog.unplaced == ("Cake. (Image credit: ) — its picture credit names nobody",)


# Furniture, repeats, hidden characters


@pytest.mark.parametrize(
    "line",
    [
        "Key event",
        "KEY EVENTS",
        "Share",
        "Updated at 10:41 CET",
        "Last updated 17 May 2023 at 10.41 GMT",
        "Refresh",
        "Load more",
        "Post",
        "Copy link",
        "Live",
        "LIVE",
        "2 hours ago",
        "5m ago",
    ],
)
def test_furniture_of_the_page_is_dropped(line):
    blog = timed(f"09:12\nCake.\n{line}\nMore cake.\n\n09:30\nTea.")

    assert paragraphs(blog) == [("Cake.", "More cake."), ("Tea.",)]
    assert blog.dropped == (line,)


def test_button_parts_posts_where_blank_lines_and_times_are_missing():
    blog = timed("Cake.\nShare\nTea.\nShare", order="oldest")

    assert paragraphs(blog) == [("Cake.",), ("Tea.",)]


def test_page_without_any_blank_line_has_a_post_a_line():
    blog = timed("Cake.\nTea.\nBread.", order="newest")

    assert paragraphs(blog) == [("Bread.",), ("Tea.",), ("Cake.",)]


def test_repeated_post_is_kept_and_reported():
    blog = timed("Cake.\n\nTea.\n\nCake.", order="oldest")

    assert paragraphs(blog) == [("Cake.",), ("Tea.",), ("Cake.",)]
    assert blog.unplaced == ("Cake. — the page has this post 2 times; all are kept",)


def test_hidden_characters_are_put_right():
    blog = timed(
        "\ufeffCa\u200bke\u00a0and\u202ftea,\ta\u00adgain  \u2060👩\u200d🍳.\u202e\x07\u2029\u2029Bread.",
        order="oldest",
    )

    assert paragraphs(blog) == [("Cake and tea, again 👩\u200d🍳.",), ("Bread.",)]


@pytest.mark.parametrize(
    "text", ["", " \n\u200b\n", "17 May 2023 Refresh\n\nLoad more", "(Image credit: Tide)"]
)
def test_page_without_posts_is_refused(text):
    with pytest.raises(UnreadablePage, match="no post on this page; copy"):
        timed(text)


# Bytes


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf_8_is_read_with_and_without_its_mark(mark):
    assert decode(mark + PAGE.encode()) == PAGE


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty; copy the text"),
        (b"\xef\xbb\xbf \r\n\xc2\xa0\n", "The file is empty; copy the text"),
        (PAGE.encode("utf-16"), "UTF-16 .* save it as UTF-8"),
        (PAGE.encode("utf-16-be"), "UTF-16 .* save it as UTF-8"),
        (PAGE.encode("utf-16-le"), "UTF-16 .* save it as UTF-8"),
        ("Tea.\nCafé.".encode("latin-1"), "Latin-1 or Windows-1252: line 2 is not UTF-8; save it as UTF-8"),
        (PAGE.encode("cp1252"), "Latin-1 or Windows-1252: line 5 is not UTF-8; save it as UTF-8"),
        ("Café.\nCaf".encode() + b"\xc3", "damaged: line 2 is not UTF-8 .* copy the page again"),
        (
            PAGE.encode().decode("cp1252", "ignore").encode(),
            "Line 5 says “â€œ” .* copy it from the page again",
        ),
        ("Tea.\nCaf\ufffd.".encode(), "Line 2 says “\ufffd” .* copy it from the page again"),
        (b"Cake.\x00 Tea.", "not plain text; copy the text"),
        (bytes(range(256)), "not plain text; copy the text"),
        (b"\x01\x02\x03\x04", "not plain text; copy the text"),
        (b"\x89PNG\r\n\x1a\n", "not plain text; copy the text"),
        (b"%PDF-1.7\n", "not plain text; copy the text"),
        (b"PK\x03\x04mimetype", "not plain text; copy the text"),
        (b"\n<!DOCTYPE html>\n<p>Cake.", "saved web page; open it in a browser"),
    ],
)
def test_file_that_is_no_utf_8_text_is_refused_with_one_sentence(data, sentence):
    with pytest.raises(UnreadablePage, match=sentence) as caught:
        decode(data)

    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
