"""Reads Word documents: opens what Word itself opens, and tells their properties."""

import io
from typing import Any

import docx
from docx.oxml.ns import qn

from kingpost.documents.parsing.office_package import WORD, ordinary
from kingpost.documents.parsing.office_properties import custom_properties
from kingpost.documents.parsing.old_office import refuse_compound
from kingpost.documents.parsing.words.reader import DocumentReader
from kingpost.documents.parsing.words.text import read_paragraph
from kingpost.types.documents import Original, ParsedDocument


def parse(original: Original) -> ParsedDocument:
    """Blocks in order. Raises ``DocumentError`` for a compound file (``encrypted``, ``unsupported``)."""
    refuse_compound(original)
    document = docx.Document(io.BytesIO(ordinary(original.content, WORD)))
    reader = DocumentReader(document)
    reader.read(document.element.body)
    reader.finish()
    properties = _properties(document)
    return reader.flow.document(properties=properties, title=properties.get("title", "") or reader.title)


def _properties(document: Any) -> dict[str, str]:
    core = document.core_properties
    named = {
        "title": core.title,
        "author": core.author,
        "subject": core.subject,
        "status": core.content_status,
        "version": core.version,
        "identifier": core.identifier,
        "keywords": core.keywords,
    }
    heads = [
        read_paragraph(paragraph).text
        for section in document.sections
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer)
        for paragraph in part._element.iter(qn("w:p"))
    ]
    named["running_heads"] = "\n".join(dict.fromkeys(head for head in heads if head))
    return custom_properties(document.part.package) | {key: str(value) for key, value in named.items() if value}
