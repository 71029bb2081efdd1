"""Revision chains: orders what shares a number, and says from when to when each revision is in force."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePosixPath

from kingpost.documents.marks import NUMBER_WITH_YEAR, base_number, name_without_mark, rank
from kingpost.language.identifiers import key
from kingpost.types.documents import Document, Period, Revision, RevisionStatus

MOST_CONFLICTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One reading of one file: a file that changed in place and back again has three."""

    document: str
    place: int
    """In the order of the readings of its file."""
    revision: Revision
    read: str
    """ISO date on which the file was found so."""
    held: bool = False
    """Whether somebody says by hand that it is current."""

    @property
    def effective(self) -> str:
        return self.revision.effective_date

    @property
    def is_draft(self) -> bool:
        return self.revision.declared is RevisionStatus.DRAFT

    @property
    def said_gone(self) -> bool:
        return self.revision.declared in (RevisionStatus.SUPERSEDED, RevisionStatus.WITHDRAWN)


History = Sequence[Version]
"""The readings of one file, in order."""


def history(document: Document, revisions: Sequence[Revision], *, held: bool = False) -> list[Version]:
    """The readings of a document, the one of its current revision last; what was never committed is left out."""
    readings = sorted(
        ((when, revision) for revision in revisions for when in (revision.read_at or (revision.indexed_at,))),
        key=lambda reading: (reading[0], reading[1].id == document.current_revision),
    )
    changes: list[tuple[str, Revision]] = []
    for reading in readings:
        if not changes or changes[-1][1] != reading[1]:
            changes.append(reading)
    while changes and changes[-1][1].id != document.current_revision:
        changes.pop()
    return [
        Version(
            document=document.id,
            place=place,
            revision=revision,
            read=when[:10],
            held=held and place == len(changes) - 1,
        )
        for place, (when, revision) in enumerate(changes)
    ]


def settled(documents: Sequence[Document], histories: Mapping[str, History], *, today: str) -> list[Document]:
    """All documents with their periods, status, successor, conflicts and what they are duplicates of, as of today."""
    by_id = {document.id: document for document in documents if histories.get(document.id)}
    originals = _duplicates(by_id, histories)
    chains = _Chains(documents=by_id, histories={id: histories[id] for id in by_id if id not in originals})
    chains.order()
    result = {id: chains.settled(by_id[id], today) for id in by_id if id not in originals}
    for id, original in originals.items():
        result[id] = _like(by_id[id], result[original], histories[id], today)
    return [result.get(document.id, document) for document in documents]


def _duplicates(documents: Mapping[str, Document], histories: Mapping[str, History]) -> dict[str, str]:
    """Document -> the first of those that hold the same, by bytes or by number, mark and text, for the same readers."""
    first: dict[tuple[object, ...], str] = {}
    found = {}
    for document in sorted(documents.values(), key=lambda document: (document.name, document.id)):
        revision = histories[document.id][-1].revision
        names: list[tuple[object, ...]] = [("bytes", revision.digest, document.groups)]
        if revision.number and revision.text_digest:
            names.append(("text", key(revision.number), revision.mark, revision.text_digest, document.groups))
        original = next((first[name] for name in names if name in first), "")
        if original:
            found[document.id] = original
        for name in names:
            first.setdefault(name, original or document.id)
    return found


@dataclass(slots=True)
class _Chains:
    """Which versions come after which."""

    documents: Mapping[str, Document]
    histories: Mapping[str, History]
    _later: dict[tuple[str, int], list[Version]] = field(default_factory=lambda: defaultdict(list))
    _has_earlier: set[tuple[str, int]] = field(default_factory=set)
    _conflicts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _beside: set[tuple[str, int]] = field(default_factory=set)
    """Drafts beside what is in force."""

    def order(self) -> None:
        families: dict[str, list[Version]] = defaultdict(list)
        for id, versions in self.histories.items():
            for version in versions:
                families[self._family(id, version)].append(version)
            for earlier, later in pairwise(versions):
                if not later.is_draft or earlier.is_draft:
                    self._put(earlier, later)
        for name, members in families.items():
            if name:
                self._order_family(members)
        self._order_named(families)
        self._set_drafts_aside(families)

    def settled(self, document: Document, today: str) -> Document:
        """The document as it should be."""
        versions = self.histories[document.id]
        found = (self._period(version) for version in versions)
        periods = tuple(replace(period, status=period.status_on(today)) for period in found)
        last = versions[-1]
        successors = [later.document for later in self._next(last) if later.document != document.id]
        return replace(
            _with_identity(document, last.revision),
            periods=periods,
            status=periods[-1].status,
            superseded_by=successors[0] if successors else "",
            conflicts=tuple(sorted(self._conflicts[document.id]))[:MOST_CONFLICTS],
            duplicate_of="",
        )

    def _family(self, id: str, version: Version) -> str:
        revision = version.revision
        if revision.number:
            return f"number {base_number(revision.number, revision.mark)}"
        path = PurePosixPath(self.documents[id].name)
        apart = name_without_mark(path.stem)
        return f"name {path.parent}/{apart}" if revision.mark and apart else ""

    def _order_family(self, members: Sequence[Version]) -> None:
        live = [version for version in members if not version.is_draft]
        for index, one in enumerate(live):
            for other in live[index + 1 :]:
                if one.document == other.document:
                    continue
                order = _order(one, other)
                if order is not None and order < 0:
                    self._put_if_lasting(one, other)
                elif order is not None and order > 0:
                    self._put_if_lasting(other, one)
                elif order == 0 and self._both_last(one, other) and not (one.said_gone or other.said_gone):
                    self._conflicts[one.document].add(other.document)
                    self._conflicts[other.document].add(one.document)

    def _order_named(self, families: Mapping[str, Sequence[Version]]) -> None:
        """A document may say that it replaces one with another number."""
        for versions in self.histories.values():
            for later in versions:
                own = base_number(later.revision.number, later.revision.mark)
                for said in later.revision.supersedes if later.revision.numbered and not later.is_draft else ():
                    number, _, mark = said.partition(" ")
                    for earlier in families.get(f"number {number}", ()) if number != own else ():
                        if earlier.revision.numbered and mark in ("", earlier.revision.mark.lower()):
                            self._put(earlier, later)

    def _set_drafts_aside(self, families: Mapping[str, Sequence[Version]]) -> None:
        """A draft counts only where nothing else of its family does."""
        for name, members in families.items():
            issued = {version.document for version in members if not version.is_draft}
            for version in members:
                own = any(not other.is_draft for other in self.histories[version.document])
                if version.is_draft and (own or (name and issued)):
                    self._beside.add((version.document, version.place))
            drafts = [version for version in members if version.is_draft] if name and not issued else []
            for index, one in enumerate(drafts):
                for other in drafts[index + 1 :]:
                    if one.document != other.document and (order := _order(one, other)):
                        self._put(*((one, other) if order < 0 else (other, one)))

    def _put(self, earlier: Version, later: Version) -> None:
        self._later[earlier.document, earlier.place].append(later)
        self._has_earlier.add((later.document, later.place))

    def _put_if_lasting(self, earlier: Version, later: Version) -> None:
        """A file that went back to an earlier revision does not supersede others by what it said meanwhile."""
        last = self.histories[later.document][-1]
        if last is later or last.is_draft or (_order(earlier, last) or 0) < 0:
            self._put(earlier, later)

    def _both_last(self, one: Version, other: Version) -> bool:
        return all(version.place == len(self.histories[version.document]) - 1 for version in (one, other))

    def _period(self, version: Version) -> Period:
        starts = self._starts(version)
        ends = [self._starts(later) for later in self._later[version.document, version.place]]
        if not ends and version.said_gone:
            ends = [version.read]
        return Period(
            revision=version.revision.id,
            mark=version.revision.mark,
            starts=starts,
            ends=min(ends) if ends else "",
            never=(version.document, version.place) in self._beside,
            declared=version.revision.declared,
        )

    def _starts(self, version: Version) -> str:
        """Its effective date; else the day it was first read; the first of a chain has been in force all along.

        A date that stood there before the file changed is not that of the change.
        """
        before = self.histories[version.document][: version.place]
        if version.effective and all(other.effective != version.effective for other in before):
            return version.effective
        return version.read if (version.document, version.place) in self._has_earlier else ""

    def _next(self, version: Version) -> list[Version]:
        """Those right after it: no other of the later ones comes before them."""
        later = self._later[version.document, version.place]
        after = {(beyond.document, beyond.place) for one in later for beyond in self._later[one.document, one.place]}
        return sorted(
            (one for one in later if (one.document, one.place) not in after),
            key=lambda one: (self._starts(one), one.document),
        )


def _order(one: Version, other: Version) -> int | None:
    """Negative: the first is the earlier one. 0: nothing tells. None: they have nothing to do with each other."""
    first, second = one.revision, other.revision
    said = _says(second, first) - _says(first, second)
    if key(first.number) != key(second.number) and not said and not _are_editions(first, second):
        return None
    if one.held or other.held:
        return one.held - other.held
    ranks = rank(first.mark), rank(second.mark)
    if ranks[0] and ranks[1] and ranks[0][0] == ranks[1][0] and ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if not (first.numbered and second.numbered) and not (first.mark and second.mark):
        return -said or None
    if first.effective_date and second.effective_date and first.effective_date != second.effective_date:
        return -1 if first.effective_date < second.effective_date else 1
    return -said or other.said_gone - one.said_gone


def _are_editions(first: Revision, second: Revision) -> bool:
    """``EN 12845:2004`` and ``EN 12845:2015``."""
    return all(NUMBER_WITH_YEAR.match(revision.number) for revision in (first, second))


def _says(later: Revision, earlier: Revision) -> int:
    """1 if the later one says that it replaces the earlier one, else 0."""
    number, mark, family = key(earlier.number), earlier.mark.lower(), base_number(earlier.number, earlier.mark)
    lettered = number != family and (rank(later.mark) or ()) > (rank(earlier.mark) or ())
    return int(
        any(
            said in (number, f"{number} {mark}", mark) or (lettered and said.startswith(family))
            for said in later.supersedes
            if said
        )
    )


def _with_identity(document: Document, revision: Revision) -> Document:
    return replace(
        document,
        number=revision.number,
        mark=revision.mark,
        effective_date=revision.effective_date,
        supersedes=revision.supersedes,
    )


def _like(document: Document, original: Document, versions: History, today: str) -> Document:
    """A duplicate has the status of what it repeats."""
    revision = versions[-1].revision
    period = replace(original.periods[-1], revision=revision.id)
    return replace(
        _with_identity(document, revision),
        periods=(replace(period, status=period.status_on(today)),),
        status=original.status,
        superseded_by=original.superseded_by,
        conflicts=(),
        duplicate_of=original.id,
    )
