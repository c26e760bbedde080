"""Makes one file from the wall's view. Runs in a process of its own (child.py), since it may take seconds.

What may not live here: processes, queues and limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from server.export.content import Content
from server.export.reading import View, read
from server.export.texts import comma_separated, javascript_object, markdown
from server.export.wishes import Wish

TEXTS: Final[dict[str, Callable[[Content], bytes]]] = {
    "md": markdown,
    "csv": comma_separated,
    "json": javascript_object,
}


def make(view: View, wish: Wish) -> bytes:
    """The file. A PDF has as many pages as needed, SVG and PNG one large page.

    It holds no names of people, no seats, no drafts, and no time finer than a day, whatever the view holds. Raises
    typst.TypstError, RuntimeError or MemoryError when a poster cannot be drawn.
    """
    given: dict[str, Any] = wish._asdict()
    content = read(view, lang=given["lang"])
    if wish.is_text:
        return TEXTS[wish.format](content)
    from server.export.poster import poster  # slow to import, and not needed for texts

    return poster(content, format=given["format"], size=wish.size)
