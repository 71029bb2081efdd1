"""What reading HTML is made of.

``page`` makes a tree of the bytes, ``properties`` says what the page tells of itself, ``chrome`` takes out what is
not content, ``wording`` gives the words of an element; ``tables``, ``lists`` and ``notes`` are what ``reader`` needs
to put the page into a flow. ``vocabularies`` turns other XML, ``dialects`` what Markdown is written with, into it.
"""
