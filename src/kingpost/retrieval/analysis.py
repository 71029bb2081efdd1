"""What a question asks for: identifiers, clause numbers, the form of answer wanted, and its content words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kingpost.language.identifiers import clause_numbers, identifiers
from kingpost.language.names import names
from kingpost.language.normalise import stems


class Wanted(StrEnum):
    """The form of answer a question wants."""

    CLAUSE = "clause"
    ACRONYM = "acronym"
    DEFINITION = "definition"
    LIST = "list"
    VALUE = "value"
    PROSE = "prose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One question, analysed. ``identifiers`` are keys; ``stems`` are content stems in order, without repeats.

    ``implied`` are stems that the question word stands for: "where" for a location, "how old" for an age.
    """

    question: str
    wanted: Wanted
    identifiers: tuple[str, ...]
    clauses: tuple[str, ...]
    stems: tuple[str, ...]
    implied: tuple[str, ...] = ()
    computes: bool = False
    """Whether the answer must be counted or calculated rather than looked up."""
    subject: str = ""
    """The acronym, defined term or listed phrase asked about, where ``wanted`` names one."""


_SHORT = r"[\"'“]?(?P<subject>[\w&/.\-]{2,15})[\"'”]?"
_TERM = r"(?:the term\s+)?[\"'“]?(?P<subject>[^\"'”?]{2,60}?)[\"'”]?"
_ACRONYM = (
    re.compile(
        rf"\bwhat (?:does|do|is)\s+(?:the (?:acronym|abbreviation) )?{_SHORT}\s+(?:stand for|short for|abbreviate)",
        re.I,
    ),
    re.compile(rf"\b(?:acronym|abbreviation)\s+(?=[\"'“]?[A-Z]){_SHORT}"),
    re.compile(rf"\b(?:spell out|expand|full form of)\s+(?=[\"'“]?[A-Z]){_SHORT}"),
)
_DEFINITION = (
    re.compile(rf"\bdefine[sd]?\s+{_TERM}\s*(?:\?|\.?$| in | as )", re.I),
    re.compile(rf"\bdefinition of\s+{_TERM}\s*(?:\?|\.?$| in | according)", re.I),
    re.compile(rf"\bwhat is meant by\s+{_TERM}\s*(?:\?|$| in )", re.I),
)
_LIST = re.compile(
    r"\b(?:list|which|what|name|give)\s+(?:me\s+)?(?:all|every|the)?\s*(?:of the\s+)?"
    r"(?:clauses?|rules?|sections?|requirements?|paragraphs?)\b.*?"
    r"\b(?:mention(?:s|ing)?|contain(?:s|ing)?|about|on|concern(?:s|ing)?|refer to|deal with)\b"
    r"\s+[\"'‘“]?(?P<subject>[^\"'’”?.]{2,80})",
    re.I,
)
_VALUE = re.compile(
    r"^\s*(?:and\s+)?(?:what|which|how (?:many|much|long|high|wide|thick|heavy|large|big|often|far|old|deep|fast)"
    r"|when|where|who|give|state|on what|at what|in which|in what|for which)\b",
    re.I,
)
_IMPLIED = tuple(
    (re.compile(rf"\b{phrase}\b", re.I), tuple(stem for word in words.split() for stem in stems(word)))
    for phrase, words in (
        ("where", "location place site address"),
        ("when", "date time"),
        (r"who(?:m|se)?", "name person"),
        ("how old", "age"),
        ("how heavy", "weight mass"),
        ("how (?:high|tall)", "height elevation"),
        ("how long", "length duration period"),
        ("how wide", "width"),
        ("how deep", "depth"),
        ("how thick", "thickness"),
        ("how far", "distance"),
        ("how fast", "speed"),
        ("how often", "frequency interval"),
        ("how (?:hot|warm|cold)", "temperature"),
        ("how (?:big|large)", "size area"),
        ("how many", "number quantity count"),
        ("how much", "amount quantity"),
    )
)
_COMPUTES = re.compile(
    r"\bhow many (?!.{0,30}\b(?:may|must|shall|should|can|are required|are allowed|is required)\b)"
    r"|\bhow much (?:more|less|higher|lower)\b"
    r"|\b(?:total|sum|average|mean|median|combined|altogether|difference between|ratio of|percentage of)\b"
    r"|\b(?:highest|lowest|largest|smallest|most|least|fewest|longest|shortest)\b",
    re.I,
)
_BARE_CLAUSE = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){2,}(?![\w-])")
_CLAUSE_CUE = re.compile(r"\b(?:quote|clause|section|paragraph|rule|say|says|state|states|read|reads|text)\b", re.I)
_FILE = re.compile(r"[\w-]+\.[A-Za-z]\w{1,4}\b")
_ABOUT_CLAUSE = frozenset(
    "quot state say requir text content claus section rule paragraph read mean describ cover about word demand "
    "provid specifi call ask tell contain define standard document full whole exact repeat cite recit give show "
    "print task appendix articl stipul set out mandat prescrib book manual handbook code guid polici".split()
)


def analyse(question: str) -> Analysis:
    """Read a question by rule. Costs well under a millisecond."""
    plain = " ".join(question.split())  # some of the patterns take time with the cube of a run of white space
    found = identifiers(question)
    clauses = clause_numbers(question) or _bare_clauses(question)
    words = tuple(dict.fromkeys(stems(question)))
    wanted, subject = _wanted(plain, found=found, clauses=clauses, words=words)
    return Analysis(
        question=question,
        wanted=wanted,
        identifiers=found,
        clauses=clauses,
        stems=words,
        implied=tuple(stem for pattern, implied in _IMPLIED if pattern.search(question) for stem in implied),
        computes=_COMPUTES.search(question) is not None,
        subject=subject.strip(),
    )


def asks_only_for_clause(analysis: Analysis, titles: Iterable[str]) -> bool:
    """Whether nothing is asked but for a clause of the documents with these titles, however the question writes them.

    The question alone does not tell "the rack maker's reference" from what else is asked of a clause.
    """
    if not analysis.clauses:
        return False
    known = (*analysis.identifiers, *analysis.clauses, *_references(analysis.question), *titles)
    return not _more_than_a_clause(analysis.stems, known=known)


def _bare_clauses(question: str) -> tuple[str, ...]:
    """Numbers such as 3.2.12 that could also be dates, where the question speaks of clauses."""
    return tuple(_BARE_CLAUSE.findall(question)) if _CLAUSE_CUE.search(question) else ()


def _wanted(
    question: str, *, found: tuple[str, ...], clauses: tuple[str, ...], words: tuple[str, ...]
) -> tuple[Wanted, str]:
    for pattern in _ACRONYM:
        if match := pattern.search(question):
            return Wanted.ACRONYM, match["subject"]
    if match := _LIST.search(question):
        return Wanted.LIST, match["subject"]
    if clauses and not _asks_inside_a_clause(words, known=(*found, *clauses, *_references(question))):
        return Wanted.CLAUSE, clauses[0]
    for pattern in _DEFINITION:
        if match := pattern.search(question):
            return Wanted.DEFINITION, match["subject"]
    return (Wanted.VALUE, "") if _VALUE.search(question) else (Wanted.PROSE, "")


def _references(question: str) -> tuple[str, ...]:
    """Names and file names, which say where to look."""
    return (*names(question), *_FILE.findall(question))


def _asks_inside_a_clause(words: tuple[str, ...], *, known: tuple[str, ...]) -> bool:
    """Whether more is asked than for the clause as it stands: "what load does clause 5.2 allow in zone B?".

    What is ``known`` only says which clause of which document is meant.
    """
    return len(_more_than_a_clause(words, known=known)) > 1


def _more_than_a_clause(words: tuple[str, ...], *, known: tuple[str, ...]) -> list[str]:
    named = {part for name in known for part in (name, *re.split(r"[\s\-./]+", name))}
    named |= {stem for part in named for stem in stems(part)}
    return [word for word in words if word not in _ABOUT_CLAUSE and word not in named]
