"""Packs what an export needs of the wall's view, in a thread, so that the event loop goes on.

It is made once for each state of a board. What may not live here: making files, and queues.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import msgspec

from board_schema.board import Actor, Board
from board_schema.method import Method
from board_schema.patch import View
from board_schema.view import audience, view
from server.export import emoji
from server.export.answered import with_what_it_was_about
from server.export.reading import needed
from server.export.report.gathering import gathered
from server.export.variants import WHOLE, Edition, ExportError

log = logging.getLogger("tavle.export")

KEPT: Final = 24  # boards whose packed view is kept
KEPT_FOR: Final = 60.0  # seconds: it must not keep a deleted board


@dataclass(frozen=True, slots=True)
class Packed:
    """The records of the wall's view that an export reads, as msgpack. Equal ones have the same `digest`."""

    data: bytes
    digest: bytes
    lacks_emoji: bool = False  # it has emoji, and this computer no font for them


def key_of(board_id: str, edition: Edition) -> str:
    """The key of a board's files of an edition: none is ever kept or made for another."""
    return "/".join((board_id, *edition))


def pack(board: Board, method: Method, *, edition: Edition = WHOLE) -> Packed:
    """What an export needs of the board; for the leader edition of what was picked, and of nothing else."""
    shown = view(board, method, audience(board, Actor("", "wall")))
    if edition.what in ("report", "lift") or (edition.what == "leader" and board.programme):
        found = gathered(board, method, needed(shown), edition=edition)
    else:
        found = needed(picked_of(shown, method) if edition.what == "leader" else shown)
    found = with_what_it_was_about(board, method, found)
    for sheet in method.sheets:
        if sheet.prints and (record := found.get(f"sheet:{sheet.id}")):
            record["prints"] = msgspec.to_builtins(sheet.prints)
    # The day on which people met: a later round of a night shift's workshop begins on the next.
    found["board"]["began"] = board.underway or board.began
    data = msgspec.msgpack.encode(found)
    return Packed(data, hashlib.sha256(data).digest(), lacks_emoji=emoji.lacking(found))


def picked_of(shown: View, method: Method) -> View:
    """Of a wall's view the sheet of picked notes with these (R29), and what every export says of a board."""
    sheet = "" if method.picks is None else method.picks.id
    return {
        key: record
        for key, record in shown.items()
        if key in ("board", "method", f"sheet:{sheet}")
        or (key.startswith("note:") and sheet and record["sheet"] == sheet and _from_picks(record, method))
    }


def _from_picks(record: Mapping[str, object], method: Method) -> bool:
    """Whether a note's record on that sheet is of a picked note, or of a leader's answer to one (R38)."""
    lane = method.answer_lane
    return "sources" in record or (lane is not None and record["lane"] == lane.id)


class Packer:
    """Packs boards in one thread, one at a time; whoever asks for the same state of a board gets the same value.

    Of a board only what was packed is kept: no drafts and no names, which must be gone when it is sealed (S9).
    """

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._kept: OrderedDict[str, tuple[object, Future[Packed]]] = OrderedDict()

    async def packed(self, board: Board, method: Method, *, state: object, edition: Edition = WHOLE) -> Packed:
        """The packed view of this board, for an edition of it; `state` differs when the board does.

        Raises ExportError.
        """
        key = key_of(board.id, edition)
        kept = self._kept.get(key)
        if kept is None or kept[0] != state:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="export")
            kept = self._kept[key] = state, self._thread.submit(pack, board, method, edition=edition)
            asyncio.get_running_loop().call_later(KEPT_FOR, self._forget, key, kept[1])
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        try:
            # Shielded: who leaves must not cancel what others wait for.
            return await asyncio.shield(asyncio.wrap_future(kept[1]))
        except Exception as error:
            self._forget(key, kept[1])
            log.exception("a view could not be packed")
            raise ExportError("The board could not be read.") from error

    def lacks_emoji(self, board_id: str, *, edition: Edition = WHOLE) -> bool:
        """Whether what was last packed of a board has emoji that this computer has no font for."""
        kept = self._kept.get(key_of(board_id, edition))
        return kept is not None and kept[1].done() and not kept[1].exception() and kept[1].result().lacks_emoji

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._thread = None

    def _forget(self, board_id: str, made: Future[Packed]) -> None:
        if board_id in self._kept and self._kept[board_id][1] is made:
            del self._kept[board_id]
