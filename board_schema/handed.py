"""What goes from a workshop to its programme (R42): where a picked note comes from, and a handing with its items.

Types only. What may not live here: what is carried (`rules.carrying`), and what either board makes of it (`decide`).
"""

from typing import Final, Literal

from msgspec import Struct

What = Literal[
    "about", "theme", "head", "row", "heading", "period", "lane", "mark", "link", "field", "date", "card", "pad",
    "answer",
]  # fmt: skip


class Told(Struct, frozen=True):
    """What was said beside the text of a note that was handed on, and of how many notes.

    `what` it is: what the whole workshop was about, the theme of the cards, the head of the note's row, what else lies
    in that row, the heading over it, the period on the line, the lane of a gathered note, a word that it carries, what
    it is linked to, an answer (a `date` as ISO 8601), what the card says, a line of the pad about the card, or
    a leader's answer. `name`: what the method calls it; empty where `what` says it.
    """

    what: What
    name: str
    text: str
    count: int = 1


class Source(Struct, frozen=True):
    """How many notes of a lane a note stands for. It says nothing of who wrote them.

    Of a picked note (R29) by `sheet` and `lane`. Of a note that was handed on (R42) in words: the method and the day
    (ISO 8601) of the workshop, the title of the lane (empty where it was only said), and what was told beside it.
    """

    sheet: str
    lane: str
    count: int
    session: str = ""
    day: str = ""
    kind: str = ""
    told: tuple[Told, ...] = ()


class Item(Struct, frozen=True):
    """A picked note on its way. `id`: that of its note in the programme; `day`: a date that it says, or empty.

    `more`: the programme has it already, and `sources` are added: a leader answered it since; of the note about the
    workshop, only its number grows. `count`: of the note
    about the workshop, how many notes it has handed on so far.
    """

    id: str
    becomes: str
    text: str
    sources: tuple[Source, ...] = ()
    day: str = ""
    more: bool = False
    count: int = 0


class Handing(Struct, frozen=True):
    """What a workshop hands to a programme at once (R42).

    `programme` and `title`: the programme's board. `notes`: the picked notes, `items` what they become there, as long
    as it is under way; `session`: the id of the note there about this workshop, `held` what that one says. `answers`:
    by picked note, a digest of the leader's answer that went along. `planned`: the note there of the session that was
    planned, and is held now, or empty. `state`: empty while it is under way, `done`, or
    why the programme did not take it.
    """

    id: str
    programme: str
    title: str
    at: int
    notes: tuple[str, ...]
    session: str
    held: Item | None = None
    items: tuple[Item, ...] = ()
    answers: dict[str, str] = {}
    state: str = ""
    planned: str = ""


class Programme(Struct, frozen=True):
    """The programme that a workshop was started from; `key`: the hash of the key with which it was; `planned`: the note
    there of the session that it is to be, or empty.
    """

    id: str = ""
    title: str = ""
    key: str = ""
    planned: str = ""


NO_PROGRAMME: Final = Programme()
