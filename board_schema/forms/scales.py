"""The scales of a timeline: which lanes it has, from left to right.

`years` and `clock` begin and end where the board says (its ticks); `stages` are declared in the method file. What may
not live here: sides and headings (`timeline`), and how a scale is drawn.
"""

import re
from typing import NamedTuple

from board_schema.board import Board, Ticks
from board_schema.commands import Refused
from board_schema.method import Sheet, Text

Faults = list[tuple[str, str]]
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST = 60  # steps of a scale
MOST_STEP = 240  # minutes of a step of a clock
FIRST_YEAR, LAST_YEAR = 1900, 2200
HOUR, DAY = 60, 24 * 60  # minutes


class MadeLane(NamedTuple):
    """A lane that a form makes, such as a year. `scale` is its value on the form's scale (the year)."""

    id: str
    scale: int
    title: Text


class Asked(NamedTuple):
    """The ticks that somebody asks for, as in `Ticks`; None where they say nothing."""

    first: int | None = None
    last: int | None = None
    step: int | None = None


NOTHING = Asked()


class Scale:
    """A scale whose ticks the board keeps. Each scale says what differs."""

    kept = True  # whether the board keeps its ticks

    def ticks(self, sheet: Sheet, asked: Asked, held: Ticks, this_year: int) -> Ticks:
        """The ticks of a board that has `held` so far, when `asked` is requested. Raises Refused(`bad_op`)."""
        return Ticks()

    def lane(self, tick: int) -> str:
        """The id of the lane of a tick."""
        return str(tick)

    def far(self, tick: int, other: int) -> int:
        """How far two ticks are from one another."""
        return abs(tick - other)

    def title(self, tick: int) -> Text:
        return {"da": self.lane(tick), "en": self.lane(tick)}

    def lanes(self, sheet: Sheet, board: Board) -> tuple[MadeLane, ...]:
        """The lanes of the scale, in order."""
        return tuple(MadeLane(self.lane(tick), tick, self.title(tick)) for tick in board.ticks.all())

    def faults(self, sheet: Sheet) -> Faults:
        """Faults of a sheet with this scale in a method file."""
        return []


class Years(Scale):
    """A lane for each year; a new board reaches back the sheet's `back` years from now."""

    def ticks(self, sheet: Sheet, asked: Asked, held: Ticks, this_year: int) -> Ticks:
        last = asked.last or held.last or this_year
        first = asked.first or held.first or last - sheet.back
        if asked.step or not (1 <= last - first <= LONGEST and first >= FIRST_YEAR and last <= LAST_YEAR):
            raise Refused("bad_op")
        return Ticks(first, last, 1)

    def faults(self, sheet: Sheet) -> Faults:
        return _unused(sheet, "first", "last", "step", "stages")


class Clock(Scale):
    """A lane for every few minutes; one that ends before it begins goes on past midnight."""

    def ticks(self, sheet: Sheet, asked: Asked, held: Ticks, this_year: int) -> Ticks:
        own = held if held.step else Ticks(minutes(sheet.first), minutes(sheet.last), sheet.step)
        first = own.first if asked.first is None else asked.first
        last = own.last if asked.last is None else asked.last
        step = asked.step or own.step
        if not (0 <= first < DAY and 0 <= last < 2 * DAY and 1 <= step <= MOST_STEP):
            raise Refused("bad_op")
        last = last % DAY
        length = (last - first) % DAY
        if not 1 <= length // step <= LONGEST:
            raise Refused("bad_op")
        return Ticks(first, first + length // step * step, step)

    def lane(self, tick: int) -> str:
        return f"{tick % DAY // HOUR:02}-{tick % HOUR:02}"

    def far(self, tick: int, other: int) -> int:
        return min((tick - other) % DAY, (other - tick) % DAY)

    def title(self, tick: int) -> Text:
        hour, minute = f"{tick % DAY // HOUR}", f"{tick % HOUR:02}"
        return {"da": f"{hour}.{minute}", "en": f"{hour}:{minute}"}

    def faults(self, sheet: Sheet) -> Faults:
        found = [
            (f".{name}", f'write {name} = "07:00", a time of day with two digits each')
            for name, value in (("from", sheet.first), ("to", sheet.last))
            if not TIME.fullmatch(value)
        ]
        if not sheet.step:
            found.append((".step", "write step = 5: how many minutes there are from one mark to the next"))
        if found:
            return found
        length = (minutes(sheet.last) - minutes(sheet.first)) % DAY
        if not 1 <= length // sheet.step <= LONGEST:
            found.append((".step", f"write a step that makes 1 to {LONGEST} steps of `from` to `to`"))
        return [*found, *_unused(sheet, "stages")]


class Stages(Scale):
    """A lane for each declared stage, in order."""

    kept = False

    def lanes(self, sheet: Sheet, board: Board) -> tuple[MadeLane, ...]:
        return tuple(MadeLane(stage.id, place, stage.title) for place, stage in enumerate(sheet.stages))

    def faults(self, sheet: Sheet) -> Faults:
        if len(sheet.stages) < 2:
            return [(".stages", 'write at least two: stages = [{ id = "before", title = { da = …, en = … } }, …]')]
        found: Faults = []
        declared = {lane.id for lane in sheet.lanes}
        ids = [stage.id for stage in sheet.stages]
        for place, stage in enumerate(sheet.stages):
            at = f".stages[{place}]"
            if ids.index(stage.id) != place or stage.id in declared:
                found.append((f"{at}.id", f"`{stage.id}` is used twice"))
            found += [
                (f"{at}.title", f"the text for `{lang}` is missing")
                for lang in ("da", "en")
                if not stage.title.get(lang, "").strip()
            ]
        return [*found, *_unused(sheet, "first", "last", "step")]


SCALES: dict[str, Scale] = {"years": Years(), "clock": Clock(), "stages": Stages()}


def scale_of(sheet: Sheet) -> Scale:
    """The scale of a timeline."""
    return SCALES[sheet.scale]


def minutes(time: str) -> int:
    """A time of day (`HH:MM`) in minutes from midnight."""
    hour, minute = time.split(":")
    return int(hour) * HOUR + int(minute)


def _unused(sheet: Sheet, *fields: str) -> Faults:
    named = {"first": "from", "last": "to"}
    return [
        (f".{named.get(field, field)}", f'a timeline with scale = "{sheet.scale}" has none: leave it out')
        for field in fields
        if getattr(sheet, field)
    ]
