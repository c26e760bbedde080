"""The memory of a process, searched for texts. Linux only; needs the right to read it.

What may not live here: assertions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


def found_in(pid: int, texts: Iterable[str]) -> dict[str, int]:
    """How often each text stands in the memory that a process may write, in UTF-8, as Python keeps it, and in JSON."""
    forms = {
        text: {
            text.encode(),
            json.dumps(text)[1:-1].encode(),
            *(text.encode(code, "ignore") for code in ("latin-1", "utf-16-le", "utf-32-le")),
        }
        for text in texts
    }
    counts = dict.fromkeys(forms, 0)
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights, *_ = line.split(None, 2)
            if not rights.startswith("rw"):
                continue
            start, _, end = place.partition("-")
            try:
                memory.seek(int(start, 16))
                data = memory.read(int(end, 16) - int(start, 16))
            except OSError:
                continue  # the process gave it back meanwhile, or it is the kernel's
            for text, ways in forms.items():
                counts[text] += sum(data.count(way) for way in ways)
    return {text: count for text, count in counts.items() if count}
