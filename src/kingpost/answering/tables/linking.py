"""Links words of a question to the cells of a table, as conditions that select rows, and to its headers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kingpost.answering.tables.banding import Banding
from kingpost.answering.tables.cues import Cue, Found, Request
from kingpost.answering.tables.matching import holds
from kingpost.answering.tables.model import Column, Kind, Table
from kingpost.answering.tables.naming import HeaderLink, Nearness, header_stems, named
from kingpost.answering.tables.program import Condition, Relation
from kingpost.answering.tables.values import Token, Value, read, tokens

_BRACKETS = re.compile(r"[\[(][^\])]*[\])]")
SHARE_OF_CELL = 0.5
SHORT_CELL = 7
FEW_ROWS_SHARE = 0.6
MOST_LINKS = 14
SHORT_WORD = 3
_SETS_APART = frozenset({"other", "before", "after", "without", "below", "above", "under", "over"})
"""Stop words by which a cell says something else: "other income", "income before tax"."""
_DENIALS = frozenset({"not", "no", "never", "none", "without"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLink:
    """Words of the question (token positions) that stand in cells of a column."""

    column: int
    positions: frozenset[int]
    condition: Condition
    rows: frozenset[int]
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Everything that links one question to one table."""

    headers: tuple[HeaderLink, ...]
    values: tuple[ValueLink, ...]
    caption: frozenset[int]
    settled: frozenset[Found] = frozenset()
    """Cues that bound nothing: they say the band of a column or row."""
    barred: frozenset[int] = frozenset()
    """Columns of bands that the question does not mean."""


def link(request: Request, table: Table, nearness: Nearness, banded: Banding | None = None) -> Links:
    """``nearness`` says which headers mean what the question says in other words, ``banded`` which bands."""
    taken = frozenset(at for found in request.cues if found.values for at in found.positions)
    taken |= banded.positions if banded else frozenset()
    caption = {token.stem for part in table.caption for token in tokens(part) if token.content}
    links = Links(
        headers=tuple(named(request, column, taken, nearness) for column in table.columns),
        values=tuple(_values(request, table, taken)),
        caption=frozenset(at for at, token in enumerate(request.tokens) if token.content and token.stem in caption),
    )
    return _by_band(links, table, banded) if banded else links


def _by_band(links: Links, table: Table, banded: Banding) -> Links:
    """The band names its column better than words do, or selects its rows; columns of other bands are not named."""
    headers = tuple(
        replace(header, positions=frozenset(), score=0.0, lexical=0.0, implied=False)
        if header.column in banded.barred
        else replace(header, positions=header.positions | banded.positions, score=1.0, lexical=1.0)
        if header.column in banded.fitting
        else header
        for header in links.headers
    )
    values = tuple(link for link in links.values if link.column not in (*banded.barred, banded.label))
    if banded.label >= 0:
        values = (_of_rows(table, banded), *values)
    return replace(links, headers=headers, values=values, settled=banded.settled, barred=banded.barred)


def _of_rows(table: Table, banded: Banding) -> ValueLink:
    cells = (table.rows[at].cells[banded.label] for at in sorted(banded.rows))
    values = tuple(dict.fromkeys(cell.value for cell in cells if cell is not None))
    return ValueLink(
        column=banded.label,
        positions=banded.positions,
        condition=Condition(column=banded.label, relation=Relation.IS, values=values),
        rows=banded.rows,
        strength=1.0,
    )


def _values(request: Request, table: Table, taken: frozenset[int]) -> list[ValueLink]:
    content = [at for at, token in enumerate(request.tokens) if at not in taken and _carries(token)]
    stems = {request.tokens[at].stem for at in content}
    found = [link for column in table.columns for link in _in_column(request, table, column.index, content, stems)]
    found += _dates(request, table, taken)
    found = [_as_meant(request, table, link) for link in found if not _only_cues(request, link)]
    ranked = sorted(found, key=lambda link: (-len(link.positions) * link.strength, len(link.rows), link.column))
    return ranked[:MOST_LINKS]


def _as_meant(request: Request, table: Table, link: ValueLink) -> ValueLink:
    """Cells that deny what the question says select the others: "qualified" where they say "not qualified"."""
    denied = all(_is_denial(value) for value in link.condition.values)
    if not denied or link.condition.relation is not Relation.IS or request.of(Cue.NOT) or _denies(request):
        return link
    others = frozenset(
        row.index
        for row in table.data
        if row.index not in link.rows and (cell := row.cells[link.column]) is not None and not cell.value.blank
    )
    condition = replace(link.condition, negated=True)
    return replace(link, condition=condition, rows=others, strength=0.9 * link.strength)


def _is_denial(value: Value) -> bool:
    return bool(_DENIALS & set(value.stems)) and len(value.stems) <= SHORT_CELL


def _denies(request: Request) -> bool:
    return any(token.text.casefold() in _DENIALS for token in request.tokens)


def _carries(token: Token) -> bool:
    """Stop words of a few letters link nothing."""
    return token.content or len(token.stem) > SHORT_WORD


def _telling(text: str) -> list[Token]:
    """The words that a cell is known by: without what it adds in brackets, without stop words that change nothing."""
    told = tokens(_BRACKETS.sub(" ", text)) or tokens(text)
    return [token for token in told if token.content or token.stem in _SETS_APART] or list(told)


def _only_cues(request: Request, link: ValueLink) -> bool:
    """Words such as "first" or "total" say what to do, unless a cell says exactly that."""
    cued = frozenset(
        at for found in request.cues if found.cue not in (Cue.NEXT, Cue.PREVIOUS) for at in found.positions
    )
    return link.positions <= cued and not (link.strength == 1.0 and request.of(Cue.SUM))


def _in_column(
    request: Request, table: Table, column: int, content: Sequence[int], stems: set[str]
) -> Iterator[ValueLink]:
    """Links by whole cells, and by words in a row that several cells may hold."""
    whole: dict[frozenset[int], list[tuple[int, Value, float]]] = defaultdict(list)
    runs: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for row in table.rows:
        cell = row.cells[column]
        if cell is None or cell.value.blank or row.divider or not stems.intersection(cell.value.stems):
            continue
        for run in _runs(request, content, cell.value.stems):
            runs[run].add(row.index)
        share, positions = _covered(request, content, cell.text)
        if share >= SHARE_OF_CELL:
            whole[positions].append((row.index, cell.value, share))
    yield from _whole_links(column, whole, denying=_denies(request))
    yield from _run_links(request, table, column, runs)


def _covered(request: Request, content: Sequence[int], text: str) -> tuple[float, frozenset[int]]:
    """Share of a cell's words that the question says, and where: of a word said twice, where the others are near."""
    wanted = {token.stem for token in _telling(text)}
    places: dict[str, list[int]] = defaultdict(list)
    for at in content:
        if request.tokens[at].stem in wanted:
            places[request.tokens[at].stem].append(at)
    single = [ats[0] for ats in places.values() if len(ats) == 1]
    anchor = single[0] if single else min((at for ats in places.values() for at in ats), default=0)
    positions = frozenset(min(ats, key=lambda at: abs(at - anchor)) for ats in places.values())
    return (len(places) / len(wanted) if wanted else 0.0), positions


def _whole_links(
    column: int, whole: Mapping[frozenset[int], Sequence[tuple[int, Value, float]]], *, denying: bool
) -> Iterator[ValueLink]:
    for positions, members in whole.items():
        if any(positions < other for other in whole):
            continue
        best = max(share for _, _, share in members)
        kept = [(row, value) for row, value, share in members if share == best]
        kept = [(row, value) for row, value in kept if _is_denial(value) == denying] or kept
        values = tuple(dict.fromkeys(value for _, value in kept))
        yield ValueLink(
            column=column,
            positions=positions,
            condition=Condition(column=column, relation=Relation.IS, values=values),
            rows=frozenset(row for row, _ in kept),
            strength=best if best == 1.0 else 0.9 * best,
        )


def _runs(request: Request, content: Sequence[int], stems: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
    """Longest runs of content words of the question that stand in a row in the cell."""
    at = 0
    while at < len(content):
        size = 0
        for start, stem in enumerate(stems):
            if stem != request.tokens[content[at]].stem:
                continue
            length = 1
            while (
                at + length < len(content)
                and start + length < len(stems)
                and content[at + length] == content[at + length - 1] + 1
                and request.tokens[content[at + length]].stem == stems[start + length]
            ):
                length += 1
            size = max(size, length)
        if size:
            yield tuple(content[at : at + size])
        at += max(size, 1)


def _run_links(
    request: Request, table: Table, column: int, runs: Mapping[tuple[int, ...], set[int]]
) -> Iterator[ValueLink]:
    for run in runs:
        text = request.text[request.tokens[run[0]].start : request.tokens[run[-1]].end]
        value = read(text)
        words = tuple(request.tokens[at].stem for at in run)
        wanted = value if value.stems == words else Value(text=text, stems=words, blank=False)
        rows = _holding(table, column, words)
        telling = len(run) > 1 or _is_name(request, run[0])
        common = len(rows) > max(FEW_ROWS_SHARE * len(table.rows), 1)
        if not rows or (common and (len(run) == 1 or not telling)):
            continue
        yield ValueLink(
            column=column,
            positions=frozenset(run),
            condition=Condition(column=column, relation=Relation.HOLDS, values=(wanted,)),
            rows=rows,
            strength=_run_strength(request, run, telling=telling) * _shortness(table, column, rows),
        )


def _run_strength(request: Request, run: tuple[int, ...], *, telling: bool) -> float:
    """A lone word of what is asked for ("which team") hardly selects rows."""
    if len(run) > 1:
        return 0.85
    strength = 0.75 if telling else 0.55
    return strength if telling or run[0] not in request.head else 0.5 * strength


def _holding(table: Table, column: int, words: tuple[str, ...]) -> frozenset[int]:
    size = len(words)
    return frozenset(
        row.index
        for row in table.rows
        if (cell := row.cells[column]) is not None
        and any(cell.value.stems[at : at + size] == words for at in range(len(cell.value.stems) - size + 1))
    )


def _is_name(request: Request, at: int) -> bool:
    token = request.tokens[at]
    return any(c.isdigit() for c in token.text) or (at > 0 and token.text[:1].isupper())


def _shortness(table: Table, column: int, rows: frozenset[int]) -> float:
    """Words in long texts say less of their row."""
    longest = min(len(cell.value.stems) for row in table.rows if row.index in rows and (cell := row.cells[column]))
    return 1.0 if longest <= SHORT_CELL else 0.7


def _dates(request: Request, table: Table, taken: frozenset[int]) -> Iterator[ValueLink]:
    """Dates of the question in columns of dates, however each of them is written."""
    for positions, value in _asked_dates(request, taken):
        for column in table.columns:
            asked = _as_written(column, value)
            if asked is None:
                continue
            relation = Relation.DATED if asked is value else Relation.IS
            said = positions if asked is value else _months_in(request, positions)
            condition = Condition(column=column.index, relation=relation, values=(asked,))
            rows = frozenset(row.index for row in table.rows if holds(condition, row))
            if rows:
                yield ValueLink(column=column.index, positions=said, condition=condition, rows=rows, strength=1.0)


def _months_in(request: Request, positions: frozenset[int]) -> frozenset[int]:
    """The words of a date that name its month: day and year may stand in columns of their own."""
    named = frozenset(at for at in positions if request.tokens[at].text.isalpha())
    return named or positions


def _as_written(column: Column, value: Value) -> Value | None:
    """The date as a column of dates has it, or its month's number where a column holds those."""
    if column.kind is Kind.MOMENT:
        return value
    if column.kind is not Kind.TEXT and value.moment and value.moment[1] and "month" in header_stems(column.header)[1]:
        return read(str(value.moment[1]))
    return None


def _asked_dates(request: Request, taken: frozenset[int]) -> Iterator[tuple[frozenset[int], Value]]:
    """The longest runs of up to five words that read as a date."""
    count, at = len(request.tokens), 0
    while at < count:
        for size in (4, 3, 2, 1):
            span = range(at, min(at + size, count))
            text = request.text[request.tokens[at].start : request.tokens[span[-1]].end]
            value = read(text)
            if len(span) == size and value.moment is not None and not taken & set(span) and _is_date(text, value):
                yield frozenset(span), value
                at += size - 1
                break
        at += 1


def _is_date(text: str, value: Value) -> bool:
    words = [token.text for token in tokens(text)]
    if any(word.casefold() in ("and", "or", "to", "until") for word in words):
        return False
    edge = words[0][:1].isdigit() or read(words[0]).moment is not None
    return (
        edge
        and (words[-1][:1].isdigit() or read(words[-1]).moment is not None)
        and not (len(words) == 1 and words[0] in ("may", "march"))
    )
