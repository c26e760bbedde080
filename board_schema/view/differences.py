"""What differs between two boards: fields, keys of maps, and comments that come and go with their note.

Found when first asked for, once. Which records that concerns is not known here (`since`).
"""

from functools import cached_property

from msgspec.structs import astuple

from board_schema.board import Board, Note
from board_schema.patch import differing

FIELDS = Board.__struct_fields__
MAPS = frozenset(name for name in FIELDS if isinstance(getattr(Board(), name), dict))


class Differences:
    """From an earlier board to a later one."""

    def __init__(self, before: Board, board: Board) -> None:
        self.before = before
        self.board = board
        self._maps: dict[str, list[str]] = {}

    @cached_property
    def fields(self) -> frozenset[str]:
        """The board's fields that differ; a map differs when it is another object."""
        pairs = zip(FIELDS, astuple(self.before), astuple(self.board), strict=True)
        return frozenset(name for name, old, new in pairs if old is not new and (name in MAPS or old != new))

    def keys(self, name: str) -> list[str]:
        """The keys of a map of the board under which it holds something else now, or nothing any more."""
        found = self._maps.get(name)
        if found is None:
            changed, gone = differing(getattr(self.before, name), getattr(self.board, name))
            found = self._maps[name] = changed + gone
        return found

    def comments_on(self, key: str, old: Note | None, new: Note | None) -> list[str]:
        """The comments on a note that was taken down or came back: they go and come with it."""
        if old is not None and new is not None:
            return []
        if old is None and key not in self.before.bin:
            return []  # newly written: nobody has commented on it
        return self._comments.get(key, [])

    @cached_property
    def _comments(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for note in self.board.notes.values():
            if note.kind == "comment":
                found.setdefault(note.to, []).append(note.id)
        return found
