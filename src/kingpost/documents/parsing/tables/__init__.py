"""Tables on the pages of a PDF: found by rules and by the places of words, read as grids."""
