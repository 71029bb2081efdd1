"""Reads the properties that an organisation has added to an Office file: document number, revision, effective date."""

from typing import Any

from docx.oxml import parse_xml

PART = "/docProps/custom.xml"


def custom_properties(package: Any) -> dict[str, str]:
    """By name, as text; dates without their time of day. Of a package as python-docx opens it."""
    for part in package.iter_parts():
        if str(part.partname) == PART:
            found = ((entry.get("name", ""), "".join(entry.itertext()).strip()) for entry in parse_xml(part.blob))
            return {name: _date(value) for name, value in found if name and value}
    return {}


def _date(value: str) -> str:
    return value[:10] if value.endswith("Z") and value[10:11] == "T" else value
