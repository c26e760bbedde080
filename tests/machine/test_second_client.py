"""A client that was made from SPEC.md alone plays a whole dilemma workshop against a real server."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.machine.conftest import House

PLAY = Path(__file__).parent / "second" / "play.mjs"
GUARD = 120  # seconds: only against hanging; the play takes about five on a quiet machine
PLAYED = "played the dilemma workshop: 11 people, 11 connections, 26 reasons of refusal"


async def test_a_client_made_from_the_specification_plays_a_whole_workshop(house: House) -> None:
    """P1 to P4, P8 to P11, P14, P15: the layers, numbers and answers, over a WebSocket, an HTTP stream and a poll.

    O1, O2, O8: each op is answered once, also after a reconnect. R1 to R14, R20 to R23: the rounds, turns and rights.
    V2 to V4, V8 to V13: what each role may not see. Section 6: every record has the fields named there, and no other.
    """
    node = await asyncio.create_subprocess_exec(
        "node", str(PLAY), house.base, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(GUARD):
            said, wrong = await node.communicate()
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    sys.stderr.write(wrong.decode())
    assert node.returncode == 0, wrong.decode()
    assert said.decode().splitlines()[-1] == PLAYED
