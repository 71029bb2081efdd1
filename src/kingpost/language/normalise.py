"""Brings text to one form: normalised text, content hashes, stems of content words, sentences."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_ONE_FORM = str.maketrans(
    {
        **dict.fromkeys(DASHES[1:], "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    }
)
_RAISED = re.compile(r"(?<=\d)[\u207a\u207b]?[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_SPACE = re.compile(r"\s+")
_TOKEN = re.compile(r"[^\W_](?:[\w./'-]*\w)?", re.UNICODE)
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)

_STOP_WORDS_TEXT = """
a about above across after again against all also am an and any are as at be because been before being below
between both but by can cannot could did do does doing done down during each either else ever every few for
from further get give given gives had has have having he her here hers him his how however i if in into is it
its itself just let list many may me might more most much must my neither no nor not of off on once only or
other ought our ours out over own per please same shall she should show so some such tell than that the their
theirs them then there these they this those through to too under until up upon us very via was we were what
when where whether which while who whom whose why will with within without would yes yet you your yours s t
don isn doesn aren wasn weren didn won
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
_HALF_A_CHARACTER = re.compile(r"[\ud800-\udfff]")


def is_unicode(text: str) -> bool:
    """Whether it can be stored and sent: JSON and the command line may hold half a character (a lone surrogate)."""
    return not _HALF_A_CHARACTER.search(text)


def one_form(text: str) -> str:
    """NFKC with one kind of dash and quote and no invisible characters; case and spaces stay."""
    return unicodedata.normalize("NFKC", text.translate(_ONE_FORM)).translate(_ONE_FORM)


def with_powers(text: str) -> str:
    """The text with ``10³`` as ``10^3``: one form would make ``103`` of it, which is another number."""
    return _RAISED.sub(lambda found: f"^{found[0]}", text)


def normalise(text: str) -> str:
    """Text for comparing: NFKC, casefolded, one kind of dash and quote, single spaces."""
    return _SPACE.sub(" ", one_form(text).casefold()).strip()


def content_hash(text: str, header: Sequence[str] = ()) -> str:
    """24 hex digits that change when the text or its header path does, and not with its place.

    One kind of dash, quote and space; case and powers count, since 5 mW is not 5 MW and 10³ is not 103.
    """
    parts = [_SPACE.sub(" ", one_form(with_powers(part))).strip() for part in (text, *header)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def stems(text: str) -> list[str]:
    """Stems of the content words in order; tokens with digits or underscores stay whole."""
    return [stem for token in _TOKEN.findall(one_form(text)) for stem in _token_stems(token)]


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """The stem of one word in small letters, stop words included."""
    return _stemmer()(word)


@lru_cache(maxsize=65_536)
def _token_stems(token: str) -> tuple[str, ...]:
    lowered = token.casefold()
    if any(char.isdigit() or char == "_" for char in lowered):
        return (lowered,)
    stem = _stemmer()
    return tuple(stem(word) for word in _WORD.findall(lowered.replace("'s", "")) if word not in STOP_WORDS)


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem


_BREAK = re.compile(
    r"(?P<end>[.!?\u2026][\"'\u2019\u201d)\]]*)(?P<gap>\s+)(?=[\"'\u201c\u2018(\[]?[A-Z0-9\u00c0-\u00de\u2022-])"
    r"|(?P<blank>[ \t]*\n[ \t]*\n\s*)"
    r"|(?P<item>[ \t]*\n\s*)(?=[\u2022\u25cf\u25aa*-] |\(?[a-z0-9]{1,3}[.)] )"
)
_ABBREVIATIONS_TEXT = """
e.g i.e etc cf vs viz al approx max min no nos fig figs eq eqs sec sect ref refs rev art para paras ch vol ed
app tab incl excl resp inc corp co ltd dept est st mr mrs ms dr prof jr sr u.s u.k a.m p.m dia temp std spec
dwg cl pp p pt
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())
_LAST_WORD = re.compile(r"[(\[\"']*([\w.]+?)$")
_ENUMERATOR = re.compile(r"\(?(?:[A-Za-z]?\d+(?:\.\d+)*|[a-zA-Z]|[ivxIVX]{1,5})[.)]?$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, without the space around them; abbreviations and clause numbers do not end one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _BREAK.finditer(text):
        end = found.end("end") if found["end"] else found.start()
        if found["end"] and not _ends_sentence(text[start : found.start("end")], found["end"]):
            continue
        _append(spans, text, start, end)
        start = found.end()
    _append(spans, text, start, len(text))
    return spans


def _ends_sentence(before: str, end: str) -> bool:
    """Whether a stop after ``before`` (the sentence so far) ends it."""
    if not end.startswith("."):
        return True
    sentence = before.strip()
    last = _LAST_WORD.search(sentence)
    if last is None:
        return bool(sentence)
    word = last[1]
    if _ENUMERATOR.match(sentence) or (len(word) == 1 and word.isupper()):
        return False
    return word.casefold() not in _ABBREVIATIONS


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        begin = start + len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(inner)))
