"""Mails keep who wrote, what they said and what was earlier; what is attached stands beside them."""

import struct
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from compound_files import Tree, compound_file
from document_makers import of_kind, one, read

from kingpost.documents.parsing import mail, outlook
from kingpost.documents.parsing.mail_quotes import parted_lines
from kingpost.errors import DocumentError
from kingpost.types.documents import BlockKind, ParsedDocument

SENT = 0x00390040
TICKS = 133_855_506_000_000_000
"""2025-03-04 08:30 UTC in tenths of microseconds since 1601."""


def properties(*, header: int) -> bytes:
    return b"\0" * header + struct.pack("<IIQ", SENT, 6, TICKS)


def text(tag: str, words: str) -> dict[str, bytes]:
    return {f"__substg1.0_{tag}001F": words.encode("utf-16-le")}


def outlook_mail() -> bytes:
    inner: Tree = {
        "__properties_version1.0": properties(header=24),
        **text("0037", "Gate 4"),
        **text("0C1A", "Expert"),
        **text("1000", "Open it below 5 m/s."),
    }
    return compound_file(
        {
            "__properties_version1.0": properties(header=32),
            **text("0037", "Loads in hall 3"),
            **text("0C1A", "Site office"),
            **text("5D01", "site@example.com"),
            **text("0E04", "Planning"),
            **text("1000", "Row 12 takes 2.5 t a bay.\r\n\r\nRegards"),
            "__attach_version1.0_#00000000": {**text("3707", "hall 3.md"), "__substg1.0_37010102": b"# Hall 3"},
            "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner},
        }
    )


def fields(parsed: ParsedDocument) -> dict[str, str]:
    return {block.label: block.text for block in of_kind(parsed, BlockKind.FORM_FIELD)}


def test_a_mail_from_outlook_is_read_with_its_sender_and_date() -> None:
    parsed = read("loads.msg", outlook_mail())
    assert parsed.title == "Loads in hall 3"
    assert fields(parsed) == {
        "From": "Site office <site@example.com>",
        "To": "Planning",
        "Date": "2025-03-04 08:30 UTC",
        "Attachments": "hall 3.md, Gate 4.eml",
    }
    assert [block.text for block in of_kind(parsed, BlockKind.PARAGRAPH)] == ["Row 12 takes 2.5 t a bay.", "Regards"]


def test_a_mail_within_a_mail_from_outlook_can_be_read_too() -> None:
    attached = dict(outlook.attachments(outlook_mail()))
    assert attached["hall 3.md"] == b"# Hall 3"
    inner = read("gate.eml", attached["Gate 4.eml"])
    assert fields(inner)["From"] == "Expert"
    assert one(inner.blocks, kind=BlockKind.PARAGRAPH).text == "Open it below 5 m/s."


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"no compound file"])
def test_a_damaged_mail_from_outlook_has_its_reason(content: bytes) -> None:
    with pytest.raises(DocumentError) as raised:
        read("loads.msg", content)
    assert raised.value.reason == "unreadable"


def test_an_encrypted_mail_has_its_reason() -> None:
    content = b"Subject: Loads\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIIB"
    with pytest.raises(DocumentError) as raised:
        read("loads.eml", content)
    assert raised.value.reason == "encrypted"


def test_pictures_of_the_text_are_not_attachments_and_mails_are() -> None:
    message = EmailMessage()
    message["Subject"] = "Photos"
    message.set_content("<p>See <img src='cid:a'></p>", subtype="html")
    message.add_related(b"GIF89a", "image", "gif", cid="<a>", filename="logo.gif")
    inner = EmailMessage()
    inner["Subject"] = "Earlier"
    inner.set_content("Text")
    message.add_attachment(inner)
    message.add_attachment(b"\xff\xd8", "image", "jpeg", filename="door.jpg")
    found = dict(mail.attachments(message.as_bytes()))
    assert sorted(found) == ["door.jpg", "mail 1.eml"]
    assert message_from_bytes(found["mail 1.eml"])["Subject"] == "Earlier"


def test_a_line_that_names_a_sender_begins_no_earlier_mail_by_itself() -> None:
    own, earlier = parted_lines(["From: gate 4 on, all is closed.", "", "Regards"])
    assert (own[0], earlier) == ("From: gate 4 on, all is closed.", [])


def test_the_richer_of_text_and_html_is_read() -> None:
    message = EmailMessage()
    message["Subject"] = "Loads"
    message.set_content("Row Load 12 2.5")
    message.add_alternative("<table><tr><th>Row</th><th>Load</th></tr><tr><td>12</td><td>2.5</td></tr></table>", "html")
    assert of_kind(read("loads.eml", message.as_bytes()), BlockKind.TABLE)


@pytest.mark.parametrize("date", ["Tue, 04 Mar 99999999999 09:30:00 +0100", "=?utf-8?q?=ff?=", "soon"])
def test_a_header_that_means_nothing_is_shown_as_it_is_written(date: str) -> None:
    parsed = read("loads.eml", f"Subject: Loads\r\nDate: {date}\r\n\r\nRow 12 takes 2.5 t.")
    assert parsed.blocks[-1].text == "Row 12 takes 2.5 t."
    assert fields(parsed)["Date"]


def test_a_mail_whose_parts_are_lost_is_read_as_text() -> None:
    content = "Subject: Loads\r\nContent-Type: multipart/alternative\r\n\r\nRow 12 takes 2.5 t."
    assert "Row 12 takes 2.5 t." in [block.text for block in read("loads.eml", content).blocks]


def test_texts_before_and_after_an_attachment_are_both_read() -> None:
    content = (
        'Subject: Loads\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nBefore.\r\n"
        "--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nApart.\r\n"
        "--x\r\nContent-Type: text/html\r\n\r\n<p>After.</p>\r\n--x--\r\n"
    )
    texts = [block.text for block in read("loads.eml", content).blocks]
    assert [text for text in ("Before.", "Apart.", "After.") if text in texts] == ["Before.", "After."]
