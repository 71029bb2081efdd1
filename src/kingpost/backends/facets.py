"""Whether an entry passes a ``where``, the same for every index of ours."""

from collections.abc import Mapping, Sequence

from kingpost.types.search import Where


def as_sets(where: Where) -> dict[str, frozenset[str]]:
    """The filter with its values as sets, for use on many entries."""
    return {name: frozenset(accepted) for name, accepted in where.items()}


def passes(facets: Mapping[str, Sequence[str]], accepted: Mapping[str, frozenset[str]]) -> bool:
    """Whether an entry with these facets has an accepted value for every facet named."""
    return all(not values.isdisjoint(facets.get(name, ())) for name, values in accepted.items())
