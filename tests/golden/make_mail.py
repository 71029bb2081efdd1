"""A mail with an earlier one quoted in it, a list and an attachment; and one that has its text in HTML only."""

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
MARKUP = (
    "<html><body><p>Loads of hall 3:</p><table><tr><th>Row</th><th>Load (t)</th></tr>"
    "<tr><td>12</td><td>2.5</td></tr></table></body></html>"
)


def cases() -> dict[str, Original]:
    return {"mail_quoted": made(TEXT), "mail_html": made("", MARKUP)}


def made(text: str, markup: str = "") -> Original:
    message = EmailMessage()
    message["Subject"] = "Loads in hall 3"
    message["From"] = "Site office <site@example.com>"
    message["To"] = "Planning <planning@example.com>"
    message["Date"] = "Tue, 04 Mar 2025 09:30:00 +0100"
    if markup:
        message.set_content(markup, subtype="html")
    else:
        message.set_content(text)
        message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="hall 3.pdf")
    return Original(uri="", name="loads.eml", media_type="message/rfc822", content=message.as_bytes())
