"""Fits the verifier of question validation on pairs of questions, judges it with groups left out, writes its JSON.

Run: ``python benchmarks/fit_verifier.py [DATA] [--write]``; DATA (or KINGPOST_DATA) has ``router/SET/pairs.jsonl``.
"""

import argparse
import json
import os
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from kingpost.answering.verifier import FEATURES, features
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.local.onnx_embeddings import OnnxEmbeddings
from kingpost.language.comparison import compare
from kingpost.language.normalise import normalise, stems
from kingpost.language.slots import differences, slots

GROUPS = {"aitqa": "shared texts", "edacorpus": "shared texts", "flip": "shared texts"}
"""Sets that share texts are left out together; every other set is a group of its own."""
MADE_SHARE = 0.5
MADE = "made_exchange"
BOUND = 0.005
TARGET = Path(__file__).parent.parent / "src" / "kingpost" / "answering" / "verifier.json"


@dataclass(frozen=True)
class Row:
    """One pair, and what is measured of it."""

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


def made_exchanges(rows: Sequence[Row], seed: int = 1) -> list[Row]:
    """Near misses made by a program: one word that both wordings share is exchanged by a word of another question."""
    generator = random.Random(seed)
    known = defaultdict(list)
    for row in rows:
        known[row.set].append(row.known)
    made = []
    positives = [row for row in rows if row.label]
    for row in generator.sample(positives, int(MADE_SHARE * len(positives))):
        other = generator.choice(known[row.set])
        left, right, third = (set(stems(text)) for text in (row.known, row.query, other))
        shared = [word for word in _words(row.query) if set(stems(word)) & left]
        foreign = [word for word in _words(other) if set(stems(word)) & (third - left - right)]
        if shared and foreign:
            word, replacement = generator.choice(shared), generator.choice(foreign)
            changed = re.sub(rf"\b{re.escape(word)}\b", replacement, normalise(row.query))
            made.append(Row(row.set, MADE, 0, row.known, changed))
    return made


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]{4,}", normalise(text)) if stems(word)]


def measure(rows: Sequence[Row]) -> np.ndarray:
    embeddings = OnnxEmbeddings(ModelCache().embeddings("all-MiniLM-L6-v2"))
    comparisons = [compare(row.known, row.query) for row in rows]
    texts = sorted({text for comparison in comparisons for text in comparison.texts})
    vectors = dict(zip(texts, embeddings.embed(texts), strict=True))
    return np.array([[features(one, vectors)[name] for name in FEATURES] for one in comparisons])


def fit(x: np.ndarray, y: np.ndarray, weights: np.ndarray, penalty: float = 0.01) -> tuple[np.ndarray, float]:
    """Logistic regression whose weights cannot be negative, on standardised features; raw weights and bias."""
    mean = np.average(x, axis=0, weights=weights)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights)) + 1e-9
    z, count = (x - mean) / spread, x.shape[1]

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        logits = z @ parameters[:count] + parameters[count]
        errors = weights * (1 / (1 + np.exp(-logits)) - y)
        value = (weights * np.logaddexp(0, -logits * (2 * y - 1))).sum() + penalty * (parameters[:count] ** 2).sum()
        return value, np.append(z.T @ errors + 2 * penalty * parameters[:count], errors.sum())

    bounds = [(0, None)] * count + [(None, None)]
    found = minimize(loss, np.zeros(count + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    raw = found[:count] / spread
    return raw, float(found[count] - raw @ mean)


def even_weights(rows: Sequence[Row]) -> np.ndarray:
    """Every set and label counts the same, so that no large set decides alone."""
    sizes = defaultdict(int)
    for row in rows:
        sizes[row.set, row.label] += 1
    weights = np.array([1 / sizes[row.set, row.label] if sizes[row.set, row.label] >= 5 else 0 for row in rows])
    return weights / weights.sum()


def left_out_scores(rows: Sequence[Row], x: np.ndarray) -> np.ndarray:
    """Each row's score by parameters fitted without its group."""
    scores = np.zeros(len(rows))
    y = np.array([row.label for row in rows])
    for group in sorted({row.group for row in rows}):
        inside = np.array([row.group == group for row in rows])
        train = [row for row, held in zip(rows, inside, strict=True) if not held]
        raw, bias = fit(x[~inside], y[~inside], even_weights(train))
        scores[inside] = 1 / (1 + np.exp(-(x[inside] @ raw + bias)))
    return scores


def report(rows: Sequence[Row], kept: Sequence[Row], scores: np.ndarray, threshold: float) -> None:
    """Recall and false matches of guard and verifier together, per set and kind, each with its group left out."""
    totals, matched, guarded = defaultdict(int), defaultdict(int), defaultdict(int)
    for row in rows:
        totals[row.set, row.kind, row.label] += 1
    for row, score in zip(kept, scores, strict=True):
        guarded[row.set, row.kind, row.label] += 1
        matched[row.set, row.kind, row.label] += score >= threshold
    print(f"threshold {threshold:.4f}\n{'set':16} {'kind':28} label  pairs  pass guard  matched")
    for key in sorted(totals):
        total = totals[key]
        print(
            f"{key[0]:16} {key[1]:28} {key[2]:5}  {total:5}  {guarded[key] / total:10.3f}  {matched[key] / total:7.3f}"
        )
    sets = sorted({key[0] for key in totals if key[2] == 1})
    recalls = [
        sum(matched[key] for key in totals if key[0] == name and key[2])
        / sum(totals[key] for key in totals if key[0] == name and key[2])
        for name in sets
    ]
    negatives = [key for key in totals if key[2] == 0 and key[1] != MADE]
    positives = [key for key in totals if key[2] == 1]
    print(
        f"recall: pooled {sum(matched[k] for k in positives) / sum(totals[k] for k in positives):.3f},"
        f" mean over sets {np.mean(recalls):.3f}"
    )
    print(f"false match: pooled {sum(matched[k] for k in negatives) / sum(totals[k] for k in negatives):.4f}")


def curve(rows: Sequence[Row], kept: Sequence[Row], scores: np.ndarray) -> list[tuple[float, float]]:
    """(threshold, share of all different questions at or above it), thresholds rising; made pairs do not count."""
    negatives = sum(row.label == 0 for row in rows if row.kind != MADE)
    reached = sorted(
        (score for row, score in zip(kept, scores, strict=True) if not row.label and row.kind != MADE), reverse=True
    )
    points = [(min(1.0, reached[0] + 1e-4), 0.0)] + [
        ((reached[number] + reached[number - 1]) / 2, number / negatives) for number in range(1, len(reached))
    ]
    step = max(1, len(points) // 200)
    return [(round(float(threshold), 5), round(share, 5)) for threshold, share in points[:40] + points[40::step]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", default=os.environ.get("KINGPOST_DATA"), type=Path)
    parser.add_argument("--write", action="store_true", help="write the parameters that ship")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder or set KINGPOST_DATA")
    rows = read(arguments.data)
    rows += made_exchanges(rows)
    kept = [row for row in rows if not differences(slots(row.known), slots(row.query))]
    x, y = measure(kept), np.array([row.label for row in kept])
    scores = left_out_scores(kept, x)
    points = curve(rows, kept, scores)
    report(rows, kept, scores, min(threshold for threshold, share in points if share <= BOUND))
    raw, bias = fit(x, y, even_weights(kept))
    weights = dict(zip(FEATURES, (round(float(weight), 4) for weight in raw), strict=True))
    print(f"weights {weights}, bias {bias:.4f}")
    if arguments.write:
        stored = {"weights": weights, "bias": round(bias, 4), "curve": points}
        TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
