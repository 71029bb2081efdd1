"""Makes near misses of a question: the same wording with one thing changed, so that the answer may be another."""

import re
from collections.abc import Iterator
from random import Random

from kingpost.language.changed_figures import Change, figure_changes, put
from kingpost.language.names import names
from kingpost.language.siblings import NONE, Siblings

__all__ = ["Change", "changes", "sample"]

_OPPOSITES_TEXT = """
maximum minimum; max min; highest lowest; largest smallest; most least; biggest smallest; upper lower; greatest least;
longest shortest; increase decrease; increases decreases; increased decreased; rise fall; rises falls; gain loss;
before after; above below; inside outside; internal external; inner outer; indoor outdoor; open closed; opened closed;
opening closing; start end; starts ends; begin end; first last; earliest latest; inlet outlet; input output;
enable disable; enabled disabled; activate deactivate; install remove; installed removed; include exclude;
includes excludes; included excluded; including excluding; permitted prohibited; allowed forbidden;
mandatory optional; required optional; hot cold; heating cooling; heated cooled; left right; north south;
northern southern; east west; eastern western; horizontal vertical; horizontally vertically; advantage disadvantage;
advantages disadvantages; primary secondary; static dynamic; wet dry; gross net; positive negative; best worst;
success failure; succeeds fails; relevant irrelevant; new old; newest oldest; loaded unloaded; loading unloading;
active inactive; buy sell; buys sells; bought sold; front rear; top bottom; clockwise anticlockwise; read write;
reads writes; import export; imports exports; average total; upstream downstream; upward downward; upwards downwards;
effective ineffective; valid invalid; normal abnormal; complete incomplete; necessary unnecessary; same different;
acceptable unacceptable; tension compression; public private; income expense; incoming outgoing; arrival departure;
entry exit; supply return; ascending descending; single double; wide narrow; thick thin; long short; high low;
deep shallow; heavy light; fast slow; strong weak; early late; major minor; temporary permanent; manual automatic
"""
_COMPARED_TEXT = """
more than|less than; at least|at most; greater than|less than; no more than|no less than; over|under;
exceeds|falls below; exceeding|falling below; longer than|shorter than; higher than|lower than; later than|earlier than;
as soon as|not before; within|outside; below|above; not exceed|exceed; until|from
"""
_ASKED_TEXT = """
width height length depth thickness diameter radius; wide high long deep thick; pressure temperature flow level;
cost weight; price quantity; cause remedy effect; causes remedies effects; owner author; interval duration;
revenue profit cost; approve sign check; approves signs checks; approved signed checked; recommended permitted required;
default maximum minimum; speed direction; name address; design operation; area volume; load span; colour material;
color material; location date; number type; purpose default definition; inspection replacement; inspected replaced;
manufacturer supplier; voltage current power; age size; start duration; strength stiffness; capacity weight;
reason consequence; scope purpose; procedure responsibility; spacing diameter; benefits risks; symptoms causes;
efficiency capacity; density viscosity; installed tested; designed built; assets liabilities; sales costs;
limit average; output consumption; title author; test repair; tested repaired
"""
_QUESTION_WORDS = {"when": ("where", "why"), "where": ("when", "why"), "why": ("how", "when"), "how": ("why", "when")}
_QUALIFIERS = """
temporary spare external secondary emergency former planned upper standby outer auxiliary existing deferred annual
portable fixed exposed buried refurbished
""".split()
_DROPPED_TEXT = """
temporary spare external internal secondary primary emergency former planned upper lower standby outer inner auxiliary
existing deferred annual monthly weekly daily quarterly portable fixed exposed buried refurbished net gross average
total maximum minimum new old main adjusted diluted comparable standard special electric electrical mechanical hydraulic
pneumatic thermal chemical structural nominal rated permanent manual automatic single double vertical horizontal
front rear left right hot cold dry wet dynamic static domestic foreign current non-current operating underground
suspended reinforced galvanised welded bolted outdoor indoor public private full partial initial final residential
commercial industrial medical dental preferred generic senior junior legal fire steel concrete
"""
_DROPPED = re.compile(rf"(?<![\w-])(?:{'|'.join(_DROPPED_TEXT.split())})\s(?=[a-z][a-z-]{{3,}})")
_DETERMINED = re.compile(r"\b(?:of|for|in|on|at|under|with) (?:the|an?|each|every|all) (?=[a-z][a-z-]{3,})")
_MODAL = re.compile(r"\b(?:must|shall|should|may|can|will)\b(?! not\b)")
_SUBJECT = re.compile(r" (?:I|we|you|one|it|they|he|she|(?:(?:an?|the) )?(?!be )[a-z-]+)(?= [a-z])")
_STATE = re.compile(
    r"\b(?P<verb>is|are|was|were|be)\b(?P<between>(?: [\w'-]+){0,5}?) (?P<state>required|allowed|permitted|needed"
    r"|covered|included|relevant|used|installed|accepted|applicable|available|approved|affected|tested|certified"
    r"|compatible|eligible|necessary|mandatory|supported|reported|acceptable)\b"
)
_NEGATED = re.compile(r"\b(?:not |never )|n't\b")
_WITH = {"with": "without", "without": "with"}
_FROM_TO = re.compile(r"\bfrom (?P<one>(?:[\w'/.-]+ ){0,2}?[\w'/.-]+) (?P<joint>to|into) (?P<two>[\w'/.-]+)")
_CONVERTED = re.compile(
    r"\b(?:convert|turn|translate|transform|change)s? (?P<one>[\w'/.-]+) (?:to|into) (?P<two>[\w'/.-]+)"
)
_INSTEAD = re.compile(
    r"\b(?P<one>[\w'/.-]+) (?:instead of|rather than|relative to|compared to|versus) (?P<two>[\w'/.-]+)"
)
_ACTS = re.compile(
    r"\b(?P<one>[\w'/.-]+) (?:supply|supplies|supplied|feed|feeds|control|controls|drive|drives|own|owns|owe|owes"
    r"|pay|pays|report to|reports to|replace|replaces|replaced|precede|precedes|follow|follows) (?P<two>[A-Z][\w'/.-]*)"
)
_FOREIGN = ("Harlow", "Kestrel", "Brandt", "Ostrava", "Lindqvist", "Merton", "Valdoro", "Tarrant")


Table = tuple[re.Pattern[str], dict[str, tuple[str, ...]]]


def _table(text: str, split: str | None = None) -> Table:
    """Each entry of a family with the others, and a pattern that finds the longest entries."""
    families = [[part.strip() for part in line.split(split)] for line in text.replace("\n", " ").split(";")]
    others: dict[str, tuple[str, ...]] = {}
    for family in families:
        for entry in family:
            others.setdefault(entry, tuple(other for other in family if other != entry))
    entries = "|".join(re.escape(entry) for entry in sorted(others, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{entries})(?![\w-])", re.IGNORECASE), others


_OPPOSITES = _table(_OPPOSITES_TEXT)
_COMPARED = _table(_COMPARED_TEXT, "|")
_ASKED = _table(_ASKED_TEXT)


def changes(question: str, *, siblings: Siblings = NONE, seed: int = 7) -> list[Change]:
    """All near misses of a question, of each kind as it stands; the same ones for the same seed.

    Kinds: ``number``, ``unit``, ``identifier``, ``clause``, ``period``, ``revision``, ``negation``, ``opposite``,
    ``comparative``, ``direction``, ``name``, ``sibling``, ``qualifier``, ``asked`` (width for depth), ``question``.
    """
    generator = Random(f"{seed}|{question}")
    found = [
        *figure_changes(question, siblings, generator),
        *_negations(question),
        *_from_table("comparative", question, _COMPARED, generator),
        *_from_table("opposite", question, _OPPOSITES, generator),
        *_directions(question),
        *_names(question, siblings, generator),
        *_siblings(question, siblings, generator),
        *_qualifiers(question, generator),
        *_from_table("asked", question, _ASKED, generator),
        *_question_words(question, generator),
    ]
    unlike = {change.text: change for change in reversed(found) if change.text.casefold() != question.casefold()}
    return list(reversed(unlike.values()))


def sample(question: str, *, siblings: Siblings = NONE, seed: int = 7, most: int = 6) -> list[Change]:
    """At most so many near misses, one of each kind before a second of any."""
    generator = Random(f"{seed}|sample|{question}")
    found = changes(question, siblings=siblings, seed=seed)
    generator.shuffle(found)
    turn = {id(change): sum(other.kind == change.kind for other in found[:at]) for at, change in enumerate(found)}
    return sorted(found, key=lambda change: turn[id(change)])[:most]


def _from_table(kind: str, question: str, table: Table, generator: Random) -> Iterator[Change]:
    pattern, others = table
    for found in pattern.finditer(question):
        new = generator.choice(others[found[0].casefold()])
        yield put(kind, question, found.span(), _as_written(new, found[0]))


def _as_written(new: str, old: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _negations(question: str) -> Iterator[Change]:
    for found in _NEGATED.finditer(question):
        yield put("negation", question, found.span(), "")
    for found in re.finditer(r"\b(?:with|without)\b", question):
        yield put("negation", question, found.span(), _WITH[found[0]])
    if _NEGATED.search(question):
        return
    for found in _STATE.finditer(question):
        at = found.start("state")
        yield put("negation", question, (at, at), "not ")
    verb = re.search(r"\b(?:must|shall|should|may|can|will)(?= be\b)", question) or _MODAL.search(question)
    if verb:
        subject = _SUBJECT.match(question, verb.end())
        at = subject.end() if subject else verb.end()
        yield put("negation", question, (at, at), " not")


def _directions(question: str) -> Iterator[Change]:
    for pattern in (_FROM_TO, _CONVERTED, _INSTEAD, _ACTS):
        for found in pattern.finditer(question):
            one, two = found["one"], found["two"]
            if one.casefold() == two.casefold():
                continue
            between = question[found.end("one") : found.start("two")]
            span = (found.start("one"), found.end("two"))
            yield put("direction", question, span, f"{two}{between}{one}")


def _names(question: str, siblings: Siblings, generator: Random) -> Iterator[Change]:
    for name in (name for name in names(question) if len(name) > 1):
        for found in list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE))[:1]:
            if not siblings.of.get(found[0].casefold()):
                yield put("name", question, found.span(), generator.choice(_FOREIGN))


def _siblings(question: str, siblings: Siblings, generator: Random) -> Iterator[Change]:
    known = {name.casefold() for name in names(question)}
    for start, end, others in siblings.within(question):
        phrase = question[start:end]
        kind = "name" if any(part in known for part in phrase.casefold().split()) else "sibling"
        for new in generator.sample(others, min(2, len(others))):
            yield put(kind, question, (start, end), new)
    for start, end, others in siblings.alike(question):
        yield put("sibling", question, (start, end), generator.choice(others))


def _qualifiers(question: str, generator: Random) -> Iterator[Change]:
    for found in _DROPPED.finditer(question):
        yield put("qualifier", question, found.span(), "")
    places = [found.end() for found in _DETERMINED.finditer(question)]
    if places:
        at = generator.choice(places)
        article = re.search(r"\ban? $", question[:at])
        word = generator.choice(_QUALIFIERS)
        start = at - len(article[0]) if article else at
        with_article = f"{'an' if word[0] in 'aeiou' else 'a'} " if article else ""
        yield put("qualifier", question, (start, at), f"{with_article}{word} ")


def _question_words(question: str, generator: Random) -> Iterator[Change]:
    found = re.match(
        r"(?:when|where|why|how)(?= (?:is|are|was|were|do|does|did|must|should|can|has|have)\b)", question, re.I
    )
    if found:
        new = generator.choice(_QUESTION_WORDS[found[0].casefold()])
        yield put("question", question, found.span(), _as_written(new, found[0]))
