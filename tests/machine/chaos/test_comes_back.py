"""P1: after a reconnect a person is sent their present personal layer, also when it is empty."""

from __future__ import annotations

import msgpack

from server.boards.rooms import Rooms
from server.store import Store
from tests.machine.boards import Clock, View, come_in, new_board


async def test_P1_R14_who_comes_back_after_the_seal_is_told_that_nothing_is_theirs(shelf: Store) -> None:
    """Found by T4: a screen keeps its old picture until the first frame of a layer, and for this one none came."""
    clock = Clock()
    board, lead = await new_board(shelf, clock)
    rooms = Rooms(shelf, now=clock)
    try:
        room = await rooms.get(board)
        ann = await come_in(room)
        first = View(room, lead)
        gone = View(room, ann)
        await gone.until(lambda: "me" in gone.mine)
        gone.leave()
        for name in ("close", "seal"):
            assert (await first.op(name)).reason is None
        await first.until(lambda: first.shown["board"]["sealed"])
        again = View(room, ann, tab=gone.session.tab)
        await again.level()
        assert [frame[0] for frame in map(msgpack.unpackb, again.frames)].count("mine") == 1
        assert again.mine == {}
    finally:
        await rooms.close()
