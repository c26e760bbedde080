"""Events: the state changes that a board's log holds.

Events are made by `decide` only and applied by `fold` only. They hold results, not requests, and applying them needs
no rule, so that an old log folds to the same board after rules have changed.
"""

from msgspec import Struct

from board_schema.board import (
    Briefing,
    Group,
    Lang,
    Leader,
    Note,
    Origin,
    PadLine,
    Person,
    Reach,
    Role,
    Ticks,
    Turn,
    Walk,
)
from board_schema.handed import Handing, Programme
from board_schema.versions import Version


class Event(Struct, frozen=True, tag_field="e", omit_defaults=True):
    """Base of all events."""


class Created(Event, frozen=True, tag="created"):
    id: str
    seed: str
    method: str
    title: str
    venue: str
    ticks: Ticks
    leader: Leader
    round: str
    ends_at: int
    keep: int
    facilitator: Person
    lang: Lang = "da"
    rehearsal: bool = False
    ephemeral: bool = False
    programme: bool = False


class Copied(Event, frozen=True, tag="copied"):
    """The board is a copy of another workshop (R36)."""

    origin: Origin


class StartedFrom(Event, frozen=True, tag="started"):
    """The workshop was started from a programme (R42)."""

    programme: Programme


class Joined(Event, frozen=True, tag="joined"):
    person: Person


class PersonSet(Event, frozen=True, tag="person"):
    person: Person


class PersonGone(Event, frozen=True, tag="gone"):
    pid: str


class PeopleGone(Event, frozen=True, tag="all_gone"):
    """Several people were removed in one act."""

    pids: tuple[str, ...]


class Returned(Event, frozen=True, tag="returned"):
    """A person came back with a return link: their next device (R24)."""

    pid: str


class Lent(Event, frozen=True, tag="lent"):
    """A co-facilitator opened the console: a device of the facilitator's, lent to their seat (R27)."""

    pid: str
    seat: str


class DevicesRead(Event, frozen=True, tag="devices_read"):
    """On the device with this pid the message about later devices was confirmed, up to a number."""

    pid: str
    number: int


class DeviceOut(Event, frozen=True, tag="device_out"):
    """A person's device was shut out; `pid` is the person's."""

    pid: str
    number: int


class AccessWithdrawn(Event, frozen=True, tag="links"):
    """Tokens were withdrawn: every connection looks its own token up again."""


class NotePut(Event, frozen=True, tag="note"):
    """A new note, or the new state of an existing one.

    `keeps`: of a release that stored rows (schema 4): the kinds of which the note keeps its words, and who sees it.
    """

    note: Note
    keeps: tuple[str, ...] = ()


class NoteRemoved(Event, frozen=True, tag="removed"):
    id: str
    by_author: bool = False


class NoteRestored(Event, frozen=True, tag="restored"):
    id: str


class NotesRevealed(Event, frozen=True, tag="revealed"):
    ids: tuple[str, ...]
    reach: Reach = "all"


class Counted(Event, frozen=True, tag="counted"):
    """Numbers of people who wrote, by lane and round, that have passed a further step (V6)."""

    counts: dict[str, int]


class CountsOver(Event, frozen=True, tag="counts_over"):
    """The counts of these lanes begin again at 0. `turned`: because the facilitator revealed the lanes."""

    lanes: tuple[str, ...]
    turned: bool = False


class ShareReached(Event, frozen=True, tag="share_reached"):
    """With this entry its author has as many notes as one person may have (R18)."""


class NotesRemoved(Event, frozen=True, tag="all_removed"):
    """Notes that the facilitator took down in one act."""

    ids: tuple[str, ...]


class NotesPurged(Event, frozen=True, tag="purged"):
    """Texts of notes and of the pad that are deleted for good, from the bins and from the undo stacks."""

    ids: tuple[str, ...]


class NotesMoved(Event, frozen=True, tag="moved"):
    """Drafts, on the board or taken down, whose lane is no longer there: they lie in another lane from now on."""

    ids: tuple[str, ...]
    lane: str


class NoteMarked(Event, frozen=True, tag="marked"):
    """Words of some kinds on a note, wherever it is; "" for none. In logs of releases that stored rows (schema 4)."""

    id: str
    marks: dict[str, str]


class RowRemoved(Event, frozen=True, tag="row_removed"):
    """The note of that id heads no row any more: drafts in the row, on the board or taken down, lie without one."""

    id: str


class GroupPut(Event, frozen=True, tag="group"):
    group: Group


class GroupRemoved(Event, frozen=True, tag="group_removed"):
    id: str


class RoundBegan(Event, frozen=True, tag="round"):
    round: str
    ends_at: int = 0


class TurnSet(Event, frozen=True, tag="turn"):
    turn: Turn
    round: str


class TimerSet(Event, frozen=True, tag="timer"):
    ends_at: int = 0


class NoticeSet(Event, frozen=True, tag="notice"):
    show: bool = False


class BriefingSet(Event, frozen=True, tag="briefing"):
    briefing: Briefing


class WalkSet(Event, frozen=True, tag="walk"):
    walk: Walk


class NowSet(Event, frozen=True, tag="now"):
    note: str


class SetupDone(Event, frozen=True, tag="setup"):
    title: str
    venue: str
    ticks: Ticks
    leader: Leader
    day: int = 0
    ahead: bool = False


class DoorSet(Event, frozen=True, tag="door"):
    open: bool = False


class DeckSet(Event, frozen=True, tag="deck"):
    """The theme, the words its cards are ordered by, and the cards that lie face down, the next one first (D1)."""

    deck: str
    sorting: dict[str, str]
    stack: tuple[str, ...]


class CardsLaid(Event, frozen=True, tag="cards"):
    """Cards as notes where they lie now; `stack`: what is left face down, `card`: the one that lies open."""

    notes: tuple[Note, ...]
    stack: tuple[str, ...]
    card: str = ""


class Claimed(Event, frozen=True, tag="claimed"):
    """Somebody took a card; without a note they put theirs back."""

    seat: str
    note: str = ""


class RingSet(Event, frozen=True, tag="ring"):
    """The order in which people sit."""

    seats: tuple[str, ...]


class LinePut(Event, frozen=True, tag="line"):
    """A new line of the pad, or the new state of an existing one."""

    line: PadLine


class LineRemoved(Event, frozen=True, tag="line_removed"):
    id: str


class LineRestored(Event, frozen=True, tag="line_restored"):
    id: str


class SittingBegan(Event, frozen=True, tag="sitting"):
    """People may come in to a programme (R41).

    `places`: sheets on which a note's spot is the place that people gave it, and not its order.
    """

    places: tuple[str, ...] = ()


class SittingEnded(Event, frozen=True, tag="sitting_over"):
    """Everybody but those who lead, and who wrote what, has been forgotten (R41)."""


class Frozen(Event, frozen=True, tag="frozen"):
    """The next version of a sheet (R44)."""

    sheet: str
    version: Version


class Unfrozen(Event, frozen=True, tag="unfrozen"):
    """A version of a sheet was deleted for good: nothing is left but its number."""

    sheet: str
    number: int


class Undone(Event, frozen=True, tag="undone"):
    """The actor's last act has been undone, by the other events of this entry."""


class Closed(Event, frozen=True, tag="closed"):
    pass


class Reopened(Event, frozen=True, tag="reopened"):
    pass


class Sealed(Event, frozen=True, tag="sealed"):
    """Authors, people, drafts, bins and undo stacks have been deleted for good (R14)."""


class HandingOn(Event, frozen=True, tag="handing"):
    """Picked notes are on their way to a programme: what was not handed to it before (R42)."""

    handing: Handing


class HandedOn(Event, frozen=True, tag="handed"):
    """The programme has taken a handing, or will not, and why."""

    id: str
    state: str = "done"


class Received(Event, frozen=True, tag="received"):
    """The programme took a handing with this entry: never again (R42)."""

    id: str


class OpRefused(Event, frozen=True, tag="refused"):
    """An op was refused; kept for its tab, without text, until it confirms that (O3)."""

    n: int
    reason: str


AnyEvent = (
    Created | Joined | PersonSet | PersonGone | NotePut | NoteRemoved | NoteRestored | NotesRevealed | NotesPurged
    | RowRemoved | GroupPut | GroupRemoved | RoundBegan | TurnSet | TimerSet | NoticeSet | WalkSet | SetupDone
    | BriefingSet | NotesMoved | Counted | CountsOver | DoorSet | Undone | Closed | Reopened | Sealed | OpRefused
    | NoteMarked | Returned | Lent | DevicesRead | DeviceOut | AccessWithdrawn
    | NowSet | Copied | Frozen | Unfrozen | DeckSet | CardsLaid | Claimed | RingSet
    | StartedFrom | HandingOn | HandedOn | Received | SittingBegan | SittingEnded
    | PeopleGone | NotesRemoved | ShareReached | LinePut | LineRemoved | LineRestored
)  # fmt: skip


class Entry(Struct, frozen=True, omit_defaults=True):
    """One command with its events: who, which op of which tab, when (ms), and the events.

    `seen` is the highest op number that the tab has confirmed (O3), `digest` is the op's (O8; 0: written by a release
    without digests). Entries made by time (`tidy`) have no pid and no tab.
    """

    events: tuple[AnyEvent, ...]
    pid: str = ""
    role: Role = "participant"
    tab: str = ""
    n: int = 0
    at: int = 0
    seen: int = 0
    digest: int = 0
