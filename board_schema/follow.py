"""How a method file declares the follow-up of notes (R48): of which, what everybody is asked, and its steps.

What may not live here: checks beyond types (`follow_faults`), and what a follow-up does (`decide.following`).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from board_schema.cycle import Id, Text


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """A step of a follow-up: what is asked, and what of the note is shown or settled in it.

    `shows`: what the note is about, or what was said of it. `marks`, `fields`: of the note, to be settled.
    """

    id: Id
    title: Text
    hint: Text = {}
    shows: Literal["", "about", "comments"] = ""
    marks: Annotated[tuple[str, ...], Meta(max_length=8)] = ()
    fields: Annotated[tuple[str, ...], Meta(max_length=8)] = ()


class Follow(Struct, frozen=True, forbid_unknown_fields=True):
    """How notes of a round are followed up, one at a time (R48).

    `lanes`: those whose notes are; `to`: where a note lies once that is done. `asks`: the kind of marks of which
    everybody chooses a word, `choose`: what is asked. `minutes`: of the clock that starts with each. `look`: the round
    in which people look again at what it is about; empty: none.
    """

    lanes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=40)]
    to: str
    asks: str
    choose: Text
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=8)]
    minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    look: str = ""
