"""A table to play workshops at: the rules with a log, clients that only ever apply patches, and a recorder.

It is the machine in its smallest form: nothing here decides who may do or see anything. Every frame a screen gets
is packed, recorded and unpacked again, so that a test can search what really travelled.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgpack

from board_schema import commands, decide, fold, method, method_file, patch, view, wire
from board_schema.board import DAY, Actor, Board, Note, Person, base_of
from board_schema.commands import Refused
from board_schema.decide import leaders
from board_schema.events import Entry, NotePut, OpRefused

METHODS_FOLDER = Path(method.__file__).parent / "methods"
_FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(METHODS_FOLDER.glob("*.toml"))}
BUILT_IN = list(_FILES)
# Programmes, which have no last round and are never closed (R40): nobody plays them to their end.
PROGRAMMES = [stem for stem in BUILT_IN if 'keep = "programme"' in _FILES[stem]]
# Workshops: they are played from the first round until they are sealed.
EVERY = [stem for stem in BUILT_IN if stem not in PROGRAMMES]
# Those with something to write on, programmes among them. The others are talk only (test_talks.py).
STEMS = [stem for stem in BUILT_IN if "[[sheets]]" in _FILES[stem]]
# Those of them that end: a programme has no day, is not closed and has no last round.
ENDING = [stem for stem in STEMS if stem not in PROGRAMMES]
TALKS = [stem for stem in BUILT_IN if stem not in STEMS]
START = 1_700_000_000_000
SECRET = re.compile(rb"cnry[0-9a-f]{10}")


def text_of(stem: str) -> str:
    """The text of a bundled method, as a board stores it: with the decks, where it has cards."""
    text = _FILES[stem]
    return method_file.with_decks(text, _DECKS) if method_file.has_deck(text) else text


_DECKS = [
    method_file.parse_deck(path.read_text(encoding="utf-8"), file=path.name)
    for path in sorted((METHODS_FOLDER.parent / "decks").glob("*.toml"))
]
_METHODS: dict[str, method.Method] = {}


def bundled(stem: str) -> method.Method:
    """A bundled method, parsed once."""
    if stem not in _METHODS:
        _METHODS[stem] = method_file.parse(text_of(stem), file=f"{stem}.toml")
    return _METHODS[stem]


@cache
def raw_methods() -> dict[str, dict[str, Any]]:
    """What the method files say, the bundled ones and those of the tests, by the method's id."""
    own = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.toml")]
    return {data["id"]: data for data in map(tomllib.loads, (*map(text_of, BUILT_IN), *own))}


def raw_round(table: "Table", round_id: str) -> dict[str, Any]:
    """A round as the file says it, without the parser's defaults."""
    return next(item for item in raw_methods()[table.method.id]["rounds"] if item["id"] == round_id)


def raw_lane(table: "Table", sheet: str, lane: str) -> dict[str, Any]:
    """A lane as the file declares it; empty for one that a form makes."""
    lanes = next(each for each in raw_methods()[table.method.id]["sheets"] if each["id"] == sheet).get("lanes", [])
    return next((each for each in lanes if each["id"] == lane), {})


def unpacked(frame: bytes) -> Any:
    """A server's frame as a client reads it."""
    return msgpack.unpackb(frame, raw=False)


class Screen:
    """What one screen holds: it starts empty and applies patches, nothing else."""

    def __init__(self) -> None:
        self.shown: dict[str, dict[str, Any]] = {}
        self.own: dict[str, dict[str, Any]] = {}
        self.version = 0
        self.frames: list[bytes] = []

    def take(self, frame: bytes) -> None:
        """Apply a frame, after recording it."""
        self.frames.append(frame)
        match unpacked(frame):
            case ["patch", version, put, gone]:
                assert version >= self.version, "P3: the version never decreases"
                self.version = version
                self.shown = _applied(self.shown, put, gone)
            case ["mine", _, put, gone]:
                self.own = _applied(self.own, put, gone)
            case other:
                raise AssertionError(f"no such frame: {other!r}")

    def note(self, note_id: str) -> dict[str, Any] | None:
        """What this screen shows of a note: the audience's record with the personal one laid over it."""
        both = [layer for layer in (self.shown.get(f"note:{note_id}"), self.own.get(f"mine:{note_id}")) if layer]
        return None if not both else {key: value for layer in both for key, value in layer.items()}


def _applied(shown: dict[str, Any], put: dict[str, Any], gone: list[str]) -> dict[str, Any]:
    kept = {**shown, **put}
    for key in gone:
        assert key in shown, f"{key} is said to be gone and was never shown"
        assert key not in put, f"{key} is both set and gone"
        del kept[key]
    return kept


class Table:
    """One workshop being played.

    People are called by short names: `F` facilitates, `W` is a wall, `P1`.. take part, `L1`.. listen, `S1`.. write
    for the room; hosted people are `H1`... Everything random comes from `seed`.
    """

    def __init__(
        self,
        stem: str | method.Method,
        *,
        seed: int = 0,
        people: int = 3,
        listeners: int = 0,
        scribes: int = 0,
        leader: Any = None,
        walls: bool = True,
        show: bool = True,
        board_id: str = "board1",
    ) -> None:
        self.rng = Random(seed)
        self.seed = seed
        self.method = bundled(stem) if isinstance(stem, str) else stem
        self.show_frames = show
        self.board = Board()
        self.log: list[bytes] = []
        self.now = START
        self.screens: dict[str, Screen] = {}
        self.actors: dict[str, Actor] = {}
        self.tabs: dict[str, tuple[str, int]] = {}
        self.before = Board()
        self.command: commands.Command | None = None
        self.actor = ""
        self.refusal = ""
        self.here: set[str] | None = None  # the seats that are connected, for `decide`; None: all
        self.fresh: list[tuple[str, bytes]] = []
        # For V6: who ever wrote a hidden note in a lane and when first, and the counts that each screen showed last.
        self.wrote: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        self.told: dict[str, dict[str, Any]] = {}
        self._own: dict[str, tuple[Board, patch.View]] = {}
        self._views: dict[view.Audience, tuple[Board, patch.View]] = {}
        pid, seat = self.new_pid(), self.new_seat()
        self.append(
            decide.create(
                self.method,
                board_id=board_id,
                seed=self.hex(32),
                pid=pid,
                seat=seat,
                now=self.now,
                this_year=2026,
                keep=30 * DAY,
                leader=leader,
            ),
            pid=pid,
        )
        self.sit("F", Actor(pid, "facilitator"))
        if walls:
            self.sit("W", Actor("", "wall"))
        self.show()
        if self.method.endless and (people or listeners or scribes):
            self.do("F", "sitting", on=True)
        for i in range(people):
            self.join(f"P{i + 1}")
        for i in range(listeners):
            self.join(f"L{i + 1}", role="listener")
        for i in range(scribes):
            self.join(f"S{i + 1}")
            self.do("F", "role", seat=self.seat(f"S{i + 1}"), role="scribe")

    # ids

    def hex(self, length: int) -> str:
        return f"{self.rng.getrandbits(4 * length):0{length}x}"

    def new_pid(self) -> str:
        return f"pid{self.hex(29)}"

    def new_seat(self) -> str:
        return f"seat{self.hex(6)}"

    def new_note(self) -> str:
        return f"nt{self.hex(14)}"

    def secret(self, words: str = "hej") -> str:
        """A text that can be told from every other text."""
        return f"{words} cnry{self.hex(10)}"

    def pid(self, who: str) -> str:
        return self.actors[who].pid

    def seat(self, who: str) -> str:
        return self.person(who).seat

    def person(self, who: str) -> Person:
        person = self.board.by_pid(self.pid(who))
        assert person is not None
        return person

    def named(self, seat: str) -> str:
        """The short name of the person on a seat."""
        return next(who for who, actor in self.actors.items() if actor.pid == self.board.seats[seat])

    def group(self, who: str) -> str:
        return self.person(who).group

    def members(self, group: str) -> list[str]:
        return [who for who, a in self.actors.items() if a.pid in self.board.people and self.group(who) == group]

    # the machine

    def append(self, events: Iterable[Any], *, pid: str = "", tab: str = "", n: int = 0, seen: int = 0) -> None:
        """Pack an entry into the log and fold what comes out of it again."""
        packed = wire.pack_entry(Entry(events=tuple(events), pid=pid, tab=tab, n=n, at=self.now, seen=seen))
        self.before = self.board
        self.board = fold.fold(self.board, self.board.version + 1, wire.unpack_entry(packed))
        self.log.append(packed)
        for event in wire.unpack_entry(packed).events:
            if isinstance(event, NotePut) and event.note.reach == "own":
                self.wrote[event.note.sheet, event.note.lane].setdefault(base_of(event.note.author), self.now)

    def sit(self, who: str, actor: Actor) -> None:
        self.actors[who] = actor
        self.screens[who] = Screen()
        self.tabs[who] = (f"tab{self.hex(12)}", 0)

    def join(self, who: str, *, role: Any = "participant", name: str = "") -> None:
        """Somebody comes in at the door."""
        pid = self.new_pid()
        events = decide.join(
            self.board, self.method, pid=pid, seat=self.new_seat(), name=name or who, role=role, remote=False,
            now=self.now,
        )  # fmt: skip
        self.command, self.actor, self.refusal = None, "", ""
        self.append(events, pid=pid)
        self.sit(who, Actor(pid, role))
        self.show()

    def host(self, who: str) -> None:
        """Somebody without a phone; the facilitator writes for them."""
        seat = self.new_seat()
        self.do("F", "person", seat=seat, name=who)
        self.actors[who] = Actor(self.board.seats[seat], "participant")

    def do(self, who: str, op: str, **args: Any) -> list[Any]:
        """An op of somebody, through every door it passes; raises Refused when it is turned down.

        A trailing `_` is taken off names (`as_`, `from_`). A refusal is in the log too, as the machine keeps it.
        """
        given = {key.rstrip("_"): value for key, value in args.items()}
        tab, n = self.tabs[who]
        frame = wire.read(wire.pack(["op", n + 1, op, given]))
        assert isinstance(frame, wire.Op)
        self.tabs[who] = (tab, n + 1)
        self.now += self.rng.randint(5, 4_000)
        self.command, self.actor, self.refusal = None, who, ""
        try:
            self.command = commands.parse(frame.name, frame.args)
            events = decide.decide(self.board, self.method, self.actors[who], self.command, self.now, self.here)
        except Refused as refused:
            self.refusal = refused.reason
            self.append([OpRefused(n=n + 1, reason=refused.reason)], pid=self.pid(who), tab=tab, n=n + 1, seen=n)
            self.show()
            raise
        self.append(events, pid=self.pid(who), tab=tab, n=n + 1, seen=n)
        self.show()
        return events

    def refused(self, who: str, op: str, **args: Any) -> str:
        """The reason an op is turned down with; fails the test when it is not."""
        try:
            events = self.do(who, op, **args)
        except Refused as refused:
            return refused.reason
        raise AssertionError(f"{who} {op} {args} was not refused: {events}")

    def arrive(self, who: str) -> None:
        """Somebody connects who may have been waited for (R37)."""
        self.command, self.actor, self.refusal = None, "", ""
        if events := decide.arrive(self.board, self.method, self.pid(who)):
            self.append(events)
        self.show()

    def answer(self, note: str, text: str, *, began: str | None = "", **fields: str) -> str:
        """Whoever has the leader's link answers a picked note (R38); the reason of a refusal, or empty."""
        self.now += self.rng.randint(5, 4_000)
        try:
            events = leaders.answer(self.board, self.method, note=note, text=text, fields=fields, began=began)
        except Refused as refused:
            return refused.reason
        self.command, self.actor, self.refusal = None, "", ""
        if events:
            self.append(events)
        self.show()
        return ""

    def tidy(self, *, later: int = 0) -> list[Any]:
        """What has come due `later` ms from now."""
        self.now += later
        events = decide.tidy(self.board, self.now)
        if events:
            self.command, self.actor, self.refusal = None, "", ""
            self.append(events)
            self.show()
        return events

    # screens

    def show(self) -> None:
        """Send every screen what changed for it."""
        self.fresh = []
        if not self.show_frames:
            return
        for who, screen in self.screens.items():
            actor = self.actors[who]
            seen_by = view.audience(self.board, actor)
            change = patch.diff(screen.shown, self.view(seen_by))
            if change:
                frame = wire.patch(self.board.version, change)
                screen.take(frame)
                self.fresh.append((who, frame))
            own = patch.diff(screen.own, self.own(who))
            if own:
                frame = wire.mine(self.board.version, own)
                screen.take(frame)
                self.fresh.append((who, frame))

    def view(self, seen_by: view.Audience) -> patch.View:
        """The audience's view, made from the one before it as the machine does."""
        kept = self._views.get(seen_by)
        if kept is None or kept[0] is not self.board:
            kept = (self.board, view.view(self.board, self.method, seen_by, kept))
            self._views[seen_by] = kept
        return kept[1]

    def own(self, who: str) -> patch.View:
        """Somebody's personal layer, made from the one before it as the machine does."""
        board, actor = self.board, self.actors[who]
        kept = self._own.get(who)
        if kept is None:
            shown = view.personal(board, self.method, actor)
        else:
            shown = view.personal(board, self.method, actor, kept[1], view.Since(kept[0], board))
        self._own[who] = (board, shown)
        return shown

    def replayed(self) -> Board:
        """The board that the log folds to."""
        board = Board()
        for version, packed in enumerate(self.log, 1):
            board = fold.fold(board, version, wire.unpack_entry(packed))
        return board

    # a player's shorthands

    def go(self, to: str) -> None:
        self.do("F", "round", to=to, confirm=True)

    def write(self, who: str, *, sheet: str, lane: str, text: str = "", **more: Any) -> str:
        """Write a note and return its id."""
        note = self.new_note()
        self.do(who, "write", note=note, text=text or self.secret(), sheet=sheet, lane=lane, **more)
        return note

    def note(self, note_id: str) -> Note:
        return self.board.notes[note_id]

    def me(self, who: str) -> dict[str, Any]:
        return view.personal(self.board, self.method, self.actors[who])["me"]

    def take_turn(self, who: str) -> None:
        """Let somebody have the floor, whoever had it before."""
        scope = self.me(who)["scope"]
        seat = self.group(who) if scope == "groups" else self.seat(who)
        self.do("F", "turn", act="give", seat=seat, scope=scope)

    def placed(self, who: str, text: str = "", lane: str = "2020") -> str:
        """In a history workshop's turn round: a note of somebody's, put up in their turn."""
        note = self.write(who, sheet="timeline", lane=lane, text=text)
        self.take_turn(who)
        self.do(who, "place", note=note, lane=lane)
        return note


def in_dilemma(people: int = 6, **more: int) -> tuple[Table, dict[str, str]]:
    """A dilemma workshop in its round `present`, with a dilemma of each participant up; their ids by participant."""
    table = Table("dilemmavaerksted", people=people, **more)
    table.go("write")
    notes = {w: table.write(w, sheet="dilemmas", lane="dilemma") for w in table.actors if w.startswith("P")}
    table.go("present")
    for who, note in notes.items():
        table.take_turn(who)
        table.do(who, "place", note=note, lane="dilemma")
    return table, notes


def is_of_team(table: Table, who: str) -> bool:
    """V16: the facilitator; in a workshop scribes, co-facilitators, and who was handed a part that may lead."""
    kept = table.board.people.get(table.actors[who].pid)
    if who == "F":
        return True
    if kept is None or kept.gone or who == "W" or table.board.programme:
        return False
    leading = {part.id for part in table.method.parts if "lead" in part.may}
    taking_part = kept.role == "participant" and (kept.leads or bool(leading & set(kept.parts)))
    return kept.role in ("facilitator", "scribe") or taking_part
