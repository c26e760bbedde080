"""What older releases wrote in method files, in the words of the present one. For stored texts of boards only (M3).

A board keeps the text of its method. Where a later release requires a field or names it otherwise, the decoded text is
changed here, in place, before it becomes a `Method`. A new file with an older key is refused (`method_file`).

What may not live here: TOML (`method_file`), and what a board itself stored (`schema`).
"""

from typing import Any, Final

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


def raise_text(raw: Raw) -> None:
    """The decoded text of a board's method, with the present keys."""
    if "asks" not in raw:  # a field that every file must have since notes have no side of their own
        _marks(raw)
    _front_page(raw)


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


def _list(raw: Raw, key: str) -> list[Any]:
    """A list of a decoded text; empty where there is none: what is wrong is told when it becomes a `Method`."""
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _tables(raw: Raw, key: str) -> list[Raw]:
    return [one for one in _list(raw, key) if isinstance(one, dict)]
