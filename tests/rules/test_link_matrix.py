"""R39: every role by every grant: who links which note that lies there to what, said by a second pair of eyes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from board_schema import commands, decide
from board_schema.board import Board, Note
from board_schema.commands import Refused
from board_schema.method import GRANTS, Method, Sheet
from tests.rules.play import STEMS, bundled
from tests.rules.test_matrix import ROUNDS, WHO, Oracle, furnished

NOBODY = ("O", "R", "X", "W", "L")


def _links_here(stem: str, round_id: str) -> bool:
    """Whether links lead from the first lane that the round opens."""
    item = bundled(stem).round(round_id)
    sheet = bundled(stem).sheet(item.sheet)
    return sheet is not None and any(kind.starts and kind.starts[0] in item.lanes[:1] for kind in sheet.links)


CASES = [(stem, round_id) for stem, round_id in ROUNDS if _links_here(stem, round_id)]


def _granting(method: Method, round_id: str, kind: str, grant: str) -> Method:
    rounds = (
        replace(each, link={kind: (grant,)} if grant else {}) if each.id == round_id else each for each in method.rounds
    )
    changed: Method = replace(method, rounds=tuple(rounds))
    return changed


def _with_ends(board: Board, sheet: Sheet, lane: str) -> Board:
    """The board with what may be linked to: a note that all see, and one that only a group sees."""
    like = next(iter(board.notes.values()))
    blank = replace(like, author="", kind="note", sheet=sheet.id, lane=lane, under="", until="", row="")
    ends = (replace(blank, id="end-all", reach="all"), replace(blank, id="end-g1", reach="group", group="g1"))
    return replace(board, notes={**board.notes, **{end.id: end for end in ends}})


def _may(oracle: Oracle, who: str, note: Note, end: Note) -> bool:
    """Who is granted the kind, or may edit the note; and only to what all see who see the note."""
    who = "F" if who == "H" else who
    if not oracle.sees(who, note) or not oracle.sees(who, end) or note.kind != "note":
        return False
    if note.reach != "own" and end.reach != "all" and (note.reach, note.group) != (end.reach, end.group):
        return False
    if oracle.changes(who, note, move=False):
        return True
    if note.reach == "own":
        return False
    hosted = who == "F" and note.author == oracle.room.people["H"].pid
    return oracle.granted("linking", who, own=oracle.in_hand(who, note), group=note.group) or (
        hosted and oracle.granted("linking", "H", own=True, group=note.group)
    )


def test_R39_there_are_rounds_to_try() -> None:
    assert {stem for stem, _ in CASES} == {stem for stem in STEMS if any(s.links for s in bundled(stem).sheets)}


@pytest.mark.parametrize("grant", ["", *GRANTS])
@pytest.mark.parametrize(("stem", "round_id"), CASES, ids=[f"{s}-{r}" for s, r in CASES])
def test_R1_R39_V18_every_role_links_what_the_rounds_grants_say_and_no_more(
    stem: str, round_id: str, grant: str
) -> None:
    room = furnished(stem, round_id)
    kind = next(each for each in room.sheet.links if room.lane in each.starts)
    method = _granting(room.table.method, round_id, kind.id, grant)
    board = _with_ends(room.board, room.sheet, kind.ends[0])
    oracle = Oracle(room)
    oracle.now = {**oracle.now, "linking": [grant] if grant else []}
    wrong: list[str] = []
    tried = done = 0
    for who in WHO:
        actor = room.people["F" if who == "H" else who]
        for note in room.board.notes.values():
            for end in ("end-all", "end-g1"):
                tried += 1
                due = _may(oracle, who, note, board.notes[end])
                done += due
                args = {"note": note.id, "kind": kind.id, "other": end}
                try:
                    decide.decide(board, method, actor, commands.parse("link", args), room.table.now)
                except Refused as refused:
                    if due or (who in NOBODY and refused.reason != "role"):
                        wrong.append(f"{who} {args}: refused with {refused.reason}")
                    continue
                if not due:
                    wrong.append(f"{who} {args}: was allowed")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:12])
    assert done
