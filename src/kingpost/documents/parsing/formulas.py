"""Writes the formulas of Office files (OMML) on one line: ``x = (−b ± √(b² − 4ac))/(2a)``."""

import re
from collections.abc import Callable
from typing import Any

from kingpost.documents.parsing.indices import LOWERED, RAISED, lowered, raised

MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA = f"{MATHS}oMath"
SINGLE = re.compile(r"[\w.,'′]+|\([^()]*\)|\[[^\[\]]*\]")
"""What needs no brackets around it."""
PRODUCT = re.compile(r"\d+[^\W\d]+|[^\W\d]{2,}")
SCRIPT_WITHOUT_END = re.compile(r"[\^_][\w.]+$")
"""A raised or lowered name, which what follows must not run into."""
DEFAULT_SIGN = {"nary": "∫", "acc": "\u0302"}


def formula(element: Any) -> str:
    """The formula that an ``m:oMath`` element, or one inside it, holds."""
    name = str(element.tag).removeprefix(MATHS)
    if name == "t":
        return element.text or ""
    if name.endswith("Pr"):
        return ""
    write = WAYS.get(name)
    if write:
        return write(element)
    return (" " if name == "oMathPara" else "").join(formula(child) for child in element if isinstance(child.tag, str))


def _part(element: Any, name: str) -> str:
    found = element.find(f"{MATHS}{name}")
    return formula(found).strip() if found is not None else ""


def _bracketed(text: str) -> str:
    return text if SINGLE.fullmatch(text) else f"({text})"


def _sign(element: Any, name: str, default: str) -> str:
    found = element.find(f"{MATHS}{str(element.tag).removeprefix(MATHS)}Pr/{MATHS}{name}")
    return default if found is None else found.get(f"{MATHS}val") or ""


def _power(text: str) -> str:
    return raised(text) if RAISED.fullmatch(text) else f"^{_bracketed(text)}" if text else ""


def _index(text: str) -> str:
    return lowered(text) if LOWERED.fullmatch(text) else f"_{_bracketed(text)}" if text else ""


def _fraction(element: Any) -> str:
    under = _part(element, "den")
    if _sign(element, "type", "") == "noBar":
        return f"{_part(element, 'num')} choose {under}"
    return f"{_bracketed(_part(element, 'num'))}/{f'({under})' if PRODUCT.fullmatch(under) else _bracketed(under)}"


def _scripts(element: Any) -> str:
    text = _bracketed(_part(element, "e")) + _index(_part(element, "sub")) + _power(_part(element, "sup"))
    return f"{text} " if SCRIPT_WITHOUT_END.search(text) else text


def _scripts_before(element: Any) -> str:
    return _index(_part(element, "sub")) + _power(_part(element, "sup")) + _part(element, "e")


def _root(element: Any) -> str:
    degree, under = _part(element, "deg"), _part(element, "e")
    return f"{raised(degree) if degree else ''}√{under if len(under) == 1 else f'({under})'}"


def _large(element: Any) -> str:
    sign = _sign(element, "chr", DEFAULT_SIGN["nary"])
    return f"{sign}{_index(_part(element, 'sub'))}{_power(_part(element, 'sup'))} {_part(element, 'e')}"


def _delimited(element: Any) -> str:
    between = _sign(element, "sepChr", "|")
    inner = between.join(formula(part).strip() for part in element.findall(f"{MATHS}e"))
    return f"{_sign(element, 'begChr', '(')}{inner}{_sign(element, 'endChr', ')')}"


def _function(element: Any) -> str:
    return f" {_part(element, 'fName')} {_bracketed(_part(element, 'e'))}"


def _limit(element: Any) -> str:
    return f"{_part(element, 'e')}{_index(_part(element, 'lim'))}"


def _limit_above(element: Any) -> str:
    return f"{_part(element, 'e')}{_power(_part(element, 'lim'))}"


def _matrix(element: Any) -> str:
    rows = (", ".join(formula(cell).strip() for cell in row) for row in element.findall(f"{MATHS}mr"))
    return f"[{'; '.join(rows)}]"


def _lines(element: Any) -> str:
    return "; ".join(formula(line).strip() for line in element.findall(f"{MATHS}e"))


def _accented(element: Any) -> str:
    return _bracketed(_part(element, "e")) + _sign(element, "chr", DEFAULT_SIGN["acc"])


WAYS: dict[str, Callable[[Any], str]] = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _scripts_before,
    "rad": _root,
    "nary": _large,
    "d": _delimited,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit_above,
    "m": _matrix,
    "eqArr": _lines,
    "acc": _accented,
}
