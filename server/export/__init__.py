"""Exports: a board as picture, poster or text, made from the wall's view only (V12).

What may not live here: rules of visibility, HTTP, file names, and long work on the event loop.
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
WAITING: Final = 12  # posters that wait to be made; further ones are refused
KEPT: Final = 12  # finished posters in the cache, since many people export the same board
KEPT_BYTES: Final = 48 * 1024 * 1024
KEPT_FOR: Final = 60  # seconds in the cache: it must not keep a deleted board


class ExportError(Exception):
    """An export cannot be made; the message is one plain sentence."""


async def export(*, board: Board, method: Method, format: str, size: str = "a3", lang: str = "da") -> bytes:
    """The board as a file with only what the wall may show.

    `format` is svg, png, pdf, md, csv or json; `size` is a4, a3, a2 or a1, landscape (posters only); `lang` is da or
    en. A PDF has as many pages as needed, SVG and PNG one large page. It holds no names of people, no seats, no drafts,
    and no time finer than a day. Raises ExportError.
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
    """Makes posters in a thread, one at a time; equal requests share one poster."""

    def __init__(self) -> None:
        self._worker: ThreadPoolExecutor | None = None
        self._jobs: OrderedDict[tuple[Content, Format, str], Future[bytes]] = OrderedDict()

    async def make(self, content: Content, *, format: Format, size: str) -> bytes:
        """The poster, from the cache, from a job that is running, or newly made. Raises ExportError."""
        key = (content, format, size)
        job = self._jobs.get(key)
        if job is None:
            if sum(not other.done() for other in self._jobs.values()) >= WAITING:
                raise ExportError("Too many posters are being made right now: try again soon.")
            job = self._jobs[key] = self._start(key)
            asyncio.get_running_loop().call_later(KEPT_FOR, self._jobs.pop, key, None)
        self._jobs.move_to_end(key)
        try:
            # Shielded: a cancelled request must not cancel the job that other requests wait for.
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
        """Drop the oldest finished posters above KEPT and KEPT_BYTES."""
        done = [key for key, job in self._jobs.items() if job.done() and not job.exception()]
        kept = 0
        for place, key in enumerate(reversed(done)):
            kept += len(self._jobs[key].result())
            if place >= KEPT or kept > KEPT_BYTES:
                del self._jobs[key]


def _draw(content: Content, format: Format, size: str) -> bytes:
    made = poster(content, format=format, size=size)
    if len(made) > LARGEST:
        raise RuntimeError("the poster is larger than LARGEST")
    return made


_poster_maker = _PosterMaker()

__all__ = ["FORMATS", "SIZES", "ExportError", "export"]
