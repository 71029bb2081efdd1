"""Measures how long question validation takes, stage by stage, over a bank of made-up known questions.

The bank is made by rule with a fixed seed: properties of tagged equipment, limits under conditions, intervals and
duties, each worded several ways, each standing on a chunk of a made-up document. It goes through the product's own bank
into the product's own embedded store. The questions asked are wordings that the bank does not have, near misses that
change one tag, number, place or property, and the very wordings. Two passes: in the first nothing of a known question
was seen before by the process (``cold``), the second asks the same things in other words (``warm``), as a server does
that runs.

Encoder and verifier are timed apart: ``besides`` is everything else. One thread. ``--processor`` counts the thread's
processor time instead of the time on the clock, which says nothing on a machine that is busy with other work.

    python benchmarks/validation_speed.py --out measured/validation-speed [--known 10000] [--phrasings 5]
        [--questions 200] [--fast] [--processor] [--against SOURCE_TREE] [--seed 1]

``--out`` keeps the workspace, so that the bank is encoded once. ``--fast`` takes sums of random word vectors instead of
the encoder: the work besides is the same. ``--against`` measures another version of the code, a folder that holds
``src``, over the same bank in the same run, and gives ratios.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import hashlib
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from kingpost.answering import routing
from kingpost.answering.routing import RouteDecision
from kingpost.answering.verifier import Verifier
from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.language.normalise import content_hash
from kingpost.records import chunk_id
from kingpost.retrieval.questions import QuestionBank
from kingpost.types.answers import Question
from kingpost.types.documents import Chunk, ChunkKind, Document, PageLocation, Part
from kingpost.types.questions import Evidence, KnownQuestion

DOCUMENTS, CHUNKS = 200, 50
DIMENSIONS = 384
BATCH = 500
WARM_UP = 10
STAGES = ("exact", "candidates", "guard", "evidence", "rest", "besides", "encoder", "verifier")
BESIDES = ("exact", "candidates", "guard", "evidence", "rest")
MOST_PASSES = 4

EQUIPMENT = [
    "pump", "heat exchanger", "control valve", "fire door", "compressor", "pressure vessel", "conveyor", "fan",
    "transformer", "gas detector", "storage tank", "crane", "dock leveller", "sprinkler valve", "cooling tower",
]  # fmt: skip
PROPERTIES = [
    "design pressure", "rated power", "clear width", "flow rate", "set point", "wall thickness", "surface temperature",
    "noise level", "supply voltage", "fire rating", "gross weight", "leakage rate", "stroke length", "inspection class",
]  # fmt: skip
PLACES = [
    "the north wing", "the paint shop", "hall 3", "hall 7", "zone A", "zone B", "the pump house", "the substation",
    "the loading bay", "the roof plant room", "building 12", "the tank farm",
]  # fmt: skip
DEEDS = ["inspected", "lubricated", "calibrated", "cleaned", "tested", "replaced", "overhauled", "sealed"]
WORDINGS = {
    "property": [
        "What is the {property} of {equipment} {tag}?", "Which {property} does {equipment} {tag} have?",
        "{equipment} {tag}: what is its {property}?", "Tell me the {property} for {equipment} {tag}.",
        "What {property} is specified for {equipment} {tag}?", "I need to know the {property} of {equipment} {tag}.",
        "Could you give me the {property} that {equipment} {tag} has?",
        "For {equipment} {tag}, what is the {property}?",
    ],
    "limit": [
        "What is the highest {property} allowed for a {equipment} at {number} bar?",
        "At {number} bar, what {property} may a {equipment} have at most?",
        "How high may the {property} of a {equipment} be at {number} bar?",
        "Which maximum {property} applies to a {equipment} running at {number} bar?",
        "What is the upper limit of {property} for a {equipment} under {number} bar?",
        "Up to which {property} can a {equipment} be used at {number} bar?",
        "Maximum {property} of a {equipment} at {number} bar?",
        "Tell me the largest {property} permitted for a {equipment} at {number} bar.",
    ],
    "interval": [
        "How often must {equipment} {tag} in {place} be {deed}?",
        "At which interval is {equipment} {tag} in {place} {deed}?",
        "In {place}, how frequently is {equipment} {tag} to be {deed}?",
        "How often is {equipment} {tag} in {place} {deed}?",
        "What is the interval at which {equipment} {tag} in {place} has to be {deed}?",
        "How many months may pass before {equipment} {tag} in {place} is {deed} again?",
        "When does {equipment} {tag} in {place} need to be {deed} again?",
        "{equipment} {tag} in {place}: how often is it {deed}?",
    ],
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What a known question asks, whatever its words."""

    family: str
    values: dict[str, str]

    def worded(self, number: int) -> str:
        text = WORDINGS[self.family][number].format(**self.values)
        return text[0].upper() + text[1:]

    def changed(self, among: random.Random) -> "Thing":
        """Another thing: one of the values is another one."""
        name = among.choice(sorted(set(self.values) - {"equipment"}))
        return Thing(family=self.family, values=self.values | {name: _another(name, self.values[name], among)})


class WordVectors(Embeddings):
    """Sums of a random vector for each word: no model, and like questions are alike."""

    def embed_query(self, text: str) -> list[float]:
        words = [word.strip("?.,:").casefold() for word in text.split()]
        total = sum(_word_vector(word) for word in words)
        return (total / np.linalg.norm(total)).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


_VECTORS: dict[str, Any] = {}


def _word_vector(word: str) -> Any:
    if word not in _VECTORS:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
        _VECTORS[word] = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return _VECTORS[word]


def main() -> int:
    arguments = parsed(sys.argv[1:])
    if arguments.measure:
        print(json.dumps(measured(arguments)))
        return 0
    things = made(arguments.known, arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    root = built(arguments, things)
    passes = asked(things, arguments.questions, arguments.phrasings, arguments.seed)
    file = arguments.out / "questions.json"
    file.write_text(json.dumps(passes), encoding="utf-8")
    trees = {"now": Path(__file__).parent.parent, **({"against": arguments.against} if arguments.against else {})}
    results = {name: in_process(tree, root, file, arguments) for name, tree in trees.items()}
    print(
        f"{arguments.known:,} known questions, {arguments.known * (1 + arguments.phrasings):,} phrasings, one thread.\n"
    )
    print(table(results))
    (arguments.out / "times.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    return 0


def parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="where the bank is kept")
    parser.add_argument("--known", type=int, default=10_000, help="known questions")
    parser.add_argument("--phrasings", type=int, default=5, help="further phrasings of each")
    parser.add_argument("--questions", type=int, default=200, help="questions asked in each pass")
    parser.add_argument("--fast", action="store_true", help="random word vectors instead of the encoder")
    parser.add_argument("--processor", action="store_true", help="processor time instead of time on the clock")
    parser.add_argument("--against", type=Path, help="another version's folder, measured beside this one")
    parser.add_argument("--seed", type=int, default=1, help="of the bank and the questions")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(words)


# The bank


def made(count: int, seed: int) -> list[Thing]:
    """That many different things to ask."""
    among = random.Random(seed)
    things: dict[str, Thing] = {}
    while len(things) < count:
        family = among.choice(list(WORDINGS))
        fields = [name for name in _VALUES if f"{{{name}}}" in WORDINGS[family][0]]
        thing = Thing(family=family, values={name: _VALUES[name](among) for name in fields})
        things.setdefault(thing.worded(0), thing)
    return list(things.values())


_VALUES: dict[str, Callable[[random.Random], str]] = {
    "property": lambda among: among.choice(PROPERTIES),
    "equipment": lambda among: among.choice(EQUIPMENT),
    "tag": lambda among: f"{among.choice('EPVTKC')}-{among.randint(100, 499)}{among.choice(['', 'A', 'B'])}",
    "number": lambda among: str(among.randint(2, 160)),
    "place": lambda among: among.choice(PLACES),
    "deed": lambda among: among.choice(DEEDS),
}


def _another(name: str, value: str, among: random.Random) -> str:
    while (other := _VALUES[name](among)) == value:
        pass
    return other


def built(arguments: argparse.Namespace, things: Sequence[Thing]) -> Path:
    """The workspace with the bank, made if it is not there whole."""
    kind = "words" if arguments.fast else "encoder"
    root: Path = arguments.out / f"bank-{arguments.known}-{arguments.phrasings}-{arguments.seed}-{kind}"
    whole = root / "whole"
    if whole.exists():
        return root
    Workspace.create(root)
    begin = time.perf_counter()
    with App.open(root) as app:
        if arguments.fast:
            app.__dict__["embeddings"] = WordVectors()
        chunks = list(documents(app))
        pairs = [pair(number, thing, arguments.phrasings, chunks) for number, thing in enumerate(things)]
        for start in range(0, len(pairs), BATCH):
            app.bank.store(pairs[start : start + BATCH])
            print(f"{min(start + BATCH, len(pairs))} of {len(pairs)} known questions", file=sys.stderr)
    whole.touch()
    print(f"bank made in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
    return root


def documents(app: App) -> Iterator[Chunk]:
    for number in range(DOCUMENTS):
        id, revision = f"d{number:04}", f"r{number:04}"
        location = PageLocation(page=1)
        made = [
            Chunk(
                id=chunk_id(id, revision, ordinal), document_id=id, revision_id=revision, ordinal=ordinal,
                kind=ChunkKind.CLAUSE, text=(text := f"{ordinal}. What document {number} says of thing {ordinal}."),
                context=id, section=(), location=location, content_hash=content_hash(text),
                parts=(Part(start=0, end=len(text), location=location),),
            )
            for ordinal in range(CHUNKS)
        ]  # fmt: skip
        app.records.chunks.put_all({chunk.id: chunk for chunk in made}, partition=id)
        app.records.documents.put(
            id,
            Document(
                id=id, name=f"{id}.pdf", uri=f"generated:{id}", source="generated", title=id,
                media_type="application/pdf", current_revision=revision,
            ),
        )  # fmt: skip
        yield from made


def pair(number: int, thing: Thing, phrasings: int, chunks: Sequence[Chunk]) -> KnownQuestion:
    chunk = chunks[number % len(chunks)]
    evidence = Evidence(
        document_id=chunk.document_id, name=f"{chunk.document_id}.pdf", content_hash=chunk.content_hash,
        quote=chunk.text, location=chunk.location, revision=chunk.revision_id,
    )  # fmt: skip
    return KnownQuestion(
        id=f"q{number:06}", question=thing.worded(0), answer=f"Answer {number}.",
        phrasings=tuple(thing.worded(1 + phrasing) for phrasing in range(phrasings)), evidence=(evidence,),
        approved_by="expert",
    )  # fmt: skip


def asked(things: Sequence[Thing], count: int, phrasings: int, seed: int) -> dict[str, list[tuple[str, str]]]:
    """For each pass: half other wordings, four in ten near misses, the rest the very wording of a phrasing.

    With each stands the question that would be the known one, whether the bank has it or not.
    """
    among = random.Random(seed + 1)
    chosen = among.sample(list(things), count + WARM_UP)
    unseen = len(WORDINGS["limit"]) - 1
    passes: dict[str, list[tuple[str, str]]] = {}
    for name, wording in (("cold", unseen), ("warm", unseen - 1)):
        passes[name] = []
        for number, thing in enumerate(chosen):
            meant = thing.changed(among) if number % 10 in (5, 6, 7, 8) else thing
            worded = meant.worded(number % (1 + phrasings) if number % 10 == 9 else wording)
            passes[name].append((worded, meant.worded(0)))
    return passes


# Measuring


def in_process(tree: Path, root: Path, file: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """The times that a process with this version of the code takes."""
    words = [sys.executable, __file__, "--out", str(root), "--measure", str(root), "--file", str(file)]
    ended = subprocess.run(
        [*words, *(f"--{name}" for name in ("fast", "processor") if vars(arguments)[name])],
        env=os.environ | {"PYTHONPATH": str(tree / "src")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    times: dict[str, Any] = json.loads(ended.stdout)
    return times


def measured(arguments: argparse.Namespace) -> dict[str, Any]:
    """For each pass the milliseconds of each stage, a list a stage, and which route how many questions took."""
    passes: dict[str, list[tuple[str, str]]] = json.loads(arguments.file.read_text(encoding="utf-8"))
    with App.open(arguments.measure) as app:
        if arguments.fast:
            app.__dict__["embeddings"] = WordVectors()
        spy = Spy(app, time.thread_time if arguments.processor else time.perf_counter)
        for question, _ in passes["cold"][:WARM_UP]:  # the first question reads all vectors
            spy.route(question)
        return {name: spy.over(questions[WARM_UP:]) for name, questions in passes.items()}


class Watch:
    """Milliseconds by part. A part that is timed inside another one counts for itself alone."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.inside = [0.0]

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        started = self.clock()
        self.inside.append(0.0)
        try:
            yield
        finally:
            took = (self.clock() - started) * 1000
            self.spent[part] += took - self.inside.pop()
            self.inside[-1] += took


class Spy:
    """Times what the router calls, each part for itself."""

    def __init__(self, app: App, clock: Callable[[], float]) -> None:
        self.watch = Watch(clock)
        self.passes = 0
        self.router = app.answerer.router
        verifier_scores = Verifier.scores

        def scores(verifier: Verifier, known: Sequence[str], asked: str) -> list[float]:
            self.passes += len(known)
            with self.watch.timing("verifier"):
                encoding, self.encoding = self.encoding, False
                try:
                    return verifier_scores(verifier, known, asked)
                finally:
                    self.encoding = encoding

        self.encoding = True
        Verifier.scores = scores  # type: ignore[method-assign]
        for owner, name, part in (
            (QuestionBank, "exact", "exact"),
            (QuestionBank, "candidates", "candidates"),
            (QuestionBank, "is_current", "evidence"),
            (type(app.embeddings), "embed_query", "encoder"),
            (type(app.embeddings), "embed_documents", "encoder"),
            (routing, "slots", "guard"),
            (routing, "differences", "guard"),
        ):
            setattr(owner, name, self._timed(getattr(owner, name), part))

    def _timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if part == "encoder" and not self.encoding:  # the verifier's own
                return function(*arguments, **named)
            with self.watch.timing(part):
                return function(*arguments, **named)

        return call

    def route(self, question: str) -> tuple[RouteDecision, dict[str, float]]:
        self.watch.spent.clear()
        self.passes = 0
        begin = self.watch.clock()
        decision = self.router.route(Question(text=question))
        total = (self.watch.clock() - begin) * 1000
        spent = dict(self.watch.spent)
        spent["rest"] = total - sum(spent.values())
        spent["besides"] = sum(spent.get(stage, 0.0) for stage in BESIDES)
        return decision, {stage: spent.get(stage, 0.0) for stage in STAGES} | {"passes": self.passes}

    def over(self, questions: Sequence[tuple[str, str]]) -> dict[str, Any]:
        told = [(*self.route(question), meant) for question, meant in questions]
        routes = [decision.route.value for decision, _, _ in told]
        return {
            "times": {name: [spent[name] for _, spent, _ in told] for name in (*STAGES, "passes")},
            "routes": {route: routes.count(route) for route in sorted(set(routes))},
            "wrong": sum(decision.pair is not None and decision.pair.question != meant for decision, _, meant in told),
        }


def table(results: dict[str, dict[str, Any]]) -> str:
    """A row a stage: p50 and p95 of each pass and version, and the ratio of the medians."""
    columns = [(version, name) for name in ("cold", "warm") for version in results]
    head = [f"{name} {version} p50 | p95" for version, name in columns]
    ratios = [f"{name} ratio" for name in ("cold", "warm")] if len(results) > 1 else []
    lines = [
        f"| stage (ms) | {' | '.join([*head, *ratios])} |",
        f"|---|{'---:|' * (2 * len(columns) + len(ratios))}",
    ]
    for stage in STAGES:
        cells = [figures(results[version][name]["times"][stage]) for version, name in columns]
        cells += [ratio(results, name, stage) for name in ("cold", "warm")] if ratios else []
        lines.append(f"| {stage} | {' | '.join(cells)} |")
    for version, name in columns:
        passes = results[version][name]["times"]["passes"]
        told = results[version][name]
        lines.append(
            f"\n{name}, {version}: at most {max(passes)} passes; routes {told['routes']}, of these known questions that"
            f" were not meant: {told['wrong']}"
        )
    return "\n".join(lines)


def figures(values: Sequence[float]) -> str:
    return f"{np.percentile(values, 50):.2f} | {np.percentile(values, 95):.2f}"


def ratio(results: dict[str, dict[str, Any]], name: str, stage: str) -> str:
    now, before = (float(np.median(results[version][name]["times"][stage])) for version in ("now", "against"))
    return f"{before / now:.1f}" if now > 0.005 else "-"


if __name__ == "__main__":
    sys.exit(main())
