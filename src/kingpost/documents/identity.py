"""What a document is called: its title, the identifiers it goes by, its number and revision mark."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kingpost.documents.marks import MARK, NOT_A_MARK, NUMBER_WITH_LETTER, NUMBER_WITH_YEAR, WHOLE_MARK, mark_of_name
from kingpost.documents.parsing.flow import text_of
from kingpost.documents.title_block import FIRST_BLOCKS, Entry, entry_of, first_blocks, title_block
from kingpost.documents.validity import day_order, declared, iso_date, said_effective
from kingpost.language.identifiers import identifiers, key
from kingpost.types.documents import BlockKind, ParsedDocument, RevisionStatus

NUMBER_LABEL = re.compile(
    r"\b(?P<kind>document|doc\.?|standard|specification|drawing|report|accident|incident|certificate|procedure|form"
    r"|file|case|record|reference|ref\.?|serial)"
    r"\s*(?:no\.?|number|id|nr\.?|#)\s*:?\s*"
    r"(?P<number>[A-Z0-9][A-Z0-9./_-]*\d[A-Z0-9._-]*)",
    re.IGNORECASE,
)
DOCUMENT_KINDS = frozenset({"document", "doc", "standard", "specification", "drawing", "procedure"})
"""Kinds of numbers that name a document; a case, a form or a serial number names something else."""
SUPERSEDES = re.compile(
    r"\b(?:supersed(?:es|ing)|replac(?:es|ing)|cancels)\b:?\s+(?P<what>.{1,120})", re.IGNORECASE | re.DOTALL
)
SAYS_NOTHING = frozenset(
    {"readme", "index", "document", "doc", "file", "page", "untitled", "copy", "final", "scan", "tab"}
)
FIRST_TEXT = 4000
LONGEST_HEADLINE = 160
MOST_NAMES = 6
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How a document is known. ``supersedes`` are keys of numbers, with marks, that it says it replaces."""

    title: str
    names: tuple[str, ...] = ()
    """Identifiers that stand for the whole document, as written."""
    number: str = ""
    mark: str = ""
    supersedes: tuple[str, ...] = ()
    file_name: str = ""
    """The file's name in words, where it says more than the title."""
    effective_date: str = ""
    """ISO date from which it is in force: its effective date, else its date of issue."""
    declared: RevisionStatus = RevisionStatus.CURRENT
    """What its title block, properties or stamp say of its status."""
    numbered: bool = False
    """Whether the number is labelled as a document's."""
    text_digest: str = ""
    warnings: tuple[str, ...] = ()


def identify(parsed: ParsedDocument, name: str) -> Identity:
    """Read the identity from properties, title block, running heads, title, first page and file name."""
    stem = PurePosixPath(name).stem
    first = _first_text(parsed)
    heads = parsed.properties.get("running_heads", "")
    title = parsed.title or _readable(stem)
    said = _labelled(parsed, heads)
    number, numbered = _number(parsed, said, (title, heads, first, stem))
    mark = _mark(said, (title, heads, first), number) or mark_of_name(stem)
    if number and not mark:
        ending = NUMBER_WITH_YEAR.match(number) or NUMBER_WITH_LETTER.match(number)
        mark = ending["mark"] if ending else ""
    headlines = [line for line in (title, *heads.splitlines(), *first.splitlines()) if _is_headline(line, number)]
    effective, warnings = _effective(parsed, said, first.splitlines(), headlines)
    return Identity(
        title=title,
        names=_names(number, title, heads, stem, first),
        number=number,
        mark=mark,
        supersedes=_supersedes(f"{first}\nsupersedes {said.get(Entry.SUPERSEDES, '')}"),
        file_name=_telling(stem, f"{title} {number}"),
        effective_date=effective,
        declared=declared(said.get(Entry.STATUS, ""), (title, *heads.splitlines())),
        numbered=numbered,
        text_digest=_text_digest(parsed),
        warnings=warnings,
    )


def _labelled(parsed: ParsedDocument, heads: str) -> dict[Entry, str]:
    """What properties and title block say under their labels; a template's properties know less than its page."""
    said = title_block(parsed, heads)
    for name, value in parsed.properties.items():
        entry = entry_of(re.sub(r"[_-]", " ", name))
        if entry and value.strip():
            said.setdefault(entry, value.strip())
    return said


def _effective(
    parsed: ParsedDocument, said: dict[Entry, str], lines: Sequence[str], headlines: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """The effective date, or the date of issue; and a warning where a date can be read in two ways.

    A date behind the mark in a headline ("DLS-204 Door schedule - Revision 3 - 2026-03-09") is one of issue.
    """
    order = day_order(block.text for block in parsed.blocks)
    warnings: list[str] = []
    marked = [(line, mark) for line in headlines if (mark := MARK.search(line))]
    behind = [line[mark.end() :] for line, mark in marked]
    for text in (said.get(Entry.EFFECTIVE, ""), said_effective(lines), said.get(Entry.ISSUED, ""), *behind[:1]):
        found, ambiguous = iso_date(text, order)
        if found:
            return found, ()
        if ambiguous:
            warnings.append(f"the date “{text[:30].strip()}” can be read in two ways and was left out")
    return "", tuple(warnings[:1])


def _text_digest(parsed: ParsedDocument) -> str:
    letters = re.sub(r"\W+", "", text_of(parsed.blocks).casefold())
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def _first_text(parsed: ParsedDocument) -> str:
    return "\n".join(
        f"{block.label}: {block.text}" if block.kind is BlockKind.FORM_FIELD else block.text
        for block in first_blocks(parsed)
    )[:FIRST_TEXT]


def _readable(stem: str) -> str:
    return re.sub(r"[_]+|(?<=\w)-(?=[a-z])", " ", stem).strip()


def _telling(stem: str, title: str) -> str:
    """The file's name when it has words of its own: files of one series often share a title."""
    readable = _readable(stem)
    words = re.findall(r"[A-Za-z]{2,}|\d+", readable.casefold())
    letters = [word for word in words if word.isalpha() and word not in SAYS_NOTHING]
    known = re.sub(r"\W", "", title.casefold())
    return readable if letters and any(word not in known for word in words) else ""


def _number(parsed: ParsedDocument, said: dict[Entry, str], texts: tuple[str, str, str, str]) -> tuple[str, bool]:
    """The best supported identifier: named in properties, labelled on the first page, or repeated as running head.

    And whether a label says that it is a document's.
    """
    title, heads, first, stem = texts
    if parsed.properties.get("identifier"):
        return parsed.properties["identifier"].strip(), True
    if number := _number_of_field(said.get(Entry.NUMBER, "")):
        return number, True
    for block in parsed.blocks[:FIRST_BLOCKS]:
        in_field = NUMBER_LABEL.match(f"{block.label}: {block.text}") if block.kind is BlockKind.FORM_FIELD else None
        if in_field:
            return in_field["number"].rstrip("."), in_field["kind"].casefold().rstrip(".") in DOCUMENT_KINDS
    labelled = NUMBER_LABEL.search(first) or NUMBER_LABEL.search(heads)
    candidates = [*_written(heads), *_written(title), *_written(stem.replace("_", " "))]
    if labelled and (_bare(labelled["number"]) in {_bare(other) for other in candidates} or not candidates):
        return labelled["number"].rstrip("."), labelled["kind"].casefold().rstrip(".") in DOCUMENT_KINDS
    on_first = key(first)
    supported = [
        other
        for other in candidates
        if sum(key(other) in text for text in (key(heads), key(title), key(stem), on_first)) > 1
    ]
    return (supported or [""])[0], False


def _number_of_field(value: str) -> str:
    """The value of a field for the number, without the mark behind it."""
    mark = MARK.search(value)
    number = re.split(r"[,;|]|\s[/\u2013-]\s", value[: mark.start()] if mark else value)[0].strip(" -/.(")
    return number if len(number) <= LONGEST_NUMBER and re.search(r"\d", number) else ""


def _bare(number: str) -> str:
    return re.sub(r"\W", "", key(number))


def _written(text: str) -> Iterator[str]:
    """Identifiers as they stand in the text, with a letter and a digit each."""
    lowered = text.casefold()
    for found in identifiers(text):
        if not (re.search(r"[a-z]", found) and re.search(r"\d", found)) or found.startswith("-"):
            continue
        place = lowered.find(found)
        if place < 0:
            place = re.sub(r"\s", "-", lowered).find(found)
        if place >= 0:
            yield re.sub(r"\s", "-", text[place : place + len(found)])


def _is_headline(line: str, number: str) -> bool:
    """Whether a line names the document itself: ``DLS-204 Door schedule - Revision 3``."""
    return bool(number) and len(line) <= LONGEST_HEADLINE and key(line).startswith(key(number))


def _mark(said: dict[Entry, str], texts: tuple[str, str, str], number: str) -> str:
    title, heads, first = texts
    in_field = WHOLE_MARK.match(said.get(Entry.MARK, ""))
    if in_field and in_field["mark"].lower() not in NOT_A_MARK:
        return in_field["mark"].upper()
    labelled = "\n".join(
        line for line in first.splitlines() if MARK.match(line.lstrip(" (")) or _is_headline(line, number)
    )
    for text in (title, heads, labelled):
        for match in MARK.finditer(text):
            if match["mark"].lower() not in NOT_A_MARK and not _names_another(text, match.start()):
                return match["mark"].upper()
    return ""


def _names_another(text: str, start: int) -> bool:
    """Whether the mark belongs to a document that this one replaces."""
    before = text[max(0, start - 60) : start]
    return re.search(r"supersed|replac|cancel|previous|former", before, re.IGNORECASE) is not None


def _names(number: str, title: str, heads: str, stem: str, first: str) -> tuple[str, ...]:
    found = [number] if number else []
    found += [*_written(heads), *_written(title)]
    found += [other for other in _written(stem.replace("_", " ")) if key(other) in key(first)]
    unique = {key(other): other for other in reversed(found)}
    return tuple(reversed(unique.values()))[:MOST_NAMES]


def _supersedes(first: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in SUPERSEDES.finditer(first):
        what = re.split(r"\n(?=[A-Z][\w .]{1,25}:)", match["what"])[0]
        mark = next((mark for mark in MARK.finditer(what) if mark["mark"].lower() not in NOT_A_MARK), None)
        numbers = identifiers(what)
        found += [f"{number} {mark['mark'].lower()}" if mark else number for number in numbers[:1]]
        if not numbers and mark:
            found.append(mark["mark"].lower())
    return tuple(dict.fromkeys(found))
