"""Asks 500 near misses of known questions, made from the demo documents, and lists every one that is taken for known.

The bank holds the questions of ``examples/``. A near miss is one of them with one slot changed to what stands in its
place in the documents: another value of the same column, another heading of the same table, another tag, number, unit,
date or name. Beside it, rewordings of the same questions say what that costs. Nothing is written but ``--out``.

    python benchmarks/near_misses.py --out measured/near-misses [--count 500] [--seed 7]
"""

import argparse
import json
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kingpost.app import App
from kingpost.backends.local.workspace import Workspace
from kingpost.documents.sources.folder import FolderSource
from kingpost.evaluation.statistics import wilson
from kingpost.language.changes import changes
from kingpost.language.normalise import normalise
from kingpost.language.rewordings import rewordings
from kingpost.language.siblings import Siblings
from kingpost.records import Records
from kingpost.types.answers import Question, Route
from kingpost.types.documents import Chunk

EXAMPLES = Path(__file__).parent.parent / "examples"
NOT_ONE_SLOT = frozenset({"qualifier", "question"})
"""Kinds of change that add or drop a word or ask in another way: not every one is surely another question."""
_ARTICLE = re.compile(r"\b(?:an?|the) ")
ROUNDS = 12
"""Times that changes are drawn for each question, each time with others."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A question of the bank, and wordings of it that people wrote."""

    question: str
    answer: str
    phrasings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked: a near miss of a known question, or a rewording of it."""

    known: str
    text: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What question validation made of it; ``matched`` is the known question that it was taken for, or empty."""

    known: str
    text: str
    kind: str
    matched: str
    stage: str
    score: float
    similarity: float
    why: str


def main() -> int:
    arguments = parsed(sys.argv[1:])
    arguments.out.mkdir(parents=True, exist_ok=True)
    known = known_questions()
    with demo_app(arguments.out) as app:
        for one in known:
            app.bank.add(one.question, one.answer, approved_by="benchmark")
        siblings = Siblings.found([one.question for one in known], groups(app.records))
        missed = near_misses(known, siblings, count=arguments.count, seed=arguments.seed)
        again = reworded(known, seed=arguments.seed)
        outcomes = {name: routed(app, asked, name) for name, asked in (("near misses", missed), ("rewordings", again))}
    rows = [{"set": name, **asdict(one)} for name, found in outcomes.items() for one in found]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (arguments.out / "near_misses.jsonl").write_text(lines, encoding="utf-8")
    print(near_miss_report(outcomes["near misses"]))
    print(rewording_report(outcomes["rewordings"]))
    return 0


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("measured/near-misses"))
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args(arguments)


def known_questions() -> list[Known]:
    """The pairs of the examples, and the answerable questions of their question set that are not among them."""
    pairs = [
        Known(question=row["question"], answer=row["answer"], phrasings=tuple(row["paraphrases"]))
        for row in lines_of(EXAMPLES / "pairs.jsonl")
    ]
    asked = [
        Known(question=row["question"], answer=row["answers"][0])
        for row in lines_of(EXAMPLES / "questions.jsonl")
        if row["answerable"]
    ]
    distinct = {normalise(one.question): one for one in (*asked, *pairs)}
    return list(distinct.values())


def lines_of(path: Path) -> Iterator[dict]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def demo_app(out: Path) -> App:
    """A workspace with the demo documents, made on the first run."""
    root, documents = out / "workspace", out / "documents"
    if (root / "kingpost.toml").exists():
        return App.open(root)
    subprocess.run([sys.executable, EXAMPLES / "make_documents.py", documents], check=True, stdout=sys.stderr)
    app = App.open(Workspace.create(root).root)
    app.ingestor.ingest(FolderSource(documents))
    return app


def groups(records: Records) -> Iterator[tuple[str, ...]]:
    """What stands in each other's place in the documents: the values of a column, the heads of a table."""
    for document in records.documents.all():
        columns: defaultdict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        heads: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for chunk in records.chunks.all(partition=document.id):
            if chunk.revision_id == document.current_revision:
                collect(chunk, columns, heads)
        yield from (tuple(values) for values in columns.values() if len(values) > 1)
        yield from (tuple(names) for names in heads.values() if len(names) > 1)


def collect(
    chunk: Chunk, columns: defaultdict[tuple[str, ...], dict[str, None]], heads: defaultdict[str, dict[str, None]]
) -> None:
    for cell in chunk.cells:
        if cell.header and cell.text.strip():
            columns[(chunk.context, *cell.header)].setdefault(cell.text.strip())
        if cell.header and not cell.label:
            heads[chunk.context].setdefault(cell.header[-1])


def near_misses(known: Sequence[Known], siblings: Siblings, *, count: int, seed: int) -> list[Asked]:
    """As many as asked for, taken in turn from each question and, of one question, from each kind.

    Those that are known themselves, word for word but for articles, are left out.
    """
    taken = {wording(text) for one in known for text in (one.question, *one.phrasings)}
    queues = [in_turn(changed(one.question, siblings, seed), seed) for one in known]
    found: list[Asked] = []
    while len(found) < count and any(queues):
        for queue in queues:
            while queue and wording(queue[0].text) in taken:
                queue.pop(0)
            if queue and len(found) < count:
                found.append(queue.pop(0))
                taken.add(wording(found[-1].text))
    return found


def wording(text: str) -> str:
    """What is compared: a program that exchanges words leaves the wrong article behind."""
    return _ARTICLE.sub("", normalise(text))


def changed(question: str, siblings: Siblings, seed: int) -> Iterator[Asked]:
    for start, end, others in siblings.within(question):
        for other in others:
            text = f"{question[:start]}{other}{question[end:]}"
            yield Asked(known=question, text=text, kind=f"documents: {kind_of(question[start:end])}")
    for number in range(ROUNDS):
        for change in changes(question, siblings=siblings, seed=seed + number):
            if change.kind not in NOT_ONE_SLOT:
                yield Asked(known=question, text=change.text, kind=change.kind)


def kind_of(phrase: str) -> str:
    """What is exchanged for a sibling: a figure or tag, a name, or words."""
    if any(letter.isdigit() for letter in phrase):
        return "figure or tag"
    return "name or mark" if phrase[:1].isupper() else "words"


def in_turn(asked: Iterable[Asked], seed: int) -> list[Asked]:
    """Shuffled, then one of each kind before a second of any."""
    distinct = list({wording(one.text): one for one in asked if wording(one.text) != wording(one.known)}.values())
    random.Random(seed).shuffle(distinct)
    seen: Counter[str] = Counter()
    ranked = []
    for one in distinct:
        ranked.append((seen[one.kind], one))
        seen[one.kind] += 1
    return [one for _, one in sorted(ranked, key=lambda entry: entry[0])]


def reworded(known: Sequence[Known], *, seed: int) -> list[Asked]:
    """Wordings that people wrote, and those that a program makes."""
    written = [Asked(known=one.question, text=text, kind="written") for one in known for text in one.phrasings]
    made = [
        Asked(known=one.question, text=other.text, kind=other.kind)
        for one in known
        for other in rewordings(one.question, seed=seed)
    ]
    return [*written, *made]


def routed(app: App, asked: Sequence[Asked], name: str) -> list[Outcome]:
    found = []
    for number, one in enumerate(asked, start=1):
        decision = app.answerer.router.route(Question(text=one.text))
        validation = decision.validation
        matched = decision.pair.question if decision.pair and decision.route is Route.APPROVED else ""
        found.append(
            Outcome(
                **asdict(one),
                matched=matched,
                stage=validation.stage,
                score=round(validation.score, 4),
                similarity=validation.similarity,
                why=validation.why,
            )
        )
        if number % 50 == 0:
            print(f"{name}: {number} of {len(asked)}", file=sys.stderr)
    return found


def near_miss_report(outcomes: Sequence[Outcome]) -> str:
    """Kinds with most false matches first, then every false match."""
    false = [one for one in outcomes if one.matched]
    lines = [
        "| near misses | asked | taken for known | of that question | 95 % | most often told by |",
        "|" + "---|" * 6,
    ]
    for name, found in (("all", list(outcomes)), *worst_first(outcomes)):
        wrong = [one for one in found if one.matched]
        own = sum(one.matched == one.known for one in wrong)
        low, high = wilson(len(wrong), len(found)) or (0.0, 0.0)
        stages = Counter(one.stage for one in found if not one.matched)
        told = ", ".join(f"{stage} {n}" for stage, n in stages.most_common(3))
        interval = f"{100 * low:.1f} to {100 * high:.1f} %"
        lines.append(f"| {name} | {len(found)} | {len(wrong)} | {own} | {interval} | {told} |")
    listed = [f"- {one.kind}: “{one.text}” taken for “{one.matched}” ({one.why}; {one.score:.2f})" for one in false]
    return "\n".join([*lines, "", *(listed or ["No near miss was taken for a known question."]), ""])


def rewording_report(outcomes: Sequence[Outcome]) -> str:
    lines = ["| rewordings | asked | recalled | 95 % | missed by |", "|" + "---|" * 5]
    kinds = by_kind(outcomes)
    for name, found in (("all", list(outcomes)), *sorted(kinds.items())):
        right = [one for one in found if one.matched == one.known]
        low, high = wilson(len(right), len(found)) or (0.0, 0.0)
        missed = Counter(one.stage for one in found if one.matched != one.known)
        told = ", ".join(f"{stage} {n}" for stage, n in missed.most_common(3))
        share = len(right) / len(found) if found else 0.0
        interval = f"{100 * low:.0f} to {100 * high:.0f} %"
        lines.append(f"| {name} | {len(found)} | {len(right)} ({100 * share:.1f} %) | {interval} | {told} |")
    return "\n".join(lines)


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    kinds: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        kinds[one.kind].append(one)
    return kinds


def worst_first(outcomes: Sequence[Outcome]) -> list[tuple[str, list[Outcome]]]:
    def share(found: Sequence[Outcome]) -> float:
        return sum(bool(one.matched) for one in found) / len(found)

    return sorted(by_kind(outcomes).items(), key=lambda entry: (-share(entry[1]), entry[0]))


if __name__ == "__main__":
    sys.exit(main())
