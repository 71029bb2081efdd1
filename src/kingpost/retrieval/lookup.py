"""Exact things are looked up exactly: identifiers and clause numbers, in the structure of the documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kingpost.types.documents import Chunk
from kingpost.types.search import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Where each looked-up key stands: key -> (document, section) of the chunks that hold it."""

    places: Mapping[str, frozenset[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Sequence[str], chunks: Sequence[Chunk]) -> "Holders":
        """Read the places of ``keys`` off the chunks found for them."""
        return cls(
            places={
                key: frozenset((chunk.document_id, chunk.section) for chunk in chunks if key in chunk.keys)
                for key in keys
            }
        )

    def share_held(self, chunk: Chunk) -> float:
        """Share of the keys that stand in the chunk, its section or the one right above; 1 without keys."""
        if not self.places:
            return 1.0
        return sum(self._holds(chunk, key) for key in self.places) / len(self.places)

    def _holds(self, chunk: Chunk, key: str) -> bool:
        if key in chunk.keys:
            return True
        places, section = self.places[key], chunk.section
        near = {section, section[:-1]} - {()}
        return any((chunk.document_id, place) in places for place in near)


def unknown_keys(holders: Holders) -> tuple[str, ...]:
    """Keys that stand nowhere in the documents searched."""
    return tuple(key for key, places in holders.places.items() if not places)


def stand_apart(holders: Holders, passages: Sequence[Passage]) -> bool:
    """Whether the keys, each known, meet in no passage: an option of another command, a value of another revision."""
    known = [key for key, places in holders.places.items() if places]
    return len(known) > 1 and all(holders.share_held(passage.chunk) < 1 for passage in passages)
