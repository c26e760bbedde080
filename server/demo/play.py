"""The demo: which workshops are played and when, over the public protocol, as anybody could.

Three workshops are played to their end at once, for something finished to look at; with `live` one
more goes on at human pace, again and again. What may not live here: what people do in a workshop
(workshop.py), and what they write (content.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from itertools import count, cycle
from typing import Final

from server.demo.client import Gone, TurnedDown, Unanswered, call
from server.demo.content import DILEMMAS, FUTURE, HISTORY, Script
from server.demo.workshop import Links, Sleep, Workshop, together

SEED: Final = 2026
SCRIPTS: Final[tuple[Script, ...]] = (HISTORY, DILEMMAS, FUTURE)
AFTERWARDS: Final = 90.0  # seconds that a live workshop stands before the next begins
TRY_AGAIN: Final = (5.0, 15.0, 60.0)  # seconds after a live workshop that broke off
TROUBLE: Final = (Gone, TurnedDown, Unanswered, OSError, TimeoutError)


async def main(*, base_url: str, key: str, live: bool) -> None:
    """Play three workshops, print where they are, and with `live` keep on until cancelled.

    `key` is the house key; it may be empty where the server is on this computer. Raises Unanswered,
    OSError and the like when the server cannot be played with.
    """
    base_url = base_url.rstrip("/")
    print("\nPlaying the demo's workshops ...", flush=True)
    played = await together(play(base_url, script, key=key, seed=SEED + i) for i, script in enumerate(SCRIPTS))
    print(f"\nDemo (seed {SEED}): finished workshops to look at\n", flush=True)
    print("\n\n".join(links.told(base_url) for links in played), flush=True)
    if live:
        await keep_on(base_url, key=key)


async def play(base_url: str, script: Script, *, key: str = "", seed: int = SEED) -> Links:
    """Play one workshop to its end without a pause; it stands there, finished, afterwards."""
    async with Workshop.begin(base_url, script, key=key, chance=random.Random(seed)) as it:  # noqa: S311  no secret
        await it.whole()
        return it.links


async def keep_on(base_url: str, *, key: str = "", seed: int = SEED + 100, sleep: Sleep = asyncio.sleep) -> None:
    """Play one workshop after another at human pace, for ever. Ends by being cancelled only.

    The one before the last is deleted, so that the house does not fill up. `sleep` takes seconds.
    """
    old: list[Links] = []
    broke = 0
    for number, script in zip(count(), cycle(SCRIPTS), strict=False):
        chance = random.Random(seed + number)  # noqa: S311  no secret
        try:
            async with Workshop.begin(base_url, script, key=key, chance=chance, sleep=sleep) as it:
                print(f"\nDemo, happening now:\n\n{it.links.told(base_url)}", flush=True)
                old.append(it.links)
                await it.whole()
                broke = 0
                await sleep(AFTERWARDS)
        except TROUBLE as trouble:
            # Whoever looks on may have taken over as the facilitator: then the story is theirs.
            print(f"\nThe demo's workshop broke off ({trouble}); another one follows.", flush=True)
            await sleep(TRY_AGAIN[min(broke, len(TRY_AGAIN) - 1)])
            broke += 1
        while len(old) > 1:
            await _throw_away(base_url, old.pop(0))


async def _throw_away(base_url: str, links: Links) -> None:
    # Else it goes by itself when its time is over.
    with contextlib.suppress(*TROUBLE):
        await call(base_url, f"/api/board/{links.board}", method="DELETE", token=links.token)
