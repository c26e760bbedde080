"""The supervisor: owns the store, the listening socket and the web processes, and restarts those that die.

It knows nothing of boards or HTTP. What may not live here: the command line (run.py), how the store is run
(embedded.py), and anything that handling a request needs (worker.py).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from server.log import as_json
from server.process import admin, freed
from server.process.announcement import announcement, local_url
from server.process.backoff import STEADY, BackOff
from server.process.embedded import stopped_with_parent
from server.process.handover import UP, pairs
from server.process.housekey import HouseKey, house_key
from server.process.listening import StartError, listen
from server.process.store_care import StoreCare
from server.settings import Settings, unknown_names
from server.vitals import few_files

READY, CANNOT = b"r", b"!"  # first byte of a web process's message (worker.py)
LONGEST_MESSAGE = 4_096  # bytes
STOP_PATIENCE = 10.0  # seconds for a web process to close its connections before it is killed
MOST_EARLY = 3  # web processes that may be killed from outside before any has served
CHECK = 1.0  # seconds between two checks when no event arrives


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo plays: one of each method, or only of `method`; `live`: further ones at human pace."""

    live: bool
    method: str = ""


@dataclass(slots=True)
class _Worker:
    """A web process, and the supervisor's end of the channel to it."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    number: int  # among the web processes, from 1
    since: float = field(default_factory=time.monotonic)
    ready: bool = False


class Supervisor:
    """Owns the store, the listening socket and the web processes.

    `demo`: what is played beside it; None for nothing. Call `run` once, from the main thread.
    """

    def __init__(self, settings: Settings, *, demo: Demo | None = None) -> None:
        self._settings = settings
        self._asked = demo
        self._care: StoreCare | None = None
        self._house_key = HouseKey("", new=False)
        self._listening: socket.socket | None = None
        self._workers: list[_Worker] = []
        self._demo: subprocess.Popen[bytes] | None = None
        self._again = BackOff()  # when to start another web process
        self._early = 0  # web processes that were killed before any has served
        self._stopping = False
        self._announced = False
        self._metrics_folder = ""
        self._pairs: dict[int, tuple[socket.socket, socket.socket]] = {}  # handover.py

    def run(self) -> int:
        """Serve until SIGINT, SIGTERM or SIGHUP; return the exit code.

        Raises StoreError or StartError when it cannot start. All child processes have ended when it returns.
        """
        freed.no_core_files()
        for sentence in (*unknown_names(os.environ), *few_files()):
            self._warn(f"Note: {sentence}")
        with _signal_socket(self._stop_soon) as awake, contextlib.ExitStack() as stack:
            stack.callback(self._stop_store)
            if not self._start_store(awake):
                return self._end()
            self._listening = stack.enter_context(listen(self._settings))
            if self._settings.workers > 1:
                self._metrics_folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tavle-metrics-"))
            stack.callback(self._stop_children)
            if os.name == "nt":  # Windows: no inherited sockets, no signals between processes
                return self._serve_here()
            self._pairs = pairs(self._settings.workers)
            for pair in self._pairs.values():
                for end in pair:
                    stack.callback(end.close)
            for _ in range(self._settings.workers):
                self._start_worker()
            while not self._stopping:
                self._wait(awake)
                self._look_after_store()
                self._look_after_workers()
                self._look_after_demo()
        return self._end()

    def _end(self) -> int:
        stopped = "Tavle has stopped."
        print(stopped if self._settings.log_format == "text" else as_json("info", stopped), flush=True)
        return 0

    # -- the store ------------------------------------------------------------------------

    def _start_store(self, awake: socket.socket) -> bool:
        """Start the store and find the house key; False when Tavle was told to stop meanwhile."""

        def pause(seconds: float) -> bool:
            self._wait(awake, longest=seconds)
            return self._stopping

        self._care = StoreCare(self._settings, tell=self._warn, pause=pause)
        url = self._care.start()
        if url is None:
            return False
        settings = self._settings = replace(self._settings, redis_url=url)
        self._care.ask(lambda: admin.check_whole(settings))
        key = self._care.ask(lambda: house_key(settings))
        if key is None:
            return False
        self._house_key = key
        return True

    def _stop_store(self) -> None:
        if self._care is not None:
            self._care.stop()

    def _look_after_store(self) -> None:
        assert self._care is not None
        url = None if self._stopping else self._care.look_after()
        if url is not None:  # the web processes know the old address only
            self._settings = replace(self._settings, redis_url=url)
            for worker in self._workers:
                worker.process.terminate()

    # -- the web processes ----------------------------------------------------------------

    def _start_worker(self) -> None:
        assert self._listening is not None
        ours, theirs = socket.socketpair()
        taken = {worker.number for worker in self._workers}
        nth = next(number for number in itertools.count(1) if number not in taken)
        own = {"TAVLE_METRICS_FOLDER": self._metrics_folder, "TAVLE_PROCESS": str(nth)}
        receiving = [self._pairs[nth][0].fileno()] if self._pairs else []
        files = [
            self._listening.fileno(),
            theirs.fileno(),
            *receiving,
            *(sending.fileno() for _, sending in self._pairs.values()),
        ]
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "server.process.worker", *map(str, files)],
                env={**self._environment(), **own},
                stdin=subprocess.DEVNULL,
                pass_fds=files,
                # Not stopped by Ctrl-C in the terminal: the supervisor stops them in order.
                process_group=0,
            )
        ours.setblocking(False)
        self._workers.append(_Worker(process, ours, nth))

    def _environment(self) -> dict[str, str]:
        """A web process's environment: the supervisor's, with settings that are known only at run time."""
        settings = self._settings
        assert settings.redis_url is not None
        return {
            **freed.overwriting(os.environ),
            "HOST": settings.host,
            "PORT": str(self._port()),
            "REDIS_URL": settings.redis_url,
            "TAVLE_DATA": str(settings.data_dir),
            "TAVLE_EMBEDDED": "1" if settings.embedded else "",
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
                self._read_message(worker)
            if worker.process.poll() is None:
                continue
            worker.channel.close()
            self._workers.remove(worker)
            if self._stopping:
                continue
            self._tell_workers(bytes([worker.number]))
            self._early += not worker.ready
            if not (self._announced or worker.ready or self._may_try_again(worker.process)):
                raise StartError("The web process could not start; the lines above say why.")
            self._warn(f"A web process has stopped ({_ending(worker.process)}); starting another.")
            self._again.later(ran=time.monotonic() - worker.since)
        if len(self._workers) < self._settings.workers and self._again.take():
            self._start_worker()
            if len(self._workers) < self._settings.workers:
                self._again.later(ran=STEADY + 1)
        every = len(self._workers) == self._settings.workers
        if not self._announced and every and all(worker.ready for worker in self._workers):
            self._announced = True
            self._announce()
            self._start_demo()

    def _may_try_again(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether a web process that never served was killed from outside, and not too often."""
        return process.returncode is not None and process.returncode < 0 and self._early <= MOST_EARLY

    def _read_message(self, worker: _Worker) -> None:
        """Read a web process's message: that it serves, or why it cannot."""
        said = b""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            said = worker.channel.recv(LONGEST_MESSAGE)
        worker.ready = said[:1] == READY
        if worker.ready and self._pairs:
            self._tell_workers(bytes(UP | each.number for each in self._workers if each.ready))
        if said[:1] == CANNOT:
            sentence = said[1:].decode("utf-8", "replace")
            if not self._announced:
                raise StartError(sentence)
            self._warn(sentence)

    def _tell_workers(self, news: bytes) -> None:
        """Tell the web processes which of them serve or have ended (handover.py)."""
        for worker in self._workers:
            if worker.ready and self._pairs:
                with contextlib.suppress(OSError):
                    worker.channel.send(news)

    def _announce(self) -> None:
        if self._settings.log_format == "text":
            print(announcement(self._settings, port=self._port(), key=self._house_key), flush=True)
        else:  # logs may be read by other people: no house key, no address
            print(as_json("info", f"Tavle serves on port {self._port()}."), flush=True)

    def _warn(self, sentence: str) -> None:
        line = sentence if self._settings.log_format == "text" else as_json("warning", sentence)
        print(line, file=sys.stderr, flush=True)

    def _stop_children(self) -> None:
        """Stop the demo and the web processes: SIGTERM, then SIGKILL after `STOP_PATIENCE`."""
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
        from server.process import worker  # imported here: elsewhere the supervisor does not load uvicorn

        assert self._listening is not None
        worker.start_logging(self._settings)
        self._announce()
        worker.make(self._settings).run(sockets=[self._listening])
        return 0

    # -- the demo -------------------------------------------------------------------------

    def _start_demo(self) -> None:
        if self._asked is None:
            return
        command = [sys.executable, "-m", "server.process.run", "run-demo", f"--method={self._asked.method}"]
        command += ["--live"] if self._asked.live else []
        self._demo = subprocess.Popen(
            [*stopped_with_parent(), *command, local_url(self._settings, port=self._port())],
            env={**self._environment(), "TAVLE_KEY": self._house_key.text},
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

    def _wait(self, awake: socket.socket, *, longest: float = CHECK) -> None:
        """Wait for a signal, a message of a web process, or the next restart that is due."""
        due = [self._again.due, self._care.due if self._care is not None else None]
        until = [at - time.monotonic() for at in due if at is not None]
        with selectors.DefaultSelector() as selector:
            selector.register(awake, selectors.EVENT_READ)
            for worker in self._workers:
                if not worker.ready:
                    selector.register(worker.channel, selectors.EVENT_READ)
            selector.select(max(0.0, min([longest, *until])))
        with contextlib.suppress(BlockingIOError):
            while awake.recv(1024):
                pass


@contextlib.contextmanager
def _signal_socket(stop: Callable[[], None]) -> Iterator[socket.socket]:
    """A socket that becomes readable after every signal; `stop` is called for those that end Tavle."""
    ends = [signal.SIGINT, signal.SIGTERM]
    ends += [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []
    before = {number: signal.signal(number, lambda *_: stop()) for number in ends}
    if hasattr(signal, "SIGCHLD"):  # without a handler it would not wake the selector
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


def _ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
