"""T4: the browser's store and Python agree, byte for byte, on what the same frames mean.

The browser has no reducer: it applies patches. So thousands of ops are played in the simulated machine, every screen's
tape is fed to the shipped wire.js and store.js, and what they hold is compared with what Python holds.
"""

import base64
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from board_schema import wire
from board_schema.patch import View
from static.build import BuildFailed, find_node
from tests.rules import machine
from tests.rules.heard import of_others, since_when
from tests.rules.mutants import MUTANTS, Mutant, planted
from tests.rules.play import STEMS

HERE = Path(__file__).parent
HISTORIES, STEPS = 18, 2_500
OPS = 10_000  # at least, over all histories
LOOK = 60  # steps between two pictures that are compared
CANARY = re.compile(rb"tekst [0-9a-f]{8}")
NO_PROGRESS = {"people": 0, "present": 0, "asks_ready": False, "ready": 0, "wrote": 0, "piles": {}}
LEAKS = ("the facilitator sees drafts", "group notes to all")
TEXT_OPS = ("write", "edit", "name", "pad", "pick", "gather")


def returns(op: str, args: dict[str, Any]) -> bool:
    """Whether a refused op comes back to its writer, since it has a text."""
    if op == "set":
        return "from" in args  # of the answers, texts say what they were before
    if op not in TEXT_OPS:
        return bool(args.get("fields"))  # answers that a note brings along to a lane (R45)
    return args.get("act") != "delete" and (op != "gather" or bool(args.get("text")))


def canonical(value: Any) -> str:
    """JSON whose keys are sorted, so that equal values are equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def collect(view: View, kind: str) -> list[dict[str, Any]]:
    """Records of one kind, with their bare id, sorted by it."""
    found = [{**record, "id": key[len(kind) + 1 :]} for key, record in view.items() if key.startswith(f"{kind}:")]
    return sorted(found, key=lambda record: str(record["id"]))


def notes(shown: View, own: View) -> list[dict[str, Any]]:
    """SPEC 6: the audience's notes with `mine` laid over them; own drafts, and own notes not sent now (V20)."""
    found = []
    for note in collect(shown, "note"):
        mine = own.get(f"mine:{note['id']}")
        # Between the patch that raises a note and the frame after it, `mine` still calls it a draft.
        can = [*note.get("can", []), *([] if mine is None or mine.get("draft") else mine.get("can", []))]
        open_now = {}
        for what in ("marks_open", "links_open"):
            both = [*note.get(what, []), *([] if mine is None or mine.get("draft") else mine.get(what, []))]
            open_now |= {what: [*dict.fromkeys(both)]} if both else {}
        merged = {**note, "can": [*dict.fromkeys(can)], **open_now}
        found.append({**merged, "pending": False, "draft": False, "mine": mine is not None})
    for note in collect(own, "mine"):
        if "text" in note and f"note:{note['id']}" not in shown:
            whole = {"reach": "own", "draft": False, **note}
            found.append({**whole, "pending": False, "mine": True, "can": note.get("can", [])})
    return sorted(found, key=lambda note: str(note["id"]))


def picture(shown: View, own: View) -> str:
    """Everything that a screen's records say."""
    turns = [{**turn, "scope": turn["scope"]} for turn in collect(shown, "turn")]
    sheets = sorted(collect(shown, "sheet"), key=lambda sheet: int(sheet["order"]))
    return canonical(
        {
            "board": shown.get("board"),
            "method": shown.get("method"),
            "progress": shown.get("progress", NO_PROGRESS),
            "plan": shown.get("plan", {"minutes": {}})["minutes"],
            "sheets": sheets,
            "me": own.get("me"),
            "people": sorted(collect(shown, "seat"), key=lambda seat: int(seat["number"])),
            "groups": sorted(collect(shown, "group"), key=lambda group: int(group["number"])),
            "turns": {turn["scope"]: turn for turn in turns},
            "rows": collect(shown, "row"),
            "notes": notes(shown, own),
            "pad": collect(shown, "pad"),
            "bins": collect(shown, "bin"),
            "deleted": collect(own, "deleted"),
            "taken": collect(own, "taken"),
        }
    )


def history(seed: int, stem: str) -> machine.World:
    """A history whose screens keep tapes, with a picture now and then."""
    world = machine.World(seed, stem, tapes=True, closing=0.0 if seed % 3 else 0.01)
    for step in range(STEPS):
        world.step()
        for tab in world.tabs if step % LOOK == 0 else ():
            assert tab.tape is not None
            # Between a new line and its first frames the browser still shows what it had.
            if tab.whole and tab.own:
                tab.tape.append(("check", picture(tab.shown, tab.own)))
    world.settle()
    machine.check(world)
    listen(world)
    for tab in world.tabs:
        assert tab.tape is not None
        back = [n for n in sorted(tab.refused) if returns(*tab.ops[n])]
        tab.tape.append(("end", picture(tab.shown, tab.own), back))
    return world


def listen(world: machine.World) -> None:
    """T13: no screen was sent what it could not see, or before it could."""
    pids = {tab: tab.actor.pid for tab in world.tabs}
    leading = [part.id for part in world.method.parts if "lead" in part.may]
    visible = since_when([wire.unpack_entry(data) for _, data in world.log.read(0)], pids, leading=leading)
    for tab in world.tabs:
        said = [(args.get("text"), args.get("value"), *args.get("fields", {}).values()) for _, args in tab.ops.values()]
        wrote = {text.encode() for texts in said for text in texts if text is not None}
        frames = [what[1] for what in tab.tape or [] if what[0] == "frame"]
        world.tally["heard"] += len(of_others(frames, CANARY, visible=visible[tab], wrote=wrote))


def histories() -> list[tuple[str, machine.World]]:
    """Every history, with its name."""
    stems = [(seed, STEMS[seed % len(STEMS)]) for seed in range(HISTORIES)]
    return [(f"seed {seed}, {stem}", history(seed, stem)) for seed, stem in stems]


def said(tape: list[tuple[Any, ...]], tally: Counter[str]) -> Iterator[str]:
    """A tape as the driver reads it."""
    for what in tape:
        tally[what[0]] += 1
        if what[0] == "frame":
            yield json.dumps(["frame", base64.b64encode(what[1]).decode()])
        else:
            yield json.dumps(what)


def test_T4_T13_P1_P2_O4_V3_the_browsers_store_holds_what_python_holds(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        node, _ = find_node()
    except BuildFailed as problem:
        pytest.skip(str(problem))
    if not (HERE.parents[1] / "static" / "lib" / "msgpack.js").exists():
        pytest.skip("static/lib is not built: python3 static/build.py")
    began = time.perf_counter()
    tally: Counter[str] = Counter()
    lines: list[str] = []
    heard = 0
    for name, world in histories():
        heard += world.tally["heard"]
        for number, tab in enumerate(world.tabs):
            lines.append(json.dumps(["tab", f"{name}, tab {number} ({tab.actor.role})"]))
            lines += said(tab.tape or [], tally)
    played = time.perf_counter() - began
    driver = subprocess.run(
        [node, HERE / "browser.mjs"], input="\n".join(lines), capture_output=True, text=True, encoding="utf-8"
    )
    assert driver.returncode == 0, driver.stdout + driver.stderr
    assert f"{tally['check'] + tally['end']} pictures are the same" in driver.stdout
    with capsys.disabled():
        print(
            f"\n{dict(tally)}, {heard} texts of others heard; played in {played:.1f} s, the browser's code took",
            end=" ",
        )
        print(f"{time.perf_counter() - began - played:.1f} s", end=" ")
    assert tally["op"] >= OPS
    assert tally["frame"] > OPS
    assert tally["check"] > 1_000
    assert heard > 500, "a search that finds nothing proves nothing"


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if m.name in LEAKS], ids=lambda m: m.name.replace(" ", "_"))
def test_T2_T13_a_leak_is_heard(mutant: Mutant) -> None:
    """What is seen too early converges all the same: only who listens notices."""
    with planted(mutant), pytest.raises(AssertionError, match="V3"):
        histories()
