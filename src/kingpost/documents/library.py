"""The documents of a workspace: finds them, gives their chunks, parsed text and originals, and forgets them."""

from dataclasses import dataclass

from kingpost.documents.parsing.flow import text_of
from kingpost.documents.parsing.storage import unpacked
from kingpost.errors import NotFound, Refused
from kingpost.ports import ObjectStore, SearchIndex
from kingpost.records import Records
from kingpost.types.documents import Chunk, Document, ParsedDocument, Revision
from kingpost.types.search import CHUNKS

IDENTITIES = "identities"
"""Partition of the parameters: by document id, what the document is called and what it says it replaces."""
CORRECTIONS = "corrections"
"""Partition of the parameters: by document id, what somebody has corrected by hand (see ``settling``)."""


@dataclass(frozen=True)
class Library:
    """Reading is by document id; ``find`` takes names too."""

    records: Records
    objects: ObjectStore
    index: SearchIndex

    def documents(self) -> list[Document]:
        """All that are committed, by name."""
        return sorted(self.records.documents.all(), key=lambda document: (document.name, document.id))

    def find(self, name_or_id: str) -> Document:
        """By id, or by a name that only one document's path ends with. Raises ``NotFound``, ``Refused``."""
        by_id = self.records.documents.find(name_or_id)
        if by_id:
            return by_id
        wanted = name_or_id.strip("/")
        found = [document for document in self.documents() if f"/{document.name}".endswith(f"/{wanted}")]
        if not found:
            raise NotFound(f"there is no document {name_or_id!r}", next="list them: kingpost documents list")
        if len(found) > 1:
            raise Refused(
                f"{name_or_id!r} may be {', '.join(document.name for document in found[:5])}",
                next="give more of the path, or the id",
            )
        return found[0]

    def revision(self, document: Document) -> Revision:
        """The current one."""
        return self.records.revisions.get(document.current_revision, partition=document.id)

    def revisions(self, document: Document) -> list[Revision]:
        """All that are kept, in the order in which they were first read, the current one last."""
        kept = self.records.revisions.all(partition=document.id)
        return sorted(kept, key=lambda kept: (kept.id == document.current_revision, kept.read_at or (kept.indexed_at,)))

    def chunks(self, document_id: str, *, revision: str = "") -> list[Chunk]:
        """Of a revision, or of the current one if none is named, in reading order."""
        current = revision or self.records.documents.get(document_id).current_revision
        found = [chunk for chunk in self.records.chunks.all(partition=document_id) if chunk.revision_id == current]
        return sorted(found, key=lambda chunk: chunk.ordinal)

    def parsed(self, document_id: str, *, revision: str = "") -> ParsedDocument:
        """What the parser read in a revision, or in the current one if none is named. Raises ``NotFound``."""
        named = revision or self.records.documents.get(document_id).current_revision
        return unpacked(self.objects.get(parsed_key(document_id, named)))

    def text(self, document_id: str) -> str:
        """The parsed text that spans of a ``SectionLocation`` count in."""
        return text_of(self.parsed(document_id).blocks)

    def original(self, document_id: str) -> bytes:
        """The bytes that were read, of the current revision."""
        return self.objects.get(self.revision(self.records.documents.get(document_id)).object_key)

    def remove(self, document_id: str) -> None:
        """Forget a document, in the reverse order of ingestion: first nobody sees it, then it is gone."""
        self.records.documents.get(document_id)
        self.records.documents.delete([document_id])
        self.forget(document_id)

    def forget(self, document_id: str) -> None:
        """Take away everything of a document that is not (or no longer) committed."""
        self.index.delete(CHUNKS, list(self.index.scan(CHUNKS, where={"document": [document_id]})))
        self.records.chunks.delete(partition=document_id)
        self.records.revisions.delete(partition=document_id)
        self.records.profiles.delete(partition=document_id)
        self.records.terms.delete(partition=document_id)
        self.records.parameters.delete([document_id], partition=IDENTITIES)
        self.records.parameters.delete([document_id], partition=CORRECTIONS)
        for prefix in (f"originals/{document_id}/", f"parsed/{document_id}/"):
            for key in list(self.objects.keys(prefix)):
                self.objects.delete(key)


def original_key(document_id: str, revision_id: str, name: str) -> str:
    """Where an original's bytes are kept; the suffix stays."""
    suffix = name.rpartition("/")[2].rpartition(".")[2].lower()
    return f"originals/{document_id}/{revision_id}" + (f".{suffix}" if suffix.isalnum() else "")


def parsed_key(document_id: str, revision_id: str) -> str:
    """Where a parsed document is kept."""
    return f"parsed/{document_id}/{revision_id}.json.z"
