"""Places of documents in words, as the page says them."""

from typing import Any


def place_in_words(location: dict[str, Any]) -> str:
    """``page 3``, ``Doors, cells B5:C5``, ``section Loads > Floors``."""
    if "page" in location:
        return f"page {location['page']}"
    if "sheet" in location:
        cells = "cells" if ":" in location["range"] else "cell"
        return f"{location['sheet']}, {cells} {location['range']}"
    return f"section {' > '.join(location['section'])}" if location["section"] else "text"
