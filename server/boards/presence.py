"""Presence: which seats are connected, which notes are being dragged, and which words people show (R34). Lossy, the
latest message wins, never logged.

Each process knows its own connections and publishes them to the other processes at intervals; what a process does not
repeat in time is dropped.

What may not live here: anything that must not be lost, and any rule about who may drag or see a note, or show words
(session.py checks that against the records it has sent).
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

PROCESS = secrets.token_hex(6)  # this process's name in its messages to the others
SHOW_INTERVAL = 1.0  # seconds between two lists of connected seats sent to the screens
HERE_INTERVAL = 0.2  # seconds between two messages about connected seats to other processes
REPEAT_INTERVAL = 5.0  # the same while nothing changes
REPEAT_ALONE = 30.0  # the same while no other process has the board open; one that opens it asks at once
ANSWERS = 0.5  # seconds after opening in which the other processes have told their seats
FORGET_AFTER = 12.0  # seconds without a message after which a process's seats count as gone
DRAG_INTERVAL = 0.033  # seconds between two messages about drags to other processes
DRAG_TIMEOUT = 4.0  # seconds without a move after which a drag counts as ended

Spot = tuple[float, float] | None
Words = list[dict[str, str]]  # each word in both languages


class Drag:
    """Where a note is being dragged to. `by`: the session, or another process's name. Spot None ends the drag."""

    __slots__ = ("at", "by", "serial", "spot")

    def __init__(self, *, spot: Spot, by: object, serial: int, at: float) -> None:
        self.spot = spot
        self.by = by
        self.serial = serial
        self.at = at


class Presence:
    """Presence on one board, as one process knows it.

    `changed` is called when there may be something new to send. `here_serial`, `drag_serial` and `words_serial` count
    changes, so that a session can tell whether it is behind. The list of connected seats is always sent whole, so its
    serial rises at most once per `SHOW_INTERVAL`: otherwise, when many people join at once, the traffic would grow with
    their square.
    """

    def __init__(self, board: str, pubsub: PubSub, changed: Callable[[], None]) -> None:
        self._pubsub = pubsub
        self._channel = f"tavle:{{{board}}}:side"
        self._changed = changed
        self._seats: Counter[str] = Counter()
        self._others: dict[str, tuple[frozenset[str], float]] = {}
        self._drags: dict[str, Drag] = {}
        self._draggers: Counter[object] = Counter()
        self._words: dict[str, tuple[object, Words]] = {}
        self._others_words: dict[str, dict[str, Words]] = {}
        self._unpublished_drags: dict[str, Spot] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._show_timer: asyncio.TimerHandle | None = None
        self._shown_at = -SHOW_INTERVAL
        self._drag_timer: asyncio.TimerHandle | None = None
        self._asked_at = -ANSWERS
        self._published_at = -REPEAT_INTERVAL
        self._drags_published_at = -DRAG_INTERVAL
        self._outgoing: dict[str, Any] = {}
        self._publishing: asyncio.Task[None] | None = None
        self._sealed = False
        self.here_serial = 1
        self.drag_serial = 0
        self.words_serial = 0

    async def open(self) -> None:
        """Subscribe to the other processes' messages, and ask them for their seats."""
        await self._pubsub.subscribe(self._channel, self._received)
        self._asked_at = _now()
        self._publish("who", None)

    async def close(self) -> None:
        """Unsubscribe."""
        for timer in (self._timer, self._show_timer, self._drag_timer):
            if timer is not None:
                timer.cancel()
        await self._pubsub.unsubscribe(self._channel)
        await stop([self._publishing])

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

    def own(self) -> list[str]:
        """The seats with an open connection to this process."""
        return list(self._seats)

    def here(self) -> list[str]:
        """The seats with an open connection to any process, sorted; none once the board is sealed."""
        if self._sealed:
            return []
        seats = set(self._seats)
        for theirs, _ in self._others.values():
            seats |= theirs
        return sorted(seats)

    async def is_here(self, seat: str) -> bool:
        """Whether a seat has an open connection to any process; soon after opening, once the others have answered."""
        wait = self._asked_at + ANSWERS - _now()
        if wait > 0 and seat not in self.here():
            await asyncio.sleep(wait)
        return seat in self.here()

    def seal(self) -> None:
        """The board has no people any more (R14): their seats are not listed either. Calling it again does nothing."""
        if not self._sealed:
            self._sealed = True
            self._show_here()
            self.keep_words(lambda seat: False)

    def _here_changed(self) -> None:
        self._show_here()
        if self._timer is None:
            wait = max(0.0, self._published_at + HERE_INTERVAL - _now())
            self._timer = asyncio.get_running_loop().call_later(wait, self._publish_here)

    def _show_here(self) -> None:
        """Send the list to the screens: at once after a quiet period, else at the end of `SHOW_INTERVAL`."""
        if self._show_timer is None:
            wait = self._shown_at + SHOW_INTERVAL - _now()
            if wait > 0:
                self._show_timer = asyncio.get_running_loop().call_later(wait, self._show_now)
            else:
                self._show_now()

    def _show_now(self) -> None:
        self._show_timer = None
        self._shown_at = _now()
        self.here_serial += 1
        self._changed()

    def _publish_here(self) -> None:
        self._timer = None
        self._published_at = _now()
        self._publish("here", list(self._seats))

    # -- drags ----------------------------------------------------------------------------

    def drag(self, note: str, spot: Spot, *, by: object) -> None:
        """A note is being dragged to `spot` by one of our own sessions; None ends it."""
        held = self._drags.get(note)
        if spot is None and (held is None or held.by is not by):
            return
        self._put(note, spot, by=by)
        if self._others:
            self._unpublished_drags[note] = spot
            if self._drag_timer is None:
                # At once after a quiet period, as for this process's own screens.
                wait = max(0.0, self._drags_published_at + DRAG_INTERVAL - _now())
                self._drag_timer = asyncio.get_running_loop().call_later(wait, self._publish_drags)

    def end_drags(self, by: object) -> None:
        """End the drags of a session that is gone."""
        for note in [note for note, drag in self._drags.items() if drag.by is by]:
            self.drag(note, None, by=by)

    def moving(self, *, since: int) -> list[tuple[str, Drag]]:
        """The drags that changed after a serial, and their notes."""
        return [(note, drag) for note, drag in self._drags.items() if drag.serial > since]

    def drags_of(self, by: object) -> bool:
        """Whether session `by` drags a note, or did until a few seconds ago."""
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

    def _publish_drags(self) -> None:
        self._drag_timer = None
        self._drags_published_at = _now()
        moved, self._unpublished_drags = self._unpublished_drags, {}
        self._publish("drags", {**self._outgoing.get("drags", {}), **moved})

    # -- words that people show -----------------------------------------------------------

    def show_words(self, seat: str, words: Words, *, by: object) -> None:
        """Session `by` of that seat shows these words to all from now on; none: it shows nothing."""
        if words:
            self._words[seat] = (by, words)
        elif self._words.pop(seat, None) is None:
            return
        self._words_changed()
        self._publish_words()

    def end_words(self, by: object) -> None:
        """Hide what a session that is gone has shown."""
        for seat in [seat for seat, (whose, _) in self._words.items() if whose is by]:
            self.show_words(seat, [], by=by)

    def keep_words(self, may_show: Callable[[str], object]) -> None:
        """Forget the words of all seats that may show none any more."""
        every: tuple[dict[str, Any], ...] = (self._words, *self._others_words.values())
        gone = [(words, seat) for words in every for seat in words if not may_show(seat)]
        for words, seat in gone:
            del words[seat]
        if gone:
            self._words_changed()
            self._publish_words()

    def words(self) -> dict[str, Words]:
        """The words that are shown now, by seat."""
        shown = {seat: words for theirs in self._others_words.values() for seat, words in theirs.items()}
        return {**shown, **{seat: words for seat, (_, words) in self._words.items()}}

    def _words_changed(self) -> None:
        self.words_serial += 1
        self._changed()

    def _publish_words(self) -> None:
        """Tell the other processes; where there are none, no word leaves this one."""
        if self._others:
            self._publish("words", {seat: words for seat, (_, words) in self._words.items()})

    # -- the other processes --------------------------------------------------------------

    def check_timers(self) -> None:
        """To be called about once a second: publish again when due, and drop drags and processes that timed out."""
        now = _now()
        for note, drag in list(self._drags.items()):
            if now - drag.at < DRAG_TIMEOUT:
                continue
            if drag.spot is None:
                self._drop(note)
            else:
                self._put(note, None, by=drag.by)
        silent = [name for name, (_, at) in self._others.items() if now - at > FORGET_AFTER]
        for name in silent:
            del self._others[name]
            if self._others_words.pop(name, None):
                self._words_changed()
        if silent:
            self._show_here()
        if now - self._published_at >= (REPEAT_INTERVAL if self._others else REPEAT_ALONE) and self._timer is None:
            self._publish_here()
            if self._words:
                self._publish_words()

    def _publish(self, kind: str, what: Any) -> None:
        """Publish the latest message of each kind, one at a time, so that they arrive in order."""
        self._outgoing[kind] = what
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish_outgoing())

    async def _publish_outgoing(self) -> None:
        while self._outgoing:
            kind = next(iter(self._outgoing))
            data = json.dumps([kind, PROCESS, self._outgoing.pop(kind)]).encode()
            await self._pubsub.publish(self._channel, data)

    def _received(self, data: bytes | None) -> None:
        if data is None:
            return
        with contextlib.suppress(ValueError, TypeError, KeyError):
            kind, name, what = json.loads(data)
            if name != PROCESS:
                self._handle(kind, name, what)

    def _handle(self, kind: str, name: str, what: Any) -> None:
        match kind:
            case "who":
                self._publish_here()
            case "here":
                self._handle_here(name, what)
            case "words":
                self._others_words[name] = {str(seat): list(words) for seat, words in what.items()}
                self._words_changed()
            case "drags":
                for note, spot in what.items():
                    self._put(note, None if spot is None else (spot[0], spot[1]), by=name)

    def _handle_here(self, name: str, seats: Iterable[str]) -> None:
        theirs = frozenset(seats)
        before = self._others.get(name)
        self._others[name] = (theirs, _now())
        if before is None:
            self._publish_here()  # a process that is new to this one does not know this one either
            if self._words:
                self._publish_words()
        if before is None or before[0] != theirs:
            self._show_here()


_now = time.monotonic
