"""What the demo plays of a programme: a case, read from a file of this folder that is named after the method.

A file has a `title` and a `venue`; `workshops`, each with a method, a title, what its people write before anything else
(`says`: by sheet and lane, `scale` for the lanes of a timeline's scale), and what is picked and handed on from it
(`takes`); and the `acts` of the programme, in order. What may not live here: how a case is played (programme.py).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from board_schema.method import Example, Method

FOLDER: Final = Path(__file__).parent / "cases"
SCALE: Final = "scale"
_DAY: Final = re.compile(r"@(-?\d+)")
_NAME: Final = re.compile(r"\{(\w+)\}")


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody writes, and the words that fit it, by kind."""

    text: str
    marks: dict[str, str] = {}


class Take(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note that is picked into a lane, made of the notes with the texts `of`; the acts name it by `called`."""

    lane: str
    called: str
    text: str
    of: list[str] = []


class Talk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A workshop that hands on to the programme."""

    method: str
    title: str
    takes: list[Take]
    says: dict[str, dict[str, list[Said]]] = {}

    def examples(self) -> dict[tuple[str, str], list[Example]]:
        """What its people write first, by sheet and lane."""
        return {
            (sheet, "" if lane == SCALE else lane): [Example(one.text, one.text, one.marks) for one in said]
            for sheet, lanes in self.says.items()
            for lane, said in lanes.items()
        }


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The acts of a programme. Each has `do`: an op of SPEC 5 with its arguments, by whoever leads or the colleague
    `by`; `workshop`: the one that is named by `which` is played and handed on; or `come`: a sitting begins, and
    `people` join.

    What an op writes, the acts after it name by what it is `called`: `{name}` stands for its id, in any argument; so
    does the name of a workshop for the note about it. `@n` is the day n days from now.
    """

    acts: list[dict[str, Any]]


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One whole programme."""

    title: str
    venue: str
    programme: Course
    workshops: dict[str, Talk] = {}


def case_of(method: Method) -> Case | None:
    """The case of a method; None where there is none. Raises msgspec.ValidationError for a wrong file."""
    file = FOLDER / f"{method.id}.toml"
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Case) if file.is_file() else None


def filled(value: Any, names: Mapping[str, str], today: date) -> Any:
    """An argument of an act with ids in place of names, and days. Raises KeyError for a name that nothing has."""
    match value:
        case str() if found := _DAY.fullmatch(value):
            return (today + timedelta(days=int(found[1]))).isoformat()
        case str():
            return _NAME.sub(lambda name: names[name[1]], value)
        case list():
            return [filled(each, names, today) for each in value]
        case dict():
            return {key: filled(each, names, today) for key, each in value.items()}
    return value
