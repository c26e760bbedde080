"""Op numbers: an op is never acked without being done or refused, in whatever order numbers come (O1, O2, O8)."""

import random

import pytest
from msgspec.structs import replace

from board_schema import schema, wire
from board_schema.answers import MAX_DIGESTS, op_digest, refusals, use_of
from board_schema.board import Board, Person, Tab
from board_schema.events import Closed, Entry, NoticeSet, OpRefused, PersonGone, Sealed
from board_schema.fold import fold

BO = Person("P2", "seat2", 2, "Bo", "participant")
TAB = "P1.tab-of-ann-00"


def after(board: Board, n: int, content: int, *, seen: int = 0, tab: str = TAB, refused: str = "") -> Board:
    """The board after op n of a tab, folded from its bytes as a process that follows the log does."""
    events = (OpRefused(n=n, reason=refused),) if refused else (NoticeSet(show=bool(n % 2)),)
    entry = Entry(events, pid=tab.partition(".")[0], tab=tab, n=n, at=n, seen=seen, digest=digest(content, tab))
    return fold(board, board.version + 1, wire.unpack_entry(wire.pack_entry(entry)))


def digest(content: int, tab: str = TAB) -> int:
    return op_digest(tab, "edit", {"note": "n", "text": f"tekst {content}"})


@pytest.mark.parametrize("seed", range(300))
def test_O1_O8_no_interleaving_leaves_an_op_acked_and_not_done(seed: int) -> None:
    """Several connections of one tab send new, skipped, used and repeated numbers; an oracle keeps what was done."""
    rng = random.Random(seed)
    board, known = Board(), 0
    done: dict[int, int] = {}
    turned_down: dict[int, str] = {}
    for step in range(120):
        highest = max(done, default=0)
        n = max(1, rng.choice([highest + 1, highest + rng.randint(1, 5), rng.randint(1, highest + 1)]))
        content = done[n] if n in done and rng.random() < 0.5 else 1000 * n + rng.randint(0, 3)
        match use_of(board, TAB, n, digest(content)):
            case "new":
                assert n > highest
                reason = rng.choice(["", "", "role"])
                board = after(board, n, content, seen=known, refused=reason)
                done[n] = content
                if reason:
                    turned_down[n] = reason
            case "again":
                assert done[n] == content, f"seed {seed}, step {step}: {n} would be acked and is not done"
            case "out_of_order":
                assert n <= highest
                assert done.get(n) != content or n <= known, f"seed {seed}: a resend of {n} was refused"
        if rng.random() < 0.1:
            known = rng.randint(known, max(done, default=0))
        if rng.random() < 0.1:
            board = wire.unpack_board(wire.pack_board(board))
        assert turned_down.items() >= refusals(board, TAB).items()
        assert len(board.tabs[TAB].digests) <= MAX_DIGESTS if board.tabs else True


def test_O8_skipped_and_used_numbers_stay_so_for_every_process() -> None:
    board = after(Board(), 5, 1)
    assert [use_of(board, TAB, n, digest(1)) for n in (3, 5, 6)] == ["out_of_order", "again", "new"]
    assert use_of(board, TAB, 5, digest(2)) == "out_of_order"
    assert use_of(board, "P1.another-tab-00", 3, 7) == "new"


def test_O2_a_resend_is_known_whatever_the_order_of_its_keys() -> None:
    assert op_digest(TAB, "edit", {"note": "n", "text": "x"}) == op_digest(TAB, "edit", {"text": "x", "note": "n"})
    assert op_digest(TAB, "edit", {"note": "n", "text": "x"}) != op_digest(TAB, "edit", {"note": "n", "text": "y"})
    assert op_digest(TAB, "edit", {"text": "x"}) != op_digest("another.tab-of-bo-000", "edit", {"text": "x"})
    for strange in (None, 7, float("nan"), {1: {"a": []}, "b": None}, "\ud800", [[[]]]):
        assert 0 < op_digest(TAB, strange, strange) < 2**32
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert op_digest(TAB, "edit", deep)
    while deep:  # taken apart from outside in: Python's own way down is a recursion
        deep = deep.pop()  # type: ignore[assignment]


def test_O8_what_is_kept_of_a_tab_is_bounded_and_what_it_has_seen_is_forgotten() -> None:
    board = Board()
    for n in range(1, 3 * MAX_DIGESTS):
        board = after(board, n, n, seen=max(0, n - MAX_DIGESTS))
    highest = 3 * MAX_DIGESTS - 1
    kept = board.tabs[TAB].digests
    assert len(kept) <= MAX_DIGESTS
    assert use_of(board, TAB, highest - MAX_DIGESTS + 1, digest(highest - MAX_DIGESTS + 1)) == "again"
    assert use_of(board, TAB, 1, digest(1)) == "out_of_order"
    board = after(board, highest + 1, 0, seen=highest)
    assert list(board.tabs[TAB].digests) == [highest + 1]


def test_O8_R14_a_sealed_board_keeps_no_tab_not_even_that_of_who_sealed_it() -> None:
    board = after(after(Board(), 1, 1), 4, 4)
    entry = Entry((Closed(), Sealed()), at=9, tab=TAB, n=5, digest=7)
    board = fold(board, board.version + 1, entry)
    assert board.sealed
    assert board.tabs == {}
    assert {use_of(board, TAB, n, digest(n)) for n in (1, 3, 4, 5)} == {"new"}
    assert TAB.encode() not in wire.pack_board(board)


def test_O8_a_tab_of_a_release_without_digests_gets_its_answers_again_and_plays_on() -> None:
    old = schema.raise_board({"version": 3, "tabs": {TAB: {"pid": "P1", "n": 7, "refused": {}}}})
    assert old["tabs"][TAB]["trusted"] == 7
    board = Board(version=3, tabs={TAB: Tab(pid="P1", n=7, trusted=7)})
    assert use_of(board, TAB, 6, digest(6)) == "again"
    board = after(board, 9, 9)
    assert [use_of(board, TAB, n, digest(n)) for n in (7, 8, 9)] == ["again", "out_of_order", "again"]
    # An entry without a digest, from a process that still runs the earlier release.
    entry = Entry((NoticeSet(),), pid="P1", tab=TAB, n=12, at=1)
    board = fold(board, board.version + 1, entry)
    assert use_of(board, TAB, 12, digest(12)) == "again"
    assert replace(board.tabs[TAB], digests={}) == Tab(pid="P1", n=12, trusted=12)


def test_O8_R21_of_somebody_who_was_removed_no_digest_is_kept() -> None:
    board = Board(people={"P1": Person("P1", "seat1", 1, "Ann", "participant"), "P2": BO}, seats={"seat1": "P1"})
    board = after(after(board, 2, 2), 1, 1, tab="P2.tab-of-bo-0000")
    board = fold(board, board.version + 1, Entry((PersonGone("P1"),), pid="P2", at=5))
    assert board.tabs[TAB].digests == {}
    assert use_of(board, TAB, 2, digest(2)) == "again"
    assert len(board.tabs["P2.tab-of-bo-0000"].digests) == 1
