"""Markdown with what its dialects add, and plain text with headings, lists and drawn tables."""

from kingpost.types.documents import Original

GUIDE = """---
title: "Rack guide"
revision: B
authors:
  - Ana Ode
  - Bo Lin
---
Rack guide
==========

See [the plan][plan] and ~~the old list~~ `rack -in <file>`, or pass <width>.[^1]

> [!WARNING]
> Never climb a rack.

!!! note "Before you start"
    Close the aisle.

```{tip}
Use **two** ladders.
```

## Steps {#steps}

1. Unload:
   - top first

     then the rest
2. Check

- [x] beams
- [ ] posts

Item | Load (kg) | Remark
---|---:|---
`A\\|B` | 500 | left<br>right
C | 1,000 |

+-------+--------+
| Class | Load   |
+=======+========+
| I     | 2 t    |
|       | each   |
+-------+--------+
| all classes    |
+-------+--------+

Bay
: Space between two frames

![Plan of hall 3](plan.png)

<details><summary>More</summary>

Slab of 50 kN/m<sup>2</sup>.

</details>

    indented code

```sh
run --all
```

[plan]: plan.md
[^1]: In millimetres.
"""
TEXT = """Rack Inspection Guide
=====================

Scope
-----
This guide holds for hall 3. It replaces
the old one.

1. Damage is marked red.
2. Bays are emptied:
   - at once where red
   - within a week where amber

Table 2: Limits

Item              Limit   Unit
----------------  ------  ----
Beam deflection   13.5    mm
Upright bow       5       mm
Baseplate gap     3       mm

2.1 Duty. The owner shall inspect the racks
every month.
"""


def cases() -> dict[str, Original]:
    return {
        "markdown": Original(uri="", name="guide.md", media_type="text/markdown", content=GUIDE.encode()),
        "text": Original(uri="", name="guide.txt", media_type="text/plain", content=TEXT.encode()),
    }
