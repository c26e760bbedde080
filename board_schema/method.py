"""Methods: workshop scripts as data, as `rules`, `decide` and `view` use them.

No rule may compare a method's id (M2). What may not live here: reading a method from a file (`method_file`), and
checks beyond types (`method_faults`).
"""

from functools import cached_property
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, Struct

from board_schema.board import CHOSEN, HARD_LIMIT, MAX_PEOPLE, Leader
from board_schema.cycle import Asked, Places, Shown, Station
from board_schema.cycle import Id as Id
from board_schema.cycle import Text as Text
from board_schema.follow import Follow as Follow

GRANTS: Final = ("own", "turn", "group", "all", "facilitator", "scribe")
Grant = Annotated[str, Meta(max_length=40)]  # a word of GRANTS, or the id of a part: `method_faults` checks it
Grants = tuple[Grant, ...]
Minutes = Annotated[int, Meta(ge=0, le=6_000)]
People = Annotated[int, Meta(ge=1, le=MAX_PEOPLE)]
Holders = Annotated[int, Meta(ge=0, le=MAX_PEOPLE)]
Names = Annotated[tuple[str, ...], Meta(max_length=40)]
Time = Annotated[str, Meta(max_length=40)]
Limit = Annotated[int, Meta(ge=1, le=HARD_LIMIT)]
ABOUT: Final = "about"  # among what a lane needs: that the note names an element
COMMENTS: Final = "comments"  # that somebody commented on the note
MADE: Final = "scale"  # among lanes that are named: all that the form makes, such as years
Color = Literal["", "yellow", "coral", "sky", "mint", "lilac", "white"]
Place = Literal["", "centre", "left", "right", "tray", "names"]
# What the notes of a lane become when the yield of a workshop is handed on; empty: nothing (R29).
Becomes = Literal["", "point", "trial", "lift", "session"]
# What a lane of a programme takes of that; `held`: a note about each workshop that handed something on (R42).
Takes = Literal["", "point", "trial", "lift", "session", "held"]


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that somebody might write, for rehearsals. `marks`: the words that fit it, by kind."""

    da: Annotated[str, Meta(max_length=10_000)]
    en: Annotated[str, Meta(max_length=10_000)]
    marks: dict[str, str] = {}


Examples = Annotated[tuple[Example, ...], Meta(max_length=40)]


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers of a field of kind `choice`."""

    id: Id
    title: Text


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """A further answer that a note of a lane may have (SPEC 2).

    `limit`: of a text, in characters. `none_word`: of a date; what is said for "no date", which is an answer then.
    `required`: a round that `needs` the lane is not left before the answer is there (R31). `takes`: what answers it in
    a note that was handed on (R42): the method or the day of the workshop, or how many notes it handed on; of a session
    to come, the day that it is for. `not_before`: of a date; another date of the note, which is not later (R45).
    `calendar`: of a date; it stands in the calendar file (R46).
    `stays`: its answers name somebody, and are neither handed on (R42) nor in a report (R50).
    """

    id: Id
    title: Text
    kind: Literal["text", "date", "choice"]
    limit: Limit = 140
    options: Annotated[tuple[Option, ...], Meta(max_length=20)] = ()
    none_word: Text = {}
    required: bool = False
    takes: Literal["", "method", "day", "count"] = ""
    not_before: str = ""
    calendar: bool = False
    stays: bool = False


class Lane(Struct, frozen=True, forbid_unknown_fields=True):
    """A declared lane of a sheet: a column, a column of a grid, or a panel beside a timeline.

    Of a grid's column: `unless`: the kind of marks with which the head of a row opens the lane before those in `after`
    hold notes; `shows`: the kind whose word on the head is shown here.
    `answers`: the lanes of picked notes that a leader answers in this one, after the close (R38).
    `place`: of a map; which place of its picture the lane is. `about`: sheets whose elements its notes name (R43).
    `along`: its notes go along with everything that the workshop hands on; `takes`: of a programme (R42). `asks`:
    questions that its notes answer (R49).
    On a sheet that is drawn over a map (`over`, R47): `span`: two dates, between which a note of it goes on; `tells`:
    the text that is left of it.
    """

    id: Id
    title: Text
    hint: Text = {}
    color: Color = ""
    place: Place = ""
    about: Names = ()
    limit: Limit | None = None
    after: Names = ()
    unless: str = ""
    shows: str = ""
    becomes: Becomes = ""
    along: bool = False
    takes: Takes = ""
    answers: Names = ()
    needs: Names = ()
    asks: Asked | None = None
    span: Names = ()
    tells: str = ""
    fields: Annotated[tuple[Field, ...], Meta(max_length=8)] = ()
    examples: Examples = ()

    def field(self, field_id: str) -> Field | None:
        """The field of that id, or None."""
        return next((field for field in self.fields if field.id == field_id), None)


class Again(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a further version of a note is written, and the kind of links that leads from it to the former one."""

    lane: str
    link: str


class Word(Struct, frozen=True, forbid_unknown_fields=True):
    """A word that a note may carry, with its sign and colour. `side`: of the line, where notes that carry it lie.

    `short`: word and sign where there is little room; empty: the sign and the title. `hint`: what it means. `needs`:
    fields of the note that must be answered before. `becomes`: what a note with it becomes, before its lane. `again`:
    who says it goes on with a further version (R45). `cancels`: the days of the note are cancelled in calendars (R46).
    `done`: what is said of a note that carries it, where it is told what became of it (R47); empty: the title.
    """

    id: Id
    title: Text
    short: Text = {}
    hint: Text = {}
    sign: Annotated[str, Meta(max_length=3)] = ""
    color: Color = ""
    side: Literal["", "up", "down", "both"] = ""
    needs: Names = ()
    becomes: Becomes = ""
    again: Again | None = None
    cancels: bool = False
    done: Text = {}


class MarkKind(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of marks of a sheet: what is asked, and the words of which a note carries at most one.

    `lanes`: those whose notes may carry one; empty for all. `default`: the word of a note that goes up without one.
    `comments`: comments carry it, and notes do not (R48).
    """

    id: Id
    title: Text
    words: Annotated[tuple[Word, ...], Meta(max_length=12)]
    lanes: Names = ()
    default: str = ""
    comments: bool = False

    def word(self, word_id: str) -> Word | None:
        """The word of that id, or None."""
        return next((word for word in self.words if word.id == word_id), None)

    def in_lane(self, lane: str) -> bool:
        """Whether a note in that lane may carry one; a note without a lane may."""
        return not self.lanes or not lane or lane in self.lanes


class LinkKind(Struct, frozen=True, forbid_unknown_fields=True, rename={"starts": "from", "ends": "to"}):
    """A kind of links of a sheet, from one note to another (R39). `title`: what is said of the first note.

    `starts`, `ends`: the lanes of the two notes; empty for all. `most`: to how many a note is linked. `sign`: the first
    note makes more of the other one, or less (R43).
    """

    id: Id
    title: Text
    starts: Names = ()
    ends: Names = ()
    most: Annotated[int, Meta(ge=1, le=60)] = 1
    sign: Literal["", "plus", "minus"] = ""


class Stage(Struct, frozen=True, forbid_unknown_fields=True):
    """A named step of a timeline, such as "before"."""

    id: Id
    title: Text


class Sheet(Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}):
    """One surface of the board. `form` is a key of `forms.FORMS`.

    `scale` of a timeline: what its steps are. `back`: of years, how long before now it begins; `first`, `last`,
    `step`: of a clock, times of day and minutes; `stages`: of stages. `examples` and `becomes`: for the lanes that the
    form makes (steps of a scale). `over`: a map, over which its notes are drawn (R47). `prints`: under a map's poster.
    """

    id: Id
    title: Text
    form: str
    per_group: bool = False
    over: str = ""
    prints: Annotated[tuple[Shown, ...], Meta(max_length=6)] = ()
    scale: Literal["years", "clock", "stages"] = "years"
    back: Annotated[int, Meta(ge=1, le=60)] = 10
    first: Time = ""
    last: Time = ""
    step: Annotated[int, Meta(ge=0, le=240)] = 0
    stages: Annotated[tuple[Stage, ...], Meta(max_length=12)] = ()
    becomes: Becomes = ""
    examples: Examples = ()
    lanes: Annotated[tuple[Lane, ...], Meta(max_length=40)] = ()
    marks: Annotated[tuple[MarkKind, ...], Meta(max_length=8)] = ()
    links: Annotated[tuple[LinkKind, ...], Meta(max_length=8)] = ()

    @property
    def sided(self) -> MarkKind | None:
        """The kind of marks whose words say on which side of the line a note lies, or None."""
        return next((kind for kind in self.marks if any(word.side for word in kind.words)), None)

    def mark(self, kind: str) -> MarkKind | None:
        """The kind of marks of that id, or None."""
        return next((each for each in self.marks if each.id == kind), None)

    def link(self, kind: str) -> LinkKind | None:
        """The kind of links of that id, or None."""
        return next((each for each in self.links if each.id == kind), None)

    def placed(self, place: Place) -> Lane | None:
        """The lane that is this place of a map's picture, or None."""
        return next((lane for lane in self.lanes if lane.place == place), None)

    @property
    def naming(self) -> LinkKind | None:
        """The kind of the links that lead from the name of a circle to its notes (R43), or None."""
        lane = self.placed("names")
        return next((kind for kind in self.links if lane is not None and kind.starts == (lane.id,)), None)

    def among(self, named: Names, lane: str) -> bool:
        """Whether a lane is one of those named: all where none is named, `MADE` for those that are not declared."""
        return not named or lane in named or (MADE in named and self.lane(lane) is None)

    def lane(self, lane_id: str) -> Lane | None:
        """The declared lane with that id, or None (the steps of a timeline are not declared)."""
        return next((lane for lane in self.lanes if lane.id == lane_id), None)


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody is in this workshop beside participant, such as its chair (R30).

    `say`: what its holder's phone says. `count`: the least and the most who have it. `rest`: everybody who has no other
    part has this one. `alone`: who has it has no other.
    """

    id: Id
    title: Text
    say: Text = {}
    may: tuple[Literal["lead", "write", "listen"], ...] = ()
    count: tuple[Holders, Holders] = (0, 1)
    hand: tuple[Literal["holder", "oneself"], ...] = ()
    rest: bool = False
    alone: bool = False


class Prompts(Struct, frozen=True, forbid_unknown_fields=True):
    """What a round says to those who have a part, on their phones only (V13). `words`: they may show some of these."""

    instruction: Text = {}
    questions: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()
    hint: Text = {}
    words: Annotated[tuple[Text, ...], Meta(max_length=40)] = ()


class Card(Struct, frozen=True, forbid_unknown_fields=True):
    """A card of a deck: a statement, or the beginning of one. Nobody is shown its `tone`."""

    da: Annotated[str, Meta(max_length=10_000)]
    en: Annotated[str, Meta(max_length=10_000)]
    tone: Literal["good", "hard", "open"] = "open"
    about: Literal["", "leadership"] = ""


class Deck(Struct, frozen=True, forbid_unknown_fields=True):
    """The cards of a theme. The cards of a `general` deck are in every theme, and it is none itself."""

    id: Id
    title: Text
    cards: Annotated[tuple[Card, ...], Meta(max_length=60)] = ()
    general: bool = False


class Round(Struct, frozen=True, forbid_unknown_fields=True, rename={"prompts": "for"}):
    """One step of a method: instruction, grants, visibility, minutes, questions. Fields as in SPEC 2."""

    id: Id
    title: Text
    instruction: Text
    sheet: str = ""
    say: Text = {}
    pad: Text = {}
    questions: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()
    ask_all: bool = False
    prompts: dict[Id, Prompts] = {}
    minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    minutes_each: bool = False
    lanes: Names = ()
    beside: Annotated[tuple[Places, ...], Meta(max_length=2)] = ()  # of other sheets, to be read only (V17)
    needs: Names = ()
    write: Grants = ()
    place: Grants = ()
    move: Grants = ()
    heading: Grants = ()
    comment: Grants = ()
    gather: Grants = ()
    pick: Grants = ()
    set: Grants = ()
    mark: dict[str, Grants] = {}
    link: dict[str, Grants] = {}
    fixed: dict[str, str] = {}
    prepare: Grants = ()
    draw: Grants = ()
    claim: Grants = ()
    see: Literal["own", "team", "group", "all"] = "own"
    reveal: Literal["on_write", "on_turn", "by_facilitator", "on_round", "none"] = "none"
    turn: Literal["none", "people", "ring", "in_group", "groups"] = "none"
    group: bool = False
    show_groups: bool = False
    ready: bool = False
    when_leader: tuple[Leader, ...] = ()
    take_home: bool = False
    cycle: bool = False  # it shows where the learning cycle stands
    also: Names = ()  # rounds on whose sheets those who lead work meanwhile, as these grant it (R49)
    version: str = ""  # the sheet whose latest version people are shown, and answer (R44)
    follow: Follow | None = None

    @property
    def chooses(self) -> Grants:
        """Who chooses notes as heads of rows in this round (R12)."""
        return self.mark.get(CHOSEN, ())

    @property
    def private(self) -> bool:
        """True when people write for themselves: then only counts of who is ready are shown (V11)."""
        return "own" in self.write and self.reveal != "on_write"

    @property
    def talk(self) -> bool:
        """True when people talk: no private writing, no turn, no groups, nothing raised (*talk round* in SPEC 6)."""
        busy = self.private or self.group or self.show_groups or self.take_home or self.pick
        return not busy and self.turn == "none" and self.reveal == "none"


class Method(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A workshop script. Made by `method_file.parse` only, which also checks what types cannot express."""

    id: Id
    title: Text
    pitch: Text
    asks: Text
    unless: Text
    kind: Literal["understand", "forward", "short", "programme"]
    heading: Text
    people: tuple[People, People]
    minutes: Minutes
    leader: Leader
    leader_question: Text
    leader_part: Text
    leader_listen: Text
    leader_told: Text
    rounds: Annotated[tuple[Round, ...], Meta(max_length=60)]
    sheets: Annotated[tuple[Sheet, ...], Meta(max_length=12)] = ()
    parts: Annotated[tuple[Part, ...], Meta(max_length=12)] = ()
    before: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()
    stations: Annotated[tuple[Station, ...], Meta(max_length=6)] = ()
    shows: Annotated[tuple[Shown, ...], Meta(max_length=4)] = ()
    decks: Annotated[tuple[Deck, ...], Meta(max_length=40)] = ()
    order: Annotated[int, Meta(ge=-10_000, le=10_000)] = 100
    group_size: tuple[People, People] = (2, 4)
    groups: tuple[People, People, People] | None = None  # fewest, usual, most; None: as many as `group_size` makes
    limit: Limit = 140
    scribe: bool = False
    unnamed: bool = False
    team: Text = {}  # what those who lead are called together
    ahead: str = ""  # the round whose private notes people may write before the day (R37)
    # nothing: no text is stored, and closing erases the board (R33); programme: it does not end (R40)
    keep: Literal["days", "nothing", "programme"] = "days"

    @property
    def endless(self) -> bool:
        """Whether a board of it is a programme, which does not end (R40)."""
        return self.keep == "programme"

    def sheet(self, sheet_id: str) -> Sheet | None:
        """The sheet of that id, or None."""
        return self._sheets.get(sheet_id)

    @cached_property
    def heads(self) -> dict[str, str]:
        """The kinds of marks that only heads of rows carry, each with the id of the grid whose lanes name it (R12)."""
        return {
            kind: sheet.id
            for sheet in self.sheets
            for lane in sheet.lanes
            for kind in (lane.unless, lane.shows)
            if kind
        }

    @cached_property
    def head_title(self) -> Text | dict[str, str]:
        """What one calls that which heads a row: the title of the lane in which it is chosen; {} without such rows."""
        for sheet in self.sheets:
            for kind in sheet.marks:
                if kind.id == CHOSEN:
                    return next((lane.title for lane in sheet.lanes if not kind.lanes or lane.id in kind.lanes), {})
        return {}

    def about_rows(self, kind: str) -> bool:
        """Whether marks of this kind make rows, or are carried by the heads of rows."""
        return kind == CHOSEN or kind in self.heads

    @cached_property
    def choosing(self) -> frozenset[str]:
        """The sheets whose notes some round lets people choose."""
        return frozenset(item.sheet for item in self.rounds if item.chooses)

    @cached_property
    def _sheets(self) -> dict[str, Sheet]:
        return {sheet.id: sheet for sheet in self.sheets}

    def part(self, part_id: str) -> Part | None:
        """The part of that id, or None."""
        return next((part for part in self.parts if part.id == part_id), None)

    @property
    def themes(self) -> tuple[Deck, ...]:
        """The decks to choose among, in order."""
        return tuple(deck for deck in self.decks if not deck.general)

    def cards(self, deck_id: str) -> dict[str, Card]:
        """The cards of a theme by id, its own before those of general decks; empty for a theme that there is not."""
        return self._cards.get(deck_id, {})

    @cached_property
    def _cards(self) -> dict[str, dict[str, Card]]:
        general = [deck for deck in self.decks if deck.general]
        return {
            theme.id: {f"{deck.id}-{i}": card for deck in (theme, *general) for i, card in enumerate(deck.cards, 1)}
            for theme in self.themes
        }

    def round(self, round_id: str) -> Round:
        """The round of that id; KeyError for one the method does not have."""
        return self._rounds[round_id]

    @cached_property
    def picks(self) -> Sheet | None:
        """The sheet on which picked notes lie (R29), or None."""
        return next((self.sheet(item.sheet) for item in self.rounds if item.pick), None)

    def taking(self, what: str) -> tuple[Sheet, Lane] | None:
        """Where a programme lays what a workshop hands on as `what`, with its points where it says nothing else."""
        found: dict[str, tuple[Sheet, Lane]] = {
            lane.takes: (sheet, lane) for sheet in self.sheets for lane in sheet.lanes if lane.takes
        }
        return found.get(what) or (found.get("point") if what != "held" else None)

    @cached_property
    def answer_lane(self) -> Lane | None:
        """The lane, beside the picked notes, in which a leader answers them after the close (R38), or None."""
        return next((lane for lane in self.picks.lanes if lane.answers), None) if self.picks else None

    @cached_property
    def answer_link(self) -> str:
        """The kind of the links that lead from a leader's answers to what they answer; empty without such a lane."""
        lane, sheet = self.answer_lane, self.picks
        kinds = sheet.links if lane is not None and sheet is not None else ()
        return next((kind.id for kind in kinds if lane is not None and lane.id in kind.starts), "")

    @cached_property
    def _rounds(self) -> dict[str, Round]:
        return {item.id: item for item in self.rounds}

    def plan(self, leader: Leader) -> tuple[Round, ...]:
        """The rounds that are played with that answer to the leader question, in order."""
        return self._plans[leader]

    @cached_property
    def _plans(self) -> dict[Leader, tuple[Round, ...]]:
        """`plan` for every answer: it is asked for several times a change."""
        return {
            leader: tuple(r for r in self.rounds if not r.when_leader or leader in r.when_leader)
            for leader in get_args(Leader)
        }
