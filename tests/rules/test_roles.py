"""R6: whoever is made a participant, a scribe or a listener sees, may and is offered what that role has, at once.

Each screen holds what it was sent since the beginning, through all changes of roles. What it offers is tried with
`decide`, and what `decide` would let through must be offered.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from board_schema import commands, decide, fold, method_file, view
from board_schema.board import Board
from board_schema.commands import Refused
from board_schema.events import Entry
from board_schema.method import Method
from tests.rules import chance
from tests.rules.checks import check_converged_P1, check_secrets_V2_V3_V8
from tests.rules.play import STEMS, Table, bundled, text_of

ROLES = ("participant", "listener", "scribe")
Op = tuple[str, dict[str, Any]]


def own_method() -> Method:
    """A method whose round shows notes to groups on a sheet that all share, where a scribe may write."""
    text = text_of("historievaerksted")
    start = text.index('[[rounds]]\nid = "picture"')
    end = text.index("[[rounds]]", start + 1)
    item = text[start:end]
    changed = item.replace('see = "all"', 'see = "group"').replace('reveal = "none"', 'reveal = "on_write"')
    changed = changed.replace('write = ["own"]', 'write = ["all", "facilitator"]')
    assert changed.count("group") > item.count("group")
    return method_file.parse(text[:start] + changed + text[end:], file="own.toml")


METHODS = {**{stem: bundled(stem) for stem in STEMS}, "own": own_method()}


def outcome(table: Table, who: str, op: str, args: dict[str, Any]) -> tuple[str, Board]:
    """The reason of a refusal and the board after it, without playing on from there."""
    try:
        command = commands.parse(op, args)
        events = decide.decide(table.board, table.method, table.actors[who], command, table.now)
    except Refused as refused:
        return refused.reason, table.board
    entry = Entry(events=tuple(events), pid=table.pid(who), at=table.now)
    return "", fold.fold(table.board, table.board.version + 1, entry)


def shows(table: Table, board: Board, who: str, note: str) -> bool:
    """Whether somebody's screen would show that note with its text."""
    seen = view.view(board, table.method, view.audience(board, table.actors[who]))
    own = view.personal(board, table.method, table.actors[who])
    return f"note:{note}" in seen or "text" in own.get(f"mine:{note}", {})


def offered(table: Table, who: str) -> Iterator[Op]:
    """Everything that a person's screen offers to do, as ops."""
    screen = table.screens[who]
    me = screen.own["me"]
    for act in me["can"]:
        if act in ("take", "done", "later", "pass"):
            yield "turn", {"act": act}
    simple = {"ready": {"on": True}, "name": {"name": "x"}, "undo": {}}
    yield from ((act, args) for act, args in simple.items() if act in me["can"])
    for sheet in table.method.sheets if "write" in me["can"] else ():
        lane = sheet.lanes[0].id if sheet.lanes else ""
        yield "write", {"note": "newnote00000", "text": "x", "sheet": sheet.id, "lane": lane}
    if me["write"]:
        for lane in me["write"]["lanes"][:3]:
            at = {"sheet": me["write"]["sheet"], "lane": lane, "row": me["write"]["row"]}
            yield "write", {"note": "newnote00000", "text": "x", **at}
    if "heading" in me["can"]:
        line = next(sheet.id for sheet in table.method.sheets if sheet.form == "timeline")
        at = {"sheet": line, "lane": str(table.board.ticks.first)}
        yield "write", {"note": "newnote00000", "text": "x", "kind": "heading", **at}
    for key, record in {**screen.shown, **screen.own}.items():
        kind, _, one = key.partition(":")
        both = {*screen.shown.get(f"note:{one}", {}).get("can", ()), *screen.own.get(f"mine:{one}", {}).get("can", ())}
        whole = {**screen.own.get(f"mine:{one}", {}), **screen.shown.get(f"note:{one}", {})}
        for act in sorted(both) if kind in ("note", "mine") else record.get("can", ()):
            match kind, act:
                case (("note" | "mine"), "edit"):
                    yield "edit", {"note": one, "text": "rettet"}
                case (("note" | "mine"), "move"):
                    yield "move", {"note": one, "lane": whole["lane"], "row": whole["row"], "spot": 7}
                case (("note" | "mine"), "delete"):
                    yield "delete", {"note": one}
                case (("note" | "mine"), "set"):
                    lane = table.method.sheet(whole["sheet"]).lane(whole["lane"])
                    yield from (("set", {"note": one, "field": field.id, "value": ""}) for field in lane.fields)
                case (("note" | "mine"), "comment"):
                    at = {"sheet": whole["sheet"], "lane": whole["lane"], "under": one}
                    yield "write", {"note": "newnote00000", "text": "x", "kind": "comment", **at}
                case "mine", "place":
                    yield "place", {"note": one, "lane": me["place"]["lanes"][0], "row": me["place"]["row"]}
                case "back", "restore":
                    yield "restore", {"note": one}
                case _:
                    pass


TEXTS = ("too_long", "full", "share")  # not a matter of roles
AFTER = ("row_in_use", "depth_first", "no_row", "unanswered")  # of this note, told when it is tried


def check_agreement(table: Table, who: str) -> int:
    """What one screen shows, offers and may; how much it was offered."""
    screen, person = table.screens[who], table.person(who)
    me = screen.own["me"]
    assert me["role"] == person.role
    seen_by = view.audience(table.board, table.actors[who])
    assert (seen_by.role, seen_by.group) == (person.role, person.group if person.role != "listener" else "")
    count = 0
    for op, args in offered(table, who):
        reason, after = outcome(table, who, op, args)
        assert reason in ("", *TEXTS, *AFTER), f"{who}, {person.role}, is offered {op} {args} and refused: {reason}"
        count += 1
        if (
            op == "write"
            and not reason
            and me["write"]
            and args.get("row") is not None
            and person.role == "participant"
        ):
            reach = after.notes[args["note"]].reach
            needs_row = table.method.sheet(args["sheet"]).form == "grid"  # type: ignore[union-attr]
            assert reach == me["write"]["reach"] or needs_row, f"{who} was told {me['write']}: {reach}"
        if op in ("write", "place", "edit", "move", "restore") and not reason:
            assert shows(table, after, who, args["note"]), f"{who}, {person.role}, does not see what they {op}: {args}"
    may_write = any(
        not outcome(table, who, "write", {"note": "newnote00000", "text": "x", "sheet": s.id, "lane": ""})[0]
        for s in table.method.sheets
    )
    assert may_write == ("write" in me["can"]), f"{who}, {person.role}, may write: {may_write}, {me['can']}"
    for act in ("take", "done", "later", "pass"):
        lets = not outcome(table, who, "turn", {"act": act})[0]
        assert lets or act not in me["can"], f"{who}, {person.role}: {act} is offered"
    assert ("ready" in me["can"]) == (not outcome(table, who, "ready", {"on": True})[0])
    for note in table.board.notes.values():
        known = shows(table, table.board, who, note.id)
        cans = {
            act
            for record in (screen.shown.get(f"note:{note.id}"), screen.own.get(f"mine:{note.id}"))
            for act in (record or {}).get("can", ())
        }
        for op, args in (("delete", {}), ("edit", {"text": "rettet"}), ("move", {"lane": note.lane, "row": note.row})):
            if not outcome(table, who, op, {"note": note.id, **args})[0]:
                assert op in cans, f"{who}, {person.role}, may {op} {note} and is not offered it"
                assert known, f"{who}, {person.role}, may {op} what they do not see: {note}"
    if person.role == "listener":
        assert (me["can"], me["write"], me["place"], me["scene"] in ("listen", "home", "end")) == ([], None, None, True)
        offers = {op for op, _ in offered(table, who)}
        assert offers <= {"delete", "restore"}, offers
    return count


@pytest.mark.parametrize("name", METHODS)
def test_R6_what_they_see_may_and_are_offered_agree_after_every_change_of_role(name: str) -> None:
    offers = changes = 0
    for seed in range(2):
        rng = Random(seed)
        table = Table(METHODS[name], seed=seed, people=5, listeners=1, scribes=1, leader="told")
        crowd = [who for who in table.screens if who not in ("F", "W")]
        for item in table.method.plan("told"):
            table.do("F", "round", to=item.id, confirm=True)
            for _ in range(9):
                who = rng.choice(crowd)
                if rng.random() < 0.5:
                    table.do("F", "role", seat=table.seat(who), role=rng.choice(ROLES))
                    changes += 1
                else:
                    for op, args in list(offered(table, who))[:6]:
                        if not outcome(table, who, op, {**args, "note": table.new_note()} if op == "write" else args)[
                            0
                        ]:
                            table.do(who, op, **({**args, "note": table.new_note()} if op == "write" else args))
                            break
                if rng.random() < 0.3:
                    op, args = chance.op(
                        rng, table.board, table.method, table.person("F"), table.new_note(), table.secret()
                    )
                    if op not in ("remove", "setup", "sitting") and not outcome(table, "F", op, args)[0]:
                        table.do("F", op, **args)
                check_secrets_V2_V3_V8(table)
                offers += sum(check_agreement(table, one) for one in crowd)
            check_converged_P1(table)
    assert changes > 30
    assert offers > 1_000
