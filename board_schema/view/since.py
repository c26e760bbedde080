"""Which records must be made again after a change of the board, and whose personal layers it concerns.

What may not live here: what a record depends on (`table`), and names of kinds.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from board_schema.board import Board, base_of, device_pid
from board_schema.method import Method
from board_schema.view import table
from board_schema.view.differences import Differences
from board_schema.view.kinds import AudienceKind, Context, Kind, OwnKind, Touched, Viewer


class Since(Differences):
    """The difference of two boards in terms of records. Each answer is computed once, at first use, for all viewers."""

    def __init__(self, before: Board, board: Board) -> None:
        super().__init__(before, board)
        self._context: Context | None = None

    def context(self, method: Method) -> Context:
        """The later board as the context of its records."""
        if self._context is None:
            self._context = Context(self.board, method)
        return self._context

    @cached_property
    def audience(self) -> list[tuple[AudienceKind, list[str] | None]]:
        """Kinds of the audience layer with the ids to make again; None for all ids of the kind."""
        layer = table.TABLE.audience
        whole = self._whole(layer)
        ids: dict[AudienceKind, dict[str, None]] = {}
        for kind, change in self._each(layer):
            if kind not in whole:
                ids.setdefault(kind, {}).update(dict.fromkeys(change))
        return [*((kind, None) for kind in whole), *((kind, list(some)) for kind, some in ids.items() if some)]

    @cached_property
    def everybody(self) -> set[OwnKind]:
        """Kinds of the personal layer to make again for everybody."""
        return self._whole(table.TABLE.personal)

    @cached_property
    def of_people(self) -> dict[str, dict[OwnKind, set[str | None]]]:
        """By pid, what else of the personal layer to make again: ids by kind, None for all ids of the kind."""
        found: dict[str, dict[OwnKind, set[str | None]]] = {}
        for kind, change in self._each(table.TABLE.personal):
            for pid, one in change:
                found.setdefault(pid, {}).setdefault(kind, set()).add(one)
        return found

    def touched(self) -> set[str] | None:
        """The pids whose personal layer may differ; None for all.

        The facilitator's layer has the drafts of hosted people too. A person's devices share most of a layer (R24).
        """
        if self.everybody:
            return None
        who = set(self.of_people)
        who.update([base_of(pid) for pid in who])
        for person in [self.board.people[pid] for pid in who if pid in self.board.people]:
            who.update(device_pid(person.pid, device.number) for device in person.devices)
        people = (*self.before.people.values(), *self.board.people.values())
        if any(person.hosted and person.pid in who for person in people):
            for person in people:
                if person.role == "facilitator":
                    who.add(person.pid)
                    who.update(device_pid(person.pid, device.number) for device in person.devices)
        return who

    def _whole(self, layer: table.Layer[Viewer, Touched]) -> set[Kind[Viewer, Touched]]:
        """The kinds of a layer whose records must all be made again."""
        return {
            kind
            for name in self.fields
            for kind, part in layer.whole.get(name, ())
            if part is None or part(self.before) != part(self.board)
        }

    def _each(self, layer: table.Layer[Viewer, Touched]) -> Iterator[tuple[Kind[Viewer, Touched], Iterable[Touched]]]:
        """For each kind and changed key of a map of the board: the records to make again."""
        for name in self.fields:
            if touches := layer.each.get(name):
                old, new = getattr(self.before, name), getattr(self.board, name)
                for key in self.keys(name):
                    was, now = old.get(key), new.get(key)
                    for kind, touch in touches:
                        yield kind, touch(self, key, was, now)
