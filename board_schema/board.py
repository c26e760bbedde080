"""The state of a board, folded from its log, as immutable values.

Only types and look-ups live here: what is allowed is in `rules` and `decide`, state changes are in `fold`, visibility
is in `view`. Mappings inside these values are never changed in place; `fold` replaces them.
"""

from functools import cached_property
from typing import Final, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from board_schema.handed import NO_PROGRAMME, Handing, Programme, Source
from board_schema.versions import Version

Role = Literal["participant", "scribe", "listener", "facilitator", "wall"]
Reach = Literal["own", "team", "group", "all"]
Kind = Literal["note", "comment", "heading", "gathering"]
Lang = Literal["da", "en"]
Leader = Literal["part", "listen", "told"]

Teller = Literal["", "facilitator", "scribe", "safety", "union", "trio"]

EVERYBODY = "all"
CHOSEN: Final = "chosen"  # the kind of marks that makes a note the head of a row of the grid (R12)
GROUPS = "groups"

MINUTE = 60_000
REOPEN_FOR = 10 * MINUTE
PURGE_AFTER = 10 * MINUTE
IDLE_CLOSE = 24 * 60 * MINUTE
IDLE_SITTING = 12 * 60 * MINUTE  # after the last op a sitting ends by itself (R41)
DAY = 24 * 60 * MINUTE
MOST_AHEAD = 90 * DAY  # how far ahead the day of a workshop may be

MAX_PEOPLE = 1_200
MAX_NOTES = 2_000  # that are up
MAX_KEPT = 4_000  # that are up in a programme, which goes on for years
MAX_DRAFTS = 8_000  # divided among the people there: what each may have of them
SHARE = 200  # notes of one person
LEAD_SHARE = 1_000  # of the facilitator, and of a scribe
LEAST_SHARE = 20  # drafts that everybody may have, however many are there
HARD_LIMIT = 1_000
HEADING_LIMIT = 60
MAX_UNDO = 20
MAX_TABS = 8
MAX_DEVICES = 20
MAX_PICKS = 300  # picked notes, with those that can still be brought back
MAX_GATHERINGS = 300  # headings of gathered notes, with those that can still be brought back
MAX_PAD = 1_000  # lines of the scribes' pad, with those that can still be brought back


class Actor(Struct, frozen=True):
    """Who sends a command: a participant id (empty for a wall) and the role in its credential."""

    pid: str
    role: Role


class Device(Struct, frozen=True):
    """A device on which a person came back with a return link (R24), by its number: the person's first such is 1.

    `since`: when. `read`: up to which number its user has confirmed the message about later devices. `lent`: of a
    facilitator's device, the seat of the co-facilitator whose it is (R27).
    """

    number: int
    since: int
    read: int = 0
    lent: str = ""


class Person(Struct, frozen=True):
    """A person in the workshop. `pid` is never sent to others; they are sent `seat`, an unrelated random id.

    `returns` counts the devices on which they ever came back with a return link, `devices` are those not shut out, and
    `read` is as in Device, for the devices that have the person's own pid. `leads`: they are a co-facilitator (R27).
    `away`: they came in before the day, and have not been there since it began (R37).
    """

    pid: str
    seat: str
    number: int
    name: str
    role: Role
    group: str = ""
    remote: bool = False
    hosted: bool = False
    ready: bool = False
    gone: bool = False
    away: bool = False
    returns: int = 0
    devices: tuple[Device, ...] = ()
    read: int = 0
    leads: bool = False
    parts: tuple[str, ...] = ()  # ids of the parts that were handed to them (R30)

    @property
    def joined(self) -> bool:
        """Whether they came in by themselves, with a device: neither the facilitator nor hosted (R20)."""
        return self.role != "facilitator" and not self.hosted

    @property
    def takes_part(self) -> bool:
        """Whether they are a participant who has not been removed and is not waited for."""
        return self.role == "participant" and not (self.gone or self.away)


LAST_SPOT: Final = 1_000_000
NO_DATE: Final = "none"  # the answer "no date"


class Note(Struct, frozen=True):
    """A note, a comment on a note, a period heading, or a heading under which notes are gathered, by `kind`.

    A gathering has no author.

    `group` is the group on whose copy of the sheet it lies while its reach is `group`. `spot` orders notes of one lane.
    `under` is the id of the note that it lies under (R28); `until` is the last lane of a heading. `marks`: the words
    that it carries, by kind. `links`: the ids of the notes that it is linked to, by kind and in order (R39).
    `about`: the elements of other sheets that it names (R43), `version`: as they stood in that one (R44).
    `fields` are answers by the id of their field: a text, a date (ISO 8601) or `NO_DATE`, or the id of an option (R31).
    A picked note (R29) has no author: `of` are the notes and rows that it stands for, `sources` their numbers by lane.
    One that was handed on to a programme (R42) has neither: `sources` say where it comes from.
    """

    id: str
    author: str
    kind: Kind
    text: str
    sheet: str
    lane: str
    row: str = ""
    spot: int = 0
    under: str = ""
    until: str = ""
    reach: Reach = "own"
    group: str = ""
    of: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    fields: dict[str, str] = {}
    marks: dict[str, str] = {}
    links: dict[str, tuple[str, ...]] = {}
    about: tuple[str, ...] = ()
    version: int = 0


class Group(Struct, frozen=True):
    """A sub-group; `shown` once its notes have been revealed to all."""

    id: str
    number: int
    shown: bool = False


class PadLine(Struct, frozen=True):
    """A line of the scribes' pad (R26): under a round, a group in it, or a turn of its queue of people, by its number.

    It says nothing of who wrote it, nor of who had the floor. `spot` orders the lines. `card`: the note that was talked
    about then, where it was a card.
    """

    id: str
    text: str
    round: str
    group: str = ""
    turn: int = 0
    spot: int = 0
    card: str = ""


class TakenLine(Struct, frozen=True):
    """A line of the pad that was deleted, and when."""

    line: PadLine
    at: int


class Turn(Struct, frozen=True):
    """One turn queue of seats (or of groups). `later` are those in the queue who asked to come back.

    `number` counts how many have had the floor so far, its holder included; somebody who has it again counts again.
    `free`: its holder has begun, and everybody may speak (D4).
    """

    scope: str
    holder: str = ""
    queue: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    since: int = 0
    number: int = 0
    free: bool = False

    @property
    def over(self) -> bool:
        """True when nobody holds the floor and nobody waits for it."""
        return not self.holder and not self.queue


class Removed(Struct, frozen=True):
    """A note that was taken down, and whether its author did that."""

    note: Note
    by_author: bool
    at: int


class Act(Struct, frozen=True):
    """One undoable change: a note or a line of the pad before and after it.

    `by_author`: whether the author took the note down. Undo restores only what the same person took down (V8).
    """

    id: str
    note_before: Note | None = None
    note_after: Note | None = None
    by_author: bool = False
    line_before: PadLine | None = None
    line_after: PadLine | None = None
    about_line: bool = False


Stack = tuple[tuple[Act, ...], ...]  # a person's last acts, the newest last
Stacks = dict[str, Stack]
Holders = dict[str, frozenset[str]]


class Tab(Struct, frozen=True):
    """The answers to one browser tab: its highest op number, and the refusals that it has not confirmed.

    `digests` maps op numbers, in order, to digests of the ops, until the tab has confirmed the answers. Numbers up to
    `trusted` were written by releases without digests (O8).
    """

    pid: str
    n: int = 0
    refused: dict[int, str] = {}
    digests: dict[int, int] = {}
    trusted: int = 0


class Shares(Struct, frozen=True):
    """Numbers of notes on the board and in the bin (R18), by author: all, and the drafts among them.

    `up`: notes that are up, and those that the facilitator may put up again.
    """

    notes: dict[str, int] = {}
    drafts: dict[str, int] = {}
    up: int = 0


class Walk(Struct, frozen=True):
    """What walls show large: a part of a sheet, by its id; with `since` one part after another from that time on."""

    sheet: str = ""
    part: str = ""
    since: int = 0


class Ticks(NamedTuple):
    """Where a board's timeline begins and ends, and the step between two of its lanes: years, or minutes from midnight.

    `last` may be past the next midnight. Without a `step` the board has no such timeline.
    """

    first: int = 0
    last: int = 0
    step: int = 0

    def all(self) -> range:
        """Every tick, in order."""
        return range(self.first, self.last + 1, self.step) if self.step else range(0)


class Briefing(Struct, frozen=True):
    """Who tells the leader, in which part and on which day (R29), and whether it was done. It names no person."""

    teller: Teller = ""
    when: str = ""
    done: bool = False


class Origin(Struct, frozen=True):
    """The workshop that a board is a copy of (R36): its title, and its day (ms, UTC). Empty for one that is no copy."""

    title: str = ""
    day: int = 0


class Board(Struct, frozen=True, dict=True, rename={"withdrawals": "links"}):
    """The whole state of a workshop at one version. `Board()` is the state before the first entry.

    `writers`, `counts` and `turned` are about hidden notes (V6). Their keys are lanes (`lane_key`) and, in the first
    two, rounds. `writers`: the people who wrote there, with the time of the first note; nobody is ever taken out.
    `counts`: the step that others are shown. `turned`: the lanes that the facilitator has revealed.
    `deck`, `sorting` and `stack` are the cards that lie face down (D1): the theme, the words by which its cards are
    ordered (by card id), and the ids of those not drawn yet, the next one first. `card` is the note that lies open.
    `claims` are the cards that people took, by seat; `ring` is the order in which people sit.
    `at_share`: whether somebody came to have all notes that one person may have, since the round began (R18).
    `handings` are what it handed to programmes, by id; `received` the ids of those that it took, as a programme (R42).
    """

    version: int = 0
    id: str = ""
    seed: str = ""
    method: str = ""
    title: str = ""
    venue: str = ""
    lang: Lang = "da"
    ticks: Ticks = Ticks()
    leader: Leader = "part"
    round: str = ""
    visited: tuple[str, ...] = ()
    began: int = 0
    underway: int = 0  # when the first round was left for the first time: since then the planned minutes count
    ends_at: int = 0
    door: bool = True
    notice: bool = False
    walk: Walk = Walk()
    now: str = ""  # the note that is followed up (R48)
    briefing: Briefing = Briefing()
    day: int = 0  # when people meet (ms), or 0
    ahead: bool = False  # it waits for its day (R37)
    closed: int = 0
    sealed: bool = False
    made: int = 0
    last_at: int = 0
    received_at: int = 0  # when a programme last took something that was handed on to it (R42), or 0
    keep: int = 30 * DAY
    rehearsal: bool = False
    ephemeral: bool = False  # it keeps nothing: no text is stored, and closing erases it (R33)
    programme: bool = False  # it does not end: it is never closed, and goes on until it is deleted (R40)
    sitting: int = 0  # since when people may come in to a programme (ms), or 0 (R41)
    places: tuple[str, ...] = ()  # sheets on which a spot is a place, and no order
    origin: Origin = Origin()
    started_from: Programme = NO_PROGRAMME  # of a workshop (R42)
    handings: dict[str, Handing] = {}
    received: tuple[str, ...] = ()
    withdrawals: int = 0  # how often access was withdrawn: connections then look their tokens up again
    joined: int = 0
    people: dict[str, Person] = {}
    seats: dict[str, str] = {}
    notes: dict[str, Note] = {}
    bin: dict[str, Removed] = {}
    groups: dict[str, Group] = {}
    turns: dict[str, Turn] = {}
    writers: dict[str, dict[str, int]] = {}
    counts: dict[str, int] = {}
    turned: tuple[str, ...] = ()
    at_share: bool = False
    deck: str = ""
    sorting: dict[str, str] = {}
    stack: tuple[str, ...] = ()
    card: str = ""
    claims: dict[str, str] = {}
    ring: tuple[str, ...] = ()
    pad: dict[str, PadLine] = {}
    pad_bin: dict[str, TakenLine] = {}
    tabs: dict[str, Tab] = {}
    versions: dict[str, tuple[Version, ...]] = {}  # by sheet
    acts: Stacks = {}
    # Derived from `acts`, never stored (stacks.py): id of a note or line -> pids with an act about it.
    holders: Holders = {}
    # Derived from `notes` and `bin`, never stored (shares.py).
    shares: Shares = Shares()

    @cached_property
    def rows(self) -> dict[str, Note]:
        """The notes that head a row of the grid, by their ids, which are the rows' (R12)."""
        return {note_id: note for note_id, note in self.notes.items() if CHOSEN in note.marks}

    @cached_property
    def under_way(self) -> tuple[Handing, ...]:
        """What is on its way to a programme (R42)."""
        return tuple(handing for handing in self.handings.values() if not handing.state)

    @cached_property
    def laid(self) -> dict[str, tuple[Note, ...]]:
        """The notes that lie under others, comments left out, by the ids of those others (R35)."""
        found: dict[str, list[Note]] = {}
        for note in self.notes.values():
            if note.under and note.kind == "note":
                found.setdefault(note.under, []).append(note)
        return {over: tuple(notes) for over, notes in found.items()}

    @cached_property
    def tied(self) -> dict[str, tuple[object, ...]]:
        """All that circles depend on (R43): of each note that is linked or linked to, by its id, what it is linked to,
        where it lies, and who sees it.
        """
        ends = {one for note in self.notes.values() for others in note.links.values() for one in others}
        if not ends:
            return {}
        return {
            note.id: (note.kind, note.sheet, note.lane, note.reach, note.group, note.links)
            for note in self.notes.values()
            if note.links or note.id in ends
        }

    def person(self, seat: str) -> Person | None:
        """The person on a seat, or None; people who were removed are not found."""
        person = self.people.get(self.seats.get(seat, ""))
        return None if person is None or person.gone else person

    def by_pid(self, pid: str) -> Person | None:
        """The person with that pid; for the pid of a device (R24) its person, with `pid` in place of their own.

        None for an unknown pid, and for a device that was shut out. People who were removed are found.
        """
        person = self.people.get(pid) or self._on_device(pid)
        if person is None or person.gone or person.pid in self.people:
            return person
        known = any(pid == device_pid(base_of(pid), device.number) for device in person.devices)
        return person if known else None

    def author(self, note: Note) -> Person | None:
        """The author of a note as `by_pid` gives them, also where the device was shut out since."""
        return self.people.get(note.author) or self._on_device(note.author)

    def _on_device(self, pid: str) -> Person | None:
        person = self.people.get(base_of(pid))
        return None if person is None else replace(person, pid=pid)

    def tab(self, key: str) -> Tab | None:
        """The answers to a tab, or None; a sealed board has none (R14)."""
        return self.tabs.get(key)

    def turn(self, scope: str) -> Turn | None:
        """The current round's queue of that scope, if the round has one."""
        return self.turns.get(turn_key(self.round, scope))

    def present(self) -> list[Person]:
        """Everybody who has not been removed, in order of seat number."""
        return sorted((p for p in self.people.values() if not p.gone), key=lambda p: p.number)

    @property
    def used_until(self) -> int:
        """When it was last used; its day where it still waits for that (R37)."""
        return max(self.last_at, self.day) if self.ahead else self.last_at

    def expires(self) -> int:
        """When the workshop is deleted if nothing happens before then."""
        return max(self.used_until, self.received_at) + self.keep


def base_of(pid: str) -> str:
    """The pid of the person whose device has that pid (R24); a person's own pid as it is."""
    return pid.partition("~")[0]


def device_pid(pid: str, number: int) -> str:
    """The pid of a person's device of that number."""
    return f"{pid}~{number}"


def leads_on_lent_device(pid: str, role: str) -> bool:
    """Whether somebody with that pid and role is a co-facilitator at the console, not the facilitator (R27).

    The facilitator has no devices but those that are lent to co-facilitators.
    """
    return role == "facilitator" and pid != base_of(pid)


def number_of(pid: str) -> int:
    """The number of the device that has that pid; 0 for a person's own pid."""
    return int(pid.partition("~")[2] or 0)


def cell_of(note: Note) -> tuple[str, str, str]:
    """The sheet, lane and row of a note. Notes of one cell stand in the order of their spots."""
    return note.sheet, note.lane, note.row


def next_spots(board: Board) -> dict[tuple[str, str, str], int]:
    """For each cell in which a note is up: the spot after its last note."""
    spots: dict[tuple[str, str, str], int] = {}
    for note in board.notes.values():
        if note.kind == "note" and note.reach != "own":
            cell = cell_of(note)
            spots[cell] = max(spots.get(cell, 0), min(note.spot + 1, LAST_SPOT))
    return spots


def next_spot(board: Board, note: Note) -> int:
    """The spot after the last note that is up where this one lies: as in `next_spots`, for one cell."""
    here = (one for one in board.notes.values() if one.lane == note.lane and cell_of(one) == cell_of(note))
    return max((min(one.spot + 1, LAST_SPOT) for one in here if one.kind == "note" and one.reach != "own"), default=0)


def lane_key(sheet: str, lane: str) -> str:
    """The key of a lane in `Board.writers` and `Board.counts`. No id of a round has a slash."""
    return f"{sheet}/{lane}"


def turn_key(round_id: str, scope: str) -> str:
    """The key of a round's queue in `Board.turns`. Queues of other rounds are kept (R8)."""
    return f"{round_id}/{scope}"
