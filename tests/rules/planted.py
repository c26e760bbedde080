"""The eight bugs of T2: what may go wrong between a log and its screens, each planted in the simulated machine.

Where shipped code has the line, that line is broken (`mutants.planted`); where only the machine around the rules has
it, the model's is. tests/machine/chaos/test_planted.py plants the same bugs in the shipped rooms and sessions.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

from board_schema import fold, patch, view, wire
from tests.rules import machine
from tests.rules.mutants import Mutant, planted


class Bug(NamedTuple):
    """A bug by its name, how it is planted, and what goes wrong."""

    name: str
    plant: AbstractContextManager[Any]
    what: str


@contextmanager
def swapped(home: type, **bad: Any) -> Iterator[None]:
    """Methods of a class, replaced for a while."""
    good = {name: getattr(home, name) for name in bad}
    try:
        for name, method in bad.items():
            setattr(home, name, method)
        yield
    finally:
        for name, method in good.items():
            setattr(home, name, method)


def no_resend(self: machine.Tab, line: machine.Line) -> None:
    """A tab that comes back, and forgets to ask again."""


def hear_again(self: machine.Process) -> None:
    """Entries that were read already are folded once more."""
    self.open()
    messages, self.messages = self.messages or [], []
    for version in messages:
        entry = wire.unpack_entry(self.world.log.entries[version - 1])
        self.board = fold.fold(self.board, self.board.version + 1, entry)
    assert self.board.version == len(self.world.log.entries)


def read_first(self: machine.Process) -> None:
    self.follow()


def subscribe_later(self: machine.Process) -> None:
    if not self.ready:
        self.ready = True
        self.subscribe()


def ack_first(self: machine.Process, line: machine.Line, frame: wire.Op) -> None:
    """The answer goes out before it is known that the entry is in the log."""
    if not fold.seen(self.board, line.tab.tab, frame.n):
        line.down.append(("ack", frame.n))
        try:
            self.world.log.append(self.board.version, wire.pack_entry(self.decided(line, frame)))
        except (machine.Conflict, machine.Lost):
            return
        self.follow()


def audience_of_hello(self: machine.Line) -> view.Audience:
    """Who was moved or lost a role goes on seeing with the eyes of the first picture."""
    if not hasattr(self, "first"):
        self.first = view.audience(self.process.board, self.tab.actor)  # type: ignore[attr-defined]
    return self.first  # type: ignore[attr-defined, no-any-return]


def close_the_tab(self: machine.Process, line: machine.Line) -> None:
    """A close that comes late ends whatever connection the tab has now."""
    self.lines = {other for other in self.lines if other.tab is not line.tab}


def shipped(name: str, function: Any, old: str, new: str) -> AbstractContextManager[Any]:
    return planted(Mutant(name, function, old, new, lambda: None))


BUGS = [
    Bug("no dedupe", shipped("no dedupe", fold.seen, "n <= kept.n", "False"), "an op is done twice"),
    Bug("no resend", swapped(machine.Tab, resend=no_resend), "ops stay unanswered"),
    Bug("replay overlap", swapped(machine.Process, hear=hear_again), "an entry is folded twice"),
    Bug(
        "read-then-subscribe gap",
        swapped(machine.Process, begin=read_first, open=subscribe_later),
        "entries between the two are missed",
    ),
    Bug("ack before append", swapped(machine.Process, submit=ack_first), "an acknowledged op is lost"),
    Bug(
        "lost tombstone",
        shipped("lost tombstone", patch.differing, "if key not in after", "if False"),
        "what is gone stays on screens",
    ),
    Bug("stale role filter", swapped(machine.Line, audience=audience_of_hello), "a screen sees with old rights"),
    Bug("late close", swapped(machine.Process, close=close_the_tab), "the new session is never told anything"),
]
