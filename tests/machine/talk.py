"""A client in Python, made from SPEC 7 and 9 alone, for the machine's tests; and workshops full of such clients."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.doors.access import words

if TYPE_CHECKING:
    from tests.machine.conftest import House

GUARD = 60  # seconds after which a wait fails; only against hanging
PLACE = {"sheet": "columns", "lane": "critique"}


def patched(shown: dict[str, Any], put: dict[str, Any], gone: list[str]) -> dict[str, Any]:
    """A layer after a `patch` or `mine` frame (P2: records are replaced whole)."""
    return {key: record for key, record in {**shown, **put}.items() if key not in gone}


class Reply:
    """An HTTP answer."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


async def call(
    base: str,
    path: str,
    *,
    method: str | None = None,
    body: Any = None,
    token: str = "",
    headers: dict[str, str] | None = None,
    raw: bytes | None = None,
) -> Reply:
    """One HTTP request, from our own page unless `headers` say otherwise."""
    host = base.removeprefix("http://")
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    method = method or ("GET" if body is None and raw is None else "POST")
    lines = {"Host": host, "Connection": "close", "Content-Length": str(len(data))}
    if method != "GET":
        lines |= {"Origin": base, "Content-Type": "application/json"}
    if token:
        lines["Authorization"] = f"Bearer {token}"
    lines |= headers or {}
    head = "".join(f"{key}: {value}\r\n" for key, value in lines.items() if value)
    try:
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + data)
        async with asyncio.timeout(GUARD):
            answer = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    top, _, rest = answer.partition(b"\r\n\r\n")
    first, *others = top.decode("latin-1").split("\r\n")
    found = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in others)}
    return Reply(int(first.split()[1]), found, rest)


def nobodys_code(number: int = 0) -> str:
    """A code of words that codes are made of, which opens nothing (but for one chance in a thousand millions)."""
    return " ".join((words() * 2)[number : number + 3])


async def new_workshop(base: str, method: str = "fremtidsvaerksted", **more: Any) -> Any:
    reply = await call(base, "/api/workshops", body={"method": method, **more})
    assert reply.status == 201, reply.body
    return reply.json


async def ask_in(base: str, code: str = "", **more: Any) -> Any:
    """Join (with `join`: by a link's key) and say no hello: the token waits for it, and nobody is on the board yet."""
    reply = await call(base, "/api/join", body={"code": code, **more} if code else more)
    assert reply.status == 200, reply.body
    return reply.json


async def join(base: str, code: str = "", **more: Any) -> Any:
    """The same and come in: one hello, on a connection that is closed again."""
    joined = await ask_in(base, code, **more)
    tab = await Tab(base, joined["board"], joined["token"]).open()
    assert tab.welcome["seat"] == joined["seat"]
    await tab.close()
    return joined


class Tab:
    """One browser tab: keeps what it is shown, and waits for what it wants to see."""

    def __init__(self, base: str, board: str, token: str, tab: str = "") -> None:
        self.base, self.board, self.token = base, board, token
        self.tab = tab or secrets.token_urlsafe(12)[:16]
        self.n = 0
        self.seen = 0
        self.acked = 0
        self.version = 0
        self.view: dict[str, Any] = {}
        self.mine: dict[str, Any] = {}
        self.refused: dict[int, str] = {}
        self.here: list[str] = []
        self.drags: dict[str, Any] = {}
        self.trouble = ""
        self.welcome: dict[str, Any] = {}
        self.frames: list[Any] = []
        self.raw: list[bytes] = []
        self.resets = 0
        self.bye: Any = None
        self.code: int | None = None
        self._changed = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self.socket: ClientConnection

    async def open(self, *, hello: bool = True, **more: Any) -> Tab:
        url = self.base.replace("http://", "ws://") + f"/ws/{quote(self.board, safe='')}"
        self.socket = await connect(url, compression=None, max_size=None, **more)
        self.code = None
        self.view, self.mine, self.version = {}, {}, 0
        self._reader = asyncio.create_task(self._read())
        if hello:
            await self.say_hello()
            await self.until(lambda: bool(self.welcome) and "board" in self.view)
        return self

    async def say_hello(self, **more: Any) -> None:
        fields = {
            "protocol": 3,
            "token": self.token,
            "tab": self.tab,
            "seen": self.seen,
            **more,
        }
        await self.send(["hello", fields])

    async def close(self) -> None:
        await self.socket.close()
        if self._reader is not None:
            await self._reader

    async def send(self, frame: Any) -> None:
        await self.socket.send(msgpack.packb(frame))

    async def op(self, name: str, /, **args: Any) -> int:
        """Send an op without waiting for its answer."""
        self.n += 1
        await self.send(["op", self.n, name, args])
        return self.n

    async def do(self, name: str, /, **args: Any) -> str:
        """Send an op, wait for its answer, and give the reason of a refusal, else nothing."""
        n = await self.op(name, **args)
        await self.until(lambda: self.acked >= n or n in self.refused)
        return self.refused.get(n, "")

    async def write(self, text: str, **args: Any) -> str:
        """Write a note; give its id."""
        note = secrets.token_urlsafe(12)
        refused = await self.do("write", note=note, text=text, **args)
        assert not refused, refused
        return note

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so, as frames arrive."""
        async with asyncio.timeout(GUARD):
            while not true():
                if self.code is not None:
                    raise AssertionError(f"closed with {self.code} while waiting")
                self._changed.clear()
                await self._changed.wait()

    async def ended(self) -> int:
        """Wait until the server closes; give the code."""
        async with asyncio.timeout(GUARD):
            assert self._reader is not None
            await self._reader
        assert self.code is not None
        return self.code

    def notes(self) -> dict[str, Any]:
        return {k[5:]: v for k, v in self.view.items() if k.startswith("note:")}

    async def _read(self) -> None:
        try:
            while True:
                data = await self.socket.recv()
                assert isinstance(data, bytes)
                self.raw.append(data)
                frame = msgpack.unpackb(data)
                self.frames.append(frame)
                self._take(frame)
                self._changed.set()
        except ConnectionClosed:
            self.code = self.socket.close_code or 1006
            self._changed.set()

    def _take(self, frame: list[Any]) -> None:
        match frame:
            case ["welcome", about]:
                self.welcome = about
                self.acked = max(self.acked, about["ack"])
            case ["patch", version, put, gone]:
                assert version >= self.version, "P3: the version decreased"
                self.version = version
                self.view = patched(self.view, put, gone)
            case ["mine", _, put, gone]:
                self.mine = patched(self.mine, put, gone)
            case ["ack", n]:
                self.acked = n
            case ["refused", n, reason]:
                self.refused[n] = reason
            case ["here", seats]:
                self.here = seats
            case ["drags", moving]:
                self.drags |= moving
            case ["trouble", what]:
                self.trouble = what
            case ["reset"]:
                self.resets += 1
                self.view, self.mine, self.version = {}, {}, 0
            case ["bye", *rest]:
                self.bye = rest


async def people(house: House, how_many: int, **more: Any) -> tuple[Any, list[Tab]]:
    """A workshop with its facilitator's tab first and participants' after, in a writing round."""
    made = await new_workshop(house.base, **more)
    tabs = [await Tab(house.base, made["board"], made["token"]).open()]
    assert await tabs[0].do("round", to="critique") == ""
    for i in range(how_many):
        one = await join(house.base, made["code"], name=f"P{i}")
        tabs.append(await Tab(house.base, made["board"], one["token"]).open())
        await tabs[-1].until(lambda tab=tabs[-1]: tab.mine["me"]["write"] is not None)
    return made, tabs


async def comes_back(lead: Tab, ann: Tab) -> None:
    """A note of Ann's is revealed, she goes and comes back: she is shown the same as before (P1)."""
    note = await ann.write("støj", **PLACE)
    await lead.do("reveal", sheet="columns", lane="critique")
    await ann.until(lambda: note in ann.notes())
    shown, mine, version = ann.view, ann.mine, ann.version
    await ann.close()
    await ann.open()
    await ann.until(lambda: ann.mine == mine)
    assert ann.view == shown
    assert ann.version == version


async def closed(*tabs: Tab) -> None:
    """Close these tabs' connections."""
    for tab in tabs:
        await tab.close()
