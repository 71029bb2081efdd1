"""OpenDocument texts and slides, and technical XML: numbered headings, lists, spanned tables, notes."""

import io
import zipfile

from kingpost.types.documents import Original

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for name, uri in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "meta": "meta",
        "draw": "drawing",
        "presentation": "presentation",
        "svg": "svg-compatible",
    }.items()
)
STYLES = f"""<office:document-styles {NAMES}><office:styles><text:outline-style>
<text:outline-level-style text:level="1" style:num-format="1"/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>
<style:style style:name="P1" style:parent-style-name="Title"/></office:styles><office:master-styles>
<style:master-page><style:header><text:p>WDS-7 Rev. B</text:p></style:header></style:master-page>
</office:master-styles>
</office:document-styles>"""
META = f"""<office:document-meta {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Dock
rules</dc:title><meta:user-defined meta:name="Document number">WDS-7</meta:user-defined></office:meta>
</office:document-meta>"""
TEXT = f"""<office:document-content {NAMES}><office:automatic-styles>
<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-number style:num-format="a"/></text:list-style>
</office:automatic-styles><office:body><office:text><text:tracked-changes><text:changed-region><text:deletion>
<text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:p text:style-name="P1">Dock rules</text:p><text:h text:outline-level="1">Floor</text:h>
<text:h text:outline-level="2">Loads</text:h><text:p>The floor bears 50<text:s/>kN/m<text:span
text:style-name="T1">2</text:span>.<text:note><text:note-citation>1</text:note-citation><text:note-body>
<text:p>Without the pit.</text:p></text:note-body></text:note></text:p>
<text:list text:style-name="L1"><text:list-item><text:p>trucks</text:p></text:list-item><text:list-item>
<text:p>pallets</text:p></text:list-item></text:list>
<text:p>Table 1: Docks</text:p><table:table><table:table-header-rows><table:table-row>
<table:table-cell table:number-columns-spanned="2"><text:p>Dock</text:p></table:table-cell><table:covered-table-cell/>
<table:table-cell><text:p>Load (t)</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>North</text:p></table:table-cell>
<table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>6</text:p></table:table-cell>
</table:table-row><table:table-row><table:covered-table-cell/><table:table-cell><text:p>2</text:p></table:table-cell>
<table:table-cell><text:p>9</text:p></table:table-cell></table:table-row></table:table>
<text:p><draw:frame><draw:text-box><text:p><draw:frame><draw:image/><svg:desc>Plan of the docks</svg:desc>
</draw:frame>
Figure 1: Docks</text:p></draw:text-box></draw:frame></text:p></office:text></office:body>
</office:document-content>"""
SLIDES = f"""<office:document-content {NAMES}><office:body><office:presentation><draw:page>
<draw:frame presentation:class="title"><draw:text-box><text:p>Aisles</text:p></draw:text-box></draw:frame>
<draw:frame><draw:text-box><text:list><text:list-item><text:p>Aisles are 3 m wide</text:p></text:list-item>
</text:list>
</draw:text-box></draw:frame><presentation:notes><draw:frame presentation:class="notes"><draw:text-box>
<text:p>Measured in May.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation>
</office:body></office:document-content>"""
DOCBOOK = """<?xml version="1.0"?><book xmlns="http://docbook.org/ns/docbook"><title>Gate manual</title><chapter>
<title>Opening</title><para>Press the <guibutton>green</guibutton> button.</para><warning><para>Stand clear.</para>
</warning>
<section><title>Times</title><table><title>Opening times</title><tgroup cols="3"><colspec colname="a"/>
<colspec colname="b"/>
<colspec colname="c"/><thead><row><entry>Gate</entry><entry namest="b" nameend="c">Time (s)</entry></row></thead>
<tbody><row>
<entry morerows="1">North</entry><entry>5</entry><entry>6</entry></row><row><entry>7</entry><entry>8</entry></row>
</tbody>
</tgroup></table><variablelist><varlistentry><term>Slow</term><listitem><para>Below 0.2 m/s</para></listitem>
</varlistentry>
</variablelist></section></chapter></book>"""


def cases() -> dict[str, Original]:
    return {
        "opendocument_text": _packed("rules.odt", TEXT),
        "opendocument_slides": _packed("deck.odp", SLIDES),
        "xml_docbook": Original(uri="", name="manual.xml", media_type="", content=DOCBOOK.encode()),
    }


def _packed(name: str, content: str) -> Original:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, text in {"content.xml": content, "styles.xml": STYLES, "meta.xml": META}.items():
            archive.writestr(part, text)
    return Original(uri="", name=name, media_type="", content=out.getvalue())
