"""What the supervisor and the web processes say about the store: once, in words one can act on, and when it is over."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from server import outages, store
from server.process import admin, backoff, store_care, supervisor
from server.process.embedded import EmbeddedValkey
from server.process.housekey import house_key
from server.process.probe import AccessDenied, NoAnswer, StoreFacts, probe
from server.process.socket_folder import LOCK, lock, open_lock
from server.process.store_care import StoreCare
from server.settings import Settings, unknown_names
from server.store import StoreAway
from tests.machine.conftest import start_house
from tests.machine.several import free_ports
from tests.machine.talk import call
from tests.machine.waiting import until


class Watched:
    """An embedded store as the supervisor watches it, and what was told."""

    def __init__(self, data_dir: Path) -> None:
        self.told: list[str] = []
        settings = Settings(data_dir=data_dir, host="127.0.0.1", port=0)
        self.care = StoreCare(settings, tell=self.told.append, pause=lambda _: False)
        self.url = self.care.start() or ""

    @property
    def valkey(self) -> EmbeddedValkey:
        assert self.care._embedded is not None
        return self.care._embedded

    def kill(self) -> None:
        assert self.valkey.pid is not None
        os.kill(self.valkey.pid, signal.SIGKILL)
        until(lambda: not self.valkey.alive(), what="the store is gone")

    def look_until_it_runs(self) -> None:
        def runs() -> bool:
            self.care.look_after()
            return self.valkey.alive() and self.valkey.reachable()

        until(runs, what="the store runs")


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(backoff, "LONGEST_PAUSE", 0.0)
    monkeypatch.setattr(outages, "STEADY", 0.0)
    made = Watched(tmp_path / "data")
    try:
        yield made
    finally:
        made.care.stop()


def answers(url: str) -> bool:
    with redis.Redis.from_url(url) as asking:
        return bool(asking.ping())


# -- the embedded store ---------------------------------------------------------------------------


def test_a_copied_data_folder_leads_to_nothing_of_the_running_one(watched: Watched, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", tmp_path / "data", copy], check=True)
    # What releases up to 0.1.0 kept there: the way to the socket of whoever wrote it.
    (copy / "embedded.json").write_text(f'{{"pid": {watched.valkey.pid}, "socket": "{watched.valkey.socket}"}}')
    for _ in range(2):
        with EmbeddedValkey(copy) as second:
            assert answers(second.url)
            assert second.socket != watched.valkey.socket
        assert watched.valkey.reachable()
        assert answers(watched.url)
    named = [path for path in (tmp_path / "data").iterdir() if path.is_file() and b"valkey.sock" in path.read_bytes()]
    assert named == [], "a file there leads to the socket"


def test_a_socket_folder_that_another_holds_is_left_alone(watched: Watched) -> None:
    folder = watched.valkey.socket.parent
    watched.care.stop()
    folder.mkdir(exist_ok=True)
    held = open_lock(folder / LOCK)
    try:
        assert lock(held)
        with EmbeddedValkey(watched.valkey.data_dir) as again:
            assert answers(again.url)
            assert again.socket.parent != folder
        assert (folder / LOCK).exists()
    finally:
        os.close(held)


@pytest.mark.parametrize("whole", [False, True], ids=["the socket", "its folder"])
def test_a_socket_that_was_removed_is_noticed_told_and_made_again(watched: Watched, whole: bool) -> None:
    if whole:
        shutil.rmtree(watched.valkey.socket.parent)
    else:
        watched.valkey.socket.unlink()
    watched.look_until_it_runs()
    watched.care.look_after()
    assert len(watched.told) == 2, watched.told
    assert f"socket {watched.valkey.socket} has been removed" in watched.told[0]
    assert watched.told[1] == "The embedded store saves again."
    assert watched.valkey.url == watched.url
    assert answers(watched.url)


def test_a_full_disk_is_told_once_and_so_is_its_end(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    least = store_care.LEAST_FREE
    monkeypatch.setattr(store_care, "LEAST_FREE", 1 << 62)  # more than any disk has
    for _ in range(4):  # each time it saves for a moment, until the last few bytes are used up
        watched.kill()
        watched.look_until_it_runs()
        watched.care.look_after()
    (told,) = watched.told
    assert f"The disk that holds {watched.valkey.data_dir} is full" in told
    assert "Make room" in told
    monkeypatch.setattr(store_care, "LEAST_FREE", least)
    for _ in range(3):
        watched.care.look_after()
    assert watched.told[1:] == ["The embedded store saves again."]


def test_a_store_that_saves_only_for_moments_is_one_outage(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "STEADY", 3600.0)
    for _ in range(3):
        watched.kill()
        watched.look_until_it_runs()
        watched.care.look_after()
        assert answers(watched.url)
    assert watched.told == ["The embedded store has stopped; starting it again."]


def test_a_data_folder_that_was_taken_away_is_told_and_served_again_when_it_is_back(
    watched: Watched, tmp_path: Path
) -> None:
    folder, away = watched.valkey.data_dir, tmp_path / "away"
    folder.rename(away)
    until(lambda: watched.care.look_after() or len(watched.told) > 1, what="it is told")
    assert f"socket {watched.valkey.socket} has been removed" in watched.told[0]
    assert "did not start again" in watched.told[1]
    assert "No such file or directory" in watched.told[1]
    with EmbeddedValkey(folder):  # another Tavle, with a folder of its own in that place
        watched.care.look_after()
        assert not watched.valkey.alive()
    shutil.rmtree(folder)
    away.rename(folder)
    watched.look_until_it_runs()
    watched.care.look_after()
    assert watched.told[2:] == ["The embedded store saves again."]
    assert answers(watched.url)


def test_a_store_that_keeps_stopping_for_no_known_reason_is_told_twice(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_care, "can_save", lambda url: False)
    for _ in range(6):
        watched.kill()
        watched.look_until_it_runs()
    first, second = watched.told
    assert first == "The embedded store has stopped; starting it again."
    assert str(watched.valkey.log) in second


def test_what_valkey_says_about_its_file_is_told(watched: Watched) -> None:
    log = watched.valkey.log
    log.write_text(
        "7:M 27 Nov 2026 14:00:00.000 # Error writing to the AOF file: Input/output error\n"
        "7:M 27 Nov 2026 14:00:00.000 # Can't recover from AOF write error when the AOF fsync policy is 'always'. "
        "Exiting...\n"
    )
    watched.kill()
    watched.look_until_it_runs()
    assert "(Input/output error)" in watched.told[0]


# -- an external store ----------------------------------------------------------------------------


def test_a_redis_that_is_away_at_start_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    left = [NoAnswer("Redis does not answer at redis://one."), NoAnswer("Redis does not answer at redis://one.")]

    def asked(url: str) -> StoreFacts:
        if left:
            raise left.pop()
        return StoreFacts(name="Redis", version="8.0", append_only=True, where=url, fsync="always")

    monkeypatch.setattr(store_care, "probe", asked)
    settings = Settings(data_dir=tmp_path, redis_url="redis://one", embedded=False)
    assert StoreCare(settings, tell=told.append, pause=lambda _: False).start() == "redis://one"
    assert told == ["Redis does not answer at redis://one. Waiting for it, 60 seconds at most.", "The store answers."]


def test_what_stops_tavle_while_it_waits_is_heard(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    settings = Settings(data_dir=tmp_path, redis_url=f"redis://127.0.0.1:{port}", embedded=False)
    assert StoreCare(settings, tell=lambda _: None, pause=lambda _: True).start() is None


def test_settings_of_a_redis_that_can_lose_what_was_saved_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(**facts: Any) -> str:
        said: list[str] = []
        every: dict[str, Any] = {"append_only": True, "fsync": "always", "eviction": "noeviction", **facts}
        monkeypatch.setattr(store_care, "probe", lambda url: StoreFacts(name="Redis", version="8", **every))
        settings = Settings(data_dir=tmp_path, redis_url="redis://one", embedded=False)
        StoreCare(settings, tell=said.append, pause=lambda _: False).start()
        return "\n".join(said)

    assert told() == ""
    assert "appendonly yes" in told(append_only=False)
    assert "appendfsync everysec" in told(fsync="everysec")
    assert "maxmemory-policy allkeys-lru" in told(eviction="allkeys-lru")
    assert told(fsync="", eviction="") == ""  # a hosted one that tells nothing


async def test_ready_and_the_log_tell_that_nothing_can_be_saved_and_when_it_is_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedValkey(tmp_path) as own, redis.Redis.from_url(own.url) as asking:
        house = await start_house(own.url, tmp_path)
        shelf = store.connect(own.url)
        try:
            assert (await call(house.base, "/ready")).status == 200
            asking.config_set("maxmemory", "1")
            with caplog.at_level(logging.WARNING, "tavle.store"):
                for _ in range(3):
                    with pytest.raises(StoreAway, match="maxmemory"):
                        await shelf.health.check(within=0)
                deadline = time.monotonic() + 10
                while (answer := await call(house.base, "/ready")).status == 200:
                    assert time.monotonic() < deadline
                assert (answer.status, answer.json) == (503, {"error": "store_away"})
                asking.config_set("maxmemory", "0")
                await shelf.health.check(within=0)  # for a moment only
                asking.config_set("maxmemory", "1")
                with pytest.raises(StoreAway, match="maxmemory"):
                    await shelf.health.check(within=0)
                asking.config_set("maxmemory", "0")
                monkeypatch.setattr(outages, "STEADY", 0.0)
                await shelf.health.check(within=0)
            mine = [r.getMessage() for r in caplog.records if r.getMessage().startswith("Redis at unix://")]
            assert len(mine) == 2, mine
            assert "its memory is full (maxmemory)" in mine[0]
            assert mine[1].endswith("saves again.")
            # A user without the keys, at start and later.
            asking.execute_command("ACL", "SETUSER", "poor", "on", ">password", "~other:*", "+@all")
            theirs = own.url.replace("unix://", "unix://poor:password@")
            with pytest.raises(AccessDenied, match="No permissions to access a key"):
                probe(theirs)
            poor = store.connect(theirs)
            with pytest.raises(StoreAway, match="lacks a right"):
                await poor.health.check()
            await poor.close()
        finally:
            await shelf.close()
            await house.stop()


async def test_that_the_embedded_store_has_stopped_is_told_by_whoever_started_it_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = f"unix://{tmp_path}/gone.sock"
    for embedded in (True, False):
        shelf = store.connect(gone, embedded=embedded)
        with pytest.raises(StoreAway):
            await shelf.health.check()
        await shelf.close()
    (told,) = [record.getMessage() for record in caplog.records if "saves nothing" in record.getMessage()]
    assert told.startswith("Redis at unix://")


# -- web processes and settings -------------------------------------------------------------------


def test_a_web_process_killed_just_after_its_first_answer_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = supervisor.Supervisor(Settings(data_dir=tmp_path, redis_url="redis://one", workers=2))
    told: list[str] = []
    started: list[int] = []
    monkeypatch.setattr(made, "_warn", told.append)
    monkeypatch.setattr(made, "_start_worker", lambda: started.append(1))
    ours, theirs = socket.socketpair()
    theirs.send(supervisor.READY)
    ours.setblocking(False)
    dead = subprocess.Popen([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
    dead.wait()
    made._workers = [supervisor._Worker(dead, ours, 1)]
    made._look_after_workers()
    theirs.close()
    assert not made._announced
    assert told == ["A web process has stopped (SIGKILL); starting another."]
    until(lambda: made._look_after_workers() or started, what="another web process")


def test_a_misspelt_setting_is_told() -> None:
    (said,) = unknown_names({"TAVLE_RETENTON_DAYS": "90", "TAVLE_LOG": "json", "PATH": "/bin"})
    assert said == "TAVLE_RETENTON_DAYS is no setting of Tavle; did you mean TAVLE_RETENTION_DAYS?"


def test_what_a_start_asks_of_an_external_store_waits_until_it_answers(tmp_path: Path) -> None:
    """It has answered once, and does not for a moment: a fail-over, or a busy machine."""
    (port,) = free_ports(1)
    away = Settings(data_dir=tmp_path, host="127.0.0.1", redis_url=f"redis://127.0.0.1:{port}", redis_wait=7)
    told: list[str] = []
    care = StoreCare(away, tell=told.append, pause=lambda _: False)
    asked = 0

    def answers_later() -> str:
        nonlocal asked
        asked += 1
        if asked == 1:
            admin.check_whole(away)
        return house_key(away).text if asked < 3 else "a key"

    assert care.ask(answers_later) == "a key"
    assert asked == 3
    assert len(told) == 2
    assert told[0].endswith("Waiting for it, 7 seconds at most.")
    assert told[1] == "The store answers."
    assert StoreCare(away, tell=told.append, pause=lambda _: True).ask(lambda: admin.check_whole(away)) is None
    at_once = StoreCare(replace(away, redis_wait=0), tell=told.append, pause=lambda _: False)
    with pytest.raises(NoAnswer, match="cannot be stored"):
        at_once.ask(lambda: house_key(away))
