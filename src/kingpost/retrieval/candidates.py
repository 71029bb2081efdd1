"""What the legs find for a question, fused, and put in order by what is measured of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kingpost.ports import SearchIndex
from kingpost.retrieval.analysis import Analysis
from kingpost.retrieval.fusion import reciprocal_rank_fusion
from kingpost.retrieval.lookup import Holders
from kingpost.retrieval.ranking import PROSE, Candidates, features
from kingpost.retrieval.scoping import shares_named
from kingpost.retrieval.shelf import ByRevision, Shelf
from kingpost.types.search import CHUNKS, Hit, Passage, Vector, Where

LEG_WEIGHTS = {"lookup": 1.5, "dense": 1.0, "lexical": 1.0}
LOOKUP_LIMIT = 300

SAME_SECTION = 0.5
"""What a passage of running text loses for each better one of its section: the first few should not be all of one."""
VARIED = 20
"""Places that are given out so; whoever reads further reads by score."""

LegHits = Mapping[str, Sequence[Hit]]
"""By leg (``lookup``, ``dense``, ``lexical``): its hits, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFinder:
    """Asks each leg and fuses what they find."""

    index: SearchIndex
    shelf: Shelf
    rank_constant: int

    def legs(self, analysis: Analysis, vector: Vector, *, where: Where, limit: int) -> LegHits:
        """The first hits of each leg alone."""
        return {
            "lookup": self.looked_up((*analysis.clauses, *analysis.identifiers), where)[:limit],
            "dense": self.index.nearest(CHUNKS, vector, limit=limit, where=where),
            "lexical": self.index.match(CHUNKS, analysis.question, limit=limit, where=where),
        }

    def fused(self, legs: LegHits, documents: ByRevision) -> Candidates:
        """The hits of all legs together, of documents that are seen."""
        fused = reciprocal_rank_fusion(legs, weights=LEG_WEIGHTS, constant=self.rank_constant)
        return Candidates(
            chunks=self.shelf.of_hits(fused, documents),
            documents=documents,
            fused={hit.id: hit.score for hit in fused},
            similarities={hit.id: hit.score for hit in legs["dense"]},
            legs={name: {hit.id: rank for rank, hit in enumerate(hits, start=1)} for name, hits in legs.items()},
        )

    def looked_up(self, keys: Sequence[str], where: Where) -> list[Hit]:
        """Entries that hold any of the keys, those with most of them first."""
        return self.index.lookup(CHUNKS, keys, limit=LOOKUP_LIMIT, where=where) if keys else []


def ordered(analysis: Analysis, candidates: Candidates, holders: Holders) -> list[Passage]:
    """The candidates as passages, best first."""
    measured = features(
        analysis,
        candidates,
        held={chunk.id: holders.share_held(chunk) for chunk in candidates.chunks},
        about=shares_named(analysis.question, candidates.chunks, candidates.owners),
    )
    passages = [
        Passage(
            chunk=chunk,
            document=candidates.documents[chunk.document_id, chunk.revision_id],
            score=round(measured[chunk.id].score(), 6),
            similarity=candidates.similarities.get(chunk.id, 0.0),
            legs={name: ranks[chunk.id] for name, ranks in candidates.legs.items() if chunk.id in ranks},
            features=dict(vars(measured[chunk.id])),
        )
        for chunk in candidates.chunks
    ]
    return varied(_without_repeats(sorted(passages, key=lambda passage: (-passage.score, passage.chunk.id))))


def varied(passages: Sequence[Passage]) -> list[Passage]:
    """The passages in their order, but one that scores little less comes before more of a section already shown.

    Carbonell and Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998, with sections for similarity.
    """
    left = list(passages[: 2 * VARIED])
    first: list[Passage] = []
    shown: Counter[tuple[str, tuple[str, ...]]] = Counter()
    while left and len(first) < VARIED:
        best = max(left, key=lambda passage: passage.score - SAME_SECTION * shown[_section(passage)])
        left.remove(best)
        first.append(best)
        if _section(best)[1] and best.chunk.kind in PROSE:
            shown[_section(best)] += 1
    return [*first, *left, *passages[2 * VARIED :]]


def _section(passage: Passage) -> tuple[str, tuple[str, ...]]:
    """Rows and fields are told apart by their labels: those of one table do not say the same."""
    return passage.document.id, passage.chunk.section if passage.chunk.kind in PROSE else ()


def _without_repeats(passages: Sequence[Passage]) -> list[Passage]:
    """Keep the best of passages that read the same in the same document."""
    seen: set[tuple[str, str, str, str]] = set()
    kept = []
    for passage in passages:
        chunk = passage.chunk
        identity = (chunk.document_id, chunk.revision_id, chunk.content_hash, chunk.context)
        if identity not in seen:
            seen.add(identity)
            kept.append(passage)
    return kept
