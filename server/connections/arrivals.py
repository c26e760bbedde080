"""Looks up who says hello, and puts those who have just joined on their board.

Somebody who joins gets a token and is not on the board yet: the token's first hello brings them in. So a seat of which
nobody ever says hello does not exist.

What may not live here: who may join (server/web), and what a person becomes on the board (board_schema).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from board_schema.board import Actor
from board_schema.wire import Close
from server.boards.rooms import Rooms
from server.boards.session import Ended
from server.connections.tokens import TokenLookup
from server.store import Credential, Joining, Store

ANSWER = 10.0  # seconds for the board's log to take somebody in


class Arrivals:
    """Credentials of tokens, also of those that wait for their first hello. `now` returns milliseconds."""

    def __init__(self, *, store: Store, rooms: Rooms, tokens: TokenLookup, now: Callable[[], int]) -> None:
        self._store = store
        self._rooms = rooms
        self._tokens = tokens
        self._now = now

    async def credential(self, board: str, *, digest: str) -> Credential:
        """The credential of a hello's token. Somebody who has joined is on the board when this returns.

        Raises Ended(`no_access`), NoBoard, StoreAway, Broken or TimeoutError.
        """
        found = await self._tokens.credential(board, digest=digest)
        if found is not None:
            return found
        who = await self._store.joining.of(board, digest=digest, now=self._now())
        if who is None:
            # Of two hellos at once with one token, the other may have come first.
            found = await self._store.credentials.of(board, digest=digest)
            if found is not None:
                return found
            await self._store.head(board)
            raise Ended(Close.NO_ACCESS)
        return await self._bring_in(board, digest, who)

    async def _bring_in(self, board: str, digest: str, who: Joining) -> Credential:
        """Put somebody on the board; the same again when it was done before (two hellos, a lost answer)."""
        room = await self._rooms.get(board)
        async with asyncio.timeout(ANSWER):
            if room.board.sitting != who.sitting:
                await room.settle()
            if room.board.sitting != who.sitting:
                raise Ended(Close.NO_ACCESS)  # the code was that of an earlier sitting (R41)
            answer = await room.submit_join(Actor(who.pid, who.role), seat=who.seat, name=who.name, remote=who.remote)
        if answer.reason is not None:
            raise Ended(Close.NO_ACCESS)  # full or closed since they joined; joining again says which
        gives = Credential(who.role, who.pid)
        await self._store.credentials.add(board, digest=digest, gives=gives)
        person = room.board.by_pid(who.pid)
        if person is not None and person.gone:
            await self._store.credentials.revoke(board, lambda pid: pid == who.pid)  # removed between two hellos
            raise Ended(Close.REMOVED)
        await self._store.joining.drop(board, digest=digest)
        return gives
