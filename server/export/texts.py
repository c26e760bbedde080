"""The text formats of an export: Markdown, CSV and JSON.

What may not live here: pictures, and anything that is not in the Content.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from server.export.content import Circle, Content, Note, Row, Sheet
from server.export.maps import turn_word
from server.export.records import one_line
from server.export.words import Lang, made_of, say, spell

# A spreadsheet runs a cell as a formula when the first of its characters that is neither blank, invisible nor a quote
# is one of = + - @. It may divide the line at semicolons, tabs or the line breaks of a text, whatever wrote the file.
_BLANK: Final = r"[\s\"\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]*"
_FORMULA: Final = re.compile(rf"(?:\A|(?<=[,;\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]))(?={_BLANK}[=+\-@＝＋－＠])")
_MARKS: Final = re.compile(r"([\\`*_\[\]<>~|&$])")
# A line of = makes a heading of the one before it.
_LINE_MARK: Final = re.compile(r"^(\s*)([#+\-]|=(?==*[ \t]*$)|\d+(?=[.)]))", re.MULTILINE)


def markdown(content: Content) -> bytes:
    """Headings and lists; Markdown's syntax characters in texts are escaped."""
    lines = [f"# {literal(content.title)}", "", literal(_under_title(content)), ""]
    for sheet in content.sheets:
        if not sheet.blank:
            lines += [f"## {literal(sheet.title)}", ""]
            lines += _md_sheet(content, sheet)
    if all(sheet.blank for sheet in content.sheets):
        lines += [say("empty", content.lang), ""]
    return "\n".join(lines).rstrip("\n").encode() + b"\n"


def comma_separated(content: Content) -> bytes:
    """RFC 4180 in UTF-8 with a byte-order mark, so that spreadsheets detect the encoding.

    In Danish the cells are divided by semicolons, as Danish spreadsheets expect: their comma is the decimal sign. An
    apostrophe is put before what a spreadsheet would run as a formula, whichever separator it is set to.
    """
    out = io.StringIO(newline="")
    between = ";" if content.lang == "da" else ","
    write = csv.writer(out, delimiter=between, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerow
    columns = (
        "sheet",
        "lane",
        "row",
        "marks",
        "kind",
        "text",
        "under",
        "links",
        "fate",
        "answers",
        "comments",
        "count",
    )
    write([say(f"csv_{column}", content.lang) for column in columns])
    for sheet in content.sheets:
        for cells in _csv_rows(content, sheet):
            write([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before every part of it that a spreadsheet would run as a formula.

    Parts, since a spreadsheet may be set to another separator: `x;=1+1` becomes `x;'=1+1`.
    """
    return _FORMULA.sub("'", cell)


def javascript_object(content: Content) -> bytes:
    """The documented JSON shape, for programs.

    {tavle: 3, lang, written, title, venue, day, method: {id, title}, sheets: [{id, title, form,
    rows: [{id, title, fate}], headings: [{text, from, until}],
    lanes: [{id, title, notes: [{text, row, side, marks: [{kind, word, title}], links: [{kind, title, text}], about,
    chosen,
    answers: [{field, title, value}], count, comments, notes}]}],
    circles: [{name, marks, proposed, notes, loop, text}]}]}

    `tavle` is the version of this shape; `written` the workshop's language, `lang` that of labels. A row's id is its
    number on the sheet; the `text` of a link is that of the note it leads to, that of a circle says it in a sentence,
    and its `notes` are texts, the first `loop` of them in that order; under a heading, `notes` holds what lies there,
    each with its own `lane`. Empty texts mean none. Made lanes (steps of a scale) without notes are left out,
    declared lanes are not.
    """
    shape = {
        "tavle": 3,
        "lang": content.lang,
        "written": content.written,
        "title": content.title,
        "venue": content.venue,
        "day": content.day.isoformat() if content.day else "",
        "method": {"id": content.method_id, "title": content.method},
        "sheets": [_json_sheet(content, sheet) for sheet in content.sheets],
    }
    return json.dumps(shape, ensure_ascii=False, indent=2).encode() + b"\n"


def _under_title(content: Content) -> str:
    day = spell(content.day, content.lang) if content.day else ""
    return " · ".join(filter(None, (content.method, content.venue, day)))


def _md_sheet(content: Content, sheet: Sheet) -> Iterator[str]:
    if sheet.headings:
        yield from (f"### {say('periods', content.lang)}", "")
        for heading in sheet.headings:
            yield f"- {literal(heading.name)}: {literal(heading.text)}"
        yield ""
    for row in sheet.rows:
        yield from (f"### {literal(row.title)}", "")
        if row.fate:
            yield from (f"{say('fate', content.lang)}: **{row.fate.title}**", "")
        yield from _md_lanes(content, sheet, row, level="####")
    yield from _md_lanes(content, sheet, None, level="###")
    if sheet.circles:
        yield from (f"### {say('circles', content.lang)}", "")
        for circle in sheet.circles:
            yield f"- **{literal(_called(circle, content.lang))}** {literal(circle.line)}"
        yield ""


def _md_lanes(content: Content, sheet: Sheet, row: Row | None, *, level: str) -> Iterator[str]:
    for lane, notes in sheet.cells(row):
        yield from (f"{level} {literal(lane.title)}", "")
        for note in notes:
            yield from _md_note(content, note)
        yield ""


def _md_note(content: Content, note: Note) -> Iterator[str]:
    said = say("chosen", content.lang) if note.chosen else made_of(note.count, content.lang)
    chosen = f" ({said})" if said else ""
    text = literal(note.text).replace("\n", "  \n  ")
    words = "".join(literal(f"({each.text}) ") for each in note.marks)
    said = f"**{text}** ({len(note.notes)})" if note.heads else text
    yield f"- {words}{said}{chosen}"
    for below in note.notes:
        place = f"{literal(below.place)}: " if below.place else ""
        first, *more = _md_note(content, below)
        yield f"  - {place}{first.removeprefix('- ')}"
        yield from (f"  {line}" for line in more)
    for link in note.links:
        yield f"  - {literal(one_line(link.line))}"
    for element in note.about:
        yield f"  - {literal(one_line(element.line))}"
    for answer in note.answers:
        yield f"  - {literal(one_line(answer.line))}"
    for comment in note.comments:
        yield f"  - {say('comment', content.lang)}: {literal(one_line(comment))}"


def _called(circle: Circle, lang: Lang) -> str:
    """A circle's name after what kind of circle people say, or its signs propose, that it is."""
    kind = ", ".join(each.title for each in circle.marks) or turn_word(circle.proposed, lang)
    return f"{kind}: {one_line(circle.name)}" if circle.name else f"{kind}:"


def literal(text: str) -> str:
    """The text with Markdown's syntax characters escaped, so that it is shown as it was written."""
    return _LINE_MARK.sub(_escape_mark, _MARKS.sub(r"\\\1", text))


def _escape_mark(found: re.Match[str]) -> str:
    space, mark = found.group(1, 2)
    # "2016. Ny leder" would become a numbered list: there the dot is escaped, not the digits.
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _end(name: str) -> int | str:
    """A year as a number, any other name of a lane as it is."""
    return int(name) if name.isdecimal() else name


def _csv_rows(content: Content, sheet: Sheet) -> Iterator[list[str]]:
    lang = content.lang
    for heading in sheet.headings:
        yield [sheet.title, heading.name, "", "", say("kind_heading", lang), heading.text, "", "", "", "", ""]
    for row in sheet.rows:
        if not row.is_group:
            yield [
                sheet.title,
                "",
                row.title,
                "",
                say("kind_row", lang),
                row.title,
                "",
                "",
                row.fate.title if row.fate else "",
                "",
                "",
                "",
            ]
    for each in (*sheet.rows, None):
        for lane, notes in sheet.cells(each):
            for note in notes:
                yield _csv_note(content, sheet, note, lane=lane.title, row=each)
                for below in note.notes:
                    yield _csv_note(content, sheet, below, lane=below.place or lane.title, row=each, under=note.text)
    for circle in sheet.circles:
        marks = ", ".join(each.title for each in circle.marks)
        line = circle.line
        yield [sheet.title, "", "", marks, say("kind_circle", lang), circle.name, "", line, "", "", "", ""]


def _csv_note(content: Content, sheet: Sheet, note: Note, *, lane: str, row: Row | None, under: str = "") -> list[str]:
    lang = content.lang
    return [
        sheet.title,
        lane,
        row.title if row else "",
        ", ".join(each.title for each in note.marks),
        say("kind_gathering" if note.heads else "kind_note", lang),
        note.text,
        under,
        "\n".join(link.line for link in (*note.links, *note.about)),
        row.fate.title if row and row.fate else "",
        "\n".join(answer.line for answer in note.answers),
        "\n".join(note.comments),
        str(note.count) if note.count else "",
    ]


def _json_sheet(content: Content, sheet: Sheet) -> dict[str, Any]:
    numbers = {row.id: str(number) for number, row in enumerate(sheet.rows, start=1)}
    return {
        "id": sheet.id,
        "title": sheet.title,
        "form": sheet.form,
        "rows": [
            {"id": numbers[row.id], "title": row.title, "fate": row.fate.word if row.fate else ""} for row in sheet.rows
        ],
        "headings": [
            {"text": heading.text, "from": _end(heading.names[0]), "until": _end(heading.names[1])}
            for heading in sheet.headings
        ],
        "lanes": [
            {
                "id": lane.id,
                "title": lane.title,
                "notes": [
                    _json_note(content, note, row=numbers.get(note.row, ""))
                    for note in sheet.notes
                    if note.lane == lane.id
                ],
            }
            for lane in sheet.lanes
            if not lane.made or any(note.lane == lane.id for note in sheet.notes)
        ],
        "circles": [_json_circle(circle) for circle in sheet.circles],
    }


def _json_circle(circle: Circle) -> dict[str, Any]:
    return {
        "name": circle.name,
        "marks": [{"kind": each.kind, "word": each.word, "title": each.title} for each in circle.marks],
        "proposed": circle.proposed,
        "notes": list(circle.notes),
        "loop": circle.loop,
        "text": circle.line,
    }


def _json_note(content: Content, note: Note, *, row: str) -> dict[str, Any]:
    return {
        "text": note.text,
        "row": row,
        "side": note.side,
        "marks": [{"kind": each.kind, "word": each.word, "title": each.title} for each in note.marks],
        "links": [{"kind": link.kind, "title": link.title, "text": link.text} for link in note.links],
        "about": [element.text for element in note.about],
        "chosen": note.chosen,
        "answers": [{"field": one.field, "title": one.title, "value": one.value} for one in note.answers],
        "count": note.count,
        "comments": list(note.comments),
        "notes": [{"lane": below.lane, **_json_note(content, below, row=row)} for below in note.notes],
    }
