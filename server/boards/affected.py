"""Whose personal layer may differ between two boards.

What may not live here: what a personal layer holds (board_schema.view).
"""

from __future__ import annotations

from typing import Any, TypeVar

from board_schema.board import Board
from board_schema.patch import differing
from board_schema.view import Since

T = TypeVar("T")

# Fields of a board that no personal layer depends on, or that are compared person by person.
_BY_PERSON = frozenset({"version", "last_at", "joined", "seats", "notes", "bin", "people", "acts", "tabs"})
_FOR_ALL = tuple(name for name in Board.__struct_fields__ if name not in _BY_PERSON)


def affected(before: Board, after: Board, since: Since) -> set[str] | None:
    """The pids of those whose personal layer may differ; None for everybody.

    Errs towards too many: what is not compared person by person concerns everybody.
    """
    for name in _FOR_ALL:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and old != new:
            return None
    who = {note.author for key in since.notes for note in _both(before.notes, after.notes, key)}
    who |= {
        removed.note.author for key in _either(before.bin, after.bin) for removed in _both(before.bin, after.bin, key)
    }
    who |= {*since.people, *_either(before.acts, after.acts)}
    # Whoever writes for somebody without a phone sees that person's drafts among the own ones.
    hosted = any(p.hosted for pid in who if (p := after.people.get(pid)) is not None)
    if hosted:
        who |= {person.pid for person in after.people.values() if person.role == "facilitator"}
    return who


def _either(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    changed, gone = differing(before, after)
    return changed + gone


def _both(before: dict[str, T], after: dict[str, T], key: str) -> list[T]:
    return [found for found in (before.get(key), after.get(key)) if found is not None]
