"""What a question asks for: the kind of quantity or property, so that width and height are told apart."""

import re

from kingpost.language.normalise import normalise

_KINDS = {
    "when": "when date time day year",
    "where": "where location place site",
    "who": "who whom manufacturer manufactured supplier owner author",
    "count": "how-many number-of count quantity-of",
    "age": "how-old age",
    "length": "how-long length long",
    "width": "how-wide width wide breadth",
    "height": "how-high how-tall height tall altitude elevation headroom",
    "depth": "how-deep depth deep",
    "thickness": "how-thick thickness thick",
    "diameter": "diameter bore radius",
    "distance": "how-far distance spacing clearance gap",
    "area": "area",
    "volume": "volume",
    "weight": "how-heavy weight mass weigh heavy",
    "speed": "how-fast speed velocity",
    "frequency": "how-often frequency interval",
    "pressure": "pressure",
    "temperature": "temperature how-hot how-cold",
    "load": "load loading",
    "capacity": "capacity",
    "power": "power",
    "voltage": "voltage",
    "current": "amperage",
    "force": "force",
    "torque": "torque",
    "cost": "how-much-cost cost price fee expense expenses costs charge",
    "revenue": "revenue sales turnover income",
    "material": "material",
    "colour": "colour color",
    "default": "default defaults",
    "unit": "unit units",
    "purpose": "purpose role function why reason",
    "definition": "definition meaning mean means define stand-for",
    "person-in-charge": "responsible responsibility",
    "model": "model",
    "serial": "serial",
    "registration": "registration",
    "duration": "duration",
    "efficiency": "efficiency",
    "density": "density",
    "flow": "flow-rate",
    "slope": "slope gradient inclination",
    "angle": "angle",
    "strength": "strength",
    "tolerance": "tolerance",
    "rating": "rating",
    "grade": "grade",
}
_PHRASES = {phrase: kind for kind, phrases in _KINDS.items() for phrase in phrases.split()}


def wanted(question: str) -> tuple[str, ...]:
    """Kinds of thing the question names or asks for, in order, each once."""
    words = re.findall(r"[a-z]+", normalise(question))
    kinds: list[str] = []
    for at, word in enumerate(words):
        pair = f"{word}-{words[at + 1]}" if at + 1 < len(words) else word
        kind = _PHRASES.get(pair) or _PHRASES.get(word)
        if kind:
            kinds.append(kind)
    return tuple(dict.fromkeys(kinds))
