"""Makes one file from the wall's view. Runs in a process of its own (child.py), since it may take seconds.

What may not live here: processes, queues and limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from server.export.content import Content
from server.export.reading import read
from server.export.records import View
from server.export.texts import comma_separated, javascript_object, markdown
from server.export.variants import Format, Variant

_TEXTS_OF: Final[dict[str, Callable[[Content], bytes]]] = {
    "md": markdown,
    "csv": comma_separated,
    "json": javascript_object,
}


def make(view: View, variant: Variant) -> bytes:
    """The file. A PDF has as many pages as needed, SVG and PNG one large page.

    It holds no names of people, no seats, no drafts, and no time finer than a day, whatever the view holds. Raises
    typst.TypstError, RuntimeError or MemoryError when a poster cannot be drawn.
    """
    if "report" in view:
        from server.export.report.making import make_report  # most exports are none

        return make_report(view, variant)
    content = read(view, lang=variant.lang, offset=variant.offset)
    if variant.is_text:
        return _TEXTS_OF[variant.format](content)
    if variant.picture:
        maps = (replace(sheet, picture=variant.picture) for sheet in content.sheets if sheet.mapped is not None)
        content = replace(content, sheets=tuple(maps))
    from server.export.poster import poster  # slow to import, and not needed for texts

    return poster(content, format=cast(Format, variant.format), size=variant.size)
