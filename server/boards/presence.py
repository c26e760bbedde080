"""Who is here and what is being dragged: lossy, latest wins, never in the log.

Each process knows its own connections and tells the others now and then; what is not told again
is forgotten.

What may not live here: anything that must not be lost, and any rule about who may drag or see a
note (sessions ask the records they were shown).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from server.store import PubSub
from server.tasks import stop

PROCESS = secrets.token_hex(6)  # our name among the processes of the house
SHOW = 1.0  # seconds between two lists of who is here, on the screens
TELL = 0.2  # seconds between two words about who is here
BEAT = 5.0  # seconds between two words when nothing changes
ALONE = 30.0  # the same while no other process has the board open: whoever opens it asks
FORGET = 12.0  # seconds after which a silent process's people are not here
DRAG_TELL = 0.033  # seconds between two words about drags
LET_GO = 4.0  # seconds after which a drag that is not moved has ended

Spot = tuple[float, float] | None


class Drag:
    """Where a note is being dragged to. `by` is who drags; None as a spot ends it."""

    __slots__ = ("at", "by", "serial", "spot")

    def __init__(self, *, spot: Spot, by: object, serial: int, at: float) -> None:
        self.spot = spot
        self.by = by
        self.serial = serial
        self.at = at


class Presence:
    """Presence on one board, as one process knows it.

    `changed` is called when somebody's screen may have something new to show. `here_serial` and
    `drag_serial` count changes, so that a session can tell whether it is behind. Who is here is the whole list, so
    it counts as changed at most once in `SHOW`: else a storm of joins would send everybody's names to everybody.
    """

    def __init__(self, board: str, pubsub: PubSub, changed: Callable[[], None]) -> None:
        self._pubsub = pubsub
        self._channel = f"tavle:{{{board}}}:side"
        self._changed = changed
        self._seats: Counter[str] = Counter()
        self._others: dict[str, tuple[frozenset[str], float]] = {}
        self._drags: dict[str, Drag] = {}
        self._draggers: Counter[object] = Counter()
        self._untold: dict[str, Spot] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._show_timer: asyncio.TimerHandle | None = None
        self._shown_at = -SHOW
        self._drag_timer: asyncio.TimerHandle | None = None
        self._told_at = -BEAT
        self._drags_told_at = -DRAG_TELL
        self._unsaid: dict[str, Any] = {}
        self._telling: asyncio.Task[None] | None = None
        self._sealed = False
        self.here_serial = 1
        self.drag_serial = 0

    async def open(self) -> None:
        """Begin to listen to the other processes, and ask who is there."""
        await self._pubsub.subscribe(self._channel, self._hear)
        self._say("who", None)

    async def close(self) -> None:
        """Stop listening."""
        for timer in (self._timer, self._show_timer, self._drag_timer):
            if timer is not None:
                timer.cancel()
        await self._pubsub.unsubscribe(self._channel)
        await stop([self._telling])

    # -- who is here ----------------------------------------------------------------------

    def arrive(self, seat: str) -> None:
        """A connection of that seat has opened."""
        self._seats[seat] += 1
        if self._seats[seat] == 1:
            self._here_changed()

    def leave(self, seat: str) -> None:
        """A connection of that seat has closed."""
        self._seats[seat] -= 1
        if self._seats[seat] <= 0:
            del self._seats[seat]
            self._here_changed()

    def here(self) -> list[str]:
        """The seats with an open connection to any process, sorted; none once the board is sealed."""
        if self._sealed:
            return []
        seats = set(self._seats)
        for theirs, _ in self._others.values():
            seats |= theirs
        return sorted(seats)

    def seal(self) -> None:
        """The board has no people any more (R14): their seats are not listed either. Calling it again does nothing."""
        if not self._sealed:
            self._sealed = True
            self._show_here()

    def _here_changed(self) -> None:
        self._show_here()
        if self._timer is None:
            wait = max(0.0, self._told_at + TELL - _now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._tell_here)

    def _show_here(self) -> None:
        """Let the screens be told: at once after a quiet moment, else when it is time."""
        if self._show_timer is None:
            wait = self._shown_at + SHOW - _now()
            if wait > 0:
                self._show_timer = asyncio.get_running_loop().call_later(wait, self._show_now)
            else:
                self._show_now()

    def _show_now(self) -> None:
        self._show_timer = None
        self._shown_at = _now()
        self.here_serial += 1
        self._changed()

    def _tell_here(self) -> None:
        self._timer = None
        self._told_at = _now()
        self._say("here", list(self._seats))

    # -- drags ----------------------------------------------------------------------------

    def drag(self, note: str, spot: Spot, *, by: object) -> None:
        """A note is being dragged to `spot` by one of our own sessions; None ends it."""
        held = self._drags.get(note)
        if spot is None and (held is None or held.by is not by):
            return
        self._put(note, spot, by=by)
        if self._others:
            self._untold[note] = spot
            if self._drag_timer is None:
                # At once after a quiet moment, as on our own screens.
                wait = max(0.0, self._drags_told_at + DRAG_TELL - _now())
                self._drag_timer = asyncio.get_running_loop().call_later(wait, self._tell_drags)

    def let_go(self, by: object) -> None:
        """A session is gone: its drags have ended."""
        for note in [note for note, drag in self._drags.items() if drag.by is by]:
            self.drag(note, None, by=by)

    def moving(self, *, since: int) -> list[tuple[str, Drag]]:
        """The drags that changed after a serial, and their notes."""
        return [(note, drag) for note, drag in self._drags.items() if drag.serial > since]

    def drags_of(self, by: object) -> bool:
        """Whether that session drags anything (or just did)."""
        return by in self._draggers

    def _put(self, note: str, spot: Spot, *, by: object) -> None:
        self.drag_serial += 1
        self._drop(note)
        self._draggers[by] += 1
        self._drags[note] = Drag(spot=spot, by=by, serial=self.drag_serial, at=_now())
        self._changed()

    def _drop(self, note: str) -> None:
        held = self._drags.pop(note, None)
        if held is not None:
            self._draggers[held.by] -= 1
            if not self._draggers[held.by]:
                del self._draggers[held.by]

    def _tell_drags(self) -> None:
        self._drag_timer = None
        self._drags_told_at = _now()
        moved, self._untold = self._untold, {}
        self._say("drags", {**self._unsaid.get("drags", {}), **moved})

    # -- the other processes --------------------------------------------------------------

    def beat(self) -> None:
        """Called every second or so: tell again, and forget what nobody told again."""
        now = _now()
        for note, drag in list(self._drags.items()):
            if now - drag.at < LET_GO:
                continue
            if drag.spot is None:
                self._drop(note)
            else:
                self._put(note, None, by=drag.by)
        silent = [name for name, (_, at) in self._others.items() if now - at > FORGET]
        for name in silent:
            del self._others[name]
        if silent:
            self._show_here()
        if now - self._told_at >= (BEAT if self._others else ALONE) and self._timer is None:
            self._tell_here()

    def _say(self, kind: str, what: Any) -> None:
        """Tell the others, the latest of each kind: one word at a time, so that none overtakes another."""
        self._unsaid[kind] = what
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._unsaid:
            kind = next(iter(self._unsaid))
            data = json.dumps([kind, PROCESS, self._unsaid.pop(kind)]).encode()
            await self._pubsub.publish(self._channel, data)

    def _hear(self, data: bytes | None) -> None:
        if data is None:
            return
        with contextlib.suppress(ValueError, TypeError, KeyError):
            kind, name, what = json.loads(data)
            if name != PROCESS:
                self._heard(kind, name, what)

    def _heard(self, kind: str, name: str, what: Any) -> None:
        match kind:
            case "who":
                self._tell_here()
            case "here":
                self._heard_here(name, what)
            case "drags":
                for note, spot in what.items():
                    self._put(note, None if spot is None else (spot[0], spot[1]), by=name)

    def _heard_here(self, name: str, seats: Iterable[str]) -> None:
        theirs = frozenset(seats)
        before = self._others.get(name)
        self._others[name] = (theirs, _now())
        if before is None:
            self._tell_here()  # a process that we meet does not know us either
        if before is None or before[0] != theirs:
            self._show_here()


_now = time.monotonic
