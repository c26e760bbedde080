"""Methods: workshop scripts as data, and the parser that says where a file is wrong.

A `Round` holds what `rules`, `decide` and `view` need to know. No rule may ask for a method's id (M2), and
nothing here opens a file: `parse` takes the text.
"""

import re
import tomllib
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from board_schema.board import HARD_LIMIT, MAX_PEOPLE, Leader
from board_schema.commands import nothing_to_see, unwanted

Text = dict[Literal["da", "en"], Annotated[str, Meta(max_length=10_000)]]
Grant = Literal["own", "turn", "group", "all", "facilitator", "scribe"]
Grants = tuple[Grant, ...]
# `constructor` is the one such word that every object in a browser already has.
Id = Annotated[str, Meta(pattern=r"^(?!constructor\Z)[a-z][a-z0-9-]{0,39}\Z")]
Minutes = Annotated[int, Meta(ge=0, le=6_000)]
People = Annotated[int, Meta(ge=1, le=MAX_PEOPLE)]
Names = Annotated[tuple[str, ...], Meta(max_length=40)]
LARGEST = 256 * 1024  # characters of a file
Limit = Annotated[int, Meta(ge=1, le=HARD_LIMIT)]


class Lane(Struct, frozen=True, forbid_unknown_fields=True):
    """A declared place for notes on a sheet: a column, a grid column, a panel beside the years."""

    id: Id
    title: Text
    hint: Text = {}
    color: Literal["", "yellow", "coral", "sky", "mint", "lilac"] = ""
    limit: Limit | None = None
    after: Names = ()
    points_to: str = ""
    fates: bool = False


class Sheet(Struct, frozen=True, forbid_unknown_fields=True):
    """One surface of the board. `back` is how many years a timeline reaches back."""

    id: Id
    title: Text
    form: Literal["timeline", "columns", "grid"]
    per_group: bool = False
    back: Annotated[int, Meta(ge=1, le=60)] = 10
    lanes: Annotated[tuple[Lane, ...], Meta(max_length=40)] = ()

    def lane(self, lane_id: str) -> Lane | None:
        """The declared lane of that id, or None (years of a timeline are not declared)."""
        return next((lane for lane in self.lanes if lane.id == lane_id), None)


class Round(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a method: instruction, rights, view, minutes, questions. Fields as in SPEC 2."""

    id: Id
    title: Text
    instruction: Text
    sheet: str
    say: Text = {}
    questions: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()
    minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    minutes_each: bool = False
    lanes: Names = ()
    write: Grants = ()
    place: Grants = ()
    move: Grants = ()
    heading: Grants = ()
    comment: Grants = ()
    choose: Grants = ()
    fate: Grants = ()
    see: Literal["own", "group", "all"] = "own"
    reveal: Literal["on_write", "on_turn", "by_facilitator", "on_round", "none"] = "none"
    turn: Literal["none", "people", "in_group", "groups"] = "none"
    group: bool = False
    show_groups: bool = False
    ready: bool = False
    when_leader: tuple[Leader, ...] = ()
    take_home: bool = False

    @property
    def private(self) -> bool:
        """True where people write for themselves: then only counts of readiness are shown (V11)."""
        return "own" in self.write and self.reveal != "on_write"

    @property
    def talk(self) -> bool:
        """True where people talk: nothing is written for oneself, nobody has a turn or a group, nothing is raised."""
        busy = self.private or self.group or self.show_groups or self.take_home
        return not busy and self.turn == "none" and self.reveal == "none"


class Method(Struct, frozen=True, forbid_unknown_fields=True):
    """A workshop script. Made by `parse` only, which checks what types cannot say."""

    id: Id
    title: Text
    pitch: Text
    heading: Text
    people: tuple[People, People]
    minutes: Minutes
    leader: Leader
    leader_question: Text
    leader_part: Text
    leader_listen: Text
    leader_told: Text
    sheets: Annotated[tuple[Sheet, ...], Meta(max_length=12)]
    rounds: Annotated[tuple[Round, ...], Meta(max_length=60)]
    order: Annotated[int, Meta(ge=-10_000, le=10_000)] = 100
    group_size: tuple[People, People] = (2, 4)
    limit: Limit = 140

    def sheet(self, sheet_id: str) -> Sheet | None:
        """The sheet of that id, or None."""
        return next((sheet for sheet in self.sheets if sheet.id == sheet_id), None)

    def round(self, round_id: str) -> Round:
        """The round of that id; KeyError for one the method does not have."""
        for item in self.rounds:
            if item.id == round_id:
                return item
        raise KeyError(round_id)

    def plan(self, leader: Leader) -> tuple[Round, ...]:
        """The rounds that are played with this answer to the leader question, in order."""
        return tuple(r for r in self.rounds if not r.when_leader or leader in r.when_leader)

    def grid(self) -> Sheet | None:
        """The sheet whose rows are chosen dilemmas, or None."""
        return next((sheet for sheet in self.sheets if sheet.form == "grid"), None)


class MethodError(ValueError):
    """A method file is wrong. The text names file, line and field and says what to write instead (M1)."""

    def __init__(self, *, file: str, line: int, field: str, problem: str) -> None:
        # Said to a person in one line: what stands in a file may be anything.
        field, problem = _shown(field), _shown(problem)
        self.file, self.line, self.field, self.problem = file, line, field, problem
        super().__init__(f"{file}, line {line}, {field}: {problem}")


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)[:400]


def parse(text: str, *, file: str) -> Method:
    """Read a method file's text.

    `file` is the name used in errors. Raises MethodError for anything that could not be played.
    """
    if len(text) > LARGEST:
        raise MethodError(
            file=file, line=1, field="the file", problem=f"is longer than {LARGEST} characters: shorten it"
        )
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise MethodError(file=file, line=1, field="the file", problem="holds too much inside one another") from None
    except ValueError as error:  # a number of thousands of digits is one, too
        found = re.search(r"at line (\d+)", str(error))
        long = re.search(r"\d{4000}", text)
        last = text.count("\n", 0, long.start() if long else len(text)) + 1
        line = int(found.group(1)) if found else last
        raise MethodError(file=file, line=line, field="the file", problem=f"is not TOML: {error}") from error
    try:
        method = msgspec.convert(data, Method)
    except (msgspec.ValidationError, OverflowError) as error:
        problem, _, where = str(error).partition(" - at `")
        path = where.partition("$")[2].rstrip("`").replace("[...]", "")
        raise _wrong(text, file, path, problem) from error
    for path, problem in _faults(method):
        raise _wrong(text, file, path, problem)
    return method


def _faults(method: Method) -> list[tuple[str, str]]:
    """What the types cannot say: texts in both languages, ids that exist and are used once."""
    faults: list[tuple[str, str]] = []
    for name in (
        "title",
        "pitch",
        "heading",
        "leader_question",
        "leader_part",
        "leader_listen",
        "leader_told",
    ):
        faults += _untranslated(f".{name}", getattr(method, name))
    if not method.rounds or not method.sheets:
        faults.append((".rounds", "write at least one [[sheets]] and one [[rounds]]"))
    for answer in get_args(Leader):
        if method.rounds and not method.plan(answer):
            faults.append((".rounds[0].when_leader", f"no round is played with the leader answer `{answer}`"))
    faults += _repeated(".sheets", [sheet.id for sheet in method.sheets])
    faults += _repeated(".rounds", [item.id for item in method.rounds])
    for i, sheet in enumerate(method.sheets):
        faults += _sheet_faults(f".sheets[{i}]", sheet)
    for i, item in enumerate(method.rounds):
        faults += _round_faults(f".rounds[{i}]", item, method)
    low, high = method.group_size
    if not 1 <= low <= high:
        faults.append((".group_size", "write [smallest, largest], such as [2, 4]"))
    return faults


def _sheet_faults(path: str, sheet: Sheet) -> list[tuple[str, str]]:
    faults = _untranslated(f"{path}.title", sheet.title)
    faults += _repeated(f"{path}.lanes", [lane.id for lane in sheet.lanes])
    ids = {lane.id for lane in sheet.lanes}
    for j, lane in enumerate(sheet.lanes):
        at = f"{path}.lanes[{j}]"
        faults += _untranslated(f"{at}.title", lane.title)
        if lane.hint:
            faults += _untranslated(f"{at}.hint", lane.hint)
        for other in lane.after:
            if other not in ids:
                faults.append((f"{at}.after", f"there is no lane `{other}` on this sheet"))
        if lane.id in _waited_for(sheet, lane):
            faults.append((f"{at}.after", "this lane waits for itself, and so would never open"))
        if lane.points_to and lane.points_to not in ids:
            faults.append((f"{at}.points_to", f"there is no lane `{lane.points_to}` on this sheet"))
    if sheet.form != "timeline" and not sheet.lanes:
        faults.append((path, "write at least one [[sheets.lanes]]"))
    return faults


def _waited_for(sheet: Sheet, lane: Lane) -> set[str]:
    """Every lane that must hold a note before this one may, however far away."""
    found: set[str] = set()
    ask = list(lane.after)
    while ask:
        name = ask.pop()
        if name not in found:
            found.add(name)
            there = sheet.lane(name)
            ask += there.after if there else ()
    return found


def _round_faults(path: str, item: Round, method: Method) -> list[tuple[str, str]]:
    faults = _untranslated(f"{path}.title", item.title) + _untranslated(f"{path}.instruction", item.instruction)
    if item.say:
        faults += _untranslated(f"{path}.say", item.say)
    for k, question in enumerate(item.questions):
        faults += _untranslated(f"{path}.questions[{k}]", question)
    sheet = method.sheet(item.sheet)
    if sheet is None:
        return [*faults, (f"{path}.sheet", f"there is no sheet `{item.sheet}`")]
    for lane in item.lanes:
        if sheet.lane(lane) is None:
            faults.append((f"{path}.lanes", f"sheet `{sheet.id}` has no lane `{lane}`"))
    if item.see == "own" and item.reveal != "none":
        faults.append((f"{path}.reveal", 'with see = "own" nothing is raised: write reveal = "none"'))
    if item.reveal == "on_turn" and item.turn == "none":
        faults.append((f"{path}.turn", 'reveal = "on_turn" needs a turn: people, in_group or groups'))
    if item.turn == "in_group" and not item.group:
        faults.append((f"{path}.group", 'turn = "in_group" needs group = true'))
    return faults


def _untranslated(path: str, text: Text) -> list[tuple[str, str]]:
    faults = [
        (path, f"the text for `{lang}` is missing") for lang in ("da", "en") if nothing_to_see(text.get(lang, ""))
    ]
    if any(map(unwanted, text.values())):
        faults.append((path, "holds a control or direction character, which nobody can see: take it out"))
    return faults


def _repeated(path: str, ids: list[str]) -> list[tuple[str, str]]:
    return [(f"{path}[{i}].id", f"`{x}` is used twice") for i, x in enumerate(ids) if i != ids.index(x)]


def _wrong(text: str, file: str, path: str, problem: str) -> MethodError:
    missing = re.search(r"missing required field `(\w+)`", problem)
    unknown = re.search(r"unknown field `([^`]+)`", problem)
    word = re.search(r"Invalid enum value '?([^']*)'?", problem)
    if missing:
        problem = f"is missing: write {missing.group(1)} = …"
        return MethodError(file=file, line=_line(text, path), field=_named(path, missing.group(1)), problem=problem)
    if unknown:
        path = f"{path}.{unknown.group(1)}"
        problem = "there is no such field; SPEC section 2 lists them"
    elif "matching regex" in problem:
        problem = "write at most 40 lower-case letters, digits and `-`, a letter first (and not `constructor`)"
    elif word:
        key = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
        problem = f"`{word.group(1)}` may not stand here; write one of: {', '.join(_words().get(key, ('da', 'en')))}"
    return MethodError(file=file, line=_line(text, path), field=_named(path, ""), problem=problem)


def _named(path: str, key: str) -> str:
    return f"{path}.{key}".strip(".") or "the file"


def _words() -> dict[str, tuple[str, ...]]:
    """Which words may stand in which field, read off the types."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in (Lane, Sheet, Round, Method):
        for name, annotation in get_type_hints(kind).items():
            words = get_args(annotation) if get_origin(annotation) is Literal else ()
            inner = [get_args(part) for part in get_args(annotation) if get_origin(part) is Literal]
            if annotation != Text and (words or inner):
                found[name] = tuple(word or '""' for word in words or inner[0])
    return found


def _line(text: str, path: str) -> int:
    """The line of a path such as `.rounds[2].write`; the nearest one above it where a key is missing."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    for name, index in re.findall(r"\.(\w+)(?:\[(\d+)\])?", path):
        header = re.compile(rf"\s*\[\[(?:\w+\.)*{name}\]\]")
        tables = [i for i in range(start, end) if header.match(lines[i])]
        if index and int(index) < len(tables):
            start = tables[int(index)]
            depth = lines[start].count(".")
            later = (i for i in range(start + 1, end) if _closes(lines[i], depth))
            end = next(later, end)
            continue
        key = re.compile(rf"\s*\[?{name}\]?\b")
        start = next((i for i in range(start, end) if key.match(lines[i])), start)
    return start + 1


def _closes(line: str, depth: int) -> bool:
    return re.match(r"\s*\[\[", line) is not None and line.count(".") <= depth
