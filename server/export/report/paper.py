"""A report on paper: its blocks set by report.typ, as a PDF of A4 pages.

What may not live here: what a report tells (blocks.py), and code that runs in a web process.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from server.export.items import breakable
from server.export.painting import painter
from server.export.report.blocks import Block, blocks
from server.export.report.content import Report
from server.export.words import say, spell

SOURCE: Final = Path(__file__).parents[1] / "report.typ"
LEAST: Final = 7.0  # points of the smallest letters of a picture


def paper(report: Report) -> bytes:
    """The report as a PDF. Raises typst.TypstError when report.typ fails."""
    content, lang = report.content, report.content.lang
    day = spell(report.changed, lang) if report.changed else ""
    data = {
        "title": content.title,
        "lang": lang,
        "foot": breakable(" · ".join(filter(None, (content.venue, day, say("no_names", lang))))),
        "blocks": [_data(block) for block in blocks(report)],
        "least": LEAST,
    }
    made = painter(SOURCE, data).compile(format="pdf", timestamp=0)
    if not isinstance(made, bytes):
        raise RuntimeError("typst made no file")
    return made


def _data(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **_broken(asdict(block))}


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
