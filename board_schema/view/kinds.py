"""What a record kind declares, and what its records are made from.

Kinds are declared in `table`, records are made in the modules `*_records`, views in `layers`. What may not live here:
any rule.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from board_schema.board import Board, Note, Person
from board_schema.method import Method, Round, Sheet
from board_schema.rules import Who, may_be_revealed, phones
from board_schema.rules.hidden import Revealable
from board_schema.view.differences import Differences

Record = dict[str, Any]
Lying = dict[tuple[str, str], list[Note]]  # by sheet and lane
Viewer = TypeVar("Viewer")
Touched = TypeVar("Touched")
Part = Callable[[Board], object]
Touch = Callable[[Differences, str, Any, Any], Iterable[Touched]]


class Own(NamedTuple):
    """The viewer of a personal layer: the person, their Who, and the pids that they may act for."""

    person: Person
    asker: Who
    pids: set[str]


class Context:
    """A board with its method, and values that several records share; each is computed once, at first use."""

    def __init__(self, board: Board, method: Method) -> None:
        self.board = board
        self.method = method
        self.round: Round = method.round(board.round)
        self.circles: dict[frozenset[str], dict[str, Record]] = {}  # by the linked notes that somebody is shown
        # The notes of which the learning cycle tells: all know of the first ones. None: not asked for yet.
        self.lying: tuple[Lying, list[Note]] | None = None

    @cached_property
    def sheet(self) -> Sheet | None:
        """The present round's sheet."""
        return self.method.sheet(self.round.sheet)

    @cached_property
    def first(self) -> bool:
        """Whether the present round is the first of those played, or the first after one that prepares cards."""
        plan = self.method.plan(self.board.leader)
        first = next((item for item in plan if not item.prepare), plan[0])
        return self.round.id in (plan[0].id, first.id)

    @cached_property
    def following(self) -> Round | None:
        """The round that is played after the present one, or None."""
        plan = self.method.plan(self.board.leader)
        at = next((i for i, item in enumerate(plan) if item.id == self.round.id), len(plan))
        return plan[at + 1] if at + 1 < len(plan) else None

    @cached_property
    def revealable(self) -> list[Revealable]:
        """The lanes that the facilitator is offered to reveal (V6)."""
        return may_be_revealed(self.board, self.method)

    @cached_property
    def phones(self) -> dict[str, Person]:
        """The participants with a phone of their own, by pid."""
        return phones(self.board)


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind(Generic[Viewer, Touched]):
    """One kind of record: its ids, how one is made, and what it depends on.

    name   of the records: `name` where there is one, `name:ID` where there are several
    ids    all ids of the kind; None for a kind with one record, whose id is ""
    make   a record for a viewer, or None where this viewer has none
    on     board fields; when one changes, all records of the kind are made again
    part   board field -> function to the part that matters; when that part changes, all records are made again
    each   board field that is a map -> function (differences, key, old value, new value), called for each key whose
           value has changed (old or new is None when the key is missing). It returns which records to make again: ids
           in the audience layer, pairs (pid, id) in the personal layer, with None for all ids of that person
    """

    name: str
    make: Callable[[Context, Viewer, str], Record | None]
    ids: Callable[[Context, Viewer], Iterable[str]] | None = None
    on: tuple[str, ...] = ()
    part: Mapping[str, Part] = field(default_factory=dict)
    each: Mapping[str, Touch[Touched]] = field(default_factory=dict)

    def key(self, one: str) -> str:
        """The record id of one of the kind's ids."""
        return f"{self.name}:{one}" if self.ids else self.name

    def keys_in(self, records: Iterable[str]) -> list[str]:
        """Those of `records` that are ids of this kind."""
        head = f"{self.name}:"
        return [key for key in records if key.startswith(head)] if self.ids else [self.name]


AudienceKind = Kind[Who, str]
OwnKind = Kind[Own, tuple[str, str | None]]
