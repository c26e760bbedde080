"""The differences of two boards: fields, keys of maps, and what appears or disappears with the note it lies under.

Each is computed once, at first use. What may not live here: which records depend on it (`since`).
"""

from functools import cached_property

from msgspec.structs import astuple

from board_schema.board import Board, Note
from board_schema.patch import differing
from board_schema.rules import named_notes

FIELDS = Board.__struct_fields__
MAPS = frozenset(name for name in FIELDS if isinstance(getattr(Board(), name), dict))


class Differences:
    """The differences from an earlier board to a later one."""

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
        """The keys of a map of the board that were added, removed, or have another value."""
        found = self._maps.get(name)
        if found is None:
            changed, gone = differing(getattr(self.before, name), getattr(self.board, name))
            found = self._maps[name] = changed + gone
        return found

    def beneath(self, key: str, old: Note | None, new: Note | None) -> list[str]:
        """What lies under a note that was taken down or restored: it disappears and appears with it."""
        if old is not None and new is not None:
            return []
        if old is None and key not in self.before.bin:
            return []  # nothing lies under a new note
        return self._beneath.get(key, [])

    def linking(self, key: str, old: Note | None, new: Note | None) -> list[str]:
        """What is linked to a note that is not seen by the same people as before, or lies elsewhere (V18); so too for
        the heading that it lies or lay under, which is seen while something lies there. And what is about it, or about
        a link that leads from it (R43).
        """
        heads = {note.under for note in (old, new) if note is not None and note.under}
        ends = [] if _under(old) == _under(new) else [*heads]
        if old is None and key not in self.before.bin:  # nothing is linked to a new note, nor about it
            return [one for end in ends for one in (*self.linked_to(end), *self.about_it(end))]
        ends += [] if _end(old) == _end(new) else [key]
        found = [one for end in ends for one in self.linked_to(end)]
        said = ends if _links(old) == _links(new) else [key, *ends]
        return [*found, *(one for end in said for one in self.about_it(end))]

    def linked_to(self, key: str) -> list[str]:
        """The notes that are linked to a note."""
        return self._linking.get(key, [])

    def about_it(self, key: str) -> list[str]:
        """The notes that are about a note, or about a link of it."""
        return self._about.get(key, [])

    @cached_property
    def _about(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for note in self.board.notes.values():
            for other in named_notes(note.about) if note.about else ():
                found.setdefault(other, []).append(note.id)
        return found

    @cached_property
    def _linking(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for note in self.board.notes.values():
            for other in {one for others in note.links.values() for one in others}:
                found.setdefault(other, []).append(note.id)
        return found

    @cached_property
    def _beneath(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for note in self.board.notes.values():
            if note.under:
                found.setdefault(note.under, []).append(note.id)
        return found


def _under(note: Note | None) -> str:
    return note.under if note is not None and note.kind == "note" else ""


def _links(note: Note | None) -> dict[str, tuple[str, ...]]:
    return {} if note is None else note.links


def _end(note: Note | None) -> tuple[str, ...]:
    """What of a note the links to it depend on."""
    return () if note is None else (note.lane, note.reach, note.group)
