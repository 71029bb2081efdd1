"""Lists what documents are called and the identifiers that only one of them holds, so that a question can name it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kingpost.language.identifiers import identifiers
from kingpost.types.documents import Chunk, Document

GAZETTEER = "gazetteer"
"""Id of the parameters that hold it: ``values["documents"][document id]``."""
MOST_IDENTIFIERS = 2000


def identifiers_of(chunks: Sequence[Chunk]) -> list[str]:
    """Keys in the chunks' own text, the more frequent first."""
    counts = Counter(found for chunk in chunks for found in identifiers(chunk.text))
    return [name for name, _ in counts.most_common(MOST_IDENTIFIERS)]


def gazetteer(documents: Sequence[Document], identities: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """By document id: title, path, number, mark, names, and ``identifiers`` that stand in no other document."""
    owners = Counter(name for document in documents for name in identities.get(document.id, {}).get("identifiers", ()))
    return {
        document.id: {
            "title": document.title,
            "name": document.name,
            "number": document.number,
            "mark": document.mark,
            "names": list(identities.get(document.id, {}).get("names", ())),
            "identifiers": [
                name for name in identities.get(document.id, {}).get("identifiers", ()) if owners[name] == 1
            ],
        }
        for document in documents
    }
