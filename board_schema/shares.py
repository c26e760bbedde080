"""How many notes a board holds, and how many are each person's: derived from notes and bin, kept up to date by `fold`.

They are counted by the pid of the author: a device that came back with a return link has a share of its own, so that
its refusals do not tell how much the person wrote elsewhere (R24).

It is never stored, and always equal to `shares_of(board)`. What may not live here: how many there may be (rules.caps).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema import events as e
from board_schema.board import Board, Note, Shares


def shares_of(board: Board) -> Shares:
    """The numbers, counted anew."""
    return _changed(Shares(), Board(), board, (*board.notes, *board.bin))


def recounted(before: Board, after: Board, events: Iterable[e.AnyEvent]) -> Board:
    """`after` with its numbers, from those of `before` and what the events changed."""
    if after.notes is before.notes and after.bin is before.bin:
        return after
    ids: set[str] = set()
    for event in events:
        match event:
            case e.NotePut(note=note):
                ids.add(note.id)
            case e.NoteRemoved(id=note_id) | e.NoteRestored(id=note_id):
                ids.add(note_id)
            case e.CardsLaid(notes=cards):
                ids.update(card.id for card in cards)
            case e.NotesRevealed(ids=some) | e.NotesRemoved(ids=some) | e.NotesPurged(ids=some):
                ids.update(some)
            case e.PersonGone() | e.PeopleGone() | e.Sealed() | e.SittingEnded():
                return replace(after, shares=shares_of(after))
            case _:
                pass
    return replace(after, shares=_changed(before.shares, before, after, ids))


def _changed(shares: Shares, before: Board, after: Board, ids: Iterable[str]) -> Shares:
    notes, drafts, up = dict(shares.notes), dict(shares.drafts), shares.up
    for note_id in ids:
        for board, sign in ((before, -1), (after, 1)):
            note, keeps = _held(board, note_id)
            if note is None:
                continue
            _add(notes, note.author, sign)
            if note.reach == "own":
                _add(drafts, note.author, sign)
            elif keeps:
                up += sign
    return Shares(notes=notes, drafts=drafts, up=up)


def _held(board: Board, note_id: str) -> tuple[Note | None, bool]:
    """A note on the board or in the bin, and whether it is up or the facilitator may put it up again."""
    note = board.notes.get(note_id)
    if note is not None:
        return note, True
    kept = board.bin.get(note_id)
    return (None, False) if kept is None else (kept.note, not kept.by_author)


def _add(numbers: dict[str, int], author: str, sign: int) -> None:
    number = numbers.get(author, 0) + sign
    if number:
        numbers[author] = number
    else:
        numbers.pop(author, None)
