"""Makes one file of a report. What may not live here: which board it is of, processes and queues."""

from __future__ import annotations

from server.export.records import View
from server.export.report.reading import read_report
from server.export.report.writing import json_report, markdown_report
from server.export.variants import Variant


def make_report(view: View, variant: Variant) -> bytes:
    """The file: a text, or pages of paper (A4, upright). Raises as `making.make`."""
    report = read_report(view, lang=variant.lang, offset=variant.offset)
    if variant.format == "json":
        return json_report(report)
    if variant.is_text:
        return markdown_report(report)
    from server.export.report.paper import paper  # slow to import, and not needed for texts

    return paper(report)
