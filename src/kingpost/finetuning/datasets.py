"""Freezes the question bank into datasets: training split, held-out phrasings, held-out facts."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from kingpost.errors import NotFound, Refused
from kingpost.language.normalise import normalise
from kingpost.ports import ObjectStore
from kingpost.records import Records
from kingpost.settings import FinetuningSettings
from kingpost.types.models import Dataset, TrainingExample
from kingpost.types.questions import KnownQuestion

LATEST = "latest"
TRAIN, HELD_OUT_PHRASING, HELD_OUT_FACT = "train", "held_out_phrasing", "held_out_fact"
LONGEST_ANSWER = 600
"""Characters. A small model does not recall more word for word; such pairs are left to the other routes."""

_EXAMPLE = TypeAdapter(TrainingExample)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetBuilder:
    """Builds and reads datasets. The same bank and settings give the same dataset, down to its id."""

    records: Records
    objects: ObjectStore
    settings: FinetuningSettings

    def build(self) -> Dataset:
        """Freeze the bank as it is now. Raises ``Refused`` when nothing in it can be trained on."""
        pairs = [pair for pair in self.records.questions.all() if not pair.retired]
        fitting = [pair for pair in pairs if len(pair.answer) <= LONGEST_ANSWER]
        examples = list(self._examples_of(fitting))
        counts = Counter(example.split for example in examples)
        if not counts[TRAIN]:
            raise Refused("the question bank holds nothing to train on", next="run: kingpost questions import FILE")
        content = b"".join(_EXAMPLE.dump_json(example) + b"\n" for example in examples)
        digest = hashlib.sha256(content).hexdigest()
        id = digest[:12]
        dataset = Dataset(
            id=id,
            digest=digest,
            object_key=f"datasets/{id}.jsonl",
            created_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            counts={**counts, "pairs": len(fitting), "left_out": len(pairs) - len(fitting)},
            provenance=Counter(pair.provenance.value for pair in fitting),
        )
        self.objects.put(dataset.object_key, content)
        self.records.datasets.put(id, dataset)
        return dataset

    def all(self) -> list[Dataset]:
        """Oldest first; building one again makes it the latest."""
        return sorted(self.records.datasets.all(), key=lambda dataset: dataset.created_at)

    def get(self, id: str) -> Dataset:
        """By id, or ``latest``. Raises ``NotFound``."""
        if id != LATEST:
            return self.records.datasets.get(id)
        datasets = self.all()
        if not datasets:
            raise NotFound("there is no dataset yet", next="run: kingpost dataset build")
        return datasets[-1]

    def examples(self, dataset: Dataset) -> list[TrainingExample]:
        """Sorted by pair; the first of a trained pair is its own wording."""
        return read_examples(self.objects, dataset)

    def _examples_of(self, pairs: Sequence[KnownQuestion]) -> Iterator[TrainingExample]:
        ordered = sorted(pairs, key=lambda pair: pair.id)
        held_out_facts = self._held_out_facts(ordered)
        phrasings = _phrasings_by_pair(ordered)
        trained = [(pair.id, text) for pair in ordered if pair.id not in held_out_facts for text in phrasings[pair.id]]
        held_out_phrasings = frozenset(self._lowest(trained, key="\n".join))
        for pair in ordered:
            for text in (pair.question, *phrasings[pair.id]):
                if pair.id in held_out_facts:
                    split = HELD_OUT_FACT
                else:
                    split = HELD_OUT_PHRASING if (pair.id, text) in held_out_phrasings else TRAIN
                yield TrainingExample(
                    pair_id=pair.id, question=text, answer=pair.answer, split=split, evidence=pair.evidence
                )

    def _held_out_facts(self, pairs: Sequence[KnownQuestion]) -> frozenset[str]:
        """Pairs marked so, and a share of the unmarked ones without approver, which only a model would answer."""
        marked = frozenset(pair.id for pair in pairs if pair.split == "held_out")
        free = [pair.id for pair in pairs if not pair.split and not pair.approved_by]
        return marked.union(self._lowest(free, key=str))

    def _lowest(self, things: Sequence[Any], *, key: Callable[[Any], str]) -> list[Any]:
        """The held-out share of things: at least one of two or more, the same ones while the bank grows a little."""
        if len(things) < 2 or not self.settings.held_out_share:
            return []
        count = max(1, int(len(things) * self.settings.held_out_share))
        return sorted(things, key=lambda thing: _draw(self.settings.seed, key(thing)))[:count]


def read_examples(objects: ObjectStore, dataset: Dataset) -> list[TrainingExample]:
    """The examples of a dataset, in its order."""
    return [_EXAMPLE.validate_json(line) for line in objects.get(dataset.object_key).splitlines()]


def trained_examples(examples: Sequence[TrainingExample]) -> list[TrainingExample]:
    """The training split in each pair's own wording."""
    first: dict[str, TrainingExample] = {}
    for example in examples:
        if example.split == TRAIN:
            first.setdefault(example.pair_id, example)
    return list(first.values())


def _phrasings_by_pair(pairs: Sequence[KnownQuestion]) -> dict[str, list[str]]:
    """Phrasings in their order, without those that ask another pair's question or came before."""
    seen = {normalise(pair.question) for pair in pairs}
    phrasings: dict[str, list[str]] = {}
    for pair in pairs:
        phrasings[pair.id] = []
        for text in pair.phrasings:
            if normalise(text) not in seen:
                seen.add(normalise(text))
                phrasings[pair.id].append(text)
    return phrasings


def _draw(seed: int, text: str) -> str:
    return hashlib.sha256(json.dumps([seed, text]).encode()).hexdigest()
