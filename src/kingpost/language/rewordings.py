"""Makes rewordings of a question that keep its sense: whoever can answer the one has answered the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from kingpost.language.normalise import normalise
from kingpost.language.reworded_frames import frames
from kingpost.language.reworded_notation import notations

_NO_GLOSSARY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """The same question in other words; ``kind`` says by what means."""

    kind: str
    text: str


def rewordings(
    question: str, *, glossary: Mapping[str, str] = _NO_GLOSSARY, seed: int = 7, combined: bool = True
) -> list[Rewording]:
    """All rewordings that the question's form allows; the same ones for the same seed.

    ``glossary`` has abbreviations with what they stand for. Kinds: ``opener``, ``frame``, ``order``, ``passive``,
    ``filler``, ``short``, ``unit``, ``number``, ``period``, ``abbreviation``, ``spelling``, ``synonym``, ``mistake``,
    ``plural``; ``combined`` is one of frame and one of notation at once, left out on request.
    """
    generator = Random(f"{seed}|{question}")
    framed = [Rewording(kind=kind, text=text) for kind, text in frames(question, generator)]
    written = [Rewording(kind=kind, text=text) for kind, text in notations(question, generator, glossary)]
    found = [*framed, *written]
    if combined and framed and written:
        for frame in generator.sample(framed, min(3, len(framed))):
            again = [text for _, text in notations(frame.text, generator, glossary)]
            found.append(Rewording(kind="combined", text=generator.choice(again)))
    unlike = {one.text: one for one in reversed(found) if normalise(one.text) != normalise(question)}
    return list(reversed(unlike.values()))


def sample(
    question: str, *, glossary: Mapping[str, str] = _NO_GLOSSARY, seed: int = 7, most: int = 4
) -> list[Rewording]:
    """At most so many rewordings, one of each kind before a second of any."""
    generator = Random(f"{seed}|sample|{question}")
    found = rewordings(question, glossary=glossary, seed=seed)
    generator.shuffle(found)
    turn = {id(one): sum(other.kind == one.kind for other in found[:at]) for at, one in enumerate(found)}
    return sorted(found, key=lambda one: turn[id(one)])[:most]
