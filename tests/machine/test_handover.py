"""Several web processes behind one port: a board's connections are handed to one process; nothing requires that."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.process import handover
from server.process.handover import UP, Handover, board_of, owner_of, pairs
from tests.machine.lines import Line
from tests.machine.talk import PLACE, Tab, closed, join, new_workshop
from tests.machine.test_start import answers, serving, web
from tests.machine.waiting import PATIENCE, in_the_end, until, until_async

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc says which process holds a connection")


def holders(pids: set[int]) -> dict[tuple[str, str], set[int]]:
    """The web processes that hold the server's end of each connection, by (the server's port, the client's port)."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()[1:]]
    ends = {row[9]: (row[1].rpartition(":")[2], row[2].rpartition(":")[2]) for row in rows}
    found: dict[tuple[str, str], set[int]] = {}
    for pid in pids:
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                inode = os.readlink(file).removeprefix("socket:[").removesuffix("]")
                if inode in ends:
                    found.setdefault(ends[inode], set()).add(pid)
    return found


def ports(tab: Tab) -> tuple[str, str]:
    """A tab's connection as `holders` names it."""
    ours, theirs = (tab.socket.transport.get_extra_info(name)[1] for name in ("sockname", "peername"))
    return f"{theirs:04X}", f"{ours:04X}"


async def spread(base: str, boards: int, people: int) -> list[list[Tab]]:
    """Several workshops in a writing round, each with its facilitator and its people, who come mixed."""
    made: list[Any] = [await new_workshop(base) for _ in range(boards)]
    tabs = [[await Tab(base, one["board"], one["token"]).open()] for one in made]
    for lead, *_ in tabs:
        assert await lead.do("round", to="critique") == ""
    for _ in range(people):
        for one, those in zip(made, tabs, strict=True):
            token = (await join(base, one["code"]))["token"]
            those.append(await Tab(base, one["board"], token).open())
    return tabs


async def placed(pids: set[int], tabs: list[list[Tab]]) -> list[set[int]]:
    """The processes of each board's connections; waits until the copies of handed-over connections are closed."""

    def found() -> list[set[int]] | None:
        held = holders(pids)
        each = [[held.get(ports(tab), set()) for tab in those] for those in tabs]
        return (
            [set().union(*those) for those in each] if all(len(one) == 1 for those in each for one in those) else None
        )

    places = await until_async(found, what="one process for each connection")
    assert places is not None
    return places


async def together(process: Any, base: str, boards: int, people: int) -> tuple[list[list[Tab]], list[int]]:
    """Workshops whose people are each at one process, some at either one, and those processes.

    A connection that comes before both processes have heard of each other stays where it came, and nobody is told when
    they have: new workshops are made until it is so. Raises TimeoutError after `PATIENCE` seconds.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            pids = web(process)
            tabs = await spread(base, boards, people)
            places = await placed(pids, tabs)
            if all(len(place) == 1 for place in places) and set().union(*places) == pids:
                return tabs, [place.pop() for place in places]
            await closed(*(tab for those in tabs for tab in those))


@contextlib.asynccontextmanager
async def two(tmp_path: Path) -> AsyncIterator[tuple[Any, str]]:
    """A Tavle with two web processes, both of which serve."""
    with serving(data_dir=tmp_path, environ={"TAVLE_WORKERS": "2"}) as (process, _, port):
        yield process, f"http://127.0.0.1:{port}"


async def test_a_boards_people_come_together_in_one_process(tmp_path: Path) -> None:
    async with two(tmp_path) as (process, base):
        pids = web(process)
        assert len(pids) == 2
        tabs, places = await together(process, base, 8, 5)
        assert set(places) == pids, "the boards are spread over both"
        for lead, ann, *others in tabs:
            note = await ann.write("sammen", **PLACE)
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            for tab in others:
                await tab.until(lambda tab=tab, note=note: note in tab.notes())
        await closed(*(tab for those in tabs for tab in those))


async def test_lines_over_http_come_to_their_boards_process_too(tmp_path: Path) -> None:
    async with two(tmp_path) as (_, base):
        for way in ("open", "poll"):
            made = [await new_workshop(base) for _ in range(4)]
            for one in made:
                lead = await Tab(base, one["board"], one["token"]).open()
                assert await lead.do("round", to="critique") == ""
                line = await Line(base, one["board"], (await join(base, one["code"]))["token"], way=way).open()
                await line.until(lambda line=line: line.mine["me"]["write"] is not None)
                await line.write("ad omveje", **PLACE)
                await closed(lead, line)


async def test_a_killed_process_s_boards_are_served_by_the_others_until_it_is_back(tmp_path: Path) -> None:
    async with two(tmp_path) as (process, base):
        tabs, before = await together(process, base, 6, 2)
        dead = before[0]
        os.kill(dead, signal.SIGKILL)
        for those, place in zip(tabs, before, strict=True):
            if place == dead:
                for tab in those:
                    await tab.ended()
        for those, place in zip(tabs, before, strict=True):
            for tab in those if place == dead else ():
                await in_the_end(tab.open, unless=Exception)  # refused, cut off, or not served yet
        port = int(base.rpartition(":")[2])
        await asyncio.to_thread(until, lambda: len(web(process)) == 2 and answers(port), what="two web processes")
        for lead, *_ in tabs:
            assert await lead.do("setup", title="videre") == ""
        await closed(*(tab for those in tabs for tab in those))
        again, _ = await together(process, base, 8, 2)
        await closed(*(tab for those in again for tab in those))


class Stub:
    """A protocol whose connection is offered: what it was given to serve here, and its transport."""

    def __init__(self, connection: socket.socket) -> None:
        self.served: list[bytes] = []
        self.connection = connection
        self.transport = self
        self.aborted = False

    def get_extra_info(self, _: str) -> socket.socket:
        return self.connection

    def pause_reading(self) -> None:
        pass

    resume_reading = pause_reading

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        self.aborted = True
        self.connection.close()

    def serve(self, data: bytes) -> None:
        self.served.append(data)


class Taken(asyncio.Protocol):
    def __init__(self, head: bytes) -> None:
        self.data = head

    def data_received(self, data: bytes) -> None:
        self.data += data


async def test_a_connection_that_nobody_takes_is_served_where_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a process that looks too late finds that it is not its own any more."""
    monkeypatch.setattr(handover, "TAKE_WITHIN", 0.05)
    ends = pairs(2)
    sending = {number: pair[1] for number, pair in ends.items()}
    one, other = (Handover(number, receiving=ends[number][0], sending=sending) for number in (1, 2))
    here, there = socket.socketpair()
    stub = Stub(here)
    one.offer(stub, b"GET", to=2)  # type: ignore[arg-type]
    await asyncio.gather(*one._tasks)
    assert stub.served == [b"GET"]
    made: list[bytes] = []
    other.start(lambda head: made.append(head) or Taken(head))  # type: ignore[func-returns-value]
    other._receive()  # the message is in its queue: it needs no waiting for
    await asyncio.gather(*other._tasks)
    assert made == []
    other.close()
    for each in (here, there, *(end for pair in ends.values() for end in pair)):
        each.close()


@pytest.mark.parametrize(
    "head", [b"GET", b"POST" + bytes(handover.LARGEST_HEAD)], ids=["no file left", "too much came"]
)
async def test_a_connection_that_cannot_be_offered_is_served_where_it_came(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot where the process may open no more files, or where more has come than goes into one message."""

    def no_more() -> None:
        raise OSError(24, "Too many open files")

    ends = pairs(2)
    one, other = (
        Handover(number, receiving=ends[number][0], sending={n: pair[1] for n, pair in ends.items()})
        for number in (1, 2)
    )
    made: list[bytes] = []
    other.start(lambda head: made.append(head) or Taken(head))  # type: ignore[func-returns-value]
    here, there = socket.socketpair()
    stub = Stub(here)
    with monkeypatch.context() as patched:
        if head == b"GET":
            patched.setattr(handover.socket, "socketpair", no_more)
        one.offer(stub, head, to=2)  # type: ignore[arg-type]
        await asyncio.gather(*one._tasks, return_exceptions=True)
    assert stub.served == [head]
    assert not stub.aborted
    assert made == []
    other.close()
    for each in (here, there, *(end for pair in ends.values() for end in pair)):
        each.close()


async def test_a_connection_that_is_taken_goes_on_with_the_bytes_that_had_come() -> None:
    ends = pairs(2)
    sending = {number: pair[1] for number, pair in ends.items()}
    one, other = (Handover(number, receiving=ends[number][0], sending=sending) for number in (1, 2))
    listening = socket.create_server(("127.0.0.1", 0))
    there = socket.create_connection(listening.getsockname())
    here, _ = listening.accept()
    taken: list[Taken] = []

    def make(head: bytes) -> Taken:
        taken.append(Taken(head))
        return taken[-1]

    other.start(make)
    stub = Stub(here)
    one.offer(stub, b"GET ", to=2)  # type: ignore[arg-type]
    await asyncio.gather(*one._tasks)
    assert (stub.served, stub.aborted) == ([], True)
    there.sendall(b"/more")
    await asyncio.to_thread(until, lambda: bool(taken) and taken[0].data == b"GET /more", what="all the bytes")
    other.close()
    for each in (listening, there, *(end for pair in ends.values() for end in pair)):
        each.close()


def test_a_board_has_the_same_owner_for_all_and_moves_only_when_its_owner_goes() -> None:
    boards = [secrets.token_urlsafe(16) for _ in range(300)]
    owners = {board: owner_of(board, [1, 2, 3]) for board in boards}
    assert all(60 < list(owners.values()).count(number) < 140 for number in (1, 2, 3))
    assert {board: owner_of(board, [3, 1, 2]) for board in boards} == owners
    for board, number in owners.items():
        if number != 2:
            assert owner_of(board, [1, 3]) == number


def test_a_process_knows_which_others_serve() -> None:
    ends = pairs(2)
    part = Handover(1, receiving=ends[1][0], sending={})
    assert {part.owner(str(i)) for i in range(50)} == {1}
    part.heard(bytes((UP | 1, UP | 2)))
    assert {part.owner(str(i)) for i in range(50)} == {1, 2}
    part.heard(bytes((2, 1)))
    assert {part.owner(str(i)) for i in range(50)} == {1}
    for pair in ends.values():
        for end in pair:
            end.close()


@pytest.mark.parametrize(
    ("data", "board"),
    [
        (b"GET /ws/abc HTTP/1.1\r\n", "abc"),
        (b"GET /ws/a-_9?x=1 HTTP/1.1", "a-_9"),
        (b"POST /stream/abc/open HTTP/1.1", "abc"),
        (b"GET /ws/ab", ""),
        (b"GET /ws HTTP/1.1", ""),
        (b"GET /ws/%41 HTTP/1.1", ""),
        (b"POST /stream/open HTTP/1.1", ""),
        (b"GET /api/board/abc/door HTTP/1.1", ""),
        (b"\x16\x03\x01", ""),
    ],
)
def test_the_board_stands_in_the_first_line(data: bytes, board: str) -> None:
    assert board_of(data) == board
