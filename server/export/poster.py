"""Posters: a Content as SVG, PNG or PDF.

Lays the sheets out, measures texts and paints, both with poster.typ. What may not live here: reading a board, and code
that runs in a web process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import KW_ONLY, asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Final

from server.export.content import Content, Sheet
from server.export.forms import FORMS
from server.export.hyphens import softened
from server.export.items import (
    POINT,
    Ask,
    Box,
    Item,
    Label,
    Line,
    Panel,
    Paper,
    Ruler,
    Said,
    breakable,
    label_height,
)
from server.export.job import Job, Part
from server.export.painting import POSTER, letters, painter, poster_data
from server.export.variants import SIZES, Format
from server.export.words import Lang, say, spell

# An A3 page in landscape, in millimetres; other sizes are scaled from it.
WIDTH: Final = 420.0
HEIGHT: Final = 297.0
MARGIN: Final = 17.0
FOOT: Final = 13.0
LETTERS: Final = (21.0, 19.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0)
FEW_LETTERS: Final = (14.0, 11.0, 8.0)  # fewer sizes for very many notes, since measuring takes most of the time
MANY: Final = 400
SMALLEST: Final = 8.0  # points on the printed page, from A3 up; on A4 one less
ROUNDS: Final = 16  # most repetitions of layout and measuring

KEY_SIZE: Final = 13.0  # what the colours mean: letters in points, the colour's width and a row's height
KEY_SWATCH: Final = 11.0
KEY_ROW: Final = 9.5
PIXELS: Final = 36_000_000  # the largest picture
FINEST: Final = 150  # pixels an inch
BOLD: Final = 1.05  # width of bold letters relative to regular ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its measures in millimetres of A3, and its items."""

    width: float
    height: float
    items: tuple[Item, ...]

    def data(self, lang: Lang) -> dict[str, Any]:
        """The page as JSON data for poster.typ."""
        return {"w": self.width, "h": self.height, "items": [painted(item, lang) for item in self.items]}


def poster(content: Content, *, format: Format, size: str) -> bytes:
    """The poster as a file. A PDF has as many pages as needed, SVG and PNG one page, as high as needed.

    `size` is one of SIZES. Takes from 0.1 to some seconds of CPU time, mostly without the GIL. Raises typst.TypstError
    when poster.typ fails.
    """
    pages = lay_out(content, one=format != "pdf", scale=SIZES[size])
    scale = SIZES[size]
    data = poster_data(
        title=content.title,
        lang=content.lang,
        scale=scale,
        least=least(scale),
        pages=[page.data(content.lang) for page in pages],
    )
    compiler = painter(POSTER, data)
    ppi = None
    if format == "png":
        inches = (pages[0].width / 25.4) * (pages[0].height / 25.4) * SIZES[size] ** 2
        ppi = min(float(FINEST), (PIXELS / inches) ** 0.5)
    made = compiler.compile(format=format, ppi=ppi, timestamp=0)
    if isinstance(made, list):
        made = made[0]
    if made is None:
        raise RuntimeError("typst made no file")
    return made


def lay_out(content: Content, *, one: bool, scale: float = 1.0) -> list[Page]:
    """The laid out pages, with measured texts; `one`: as a single page."""
    ruler = Ruler()
    for _ in range(ROUNDS):
        ruler.guessed.clear()
        pages = _pages(content, ruler=ruler, one=one, scale=scale)
        if not ruler.guessed:
            return pages
        ruler.learn(_measure(content, sorted(ruler.guessed, key=repr), scale=scale))
    return pages


def least(scale: float) -> float:
    """The smallest letters of a poster, in points of A3; on paper they are `SMALLEST`."""
    return (SMALLEST if scale >= 1 else SMALLEST - 1) / scale


def _pages(content: Content, *, ruler: Ruler, one: bool, scale: float) -> list[Page]:
    shown = [sheet for sheet in content.sheets if not sheet.blank] or list(content.sheets[:1])
    maker = _Pages(content, ruler=ruler, width=_width(shown) if one else WIDTH, scale=scale)
    if one:
        return [maker.picture(shown)]
    drawn: list[tuple[Sheet, Part]] = []
    for sheet in shown:
        drawn += [(sheet, part) for part in maker.parts(sheet, first=not drawn)]
    return [
        maker.page(sheet, part, number=number, pages=len(drawn), several=len(shown) > 1 or bool(sheet.picture))
        for number, (sheet, part) in enumerate(drawn, start=1)
    ]


def _width(sheets: Sequence[Sheet]) -> float:
    """The width of a picture of these sheets."""
    return max(WIDTH, *(FORMS[sheet.form].width(sheet) for sheet in sheets))


@dataclass(frozen=True, slots=True)
class _Pages:
    """Makes pages of one width from heads, bodies and feet."""

    content: Content
    _: KW_ONLY
    ruler: Ruler
    width: float
    scale: float

    @property
    def wide(self) -> float:
        return self.width - 2 * MARGIN

    def parts(self, sheet: Sheet, *, first: bool, one: bool = False, alone: bool = True) -> list[Part]:
        """The sheet laid out for the space under the head of its first and later pages.

        In a picture of several sheets (not `alone`) none is higher than its notes need.
        """
        notes = sum(len(each.notes) for each in self.content.sheets)
        top = self.head(sheet, small=not first)[1]
        job = Job(
            ruler=self.ruler,
            lang=self.content.lang,
            width=self.wide,
            room=HEIGHT - FOOT - top - self.key(sheet, 0)[1] - 7,
            sizes=[size for size in (LETTERS if notes <= MANY else FEW_LETTERS) if size >= least(self.scale)],
            grow=one,
            fill=alone,
        )
        return FORMS[sheet.form].lay_out(sheet, job)

    def page(self, sheet: Sheet, part: Part, *, number: int, pages: int, several: bool) -> Page:
        """One page of a PDF."""
        head, y = self.head(sheet if several else None, small=number > 1)
        key, top = self.key(sheet, y)
        body = (item.moved(MARGIN, top) for item in part.items)
        foot = self.foot(HEIGHT, number=number, pages=pages)
        return Page(width=self.width, height=HEIGHT, items=(*head, *key, *body, *foot))

    def picture(self, sheets: Sequence[Sheet]) -> Page:
        """All sheets below one another on one page, as high as needed."""
        alone = sheets[0] if sheets[0].picture else None
        head, y = self.head(alone)
        items: list[Item] = list(head)
        for place, sheet in enumerate(sheets):
            if place:
                text = breakable(sheet.title)
                title = Label(x=MARGIN, y=y + 5, w=self.wide, text=text, size=22, style="title")
                items += [Line(x=MARGIN, y=y - 4, w=self.wide), title]
                y = title.y + label_height(title, self.ruler) + 8
            key, y = self.key(sheet, y)
            items += key
            for part in self.parts(sheet, first=not place, one=True, alone=len(sheets) == 1):
                items += [item.moved(MARGIN, y) for item in part.items]
                y += part.height + 11
        height = max(HEIGHT, y - 4 + FOOT)
        return Page(width=self.width, height=height, items=(*items, *self.foot(height)))

    def head(self, sheet: Sheet | None, *, small: bool = False) -> tuple[list[Item], float]:
        """The items of a page's head, and the y where its body begins."""
        content = self.content
        over = " · ".join(filter(None, (content.method, sheet.title if sheet else "")))
        kicker = Label(x=MARGIN, y=12, w=self.wide, text=breakable(over), size=13.5, color="ink2")
        y = kicker.y + label_height(kicker, self.ruler) + (3.4 if small else 4.8)
        title = Label(
            x=MARGIN,
            y=y,
            w=self.wide,
            text=breakable(content.title),
            size=17 if small else 34 if len(content.title) <= 110 else 26,
            style="title",
        )
        return [kicker, title], y + label_height(title, self.ruler) + (7 if small else 10)

    def key(self, sheet: Sheet, y: float) -> tuple[list[Item], float]:
        """What the colours of a sheet's notes mean, each with its sign and word, and the y where the rest begins."""
        items: list[Item] = []
        x = MARGIN
        for word in sheet.key:
            w = sum(map(_word_width, word.text.split())) * KEY_SIZE * POINT * BOLD + 2 * len(word.text.split())
            if x > MARGIN and x + KEY_SWATCH + w > MARGIN + self.wide:
                x, y = MARGIN, y + KEY_ROW
            items += [
                Panel(x=x, y=y, w=KEY_SWATCH - 2.5, h=5.6, radius=0.5, fill=word.color, thick=0.2),
                Label(x=x + KEY_SWATCH, y=y + 0.5, w=w, text=breakable(word.text), size=KEY_SIZE),
            ]
            x += KEY_SWATCH + w + 8
        return items, y + KEY_ROW if items else y

    def foot(self, height: float, *, number: int = 1, pages: int = 1) -> list[Item]:
        """The items of a page's foot: venue, day, and when the board is deleted."""
        content = self.content
        lang, top = content.lang, height - FOOT
        day = spell(content.day, lang) if content.day else ""
        kept = say("deleted", lang, day=spell(content.deleted, lang)) if content.deleted else ""
        page = say("page", lang, number=number, pages=pages) if pages > 1 else ""
        left = " · ".join(filter(None, (content.venue, day)))
        right = " · ".join(filter(None, (say("no_names", lang), kept, page)))
        y = top + 4.7
        half = self.wide / 2
        return [
            Panel(x=0, y=top, w=self.width, h=FOOT, radius=0, stroke=""),
            Line(x=0, y=top, w=self.width, thick=0.45),
            Label(x=MARGIN, y=y - 0.4, w=30, text="Tavle", size=15, color="accent", style="title"),
            Label(x=MARGIN + 19, y=y, w=half - 30, text=left, size=12),
            Label(
                x=MARGIN + half,
                y=y + 0.4,
                w=half,
                text=right,
                size=10.5,
                color="ink2",
                style="plain",
                align="right",
            ),
        ]


def painted(item: Item, lang: Lang) -> dict[str, Any]:
    """An item as data for poster.typ, with soft hyphens in its words that are too wide."""
    match item:
        case Box():
            inner = item.w - 2 * item.pad
            item = replace(
                item,
                text=_softened(item.text, w=inner, size=item.size, lang=lang),
                comments=tuple(_softened(text, w=inner, size=item.size, lang=lang) for text in item.comments),
            )
        case Paper():
            inner = item.w - (0.62 + 0.4 + (1.72 - 0.62 if item.sign else 0)) * item.size * POINT
            item = replace(item, text=_softened(item.text, w=inner, size=item.size * BOLD, lang=lang))
        case Said():
            item = replace(item, text=_softened(item.text, w=item.w, size=item.size * BOLD, lang=lang))
        case Label() if item.w:
            item = replace(item, text=_softened(item.text, w=item.w, size=item.size * BOLD, lang=lang))
    return item.data()


def _asked(ask: Ask, lang: Lang) -> dict[str, Any]:
    """A text to measure as data for poster.typ, with the same soft hyphens as when it is painted."""
    size = ask.size if ask.style == "note" else ask.size * BOLD
    text, *comments = (_softened(text, w=ask.w, size=size, lang=lang) for text in (ask.text, *ask.comments))
    return {**asdict(ask), "text": text, "comments": comments}


def _softened(text: str, *, w: float, size: float, lang: Lang) -> str:
    return softened(text, w / (size * POINT), _word_width, lang)


@lru_cache(maxsize=16384)
def _word_width(word: str) -> float:
    """A word's width, relative to its size."""
    widths = letters()
    return sum(widths.get(letter, 0.6) for letter in word)


def _measure(content: Content, asks: Sequence[Ask], *, scale: float) -> dict[Ask, float]:
    asked = [_asked(ask, content.lang) for ask in asks]
    data = poster_data(lang=content.lang, scale=scale, least=least(scale), asks=asked)
    found = painter(POSTER, data).query("<heights>", field="value", one=True)
    return dict(zip(asks, json.loads(found), strict=True))
