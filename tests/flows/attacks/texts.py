"""Attacks in markup and plain text: deep nesting, endless lines, tables that span everything."""

from collections.abc import Iterator

from attacks import INDEXED, Attack, attack

DEEP = 100_000
SLOW = ("timeout", "memory", "too_large", "unreadable", "crashed")


def attacks() -> Iterator[Attack]:
    yield attack("divs.html", "<div>" * DEEP + "Fire door" + "</div>" * DEEP, INDEXED, *SLOW)
    yield attack("spans.html", "<p>" + "<b>" * DEEP + "Fire door", INDEXED, *SLOW)
    yield attack("lists.html", "<ul><li>" * DEEP + "Fire door", INDEXED, *SLOW)
    yield attack("tables.html", "<table><tr><td>" * 20_000 + "Fire door", INDEXED, *SLOW)
    spans = "<table>" + ("<tr>" + "<td colspan=1000 rowspan=60000>x</td>" * 40 + "</tr>") * 400 + "</table>"
    yield attack("spans-over-all.html", spans, INDEXED, *SLOW)
    yield attack(
        "attributes.html", "<p " + "".join(f"a{n}=1 " for n in range(20_000)) + ">Fire door</p>", INDEXED, *SLOW
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield attack(
        "laughs.xhtml",
        f'<!DOCTYPE html [<!ENTITY l0 "lol">{laughs}]><html><body><p>Door &l9;</p></body></html>',
        INDEXED,
        *SLOW,
    )
    outside = '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]><html><body><p>Door &e;</p></body></html>'
    yield attack("outside.xhtml", outside, INDEXED, *SLOW)
    yield attack("surrogates.html", "<p>" + "&#xD800;&#xDFFF;&#0;&#x110000;" * 500 + "Fire door</p>", INDEXED, *SLOW)
    yield attack("unclosed.html", "<" * 1_000_000, INDEXED, "empty", "no_text", *SLOW)
    yield attack("comment.html", "<!--" + "-" * 2_000_000, INDEXED, "empty", "no_text", *SLOW)
    yield attack("quotes.md", ">" * DEEP + " Fire door", INDEXED, *SLOW)
    yield attack("brackets.md", "[" * DEEP + "Fire door" + "](x)" * DEEP, INDEXED, *SLOW)
    yield attack("stars.md", "*a **b " * 60_000, INDEXED, *SLOW)
    yield attack("ticks.md", "`" * DEEP + "a" + "`" * (DEEP - 1), INDEXED, *SLOW)
    yield attack("items.md", "".join(f"{' ' * (2 * n)}- item\n" for n in range(1_200)), INDEXED, *SLOW)
    yield attack("pipes.md", "|" * DEEP + "\n" + "|-" * DEEP + "\n" + "|a" * DEEP, INDEXED, *SLOW)
    yield attack("one-line.csv", "a," * 200_000, INDEXED, "empty", *SLOW)
    yield attack("one-field.csv", "Rack,Load\n" + "x" * 4_000_000, INDEXED, *SLOW)
    yield attack("quote.csv", '"' + "a,b\n" * 500_000, INDEXED, *SLOW)
    yield attack("zeros.csv", "Rack,Load\n" + "R-1,\x00\x00\x00\n" * 5000, "wrong_kind", "unreadable", INDEXED)
    yield attack("lines.csv", "a\n" * 300_000, INDEXED, *SLOW)
    yield attack("spaces.txt", " " * 4_500_000 + "Fire door" + " " * 200_000, INDEXED, *SLOW)
    yield attack("word.txt", "x" * 4_000_000, INDEXED, "no_text", *SLOW)
    yield attack("breaks.txt", "\n" * 4_500_000 + "Fire door", INDEXED, *SLOW)
    yield attack("numbers.txt", "1.1.1.1.1 " * 300_000, INDEXED, "no_text", *SLOW)
    yield attack("marks.txt", "\u202e\u200b\ufeff" * 100_000 + "Fire door", INDEXED, "no_text", *SLOW)
    yield attack("accents.txt", "Z" + "\u0300" * 500_000, INDEXED, "no_text", *SLOW)
    yield attack("wide.txt", b"\xff\xfe" + b"\x00\xd8" * 100_000, INDEXED, "no_text", "empty", *SLOW)
