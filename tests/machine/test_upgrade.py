"""T18: boards that a release left in the store open with this version, look the same and are played on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgpack
import pytest

from board_schema import schema
from board_schema.method_older import BELONGS, EFFECT
from server import store
from server.boards.follower import Broken
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access
from server.doors.codes import Doors
from server.process.embedded import EmbeddedValkey
from tests.machine.boards import View, note_id
from tests.machine.release import data, look, restore, text
from tests.machine.release import opened as board_of_release

RELEASES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "vectors").glob("release-*.json"))
}
# Every board that goes on, by release, method and title.
OPEN = [
    pytest.param(release, board, id=f"{release}-{board['screens']['lead']['shown']['board']['title']}")
    for release, kept in RELEASES.items()
    for board in kept["boards"]
    if not board["screens"]["lead"]["shown"]["board"]["closed"]
]
# Records whose facts a newer protocol says in another shape, or which depend on rules rather than on what is stored.
SAID_ANEW = {"progress": {"piles", "wrote"}, "board": {"reveal", "place", "offers"}, "me": {"can", "write", "place"}}


@pytest.fixture
def old_store(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """An empty store of its own: what stands in a release's house-wide keys is nobody else's business."""
    running = EmbeddedValkey(tmp_path)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def said_now(layer: dict[str, Any]) -> dict[str, Any]:
    """What a release's screen was shown, in the words of this one's records."""
    said = {}
    for name, record in layer.items():
        key = name.replace("back:", "deleted:") if name.startswith("back:") else name
        said[key] = {field: value for field, value in record.items() if field not in SAID_ANEW.get(key, ())}
        if key == "board" and "place" in record:
            said[key]["venue"] = record["place"]
        if any("kind" in mark for mark in record.get("marks", ())):  # words for sides and fates were one list
            words = said[key].pop("marks")
            said[key]["sides"] = [mark["id"] for mark in words if mark["kind"] == "side"]
            said[key]["fates"] = [mark["id"] for mark in words if mark["kind"] == "fate"]
        if "sides" in said[key]:  # now they are words of a mark
            sides = [{"id": side, "side": side} for side in said[key].pop("sides")]
            said[key]["marks"] = [{"id": EFFECT, "words": sides}] if sides else []
        said[key].pop("fates", None)
        if "lanes" in said[key]:
            lanes = [
                {name: value for name, value in lane.items() if name != "points_to"} for lane in said[key]["lanes"]
            ]
            said[key]["lanes"] = lanes
            between = [(lane["id"], lane["points_to"]) for lane in record["lanes"] if lane.get("points_to")]
            if between:  # the kind of a leader's answers was no record's: it is new
                said[key]["links"] = [{"id": BELONGS, "from": [one], "to": [other]} for one, other in between]
        if any("fates" in lane for lane in record.get("lanes", ())):
            said[key]["lanes"] = [lane_now(lane) for lane in said[key]["lanes"]]
        if (
            key.startswith("row:") and "fate" in record
        ):  # a row was a record of its own; what was said of it stands on its head now
            was, can = {field: said[key].pop(field) for field in ("fate", "deep")}, said[key].pop("can")
            said[key]["marks"] = {k: w for k, w in (("fate", was["fate"]), ("depth", "enough" * was["deep"])) if w}
            said[key]["marks_open"] = {"fate": ["fate"], "deep": ["depth"]}.get("".join(can), [])
        if "choose" in record.get("can", ()):
            said[key]["can"] = [*(act for act in record["can"] if act != "choose"), "mark"]
            said[key]["marks_open"] = ["chosen"]
        if key.startswith("note:") and (row := layer.get(key.replace("note:", "row:"))):
            said[key]["reach"] = row["reach"]
        if record.get("kind") == "comment":  # it lay where its note had been when it was written
            target = layer.get(f"note:{record.get('under') or record['to']}")
            said[key] |= {field: target[field] for field in ("sheet", "lane", "row")} if target else {}
            if "under" not in record:  # its note was what it pointed at
                said[key] |= {"under": record["to"]}
        if "to" in record and key.partition(":")[0] in ("note", "mine"):  # a note pointed at one other
            to = said[key].pop("to")
            said[key]["links"] = {BELONGS: [to]} if to and record["kind"] == "note" else {}
    return said


def lane_now(lane: dict[str, Any]) -> dict[str, Any]:
    """A lane as it was, in the words of this release's records: a column that shows the fate names its kind."""
    fates = lane["fates"]
    return {
        **{field: value for field, value in lane.items() if field != "fates"},
        **({"shows": "fate"} if fates else {}),
    }


def differences(was: Any, now: Any, path: str) -> list[str]:
    """Where something that was there is gone or another now. What is new is no difference."""
    if isinstance(was, dict) and isinstance(now, dict):
        return [
            found
            for key, value in was.items()
            for found in (differences(value, now[key], f"{path}/{key}") if key in now else [f"{path}/{key} is gone"])
        ]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now) and not path.endswith("/can"):
        pairs = enumerate(zip(was, now, strict=True))
        return [found for at, (one, other) in pairs for found in differences(one, other, f"{path}/{at}")]
    more = path.endswith("/can") and set(was) <= set(now)  # a right that is new
    return [] if more or was == now else [f"{path}: {was!r} -> {now!r}"]


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
        was = {name: {layer: said_now(of) for layer, of in screen.items()} for name, screen in board["screens"].items()}
        found = differences(was, now["screens"], board["id"])
        assert not found, "\n".join(found[:10])
        # Nobody sees a note or a draft that they did not see.
        for name, screen in board["screens"].items():
            for layer in ("shown", "own"):
                notes = {key for key in now["screens"][name][layer] if key.startswith(("note:", "mine:", "bin:"))}
                # The head of a row stands where the row was shown.
                assert notes <= screen[layer].keys() | {k.replace("row:", "note:") for k in screen["shown"]}
                seen += len(notes)
    assert seen > 30
    kinds = {what["kind"] for what in kept["keys"].values()}
    assert kinds == {"stream", "hash", "string", "zset"}
    assert any(key.endswith(":snapshot") for key in kept["keys"])


@asynccontextmanager
async def opened(url: str, board: dict[str, Any], *, now: int) -> AsyncIterator[tuple[Room, dict[str, View]]]:
    """A stored board as a web process opens it, with the screens of the facilitator and of who writes."""
    async with board_of_release(url, board, now=now) as (room, people):
        yield room, {name: View(room, people[name]) for name in ("lead", "P1", "P2")}


async def done(screen: View, op: str, **args: Any) -> None:
    answer = await screen.op(op, **args)
    assert answer.reason is None, f"{op} {args}: {answer.reason}"
    await screen.level()


@pytest.mark.parametrize(("release", "board"), OPEN)
async def test_T18_O1_O7_a_releases_board_is_played_on(
    release: str, board: dict[str, Any], old_store: EmbeddedValkey
) -> None:
    """Written, moved, undone, revealed, taken down, brought back, closed and sealed."""
    kept = RELEASES[release]
    await restore(old_store.url, kept["keys"])
    async with opened(old_store.url, board, now=int(kept["now"])) as (room, screens):
        lead, one = screens["lead"], screens["P1"]
        if any(room.board.acts.get(one.actor.pid, ())) and "undo" in one.mine["me"]["can"]:
            before = room.board.notes
            await done(one, "undo")
            assert room.board.notes != before, "the undo stack that was stored can be used"
        plays = {"fremtidsvaerksted": future, "historievaerksted": history, "dilemmavaerksted": dilemma}
        await plays[room.board.method](room, screens)
        up = sorted(i for i, n in room.board.notes.items() if n.reach == "all" and n.kind == "note" and not n.row)
        if up:
            await done(lead, "delete", note=up[0])
            await done(lead, "restore", note=up[0])
        assert len([i for i in room.board.notes if f"note:{i}" in lead.shown]) > 2
        await done(lead, "close")
        await done(lead, "seal")
        await lead.until(lambda: lead.shown["board"]["sealed"])
        assert not room.board.people


async def draft(screen: View, **where: Any) -> str:
    """A draft that is written, taken back and written again."""
    note = note_id()
    await done(screen, "write", note=note, text="skrevet bagefter", **where)
    await screen.until(lambda: f"mine:{note}" in screen.mine)
    await done(screen, "undo")
    await screen.until(lambda: f"mine:{note}" not in screen.mine)
    again = note_id()
    await done(screen, "write", note=again, text="skrevet igen", **where)
    return again


async def future(room: Room, screens: dict[str, View]) -> None:
    lead, one = screens["lead"], screens["P1"]
    await done(lead, "round", to="realise", confirm=True)
    note = await draft(one, sheet="columns", lane="realise")
    await done(one, "move", note=note, lane="")
    await done(one, "undo")
    await done(lead, "reveal", sheet="columns", lane="realise")
    await one.until(lambda: f"note:{note}" in one.shown)
    assert not [n for n in room.board.notes.values() if n.reach == "own" and n.lane == "realise"]


async def history(room: Room, screens: dict[str, View]) -> None:
    lead, one = screens["lead"], screens["P1"]
    await done(lead, "round", to="place", confirm=True)
    note = await draft(one, sheet="timeline", lane="2020")
    turn = room.board.turn("all")
    assert turn is not None
    assert turn.done or turn.holder, "the queue is found as it was left"
    await done(lead, "turn", act="give", seat=one.mine["me"]["seat"], scope="all")
    await done(one, "place", note=note, lane="2020", marks={"effect": "up"})
    await done(one, "move", note=note, lane="2024")
    await done(one, "undo")
    assert room.board.notes[note].lane == "2020"


async def dilemma(room: Room, screens: dict[str, View]) -> None:
    lead = screens["lead"]
    comment = next(n for n in room.board.notes.values() if n.kind == "comment")
    target = room.board.notes[comment.under]
    assert (comment.lane, comment.row) == (target.lane, target.row)
    hidden = next(row for row in room.board.rows.values() if row.reach != "all")
    assert f"row:{hidden.id}" not in screens["P1"].shown
    await done(lead, "reveal", group=hidden.group)
    await screens["P1"].until(lambda: f"row:{hidden.id}" in screens["P1"].shown)
    await done(lead, "move", note=target.id, lane="one")
    assert room.board.notes[comment.id].lane == "one"
    await done(lead, "undo")
    assert room.board.notes[comment.id].lane == target.lane == room.board.notes[target.id].lane


@pytest.mark.parametrize(
    ("release", "board"), [each for each in OPEN if "sheet:yield" in each.values[1]["screens"]["lead"]["shown"]]
)  # type: ignore[index]
async def test_T18_R42_a_workshop_that_an_earlier_release_made_hands_on_to_a_programme(
    old_store: EmbeddedValkey, release: str, board: dict[str, Any]
) -> None:
    kept = RELEASES[release]
    await restore(old_store.url, kept["keys"])
    async with board_of_release(old_store.url, board, now=kept["now"]) as (room, people):
        lead = View(room, people["lead"])
        await done(lead, "round", to="harvest", confirm=True)
        note = next(note for note in room.board.notes.values() if note.reach == "all" and note.kind == "note")
        await done(lead, "pick", note=note_id(), text="Fra før", lane="points", of=[note.id])
        await room.hand_on(programme="programme1", title="Forløb", lang="da")
        (handing,) = room.board.under_way
        (item,) = handing.items
        (source, *_) = item.sources
        assert (item.text, item.becomes, source.session) == ("Fra før", "point", room.method.title["da"])


async def test_S8_a_board_of_a_later_release_stays_closed_and_whole(old_store: EmbeddedValkey) -> None:
    kept = RELEASES["release-c30bdd4"]
    board, keys = kept["boards"][0], dict(kept["keys"])
    name = f"tavle:{{{board['id']}}}:log"
    at, fields = keys[name]["held"][-1]
    entry = next(part for part in map(data, fields) if part[:1] != b"" and _is_entry(part))
    newer = msgpack.packb({**msgpack.unpackb(entry), schema.KEY: schema.NUMBER + 1})
    fields = [text(newer) if data(part) == entry else part for part in fields]
    keys[name] = keys[name] | {"held": [*keys[name]["held"][:-1], [at, fields]]}
    await restore(old_store.url, keys)
    shelf = store.connect(old_store.url)
    rooms = Rooms(shelf, now=lambda: int(kept["now"]))
    await shelf.start()
    try:
        before = await shelf.load(board["id"])
        with pytest.raises(Broken, match=rf"stored with schema {schema.NUMBER + 1}, and this release reads"):
            await rooms.get(board["id"])
        assert await shelf.load(board["id"]) == before
    finally:
        await rooms.close()
        await shelf.close()


def _is_entry(part: bytes) -> bool:
    try:
        return isinstance(msgpack.unpackb(part), dict)
    except ValueError:
        return False


async def test_H5_a_code_of_an_earlier_release_stays_until_it_is_renewed(shelf: store.Store) -> None:
    """It was made from the whole list of words, and the number of its renewal stood alone."""
    secret, doors = await shelf.doors.secret(), Doors(shelf)
    code = access.keys(secret, "old", renewals=access.Renewals(words=access.WORDS_BEFORE)).code
    digest = access.look_up(secret, code, kind="code")
    assert await shelf.doors.register("old", digest=digest, role="participant")
    await shelf.doors.set_setting("old", name="renewal", value="0")
    assert (await doors.keys("old")).code == code
    assert await doors.find(code, kind="code") == ("old", "participant")
    await doors.renew("old", "listen")
    assert (await doors.keys("old")).code == code
    await doors.renew("old", "join")
    renewed = (await doors.keys("old")).code
    assert set(renewed.split("-")) <= set(access.words())
    assert await doors.find(renewed, kind="code") == ("old", "participant")
    assert await doors.find(code, kind="code") is None
