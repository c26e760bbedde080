"""Three years of a programme: it fits, and nobody is sent more of it than they look at (R18, R44, V20)."""

from __future__ import annotations

from functools import cache

import pytest
from msgspec.structs import replace

from board_schema import wire
from board_schema.board import MAX_KEPT, MAX_NOTES, Board
from board_schema.patch import diff
from board_schema.versions import MAX_STILL
from board_schema.view import Audience, view
from tests.rules.checks import check_replay_S2
from tests.rules.years import Years, years

KB = 1024
# What a phone is sent at first of a workshop of 15 people and 150 notes is 60 KB, without its code.
BUDGET = {"home": 32, "lifts": 48, "diary": 32, "show": 160, "followup": 160}


@cache
def played() -> Years:
    return years()


def sent(board: Board, role: str) -> int:
    """How many bytes somebody is sent who comes in."""
    return len(wire.patch(1, diff({}, view(board, played().there.method, Audience(role)))))


def test_R18_R44_three_years_of_use_fit_and_leave_room_for_as_much_again() -> None:
    board, size = played().there.board, played().size
    kinds = [note for note in board.notes.values() if note.kind == "note"]
    assert sum(note.sheet == "story" and note.lane in ("supports", "strains") for note in kinds) == size.points
    assert sum(note.lane == "held" for note in kinds) == len(board.received) == size.workshops
    assert sum(note.sheet == "trials" for note in kinds) == size.trials
    ties = [one for note in kinds for kind, ends in note.links.items() if kind != "through" for one in ends]
    assert len(ties) == size.links
    versions = board.versions["story"]
    assert len(versions) == size.versions
    assert len(versions[-1].notes) > size.points
    assert board.shares.up <= MAX_KEPT / 2
    assert sum(len(version.notes) for version in versions) <= MAX_STILL / 2
    assert not board.bin
    assert {note.author for note in kinds} == {""}, "the last sitting is over"
    check_replay_S2(played().there)


@pytest.mark.parametrize("to", list(BUDGET))
def test_V20_a_colleague_who_comes_in_is_sent_little_of_three_years(to: str) -> None:
    board = replace(played().there.board, round=to)
    told = sent(board, "participant")
    print(f"{to}: {told / KB:.0f} KB, and {sent(board, 'wall') / KB:.0f} KB for a wall")
    assert told <= BUDGET[to] * KB
    assert abs(told - sent(board, "listener")) < KB


def test_R44_of_three_years_the_latest_version_alone_travels() -> None:
    board, method = played().there.board, played().there.method
    record = view(board, method, Audience("wall"))["version:story"]
    assert record["n"] == played().size.versions
    one = replace(board, versions={"story": (board.versions["story"][-1],)})
    alone = view(one, method, Audience("wall"))["version:story"]
    grown = len(wire.pack(record)) - len(wire.pack({**alone, "changes": []}))
    assert grown == len(wire.pack(record["changes"])) - 1


def test_S4_a_snapshot_of_three_years_is_read_at_each_opening_and_stays_small() -> None:
    packed = wire.pack_board(played().there.board)
    print(f"{len(packed) / KB:.0f} KB of snapshot, from {sum(map(len, played().there.log)) / KB:.0f} KB of log")
    assert len(packed) <= 1.5 * KB * KB
    assert wire.unpack_board(packed) == played().there.board
    assert len(played().there.board.notes) < MAX_NOTES
