"""What a record kind declares, and what its records are made from.

Kinds are declared in `table` and made in the modules `*_records`; `layers` puts records together. No rule lives here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from board_schema.board import Board, Person
from board_schema.method import Method, Round, Sheet
from board_schema.rules import Hidden, Who, count_hidden, phones
from board_schema.view.differences import Differences

Record = dict[str, Any]
Viewer = TypeVar("Viewer")
Touched = TypeVar("Touched")
Part = Callable[[Board], object]
Touch = Callable[[Differences, str, Any, Any], Iterable[Touched]]


class Own(NamedTuple):
    """For whom a personal layer is made: the person, how the rules see them, and the pids they write for."""

    person: Person
    asker: Who
    pids: set[str]


class Context:
    """One board with its method, and figures that several records share: each is found when first asked for, once."""

    def __init__(self, board: Board, method: Method) -> None:
        self.board = board
        self.method = method
        self.round: Round = method.round(board.round)

    @cached_property
    def sheet(self) -> Sheet | None:
        """The present round's sheet."""
        return self.method.sheet(self.round.sheet)

    @cached_property
    def first(self) -> bool:
        """Whether the present round is the first that is played."""
        return self.method.plan(self.board.leader)[0].id == self.round.id

    @cached_property
    def following(self) -> Round | None:
        """The round that is played after the present one, or None."""
        plan = self.method.plan(self.board.leader)
        at = next((i for i, item in enumerate(plan) if item.id == self.round.id), len(plan))
        return plan[at + 1] if at + 1 < len(plan) else None

    @cached_property
    def hidden(self) -> Hidden:
        """What may be said of hidden notes."""
        return count_hidden(self.board, self.method)

    @cached_property
    def phones(self) -> dict[str, Person]:
        """The participants with a phone of their own."""
        return phones(self.board)


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind(Generic[Viewer, Touched]):
    """One kind of record: its ids, how one is made, and what it depends on.

    name   of the records: `name` where there is one, `name:ID` where there are several
    ids    all ids of the kind; None for a kind with one record, whose id is ""
    make   a record for a viewer, or None where this viewer has none
    on     board fields; when one changes, every record of the kind is made anew
    part   board field to what of it matters; when that changes, every record is made anew
    each   board field that is a map to a function (differences, key, old value, new value). It tells which records to
           make anew when the map holds something else under that key (old or new is None where it holds nothing): in
           the audience layer their ids, in the personal layer pairs (pid, id), with None for every id of that person
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
        """The record ids of this kind among others."""
        head = f"{self.name}:"
        return [key for key in records if key.startswith(head)] if self.ids else [self.name]


AudienceKind = Kind[Who, str]
OwnKind = Kind[Own, tuple[str, str | None]]
