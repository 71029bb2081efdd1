"""Finds what a document calls things: siblings in its columns, lists and headings, and what its abbreviations mean."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from kingpost.language.normalise import STOP_WORDS, normalise, stem_of
from kingpost.types.documents import Chunk, ChunkKind
from kingpost.types.terms import Siblings, Terms

MOST_MEMBERS = 400
"""Names of one family: a longer column is no list of kinds but of records, of which the first ones are kept."""
MOST_FAMILIES = 200
MOST_TERMS = 5000
MOST_ABBREVIATIONS = 1000
_MOST_WORDS = 6
_LONGEST = 60
_WORD = re.compile(r"[^\W_](?:[\w.'-]*\w)?")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ITEM = re.compile(
    r"^\s*(?:[\u2022\u25cf\u25aa\u2013*-]|\(?[a-z0-9]{1,2}[.)])\s+(?P<text>\S.*?)[;,.]?\s*$", re.MULTILINE
)
_SHORT = r"[A-Z][A-Za-z&/-]{0,8}[A-Z]s?"
_IN_BRACKETS = re.compile(rf"(?P<before>(?:[\w/&'-]+\s+){{1,8}})\((?P<short>{_SHORT})\)")
_DEFINED = re.compile(
    rf"(?<![\w-])(?P<short>{_SHORT})\s?(?:\((?P<bracket>[^()\n]{{4,80}})\)"
    r"|(?::|=|\s-\s|\u2013|stands for|means)\s?(?P<long>[^.;:()\n]{4,80}))"
)
_NUMBER_IN_FRONT = re.compile(r"^(?:[A-Z]?\d+(?:\.\d+)*\.?|[A-Z]\.)\s+")


def terms(chunks: Sequence[Chunk]) -> Terms:
    """Of one revision, from its chunks in any order; bounded in size whatever the document."""
    ordered = sorted(chunks, key=lambda chunk: chunk.ordinal)
    families = [*_columns(ordered), *_headers(ordered), *_headings(ordered), *_lists(ordered)]
    kept, room = [], MOST_TERMS
    for title, names in families[:MOST_FAMILIES]:
        members = _distinct(names)[: min(MOST_MEMBERS, room)]
        if len(members) > 1:
            kept.append(Siblings(title=title, members=tuple(members)))
            room -= len(members)
    return Terms(siblings=tuple(kept), abbreviations=_abbreviations(ordered))


def _columns(chunks: Sequence[Chunk]) -> list[tuple[str, list[str]]]:
    """Short values of one column of one table."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for chunk in chunks:
        for cell in chunk.cells if chunk.kind is ChunkKind.ROW else ():
            found[chunk.table, cell.header].append(cell.text)
    return [
        (_title(header[-1:] or (table,)), [value for value in values if _is_name(value)])
        for (table, header), values in found.items()
        if 2 * sum(_is_name(value) for value in values) > len(values)
    ]


def _headers(chunks: Sequence[Chunk]) -> list[tuple[str, list[str]]]:
    """The columns of one table."""
    found: dict[str, list[str]] = defaultdict(list)
    titles: dict[str, str] = {}
    for chunk in chunks:
        for cell in chunk.cells if chunk.kind is ChunkKind.ROW else ():
            titles.setdefault(chunk.table, _title(chunk.section[-1:]))
            if cell.header and _is_name(cell.header[-1]) and cell.header[-1] not in found[chunk.table][-40:]:
                found[chunk.table].append(cell.header[-1])
    return [(f"columns of {titles[table]}".strip(), names) for table, names in found.items()]


def _headings(chunks: Sequence[Chunk]) -> list[tuple[str, list[str]]]:
    """Headings under one heading with the same first or last word: "Zone A", "Zone B"; "Fire pump", "Jockey pump"."""
    found: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for section in dict.fromkeys(
        chunk.section[:depth] for chunk in chunks for depth in range(1, len(chunk.section) + 1)
    ):
        name = _NUMBER_IN_FRONT.sub("", section[-1]).strip()
        words = _WORD.findall(normalise(name))
        if len(words) > 1 and _is_name(name):
            found[section[:-1], f"{words[0]} ..."].append(name)
            found[section[:-1], f"... {words[-1]}"].append(name)
    return [(title, names) for (_, title), names in found.items() if len(set(names)) > 1]


def _lists(chunks: Sequence[Chunk]) -> list[tuple[str, list[str]]]:
    """Short items of lists under one heading."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for chunk in chunks:
        if chunk.kind in (ChunkKind.TEXT, ChunkKind.CLAUSE):
            found[chunk.section] += [item["text"] for item in _ITEM.finditer(chunk.text) if _is_name(item["text"])]
    return [(_title(section[-1:]), names) for section, names in found.items() if len(names) > 1]


def _title(header: Sequence[str]) -> str:
    return _NUMBER_IN_FRONT.sub("", " ".join(header)).strip()[:_LONGEST]


def _is_name(text: str) -> bool:
    """Whether a text is short and worded, as a name is; numbers, sentences and yes or no are none."""
    if len(text) > _LONGEST or not _LETTERS.search(text):
        return False
    words = _WORD.findall(normalise(text))
    content = [word for word in words if word not in STOP_WORDS and not word[0].isdigit()]
    return 1 <= len(words) <= _MOST_WORDS and bool(content) and not text.rstrip().endswith((".", "?", ":"))


def _distinct(names: Sequence[str]) -> list[str]:
    return list({normalise(name): " ".join(name.split()) for name in reversed(names)}.values())[::-1]


def _abbreviations(chunks: Sequence[Chunk]) -> dict[str, str]:
    """Short forms whose letters are the first ones of the words that explain them; with two meanings they are out."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for chunk in chunks:
        for short, long in (*_explained(chunk.text), *_in_two_columns(chunk)):
            found[short.removesuffix("s")].setdefault(" ".join(map(stem_of, _WORD.findall(normalise(long)))), long)
    single = {short: next(iter(longs.values())) for short, longs in found.items() if len(longs) == 1}
    return dict(list(single.items())[:MOST_ABBREVIATIONS])


def _explained(text: str) -> Iterator[tuple[str, str]]:
    for match in _IN_BRACKETS.finditer(text):
        long = _spelled_out(match["short"], match["before"].split(), from_the_end=True)
        if long:
            yield match["short"], long
    for match in _DEFINED.finditer(text):
        long = _spelled_out(match["short"], (match["bracket"] or match["long"]).split(), from_the_end=False)
        if long:
            yield match["short"], long


def _in_two_columns(chunk: Chunk) -> Iterator[tuple[str, str]]:
    for cell, other in zip(chunk.cells, chunk.cells[1:], strict=False):
        if re.fullmatch(_SHORT, cell.text):
            long = _spelled_out(cell.text, other.text.split(), from_the_end=False)
            if long:
                yield cell.text, long


def _spelled_out(short: str, words: Sequence[str], *, from_the_end: bool) -> str:
    """The run of words at that end whose first letters are the abbreviation; small words may stand between."""
    letters = re.sub(r"[^a-z]", "", short.removesuffix("s").casefold())
    for size in range(len(letters), min(len(words), 2 * len(letters)) + 1):
        run = list(words[-size:] if from_the_end else words[:size])
        parts = [part for word in run for part in re.split(r"[-/]", word.casefold()) if part]
        if not parts or parts[0] in STOP_WORDS or parts[-1] in STOP_WORDS:
            continue
        for initials in (parts, [part for part in parts if part not in STOP_WORDS]):
            if "".join(part[0] for part in initials) == letters:
                return " ".join(run).strip(",;:")
    return ""
