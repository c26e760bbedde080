"""Records of a view as exports read them: by kind, and values that may be missing or of another type.

What may not live here: what is made of them (reading.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server.export.words import Lang

Record = Mapping[str, Any]
View = Mapping[str, Record]


def of_kind(view: View, kind: str) -> Iterator[tuple[str, Record]]:
    """The records of a kind, as pairs of id (after the colon) and record, sorted by id."""
    head = f"{kind}:"
    for key in sorted(key for key in view if key.startswith(head) and key != head):
        yield key.removeprefix(head), view[key]


def text_in(value: object, lang: Lang) -> str:
    """A text of the method in this language."""
    if isinstance(value, Mapping):
        return plain(value.get(lang) or value.get("da"))
    return plain(value)


def plain(value: object) -> str:
    """A text; "" for anything else."""
    return value if isinstance(value, str) else ""


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def whole(value: object) -> int:
    """A whole number; 0 for what is none."""
    match value:
        case bool():
            return 0
        case int() | float():
            return int(value)
        case str() if value.isdecimal():
            return int(value)
        case _:
            return 0
