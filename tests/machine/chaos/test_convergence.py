"""T3 and T13: whatever the network does, every screen ends with the server's picture, and none is sent what it may
not see, on the real stack.

Real server process, real store, real WebSockets, each through a proxy of its own that is cut,
pulled and half-opened. The seed chooses ops and breakages; the network has its own say in when
they happen, so a failing seed is a hint and not a replay.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import secrets
import time
from collections import Counter
from typing import Any

import pytest

from board_schema.board import Actor
from board_schema.events import Entry
from board_schema.view import audience, personal, view
from board_schema.wire import Close
from server import store
from server.boards.room import Room
from server.boards.rooms import Rooms
from tests.machine.chaos.crowd import Ledger, Member, crowd
from tests.machine.chaos.houses import Running
from tests.machine.chaos.proxy import Proxy, proxied
from tests.machine.chaos.recorder import canary
from tests.machine.talk import join, new_workshop
from tests.rules import chance
from tests.rules.heard import of_others, since_when

SEEDS = int(os.environ.get("TAVLE_SEEDS") or 50)
AT_ONCE = 16  # boards that are played at a time
OPS = 100  # a board
PROGRESS = 25  # boards between two lines that say how far it is
CANARY = re.compile("kanarifugl[0-9a-f]{12}ø".encode())
METHODS = ("fremtidsvaerksted", "historievaerksted", "dilemmavaerksted")


async def test_T3_every_screen_converges_and_nothing_acked_is_lost_or_doubled(tavle: Running, seed: int) -> None:
    shelf = store.connect(tavle.url)
    await shelf.start()
    rooms = Rooms(shelf, now=lambda: time.time_ns() // 1_000_000)
    began, gate = time.monotonic(), asyncio.Semaphore(AT_ONCE)
    totals: Counter[str] = Counter()

    async def one(number: int) -> None:
        async with gate:
            totals.update(await play(tavle, rooms, seed + number))
            totals["boards"] += 1
            if totals["boards"] % PROGRESS == 0:
                print(f"{time.monotonic() - began:6.0f} s: {totals['boards']} of {SEEDS} seeds", flush=True)

    try:
        async with asyncio.TaskGroup() as group:
            for number in range(SEEDS):
                group.create_task(one(number))
    finally:
        await rooms.close()
        await shelf.close()
        print("".join(f"{line}\n" for line in tavle.printed.splitlines() if "raised an exception" in line))
    print(f"{SEEDS} seeds from {seed}: {dict(totals)} in {time.monotonic() - began:.1f} s")
    assert totals["acked"] > SEEDS * OPS // 4, "nothing much was played"
    assert totals["breaks"] > SEEDS * 2, "nothing much was broken"
    # A search that finds nothing proves nothing: both kinds of text must be there.
    assert totals["heard"] > SEEDS * 2, "hardly anybody was shown what somebody else wrote"
    assert totals["hidden"] > SEEDS * 4, "hardly anything stayed hidden"
    assert "Traceback" not in tavle.printed
    assert "raised an exception" not in tavle.printed


async def play(tavle: Running, rooms: Rooms, seed: int) -> dict[str, int]:
    """One board from its making to its end; what happened, in numbers."""
    rng = random.Random(seed)
    made = await new_workshop(tavle.base, METHODS[seed % 3])
    ledger = await Ledger(tavle.url, made["board"]).open()
    room = await rooms.get(made["board"])
    async with proxied(tavle.port, 5) as proxies:
        ways = [made, *[await join(tavle.base, made["code"], name=f"P{i}") for i in range(3)]]
        ways.append({"board": made["board"], "token": made["wall"]})
        members = [Member(p.base, way, chance=rng) for p, way in zip(proxies, ways, strict=True)]
        for member in members:
            member.tape = []
        try:
            async with crowd(members):
                breaks = await play_ops(rng, room, members, proxies)
                pids = await level(seed, room, members)
                entries = await ledger.check(pids)
                heard = listen(await ledger.entries(), pids)
        except BaseException:
            print(f"seed {seed}")
            raise
        finally:
            await ledger.close()
    return {
        "entries": entries,
        "acked": sum(len(m.acked_ops()) for m in members),
        "refused": sum(len(m.refused) for m in members),
        "breaks": breaks,
        "visits": sum(len(m.codes) for m in members),
        **heard,
    }


async def play_ops(rng: random.Random, room: Room, members: list[Member], proxies: list[Proxy]) -> int:
    """Ops of everybody, while their networks break; everything whole again at the end."""
    lead, *_others = members
    broken: dict[int, int] = {}  # which proxy, and the step at which it is whole again
    breaks = 0
    for step in range(OPS):
        for at in [at for at, until in broken.items() if until <= step]:
            del broken[at]
            proxies[at].resume()
            if rng.random() < 0.6:
                proxies[at].reset()
        if rng.random() < 0.08:
            at = rng.randrange(len(proxies))
            rng.choice([proxies[at].reset, proxies[at].pull, proxies[at].half_open])()
            broken[at] = step + rng.randint(2, 15)
            breaks += 1
        if step % 12 == 3:
            rounds = [item.id for item in room.method.plan(room.board.leader)]
            at = rounds.index(room.board.round)
            lead.op("round", to=rounds[min(at + 1, len(rounds) - 1)], confirm=True)
        at = rng.randrange(4)
        member = members[at]
        person = room.board.person(member.seat)
        if person is None or member.over is not None:
            continue
        note = secrets.token_urlsafe(12)
        name, args = chance.op(rng, room.board, room.method, person, note, canary())
        member.op(name, **args)
        if at not in broken:
            few = rng.randrange(6)
            with contextlib.suppress(TimeoutError):  # half-open: it learns of it later
                await member.until(lambda m=member, few=few: len(m.unanswered) <= few or m.over is not None, within=0.4)
    for proxy in proxies:
        proxy.resume()
        proxy.reset()
    return breaks


async def level(seed: int, room: Room, members: list[Member]) -> dict[Member, str]:
    """Wait until nothing is unanswered and every picture is the server's; who is who."""
    for member in members:
        await member.until(lambda m=member: m.over is not None or (m.full and not m.unanswered))
    await room.settle()
    board, method = room.board, room.method
    pids: dict[Member, str] = {}
    for member in members:
        role: Any = "wall" if member is members[-1] else "facilitator" if member is members[0] else "participant"
        pid = "" if role == "wall" else board.seats[member.seat]
        pids[member] = pid
        gone = pid in board.people and board.people[pid].gone
        if gone:  # who was away when it happened hears of it on coming back: the token opens nothing any more
            await member.until(lambda m=member: m.over is not None)
            assert member.over in (Close.REMOVED, Close.NO_ACCESS)
        if member.over is not None:
            assert gone, f"seed {seed}: sent away with {member.over}"
            continue
        actor = Actor(pid, role)
        shown = view(board, method, audience(board, actor))
        own = personal(board, method, actor)
        try:
            await member.until(lambda m=member, s=shown, o=own: (m.view, m.mine) == (s, o), within=10)
        except TimeoutError:
            wrong = {k for k in shown.keys() | member.view.keys() if shown.get(k) != member.view.get(k)}
            wrong |= {k for k in own.keys() | member.mine.keys() if own.get(k) != member.mine.get(k)}
            state = f"{len(member.view)} records, full {member.full}, attempts {member.attempts}, codes {member.codes}"
            pytest.fail(f"seed {seed}: {role} did not converge: {sorted(wrong)[:6]}; {state}")
    return pids


def listen(entries: list[Entry], pids: dict[Member, str]) -> dict[str, int]:
    """Hold every byte that everybody was sent against when they could first see it (T13).

    `heard` counts texts of others that came to somebody, `hidden` those that came to nobody but their author.
    """
    visible = since_when(entries, pids)
    wrote = {m: {args["text"].encode() for _, args in m.ops.values() if "text" in args} for m in pids}
    secret = {one for m, pid in pids.items() for one in (m.token, m.tab, pid) if one}
    heard = {m: of_others(m.tape or [], CANARY, visible=visible[m], wrote=wrote[m]) for m in pids}
    for member in pids:
        everything = b"\n".join(member.tape or [])
        assert not [one for one in secret if one.encode() in everything], (
            "V4: a token, a tab or an author's id was sent"
        )
    hidden = set().union(*wrote.values()) - set().union(*heard.values())
    return {"heard": sum(map(len, heard.values())), "hidden": len(hidden)}
