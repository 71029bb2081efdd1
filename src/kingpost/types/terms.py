"""Names of things as a document's own headings, tables, lists and glossaries give them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """Names of which each stands for another thing: the values of one column, the items of one list."""

    title: str
    """What they are: the column's header, the heading above."""
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one revision of a document calls things; ``abbreviations`` are short form -> long form."""

    siblings: tuple[Siblings, ...] = ()
    abbreviations: dict[str, str] = field(default_factory=dict)
