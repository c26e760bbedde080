"""A copy of a closed workshop: what was shown to all, and nothing of anybody (R36)."""

from __future__ import annotations

import pytest

from board_schema import wire
from board_schema.board import DAY, Board
from board_schema.decide.copies import copy
from board_schema.events import Entry
from board_schema.fold import fold
from board_schema.view import Audience
from tests.rules.play import Table
from tests.rules.promises import commented
from tests.rules.test_cards import at_the_table, in_gallery
from tests.rules.test_picking import harvest

SEED, PID, SEAT = "another seed", "pid-of-the-copy", "seat-new"


def entry_of(table: Table) -> bytes:
    """The stored first entry of the copy."""
    events = copy(table.board, table.method, board_id="copied", seed=SEED, pid=PID, seat=SEAT, keep=30 * DAY)
    return wire.pack_entry(Entry(events=tuple(events), role="facilitator", at=table.now))


def copied(table: Table) -> Board:
    return fold(Board(), 1, wire.unpack_entry(entry_of(table)))


def closed(table: Table, *, sealed: bool) -> Table:
    table.do("F", "close")
    if sealed:
        table.do("F", "seal")
    return table


@pytest.mark.parametrize("sealed", [False, True])
def test_R36_a_copy_has_what_was_shown_to_all_and_no_byte_of_anybody(sealed: bool) -> None:
    table, note, comment = commented()
    draft = table.write("P1", sheet="dilemmas", lane="dilemma", text="kun mit")
    people = [thing for person in table.board.people.values() for thing in (person.pid, person.seat, person.name)]
    ids = [*table.board.notes, *table.board.rows]
    assert {note, comment, draft} <= set(ids)
    shown = sorted(n.text for n in table.board.notes.values() if n.reach == "all")
    closed(table, sealed=sealed)
    entry = entry_of(table)
    assert not [one for one in (*people, *ids, "kun mit", table.board.id) if one and one.encode() in entry]
    board = copied(table)
    assert sorted(n.text for n in board.notes.values()) == shown
    assert {n.author for n in board.notes.values()} == {""}
    assert {n.spot for n in board.notes.values()} == {0}
    (row,) = board.rows.values()
    under = next(n for n in board.notes.values() if n.kind == "comment")
    assert board.notes[under.under].row == row.id
    assert row.text in {old.text for old in table.board.rows.values()}
    assert (board.tabs, board.acts, board.pad, board.bin) == ({}, {}, {}, {}), "nothing of it can be undone at once"
    assert [person.pid for person in board.people.values()] == [PID]
    assert board.round == table.method.plan(table.board.leader)[0].id
    assert not board.closed


def test_R36_a_copy_says_which_workshop_it_is_of_by_title_and_day() -> None:
    table = closed(harvest(), sealed=True)
    assert table.view(Audience("facilitator"))["board"]["origin"] == {}
    origin = copied(table).origin
    assert (origin.title, origin.day % DAY) == (table.board.title, 0)
    assert origin.day <= table.board.underway < origin.day + DAY


def test_R36_picked_notes_come_along_without_what_they_were_made_of() -> None:
    table = harvest()
    of = next(i for i, n in table.board.notes.items() if n.reach == "all")
    table.do("F", "pick", note=table.new_note(), text="For lidt tid", lane="points", of=[of])
    board = copied(closed(table, sealed=False))
    (picked,) = [n for n in board.notes.values() if n.sheet == "yield"]
    assert (picked.text, picked.of, picked.sources) == ("For lidt tid", (), ())


@pytest.mark.parametrize("sealed", [False, True])
def test_R36_the_notes_of_a_copy_stand_in_the_order_of_the_sealed_board(sealed: bool) -> None:
    table = Table("fremtidsvaerksted", people=3)
    table.go("critique")
    for who in ("P3", "P1", "P2", "P1"):
        table.write(who, sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    up = sorted(n.id for n in table.board.notes.values() if n.reach == "all")
    texts = [table.board.notes[i].text for i in up]
    board = copied(closed(table, sealed=sealed))
    assert [board.notes[i].text for i in sorted(board.notes)] == texts


def test_R36_cards_are_dealt_anew() -> None:
    table = at_the_table(to="gallery")
    assert in_gallery(table)
    board = copied(closed(table, sealed=True))
    cards = {text for deck in table.method.decks for card in deck.cards for text in (card.da, card.en)}
    assert not cards & {n.text for n in board.notes.values()}
    assert (board.deck, board.stack, board.card) == ("", (), "")


def test_R36_what_was_picked_of_a_card_in_its_own_words_comes_along() -> None:
    table = at_the_table(to="gallery")
    card = table.note(in_gallery(table)[0])
    table.go("harvest")
    table.do("F", "pick", note=table.new_note(), text=card.text, lane="points", of=[card.id])
    board = copied(closed(table, sealed=True))
    assert [(n.sheet, n.text) for n in board.notes.values()] == [("yield", card.text)]


def test_R36_only_a_closed_workshop_is_copied() -> None:
    with pytest.raises(ValueError, match="closed"):
        copied(harvest())
