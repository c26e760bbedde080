"""Exports: a board as picture, poster or text, made from the wall's view and from nothing else.

What may not live here: a second answer to who may see what (V12: the view is the wall's), HTTP,
file names, and work on the event loop that takes long.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import typst

from board_schema.board import Actor, Board
from board_schema.method import Method
from board_schema.view import audience, view
from server.export.content import Content
from server.export.poster import SIZES, Format, poster
from server.export.reading import read
from server.export.texts import comma_separated, javascript_object, markdown

TEXTS: Final = {"md": markdown, "csv": comma_separated, "json": javascript_object}
PICTURES: Final[dict[str, Format]] = {"svg": "svg", "png": "png", "pdf": "pdf"}
FORMATS: Final = (*PICTURES, *TEXTS)

LARGEST: Final = 40 * 1024 * 1024  # bytes of a file
WAITING: Final = 12  # posters in line; more are turned away at once
KEPT: Final = 12  # finished posters, since a whole room takes the same one home
KEPT_BYTES: Final = 48 * 1024 * 1024
KEPT_FOR: Final = 60  # seconds: a board that is deleted must not live on in here


class ExportError(Exception):
    """An export cannot be made; the message is one plain sentence."""


async def export(*, board: Board, method: Method, format: str, size: str = "a3", lang: str = "da") -> bytes:
    """The board as a file, holding what the wall may show and nothing else.

    `format` is svg, png, pdf, md, csv or json; `size` a4, a3, a2 or a1, lying down (posters only);
    `lang` da or en. A PDF has as many pages as it takes, SVG and PNG show one large one. Nobody's
    name, seat or draft is in it, and no time finer than a day. Raises ExportError.
    """
    if lang not in ("da", "en"):
        raise ExportError(f"There is no language {lang!r}: ask for da or en.")
    if format not in FORMATS:
        raise ExportError(f"There is no format {format!r}: ask for one of {', '.join(FORMATS)}.")
    if size not in SIZES:
        raise ExportError(f"There is no size {size!r}: ask for one of {', '.join(SIZES)}.")
    shown = view(board, method, audience(board, Actor("", "wall")))
    content = read(shown, lang="en" if lang == "en" else "da")
    if format in TEXTS:
        return TEXTS[format](content)
    return await _poster_maker.make(content, format=PICTURES[format], size=size)


class _PosterMaker:
    """Makes posters one at a time off the event loop, and the same one only once."""

    def __init__(self) -> None:
        self._worker: ThreadPoolExecutor | None = None
        self._jobs: OrderedDict[tuple[Content, Format, str], Future[bytes]] = OrderedDict()

    async def make(self, content: Content, *, format: Format, size: str) -> bytes:
        """The poster; who asks for one that is being made waits for that. Raises ExportError."""
        key = (content, format, size)
        job = self._jobs.get(key)
        if job is None:
            if sum(not other.done() for other in self._jobs.values()) >= WAITING:
                raise ExportError("Too many posters are being made right now: try again soon.")
            job = self._jobs[key] = self._start(key)
            asyncio.get_running_loop().call_later(KEPT_FOR, self._jobs.pop, key, None)
        self._jobs.move_to_end(key)
        try:
            # Shielded: somebody who leaves must not take the poster from those who wait.
            return await asyncio.shield(asyncio.wrap_future(job))
        except (typst.TypstError, RuntimeError, MemoryError) as error:
            self._jobs.pop(key, None)
            raise ExportError("The poster could not be drawn.") from error
        finally:
            self._forget()

    def _start(self, key: tuple[Content, Format, str]) -> Future[bytes]:
        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="poster")
        return self._worker.submit(_draw, *key)

    def _forget(self) -> None:
        """Keep the newest finished posters, within bounds."""
        done = [key for key, job in self._jobs.items() if job.done() and not job.exception()]
        kept = 0
        for place, key in enumerate(reversed(done)):
            kept += len(self._jobs[key].result())
            if place >= KEPT or kept > KEPT_BYTES:
                del self._jobs[key]


def _draw(content: Content, format: Format, size: str) -> bytes:
    made = poster(content, format=format, size=size)
    if len(made) > LARGEST:
        raise RuntimeError("larger than a file may be")
    return made


_poster_maker = _PosterMaker()

__all__ = ["FORMATS", "SIZES", "ExportError", "export"]
