"""Files under wrong names, without content, cut off or with bytes changed at seeded places."""

import random
from collections.abc import Iterator

from attacks import INDEXED, Attack, attack
from attacks.whole import WHOLE
from kingpost.documents.parsing import FAMILIES

SEED = 20261124
BROKEN = ("unreadable", "wrong_kind", "crashed", "empty", "no_text", "encrypted", "timeout", "memory", "too_large")
CUTS = {"xlsx": 8, "docx": 8, "pptx": 8, "pdf": 8}
CHANGES = {"xlsx": 4, "docx": 4, "pptx": 4, "pdf": 8}


def attacks() -> Iterator[Attack]:
    chance = random.Random(SEED)
    for suffix in sorted(FAMILIES):
        yield attack(f"nothing.{suffix}", b"", "empty")
        yield attack(f"chance.{suffix}", chance.randbytes(3000), "unsupported", *BROKEN)
    for suffix in ("pdf", "xlsx", "docx", "pptx", "csv", "txt", "html", "md"):
        yield attack(f"program.{suffix}", b"MZ\x90\x00" + chance.randbytes(500) + bytes(2000), *BROKEN)
        yield attack(f"blank.{suffix}", b" \n\t" * 500, *BROKEN)
    for suffix in ("txt", "csv", "xlsx", "docx"):
        yield attack(f"picture.{suffix}", b"\x89PNG\r\n\x1a\n" + bytes(400), "wrong_kind")
    for suffix, count in CUTS.items():
        whole = WHOLE[suffix]("The conveyor stops at once.")
        for number in range(count):
            end = chance.randrange(len(whole) // 10, 9 * len(whole) // 10)
            kept = (INDEXED,) if suffix == "pdf" else ()
            yield attack(f"cut-{number}.{suffix}", whole[:end], *kept, *BROKEN)
    for suffix, count in CHANGES.items():
        whole = WHOLE[suffix]("The conveyor stops at once.")
        for number in range(count):
            changed = bytearray(whole)
            for _ in range(40):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield attack(f"changed-{number}.{suffix}", bytes(changed), INDEXED, "unsafe", *BROKEN)
