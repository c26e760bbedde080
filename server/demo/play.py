"""The demo: which workshops are played, and when, over the public protocol.

One of each method is played to its end without pauses, as a finished example, or only one of the method that is named;
with `live` further workshops are played at human pace, one after another, but no programmes: those have no end. What
may not live here: what people do in a workshop (workshop.py) or in a programme (programme.py), and texts: those are the
examples of the method files, and cases.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from itertools import count, cycle
from typing import Final

from board_schema.method import Method
from server.demo import programme
from server.demo.client import Gone, TurnedDown, Unanswered, call
from server.demo.workshop import Links, Workshop, together
from server.terminal import system_language

SEED: Final = 2026
AT_ONCE: Final = 3  # workshops that are played at the same time
AFTERWARDS: Final = 90.0  # seconds between the end of a live workshop and the next one
TRY_AGAIN: Final = (5.0, 15.0, 60.0)  # seconds to wait after a live workshop that failed (back-off)
TROUBLE: Final = (Gone, TurnedDown, Unanswered, OSError, TimeoutError)
TEXTS: Final = {
    "en": {
        "playing": "Playing the demo's workshops ...",
        "played": "Demo: finished workshops to look at",
        "live": "Demo, happening now:",
        "broke_off": "The demo's workshop broke off ({trouble}); another one follows.",
        "wall": "Wall     ",
        "console": "Console  ",
        "join": "Join     ",
        "notice": "Notices  ",
    },
    "da": {
        "playing": "Spiller demoens værksteder ...",
        "played": "Demo: færdige værksteder at se på",
        "live": "Demo, i gang nu:",
        "broke_off": "Demoens værksted blev afbrudt ({trouble}); et nyt følger.",
        "wall": "Væg      ",
        "console": "Styr     ",
        "join": "Vær med  ",
        "notice": "Opslag   ",
    },
}


async def main(
    *, base_url: str, key: str, live: bool, methods: Sequence[Method], installed: Sequence[Method] = ()
) -> None:
    """Play one of each of the `methods`, print their links, and with `live` continue until cancelled.

    `installed`: all methods, for the workshops of a programme.
    `key` is the house key; it may be empty if the server is on this computer. Raises Unanswered, OSError and others if
    the server fails.
    """
    base_url = base_url.rstrip("/")
    _say("playing")
    room = asyncio.Semaphore(AT_ONCE)

    async def one(method: Method, seed: int) -> Links:
        async with room:
            if method.endless:
                return await programme.play(base_url, method, installed, key=key, seed=seed)
            return await play(base_url, method, key=key, seed=seed)

    played = await together(one(method, SEED + i) for i, method in enumerate(methods))
    _say("played", *(_links(links, base_url) for links in played))
    ending = [method for method in methods if not method.endless]
    if live and ending:
        await keep_on(base_url, ending, key=key)


async def play(base_url: str, method: Method, *, key: str = "", seed: int = SEED) -> Links:
    """Play one workshop to its end without pauses; returns its links."""
    async with Workshop.begin(base_url, method, key=key, seed=seed, pace=0) as it:
        await it.whole()
        return it.links


async def keep_on(
    base_url: str, methods: Sequence[Method], *, key: str = "", seed: int = SEED + 100, pace: float = 1
) -> None:
    """Play one workshop after another at human pace, until cancelled.

    After each one all earlier ones are deleted, so that their number does not grow. `pace` is what people's times are
    multiplied by.
    """
    old: list[Links] = []
    broke = 0
    for number, method in zip(count(), cycle(methods), strict=False):
        try:
            async with Workshop.begin(base_url, method, key=key, seed=seed + number, pace=pace) as it:
                _say("live", _links(it.links, base_url))
                old.append(it.links)
                await it.whole()
                broke = 0
                await asyncio.sleep(AFTERWARDS * pace)
        except TROUBLE as trouble:
            # A visitor may have used the facilitator's link and changed the workshop.
            _say("broke_off", trouble=trouble)
            await asyncio.sleep(TRY_AGAIN[min(broke, len(TRY_AGAIN) - 1)] * pace)
            broke += 1
        while len(old) > 1:
            await _throw_away(base_url, old.pop(0))


def _say(text: str, *paragraphs: str, **values: object) -> None:
    """Print a text, and paragraphs below it."""
    said = TEXTS[system_language()][text].format(**values)
    print("\n" + "\n\n".join((said, *paragraphs)), flush=True)


def _links(links: Links, base_url: str) -> str:
    """The title of a workshop, and the ways to it."""
    texts = TEXTS[system_language()]
    last = f"{texts['join']}{links.code}  ({base_url}/join)"
    if links.notice:
        last = f"{texts['notice']}{base_url}/notice/{links.board}#k={links.notice}"
    return (
        f"  {links.title}\n"
        f"    {texts['wall']}{base_url}/wall/{links.board}#k={links.wall}\n"
        f"    {texts['console']}{base_url}/console/{links.board}#k={links.token}\n"
        f"    {last}"
    )


async def _throw_away(base_url: str, links: Links) -> None:
    # If this fails, it is deleted when it expires.
    with contextlib.suppress(*TROUBLE):
        await call(base_url, f"/api/board/{links.board}", method="DELETE", token=links.token)
