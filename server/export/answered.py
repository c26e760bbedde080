"""What was said of a version is told with what it was about, as that stood in the version (R44).

What may not live here: how it is told (reading.py).
"""

from __future__ import annotations

from typing import Any

from board_schema.board import Board
from board_schema.method import Method
from board_schema.rules import about_then


def with_what_it_was_about(board: Board, method: Method, found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The records of a view with, in those of notes about a version, the elements that were in it (`about`) and the
    texts of these then (`then`); also such as are gone by now, or say something else.
    """
    return {key: _as_it_was(board, method, key, record) for key, record in found.items()}


def _as_it_was(board: Board, method: Method, key: str, record: dict[str, Any]) -> dict[str, Any]:
    note = board.notes.get(key.removeprefix("note:")) if record.get("version") else None
    if note is None:
        return record
    then = about_then(board, method, note)
    texts = {end: text for ends in then.values() for end, text in ends.items()}
    return {**record, "about": [one for one in note.about if one in then or one in record["about"]], "then": texts}
