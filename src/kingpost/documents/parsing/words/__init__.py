"""Word documents: automatic numbers, the text of paragraphs, tables."""
