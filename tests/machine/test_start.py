"""Starting and stopping: output, obstacles, and processes that die and are restarted."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from server import __main__ as setting_up
from server.process import announcement, run
from server.process.embedded import EmbeddedValkey
from server.process.housekey import HouseKey
from server.process.listening import listen
from server.process.probe import StoreError, probe
from server.settings import Settings
from server.store.address import redis_address
from tests.machine.waiting import children, read_until, runs, until

ROOT = Path(run.__file__).parents[2]


class Process(subprocess.Popen[bytes]):
    """A process that its `with` block stops when it is left by an error; without one it waits for it."""

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is not None:
            self.terminate()
        super().__exit__(kind, *rest)


def tavle(
    *words: str, data_dir: Path, environ: dict[str, str] | None = None, under: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """The command `tavle`, on the loopback address and with a data folder of its own; run by the command `under`."""
    named = {"TAVLE_DATA": str(data_dir), "HOST": "127.0.0.1", "PORT": "0", "LC_ALL": "C.UTF-8", **(environ or {})}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TAVLE_") and name not in ("REDIS_URL", "HOST", "PORT")
    }
    return Process(
        [*under, sys.executable, "-m", "server.process.run", *words],
        cwd=ROOT,
        env={**inherited, **named},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@contextlib.contextmanager
def serving(
    *words: str, data_dir: Path, environ: dict[str, str] | None = None, under: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[bytes], str, int]]:
    """A Tavle that answers: the process, what it has printed, and its port. Ended afterwards."""
    with tavle(*words, data_dir=data_dir, environ=environ, under=under) as process:
        try:
            printed = read_until(process, "  Stop  ")
            port = int(re.findall(r"http://[^\s]+:(\d+)", printed)[-1])
            yield process, printed, port
        finally:
            process.terminate()


def refused(*words: str, data_dir: Path, environ: dict[str, str] | None = None) -> str:
    """The one line that a Tavle which cannot start prints before it ends with exit code 1."""
    with tavle(*words, data_dir=data_dir, environ=environ) as process:
        printed, _ = process.communicate(timeout=20)
    assert process.returncode == 1, printed
    sentence = printed.decode()
    assert sentence.count("\n") == 1, sentence
    return sentence.strip()


def answers(port: int) -> bool:
    """Whether /health says that all is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def helpers(process: subprocess.Popen[bytes], word: str) -> set[int]:
    """The processes with `word` in their command line that Tavle has started."""
    return {pid for pid, line in children(process.pid).items() if word in line}


def web(process: subprocess.Popen[bytes]) -> set[int]:
    return helpers(process, "server.process.worker")


def store(process: subprocess.Popen[bytes]) -> set[int]:
    return helpers(process, "valkey-server")


# -- what is printed ----------------------------------------------------------------------------


def test_it_says_where_it_is_what_it_keeps_and_how_to_stop(tmp_path: Path) -> None:
    with serving(data_dir=tmp_path / "data") as (_, printed, port):
        assert answers(port)
    assert f"http://localhost:{port}" in printed
    assert str(tmp_path / "data") in printed
    assert "House key  shown by the command `python3 server key`" in printed  # this is no terminal
    assert "Ctrl-C" in printed
    assert "\x1b" not in printed


def announced(**fields: object) -> str:
    settings = Settings(data_dir=Path("/data"), **fields)  # type: ignore[arg-type]
    return announcement.announcement(settings, port=8000, key=HouseKey("the-house-key", new=True))


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "")


def test_the_network_address_is_shown_when_there_is_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcement, "lan_address", lambda: "192.0.2.17")
    assert "http://192.0.2.17:8000" in announced()
    monkeypatch.setattr(announcement, "lan_address", lambda: None)
    assert "on no network" in announced()
    assert "http://localhost:8000" in announced()


def test_the_public_address_comes_first_and_loopback_is_said_to_be_closed() -> None:
    assert "https://tavle.example.dk" in announced(public_url="https://tavle.example.dk")
    assert "Phones cannot reach it" in announced(host="127.0.0.1")
    assert "/data" not in announced(embedded=False)


def test_commands_are_named_as_they_are_typed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/opt/tavle/server/process/run.py"])
    assert "`python3 server key`" in announced()
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/tavle"])
    assert "`tavle key`" in announced()


def test_it_speaks_danish_where_the_system_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcement, "lan_address", lambda: "192.0.2.17")
    for name, value in (("LANG", "da_DK.UTF-8"), ("LC_MESSAGES", "da"), ("LC_ALL", "da_DK")):
        monkeypatch.setenv(name, value)
        assert "Tavle kører." in announced()
        assert "Husnøgle  vises med kommandoen `python3 server key`" in announced()
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert "Tavle is running." in announced()
    english, danish = announcement.TEXTS["en"], announcement.TEXTS["da"]
    assert english.keys() == danish.keys()
    for group in (("address", "network", "name", "computer"), ("data", "key")):
        for texts in (english, danish):
            assert len({len(texts[label]) for label in group}) == 1, "addresses stand below one another"


def test_a_terminal_shows_a_qr_code_and_the_house_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "█" not in announced(public_url="https://tavle.example.dk")
    assert "the-house-key" not in announced()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "█" in announced(public_url="https://tavle.example.dk")
    assert "House key  the-house-key" in announced()


# -- what stands in the way ---------------------------------------------------------------------


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentence = refused("--port", str(port), data_dir=tmp_path)
    assert f"Port {port} is taken" in sentence
    with EmbeddedValkey(tmp_path):
        pass  # and the data folder is free again


def test_a_data_folder_in_use_is_one_sentence(tmp_path: Path) -> None:
    with serving(data_dir=tmp_path) as (process, _, port):
        sentence = refused(data_dir=tmp_path)
        assert f"already running (process {process.pid})" in sentence
        assert answers(port)


def test_a_redis_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    url = f"redis://:hemmelig@127.0.0.1:{port}"
    sentence = refused(data_dir=tmp_path, environ={"REDIS_URL": url, "TAVLE_REDIS_WAIT": "0"})
    assert f"Redis does not answer at redis://127.0.0.1:{port}" in sentence
    assert "hemmelig" not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "otte"),
        ("PORT", "70000"),
        ("REDIS_URL", "http://localhost"),
        ("REDIS_URL", "redis+cluster://one:6379,two:6379/3"),
        ("REDIS_URL", "redis+sentinel://one:26379,two:26379"),
        ("REDIS_URL", "redis+cluster://one:many"),
        ("TAVLE_WAIT_REPLICAS", "1"),
        ("TAVLE_KEY", "short"),
        ("TAVLE_METHODS", "/no/such/folder"),
        ("TAVLE_NOTICE", "/no/such/notice.md"),
        ("TAVLE_NOTICE", "/"),
        ("TAVLE_PUBLIC_URL", "tavle.example.dk"),
        ("TAVLE_PUBLIC_URL", "https://example.dk/join"),
        ("TAVLE_RETENTION_DAYS", "0"),
        ("TAVLE_PROGRAMME_DAYS", "0"),
        ("TAVLE_TRUSTED_PROXY", "everybody"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    assert name in refused(data_dir=tmp_path, environ={name: value})


def test_why_it_cannot_start_is_a_line_of_the_log_that_was_asked_for(tmp_path: Path) -> None:
    line = json.loads(refused(data_dir=tmp_path, environ={"TAVLE_LOG": "json", "TAVLE_METHODS": "/no/such/folder"}))
    assert line["level"] == "error"
    assert line["text"] == "TAVLE_METHODS cannot be read (No such file or directory): /no/such/folder."


def test_M1_a_method_file_that_cannot_be_read_is_one_sentence_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "egen.toml").write_text('id = "egen"\ntitle = 7\n', encoding="utf-8")
    with serving(data_dir=tmp_path / "data", environ={"TAVLE_METHODS": str(tmp_path)}) as (_, printed, port):
        (sentence,) = [line for line in printed.splitlines() if "egen.toml" in line]
        assert "egen.toml, line 2, title: " in sentence
        assert "Traceback" not in printed
        assert answers(port)


def test_several_servers_are_named_in_one_address() -> None:
    def named(url: str) -> str | None:
        return Settings.from_environment({"REDIS_URL": url, "HOME": "/home/x"}).redis_url

    for url in (
        "redis+cluster://:secret@one:7000,two:7001,[::1]:7002",
        "rediss+cluster://one",
        "redis+sentinel://one,two:26380/tavle/2",
        "rediss+sentinel://name:secret@one:26379/tavle?ssl_cert_reqs=none",
    ):
        assert named(url) == url
        assert redis_address(url)
    with pytest.raises(StoreError) as caught:
        probe("redis+sentinel://:hemmelig@one:26379")
    assert "hemmelig" not in str(caught.value)


# -- what dies ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda n: n.name)
def test_told_to_stop_it_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    with serving(data_dir=tmp_path) as (process, _, _):
        started = web(process) | store(process)
        assert len(started) == 2
        process.send_signal(number)
        assert process.wait(20) == 0
        assert not any(map(runs, started))


def test_after_kill_9_the_next_start_works_at_once_on_the_same_port(tmp_path: Path) -> None:
    words: Sequence[str] = ()
    for _ in range(3):
        with serving(*words, data_dir=tmp_path) as (process, _, port):
            words = ("--port", str(port))
            started = web(process) | store(process)
            process.kill()
            process.wait()
            with serving(*words, data_dir=tmp_path) as (_, _, same):
                assert same == port
                assert answers(port)
                assert not any(map(runs, started))


@pytest.mark.parametrize("which", [web, store])
def test_a_process_that_is_killed_is_started_again(
    tmp_path: Path, which: Callable[[subprocess.Popen[bytes]], set[int]]
) -> None:
    with serving(data_dir=tmp_path) as (process, _, port):
        for _ in range(3):
            [killed] = which(process)
            os.kill(killed, signal.SIGKILL)
            until(lambda: which(process) - {killed}, what="another one")  # noqa: B023
            until(lambda: answers(port), what="it serves again")


def test_several_web_processes_share_one_port_and_one_store(tmp_path: Path) -> None:
    with serving("--workers", "2", data_dir=tmp_path) as (process, _, port):
        assert len(web(process)) == 2
        assert len(store(process)) == 1
        assert answers(port)


def test_an_external_store_is_used_and_left_alone(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "theirs") as theirs:
        environ = {"REDIS_URL": theirs.url}
        with serving(data_dir=tmp_path / "ours", environ=environ) as (process, printed, port):
            assert answers(port)
            assert not store(process)
            assert "REDIS_URL" in printed
        assert theirs.alive()
        assert not (tmp_path / "ours").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
def test_a_silent_phone_is_given_up_by_the_system_after_a_minute() -> None:
    settings = Settings(data_dir=Path("/data"), host="127.0.0.1", port=0)
    with listen(settings) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000


def test_every_address_means_both_families() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this computer has no IPv6")
    with listen(Settings(data_dir=Path("/data"), port=0)) as listening:
        port = listening.getsockname()[1]
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, port), timeout=5).close()


# -- setting up ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["server/__main__.py", "tests/__main__.py"])
def test_an_old_python_can_read_far_enough_to_say_that_it_is_too_old(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_patch_of_python_changes_nothing_and_what_must_be_set_up_again_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(setting_up, "works", lambda python: True)
    stamp = setting_up.fingerprint("requirements.lock", False)
    monkeypatch.setattr(sys, "version", "3.99.1 (another patch)")
    assert setting_up.fingerprint("requirements.lock", False) == stamp
    assert setting_up.reasons(stamp, stamp) == []
    before = "\n".join("requirements.lock 0000" if line.startswith("req") else line for line in stamp.splitlines())
    assert setting_up.reasons(before, stamp) == ["changed since the last time: requirements.lock"]


def test_a_program_folder_that_may_not_be_written_is_one_sentence_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(setting_up.os, "access", lambda path, how: False)
    with pytest.raises(setting_up.CannotSetUp) as caught:
        setting_up.check_folder(["the screens are not built"])
    assert "(the screens are not built)" in str(caught.value)
    assert "`python3 server setup`" in str(caught.value)


def test_a_step_of_setting_up_that_fails_says_what_failed_and_where_it_is_told_why(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(setting_up.CannotSetUp) as caught:
        setting_up.run([sys.executable, "-c", "raise SystemExit('no room')"], "The folder could not be made.")
    assert str(caught.value) == "The folder could not be made. The lines above say why."
    assert "no room" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-tests.lock", "static/node.lock"])
def test_lock_files_are_hashed_and_name_no_place(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9-]+==\S+( ;.*)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line), line


def test_both_locks_agree() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split()[0] for line in lines if not line.startswith(" ")}

    assert pins("requirements.lock") <= pins("requirements-tests.lock")


def test_the_browser_libraries_are_locked_without_a_place() -> None:
    text = (ROOT / "static/package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in text
    assert '"resolved"' not in text
