"""Which records must be made anew from one board to a later one, and whose personal layer is concerned.

What a record depends on is declared in `table`; nothing here knows a kind by name.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from board_schema.board import Board
from board_schema.method import Method
from board_schema.view import table
from board_schema.view.differences import Differences
from board_schema.view.kinds import AudienceKind, Context, Kind, OwnKind, Touched, Viewer


class Since(Differences):
    """From an earlier board to a later one. Each answer is found when first asked for, once, for everybody."""

    def __init__(self, before: Board, board: Board) -> None:
        super().__init__(before, board)
        self._context: Context | None = None

    def context(self, method: Method) -> Context:
        """The later board, as records are made from it."""
        if self._context is None:
            self._context = Context(self.board, method)
        return self._context

    @cached_property
    def audience(self) -> list[tuple[AudienceKind, list[str] | None]]:
        """Kinds of the audience layer with the ids to make anew; None for every id of the kind."""
        found: list[tuple[AudienceKind, list[str] | None]] = []
        for kind in table.TABLE.audience:
            if self._whole(kind):
                found.append((kind, None))
            elif ids := dict.fromkeys(one for change in self._each(kind) for one in change):
                found.append((kind, list(ids)))
        return found

    @cached_property
    def everybody(self) -> list[OwnKind]:
        """Kinds of the personal layer that must be made anew for everybody."""
        return [kind for kind in table.TABLE.personal if self._whole(kind)]

    @cached_property
    def of_people(self) -> dict[str, dict[OwnKind, set[str | None]]]:
        """By pid, what of the personal layer must be made anew beside `everybody`: ids, or None for all of a kind."""
        found: dict[str, dict[OwnKind, set[str | None]]] = {}
        for kind in table.TABLE.personal:
            for change in self._each(kind):
                for pid, one in change:
                    found.setdefault(pid, {}).setdefault(kind, set()).add(one)
        return found

    def touched(self) -> set[str] | None:
        """Whose personal layer may differ, by pid; None for everybody's.

        Whoever writes for a hosted person has that person's drafts among their own.
        """
        if self.everybody:
            return None
        who = set(self.of_people)
        people = (*self.before.people.values(), *self.board.people.values())
        if any(person.hosted and person.pid in who for person in people):
            who.update(person.pid for person in people if person.role == "facilitator")
        return who

    def _whole(self, kind: Kind[Viewer, Touched]) -> bool:
        if not self.fields.isdisjoint(kind.on):
            return True
        return any(name in self.fields and of(self.before) != of(self.board) for name, of in kind.part.items())

    def _each(self, kind: Kind[Viewer, Touched]) -> Iterator[Iterable[Touched]]:
        for name, touch in kind.each.items():
            if name in self.fields:
                old, new = getattr(self.before, name), getattr(self.board, name)
                for key in self.keys(name):
                    yield touch(self, key, old.get(key), new.get(key))
