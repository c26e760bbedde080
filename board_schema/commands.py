"""Commands: untrusted op names and args become a Command, or are refused.

Types and lengths are checked here; whether a command is allowed is decided in `decide`. A new op is a new class
in `COMMANDS`, a line in SPEC 5 and a branch in `decide`.
"""

from calendar import monthrange
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from board_schema.board import Leader, Teller
from board_schema.cleaning import characters as characters
from board_schema.cleaning import clean as clean
from board_schema.cleaning import nothing_to_see as nothing_to_see
from board_schema.cleaning import unwanted as unwanted
from board_schema.reasons import REASONS as REASONS
from board_schema.reasons import Reason as Reason
from board_schema.reasons import Refused as Refused

NoteId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{12,24}\Z")]
Seat = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{4,24}\Z")]
Key = Annotated[str, Meta(max_length=40)]
Raw = Annotated[str, Meta(max_length=4_000)]
Marks = Annotated[dict[Key, Key], Meta(max_length=8)]  # by kind, a word
Answers = Annotated[dict[Key, Raw], Meta(max_length=8)]  # by field
Links = Annotated[dict[Key, Annotated[tuple[Key, ...], Meta(max_length=60)]], Meta(max_length=8)]  # by kind, notes
Elements = Annotated[tuple[Annotated[str, Meta(max_length=130)], ...], Meta(max_length=5)]  # what a note is about
Tick = Annotated[int, Meta(ge=0, le=2_879)]  # a year, or minutes from midnight


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all commands."""


class Write(Command, frozen=True, rename={"acting": "as"}):
    """A new note; ValueError for a comment that lies under nothing, and for anything else that lies under a note."""

    note: NoteId
    text: Raw
    sheet: Key
    lane: Key
    row: Key = ""
    under: Key = ""
    kind: Literal["note", "comment", "heading"] = "note"
    until: Key = ""
    marks: Marks = {}
    links: Links = {}
    about: Elements = ()
    fields: Answers = {}
    acting: Key = ""

    def __post_init__(self) -> None:
        if bool(self.under) != (self.kind == "comment"):
            raise ValueError("a comment lies under a note, nothing else does")


class Edit(Command, frozen=True, rename={"began": "from"}):
    """A new text. `began`: the text that its writer began from; None where the op does not say."""

    note: Key
    text: Raw
    began: Raw | None = None


class Place(Command, frozen=True, rename={"acting": "as"}):
    note: Key
    lane: Key
    row: Key = ""
    spot: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    marks: Marks = {}
    fields: Answers = {}
    acting: Key = ""


class Move(Command, frozen=True):
    note: Key
    lane: Key
    row: Key = ""
    spot: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    marks: Marks = {}
    fields: Answers = {}


class Mark(Command, frozen=True):
    """A note carries this word of that kind; empty: none of it."""

    note: Key
    kind: Key
    word: Key = ""


class Link(Command, frozen=True):
    """A link of this kind leads from the note to the other one (R39)."""

    note: Key
    kind: Key
    other: Key


class Unlink(Command, frozen=True):
    note: Key
    kind: Key
    other: Key


class About(Command, frozen=True):
    """The note names these elements of other sheets, each a note or `from>kind>to` for a link (R43)."""

    note: Key
    about: Elements


class Delete(Command, frozen=True):
    note: Key


class Restore(Command, frozen=True):
    note: Key


class Undo(Command, frozen=True):
    pass


class Ready(Command, frozen=True):
    on: bool


class TurnAct(Command, frozen=True, rename={"acting": "as"}):
    act: Literal["take", "done", "later", "pass", "give", "skip", "absent"]
    seat: Key = ""
    scope: Key = ""
    acting: Key = ""


class Gather(Command, frozen=True):
    """Lay notes under a heading: with `text` a new one, which gets the id `note`, else the one that has it.

    ValueError for a new heading over fewer than two notes.
    """

    note: NoteId
    notes: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=60)]
    text: Raw = ""

    def __post_init__(self) -> None:
        if self.text and len(set(self.notes)) < 2:
            raise ValueError("a new heading is over two notes or more")


class Apart(Command, frozen=True):
    """A heading goes, or one note is taken out from under its heading."""

    note: Key


Picked = Annotated[tuple[Key, ...], Meta(max_length=60)]


class Pick(Command, frozen=True):
    """A note without an author goes up in a lane of the round's sheet, for the notes and rows `of` (R29)."""

    note: NoteId
    text: Raw
    lane: Key
    of: Picked = ()


class Count(Command, frozen=True):
    """The notes and rows that a picked note stands for, from now on."""

    note: Key
    of: Picked


class SetField(Command, frozen=True, rename={"began": "from"}):
    """The answer to a field of a note; an empty value takes it away. `began` is as in Edit."""

    note: Key
    field: Key
    value: Raw
    began: Raw | None = None


class SetDeck(Command, frozen=True):
    deck: Key


class Sort(Command, frozen=True):
    """Cards come first in the stack, last, or not at all; an empty word: between the two (D1)."""

    cards: Annotated[tuple[Key, ...], Meta(max_length=60)]
    word: Literal["", "first", "last", "out"]


class Draw(Command, frozen=True, rename={"acting": "as"}):
    acting: Key = ""


class Skip(Command, frozen=True, rename={"acting": "as"}):
    acting: Key = ""


class Free(Command, frozen=True, rename={"acting": "as"}):
    acting: Key = ""


class Claim(Command, frozen=True, rename={"acting": "as"}):
    note: Key
    on: bool
    acting: Key = ""


class SetRing(Command, frozen=True):
    """Somebody sits to the left of somebody else: they follow them clockwise. `after` empty: they sit first."""

    seat: Key
    after: Key = ""


class Pad(Command, frozen=True, rename={"began": "from"}):
    """A line of the scribes' pad is written (where it stands: R26), edited or deleted.

    ValueError for a field that the act lacks, or has no use for. `began` is as in Edit.
    """

    act: Literal["write", "edit", "delete"]
    line: NoteId
    text: Raw | None = None
    round: Key = ""
    group: Key = ""
    turn: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    began: Raw | None = None

    def __post_init__(self) -> None:
        if (self.text is None) != (self.act == "delete") or bool(self.round) != (self.act == "write"):
            raise ValueError("a text for write and edit, a round for write")
        if (self.group and self.turn) or (self.act != "write" and (self.group or self.turn)):
            raise ValueError("name a group or a turn, for write")
        if self.began is not None and self.act != "edit":
            raise ValueError("only an edit begins from a text")


class Name(Command, frozen=True):
    name: Annotated[str, Meta(max_length=200)]


class Devices(Command, frozen=True):
    """About the person's later devices: the message about those up to `number` was read, or that one is shut out."""

    act: Literal["read", "out"]
    number: Annotated[int, Meta(ge=1, le=1_000_000)]


class GoTo(Command, frozen=True):
    to: Key
    confirm: bool = False


class Timer(Command, frozen=True):
    act: Literal["start", "add", "stop"]
    minutes: Annotated[int, Meta(ge=1, le=600)] | None = None


class Reveal(Command, frozen=True):
    """Reveal a lane of a sheet, a group, or one note; ValueError for none, several, or a lane without its sheet."""

    sheet: Key = ""
    lane: Key = ""
    group: Key = ""
    note: Key = ""

    def __post_init__(self) -> None:
        named = (self.lane, self.group, self.note)
        if bool(self.sheet) != bool(self.lane) or sum(map(bool, named)) != 1:
            raise ValueError("name a sheet and a lane, a group, or a note")


class Notice(Command, frozen=True):
    show: bool


class Walk(Command, frozen=True):
    """Walls show this part of a sheet large (empty: all of it), or with `auto` one part after another by themselves.

    ValueError for both.
    """

    sheet: Key
    part: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,40}\Z")] = ""
    auto: bool = False

    def __post_init__(self) -> None:
        if self.part and self.auto:
            raise ValueError("name a part, or let the parts follow one another")


class Brief(Command, frozen=True):
    """Who tells the leader, on which day, and whether it was done (R29); ValueError for no such day."""

    teller: Teller = ""
    when: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")] = ""
    done: bool = False

    def __post_init__(self) -> None:
        if self.when:
            year, month, day = map(int, self.when.split("-"))
            if not (year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
                raise ValueError("no such day")


class SetNow(Command, frozen=True):
    """The note that is followed up from now on; empty: none (R48)."""

    note: Key


class Setup(Command, frozen=True, rename={"first": "from", "last": "to"}):
    title: Annotated[str, Meta(max_length=1_000)] | None = None
    venue: Annotated[str, Meta(max_length=1_000)] | None = None
    first: Tick | None = None
    last: Tick | None = None
    step: Annotated[int, Meta(ge=1, le=240)] | None = None
    leader: Leader | None = None
    day: Annotated[int, Meta(ge=0, le=2**53 - 1)] | None = None


class Door(Command, frozen=True):
    open: bool


class Sitting(Command, frozen=True):
    """Begin a sitting of a programme, or end it (R41)."""

    on: bool


class MakeGroups(Command, frozen=True):
    """Groups of at most `size`, or `count` of them."""

    size: Annotated[int, Meta(ge=2, le=50)] | None = None
    count: Annotated[int, Meta(ge=2, le=50)] | None = None

    def __post_init__(self) -> None:
        if (self.size is None) == (self.count is None):
            raise ValueError("say how large the groups are, or how many")


class SetGroup(Command, frozen=True):
    seat: Key
    group: Annotated[str, Meta(pattern=r"^g[1-9][0-9]?\Z")]


class SetRole(Command, frozen=True):
    seat: Key
    role: Literal["participant", "scribe", "listener"]


class Colead(Command, frozen=True):
    """Make somebody a co-facilitator, or end it (R27)."""

    seat: Key
    on: bool


class Hand(Command, frozen=True):
    """Give somebody a part, or take it from them (R30)."""

    part: Key
    seat: Key
    on: bool = True


class AddPerson(Command, frozen=True):
    seat: Seat
    name: Annotated[str, Meta(max_length=200)]


class RemovePerson(Command, frozen=True):
    """`since`: everybody who came in after them too; `notes`: their notes that are up are taken down."""

    seat: Key
    since: bool = False
    notes: bool = False


class Close(Command, frozen=True):
    pass


class Freeze(Command, frozen=True):
    """The next version of a map: as it stands now (R44)."""

    sheet: Key


class Unfreeze(Command, frozen=True):
    """A version of a map is deleted for good, with its texts (R44)."""

    sheet: Key
    version: Annotated[int, Meta(ge=1, le=1_000_000)]


class Reopen(Command, frozen=True):
    pass


class Seal(Command, frozen=True):
    pass


COMMANDS: dict[str, type[Command]] = {
    "write": Write, "edit": Edit, "place": Place, "move": Move, "mark": Mark, "link": Link, "unlink": Unlink,
    "about": About,
    "delete": Delete, "restore": Restore,
    "undo": Undo, "ready": Ready, "turn": TurnAct,
    "gather": Gather, "apart": Apart, "pad": Pad,
    "pick": Pick, "count": Count, "set": SetField,
    "deck": SetDeck, "sort": Sort, "draw": Draw, "skip": Skip, "free": Free, "claim": Claim, "ring": SetRing,
    "name": Name, "devices": Devices, "round": GoTo, "timer": Timer, "reveal": Reveal, "notice": Notice,
    "brief": Brief, "walk": Walk, "setup": Setup, "hand": Hand,
    "now": SetNow,
    "freeze": Freeze, "unfreeze": Unfreeze,
    "door": Door, "sitting": Sitting, "groups": MakeGroups, "group": SetGroup, "role": SetRole,
    "colead": Colead, "person": AddPerson, "remove": RemovePerson, "close": Close, "reopen": Reopen, "seal": Seal,
}  # fmt: skip


def parse(name: object, args: object) -> Command:
    """Turn an op's name and args into a Command; raises Refused(`unknown_op` or `bad_op`)."""
    kind = COMMANDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Refused("unknown_op")
    try:
        command: Command = msgspec.convert(args, kind)
    except (msgspec.ValidationError, RecursionError, UnicodeEncodeError) as error:
        raise Refused("bad_op") from error
    _check_keys(command)
    return command


def _check_keys(command: Command) -> None:
    """Raises Refused(`bad_text`) for a text that UTF-8 cannot carry: a lone surrogate."""
    for field in command.__struct_fields__:
        _check_text(getattr(command, field))


def _check_text(value: Any) -> None:
    if isinstance(value, dict):
        _check_text((*value, *value.values()))
    elif isinstance(value, tuple):
        for each in value:
            _check_text(each)
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Refused("bad_text") from error
