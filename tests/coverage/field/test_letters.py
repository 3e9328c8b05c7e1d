"""Reading e-mails as phones and programs write them, and refusing what is none."""

from email.message import EmailMessage

import pytest

from coverage.field import letters
from coverage.field.letters import Unreadable


def letter(text: str = "Doors open.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    named = {"From": "Ada <ada@example.org>", "Subject": "Doors", "Message_ID": "<1@example.org>", **headers}
    for name, value in named.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_sender_subject_and_words():
    read = letters.read(letter("Doors open.\n\n\n \nThe hall fills.\n-- \nAda Byron\n").as_bytes())

    assert (read.sender, read.subject, read.key) == ("ada@example.org", "Doors", "<1@example.org>")
    assert read.text == "Doors open.\n\nThe hall fills."
    assert (read.pictures, read.is_automatic) == ((), False)


def test_headers_in_other_letters_and_character_sets():
    raw = (
        b"From: =?utf-8?q?Ad=C3=A4?= <ada@example.org>\r\n"
        b"Subject: =?iso-8859-1?Q?T=FCren?=\r\n =?utf-8?b?IG9mZmVu?=\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nT\xfcren offen.\r\n"
    )

    read = letters.read(raw)

    assert (read.subject, read.text) == ("Türen offen", "Türen offen.")
    assert len(read.key) == 64
    assert letters.read(raw).key == read.key


def test_an_unknown_character_set_is_read_as_well_as_can_be():
    raw = b"From: ada@example.org\r\nContent-Type: text/plain; charset=klingon\r\n\r\nDoors \xc3\xa4 \xff\r\n"

    assert letters.read(raw).text == "Doors ä �"


def test_plain_words_count_before_html_and_html_alone_loses_its_tags():
    both = letter()
    both.add_alternative("<p>Doors <b>open</b>.</p>", subtype="html")
    alone = letter()
    alone.set_content(
        "<style>p{}</style><div>Doors &amp; more.<br>Now.</div><div>Later.</div><script>x()</script>",
        subtype="html",
    )

    assert letters.read(both.as_bytes()).text == "Doors open."
    assert letters.read(alone.as_bytes()).text == "Doors & more.\nNow.\n\nLater."


def test_pictures_between_words_come_in_order():
    message = letter("Doors open.")
    message.add_attachment(
        b"one", maintype="image", subtype="jpeg", filename="IMG_1.jpg", disposition="inline"
    )
    message.add_attachment("The hall fills.", disposition="inline")
    message.add_attachment(b"two", maintype="application", subtype="octet-stream", filename="b.heic")
    message.add_attachment(b"minutes", maintype="application", subtype="pdf", filename="minutes.pdf")
    message.add_attachment("not mine", filename="notes.txt")
    message.add_attachment(letter("An earlier letter."))

    read = letters.read(message.as_bytes())

    assert read.text == "Doors open.\n\nThe hall fills."
    assert read.pictures == (("IMG_1.jpg", b"one"), ("b.heic", b"two"))


@pytest.mark.parametrize(
    "sender",
    ["", "Ada", "ada@example.org, grace@example.org", "ada@example.org\r\nFrom: grace@example.org", "<>"],
)
def test_without_one_sender_it_is_refused(sender):
    raw = f"From: {sender}\r\nSubject: x\r\n\r\nDoors open.\r\n".encode()

    with pytest.raises(Unreadable, match="from whom"):
        letters.read(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"\0\0\0", b"no headers", b"From\r\n\r\n", b"\xff" * 99, b"From: =?x?q?=\r\n\r\n"]
)
def test_what_is_no_e_mail_is_refused_and_nothing_else_happens(raw):
    with pytest.raises(Unreadable):
        letters.read(raw)


@pytest.mark.parametrize(
    ("said", "automatic"), [("auto-replied", True), ("Auto-Generated", True), ("no", False)]
)
def test_a_machine_s_letter_is_told_apart(said, automatic):
    assert letters.read(letter(Auto_Submitted=said).as_bytes()).is_automatic == automatic
