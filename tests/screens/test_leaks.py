"""The leak recorder itself: it finds each kind of leak, planted by hand.

What may not live here: a browser.
"""

from __future__ import annotations

import msgpack
import pytest

from tests.screens.leaks import Canary, Leaks, Piece


def recorder() -> tuple[Leaks, Canary]:
    """One in which all is well: Anna has her own draft back, and everybody said hello."""
    leaks = Leaks()
    leaks.logs.append(lambda: b"")
    frame(leaks, "anna", ["hello", {"token": "sesam-sesam-sesam"}], way="out")
    draft = leaks.canary("Ny leder igen", "anna")
    frame(leaks, "anna", ["mine", 4, {"mine:aaaaaaaaaaaa": {"text": draft.text}}, []])
    frame(leaks, "bo", ["patch", 4, {"seat:bbbbbbbb": {"name": "Anna"}, "progress": {"wrote": 1}}, []])
    return leaks, draft


def frame(leaks: Leaks, who: str, value: object, *, way: str = "in") -> None:
    leaks.add(Piece(who, "frame", way, msgpack.packb(value)))


def test_a_play_without_leaks_is_let_through() -> None:
    leaks, draft = recorder()
    leaks.settle()
    leaks.may_know(draft, "bo")
    frame(leaks, "bo", ["patch", 5, {"note:aaaaaaaaaaaa": {"text": draft.text, "reach": "all"}}, []])
    leaks.settle()


def test_a_draft_in_somebody_elses_frame_is_found() -> None:
    leaks, draft = recorder()
    frame(leaks, "bo", ["patch", 5, {"bin:aaaaaaaaaaaa": {"text": draft.text}}, []])
    with pytest.raises(AssertionError, match="leaked to"):
        leaks.settle()


@pytest.mark.parametrize("kind", ["body", "head"])
def test_a_draft_in_an_answer_is_found(kind: str) -> None:
    leaks, draft = recorder()
    leaks.add(Piece("wall", kind, "in", f"<text>{draft.text}</text>".encode()))
    with pytest.raises(AssertionError, match="leaked to"):
        leaks.settle()


def test_a_draft_that_came_before_it_was_shown_is_found() -> None:
    leaks, draft = recorder()
    frame(leaks, "wall", ["patch", 5, {"note:aaaaaaaaaaaa": {"text": draft.text}}, []])
    with pytest.raises(AssertionError, match="leaked to"):
        leaks.may_know(draft, "wall")


def test_a_draft_in_the_log_is_found() -> None:
    leaks, draft = recorder()
    leaks.logs.append(f"could not fold {draft.text}".encode)
    with pytest.raises(AssertionError, match="log"):
        leaks.settle()


def test_a_note_that_never_came_is_found() -> None:
    leaks, draft = recorder()
    leaks.may_know(draft, "wall")
    with pytest.raises(AssertionError, match="never came to"):
        leaks.settle()


@pytest.mark.parametrize(
    "record",
    [
        {"note:aaaaaaaaaaaa": {"text": "", "author": 3}},
        {"note:aaaaaaaaaaaa": {"text": "", "spot": ["bbbbbbbb"]}},
        {"note:bbbbbbbb": {"text": ""}},
        {"note:aaaaaaaaaaaa": {"text": "", "mine": True}},
        {"progress": {"piles": {"pid": 1}}},
    ],
)
def test_a_record_that_tells_who_wrote_is_found(record: dict[str, object]) -> None:
    leaks, _ = recorder()
    frame(leaks, "bo", ["patch", 5, record, []])
    with pytest.raises(AssertionError, match="was sent"):
        leaks.settle()


def test_a_token_in_an_address_or_the_log_is_found() -> None:
    leaks, _ = recorder()
    leaks.add(Piece("anna", "address", "out", b"http://127.0.0.1/api/board/x?token=sesam-sesam-sesam"))
    with pytest.raises(AssertionError, match="token"):
        leaks.settle()
    leaks, _ = recorder()
    leaks.logs.append(lambda: b"GET /ws sesam-sesam-sesam")
    with pytest.raises(AssertionError, match="token"):
        leaks.settle()
