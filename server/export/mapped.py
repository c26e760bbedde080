"""What of a view a map is laid from (maps.py), and what a poster tells under it: texts in one language, nobody's names.

What may not live here: the layout, and what stands beside a map in other words (reading.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from server.export.content import Printed
from server.export.records import one_line
from server.export.words import NO_DATE, Lang, say, spell

_LANE: Final = ("id", "place", "color")
_LINK: Final = ("id", "sign", "from")
_NOTE: Final = ("kind", "text", "lane", "spot", "links", "marks")
_CIRCLE: Final = ("notes", "loop", "name", "proposed")


def mapped(view: Mapping[str, Mapping[str, Any]], sheet: Mapping[str, Any], *, lang: Lang) -> dict[str, Any] | None:
    """The map of a sheet; None where its lanes are no places of a picture."""
    if not any(lane.get("place") for lane in sheet.get("lanes", ())):
        return None

    def some(record: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
        return {field: record[field] for field in fields if field in record}

    def titled(record: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
        title = record.get("title") or {}
        return {**some(record, fields), "title": title.get(lang) or title.get("da") or ""}

    key = sheet["id"]
    notes = [
        {"marks": {}, "links": {}, **some(record, _NOTE), "id": name[5:], "sheet": key, "row": "", "side": ""}
        for name, record in sorted(view.items())
        if name.startswith("note:") and record.get("sheet") == key and record.get("kind") in ("note", "gathering")
    ]
    circles = [
        {**some(record, _CIRCLE), "id": name[7:], "sheet": key}
        for name, record in sorted(view.items())
        if name.startswith("circle:") and record.get("sheet") == key
    ]
    marks = [
        {"id": kind["id"], "words": [{"id": word["id"]} for word in kind.get("words", ())]}
        for kind in sheet.get("marks", ())
    ]
    return {
        "lang": "en" if view["board"].get("lang") == "en" else "da",
        "sheet": {
            "id": key,
            "lanes": [titled(lane, _LANE) for lane in sheet["lanes"]],
            "links": [titled(kind, _LINK) for kind in sheet.get("links", ())],
            "marks": marks,
        },
        "notes": notes,
        "circles": circles,
    }


def told(view: Mapping[str, Mapping[str, Any]], sheet: Mapping[str, Any], *, lang: Lang) -> Iterator[Printed]:
    """What the sheet's `prints` say (SPEC 2), each text once, without those that have nothing to tell."""
    for each in sheet.get("prints", ()):
        found = [
            (each["lanes"].index(note["lane"]), note.get("spot") or 0, name, note)
            for name, note in view.items()
            if name.startswith("note:") and note.get("kind") == "note" and note.get("sheet") == each["sheet"]
            and note.get("lane") in each["lanes"]
        ]  # fmt: skip
        # Whoever chose what to say, and wrote nothing of their own, said what the lane is called.
        # A version in a report is told by itself: the other sheets are not in its view.
        lanes = view.get(f"sheet:{each['sheet']}", {}).get("lanes", ())
        called = {title for lane in lanes if lane["id"] in each["lanes"] for title in lane["title"].values()}
        notes = [note for *_, note in sorted(found, key=lambda one: one[:3]) if note.get("text") not in called]
        lines = list(dict.fromkeys(line for note in notes if (line := _line(note, each, lang=lang))))
        title = each["title"]
        if lines:
            yield Printed(title=title.get(lang) or title.get("da") or "", lines=tuple(lines))


def _line(note: Mapping[str, Any], each: Mapping[str, Any], *, lang: Lang) -> str:
    answers = note.get("fields") or {}
    text = one_line(str(answers.get(each["field"]) or "" if each.get("field") else note.get("text", "")))
    day = answers.get(each.get("until") or "") or NO_DATE
    return (
        f"{text}, {say('until', lang, day=spell(date.fromisoformat(day), lang))}" if text and day != NO_DATE else text
    )
