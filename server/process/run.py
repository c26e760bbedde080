"""The command `tavle`: the supervisor, which owns the store and the web processes.

It reads the settings, starts the embedded store where no other is named, opens the listening
socket, starts the web processes on it, tells a person where to point the phones, and from then
on only restarts what dies, until it is told to stop. It knows nothing of boards or HTTP.

What may not live here: anything that a single request needs (worker.py and what it starts), and
how the store is run (embedded.py).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import io
import itertools
import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from server.log import as_json
from server.process.embedded import EmbeddedValkey, StoreError, leash, probe
from server.settings import Settings, SettingsError
from server.store.nodes import place

READY, CANNOT = b"r", b"!"  # what a web process says first (worker.py)
LONGEST_WORD = 4_096  # bytes
BACKLOG = 2048
# A phone that has gone without a word must not keep a full buffer for a quarter of an hour.
USER_TIMEOUT = 60_000  # milliseconds; inherited by accepted sockets. Who takes nothing at all is cut long before
# What the system may hold that has not even been sent: a slow phone gets what is true when its turn comes, and not
# minutes of what was true before.
UNSENT = 16 * 1024  # bytes; inherited by accepted sockets
PORT_PATIENCE = 2.0  # seconds for the web processes of a killed Tavle to let go of the port
STOP_PATIENCE = 10.0  # seconds for a web process to say goodbye before it is ended
STEADY = 1.0  # seconds: what ran this long before it died is restarted at once
LONGEST_PAUSE = 5.0  # seconds between two attempts to restart what keeps dying
TIDY_LOOK = 5.0  # seconds between two looks when nothing has been heard
# No 0, O, 1, I or L: the key is read from a screen and typed elsewhere.
KEY_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# An address set aside for documentation. Asking the system how it would get there sends nothing.
SOMEWHERE_ELSE = ("192.0.2.1", 9)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class StartError(Exception):
    """Tavle cannot start, or not go on; the message is one plain sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`; give the exit code.

    0 after being told to stop; 1, with one plain sentence on the error stream, when Tavle
    cannot start.
    """
    asked = _parser().parse_args(_with_default_command(sys.argv[1:] if argv is None else argv))
    try:
        if asked.command == "run-demo":
            return _run_demo(url=asked.url, live=asked.live)
        with contextlib.ExitStack() as stack:
            environ = dict(os.environ)
            if asked.command == "demo" and not (environ.get("TAVLE_DATA") or environ.get("REDIS_URL")):
                environ["TAVLE_DATA"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="tavle-demo-"))
            settings = Settings.from_environment(environ, host=asked.host, port=asked.port, workers=asked.workers)
            live: bool | None = asked.live if asked.command == "demo" else None
            return Supervisor(settings, demo_live=live).run()
    except (SettingsError, StoreError, StartError) as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tavle", description="A workshop wall for every phone in the room.")
    commands = parser.add_subparsers(dest="command", metavar="serve | demo")
    serve = commands.add_parser("serve", help="serve workshops (what `tavle` alone does)")
    demo = commands.add_parser("demo", help="serve, and play a workshop to look at")
    for command in (serve, demo):
        command.add_argument("--port", type=int, help="default: PORT, else 8000; 0 takes any")
        command.add_argument("--host", help="default: HOST, else every address of this computer")
        command.add_argument("--workers", type=int, help="web processes; default 1")
    demo.add_argument("--live", action="store_true", help="let the demo's people keep writing")
    run_demo = commands.add_parser("run-demo")  # for the supervisor, not for people
    run_demo.add_argument("url")
    run_demo.add_argument("--live", action="store_true")
    return parser


def _with_default_command(argv: Sequence[str]) -> list[str]:
    words = list(argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words.insert(0, "serve")
    return words


def _run_demo(*, url: str, live: bool) -> int:
    """The demo's own process: play the workshop against a server that already answers."""
    from server.demo.play import main as play

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(play(base_url=url, key=os.environ.get("TAVLE_KEY", ""), live=live))
    return 0


@dataclass(slots=True)
class _Worker:
    """A web process, and our end of the channel to it."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    place: int  # among the web processes, from 1
    since: float = field(default_factory=time.monotonic)
    ready: bool = False


class Supervisor:
    """Owns the store, the listening socket and the web processes.

    `demo_live` is None when no demo is to be played, else whether it goes on by itself. `run`
    may be called once, from the main thread.
    """

    def __init__(self, settings: Settings, *, demo_live: bool | None = None) -> None:
        self._settings = settings
        self._demo_live = demo_live
        self._store: EmbeddedValkey | None = None
        self._store_since = 0.0
        self._listening: socket.socket | None = None
        self._workers: list[_Worker] = []
        self._demo: subprocess.Popen[bytes] | None = None
        self._due: dict[str, float] = {}  # what is to be restarted, and when
        self._pause: dict[str, float] = {}  # how long each waited the last time
        self._stopping = False
        self._announced = False
        self._metrics_folder = ""

    def run(self) -> int:
        """Serve until SIGINT, SIGTERM or SIGHUP; give the exit code.

        Raises StoreError or StartError when it cannot start. Leaves nothing running.
        """
        with _woken_by_signals(self._stop_soon) as awake, contextlib.ExitStack() as stack:
            stack.callback(self._stop_store)
            self._start_store()
            self._listening = stack.enter_context(_listen(self._settings))
            if self._settings.workers > 1:
                self._metrics_folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tavle-metrics-"))
            stack.callback(self._stop_children)
            if os.name == "nt":  # no sockets to inherit, no signals between processes
                return self._serve_here()
            for _ in range(self._settings.workers):
                self._start_worker()
            while not self._stopping:
                self._wait(awake)
                self._look_after_store()
                self._look_after_workers()
                self._look_after_demo()
        stopped = "Tavle has stopped."
        print(stopped if self._settings.log_format == "text" else as_json("info", stopped), flush=True)
        return 0

    # -- the store ------------------------------------------------------------------------

    def _start_store(self) -> None:
        settings = self._settings
        if settings.redis_url is None:
            self._store = EmbeddedValkey(settings.data_dir)
            settings = replace(settings, redis_url=self._store.start())
            self._store_since = time.monotonic()
        else:
            facts = probe(settings.redis_url)
            if not facts.append_only:
                self._warn(
                    f"Note: {facts.name} keeps no append-only file, so its crash can lose changes "
                    "that people have seen saved; `appendonly yes` in its settings prevents that."
                )
            if place(settings.redis_url).kind != "one" and not settings.wait_replicas:
                self._warn(
                    "Note: TAVLE_WAIT_REPLICAS is 0, so a fail-over can lose the last changes that people "
                    "have seen saved; with 1 or more they are saved when a replica has them."
                )
        self._settings = replace(settings, key=settings.key or _house_key(settings))

    def _stop_store(self) -> None:
        if self._store is not None:
            self._store.stop()

    def _look_after_store(self) -> None:
        store = self._store
        if store is None or store.alive() or self._stopping:
            return
        if "store" not in self._due:
            self._restart_later("store", ran=time.monotonic() - self._store_since)
            self._warn("The embedded store has stopped; starting it again.")
        if self._is_due("store"):
            self._store_since = time.monotonic()
            try:
                store.restart()
            except StoreError as problem:
                self._warn(str(problem))
                self._restart_later("store", ran=0)

    # -- the web processes ----------------------------------------------------------------

    def _start_worker(self) -> None:
        assert self._listening is not None
        ours, theirs = socket.socketpair()
        taken = {worker.place for worker in self._workers}
        nth = next(number for number in itertools.count(1) if number not in taken)
        own = {"TAVLE_METRICS_FOLDER": self._metrics_folder, "TAVLE_PROCESS": str(nth)}
        with theirs:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "server.process.worker",
                    str(self._listening.fileno()),
                    str(theirs.fileno()),
                ],
                env={**self._environment(), **own},
                stdin=subprocess.DEVNULL,
                pass_fds=(self._listening.fileno(), theirs.fileno()),
                # Ctrl-C in the terminal is ours to hear: we stop them in order.
                process_group=0,
            )
        ours.setblocking(False)
        self._workers.append(_Worker(process, ours, nth))

    def _environment(self) -> dict[str, str]:
        """What a web process reads its settings from: ours, with what was found out since."""
        settings = self._settings
        assert settings.redis_url is not None
        return {
            **os.environ,
            "HOST": settings.host,
            "PORT": str(self._port()),
            "REDIS_URL": settings.redis_url,
            "TAVLE_DATA": str(settings.data_dir),
            "TAVLE_EMBEDDED": "1" if settings.embedded else "",
            "TAVLE_KEY": settings.key,
            "TAVLE_WORKERS": str(settings.workers),
            "PYTHONUNBUFFERED": "1",
        }

    def _port(self) -> int:
        assert self._listening is not None
        port: int = self._listening.getsockname()[1]
        return port

    def _look_after_workers(self) -> None:
        for worker in list(self._workers):
            if not worker.ready:
                self._hear(worker)
            if worker.process.poll() is None:
                continue
            worker.channel.close()
            self._workers.remove(worker)
            if self._stopping:
                continue
            if not self._announced:
                raise StartError("The web process could not start; the lines above say why.")
            self._warn(f"A web process has stopped ({_ending(worker.process)}); starting another.")
            self._restart_later("worker", ran=time.monotonic() - worker.since)
        if len(self._workers) < self._settings.workers and self._is_due("worker"):
            self._start_worker()
            if len(self._workers) < self._settings.workers:
                self._due["worker"] = time.monotonic()
        if not self._announced and all(worker.ready for worker in self._workers):
            self._announced = True
            self._announce()
            self._start_demo()

    def _hear(self, worker: _Worker) -> None:
        """What a web process says of itself: that it serves, or why it cannot."""
        said = b""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            said = worker.channel.recv(LONGEST_WORD)
        worker.ready = said[:1] == READY
        if said[:1] == CANNOT:
            sentence = said[1:].decode("utf-8", "replace")
            if not self._announced:
                raise StartError(sentence)
            self._warn(sentence)

    def _announce(self) -> None:
        if self._settings.log_format == "text":
            print(announcement(self._settings, port=self._port()), flush=True)
        else:  # for a log that others read: no house key, no address
            print(as_json("info", f"Tavle serves on port {self._port()}."), flush=True)

    def _warn(self, sentence: str) -> None:
        line = sentence if self._settings.log_format == "text" else as_json("warning", sentence)
        print(line, file=sys.stderr, flush=True)

    def _stop_children(self) -> None:
        """Let the demo and the web processes say goodbye, then make sure that they are gone."""
        children = [worker.process for worker in self._workers]
        if self._demo is not None:
            children.append(self._demo)
        for child in children:
            child.terminate()
        deadline = time.monotonic() + STOP_PATIENCE
        for child in children:
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for worker in self._workers:
            worker.channel.close()

    def _serve_here(self) -> int:
        from server.process import worker  # here, since the supervisor itself needs no uvicorn

        assert self._listening is not None
        worker.start_logging(self._settings)
        self._announce()
        worker.make(self._settings).run(sockets=[self._listening])
        return 0

    # -- the demo -------------------------------------------------------------------------

    def _start_demo(self) -> None:
        if self._demo_live is None:
            return
        command = [sys.executable, "-m", "server.process.run", "run-demo"]
        command += ["--live"] if self._demo_live else []
        self._demo = subprocess.Popen(
            [*leash(), *command, local_url(self._settings, port=self._port())],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            process_group=0,
        )

    def _look_after_demo(self) -> None:
        if self._demo is None or self._demo.poll() is None:
            return
        demo, self._demo = self._demo, None
        if demo.returncode and not self._stopping:
            raise StartError("The demo could not be played; the lines above say why.")

    # -- waiting --------------------------------------------------------------------------

    def _stop_soon(self) -> None:
        self._stopping = True

    def _wait(self, awake: socket.socket) -> None:
        """Until a signal, a word from a web process, or the next thing due."""
        until = [at - time.monotonic() for at in self._due.values()]
        with selectors.DefaultSelector() as selector:
            selector.register(awake, selectors.EVENT_READ)
            for worker in self._workers:
                if not worker.ready:
                    selector.register(worker.channel, selectors.EVENT_READ)
            selector.select(max(0.0, min([TIDY_LOOK, *until])))
        with contextlib.suppress(BlockingIOError):
            while awake.recv(1024):
                pass

    def _restart_later(self, what: str, *, ran: float) -> None:
        """Plan a restart: at once after a steady run, else after twice the last pause."""
        pause = 0.0 if ran > STEADY else min(self._pause.get(what, 0.0) * 2 or 0.1, LONGEST_PAUSE)
        self._pause[what] = pause
        self._due[what] = time.monotonic() + pause

    def _is_due(self, what: str) -> bool:
        if what not in self._due or self._due[what] > time.monotonic():
            return False
        del self._due[what]
        return True


@contextlib.contextmanager
def _woken_by_signals(stop: Callable[[], None]) -> Iterator[socket.socket]:
    """A socket that has something to read after every signal; `stop` is called for the last."""
    ends = [signal.SIGINT, signal.SIGTERM]
    ends += [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []
    before = {number: signal.signal(number, lambda *_: stop()) for number in ends}
    if hasattr(signal, "SIGCHLD"):  # needs a handler of ours to be noticed at all
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    old = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()


def _listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises StartError when the port is taken or the address not ours."""
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            listening = _bind(settings.host, settings.port)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            raise StartError(_why_not(problem, settings)) from None
        if sys.platform == "linux":
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT)
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        return listening


def _bind(host: str, port: int) -> socket.socket:
    if host:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=True)
        except OSError as problem:
            if problem.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return socket.create_server(("", port), backlog=BACKLOG)


def _why_not(problem: OSError, settings: Settings) -> str:
    port = settings.port
    match problem.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is taken by another program: stop that one, or choose another "
                f"port with PORT or --port, such as {port + 1}."
            )
        case errno.EACCES:
            return f"This person may not open port {port}: choose one above 1023 with --port."
        case _:
            return (
                f"Cannot listen on {settings.host or 'this computer'}, port {port} "
                f"({problem.strerror or problem}): check HOST."
            )


def _house_key(settings: Settings) -> str:
    """The key for creating workshops from other computers: the kept one, or a new one.

    With the embedded store it is kept beside it, readable by this person alone; with an
    external one it lasts until Tavle stops, unless TAVLE_KEY names it.
    """
    letters = "".join(secrets.choice(KEY_LETTERS) for _ in range(16))
    key = "-".join(letters[at : at + 4] for at in range(0, 16, 4))
    if not settings.embedded:
        return key
    path = settings.data_dir / "house-key"
    with contextlib.suppress(OSError):
        kept = path.read_text(encoding="utf-8").strip()
        if kept:
            return kept
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    part.replace(path)
    return key


def announcement(settings: Settings, *, port: int) -> str:
    """What is printed when Tavle serves: addresses, QR, data, house key, how to stop."""
    lines = ["", "Tavle is running.", ""]
    best = settings.public_url
    if best:
        lines.append(f"  Address           {best}")
    elif settings.host in LOOPBACK:
        lines.append("  Phones cannot reach it: HOST allows this computer only.")
    elif settings.host:
        best = local_url(settings, port=port)
        lines.append(f"  On this network   {best}")
    elif address := lan_address():
        best = f"http://{address}:{port}"
        lines.append(f"  On this network   {best}")
        if name := _network_name():
            lines.append(f"  or, by name       http://{name}:{port}")
    else:
        lines.append("  This computer is on no network yet, so phones cannot reach it.")
    if settings.host in ("", *LOOPBACK):
        lines.append(f"  On this computer  http://localhost:{port}")
    lines.append("")
    if best and (picture := _qr(best)):
        lines += [picture.rstrip("\n"), ""]
    where = settings.data_dir if settings.embedded else "in the Redis that REDIS_URL names"
    lines += [
        f"  Data       {where}",
        f"  House key  {settings.key}  (asked for when another computer creates a workshop)",
        "  Stop       Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def local_url(settings: Settings, *, port: int) -> str:
    """The address at which this computer reaches its own server."""
    host = settings.host or "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def lan_address() -> str | None:
    """This computer's address on its network, or None when it is on none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(SOMEWHERE_ELSE)
        except OSError:
            return None
        address: str = asking.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def _network_name() -> str | None:
    name = socket.gethostname().lower()
    if not name or name.startswith("localhost"):
        return None
    return name if "." in name else f"{name}.local"


def _qr(url: str) -> str:
    """The address as a picture of letters; empty where the output cannot show one."""
    if not sys.stdout.isatty():
        return ""
    import segno

    picture = io.StringIO()
    segno.make(url, error="l", micro=False).terminal(picture, compact=True)
    try:
        picture.getvalue().encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return ""
    return picture.getvalue()


def _ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


if __name__ == "__main__":
    sys.exit(main())
