"""What older releases wrote in method files, in the words of the present one. For stored texts of boards only (M3).

A board keeps the text of its method. Where a later release requires a field or names it otherwise, the decoded text is
changed here, in place, before it becomes a `Method`. A new file with an older key is refused (`method_file`).

What may not live here: TOML (`method_file`), and what a board itself stored (`schema`).
"""

from typing import Any, Final

from board_schema.forms import FORMS

Raw = dict[str, Any]

EFFECT: Final = "effect"  # the kind of marks whose words say what the `side` of a note said
_SIDED: Final = ("timeline",)  # the forms on which notes had one
_SIDES: Final = {
    "id": EFFECT,
    "title": {"da": "Hvad gjorde det ved os?", "en": "What did it do to us?"},
    "default": "both",
    "words": [
        {
            "id": "up",
            "title": {"da": "har styrket os", "en": "strengthened us"},
            "short": {"da": "+ styrkede", "en": "+ strengthened"},
            "sign": "+",
            "side": "up",
        },
        {
            "id": "both",
            "title": {"da": "både styrket og udfordret", "en": "both strengthened and challenged"},
            "short": {"da": "begge dele", "en": "both"},
            "sign": "+ −",
            "side": "both",
        },
        {
            "id": "down",
            "title": {"da": "har udfordret os", "en": "challenged us"},
            "short": {"da": "− udfordrede", "en": "− challenged"},
            "sign": "−",
            "side": "down",
        },
    ],
}

# What a new file with an older key is told to write instead.
INSTEAD = {
    "choose": 'is written mark = { chosen = ["group"] } now, with [[sheets.marks]] of the id chosen on that sheet',
    "fate": 'is written mark = { fate = ["facilitator"] } now, with [[sheets.marks]] of the id fate where notes lie',
    "points_to": 'is written as a [[sheets.links]] of the sheet now, with from = ["this lane"] and to = ["the other"]',
    "fates": 'is written shows = "fate" now, with [[sheets.marks]] of that id where notes lie',
}


def raise_text(raw: Raw) -> None:
    """The decoded text of a board's method, with the present keys."""
    if "asks" not in raw:  # a field that every file must have since notes have no side of their own
        _marks(raw)
    _front_page(raw)
    _rows(raw)
    _links(raw)
    _names(raw)


def _front_page(raw: Raw) -> None:
    """What only the front page shows: a board that exists is on no front page."""
    pitch = raw.get("pitch", {})
    for field, value in (("asks", pitch), ("unless", pitch), ("kind", "understand")):
        raw.setdefault(field, value)


def _marks(raw: Raw) -> None:
    """Notes of a timeline had a side, said by whoever wrote or moved them."""
    rounds = _tables(raw, "rounds")
    for sheet in _tables(raw, "sheets"):
        if sheet.get("form") not in _SIDED:
            continue
        for holder in (sheet, *_tables(sheet, "lanes")):
            for example in _tables(holder, "examples"):
                if side := example.pop("side", ""):
                    example["marks"] = {EFFECT: side}
        about = [item for item in rounds if item.get("sheet") == sheet.get("id")]
        if not about:
            continue
        sheet["marks"] = [_SIDES]
        for item in about:
            if grants := _list(item, "move"):
                item["mark"] = {EFFECT: list(grants)}
        # Everybody could give a draft a side, in any round.
        if not any({"own", "turn"} & set(item.get("mark", {}).get(EFFECT, ())) for item in about):
            about[0]["mark"] = {EFFECT: [*about[0].get("mark", {}).get(EFFECT, ()), "own"]}


def _names(raw: Raw) -> None:
    """No field said that its answers name somebody (R42): who does a next step, which is handed on as a trial."""
    lanes = [lane for sheet in _tables(raw, "sheets") for lane in _tables(sheet, "lanes")]
    fields = [(lane, field) for lane in lanes for field in _tables(lane, "fields")]
    if any("along" in lane for lane in lanes) or any("stays" in field for _, field in fields):
        return  # a text that says itself what is handed on
    for lane, field in fields:
        if lane.get("becomes") == "trial" and (field.get("id"), field.get("kind")) == ("who", "text"):
            field["stays"] = True


BELONGS: Final = "belongs"  # the kind of links that says at which note another one pointed


def _links(raw: Raw) -> None:
    """A lane named one other, at whose notes its own pointed; answers of a leader pointed at what they answered."""
    for sheet in _tables(raw, "sheets"):
        pairs = [(lane, [to]) for lane in _tables(sheet, "lanes") if (to := lane.pop("points_to", ""))]
        if "links" not in sheet:
            pairs += [(lane, answered) for lane in _tables(sheet, "lanes") if (answered := _list(lane, "answers"))]
        if pairs:
            title = {"da": "Hører til", "en": "Belongs to"}
            starts = [lane.get("id") for lane, _ in pairs]
            ends = list(dict.fromkeys(lane for _, lanes in pairs for lane in lanes))
            sheet["links"] = [{"id": BELONGS, "title": title, "from": starts, "to": ends}]


def _list(raw: Raw, key: str) -> list[Any]:
    """A list of a decoded text; empty where there is none: what is wrong is told when it becomes a `Method`."""
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _tables(raw: Raw, key: str) -> list[Raw]:
    return [one for one in _list(raw, key) if isinstance(one, dict)]


# The words of rows, which older releases knew by themselves.
CHOSEN = {
    "id": "chosen",
    "title": {"da": "Hvad vil I undersøge?", "en": "What will you look into?"},
    "words": [{"id": "chosen", "title": {"da": "Valgt", "en": "Chosen"}, "sign": "✓"}],
}
DEPTH = {
    "id": "depth",
    "title": {"da": "Har I været i dybden?", "en": "Have you looked deeper?"},
    "words": [{"id": "enough", "title": {"da": "Vi har været i dybden", "en": "We have looked deeper"}}],
}
FATE = {
    "id": "fate",
    "title": {"da": "Hvor står dilemmaet nu?", "en": "Where does the dilemma stand now?"},
    "words": [
        {
            "id": "dissolved",
            "title": {"da": "Opløst", "en": "Dissolved"},
            "sign": "◌",
            "color": "sky",
            "hint": {
                "da": "Da vi så nærmere på det, var det ikke et dilemma længere.",
                "en": "When we looked closer, it was no longer a dilemma.",
            },
        },
        {
            "id": "solved",
            "title": {"da": "Løst", "en": "Solved"},
            "sign": "✓",
            "color": "mint",
            "hint": {"da": "Vi har aftalt, hvad vi gør.", "en": "We have agreed what to do."},
        },
        {
            "id": "analysis",
            "title": {"da": "Skal undersøges mere", "en": "Needs a closer look"},
            "sign": "⌕",
            "color": "yellow",
            "hint": {
                "da": "Vi forstår det ikke godt nok endnu og ser på det igen.",
                "en": "We do not understand it well enough yet, and come back to it.",
            },
        },
        {
            "id": "paradox",
            "title": {"da": "Paradoks", "en": "Paradox"},
            "sign": "⇄",
            "color": "lilac",
            "becomes": "lift",
            "hint": {
                "da": "Begge sider bliver ved med at trække. Vi finder måder at leve med det på.",
                "en": "Both sides will go on pulling. We find ways to live with that.",
            },
        },
    ],
}


def _has_rows(sheet: Raw) -> bool:
    form = FORMS.get(sheet.get("form", ""))
    return form is not None and form.makes_rows


def _rows(raw: Raw) -> None:
    """Choosing a note, and what was said of its row, were no marks: `choose`, `fate`, `fates`, and op `deep`."""
    rounds, sheets = raw.get("rounds", []), raw.get("sheets", [])
    if not any("choose" in item for item in rounds):
        return
    grid: Raw = next((sheet for sheet in sheets if _has_rows(sheet)), {})
    choosing = [item.get("sheet") for item in rounds if item.get("choose")] if grid else []
    here = [item for item in rounds if choosing and item.get("sheet") == grid["id"]]
    lanes = grid.get("lanes", []) if choosing else []
    said = [lane for lane in lanes if lane.get("fates")] if any(item.get("fate") for item in here) else []
    deep = [lane for lane in lanes if lane.get("after")] if any(item.get("group") for item in here) else []
    for field, kind, found in (("shows", "fate", said), ("unless", "depth", deep)):
        for lane in found:
            lane[field] = kind
    for lane in (lane for sheet in sheets for lane in sheet.get("lanes", [])):
        lane.pop("fates", None)
    for item in rounds:
        chosen, fate = item.pop("choose", []), item.pop("fate", [])
        granted = {
            "chosen": chosen if choosing else [],
            "fate": fate if said and item in here else [],
            "depth": ["group"] if deep and item in here and item.get("group") else [],
        }
        item["mark"] = item.get("mark", {}) | {kind: grants for kind, grants in granted.items() if grants}
    kinds = [CHOSEN, *([DEPTH] if deep else []), *([FATE] if said else [])]
    for sheet in sheets:
        if sheet.get("id") in choosing:
            sheet["marks"] = [*sheet.get("marks", []), *kinds]
