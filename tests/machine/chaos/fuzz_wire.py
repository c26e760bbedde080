"""Fuzzing of what reads untrusted bytes: the codec, the ops' arguments, the rules, the views and the log.

One input is a whole workshop: bytes choose who speaks and what is said, mostly with ids that are there, so that it gets
far into the rules, and now and then as bare bytes. `test_fuzz.py` runs it in every run of the tests, with Hypothesis's
bytes. Guided by coverage it is run by hand, with atheris installed (`pip install atheris`, which no other test needs):

    python tests/machine/chaos/fuzz_wire.py -max_total_time=600

What may not come out of any bytes: an exception other than BadFrame and Refused, an event that cannot be folded, an
entry or a board that does not survive being packed and unpacked, and a draft in anybody else's view.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any, get_args, get_type_hints

sys.path.insert(0, str(Path(__file__).parents[3]))

if __name__ == "__main__":
    import atheris  # type: ignore[import-not-found]

    watched: Any = atheris.instrument_imports(include=["board_schema"])
else:
    watched = contextlib.nullcontext()

with watched:
    from board_schema import decide, method, method_file, wire
    from board_schema.board import DAY, Actor, Board
    from board_schema.commands import COMMANDS, Refused, parse
    from board_schema.events import Entry
    from board_schema.fold import fold
    from board_schema.view import audience, personal, view

NOW = 1_700_000_000_000
MINUTE = 60_000
FOLDER = Path(method.__file__).parent
DECKS = [
    method_file.parse_deck(path.read_text(encoding="utf-8"), file=path.name)
    for path in sorted((FOLDER / "decks").glob("*.toml"))
]


def _parsed(path: Path) -> method.Method:
    text = path.read_text(encoding="utf-8")
    text = method_file.with_decks(text, DECKS) if method_file.has_deck(text) else text
    return method_file.parse(text, file=path.name)


METHODS = [_parsed(path) for path in sorted((FOLDER / "methods").glob("*.toml"))]
PEOPLE = 4


def _begin(script: method.Method) -> Board:
    made = decide.create(
        script, board_id="b", seed="s", pid="lead", seat="seat0000", now=NOW, this_year=2026, keep=30 * DAY
    )
    board = fold(Board(), 1, Entry(tuple(made), pid="lead", role="facilitator", at=NOW))
    if board.programme:  # people come in to a programme while a sitting goes on
        board = _done(board, script, LEAD, parse("sitting", {"on": True}), now=NOW)
    for number in range(PEOPLE):
        joined = decide.join(
            board, script, pid=f"p{number}", seat=f"seat000{number + 1}", name="", role="participant", remote=False,
            now=NOW,
        )  # fmt: skip
        board = fold(board, board.version + 1, Entry(tuple(joined), pid=f"p{number}", role="participant", at=NOW))
    back = decide.come_back(board, "p0")
    return fold(board, board.version + 1, Entry(tuple(back), at=NOW))


LEAD = Actor("lead", "facilitator")
ACTORS = (
    LEAD,
    LEAD,  # who does most
    *(Actor(f"p{number}", "participant") for number in range(PEOPLE)),
    Actor("p0~1", "participant"),  # the device on which p0 came back
    Actor("", "wall"),
    Actor("nobody", "participant"),
)
# What ends a workshop, or somebody's part in it, is asked for less often.
SEEN_BY = (LEAD, *(Actor(pid, "participant") for pid in ("p0", "p0~1", "p2")), Actor("", "wall"))
NAMES = (
    *COMMANDS,
    *(name for name in COMMANDS if name not in ("close", "seal", "remove", "role", "person")),
    *["place", "edit", "mark", "round", "mark", "mark"] * 2,
)
ODD: tuple[Any, ...] = (
    "", "__proto__", "constructor", "\ud800", "\u202e\u200b", "x" * 41, "g99", "\x00", 0, -1, 2**53, 1e308, True, None,
    b"", [], {}, [[[]]], float("nan"),
)  # fmt: skip
FIELDS = {name: get_type_hints(kind, include_extras=False) for name, kind in COMMANDS.items()}
CALLED = {"acting": "as", "first": "from", "last": "to"}


class Choices:
    """Choices that bytes make; when they are used up, the first one every time."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> bool:
        return self._at < len(self._data)

    def number(self, below: int) -> int:
        byte = self._data[self._at] if self.left else 0
        self._at += 1
        return byte % below

    def one(self, of: Any) -> Any:
        return of[self.number(len(of))]

    def bytes(self) -> bytes:
        size = self.number(64)
        self._at += size
        return self._data[self._at - size : self._at]


def _pools(board: Board, script: method.Method) -> dict[str, list[Any]]:
    """By field, values that mean something on this board."""
    lanes = [lane.id for sheet in script.sheets for lane in sheet.lanes] + ["2020", "2021", ""]
    up = sorted(note.id for note in board.notes.values() if note.reach != "own")
    here = script.round(board.round).sheet
    up.sort(key=lambda one: board.notes[one].sheet != here)  # those that the round is about first
    notes = [*up[:12], *board.bin, *sorted(board.notes)[:8], *(f"note{number:08}" for number in range(4))]
    rows = [*sorted(board.rows), "g1", "g2", ""]
    seats = [*sorted(board.seats), "hosted01"]
    return {
        "note": notes, "lane": lanes, "row": rows, "seat": seats, "acting": ["", *seats], "until": [*lanes],
        "sheet": [sheet.id for sheet in script.sheets], "scope": ["", "all", "groups", "g1", "g2"],
        "group": ["g1", "g2", "g3", ""], "text": ["et ord", "a\nb", "\u202eabc", " ", "ord " * 60],
        "name": ["Ann", ""], "title": ["t"], "venue": ["p"], "size": [2, 3, 50], "minutes": [1, 600],
        "spot": [0, 7, 1_000_000], "first": [2000, 1990, 2200, 0], "last": [2026, 1900, 600], "step": [1, 15],
        "to": ["", *notes, *lanes], "version": [1, 2], "number": [1, 0, 2],
        "line": [*board.pad, *(f"line{number:08}" for number in range(3))], "round": [*board.visited, "nowhere"],
        "turn": [0, 1, 2], "part": [part.id for part in script.parts], "count": [4, 2, 50],
        **_answers(script), **_cards(board, script),
        "about": [[], *([one] for one in _elements(board, script)), ["none>leads>none"]],
        "links": [{}, *({kind.id: up[:2]} for sheet in script.sheets for kind in sheet.links)],
        "notes": [up[at : at + 2] for at in range(0, len(up), 2)], "of": [[], *([one] for one in up[:6]), rows[:1]],
    }  # fmt: skip


def _answers(script: method.Method) -> dict[str, list[Any]]:
    """The words that notes may carry, and the fields that they may answer."""
    kinds = [kind for sheet in script.sheets for kind in sheet.marks]
    words = [(kind.id, word.id) for kind in kinds for word in kind.words]
    fields = [field for sheet in script.sheets for lane in sheet.lanes for field in lane.fields]
    return {
        "kind": [kind.id for kind in kinds], "word": ["", *(word for _, word in words)],
        "marks": [{}, *({kind: word} for kind, word in words)], "field": [field.id for field in fields],
        "value": ["et svar", "none", "2027-01-31", "", *(option.id for field in fields for option in field.options)],
        "fields": [{}, {}, *({field.id: "2027-01-31"} for field in fields)],
        "when": ["2027-01-31", ""], "began": ["", "et ord"],
    }  # fmt: skip


def _linkable(board: Board, script: method.Method, name: str) -> dict[str, list[Any]]:
    """By field of op link or unlink: notes of the round's sheet, kinds, what they lead to; to unlink: linked notes."""
    sheet = script.sheet(script.round(board.round).sheet)
    kinds = sheet.links if sheet is not None else ()
    starts = {lane for kind in kinds for lane in kind.starts}
    ends = {lane for kind in kinds for lane in kind.ends}
    notes = sorted(board.notes.values(), key=lambda note: note.id)
    linked = [note for note in notes if note.links] if name == "unlink" else []
    return {
        "kind": [kind.id for kind in kinds], "note": [note.id for note in linked or notes if note.lane in starts],
        "other": sorted({other for note in linked for others in note.links.values() for other in others})
        or [note.id for note in notes if note.lane in ends and note.reach != "own"],
    }  # fmt: skip


def _elements(board: Board, script: method.Method) -> list[str]:
    """Notes and links of sheets that notes may be about."""
    sheets = {name for sheet in script.sheets for lane in sheet.lanes for name in lane.about}
    notes = [note for _, note in sorted(board.notes.items()) if note.sheet in sheets]
    links = [f"{note.id}>{kind}>{one}" for note in notes for kind, ids in note.links.items() for one in ids]
    return [*(note.id for note in notes[:8]), *links[:8]]


def _sayable(board: Board, script: method.Method) -> dict[str, list[Any]]:
    """For op about: notes that may name elements."""
    lanes = {(sheet.id, lane.id) for sheet in script.sheets for lane in sheet.lanes if lane.about}
    return {"note": [note.id for _, note in sorted(board.notes.items()) if (note.sheet, note.lane) in lanes]}


def _cards(board: Board, script: method.Method) -> dict[str, list[Any]]:
    return {
        "deck": [deck.id for deck in script.decks],
        "cards": [[one] for one in board.stack[:5]],
        "after": ["", *board.seats],
    }


def _args(choices: Choices, name: str, pools: dict[str, list[Any]], script: method.Method) -> dict[str, Any]:
    """Arguments for an op: mostly of the right kind, seldom odd, missing or too many."""
    args: dict[str, Any] = {}
    if name == "round":
        pools = {**pools, "to": [item.id for item in script.rounds]}
    fields = FIELDS[name]
    if name == "reveal":  # all of its fields together are refused as such
        fields = {field: fields[field] for field in choices.one((("sheet", "lane"), ("group",), ("note",)))}
    for field, kind in fields.items():
        how = choices.number(64)
        if how < 4 or (how < 40 and (field in ("acting", "row", "side", "until", "confirm") or None in get_args(kind))):
            continue
        words = [word for word in get_args(kind) if isinstance(word, str)]
        if how == 63:
            value = choices.one(ODD)
        elif kind is bool:
            value = bool(choices.number(2))
        elif words:
            value = choices.one(words)
        else:
            value = choices.one(pools.get(field) or ["", "x"])
        args[CALLED.get(field, field)] = value
    if choices.number(32) == 31:
        args["author"] = "lead"
    return args


def _message(choices: Choices, board: Board, script: method.Method, n: int) -> bytes:
    if choices.number(24) == 23:
        return choices.bytes()
    fits = _fits(script, board)
    name = choices.one(fits if choices.number(2) else NAMES)
    pools = _pools(board, script) | (_linkable(board, script, name) if name in ("link", "unlink") else {})
    pools |= _sayable(board, script) if name == "about" else {}
    pools |= _followed(board, script) if name == "now" else {}
    maps = [sheet.id for sheet in script.sheets if any(lane.place for lane in sheet.lanes)]
    pools |= {"sheet": maps} if name in ("freeze", "unfreeze") and maps else {}
    said = ["op", n, name, _args(choices, name, pools, script)]
    try:
        return wire.pack(said)
    except (UnicodeEncodeError, OverflowError):
        return choices.bytes()


# Ops that are done in few rounds only, by what such a round grants: else hardly any would be.
GRANTED = {
    "gather": ("gather", "gather", "apart"), "pick": ("pick", "count"), "mark": ("mark",), "move": ("restore",),
    "prepare": ("deck", "sort"), "draw": ("draw", "skip", "free", "ring"), "claim": ("claim",),
    "heading": ("write",), "place": ("place",), "turn": ("turn",),
}  # fmt: skip


def _followed(board: Board, script: method.Method) -> dict[str, list[Any]]:
    """What may be followed up in a round, and that nothing is."""
    follow = script.round(board.round).follow
    lanes = follow.lanes if follow is not None else ()
    return {"note": ["", *(note.id for _, note in sorted(board.notes.items()) if note.lane in lanes)]}


def _fits(script: method.Method, board: Board) -> list[str]:
    item = script.round(board.round)
    found = [
        name
        for grant, names in GRANTED.items()
        if getattr(item, grant) not in ((), {}, False, "none")
        for name in names
    ]
    here = script.sheet(item.sheet)
    answers = ["set"] * 4 if here is not None and any(lane.fields for lane in here.lanes) else []
    links = ["link", "link", "unlink"] if here is not None and here.links else []
    says = ["about"] * 3 if here is not None and any(lane.about for lane in here.lanes) else []
    says += ["freeze", "freeze", "unfreeze"] if here is not None and any(lane.place for lane in here.lanes) else []
    says += ["now"] if item.follow is not None else []
    return [*found, *answers, *links, *says, "pad", "write", *(["hand"] if script.parts else ())]


def _needed(sheet: method.Sheet, lane: str) -> dict[str, str]:
    """Answers with which a note may lie in a lane that needs some."""
    said = {"text": "et ord", "date": "2027-01-12"}
    there = sheet.lane(lane)
    return {field.id: said[field.kind] for field in there.fields if field.kind in said} if there and there.needs else {}


def _rounds(script: method.Method) -> list[Board]:
    """A workshop in each of its rounds, with somebody's notes in every lane that was open on the way."""
    board, found, count = _begin(script), [], 0

    def try_it(actor: Actor, name: str, **args: Any) -> None:
        nonlocal board
        with contextlib.suppress(Refused):
            board = _done(board, script, actor, parse(name, args), now=NOW)

    for item in script.plan(board.leader):
        try_it(LEAD, "round", to=item.id, confirm=True)
        sheet = script.sheet(item.sheet)
        for lane in item.lanes or [lane.id for lane in sheet.lanes] if sheet else []:
            for number in range(2):
                for row in ("", "g1", "g2"):
                    count += 1
                    note = f"played{count:06}"
                    word = {"note": note, "text": "et ord", "sheet": item.sheet, "lane": lane, "row": row}
                    try_it(Actor(f"p{number}", "participant"), "write", **word)
                    if "facilitator" in item.write:
                        try_it(LEAD, "write", **{**word, "note": f"leads{count:07}", "fields": _needed(sheet, lane)})
                    try_it(LEAD, "turn", act="give", seat=f"seat000{number + 1}", scope=row or "all")
                    try_it(Actor(f"p{number}", "participant"), "place", note=note, lane=lane, row=row)
            try_it(LEAD, "reveal", sheet=item.sheet, lane=lane)
        for note in [note.id for note in board.notes.values() if note.reach != "own"][:2]:
            try_it(Actor("p0", "participant"), "mark", note=note, kind="chosen", word="chosen")
        for group in ("g1", "g2"):
            try_it(LEAD, "reveal", group=group)
        for kind in sheet.links if sheet else ():
            starts = [note for note in board.notes.values() if note.lane in kind.starts]
            ends = [note.id for note in board.notes.values() if note.lane in kind.ends and note.reach != "own"]
            for start in starts[:3]:
                try_it(Actor(start.author, "participant"), "link", note=start.id, kind=kind.id, other=(ends or [""])[0])
        if item.gather:
            together = [note.id for note in board.notes.values() if note.sheet == item.sheet and note.reach == "all"]
            try_it(LEAD, "gather", note=f"gathered{count:06}", notes=together[:2], text="et ord")
        if item.pick and sheet:
            for lane in sheet.lanes:
                try_it(LEAD, "pick", note=f"picked{lane.id}"[:24].ljust(12, "0"), text="et ord", lane=lane.id)
        if sheet is not None and any(lane.place for lane in sheet.lanes):
            try_it(LEAD, "freeze", sheet=sheet.id)
        if mine := [note.id for note in board.notes.values() if note.author == "p1"]:
            try_it(Actor("p1", "participant"), "delete", note=mine[-1])
        found.append(board)
    return found


BOARDS: list[list[Board]] = []


def one_input(data: bytes) -> None:
    """One workshop."""
    choices = Choices(data)
    which = choices.number(len(METHODS))
    if not BOARDS:
        BOARDS.extend(map(_rounds, METHODS))
    script, board, now, n = METHODS[which], choices.one(BOARDS[which]), NOW, 0
    while choices.left:
        n += 1
        now += choices.one((0, 0, 0, 0, 0, 0, 1, 11)) * MINUTE
        actor = choices.one(ACTORS)
        with contextlib.suppress(wire.BadFrame, Refused):
            match wire.read(_message(choices, board, script, n)):
                case wire.Op(name=name, args=args):
                    board = _done(board, script, actor, parse(name, args), now=now)
    _looked_at(board, script)
    assert wire.unpack_board(wire.pack_board(board)) == board


def _done(board: Board, script: method.Method, actor: Actor, command: Any, *, now: int) -> Board:
    events = decide.decide(board, script, actor, command, now)
    n = board.version + 1  # never one that the tab has had
    packed = wire.pack_entry(Entry(tuple(events), pid=actor.pid, role=actor.role, tab="t" * 16, n=n, at=now))
    return fold(board, board.version + 1, wire.unpack_entry(packed))


def _looked_at(board: Board, script: method.Method) -> None:
    """Everybody's view can be made and sent, and holds no draft."""
    drafts = {f"note:{note.id}" for note in board.notes.values() if note.reach == "own"}
    for seen_by in SEEN_BY:
        shown = view(board, script, audience(board, seen_by))
        assert not drafts & shown.keys()
        wire.pack([shown, personal(board, script, seen_by)])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
