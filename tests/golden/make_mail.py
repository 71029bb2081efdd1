"""Mails with earlier ones quoted in them in several ways, lists, tables, attachments, pictures within the text."""

from email.message import EmailMessage

from kingpost.types.documents import Original

TEXT = """Dear colleagues,

please note for hall 3:

- rack row 12 takes 2.5 t a bay
- row 13 is closed until 2025-05-02

Regards
Site office

On Mon, 3 March 2025 the expert wrote:
> Which rows may be loaded?
> And until when?
"""
BELOW = """On Mon, 3 March 2025 the expert wrote:
> Which rows may be loaded?

Rows 1 to 11. Row 12 from Friday on.

-----Original Message-----
From: Planning <planning@example.com>
Sent: Friday, 28 February 2025

Is row 12 ready?
"""
MARKUP = (
    "<html><body><p>Loads of hall 3:</p><table><tr><th>Row</th><th>Load (t)</th></tr>"
    "<tr><td>12</td><td>2.5</td></tr></table></body></html>"
)
FORWARDED = (
    "<html><body><p>Agreed. The gate stays shut.</p><img src='cid:logo'>"
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Expert<br><b>Sent:</b> Monday<br>"
    "<b>Subject:</b> Gate 4</p></div><p>Shall gate 4 be opened at 5 m/s wind?</p>"
    "<ul><li>yes, if locked</li><li>no</li></ul></body></html>"
)


def cases() -> dict[str, Original]:
    attached = made(TEXT)
    attached.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="hall 3.pdf")
    forwarded = made("Agreed.")
    forwarded.add_alternative(FORWARDED, subtype="html")
    forwarded.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<logo>", filename="logo.gif")
    mails = {
        "mail_quoted": attached,
        "mail_answered_below": made(BELOW),
        "mail_html": made("", MARKUP),
        "mail_forwarded": forwarded,
    }
    return {
        name: Original(uri="", name="loads.eml", media_type="message/rfc822", content=mail.as_bytes())
        for name, mail in mails.items()
    }


def made(text: str, markup: str = "") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Loads in hall 3"
    message["From"] = "Site office <site@example.com>"
    message["To"] = "Planning <planning@example.com>"
    message["Date"] = "Tue, 04 Mar 2025 09:30:00 +0100"
    if markup:
        message.set_content(markup, subtype="html")
    else:
        message.set_content(text)
    return message
