"""Random but plausible ops: real ids of the board, in and out of turn, allowed or not."""

from random import Random
from typing import Any

from board_schema.board import Board, Person
from board_schema.forms import form_of
from board_schema.method import Method

OPS = {
    "write": 22, "edit": 8, "place": 12, "move": 7, "delete": 4, "restore": 3, "undo": 5, "ready": 3, "turn": 12,
    "gather": 4, "apart": 2, "set": 3, "name": 1, "pad": 3, "mark": 7, "link": 4, "unlink": 1, "pick": 2, "count": 1,
}  # fmt: skip
LEAD = {
    "timer": 2, "reveal": 5, "notice": 1, "walk": 1, "setup": 1, "door": 1, "sitting": 0.1, "groups": 1, "group": 2,
    "role": 1, "colead": 1, "remove": 0.3, "turn": 6, "pad": 3, "mark": 4, "link": 2, "unlink": 1,
    "pick": 6, "count": 3,
}  # fmt: skip
# Where there are cards.
CARDS = {"draw": 4, "skip": 2, "free": 1, "claim": 5, "ring": 0.2, "deck": 0.1, "sort": 0.4}

ON_SHEETS = (
    "write", "edit", "place", "move", "delete", "restore", "pad", "reveal", "walk", "set",
    "mark", "link", "unlink", "about", "pick", "count",
)  # fmt: skip


def op(
    rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str
) -> tuple[str, dict[str, Any]]:
    """An op and its args for somebody. `note_id` and `text` are used where something new is written."""
    kinds = {**OPS, **LEAD} if person.role == "facilitator" or rng.random() < 0.03 else OPS
    if method.parts:
        kinds = {**kinds, "hand": 6}
    if not method.sheets:
        kinds = {name: weight for name, weight in kinds.items() if name not in ON_SHEETS}
    if method.decks:
        kinds = {**kinds, **CARDS}
    if _abouts(method):
        kinds = {**kinds, "about": 4, **({"freeze": 1, "unfreeze": 0.3} if person.role == "facilitator" else {})}
    if any(item.follow for item in method.rounds):
        kinds = {**kinds, "now": 3}
    if not board.notes:
        kinds = {name: weight for name, weight in kinds.items() if name not in ("edit", "place", "move", "delete")}
    name = rng.choices(list(kinds), list(kinds.values()))[0]
    return name, _ARGS[name](rng, board, method, person, note_id, text)


def _sheet(rng: Random, board: Board, method: Method) -> Any:
    now = method.sheet(method.round(board.round).sheet)
    return now if now and rng.random() < 0.8 else rng.choice(method.sheets)


def _lane(rng: Random, board: Board, method: Method, sheet: Any) -> str:
    lanes = [lane.id for lane in sheet.lanes]
    focus = [lane for lane in method.round(board.round).lanes if lane in lanes]
    if focus and rng.random() < 0.8:
        return rng.choice(focus)
    return rng.choice([*lanes, *(lane.id for lane in form_of(sheet).made_lanes(sheet, board))])


def _ends(board: Board, sheet: Any) -> dict[str, Any]:
    """The first and the last lane that the sheet's form makes."""
    made = [lane.id for lane in form_of(sheet).made_lanes(sheet, board)] or [""]
    return {"lane": made[0], "until": made[-1]}


def _row(rng: Random, board: Board, sheet: Any, person: Person) -> str:
    if sheet.form == "grid":
        mine = [r.id for r in board.rows.values() if r.group == person.group]
        pool = mine if mine and rng.random() < 0.8 else list(board.rows)
        return rng.choice(pool) if pool else ""
    if sheet.per_group:
        return person.group if rng.random() < 0.8 or not board.groups else rng.choice(list(board.groups))
    return ""


def _seat(rng: Random, board: Board) -> str:
    return rng.choice(list(board.seats))


def _note(rng: Random, board: Board, person: Person, reach: str = "") -> str:
    mine = [n.id for n in board.notes.values() if n.author == person.pid and (not reach or n.reach == reach)]
    if mine and rng.random() < 0.7:
        return rng.choice(mine)
    return rng.choice(list(board.notes)) if board.notes else "nonote000000"


def _write(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    sheet = _sheet(rng, board, method)
    args: dict[str, Any] = {
        "note": note_id,
        "text": text,
        "sheet": sheet.id,
        "lane": _lane(rng, board, method, sheet) if rng.random() < 0.9 else "",
        "row": _row(rng, board, sheet, person),
    }
    if sheet.links and rng.random() < 0.5:
        args["links"] = {_link_kind(rng, method): [_note(rng, board, person) for _ in range(rng.randint(1, 2))]}
    if _abouts(method) and rng.random() < 0.5:
        args["about"] = _elements(rng, board, method, person)
    args |= _brought(rng, sheet, args["lane"], text)
    if rng.random() < 0.12:
        args |= {"kind": "comment", "under": _note(rng, board, person)}
    elif rng.random() < 0.08:
        args |= {"kind": "heading", "text": text[:60]} | _ends(board, sheet)
    if person.role == "facilitator" and rng.random() < 0.4:
        args["as"] = next((p.seat for p in board.people.values() if p.hosted and not p.gone), "")
    return args


def _spot(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    sheet = _sheet(rng, board, method)
    args = {
        "note": _note(rng, board, person, "own" if rng.random() < 0.6 else ""),
        "lane": _lane(rng, board, method, sheet),
        "row": _row(rng, board, sheet, person),
        "spot": rng.randint(0, 50),
    }
    if sheet.marks and rng.random() < 0.5:
        args["marks"] = dict([_mark(rng, method)])
    return args | _brought(rng, sheet, args["lane"], text)


def _brought(rng: Random, sheet: Any, lane_id: str, text: str) -> dict[str, Any]:
    """Mostly all that a lane needs of answers, now and then with one missing, or with a day before another one."""
    lane = sheet.lane(lane_id)
    if lane is None or not lane.needs or rng.random() < 0.2:
        return {}
    asked = [field for field in lane.fields if field.id in lane.needs and rng.random() < 0.95]
    days = ["2027-01-12", "2027-01-12", "2027-02-01", "none"]
    return {"fields": {field.id: rng.choice(days) if field.kind == "date" else text for field in asked}}


def _mark(rng: Random, method: Method) -> tuple[str, str]:
    """A kind and a word of it, now and then none or one that is not declared."""
    kinds = [kind for sheet in method.sheets for kind in sheet.marks]
    if not kinds or rng.random() < 0.05:
        return rng.choice(["nokind", "side"]), rng.choice(["noword", ""])
    kind = rng.choice(kinds)
    return kind.id, rng.choice([*(word.id for word in kind.words), "", "noword"])


def _mark_args(rng: Random, board: Board, method: Method, person: Person) -> dict[str, Any]:
    kind, word = _mark(rng, method)
    heads = list(board.rows) if kind in method.heads else []
    return {"note": rng.choice(heads) if heads else _note(rng, board, person), "kind": kind, "word": word}


def _link_kind(rng: Random, method: Method) -> str:
    """A kind of links, now and then one that is not declared."""
    kinds = [kind.id for sheet in method.sheets for kind in sheet.links]
    return rng.choice(kinds) if kinds and rng.random() < 0.95 else "nokind"


def _link(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    """Two notes of a kind's sheet where there are some, in lanes that it joins or not."""
    name = _link_kind(rng, method)
    sheet = next((each for each in method.sheets if each.link(name)), None)
    kind = sheet.link(name) if sheet else None
    there = [n for n in board.notes.values() if sheet and n.sheet == sheet.id]
    if not there or kind is None or sheet is None or rng.random() < 0.1:
        return {"note": _note(rng, board, person), "kind": name, "other": _note(rng, board, person)}
    first = [n.id for n in there if sheet.among(kind.starts, n.lane)] or [there[0].id]
    last = [n.id for n in there if sheet.among(kind.ends, n.lane)] or [there[-1].id]
    return {"note": rng.choice(first), "kind": name, "other": rng.choice(last)}


def _unlink(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    there = [(n.id, kind, one) for n in board.notes.values() for kind, others in n.links.items() for one in others]
    if not there or rng.random() < 0.1:
        return _link(rng, board, method, person, note_id, text)
    note, kind, other = rng.choice(there)
    return {"note": note, "kind": kind, "other": other}


def _abouts(method: Method) -> list[Any]:
    """The lanes whose notes may name elements of other sheets."""
    return [lane for sheet in method.sheets for lane in sheet.lanes if lane.about]


def _elements(rng: Random, board: Board, method: Method, person: Person) -> list[str]:
    """Notes and links, mostly of sheets that may be named, now and then of none."""
    sheets = {name for lane in _abouts(method) for name in lane.about}
    notes = [note for note in board.notes.values() if note.sheet in sheets]
    links = [f"{note.id}>{kind}>{one}" for note in notes for kind, others in note.links.items() for one in others]
    there = [*(note.id for note in notes), *links, _note(rng, board, person), "none>leads>none"]
    return rng.sample(there, min(len(there), rng.randint(0, 3)))


def _about(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    sheets = {(sheet.id, lane.id) for sheet in method.sheets for lane in sheet.lanes if lane.about}
    there = [note.id for note in board.notes.values() if (note.sheet, note.lane) in sheets]
    note = rng.choice(there) if there and rng.random() < 0.9 else _note(rng, board, person)
    return {"note": note, "about": _elements(rng, board, method, person)}


def _freeze(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    return {"sheet": rng.choice([sheet.id for sheet in method.sheets])}


def _unfreeze(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    return {**_freeze(rng, board, method, person, note_id, text), "version": rng.randint(1, 3)}


def _turn(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    if person.role != "facilitator":
        return {"act": rng.choice(["take", "take", "done", "later", "pass", "give"])}
    scope = rng.choice([t.scope for t in board.turns.values()] or [""])
    turn = board.turn(scope)
    seat = rng.choice([*turn.queue, *turn.done, turn.holder]) if turn and (turn.queue or turn.done) else ""
    return {"act": rng.choice(["give", "give", "done", "skip", "absent"]), "scope": scope, "seat": seat}


def _reveal(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    if board.groups and rng.random() < 0.5:
        return {"group": rng.choice(list(board.groups))}
    sheet = _sheet(rng, board, method)
    return {"sheet": sheet if isinstance(sheet, str) else sheet.id, "lane": _lane(rng, board, method, sheet)}


def _restore(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    return {"note": rng.choice(list(board.bin)) if board.bin else "nonote000000"}


def _gather(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    heads = [note.id for note in board.notes.values() if note.kind == "gathering"]
    here = [note.id for note in board.notes.values() if note.kind == "note" and note.reach != "own"]
    notes = rng.sample(here, min(len(here), rng.randint(2, 4))) or ["nonote000000"]
    if heads and (rng.random() < 0.4 or len(notes) < 2):
        return {"note": rng.choice(heads), "notes": notes}
    return {"note": note_id, "notes": [*notes, "nonote000001"][: max(2, len(notes))], "text": text[:60]}


def _set(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    """Mostly a field that some lane has, with an answer to it or to another one."""
    fields = [field for sheet in method.sheets for lane in sheet.lanes for field in lane.fields]
    field = rng.choice(fields) if fields else None
    values = [text, "", "none", "2027-01-12", *(option.id for option in (field.options if field else ()))]
    return {"note": _note(rng, board, person), "field": field.id if field else "field", "value": rng.choice(values)}


def _pad(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    if board.pad and rng.random() < 0.5:
        line = rng.choice(list(board.pad))
        return rng.choice([{"act": "delete", "line": line}, {"act": "edit", "line": line, "text": text}])
    about: dict[str, Any] = rng.choice([{}, {"group": f"g{rng.randint(1, 3)}"}, {"turn": rng.randint(1, 3)}])
    return {"act": "write", "line": note_id, "text": text, "round": rng.choice(board.visited), **about}


def _pick(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    sheet = _sheet(rng, board, method)
    of = rng.sample(sorted(board.notes), k=min(len(board.notes), rng.randint(0, 2)))
    return {"note": note_id, "text": text, "lane": rng.choice(sheet.lanes).id if sheet.lanes else "", "of": of}


def _count(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    picked = [note.id for note in board.notes.values() if note.sources or not note.author]
    return {
        "note": rng.choice(picked or [_note(rng, board, person)]),
        "of": _pick(rng, board, method, person, "", "")["of"],
    }


def _hand(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    part = rng.choice(method.parts).id
    seat = person.seat if rng.random() < 0.5 else _seat(rng, board)
    return {"part": part, "seat": seat, "on": rng.random() < 0.8}


def _claim(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    lying = [note.id for note in board.notes.values() if not note.author] or list(board.notes)
    if rng.random() < 0.2 or not lying:
        return {"note": _note(rng, board, person), "on": True}
    return {"note": rng.choice(lying), "on": rng.random() < 0.8}


def _sorted(rng: Random, board: Board, method: Method, person: Person, note_id: str, text: str) -> dict[str, Any]:
    cards = list(method.cards(board.deck)) or ["nocard-1"]
    return {"cards": rng.sample(cards, min(3, len(cards))), "word": rng.choice(["", "first", "last", "out"])}


_ARGS: dict[str, Any] = {
    "pick": _pick,
    "count": _count,
    "hand": _hand,
    "draw": lambda r, b, m, p, i, t: {},
    "skip": lambda r, b, m, p, i, t: {},
    "free": lambda r, b, m, p, i, t: {},
    "claim": _claim,
    "deck": lambda r, b, m, p, i, t: {"deck": r.choice([deck.id for deck in m.decks] or ["none"])},
    "sort": _sorted,
    "ring": lambda r, b, m, p, i, t: {"seat": _seat(r, b), "after": r.choice(["", _seat(r, b)])},
    "write": _write,
    "edit": lambda r, b, m, p, i, t: {"note": _note(r, b, p), "text": t},
    "place": _spot,
    "move": _spot,
    "mark": lambda r, b, m, p, i, t: _mark_args(r, b, m, p),
    "link": _link,
    "unlink": _unlink,
    "about": _about,
    "freeze": _freeze,
    "unfreeze": _unfreeze,
    "now": lambda r, b, m, p, i, t: {"note": _note(r, b, p) if r.random() < 0.8 else ""},
    "delete": lambda r, b, m, p, i, t: {"note": _note(r, b, p)},
    "restore": _restore,
    "undo": lambda r, b, m, p, i, t: {},
    "ready": lambda r, b, m, p, i, t: {"on": r.random() < 0.7},
    "turn": _turn,
    "gather": _gather,
    "apart": lambda r, b, m, p, i, t: {"note": _note(r, b, p)},
    "set": _set,
    "pad": _pad,
    "name": lambda r, b, m, p, i, t: {"name": r.choice(["Anna", "Bo", ""])},
    "timer": lambda r, b, m, p, i, t: {"act": r.choice(["start", "add", "stop"])},
    "reveal": _reveal,
    "notice": lambda r, b, m, p, i, t: {"show": r.random() < 0.5},
    "walk": lambda r, b, m, p, i, t: {
        "sheet": r.choice(m.sheets).id,
        **r.choice([{}, {"part": "2020"}, {"auto": True}]),
    },
    "setup": lambda r, b, m, p, i, t: {"title": f"Tavle {r.randint(1, 99)}"},
    "sitting": lambda r, b, m, p, i, t: {"on": r.random() < 0.5},
    "door": lambda r, b, m, p, i, t: {"open": r.random() < 0.5},
    "groups": lambda r, b, m, p, i, t: {"size": r.randint(2, 5)},
    "group": lambda r, b, m, p, i, t: {"seat": _seat(r, b), "group": f"g{r.randint(1, 5)}"},
    "role": lambda r, b, m, p, i, t: {
        "seat": _seat(r, b),
        "role": r.choice(["participant", "participant", "scribe", "listener"]),
    },
    "colead": lambda r, b, m, p, i, t: {"seat": _seat(r, b), "on": r.random() < 0.7},
    "remove": lambda r, b, m, p, i, t: {"seat": _seat(r, b)},
}
