"""Turns the verifier's logits into probabilities and measures its bound, on pairs that it was not trained on.

Run: ``python benchmarks/fit_verifier.py [DATA] [--write]``; DATA (or KINGPOST_DATA) has ``router/SET/pairs.jsonl``.
The cross-encoder has seen none of these sets, so each of them is left out of its training. What is fitted here is
left out in turn as well: the threshold by which a group of sets is judged comes from the other groups.
"""

import argparse
import json
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.onnx_pair_scorer import OnnxPairScorer
from kingpost.backends.local.verifier_model import BODY, verifier_model
from kingpost.evaluation.statistics import wilson
from kingpost.finetuning.pair_sampling import Family, read_families, split
from kingpost.language.comparison import one_exchanged
from kingpost.language.slots import differences, slots

GROUPS = {"aitqa": "shared texts", "edacorpus": "shared texts", "flip": "shared texts"}
"""Sets that share texts are left out together; every other set is a group of its own."""
BOUND = 0.005
FEW = 0.01
"""Share of different questions with one exchanged phrase that may reach the threshold, in families held out."""
FAMILIES = Path(__file__).parent.parent / "verifier" / "families"
CLUSTERS = Path(__file__).parent.parent / "verifier" / "clusters"
WORST_KIND = 4
"""The worst kind may have so many times the bound's share of false matches."""
LARGE_KIND = 100
TARGET = Path(__file__).parent.parent / "src" / "kingpost" / "answering" / "verifier.json"


@dataclass(frozen=True)
class Row:
    """One pair."""

    set: str
    kind: str
    label: int
    known: str
    query: str

    @property
    def group(self) -> str:
        return GROUPS.get(self.set, self.set)


def read(folder: Path) -> list[Row]:
    rows = []
    for path in sorted(folder.glob("router/*/pairs.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            rows.append(Row(path.parent.name, record["kind"], record["label"], record["known"], record["query"]))
    return rows


def guarded(rows: Sequence[Row]) -> np.ndarray:
    """Which pairs the guard lets through."""
    return np.array([not differences(slots(row.known), slots(row.query)) for row in rows])


def logits(rows: Sequence[Row], passed: np.ndarray) -> np.ndarray:
    """Mean logit of both orders; minus infinity for what the guard refuses."""
    scorer = OnnxPairScorer(verifier_model(ModelCache().embeddings(BODY)))
    asked = [row for row, there in zip(rows, passed, strict=True) if there]
    forth = np.array(scorer([(row.known, row.query) for row in asked]))
    back = np.array(scorer([(row.query, row.known) for row in asked]))
    result = np.full(len(rows), -np.inf)
    result[passed] = (forth + back) / 2
    return result


def exchange_cost(families: Sequence[Family], least: float) -> float:
    """By how many logits a pair with one exchanged phrase must be surer, so that few different ones reach ``least``.

    Read off families that were kept out of training.
    """
    pairs = [(wording, one) for family in families for _, one in family.different for wording in family.wordings]
    exchanged = [pair for pair in pairs if one_exchanged(*pair) and not differences(*map(slots, pair))]
    scorer = OnnxPairScorer(verifier_model(ModelCache().embeddings(BODY)))
    forth, back = np.array(scorer(exchanged)), np.array(scorer([(right, left) for left, right in exchanged]))
    cost = max(0.0, float(np.quantile((forth + back) / 2, 1 - FEW)) - least)
    print(f"one phrase exchanged: {len(exchanged)} different ones of {len(families)} families, costs {cost:.3f}")
    return cost


def scale(rows: Sequence[Row], values: np.ndarray) -> tuple[float, float]:
    """Temperature and middle: every set and label has the same say, so that the odds beforehand are even."""
    sizes: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        sizes[row.set, row.label] += 1
    weights = np.array([1 / sizes[row.set, row.label] if sizes[row.set, row.label] >= 5 else 0 for row in rows])
    labels = np.array([row.label for row in rows])
    for label in (0, 1):
        weights[labels == label] /= 2 * weights[labels == label].sum()

    def loss(parameters: np.ndarray) -> float:
        scaled = (values - parameters[1]) * np.exp(parameters[0])
        return float((weights * np.logaddexp(0, -scaled * (2 * labels - 1))).sum())

    found = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return float(np.exp(-found[0])), float(found[1])


def probabilities(values: np.ndarray, passed: np.ndarray, temperature: float, middle: float) -> np.ndarray:
    """0 for what the guard refuses."""
    return np.where(passed, 1 / (1 + np.exp(-(np.where(passed, values, 0) - middle) / temperature)), 0.0)


def shares(rows: Sequence[Row], scores: np.ndarray, threshold: float) -> float:
    """False matches over all, or a quarter of those of the worst large kind where that is more."""
    taken: dict[str, list[bool]] = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        if not row.label:
            taken[f"{row.set} {row.kind}"].append(bool(score >= threshold))
    everything = [one for ones in taken.values() for one in ones]
    large = [float(np.mean(ones)) for ones in taken.values() if len(ones) >= LARGE_KIND]
    return max(float(np.mean(everything)), max(large, default=0.0) / WORST_KIND)


def curve(rows: Sequence[Row], scores: np.ndarray) -> list[tuple[float, float]]:
    """(threshold, share of different questions at or above it), thresholds rising."""
    reached = sorted({float(score) for row, score in zip(rows, scores, strict=True) if not row.label and score > 0})
    between = [(low + high) / 2 for low, high in pairwise(reached)]
    highest = (reached[-1] + 1) / 2 if reached else 1.0
    points = [(threshold, shares(rows, scores, threshold)) for threshold in (*between[-120:], highest)]
    return [(round(threshold, 6), round(share, 6)) for threshold, share in points]


def threshold_of(points: Sequence[tuple[float, float]], bound: float = BOUND) -> float:
    return min((threshold for threshold, share in points if share <= bound), default=1.0)


def report(rows: Sequence[Row], passed: np.ndarray, taken: np.ndarray) -> None:
    """Recall and false matches of guard and verifier together, per set and kind."""
    kinds: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        kinds[row.set, row.kind, row.label].append(number)
    print(f"{'set':16} {'kind':28} label  pairs  pass guard  matched")
    recalls: dict[str, list[bool]] = defaultdict(list)
    for (name, kind, label), numbers in sorted(kinds.items()):
        share = taken[numbers].mean()
        low, high = wilson(int(taken[numbers].sum()), len(numbers))
        print(
            f"{name:16} {kind:28} {label:5}  {len(numbers):5}  {passed[numbers].mean():10.3f}"
            f"  {share:7.3f} ({low:.3f}-{high:.3f})"
        )
        if label:
            recalls[name] += list(taken[numbers])
    labels = np.array([row.label for row in rows])
    false = int(taken[labels == 0].sum())
    means = {name: float(np.mean(one)) for name, one in recalls.items()}
    print(f"recall: pooled {taken[labels == 1].mean():.3f}, mean over sets {np.mean(list(means.values())):.3f}")
    print(f"false matches: {false} of {(labels == 0).sum()}, {false / (labels == 0).sum():.4f}")


def look_alikes(families: Sequence[Family]) -> list[Row]:
    """Reworded near misses beside rewordings, one of each for each question of the clusters: none was trained on."""
    generator = random.Random(1)
    rows = []
    for family in families:
        same = generator.sample(family.wordings, 2)
        other = generator.choice(family.wordings), generator.choice(family.different)[1]
        rows += [Row("clusters", family.domain, label, *pair) for label, pair in ((1, same), (0, other))]
    return rows


def scaled(
    rows: Sequence[Row], values: np.ndarray, passed: np.ndarray, fitted: tuple[float, float, float]
) -> np.ndarray:
    """Probabilities of logits, by temperature, middle, and what an exchanged phrase costs."""
    temperature, middle, cost = fitted
    exchanged = np.array([one_exchanged(row.known, row.query) for row in rows])
    return probabilities(values - cost * exchanged, passed, temperature, middle)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", default=os.environ.get("KINGPOST_DATA"), type=Path)
    parser.add_argument("--write", action="store_true", help="write the parameters that ship")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder or set KINGPOST_DATA")
    rows = read(arguments.data)
    passed = guarded(rows)
    values = logits(rows, passed)
    temperature, middle = scale([row for row, there in zip(rows, passed, strict=True) if there], values[passed])
    scores = probabilities(values, passed, temperature, middle)
    least = temperature * float(np.log(1 / (1 / threshold_of(curve(rows, scores)) - 1))) + middle
    cost = exchange_cost(split(read_families(FAMILIES))[1], least)
    fitted = temperature, middle, cost
    scores = scaled(rows, values, passed, fitted)
    points = curve(rows, scores)
    print(f"temperature {temperature:.3f}, middle {middle:.3f}")
    print(f"\none threshold for all, {threshold_of(points):.4f}")
    report(rows, passed, scores >= threshold_of(points))
    taken = np.zeros(len(rows), dtype=bool)
    for group in sorted({row.group for row in rows}):
        inside = np.array([row.group == group for row in rows])
        others = [row for row, there in zip(rows, inside, strict=True) if not there]
        threshold = threshold_of(curve(others, scores[~inside]))
        taken[inside] = scores[inside] >= threshold
        print(f"{group}: threshold of the other groups {threshold:.4f}")
    print("\neach group by the threshold of the others")
    report(rows, passed, taken)
    print("\nclusters, none of them trained on: reworded near misses, by the one threshold")
    near = look_alikes(read_families(CLUSTERS))
    agree = guarded(near)
    report(near, agree, scaled(near, logits(near, agree), agree, fitted) >= threshold_of(points))
    if arguments.write:
        stored = {
            "temperature": round(temperature, 4),
            "middle": round(middle, 4),
            "exchange": round(cost, 4),
            "curve": points,
        }
        TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
