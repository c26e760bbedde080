"""What this process has left: told before it is used up, and when there is room again."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

import pytest

from server import vitals
from server.store import StoreAway
from server.store.health import explained
from tests.machine.test_start import serving
from tests.machine.waiting import read_until


def test_a_limit_of_open_files_is_told_at_the_start_when_it_is_reached_and_when_there_is_room(tmp_path: Path) -> None:
    few = ("sh", "-c", 'ulimit -n 256 && exec "$@"', "sh")
    with serving(data_dir=tmp_path / "data", under=few) as (process, printed, port):
        assert "only 256 files may be open at once, so about 192 phones can be connected" in printed
        assert "ulimit -Hn" in printed
        with contextlib.ExitStack() as phones:
            for _ in range(300):
                phones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            assert "256 files are open: more phones cannot connect" in read_until(process, "more phones cannot connect")
        assert "files are open: phones can connect again" in read_until(process, "phones can connect again")


def test_when_no_file_can_be_opened_all_that_are_allowed_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < vitals.files_open() < vitals.files_allowed()

    def none_left(_: str) -> list[str]:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "listdir", none_left)
    assert vitals.files_open() == vitals.files_allowed()


def test_a_store_that_cannot_be_reached_for_want_of_files_is_not_blamed() -> None:
    problem = StoreAway("no connection")
    problem.__cause__ = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    assert "ulimit -n" in explained(problem)
