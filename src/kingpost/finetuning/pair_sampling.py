"""Makes training pairs for the verifier from families of questions: a question, rewordings of it, and near misses.

A cluster is several questions about one thing, each in several wordings: as many families, near misses of each other.
Labels are 1 (the same question) and 0 (another one). All choices come from one seeded generator.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kingpost.errors import BadInput

_WORD = re.compile(r"[A-Za-z]{4,}")
_STEM = 5
"""First letters that stand for a word: enough to tell whether two questions share it."""
_PLAIN = frozenset(
    """what which when where whose whom that this these those with from have does must should could would please tell
    give need know about into than then they them their there here some somebody someone anybody name list much many
    long your like want state find show case also only been being were will shall each every other such more most less
    least done doing""".split()
)
"""Words whose exchange may leave a question what it is."""
_LOWER, _BARE, _MISSPELT = 0.12, 0.12, 0.06
"""Shares of questions that are written small, without their last mark, with a slip of the pen: on both labels alike."""
_NEIGHBOUR_SHARE = 0.5
CLUSTER = "cluster"
"""Kind of a near miss that is another question of the same cluster."""
HELD_OUT = 0.05
"""Share of the families of each field that is not trained on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """``same`` all ask what ``known`` asks; ``different`` ask something else than any of these, each with its kind."""

    known: str
    same: tuple[str, ...]
    different: tuple[tuple[str, str], ...]
    domain: str = ""
    cluster: str = ""
    """What it shares with the families that were made from one cluster; empty for one that stands alone."""

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.known, *self.same)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two questions, whether they are the same (1) or not (0), and where the pair comes from."""

    first: str
    second: str
    label: int
    kind: str


def read_families(folder: Path) -> list[Family]:
    """All families and clusters of a folder's ``*.jsonl``, at any depth, each family once.

    Raises ``BadInput`` naming file and line.
    """
    families: dict[str, Family] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        domain = path.relative_to(folder).with_suffix("").as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for family in _families(line, domain=domain, place=f"{path}:{number}"):
                families.setdefault(family.known.casefold(), family)
    return list(families.values())


def _families(line: str, *, domain: str, place: str) -> list[Family]:
    try:
        row = json.loads(line)
        if "questions" in row:
            return _of_cluster(row["questions"], domain=domain, place=place)
        different = tuple((kind, question) for kind, question in row["different"])
        return [Family(known=row["known"], same=tuple(row["same"]), different=different, domain=domain)]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{place}: not a family of questions: {error}", next="mend or remove the line") from error


def _of_cluster(questions: Sequence[Sequence[str]], *, domain: str, place: str) -> list[Family]:
    """A family of each question, all wordings of the others being near misses of it."""
    return [
        Family(
            known=known,
            same=tuple(same),
            different=tuple((CLUSTER, text) for other in questions if other is not wordings for text in other),
            domain=domain,
            cluster=place,
        )
        for wordings in questions
        for known, *same in [wordings]
    ]


def split(families: Sequence[Family], share: float = HELD_OUT) -> tuple[list[Family], list[Family]]:
    """Those to train on, and the last few of each field of work, to look at afterwards; no cluster is cut."""
    by_domain: dict[str, list[Family]] = {}
    for family in families:
        by_domain.setdefault(family.domain, []).append(family)
    kept = {domain: _kept(members, share) for domain, members in by_domain.items()}
    trained = [family for domain, members in by_domain.items() for family in members[: kept[domain]]]
    return trained, [family for domain, members in by_domain.items() for family in members[kept[domain] :]]


def _kept(members: Sequence[Family], share: float) -> int:
    """How many of one field are trained on."""
    kept = int((1 - share) * len(members))
    while 0 < kept < len(members) and members[kept].cluster and members[kept].cluster == members[kept - 1].cluster:
        kept -= 1
    return kept


def sample(
    families: Sequence[Family], neighbours: Sequence[Sequence[int]], generator: random.Random, *, per_family: int
) -> list[LabelledPair]:
    """One epoch: for each family half rewordings and half near misses, and a pair or two made by program.

    ``neighbours`` has for each family the numbers of those that lie nearest: their questions are other ones too.
    """
    by_domain: dict[str, list[str]] = {}
    for family in families:
        by_domain.setdefault(family.domain, []).append(family.known)
    pairs = [
        pair
        for number, family in enumerate(families)
        for pair in _of_family(family, per_family, generator)
        + _made(family, by_domain[family.domain], [families[near] for near in neighbours[number]], generator)
    ]
    generator.shuffle(pairs)
    return [_written(pair, generator) for pair in pairs]


def _of_family(family: Family, count: int, generator: random.Random) -> list[LabelledPair]:
    wordings = family.wordings
    same = [(left, right) for at, left in enumerate(wordings) for right in wordings[at + 1 :]]
    other = [(kind, left, right) for kind, right in family.different for left in wordings]
    return [
        LabelledPair(first=left, second=right, label=1, kind="same")
        for left, right in generator.sample(same, min(count // 2, len(same)))
    ] + [
        LabelledPair(first=left, second=right, label=0, kind=kind)
        for kind, left, right in generator.sample(other, min(count // 2, len(other)))
    ]


def _made(
    family: Family, of_domain: Sequence[str], near: Sequence[Family], generator: random.Random
) -> list[LabelledPair]:
    left, right = generator.sample(family.wordings, 2)
    made = []
    exchanged = exchange(left, right, generator.choice(of_domain), generator)
    if exchanged:
        made.append(LabelledPair(first=left, second=exchanged, label=0, kind="exchange"))
    if near and generator.random() < _NEIGHBOUR_SHARE:
        other = generator.choice(generator.choice(near).wordings)
        made.append(LabelledPair(first=left, second=other, label=0, kind="neighbour"))
    return made


def exchange(known: str, asked: str, other: str, generator: random.Random) -> str:
    """``asked`` with one word that ``known`` shares exchanged by a word of ``other``; empty where there is none."""
    shared = [found for found in _WORD.finditer(asked) if _tells(found[0]) and _stem(found[0]) in _stems(known)]
    there = _stems(known) | _stems(asked)
    foreign = [word for word in _WORD.findall(other) if _tells(word) and _stem(word) not in there]
    if not shared or not foreign:
        return ""
    found = generator.choice(shared)
    put: str = generator.choice(foreign)
    return asked[: found.start()] + put + asked[found.end() :]


def _tells(word: str) -> bool:
    return word.casefold() not in _PLAIN


def _stem(word: str) -> str:
    return word.casefold()[:_STEM]


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text))


def _written(pair: LabelledPair, generator: random.Random) -> LabelledPair:
    """In either order, and as people write: small, without the mark, with a slip."""
    first, second = (pair.first, pair.second) if generator.random() < 0.5 else (pair.second, pair.first)
    return LabelledPair(
        first=as_written(first, generator), second=as_written(second, generator), label=pair.label, kind=pair.kind
    )


def as_written(question: str, generator: random.Random) -> str:
    """The question as somebody in a hurry may write it; mostly as it is."""
    if generator.random() < _LOWER:
        question = question.lower()
    if generator.random() < _BARE:
        question = question.rstrip("?. ")
    return misspelt(question, generator) if generator.random() < _MISSPELT else question


def misspelt(question: str, generator: random.Random) -> str:
    """One letter of one longer word dropped, doubled or exchanged with the next."""
    words = list(_WORD.finditer(question))
    if not words:
        return question
    found = generator.choice(words)
    word = found[0]
    at = generator.randrange(1, len(word) - 1)
    dropped, doubled = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    exchanged = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return question[: found.start()] + generator.choice([dropped, doubled, exchanged]) + question[found.end() :]
