"""The embedded store: one owner, nothing lost, nothing open to others, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import socketserver
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from server.process import socket_folder
from server.process.embedded import DataDirInUse, EmbeddedValkey
from server.process.probe import OLDEST_VALKEY, StoreError, probe
from tests.machine.waiting import ended, read_until, runs, until

# Another process that owns a store; with "bare", one that the system does not stop with it.
OWNER = """
import sys
from pathlib import Path
from server.process import embedded
if sys.argv[2] == "bare":
    embedded.stopped_with_parent = lambda: []
with embedded.EmbeddedValkey(Path(sys.argv[1])) as store:
    print(store.url, store.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A folder whose name needs care: blanks, and letters outside ASCII."""
    return tmp_path / "Tavle på gangen"


@contextlib.contextmanager
def client(url: str) -> Iterator[redis.Redis]:
    """A connection that does not outlive its test."""
    connected = redis.Redis.from_url(url, decode_responses=True)
    try:
        yield connected
    finally:
        connected.close()


@contextlib.contextmanager
def owner(data_dir: Path, *, tied: bool) -> Iterator[tuple[subprocess.Popen[bytes], str, int]]:
    """Another process with a store of its own: the process, the store's address and its pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir), "tied" if tied else "bare"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:  # which closes its input, and so ends it, and waits
        url, pid = read_until(process, "unix://").split()
        yield process, url, int(pid)


def test_it_answers_only_on_a_private_socket(data_dir: Path) -> None:
    with EmbeddedValkey(data_dir) as store, client(store.url) as asking:
        assert asking.ping()
        assert asking.info("server")["tcp_port"] == 0
        assert stat.S_IMODE(store.socket.stat().st_mode) == 0o600
        assert stat.S_IMODE(store.socket.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def modes(folder: Path) -> dict[str, int]:
    """The mode of a folder and of everything in it, by path."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}


def wrong_modes(folder: Path) -> dict[str, str]:
    return {
        name: oct(mode)
        for name, mode in modes(folder).items()
        if mode != (0o700 if (folder / name).is_dir() else 0o600)
    }


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A umask that gives everybody everything."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_the_data_folder_is_this_users_alone_whatever_the_umask(data_dir: Path) -> None:
    deep = data_dir / "a" / "b"
    with EmbeddedValkey(deep) as store, client(store.url) as asking:
        asking.set("a", "b")
        asking.bgrewriteaof()
        until(lambda: asking.info("persistence")["aof_rewrite_in_progress"] == 0, what="the file is rewritten")
        asking.save()  # a snapshot; Tavle makes none
        assert {"lock", "store.lock", "valkey.log", "store"} <= modes(deep).keys()
        assert any(name.endswith(".aof") for name in modes(deep))
        assert any(name.endswith(".rdb") for name in modes(deep))
        assert wrong_modes(data_dir) == {}
        assert wrong_modes(store.socket.parent) == {}


def test_a_strict_umask_does_not_keep_it_from_its_own_folder(data_dir: Path) -> None:
    before = os.umask(0o777)
    try:
        with EmbeddedValkey(data_dir / "a") as store, client(store.url) as asking:
            assert asking.ping()
    finally:
        os.umask(before)
    assert wrong_modes(data_dir) == {}


def test_files_of_earlier_releases_are_closed_to_others_at_start(data_dir: Path, tmp_path: Path) -> None:
    with EmbeddedValkey(data_dir) as store, client(store.url) as asking:
        asking.set("kept", "yes")
    (data_dir / "house-key").write_text("KEY\n")
    for name in modes(data_dir):
        (data_dir / name).chmod(0o777 if (data_dir / name).is_dir() else 0o666)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    elsewhere.chmod(0o755)
    (data_dir / "store" / "link").symlink_to(elsewhere)
    others = data_dir / "not-tavles"
    others.write_text("")
    others.chmod(0o644)
    with EmbeddedValkey(data_dir) as store, client(store.url) as asking:
        assert asking.get("kept") == "yes"
        (data_dir / "store" / "link").unlink()
        assert wrong_modes(data_dir) == {"not-tavles": "0o644"}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_tcp_port_is_open(data_dir: Path) -> None:
    with EmbeddedValkey(data_dir) as store:
        sockets = set()
        for file in Path(f"/proc/{store.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # it was closed meanwhile
                sockets.add(os.readlink(file))
        for table in ("tcp", "tcp6", "udp", "udp6"):
            for line in Path(f"/proc/{store.pid}/net/{table}").read_text().splitlines()[1:]:
                assert f"socket:[{line.split()[9]}]" not in sockets, line


def test_what_is_answered_is_on_the_disk_and_nothing_is_dropped_for_room(data_dir: Path) -> None:
    with EmbeddedValkey(data_dir) as store, client(store.url) as asking:
        told = asking.config_get("*")
    assert told["appendonly"] == "yes"
    assert told["appendfsync"] == "always"
    assert told["maxmemory-policy"] == "noeviction"


def test_kill_9_of_the_store_loses_nothing_that_was_answered(data_dir: Path) -> None:
    with EmbeddedValkey(data_dir) as store:
        url, answered = store.url, 0
        for _ in range(5):
            with client(url) as asking:
                for _ in range(200):
                    answered = asking.incr("written")
            assert store.pid is not None
            os.kill(store.pid, signal.SIGKILL)
            until(lambda: not store.alive(), what="the store is gone")
            store.restart()
            assert store.url == url
            with client(url) as asking:
                assert asking.get("written") == str(answered)
    assert answered == 1000


def test_a_second_owner_is_turned_away_in_one_sentence(data_dir: Path) -> None:
    with owner(data_dir, tied=True) as (process, url, _):
        with pytest.raises(DataDirInUse) as caught:
            EmbeddedValkey(data_dir).start()
        assert f"process {process.pid}" in str(caught.value)
        assert str(data_dir) in str(caught.value)
        assert "\n" not in str(caught.value)
        with client(url) as asking:
            assert asking.ping(), "the first one was disturbed"


@pytest.mark.parametrize("tied", [True, False], ids=["tied to its owner", "left behind"])
def test_after_kill_9_of_its_owner_the_next_start_has_everything(data_dir: Path, tied: bool) -> None:
    for attempt in range(1, 4):
        with owner(data_dir, tied=tied) as (process, url, pid):
            with client(url) as asking:
                assert asking.incr("starts") == attempt
            process.kill()
            process.wait()
            with EmbeddedValkey(data_dir) as store, client(store.url) as asking:
                assert not runs(pid), "two stores on one folder"
                assert asking.get("starts") == str(attempt)
                assert not Path(url.removeprefix("unix://")).parent.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stops a child with its parent")
def test_the_store_stops_by_itself_when_its_owner_is_killed(data_dir: Path) -> None:
    with owner(data_dir, tied=True) as (process, _, pid):
        process.kill()
        ended(pid, what="the store has stopped by itself")
    with EmbeddedValkey(data_dir):
        pass  # tidies up what the killed one could not


def test_stopping_leaves_nothing_behind_and_may_be_repeated(data_dir: Path) -> None:
    store = EmbeddedValkey(data_dir)
    store.start()
    pid, folder = store.pid, store.socket.parent
    assert pid is not None
    store.stop()
    store.stop()
    assert not store.alive()
    assert not runs(pid)
    assert not folder.exists()
    with EmbeddedValkey(data_dir):
        pass  # the folder is free again


def test_a_deep_temporary_folder_still_gives_a_short_socket(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with EmbeddedValkey(data_dir) as store:
        assert len(os.fsencode(store.socket)) <= socket_folder.LONGEST_SOCKET_PATH
        assert store.alive()
    assert not list(deep.iterdir())


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "a-file"
    taken.write_text("not a folder")
    with pytest.raises(StoreError, match="TAVLE_DATA") as caught:
        EmbeddedValkey(taken).start()
    assert "\n" not in str(caught.value)


def test_a_broken_file_is_told_with_where_the_log_is(data_dir: Path) -> None:
    with EmbeddedValkey(data_dir) as store, client(store.url) as asking:
        asking.set("a", "b")
    manifest = next((data_dir / "store" / "appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    with pytest.raises(StoreError, match="did not start") as caught:
        EmbeddedValkey(data_dir).start()
    assert str(data_dir / "valkey.log") in str(caught.value)


def test_probe_tells_what_answers(data_dir: Path) -> None:
    with EmbeddedValkey(data_dir) as store:
        facts = probe(store.url)
    assert facts.name == "Valkey"
    assert int(facts.version.split(".")[0]) >= OLDEST_VALKEY
    assert facts.append_only


def test_probe_says_what_to_do_when_nothing_answers_and_keeps_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(StoreError, match="does not answer") as caught:
        probe(f"redis://:hemmelig@127.0.0.1:{port}/0")
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "hemmelig" not in str(caught.value)


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        ("redis_version:6.2.14", "Redis .* is version 6.2.14"),
        ("redis_version:7.2.4\r\nvalkey_version:7.2.5", "Valkey .* is version 7.2.5"),
    ],
)
def test_probe_turns_down_what_is_too_old(info: str, sentence: str) -> None:
    with pretender(info) as url, pytest.raises(StoreError, match=sentence):
        probe(url)


def test_probe_notes_a_store_without_an_append_only_file() -> None:
    with pretender("redis_version:7.0.0\r\naof_enabled:0") as url:
        assert not probe(url).append_only


@contextlib.contextmanager
def pretender(info: str) -> Iterator[str]:
    """The address of a server that answers INFO with `info` and everything else with a pong."""

    class Answers(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while line := self.rfile.readline():
                words = []
                for _ in range(int(line[1:])):
                    size = int(self.rfile.readline()[1:])
                    words.append(self.rfile.read(size + 2)[:-2].upper())
                if words[0] == b"INFO":
                    text = f"{info}\r\n".encode()
                    self.wfile.write(b"$%d\r\n%s\r\n" % (len(text), text))
                elif words[0] == b"HELLO":
                    self.wfile.write(b"-ERR unknown command\r\n")
                else:
                    self.wfile.write(b"+PONG\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"redis://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
