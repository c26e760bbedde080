"""Versions of a sheet (R44): its notes as they stood when it was frozen.

What may not live here: who freezes a sheet (`decide`), and what a version shows and what has changed (`rules`).
"""

from functools import cached_property

from msgspec import Struct

MAX_VERSIONS = 60  # of a board
MAX_STILL = 12_000  # notes of all of them: every opening of the board reads these
MAX_NUMBER = 1_000  # of a version of one sheet, with those that were deleted


class Still(Struct, frozen=True):
    """A note as it stood: without an author, and with those links that stood."""

    id: str
    text: str
    lane: str
    spot: int = 0
    marks: dict[str, str] = {}
    links: dict[str, tuple[str, ...]] = {}


class Version(Struct, frozen=True, dict=True):
    """A version by its number, the first is 1; its day (ms, when it begins in UTC), and its notes in order of ids.

    One without notes was deleted: its number is not used again.
    """

    number: int
    day: int
    notes: tuple[Still, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Still]:
        """Its notes by their ids."""
        return {note.id: note for note in self.notes}
