"""A built-in method's file in which every text that not everybody is sent carries a mark of its own.

Which texts those are is said by the table below, field by field (V13, D1, H8), and by no method's id. What may not live
here: connections.
"""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.rules.play import METHODS_FOLDER, SECRET

Table = dict[str, Any]
CARDS = 12  # of the theme
TONES = ("good", "hard", "open")
THEME = "marked"
SECTIONS = ("sheets", "lanes", "fields", "marks", "parts", "decks", "rounds")


@dataclass(frozen=True)
class Told:
    """To whom a text of the file is sent: `who` is `F`, `pad` (who keeps the pad), `part` (who has it) or `nobody`.

    With `when`, only in that round; where it `lasts`, from that round on.
    """

    who: str
    when: str = ""
    part: str = ""
    lasts: bool = False


Marks = dict[str, Told]


def mark() -> str:
    """A text that stands nowhere else, as `SECRET` of the rules' tests finds it; a Danish letter meets escapes."""
    return f"cnry{secrets.token_hex(5)}ø"


def marks_in(data: bytes | str) -> set[str]:
    """The marks in bytes or a text."""
    return {found.decode() for found in SECRET.findall(data.encode() if isinstance(data, str) else data)}


def marked(stem: str) -> tuple[str, Marks]:
    """The text of a method file with the id `marked-…`, and whose each mark in it is."""
    method = tomllib.loads((METHODS_FOLDER / f"{stem}.toml").read_text(encoding="utf-8"))
    method["id"] = f"marked-{stem}"
    marks: Marks = {}
    for holder, key, told in places(method):
        if key in holder:
            holder[key] = remade(holder[key], told, marks)
    if any(sheet["form"] == "deck" for sheet in method.get("sheets", ())):
        method["decks"] = [deck(marks)]
    return "\n".join(lines(method)), marks


def places(method: Table) -> Iterator[tuple[Table, str, Told]]:
    """Every field whose texts not all are sent, whether it is there or not: its table, its key, who is sent it."""
    for key in ("before", "leader_question", "leader_part", "leader_listen", "leader_told"):
        yield method, key, Told("F")
    for part in method.get("parts", ()):
        yield part, "say", Told("part", part=part["id"])
    for item in method["rounds"]:
        yield item, "say", Told("F")
        yield item, "pad", Told("pad")
        if not item.get("group") and not item.get("ask_all"):
            yield item, "questions", Told("F")
        for part, own in item.get("for", {}).items():
            for key in own:
                yield own, key, Told("part", when=item["id"], part=part, lasts=key == "words")
    for sheet in method.get("sheets", ()):
        for holder in (sheet, *sheet.get("lanes", ())):
            yield holder, "examples", Told("nobody")


def remade(value: Any, told: Told, marks: Marks) -> Any:
    """The value with each text in it a mark in both languages, and nothing else of it changed."""
    if isinstance(value, list):
        return [remade(one, told, marks) for one in value]
    text = mark()
    marks[text.removesuffix("ø")] = told
    return {**value, "da": text, "en": text}


def deck(marks: Marks) -> Table:
    """A theme whose every card is a mark; a card is nobody's until it is drawn or turned, and is a note then."""
    cards = [{**remade({}, Told("nobody"), marks), "tone": TONES[at % 3]} for at in range(CARDS)]
    return {"id": THEME, "title": {"da": "Mærket", "en": "Marked"}, "cards": cards}


def lines(table: Table, path: str = "") -> Iterator[str]:
    """A table of a method file as TOML."""
    deep = {key: value for key, value in table.items() if key == "for" or is_tables(key, value)}
    for key, value in table.items():
        if key not in deep:
            yield f"{key} = {inline(value)}"
    for key, value in deep.items():
        for name, one in value.items() if key == "for" else (("", each) for each in value):
            where = f"{path}{key}.{name}" if name else f"{path}{key}"
            yield f"\n[{where}]" if name else f"\n[[{where}]]"
            yield from lines(one, f"{path}{key}.")


def is_tables(key: str, value: Any) -> bool:
    """Whether it is a list that a method file writes as tables of their own; `lanes` of rounds are ids."""
    return key in SECTIONS and bool(value) and isinstance(value[0], dict)


def inline(value: Any) -> str:
    """A value in one line; a list with a line for each of its values, as there are at most 200 full stops in one."""
    made: Callable[[Any], str] = inline
    match value:
        case dict():
            return "{ " + ", ".join(f"{key} = {made(one)}" for key, one in value.items()) + " }"
        case list():
            return "[\n" + "".join(f"  {made(one)},\n" for one in value) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bool():
            return str(value).lower()
        case _:
            return str(value)
