"""T18: boards that a release left in the store open with this version, and show what they showed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from board_schema.board import Actor
from server import store
from server.boards.rooms import Rooms
from server.doors import access
from server.process.embedded import EmbeddedValkey
from tests.machine.boards import View, note_id
from tests.machine.release import look, restore

RELEASES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "vectors").glob("release-*.json"))
}


@pytest.fixture
def old_store(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """An empty store of its own: what stands in a release's house-wide keys is nobody else's business."""
    running = EmbeddedValkey(tmp_path)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def differences(was: Any, now: Any, path: str) -> list[str]:
    """Where something that was there is gone or another now. What is new is no difference."""
    if isinstance(was, dict) and isinstance(now, dict):
        return [
            found
            for key, value in was.items()
            for found in (differences(value, now[key], f"{path}/{key}") if key in now else [f"{path}/{key} is gone"])
        ]
    return [] if was == now else [f"{path}: {was!r} -> {now!r}"]


def test_T18_there_is_something_to_open() -> None:
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES)
async def test_T18_S4_M3_a_releases_boards_open_and_show_what_they_showed(
    release: str, old_store: EmbeddedValkey
) -> None:
    kept = RELEASES[release]
    await restore(old_store.url, kept["keys"])
    seen = 0
    for board in kept["boards"]:
        now = await look(old_store.url, board, now=kept["now"])
        assert now["version"] == board["version"]
        assert now["people"] == board["people"], "a token opens no more what it opened"
        found = differences(board["screens"], now["screens"], board["id"])
        assert not found, "\n".join(found[:10])
        # Nobody sees a note or a draft that they did not see.
        for name, screen in board["screens"].items():
            for layer in ("shown", "own"):
                notes = {key for key in now["screens"][name][layer] if key.startswith(("note:", "mine:", "bin:"))}
                assert notes <= screen[layer].keys()
                seen += len(notes)
    assert seen > 30
    kinds = {what["kind"] for what in kept["keys"].values()}
    assert kinds == {"stream", "hash", "string", "zset"}
    assert any(key.endswith(":snapshot") for key in kept["keys"])


@pytest.mark.parametrize("release", RELEASES)
async def test_T18_O1_a_releases_board_goes_on(release: str, old_store: EmbeddedValkey) -> None:
    kept = RELEASES[release]
    await restore(old_store.url, kept["keys"])
    board = kept["boards"][0]
    shelf = store.connect(old_store.url)
    rooms = Rooms(shelf, now=lambda: int(kept["now"]))
    await shelf.start()
    try:
        grant = await shelf.granted(board["id"], digest=access.digest(board["tokens"]["P1"]))
        assert grant is not None
        room = await rooms.get(board["id"])
        screen = View(room, Actor(grant.pid, "participant"))
        note = note_id()
        answer = await screen.op("write", note=note, text="skrevet bagefter", sheet="columns", lane="dream")
        assert answer.reason is None
        await screen.until(lambda: f"mine:{note}" in screen.mine)
    finally:
        await rooms.close()
        await shelf.close()
