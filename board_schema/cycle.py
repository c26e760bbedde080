"""The learning cycle as a method file declares it: stations, what each counts, and what is told beside them (SPEC 2).

What may not live here: reading a file (`method_file`), and what a screen is sent of the cycle (`view.cycle_records`).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = dict[Literal["da", "en"], Annotated[str, Meta(max_length=10_000)]]
# `constructor` is excluded: every object in JavaScript already has a property of that name.
Id = Annotated[str, Meta(pattern=r"^(?!constructor\Z)[a-z][a-z0-9-]{0,39}\Z")]


class Places(Struct, frozen=True, forbid_unknown_fields=True):
    """Lanes of a sheet, whose notes are told of elsewhere."""

    sheet: str
    lanes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=40)]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """Questions that those who lead take one by one: the options of the choice `field`, which says what a note answers.

    `sheet`, `lanes`: the notes that the questions are asked about, each anew; none: they are asked once.
    """

    field: str
    sheet: str = ""
    lanes: Annotated[tuple[str, ...], Meta(max_length=40)] = ()


class Counted(Places, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a station counts: the notes there. `title`: what is said after the number, `one`: after 1."""

    title: Text
    one: Text = {}


class Dated(Places, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Notes that have a day in `field`, on which it is the station's turn; `who`: the field that says who sees to it.

    `title`: what is said before the note's text. `within`: from so many days before on, the note is counted with the
    station's first number; 0: it never is.
    """

    title: Text
    field: str
    who: str = ""
    within: Annotated[int, Meta(ge=0, le=60)] = 0


class Station(Struct, frozen=True, forbid_unknown_fields=True):
    """A station of the learning cycle. `round`: where it is worked on."""

    id: Id
    title: Text
    round: str
    counts: Annotated[tuple[Counted, ...], Meta(min_length=1, max_length=3)]
    dates: Annotated[tuple[Dated, ...], Meta(max_length=2)] = ()


class Shown(Places, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is told beside the cycle: the notes in the first of these lanes that holds any, or of each its text in
    `field`; `until`: the field with a day that is said beside it. Under a map's poster: the notes in all of the lanes.
    """

    title: Text
    field: str = ""
    until: str = ""
