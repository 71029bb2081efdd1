"""What a document is called: its title, the identifiers it goes by, its number and revision mark."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kingpost.language.identifiers import identifiers, key
from kingpost.types.documents import BlockKind, PageLocation, ParsedDocument

NUMBER_LABEL = re.compile(
    r"\b(?:document|doc\.?|standard|specification|drawing|report|accident|incident|certificate|procedure|form|file|case|record|reference|ref\.?|serial)"
    r"\s*(?:no\.?|number|id|nr\.?|#)\s*:?\s*"
    r"(?P<number>[A-Z0-9][A-Z0-9./_-]*\d[A-Z0-9._-]*)",
    re.IGNORECASE,
)
MARK = re.compile(
    r"\b(?:rev(?:ision)?|issue|version|ver)\b\.?\s*(?:no\.?\s*)?:?\s*(?P<mark>[A-Z]{1,2}|\d{1,3}(?:\.\d{1,3})?)\b(?!\w)",
    re.IGNORECASE,
)
MARK_IN_NAME = re.compile(
    r"(?:^|[\s_\-.(])(?:rev(?:ision)?|issue|v|ver|version)[\s_\-.]*(?P<mark>[A-Z]|\d{1,3}(?:\.\d{1,2})?)(?=$|[\s_\-.)])",
    re.IGNORECASE,
)
NUMBER_WITH_LETTER = re.compile(r"^(?P<base>.*\d)(?P<mark>[A-Z])$")
SUPERSEDES = re.compile(
    r"\b(?:supersed(?:es|ing)|replac(?:es|ing)|cancels)\b:?\s+(?P<what>.{1,120})", re.IGNORECASE | re.DOTALL
)
WITHDRAWN = re.compile(r"\b(?:superseded|withdrawn|obsolete|cancelled)\b(?:\s+by\b.{0,60})?", re.IGNORECASE)
NOT_A_MARK = frozenset({"of", "to", "on", "by", "in", "is", "as", "no", "or", "it", "if", "an", "at"})
SAYS_NOTHING = frozenset(
    {"readme", "index", "document", "doc", "file", "page", "untitled", "copy", "final", "scan", "tab"}
)
FIRST_BLOCKS = 40
FIRST_TEXT = 4000
LONGEST_HEADLINE = 160
MOST_NAMES = 6


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
    withdrawn: bool = False
    """Whether its own title block or status says that it is no longer in force."""


def identify(parsed: ParsedDocument, name: str) -> Identity:
    """Read the identity from properties, running heads, title, first page and file name."""
    stem = PurePosixPath(name).stem
    first = _first_text(parsed)
    heads = parsed.properties.get("running_heads", "")
    title = parsed.title or _readable(stem)
    number = _number(parsed, title, heads, first, stem)
    mark = _mark(parsed, (title, heads, first), number, stem)
    if number and not mark:
        lettered = NUMBER_WITH_LETTER.match(number)
        mark = lettered["mark"] if lettered else ""
    return Identity(
        title=title,
        names=_names(number, title, heads, stem, first),
        number=number,
        mark=mark,
        supersedes=_supersedes(first),
        file_name=_telling(stem, f"{title} {number}"),
        withdrawn=_is_withdrawn(parsed, title, heads),
    )


def base_number(number: str, mark: str) -> str:
    """The key that revisions of one document share: the number without the mark as its last letter."""
    lettered = NUMBER_WITH_LETTER.match(number)
    return key(lettered["base"] if lettered and lettered["mark"] == mark else number)


def _first_text(parsed: ParsedDocument) -> str:
    pieces = []
    for block in parsed.blocks[:FIRST_BLOCKS]:
        if isinstance(block.location, PageLocation) and block.location.page > 1:
            break
        pieces.append(f"{block.label}: {block.text}" if block.kind is BlockKind.FORM_FIELD else block.text)
    return "\n".join(pieces)[:FIRST_TEXT]


def _readable(stem: str) -> str:
    return re.sub(r"[_]+|(?<=\w)-(?=[a-z])", " ", stem).strip()


def _telling(stem: str, title: str) -> str:
    """The file's name when it has words of its own: files of one series often share a title."""
    readable = _readable(stem)
    words = re.findall(r"[A-Za-z]{2,}|\d+", readable.casefold())
    letters = [word for word in words if word.isalpha() and word not in SAYS_NOTHING]
    known = re.sub(r"\W", "", title.casefold())
    return readable if letters and any(word not in known for word in words) else ""


def _number(parsed: ParsedDocument, title: str, heads: str, first: str, stem: str) -> str:
    """The best supported identifier: named in properties, labelled on the first page, or repeated as running head."""
    if parsed.properties.get("identifier"):
        return parsed.properties["identifier"].strip()
    for block in parsed.blocks[:FIRST_BLOCKS]:
        in_field = NUMBER_LABEL.match(f"{block.label}: {block.text}") if block.kind is BlockKind.FORM_FIELD else None
        if in_field:
            return in_field["number"].rstrip(".")
    labelled = NUMBER_LABEL.search(first) or NUMBER_LABEL.search(heads)
    candidates = [*_written(heads), *_written(title), *_written(stem.replace("_", " "))]
    if labelled and (_bare(labelled["number"]) in {_bare(other) for other in candidates} or not candidates):
        return labelled["number"].rstrip(".")
    on_first = key(first)
    supported = [
        other
        for other in candidates
        if sum(key(other) in text for text in (key(heads), key(title), key(stem), on_first)) > 1
    ]
    return (supported or [""])[0]


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


def _mark(parsed: ParsedDocument, texts: Sequence[str], number: str, stem: str) -> str:
    if parsed.properties.get("version"):
        return parsed.properties["version"].strip().upper()
    title, heads, first = texts
    in_name = MARK_IN_NAME.search(stem)
    labelled = "\n".join(
        line for line in first.splitlines() if MARK.match(line.lstrip(" (")) or _is_headline(line, number)
    )
    for text in (title, heads, labelled):
        for match in MARK.finditer(text):
            if match["mark"].lower() not in NOT_A_MARK and not _names_another(text, match.start()):
                return match["mark"].upper()
    return in_name["mark"].upper() if in_name else ""


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
        what = match["what"]
        mark = MARK.search(what)
        numbers = identifiers(what)
        found += [f"{number} {mark['mark'].lower()}" if mark else number for number in numbers[:1]]
        if not numbers and mark:
            found.append(mark["mark"].lower())
    return tuple(dict.fromkeys(found))


def _is_withdrawn(parsed: ParsedDocument, title: str, heads: str) -> bool:
    status = parsed.properties.get("status", "")
    fields: Sequence[str] = [
        block.text
        for block in parsed.blocks[:FIRST_BLOCKS]
        if block.kind is BlockKind.FORM_FIELD and block.label.lower() == "status"
    ]
    return any(WITHDRAWN.search(text) for text in (status, title, heads, *fields))
