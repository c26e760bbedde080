"""Other projects' servers, for comparison: installed with npm into a temporary folder, not into this repository.

What may not live here: their code. A few lines in glue/ start those that are libraries.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.bench.targets import HERE, LONG_BYTES, MARK, NOTE, CannotRun, Site, Target
from tests.bench.workloads import Kind, Workload

INSTALL = 300.0  # seconds for npm


def _folder() -> Path:
    named = os.environ.get("TAVLE_BENCH_PEERS")
    return Path(named) if named else Path(tempfile.gettempdir()) / "tavle-bench-peers"


class Peer(Target):
    """A server from npm. `packages` are installed together in a folder of their own."""

    packages: tuple[str, ...] = ()
    home = Path()

    def set_up(self) -> None:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise CannotRun("npm is not here.")
        self.home = _folder() / self.name
        stamp = self.home / ("have-" + "+".join(self.packages).replace("/", "_"))
        if stamp.exists():
            return
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "package.json").write_text('{"private": true}')
        words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *self.packages]
        try:
            done = subprocess.run(words, cwd=self.home, capture_output=True, text=True, timeout=INSTALL)
        except subprocess.TimeoutExpired:
            raise CannotRun("npm did not finish.") from None
        if done.returncode:
            raise CannotRun(f"npm cannot install it: {(done.stderr or done.stdout).strip()[-200:]}")
        stamp.touch()


class SharedReducer(Peer):
    """The engine under Refacto: each change is reduced into the board's state and encoded anew for each socket."""

    name = "shared-reducer"
    keeps = "the board, in memory"
    packages = ("shared-reducer@6", "json-immutability-helper@4", "ws@8")
    steps = ('wait:"init"',)

    def start(self, site: Site, workload: Workload) -> None:
        site.spawn(["node", HERE / "glue" / "shared_reducer.mjs", str(site.port)], env={"PEER_HOME": str(self.home)})
        site.wait()

    def frames(self, kind: Kind, workload: Workload) -> list[str]:
        name = "n%(dec:4:conn)%(dec:6:seq)" if kind == "note" else "d%(dec:11:conn)"
        text = f"{NOTE} " if kind == "note" else f"%(pad:{LONG_BYTES})" if kind == "text" else ""
        put = '"x":%(rand1000),"y":%(rand1000),"s":"' + text + '%(mark)"'
        return ['t:{"change":{"notes":{"' + name + '":["=",{' + put + '}]}},"id":%(seq)}']


class Yjs(Peer):
    """A CRDT document per board: y-protocols' sync over a socket, then an update for each operation."""

    keeps = "the board, in memory"
    prefix = ""  # what stands before a sync message, in hex

    def entry(self, site: Site, workload: Workload) -> list[str]:
        steps = list(self._hello())
        if self._writes_first(workload):
            update, size = _first_update()
            steps.append(self._sync(f"02 %(vu:2:{size}) {update}"))
        self.steps = tuple(steps)
        return super().entry(site, workload)

    def frames(self, kind: Kind, workload: Workload) -> list[str]:
        first = not self._writes_first(workload)
        update, size = _update("note" if first else kind, first=first)
        return [self._sync(f"02 %(vu:2:{size}) {update}")]

    def _writes_first(self, workload: Workload) -> bool:
        """Whether each connection makes the thing that it will drag before it starts."""
        return workload.mode != "join" and any(stream.newest for stream in workload.streams)

    def _hello(self) -> tuple[str, ...]:
        return (self._sync("00 01 00"), "waithex:0001")

    def _sync(self, message: str) -> str:
        return f"b:{self.prefix} 00 {message}"


def _update(kind: Kind, *, first: bool) -> tuple[str, int]:
    """A Yjs v1 update in hex, and its length: one Map.set on the root map "n".

    `first`: the operation with clock 0 is the connection's first; else the handshake wrote clock 0. A drag sets
    the same key again, so its item names the one before as its origin.
    """
    client, clock = "%(vu:5:conn+100000)", "%(vu:4:seq-1)" if first else "%(vu:4:seq)"
    text = NOTE if kind == "note" else "move"
    pad = LONG_BYTES if kind == "text" else 0
    length = MARK + 1 + len(text) + pad
    value = f"01 77 %(vu:2:{length}) %(s:{text} )" + (f"%(pad:{pad})" if pad else "") + "%(mark)"
    head = f"01 01 {client} {clock}"
    if kind == "note":
        key = "%(s:n)%(dec:5:conn)%(dec:6:seq)"
        return f"{head} 28 01 01 %(s:n) 0c {key} {value} 00", 2 + 5 + 4 + 1 + 1 + 2 + 1 + 12 + 1 + 1 + 2 + length + 1
    return f"{head} a8 {client} %(vu:4:seq-1) {value} 00", 2 + 5 + 4 + 1 + 9 + 1 + 1 + 2 + length + 1


def _first_update() -> tuple[str, int]:
    """What a connection writes at clock 0, for later drags to have as their origin."""
    update = "01 01 %(vu:5:conn+100000) 00 28 01 01 %(s:n) 06 %(s:d)%(dec:5:conn) 01 77 02 %(s:at) 00"
    return update, 2 + 5 + 1 + 1 + 1 + 2 + 1 + 6 + 1 + 1 + 1 + 2 + 1


class YWebsocket(Yjs):
    """y-websocket's own server: sends every update on as it comes."""

    name = "y-websocket"
    packages = ("y-websocket@2", "yjs@13")

    def start(self, site: Site, workload: Workload) -> None:
        program = self.home / "node_modules" / "y-websocket" / "bin" / "server.cjs"
        site.spawn(["node", program], cwd=self.home, env={"HOST": "127.0.0.1", "PORT": str(site.port)})
        site.wait()


class Hocuspocus(Yjs):
    """Hocuspocus with its defaults: merges updates of one document before sending them on."""

    name = "hocuspocus"
    packages = ("@hocuspocus/server@4", "yjs@13", "y-protocols@1")
    prefix = "04 %(s:r)%(dec:3:room)"

    def start(self, site: Site, workload: Workload) -> None:
        module = self.home / "node_modules" / "@hocuspocus" / "server" / "dist" / "hocuspocus-server.esm.js"
        site.spawn(["node", HERE / "glue" / "hocuspocus.mjs", str(site.port)], env={"PEER_MODULE": str(module)})
        site.wait()

    def _hello(self) -> tuple[str, ...]:
        hello = f"b:{self.prefix} 02 00 01 %(s:t)"
        return (hello, "wait:read-write", self._sync("00 01 00"), f"waithex:{self.prefix} 00 01")


PEERS: tuple[Target, ...] = (Hocuspocus(), YWebsocket(), SharedReducer())
