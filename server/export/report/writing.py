"""A report as Markdown and as JSON (R50).

What may not live here: what a report tells (blocks.py), and paper (paper.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

from server.export.content import Circle, Mark, Note
from server.export.records import one_line
from server.export.report.blocks import Block, Facts, Heading, Picture, Point, Points, Space, Text, asked, blocks
from server.export.report.content import Chain, Pile, Register, Report, Story, Version
from server.export.texts import literal
from server.export.words import say

_LINES: Final = 4  # to write on by hand


def markdown_report(report: Report) -> bytes:
    """Headings and lists; Markdown's syntax characters in texts are escaped."""
    lines = [line for block in blocks(report) for line in _block(block)]
    foot = literal(say("no_names", report.content.lang))
    return "\n".join([*lines, "---", "", f"*{foot}*"]).encode() + b"\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Picture():
            return  # the words after it tell the same
        case Heading():
            if block.over:
                yield from (literal(block.over), "")
            yield f"{'#' * block.level} {literal(one_line(block.text))}"
        case Text():
            title = f"**{literal(one_line(block.title))}:** " if block.title else ""
            before = "> " if block.look == "learned" else ""
            text = literal(block.text).replace("\n", f"  \n{before}")
            strong = {"strong": "**", "large": "**", "quiet": "*"}.get(block.look, "")
            yield f"{before}{title}{strong}{one_line(text) if strong else text}{strong}"
        case Points():
            if block.title:
                yield from (f"**{literal(block.title)}**", "")
            for point in block.points:
                yield from _point(point)
        case Facts():
            yield from (f"- {literal(one_line(asked(title, text)))}" for title, text in block.rows)
        case Space():
            yield f"**{literal(block.title)}:**"
            yield from (line for _ in range(_LINES) for line in ("", "\\_" * 40))
    yield ""


def _point(point: Point) -> Iterator[str]:
    text = literal(point.text).replace("\n", "  \n  ")
    yield f"- {text}"
    yield from (f"  - {literal(one_line(line))}" for line in point.under)


def json_report(report: Report) -> bytes:
    """The documented JSON shape, for programs (SPEC 9).

    {report: 1, what, lang, written, title, venue, began, changed, method: {id, title},
    stations: [{id, title, counts: [{count, title}]}], told: [{title, learned, lines: [{text, of, until}]}],
    coming: [{day, title, text}], parts: [a story or a register]}

    A story: {id, title, versions: [{number, day, lanes: [{id, title, notes}], circles: [{name, marks, proposed, notes,
    loop, text}], links, changes, answers: [{id, title, notes}]}], unsorted: null or {id, title, notes}}; a register:
    {id, title, lifts, lanes: [{id, title, chains: [[note]]}]}; a note: {text, lane,
    marks: [{kind, word, title, asked}], about, links: [{kind, title, text}], answers: [{field, title, value, words}],
    said, sources}.
    """
    content = report.content
    shape = {
        "report": 1,
        "what": report.what,
        "lang": content.lang,
        "written": content.written,
        "title": content.title,
        "venue": content.venue,
        "began": _day(report.began),
        "changed": _day(report.changed),
        "method": {"id": content.method_id, "title": content.method},
        "stations": [
            {"id": one.id, "title": one.title, "counts": [{"count": n, "title": words} for n, words in one.counts]}
            for one in report.stations
        ],
        "told": [
            {
                "title": told.title,
                "learned": told.learned,
                "lines": [{"text": one.text, "of": one.of, "until": _day(one.until)} for one in told.lines],
            }
            for told in report.told
        ],
        "coming": [{"day": _day(one.day), "title": one.title, "text": one.text} for one in report.coming],
        "parts": [
            _story(report, part) if isinstance(part, Story) else _register(report, part) for part in report.parts
        ],
    }
    return json.dumps(shape, ensure_ascii=False, indent=2).encode() + b"\n"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _story(report: Report, story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "versions": [_version(report, one) for one in story.versions],
        "unsorted": None if story.unsorted is None else _pile(report, story.unsorted),
    }


def _version(report: Report, version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "day": _day(version.day),
        "lanes": [_pile(report, pile) for pile in version.piles],
        "circles": [_circle(circle) for circle in version.sheet.circles],
        "links": list(version.links),
        "changes": list(version.changes),
        "answers": [_pile(report, pile) for pile in version.answers],
    }


def _circle(circle: Circle) -> dict[str, Any]:
    return {
        "name": circle.name,
        "marks": _marks(circle.marks),
        "proposed": circle.proposed,
        "notes": list(circle.notes),
        "loop": circle.loop,
        "text": circle.line,
    }


def _register(report: Report, register: Register) -> dict[str, Any]:
    def chains(found: Iterable[Chain]) -> list[list[dict[str, Any]]]:
        return [[_note(report, note) for note in each.notes] for each in found]

    return {
        "id": register.id,
        "title": register.title,
        "lifts": register.lifts,
        "lanes": [{"id": lane.id, "title": lane.title, "chains": chains(lane.chains)} for lane in register.lanes],
    }


def _pile(report: Report, pile: Pile) -> dict[str, Any]:
    return {"id": pile.id, "title": pile.title, "notes": [_note(report, note) for note in pile.notes]}


def _note(report: Report, note: Note) -> dict[str, Any]:
    return {
        "text": note.text,
        "lane": note.lane,
        "marks": [one | {"asked": each.asked} for one, each in zip(_marks(note.marks), note.marks, strict=True)],
        "about": [element.text for element in note.about if element.text],
        "links": [{"kind": link.kind, "title": link.title, "text": link.text} for link in note.links],
        "answers": [
            {"field": one.field, "title": one.title, "value": one.value, "words": one.words} for one in note.answers
        ],
        "said": list(note.comments),
        "sources": list(report.sources.get(note.key, ())),
    }


def _marks(marks: Iterable[Mark]) -> list[dict[str, str]]:
    return [{"kind": each.kind, "word": each.word, "title": each.title} for each in marks]
