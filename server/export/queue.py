"""The queue of exports: fair between boards, with limits; equal requests share one file, which is kept for a while.

Posters and texts have a process each, so that a text never waits for a poster.

What may not live here: the processes themselves (parent.py), HTTP, and limits of a single person (server/web).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from board_schema.board import Board
from board_schema.method import Method
from server.export.packing import Packed, Packer
from server.export.parent import ExportProcess, File
from server.export.variants import WHOLE, Busy, Edition, ExportError, Variant

log = logging.getLogger("tavle.export")

WAITING: Final = 40  # files that may wait for a process
OF_ONE_BOARD: Final = 6  # of them of one board
SOON: Final = 5.0  # seconds after which it is worth trying again
POSTER_WITHIN: Final = 120.0  # seconds
TEXT_WITHIN: Final = 60.0  # seconds; on a machine with time to spare it is a part of one
KEPT: Final = 12  # finished files of a process, since many people export the same board
KEPT_BYTES: Final = 48 * 1024 * 1024
KEPT_FOR: Final = 60.0  # seconds: it must not keep a deleted board

_Key = tuple[bytes, Variant]  # the digest of what is shown, and what of it is wanted


class ExportQueue:
    """Makes exports for everybody in this process."""

    def __init__(self) -> None:
        self._packer = Packer()
        self.posters = JobQueue(within=POSTER_WITHIN)
        self.texts = JobQueue(within=TEXT_WITHIN)

    async def get(self, *, board: Board, method: Method, state: object, variant: Variant) -> File:
        """The board as a file: what the wall may show, as far as it belongs to the edition that is asked for.

        Raises ExportError, or Busy when too many wait.

        `state` differs when the board does, such as the head of its log. What waits is made of the newest state of the
        board that somebody asked for.
        """
        packed = await self._packer.packed(board, method, state=state, edition=variant.edition)
        jobs = self.texts if variant.is_text else self.posters
        return await jobs.get(board.id, packed, variant)

    def lacks_emoji(self, board: str, *, edition: Edition = WHOLE) -> bool:
        """Whether the board, as it was last packed, has emoji that this computer has no font for."""
        return self._packer.lacks_emoji(board, edition=edition)

    async def close(self) -> None:
        """Give up what waits, and end the processes."""
        self._packer.close()
        await asyncio.gather(self.posters.close(), self.texts.close())


@dataclass(slots=True)
class _Job:
    """A file to be made. `askers`: how many wait for it."""

    board: str
    packed: Packed
    variant: Variant
    done: asyncio.Future[File] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    askers: int = 0

    @property
    def key(self) -> _Key:
        return (self.packed.digest, self.variant)


class JobQueue:
    """The jobs of one process. Boards take turns, each with one job; a board's own jobs are made in their order."""

    def __init__(self, *, within: float, process: ExportProcess | None = None) -> None:
        self._within = within
        self.process = process or ExportProcess()
        # Boards in the order of their turns.
        self._waiting: OrderedDict[str, OrderedDict[Variant, _Job]] = OrderedDict()
        self._running: _Job | None = None
        self._kept: OrderedDict[_Key, File] = OrderedDict()
        self._work: asyncio.Task[None] | None = None

    async def get(self, board: str, packed: Packed, variant: Variant) -> File:
        """The file: a kept one, that of a job for the same, or of a new job. Raises ExportError or Busy."""
        key = (packed.digest, variant)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        job = self._running
        if job is None or job.key != key:
            own = self._waiting.get(board)
            job = own.get(variant) if own is not None else None
            job = job or self._new(board, packed, variant)
            job.packed = packed
        job.askers += 1
        try:
            # Shielded: who leaves must not cancel the job that others wait for.
            return await asyncio.shield(job.done)
        finally:
            job.askers -= 1
            if not job.askers:
                self._drop(job)

    async def close(self) -> None:
        """Give up every job, and end the process."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        jobs = [job for jobs in self._waiting.values() for job in jobs.values()]
        self._waiting.clear()
        for job in jobs:
            _fail(job, ExportError("The server stops."))
        await self.process.close()

    def _new(self, board: str, packed: Packed, variant: Variant) -> _Job:
        own = self._waiting.get(board, OrderedDict())
        if len(own) >= OF_ONE_BOARD or sum(map(len, self._waiting.values())) >= WAITING:
            raise Busy("Too many files are being made right now: try again soon.", retry_after=SOON)
        job = own[variant] = _Job(board, packed, variant)
        self._waiting[board] = own
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._make_all(), name="exports")
        return job

    def _drop(self, job: _Job) -> None:
        """Take a job that nobody waits for out of the queue; one that is being made goes on, and is kept."""
        own = self._waiting.get(job.board)
        if own is not None and own.get(job.variant) is job:
            del own[job.variant]
            if not own:
                del self._waiting[job.board]

    def _next(self) -> _Job:
        """The next job, of the board whose turn it is; the board's next turn is after all others'."""
        board, own = self._waiting.popitem(last=False)
        _, job = own.popitem(last=False)
        if own:
            self._waiting[board] = own
        return job

    async def _make_all(self) -> None:
        while self._waiting:
            job = self._running = self._next()
            try:
                file = await self.process.make(job.packed, job.variant, within=self._within)
            except ExportError as error:
                _fail(job, error)
            except asyncio.CancelledError:
                _fail(job, ExportError("The server stops."))
                raise
            except Exception:
                log.exception("an export failed")
                _fail(job, ExportError("The file could not be made."))
            else:
                self._keep(job.key, file)
                job.done.set_result(file)
            finally:
                self._running = None
        self.process.rest()

    def _keep(self, key: _Key, file: File) -> None:
        """Keep a file, and drop the oldest ones above KEPT and KEPT_BYTES."""
        self._kept[key] = file
        asyncio.get_running_loop().call_later(KEPT_FOR, self._kept.pop, key, None)
        while len(self._kept) > KEPT or sum(len(part) for each in self._kept.values() for part in each) > KEPT_BYTES:
            self._kept.popitem(last=False)


def _fail(job: _Job, error: ExportError) -> None:
    if not job.done.done():
        job.done.set_exception(error)
        job.done.exception()  # seen: nobody may wait for it any more
