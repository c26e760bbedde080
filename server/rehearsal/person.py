"""One simulated person: comes in, and does at human pace what they want to do next.

What may not live here: what they want (mind.py), and who comes when (rehearsals.py).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from server.rehearsal.client import Connect, Gone, TurnedDown, Visitor
from server.rehearsal.mind import LETTERS, Mind

LOOK: Final = 0.2  # seconds from a frame to looking at it: several are looked at together
AGAIN: Final = (1.0, 3.0)  # seconds before reconnecting
LEAVE_IT: Final = 4500  # close codes from here on mean that one should not come again (P5)


async def take_part(
    connect: Connect, come_in: Callable[[], Awaitable[tuple[str, str]]], mind: Mind, *, pace: Callable[[], float]
) -> None:
    """Join and take part until the workshop or this person's part in it ends.

    `come_in` joins and returns the board and the token. `pace` is what a calm person's times are multiplied by now.
    """
    board, token = await come_in()
    while True:
        tab = "".join(mind.rng.choices(LETTERS, k=16))
        try:
            async with Visitor(connect, board=board, token=token, tab=tab) as visitor:
                await _act(visitor, mind, pace)
        except Gone as gone:
            if gone.code >= LEAVE_IT:
                return
        except TimeoutError:
            pass  # the store is away
        await asyncio.sleep(mind.rng.uniform(*AGAIN))


async def _act(visitor: Visitor, mind: Mind, pace: Callable[[], float]) -> None:
    """Do one thing after another; wait while there is nothing to do. Raises Gone, TimeoutError."""
    clock = asyncio.get_running_loop().time
    wanted: object = None
    since = takes = 0.0
    while True:
        act = mind.next(visitor.view, visitor.mine)
        if act is None:
            wanted = None
            await visitor.news()
            await asyncio.sleep(LOOK)
            continue
        if act.key != wanted:
            wanted, since, takes = act.key, clock(), mind.takes(act)
        left = since + takes * pace() - clock()
        if left > 0:
            await visitor.news(within=min(left, 1.0))
            await asyncio.sleep(min(left, LOOK))
            continue
        try:
            await visitor.do(act.name, **act.args())
        except TurnedDown as refused:
            if refused.reason != "store_away":
                mind.refused(act)
        else:
            mind.did(act)


def chance() -> random.Random:
    """A source of chance of its own for each person."""
    return random.Random()  # noqa: S311  no secret depends on it
