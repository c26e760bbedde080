"""The servers that are measured: how each is started, how clients join, and which frames they send.

Tavle is spoken to through its public protocol alone: HTTP to make boards and let people in, then hello, ops,
drags and patches (SPEC 5, 7, 9). The bare limit relays texts of the same length. What may not live here: how
load is made or measured, and npm (peers.py).
"""

import http.client
import json
import os
import secrets
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgpack
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from server.process.socket_folder import socket_of
from tests.bench.proc import keep_to, tree
from tests.bench.workloads import Kind, Workload

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NOTE = "Vi mangler tid til overlevering"  # a note as people write them, before its marker
LONG = 900  # letters of four bytes in a long text
LONG_BYTES = 4 * LONG
PATIENCE = 30.0  # seconds for a server to answer
AT_ONCE = 8  # HTTP calls at a time while people are let in
MARK = 18  # bytes of a marker
# What a person's shell may hold must not change what is measured.
OURS = ("REDIS_URL", "PORT", "HOST", "TAVLE_")


class CannotRun(Exception):
    """This target cannot take this workload, or is not here; the message is one plain sentence."""


@dataclass(slots=True)
class Site:
    """Where one run happens: ports, a folder that is thrown away, and the processes started in it."""

    ports: list[int]
    folder: Path
    cpus: frozenset[int]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def spawn(self, command: Sequence[str | Path], *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
        """Start a server's process on this run's cores."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                env={**clean, **(env or {})},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        # Before it has read its first file: what it starts itself inherits it.
        keep_to(process.pid, self.cpus)

    @property
    def port(self) -> int:
        """The port, where there is one; else the first."""
        return self.ports[0]

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.folder / "server.log"

    def wait(self, port: int = 0) -> None:
        """Return when the port (else the first) answers; raises CannotRun when it does not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if any(process.poll() is not None for process in self.processes):
                break
            try:
                socket.create_connection(("127.0.0.1", port or self.port), 1).close()
            except OSError:
                time.sleep(0.05)  # a port that is opened sends no event
            else:
                return
        raise CannotRun(f"it did not start: {self.last_words()}")

    def last_words(self) -> str:
        """The last line that the server printed."""
        said = self.log.read_text(errors="replace").strip()
        return said.rpartition("\n")[2][-200:]

    def pids(self) -> list[int]:
        """Every process of the server, its store's included."""
        return tree(process.pid for process in self.processes)

    def stop(self) -> None:
        """End what was started here, and only that."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                for pid in tree([process.pid]):
                    os.kill(pid, 9)
                process.wait()


class Target:
    """A server under load. `kind`: tavle, limit or peer."""

    name = ""
    kind = "peer"
    tavle = False
    limited = False  # whether it holds a person to a number of drags a second
    keeps = "nothing"  # what it keeps of a board
    path = "/r%(room)"
    steps: tuple[str, ...] = ()

    def set_up(self) -> None:
        """Make ready what needs it once. Raises CannotRun."""

    def start(self, site: Site, workload: Workload) -> None:
        """Start the server and let everybody in who will connect. Raises CannotRun."""
        raise NotImplementedError

    def frames(self, kind: Kind, workload: Workload) -> list[str]:
        """The frames of one operation, as templates of the load client."""
        raise NotImplementedError

    def first(self, kind: Kind) -> list[str]:
        """What a sender must have sent before its first operation."""
        return []

    def entry(self, site: Site, workload: Workload) -> list[str]:
        """The load client's words for getting in."""
        words = ["--path", self.path]
        for step in self.steps:
            words += ["--step", step]
        return words


# -- the bare limit -----------------------------------------------------------------------


class Limit(Target):
    """`websockets` and uvloop: every message to everybody, and nothing else."""

    name = "limit"
    kind = "limit"

    def start(self, site: Site, workload: Workload) -> None:
        if workload.mode == "join":
            raise CannotRun("it keeps no board that somebody could join.")
        for port in site.ports:
            site.spawn([sys.executable, HERE / "limit.py", str(port)])
            site.wait(port)

    def frames(self, kind: Kind, workload: Workload) -> list[str]:
        if kind == "note":
            where = '"x":%(rand900+100),"y":%(rand900+100)'
            return ['t:{"t":"add","id":"n%(dec:5:conn)%(dec:6:seq)",' + where + f',"s":"{NOTE} %(mark)"' + "}"]
        pad = f',"pad":"%(pad:{LONG_BYTES})"' if kind == "text" else ""
        where = '"x":%(rand900+100),"y":%(rand900+100)'
        return ['t:{"t":"move","id":"d%(dec:11:conn)",' + where + ',"s":"%(mark)"' + pad + "}"]


# -- Tavle --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of a frame that the load client fills in: a template for hex, msgpack header included."""

    template: str


def packed(value: Any) -> str:
    """A frame as a template: msgpack in hex, with its `Raw` pieces left to the load client."""
    match value:
        case Raw(template=template):
            return template
        case list():
            return f"{0x90 + len(value):02x}" + "".join(map(packed, value))
        case dict():
            return f"{0x80 + len(value):02x}" + "".join(packed(k) + packed(v) for k, v in value.items())
        case _:
            return bytes(msgpack.packb(value)).hex()


def _id(letter: str, template: str) -> Raw:
    """A note's id: a letter and eleven digits."""
    return Raw(f"ac {ord(letter):02x} {template}")


_OP = Raw("ce %(be:4:n)")
_OWN = "%(dec:11:conn)"
_DRAGGED, _REWRITTEN = _id("d", _OWN), _id("e", _OWN)


class Tavle(Target):
    """The whole way: rules, roles, an entry stored and synced before it is acknowledged, patches."""

    name = "tavle"
    kind = "tavle"
    tavle = True
    limited = True
    keeps = "Valkey, append-only file, fsync always"
    path = "/ws/%(f2)"
    steps = ("b:%(hex1)", "waithex:" + (b"\x94" + msgpack.packb("patch")).hex())

    def start(self, site: Site, workload: Workload) -> None:
        try:
            for number, port in enumerate(site.ports):
                self._open(site, workload, number, port)
            self._let_in(site, workload)
        except CannotRun as problem:
            raise CannotRun(f"{problem} Its last words: {site.last_words()}") from problem

    def _open(self, site: Site, workload: Workload, number: int, port: int) -> None:
        """Start a Tavle; the first one has the store, and the others are told where it is."""
        data = site.folder / "data"
        env = {"TAVLE_METHODS": str(HERE / "methods")}
        if number:
            env["REDIS_URL"] = f"unix://{socket_of(data)}"
        else:
            env["TAVLE_DATA"] = str(data)
        ways = ["--port", str(port), "--workers", str(workload.workers)]
        site.spawn([sys.executable, "-m", "server.process.run", "--host", "127.0.0.1", *ways], env=env)
        site.wait(port)
        # Answered once a web process serves, which is later than its port is there.
        _call(port, "GET", "/ready")

    def _let_in(self, site: Site, workload: Workload) -> None:
        """Make the boards, let everybody join, and write down how each connection says hello."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            # The load client deals its connections over the ports in turn, and over the boards.
            homes = [site.ports[number % len(site.ports)] for number in range(workload.boards)]
            boards = list(pool.map(lambda port: _post(port, "/api/workshops", method="bench"), homes))
            # Connection i is member i // boards of board i % boards; console and wall come last.
            wanted = list(zip(homes, boards, strict=True)) * workload.people
            joined = list(pool.map(lambda way: _come_in(way[0], way[1]["code"]), wanted))
        ways = [(person["board"], person["token"]) for person in joined]
        if workload.screens:
            ways += [(board["board"], board["token"]) for board in boards]
            ways += [(board["board"], board["wall"]) for board in boards]
        lines = [f"{_hello(token).hex()} {board}" for board, token in ways]
        (site.folder / "hellos").write_text("\n".join(lines) + "\n")

    def entry(self, site: Site, workload: Workload) -> list[str]:
        words = ["--tavle", "--vars", str(site.folder / "hellos")]
        if workload.houses == 1:  # else the page's own address is another one for half of them
            words += ["--header", f"Origin: http://127.0.0.1:{site.port}"]
        return [*super().entry(site, workload), *words]

    def frames(self, kind: Kind, workload: Workload) -> list[str]:
        match kind:
            case "note":
                said = NOTE.encode() + b" "
                args = {
                    "note": _id("n", "%(dec:5:conn)%(dec:6:seq)"),
                    "text": Raw(f"d9 {len(said) + MARK:02x} {said.hex()} %(mark)"),
                    "sheet": "wall",
                    "lane": "left",
                }
                return ["b:" + packed(["op", _OP, "write", args])]
            case "drag":
                return ["b:" + packed(["drag", _DRAGGED, Raw("cb %(unit:k)"), Raw("cb %(unit:rand1048576)")])]
            case "move":
                args = {"note": _DRAGGED, "lane": "left", "spot": Raw("ce %(be:4:k+1000)")}  # as BEFORE_MOVES in load.c
                return ["b:" + packed(["op", _OP, "move", args]), "b:" + packed(["drag", _DRAGGED, None, None])]
            case "text":
                size = struct.pack(">H", LONG_BYTES + MARK).hex()
                text = Raw(f"da {size} {'🙂'.encode().hex() * LONG} %(mark)")
                return ["b:" + packed(["op", _OP, "edit", {"note": _REWRITTEN, "text": text}])]

    def first(self, kind: Kind) -> list[str]:
        note = {"drag": _DRAGGED, "text": _REWRITTEN}.get(kind)
        if note is None:
            return []
        args = {"note": note, "text": NOTE, "sheet": "wall", "lane": "left"}
        return ["b:" + packed(["op", _OP, "write", args])]


def _come_in(port: int, code: str) -> dict[str, Any]:
    """Join, and be on the board: a first hello, on a connection that is closed again."""
    person = _post(port, "/api/join", code=code)
    try:
        with connect(f"ws://127.0.0.1:{port}/ws/{person['board']}", compression=None, max_size=None) as first:
            first.send(_hello(person["token"]))
            said = msgpack.unpackb(first.recv(timeout=PATIENCE))
    except (OSError, WebSocketException) as problem:
        raise CannotRun(f"A first hello was not answered ({problem}).") from problem
    if said[0] != "welcome":
        raise CannotRun(f"A first hello was answered with {said}.")
    return person


def _hello(token: str) -> bytes:
    tab = secrets.token_urlsafe(12)
    frame = ["hello", {"protocol": 3, "token": token, "tab": tab, "seen": 0}]
    return bytes(msgpack.packb(frame))


def _post(port: int, path: str, **body: Any) -> dict[str, Any]:
    """A call as our own page makes it; raises CannotRun with the server's reason."""
    return _call(port, "POST", path, json.dumps(body))


def _call(port: int, verb: str, path: str, body: str | None = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
        connection.request(verb, path, body=body, headers=headers)
        answer = connection.getresponse()
        said: dict[str, Any] = json.loads(answer.read())
    except (OSError, ValueError, http.client.HTTPException) as problem:
        raise CannotRun(f"{path} was not answered ({problem}).") from problem
    finally:
        connection.close()
    if answer.status >= 300:
        raise CannotRun(f"{path} was answered with {answer.status} {said.get('error')}.")
    return said
