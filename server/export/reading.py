"""Reads the wall's view into a Content, in one language, with notes in the order of their forms.

What may not live here: reading the board itself, and formats of exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from server.export.colors import color_of
from server.export.content import Answer, Circle, Content, Heading, Lane, Link, Mark, Note, Row, Sheet
from server.export.forms import FORMS, Form
from server.export.mapped import mapped, told
from server.export.records import Record, View, of_kind, one_line, plain, text_in, whole
from server.export.words import NO_DATE, Lang, day_of, say, spell

# What `read` reads, by kind of record.
_BOARD = ("title", "venue", "lang", "began", "expires", "closed")
_METHOD = ("id", "title")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "sheet": ("title", "form", "order", "lanes", "marks", "links", "heads", "prints"),
    "row": ("text", "group", "marks"),
    "group": ("number",),
    "version": ("notes",),
    "circle": ("sheet", "notes", "loop", "name", "proposed"),
    "note": (
        "kind",
        "text",
        "sheet",
        "lane",
        "row",
        "side",
        "spot",
        "under",
        "until",
        "marks",
        "links",
        "chosen",
        "fields",
        "about",
        "version",
        "sources",
    ),
}


def needed(view: View) -> dict[str, dict[str, Any]]:
    """What `read` needs of a view: no people, and nothing that changes while the export would stay the same."""
    kept = {"board": _some(view["board"], _BOARD), "method": _some(view["method"], _METHOD)}
    for key, record in view.items():
        fields = _FIELDS.get(key.partition(":")[0])
        if fields is not None:
            kept[key] = _some(record, fields)
    return kept


def _some(record: Record, fields: Iterable[str]) -> dict[str, Any]:
    return {field: record[field] for field in fields if field in record}


def read(view: View, *, lang: Lang, offset: int | None = None) -> Content:
    """A view (SPEC 6, audience layer) as a Content in one language. `offset`: of people's clocks (`day_of`).

    The view must be the wall's: everything in it is exported.
    """
    board, method = view["board"], view["method"]
    records = _sheets(view)
    # A sheet whose rows are chosen notes is the result of the workshop, so it comes first.
    sheets = sorted(records, key=lambda record: (not _form(record).makes_rows, whole(record.get("order"))))
    groups = not any(_form(record).makes_rows for record in records)
    comments = _comments(view)
    colored = (each for record in records for each in (*record.get("lanes", ()), *_words(record)))
    calm = any(plain(each.get("color")) for each in colored)
    return Content(
        title=plain(board.get("title")) or text_in(method.get("title"), lang),
        venue=plain(board.get("venue")),
        method_id=plain(method.get("id")),
        method=text_in(method.get("title"), lang),
        lang=lang,
        written="en" if board.get("lang") == "en" else "da",
        day=day_of(whole(board.get("began")), offset=offset),
        deleted=day_of(whole(board.get("expires")), offset=0),
        sheets=tuple(_sheet(view, sheet, lang=lang, comments=comments, groups=groups, calm=calm) for sheet in sheets),
    )


def _sheet(
    view: View, sheet: Record, *, lang: Lang, comments: Mapping[str, list[str]], groups: bool, calm: bool
) -> Sheet:
    """One sheet. `groups`: whether rows of groups are kept apart; `calm`: see `color_of`."""
    form = _form(sheet)
    on_sheet = {key: record for key, record in of_kind(view, "note") if record.get("sheet") == sheet.get("id")}
    lanes = tuple(_lanes(sheet, lang=lang, closed=bool(view["board"].get("closed"))))
    # An export does not tell which group chose a note.
    shown = form.makes_rows or groups
    rows = tuple(_rows(view, sheet, on_sheet.values(), made=form.makes_rows, lang=lang)) if shown else ()
    lane_order = {lane.id: place for place, lane in enumerate(lanes)}
    color = {lane.id: lane.color for lane in lanes}
    fields = {plain(lane.get("id")): lane.get("fields", ()) for lane in sheet.get("lanes", ())}
    row_order = {row.id: place for place, row in enumerate(rows)}
    chosen = {key for key, record in of_kind(view, "row") if record.get("text")}
    on_sheet, under = _gathered(on_sheet)
    titles = {lane.id: lane.title for lane in lanes}
    sides = tuple(mark for mark in _words_of(sheet.get("marks", ()), lang=lang) if mark.side)
    signs = {mark.side: mark.sign for mark in sides}
    drawn = mapped(view, sheet, lang=lang)

    def made(key: str, record: Record) -> Note:
        found = tuple(words_on(sheet, record, lang=lang))
        color_here = next((one.color for one in found if one.color), color[record["lane"]])
        note = _note(
            key,
            record,
            rows=row_order,
            marks=found,
            links=_links(view, sheet, record, lang=lang),
            about=_about(view, record, lang=lang),
            color=color_of(key, lane=color_here, calm=calm),
            sign=signs.get(plain(record.get("side")), ""),
            answers=_answers(record, fields[record["lane"]], lang=lang),
            comments=comments.get(key, ()),
        )
        below = tuple(
            replace(made(one, kept), place="" if kept.get("lane") == note.lane else titles.get(kept["lane"], ""))
            for one, kept in sorted(
                (pair for pair in under.get(key, ()) if pair[1].get("lane") in lane_order),
                key=lambda pair: lane_order[pair[1]["lane"]],
            )
        )
        if record.get("kind") != "gathering":
            return note
        said = next((one.color for one in found if one.color), "raised")
        return replace(note, heads=True, color=said, notes=below)

    notes = [
        (
            (
                lane_order[record["lane"]],
                row_order.get(plain(record.get("row")), len(rows)),
                _spot(record.get("spot")),
                key,
            ),
            made(key, record),
        )
        for key, record in on_sheet.items()
        # A chosen note is the title of its row, whose id is the note's.
        if record.get("kind") in ("note", "gathering") and record.get("lane") in lane_order and key not in chosen
    ]
    return Sheet(
        id=plain(sheet.get("id")),
        title=text_in(sheet.get("title"), lang),
        form=plain(sheet.get("form")),
        lanes=lanes,
        sides=sides,
        rows=rows,
        headings=tuple(_headings(on_sheet.values(), lanes)),
        # A map's colours are those of its sides, which it says itself.
        key=() if drawn else tuple(_key(sheet, on_sheet.values(), lang=lang)),
        circles=tuple(_circles(view, sheet, lang=lang)),
        mapped=drawn,
        told=tuple(told(view, sheet, lang=lang)),
        notes=form.order([note for _, note in sorted(notes, key=lambda pair: pair[0])]),
    )


def _gathered(notes: Mapping[str, Record]) -> tuple[dict[str, Record], dict[str, list[tuple[str, Record]]]]:
    """The notes that lie by themselves, and by heading those that lie under one, in the order of their spots."""
    heads = {key for key, record in notes.items() if record.get("kind") == "gathering"}
    free = {key: record for key, record in notes.items() if record.get("under") not in heads}
    under: dict[str, list[tuple[str, Record]]] = {}
    for key, record in sorted(notes.items(), key=lambda pair: (_spot(pair[1].get("spot")), pair[0])):
        if key not in free:
            under.setdefault(plain(record.get("under")), []).append((key, record))
    return free, under


def _sheets(view: View) -> list[Record]:
    """The sheets' records, each with its id."""
    return [{**record, "id": key} for key, record in of_kind(view, "sheet")]


def _form(sheet: Record) -> Form:
    return FORMS[plain(sheet.get("form"))]


def _lanes(sheet: Record, *, lang: Lang, closed: bool) -> Iterator[Lane]:
    for lane in sheet.get("lanes", ()):
        yield Lane(
            id=plain(lane.get("id")),
            title=text_in(lane.get("title"), lang) or plain(lane.get("id")),
            color=plain(lane.get("color")),
            made="scale" in lane,
            scale=whole(lane.get("scale")),
            shows=bool(lane.get("shows")),
            done=closed and not lane.get("answers"),
        )


def _rows(view: View, sheet: Record, notes: Iterable[Record], *, made: bool, lang: Lang) -> Iterator[Row]:
    """Rows made of chosen notes (`made`), or the groups with notes on their copy of the sheet."""
    records = dict(of_kind(view, "row"))
    numbers = {key: whole(record.get("number")) for key, record in of_kind(view, "group")}
    used = {plain(note.get("row")) for note in notes} - {""}
    wanted = used | {key for key, record in records.items() if made and record.get("text")}
    found = []
    for key in wanted:
        record = records.get(key, {})
        title, group = plain(record.get("text")), plain(record.get("group")) or key
        found.append((numbers.get(group, 0), title, key))
    unnamed = count(1)
    for number, title, key in sorted(found):
        if title:
            yield Row(id=key, title=title, fate=_fate(sheet, records[key], lang=lang))
        else:
            yield Row(id=key, title=f"{say('group', lang)} {number or next(unnamed)}", is_group=True)


def _fate(sheet: Record, row: Record, *, lang: Lang) -> Mark | None:
    """The word on the head of a row that a lane shows."""
    shown = {plain(lane.get("shows")) for lane in sheet.get("lanes", ())}
    return next((mark for mark in _carried(sheet.get("heads", ()), row, lang=lang) if mark.kind in shown), None)


def _headings(notes: Iterable[Record], lanes: Iterable[Lane]) -> Iterator[Heading]:
    steps = {lane.id: (lane.scale, lane.title) for lane in lanes if lane.made}
    found = []
    for note in notes:
        ends = [steps.get(plain(note.get(field))) for field in ("lane", "until")]
        if note.get("kind") == "heading" and (known := sorted(end for end in ends if end)):
            found.append((known[0], known[-1], plain(note.get("text"))))
    for (first, start), (last, end), text in sorted(found):
        yield Heading(text=text, first=first, last=last, names=(start, end))


def _words(sheet: Record) -> Iterator[Record]:
    for kind in sheet.get("marks", ()):
        yield from kind.get("words", ())


def words_on(sheet: Record, note: Record, *, lang: Lang) -> Iterator[Mark]:
    """The words that a note carries, in the order of the sheet's kinds."""
    return _carried(sheet.get("marks", ()), note, lang=lang)


def _carried(kinds: Iterable[Record], record: Record, *, lang: Lang) -> Iterator[Mark]:
    carried = record.get("marks") or {}
    yield from (mark for mark in _words_of(kinds, lang=lang) if carried.get(mark.kind) == mark.word)


def _words_of(kinds: Iterable[Record], *, lang: Lang) -> Iterator[Mark]:
    """The words of some kinds, in order."""
    for kind in kinds:
        for word in kind.get("words", ()):
            yield Mark(
                kind=plain(kind["id"]),
                word=plain(word["id"]),
                title=text_in(word.get("title"), lang),
                asked=text_in(kind.get("title"), lang),
                sign=plain(word.get("sign")),
                color=plain(word.get("color")),
                side=plain(word.get("side")),
            )


def _key(sheet: Record, notes: Iterable[Record], *, lang: Lang) -> Iterator[Mark]:
    """All words with a colour, of those kinds of which some note carries such a word."""
    carried = {pair for note in notes for pair in (note.get("marks") or {}).items()}
    colored = [word for word in _words_of(sheet.get("marks", ()), lang=lang) if word.color]
    kinds = {word.kind for word in colored if (word.kind, word.word) in carried}
    yield from (word for word in colored if word.kind in kinds)


def _note(
    key: str,
    record: Record,
    *,
    rows: Mapping[str, int],
    color: str,
    sign: str,
    marks: tuple[Mark, ...],
    links: Iterable[Link],
    about: Iterable[Link],
    answers: Iterable[Answer],
    comments: Iterable[str],
) -> Note:
    row = plain(record.get("row"))
    return Note(
        key=key,
        text=plain(record.get("text")),
        lane=plain(record.get("lane")),
        color=color,
        row=row if row in rows else "",
        side=plain(record.get("side")),
        sign=sign,
        chosen=bool(record.get("chosen")),
        marks=marks,
        links=tuple(links),
        about=tuple(about),
        answers=tuple(answers),
        count=sum(whole(source.get("count")) for source in record.get("sources", ())),
        comments=tuple(comments),
    )


def _links(view: View, sheet: Record, record: Record, *, lang: Lang) -> Iterator[Link]:
    """What a note is linked to, in the order of the sheet's kinds; of one kind sorted by text."""
    given = record.get("links", {})
    for kind in sheet.get("links", ()):
        others = {key: view.get(f"note:{key}", {}) for key in given.get(kind.get("id"), ())}
        texts = {key: plain(other.get("text")) for key, other in others.items()}
        for key, text in sorted(texts.items(), key=lambda pair: (pair[1], pair[0])):
            yield Link(kind=plain(kind.get("id")), title=text_in(kind.get("title"), lang), text=text, key=key)


def _about(view: View, record: Record, *, lang: Lang) -> Iterator[Link]:
    """What a note is about: other notes, or links as sentences; also such as stand in the latest version only, and of a
    note about a version what was in that one, with its words then.
    """
    if not record.get("about"):
        return
    frozen = [version.get("notes", {}) for _, version in of_kind(view, "version")]
    kinds = {plain(kind.get("id")): kind for _, sheet in of_kind(view, "sheet") for kind in sheet.get("links", ())}
    then = record.get("then", {})

    def text(key: str) -> str:
        if key in then:
            return plain(then[key])
        note = view.get(f"note:{key}") or next((notes[key] for notes in frozen if key in notes), {})
        return plain(note.get("text"))

    for element in record.get("about", ()):
        one, kind, other = (*plain(element).split(">"), "", "")[:3]
        words = text(one)
        if other:
            leads = text_in(kinds.get(kind, {}).get("title"), lang)
            words = f"{words} {leads[:1].lower()}{leads[1:]} {text(other)}"
        yield Link(kind=kind, title=say("about", lang), text=words, key=one)


def _circles(view: View, sheet: Record, *, lang: Lang) -> list[Circle]:
    """The circles of a map, in the order of their names, then those without one."""
    found = []
    for key, record in of_kind(view, "circle"):
        if record.get("sheet") == sheet.get("id"):
            named = view.get(f"note:{record['name']}", {})
            found.append(
                Circle(
                    name=plain(named.get("text")),
                    marks=tuple(words_on(sheet, named, lang=lang)),
                    proposed=plain(record.get("proposed")),
                    notes=tuple(plain(view[f"note:{key}"].get("text")) for key in record["notes"]),
                    loop=whole(record.get("loop")),
                    line=_told(view, sheet, record, lang=lang),
                    key=key,
                    keys=tuple(record["notes"]),
                )
            )
    return sorted(found, key=lambda one: (not one.name, one.name, one.line))


def _told(view: View, sheet: Record, circle: Record, *, lang: Lang) -> str:
    """A circle as a sentence: what leads to what, and back to the first."""
    keys = circle["notes"]
    notes = {key: view[f"note:{key}"] for key in keys}
    texts = {key: one_line(plain(note.get("text"))).rstrip(".") for key, note in notes.items()}
    loop = keys[: circle["loop"]]
    said = texts[loop[0]]
    for at, (one, other) in enumerate(zip(loop, (*loop[1:], loop[0]), strict=True)):
        leads = next(
            text_in(kind.get("title"), lang)
            for kind in sheet.get("links", ())
            if kind.get("sign") == "plus" and other in notes[one].get("links", {}).get(kind["id"], ())
        )
        leads = leads[:1].lower() + leads[1:]
        if at:
            leads = say("circle_on" if other != loop[0] else "circle_again", lang, leads=leads)
        said += f"{', ' if at else ' '}{leads} {texts[other]}"
    more = [texts[key] for key in keys[len(loop) :]]
    also = " " + say("circle_more", lang, texts=", ".join(more)) + "." if more else ""
    return f"{said}.{also}"


def _answers(record: Record, fields: Iterable[Record], *, lang: Lang) -> Iterator[Answer]:
    """A note's answers, in the order of its lane's fields."""
    given = record.get("fields", {})
    for field in fields:
        if value := plain(given.get(field.get("id"))):
            words = _answer(value, field, lang=lang)
            yield Answer(
                field=plain(field.get("id")), title=text_in(field.get("title"), lang), value=value, words=words
            )


def _answer(value: str, field: Record, *, lang: Lang) -> str:
    if field.get("kind") == "choice":
        options = {plain(option.get("id")): text_in(option.get("title"), lang) for option in field.get("options", ())}
        return options.get(value, value)
    if field.get("kind") == "date":
        return text_in(field.get("none_word"), lang) if value == NO_DATE else spell(date.fromisoformat(value), lang)
    return value


def _comments(view: View) -> dict[str, list[str]]:
    """Comments by their note's id, sorted by text, so that their order does not tell who wrote first."""
    found: dict[str, list[str]] = {}
    for _, record in of_kind(view, "note"):
        if record.get("kind") == "comment":
            found.setdefault(plain(record.get("under")), []).append(plain(record.get("text")))
    return {key: sorted(texts) for key, texts in found.items()}


def _spot(value: object) -> tuple[float, ...]:
    """A note's `spot` as a sort key; notes without one come first."""
    match value:
        case bool():
            return ()
        case int() | float():
            return (float(value),)
        case list() | tuple():
            return tuple(float(part) for part in value if isinstance(part, int | float))
        case _:
            return ()
