"""Redis of several servers, from the bundled program: a cluster with replicas, and sentinels.

Everything listens on loopback only and ends with the test. What may not live here: assertions.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from server.process.embedded import _binary, stopped_with_parent
from tests.machine.waiting import until

# Seconds until other servers have taken a dead one's place; only against hanging. A sentinel whose clock stood still
# for two seconds, as on a busy machine, does nothing for 30 seconds ("tilt"), and a failed attempt costs ten more.
FALL = 120
NODE_TIMEOUT = 800  # milliseconds after which a cluster or sentinel takes a server for dead
QUICK = {"save": "", "appendonly": "no", "repl-diskless-sync-delay": "0", "bind": "127.0.0.1"}


def free_ports(count: int) -> list[int]:
    """Ports that nobody has now."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]


class Server:
    """One server of the bundled program; `words` are its settings, `password` that of its default user."""

    def __init__(self, folder: Path, port: int, words: list[str], *, password: str | None = None) -> None:
        self.port = port
        self.words = words
        folder.mkdir()
        self.folder = folder
        self.process = self._start()
        self._client: Any = redis.Redis(
            port=port, password=password, decode_responses=True, protocol=2, socket_timeout=5
        )
        until(self._answers, what=f"a server on port {port}")

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*stopped_with_parent(), str(_binary()), *self.words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _answers(self) -> bool:
        with contextlib.suppress(redis.exceptions.RedisError, OSError):
            return bool(self._client.execute_command("PING"))
        return False

    def say(self, *words: Any) -> Any:
        """One command, as it is."""
        return self._client.execute_command(*words)

    def info(self, section: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.info(section)
        return found

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def again(self) -> None:
        """Start it once more, after a kill."""
        self.process = self._start()
        until(self._answers, what=f"a server on port {self.port}")

    def end(self) -> None:
        self._client.close()
        self.process.kill()
        self.process.wait()


def settings(port: int, **more: str) -> list[str]:
    options = {"port": str(port), **QUICK, **more}
    return [word for name, value in options.items() for word in (f"--{name}", value)]


class Cluster:
    """Three masters with a replica each: server i and i + 3 hold the same keys to begin with."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(12)
        self.servers = [
            Server(
                folder / f"node-{i}",
                ports[i],
                settings(
                    ports[i],
                    **{
                        "cluster-enabled": "yes",
                        "cluster-port": str(ports[i + 6]),
                        "cluster-config-file": "nodes.conf",
                        "cluster-node-timeout": str(NODE_TIMEOUT),
                        "cluster-replica-validity-factor": "0",
                    },
                ),
            )
            for i in range(6)
        ]
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in ports[:3])
        for i, (first, last) in enumerate([(0, 5460), (5461, 10922), (10923, 16383)]):
            self.servers[i].say("CLUSTER", "ADDSLOTSRANGE", first, last)
        for i, server in enumerate(self.servers):
            server.say("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
        for i in range(1, 6):
            self.servers[0].say("CLUSTER", "MEET", "127.0.0.1", ports[i], ports[i + 6])
        until(
            lambda: all(len(s.say("CLUSTER", "NODES").splitlines()) == 6 for s in self.servers),
            what="six servers that have met",
        )
        for i in range(3):
            master = self.servers[i].say("CLUSTER", "MYID")
            self.servers[i + 3].say("CLUSTER", "REPLICATE", master)
        self.whole()

    def whole(self) -> None:
        """Wait until every server runs, agrees on who is who, and every replica follows its master."""
        until(lambda: all(self._settled(server) for server in self.servers), what="a whole cluster", within=FALL)

    def _settled(self, server: Server) -> bool:
        with contextlib.suppress(redis.exceptions.RedisError, OSError):
            told = server.info("replication")
            follows = told["role"] == "master" or told["master_link_status"] == "up"
            six = sum(len(row) - 2 for row in server.say("CLUSTER", "SLOTS")) == 6
            return follows and six and "cluster_state:ok" in server.say("CLUSTER", "INFO")
        return False

    def master_of(self, board: str) -> Server:
        """The server that holds a board now, by what those say that are alive."""
        slot = key_slot(board.encode())
        for server in self.servers:
            if server.process.poll() is None:
                for first, last, master, *_ in server.say("CLUSTER", "SLOTS"):
                    if first <= slot <= last:
                        return next(s for s in self.servers if s.port == master[1])
        raise AssertionError("nobody holds it")

    def replica_of(self, master: Server) -> Server:
        """A server that follows it."""
        for server in self.servers:
            if server is not master and server.process.poll() is None:
                told = server.info("replication")
                if told["role"] == "slave" and told["master_port"] == master.port:
                    return server
        raise AssertionError(f"nobody follows port {master.port}")

    def end(self) -> None:
        for server in self.servers:
            server.end()


class Watched:
    """A master, a replica and three sentinels that watch them."""

    service = "tavle"

    def __init__(self, folder: Path) -> None:
        ports = free_ports(5)
        self.servers = [
            Server(folder / "one", ports[0], settings(ports[0])),
            Server(folder / "two", ports[1], [*settings(ports[1]), "--replicaof", "127.0.0.1", str(ports[0])]),
        ]
        until(lambda: self.servers[1].info("replication")["master_link_status"] == "up", what="a replica that follows")
        self.sentinels = []
        for port in ports[2:]:
            conf = folder / f"sentinel-{port}.conf"
            conf.write_text(
                f"port {port}\nbind 127.0.0.1\n"
                f"sentinel monitor {self.service} 127.0.0.1 {ports[0]} 2\n"
                f"sentinel down-after-milliseconds {self.service} {NODE_TIMEOUT}\n"
                f"sentinel failover-timeout {self.service} 5000\n"
            )
            self.sentinels.append(Server(folder / f"sentinel-{port}", port, [str(conf), "--sentinel"]))
        self.url = "redis+sentinel://" + ",".join(f"127.0.0.1:{p}" for p in ports[2:]) + f"/{self.service}"
        self.whole()

    def whole(self) -> None:
        """Wait until all sentinels name one master as alive, and it takes writes and counts its replica's copies."""
        until(self._settled, what="a master, its replica, and three sentinels that agree on them", within=FALL)

    def _settled(self) -> bool:
        with contextlib.suppress(redis.exceptions.RedisError, OSError):
            master = self.master()
            for sentinel in self.sentinels:
                told = sentinel.say("SENTINEL", "MASTER", self.service)
                facts = dict(zip(told[::2], told[1::2], strict=True))
                known = int(facts["num-other-sentinels"]) == 2 and int(facts["num-slaves"]) == 1
                if not known or facts["flags"] != "master" or int(facts["port"]) != master.port:
                    return False
            told = master.info("replication")
            # A replica says that its link is up before its master counts what it has (WAIT).
            return told["role"] == "master" and told.get("slave0", {}).get("state") == "online"
        return False

    @contextlib.contextmanager
    def unwatched(self) -> Iterator[None]:
        """Meanwhile the sentinels do nothing; after more than two seconds of it, nothing for half a minute more."""
        for sentinel in self.sentinels:
            os.kill(sentinel.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for sentinel in self.sentinels:
                os.kill(sentinel.process.pid, signal.SIGCONT)

    def master(self) -> Server:
        """Who the first sentinel says is master."""
        port = int(self.sentinels[0].say("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.service)[1])
        return next(server for server in self.servers if server.port == port)

    def end(self) -> None:
        for server in [*self.sentinels, *self.servers]:
            server.end()


@contextlib.contextmanager
def a_cluster(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        cluster.end()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    made = Watched(folder)
    try:
        yield made
    finally:
        made.end()
