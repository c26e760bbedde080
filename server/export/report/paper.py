"""A report on paper: its blocks set by report.typ, as a PDF of A4 pages.

What may not live here: what a report tells (blocks.py), and code that runs in a web process.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from server.export.items import breakable
from server.export.maps import MOST, pictures
from server.export.painting import painter, widths
from server.export.poster import painted
from server.export.report.blocks import Block, Picture, blocks
from server.export.report.content import Report
from server.export.words import Lang, say, spell

SOURCE: Final = Path(__file__).parents[1] / "report.typ"
LEAST: Final = 6.5  # points of the smallest letters of a picture
# Millimetres across and down that there are for one, on a page and on a page that is turned.
UPRIGHT: Final = (164.0, 175.0)
TURNED: Final = (251.0, 150.0)


def paper(report: Report) -> bytes:
    """The report as a PDF. Raises typst.TypstError when report.typ fails."""
    content, lang = report.content, report.content.lang
    day = spell(report.changed, lang) if report.changed else ""
    data = {
        "title": content.title,
        "lang": lang,
        "foot": breakable(" · ".join(filter(None, (content.venue, day, say("no_names", lang))))),
        "blocks": [data for block in blocks(report) if (data := _data(block, lang))],
        "least": LEAST,
    }
    made = painter(SOURCE, data).compile(format="pdf", timestamp=0)
    if not isinstance(made, bytes):
        raise RuntimeError("typst made no file")
    return made


def _data(block: Block, lang: Lang) -> dict[str, Any] | None:
    """A block as data for report.typ; None for a picture that cannot be drawn so that it is read."""
    if isinstance(block, Picture):
        return _picture(block, lang)
    return {"kind": type(block).__name__.lower(), **_broken(asdict(block))}


def _picture(block: Picture, lang: Lang) -> dict[str, Any] | None:
    """The picture across the page, else on a page that is turned."""
    if len(block.sheet.notes) > MOST:
        return None  # all of it is on no page, and finding that out takes long
    for width, room in (UPRIGHT, TURNED):
        figures = pictures(
            block.sheet, kind=block.sheet.picture, width=width, room=room, least=LEAST, lang=lang, measure=widths
        )
        if len(figures) == 1:
            items = [painted(item, lang) for item in figures[0].items]
            drawn = {"w": figures[0].width, "h": figures[0].height, "items": items}
            return {"kind": "picture", "drawn": drawn, "alt": block.alt, "turned": (width, room) == TURNED}
    return None


def _broken(value: Any) -> Any:
    """The same with possible line breaks in what has no hyphens."""
    match value:
        case str():
            return breakable(value)
        case dict():
            return {key: _broken(each) for key, each in value.items()}
        case list() | tuple():
            return [_broken(each) for each in value]
        case _:
            return value
