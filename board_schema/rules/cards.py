"""Cards: which a theme has, in which order they lie face down, who took which, and how people sit (D1-D6).

What may not live here: events (`decide`), and records. A card that lies face down is no note: nobody is sent its text
but the facilitator while the cards are sorted.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from board_schema.board import Board, Note
from board_schema.method import Card, Method, Round

WORDS = ("first", "", "last")  # the order of the stack; `out`: not in it


def digest(board: Board, text: str) -> str:
    """A hash of a text with the board's seed; it cannot be computed without the board's seed."""
    return sha256(f"{board.seed}/{text}".encode()).hexdigest()[:32]


def note_of_card(board: Board, card: str) -> str:
    """The id that a card's note has: it does not tell which card that is."""
    return digest(board, f"card/{card}")[:20]


def dealt(board: Board, cards: Mapping[str, Card], sorting: Mapping[str, str]) -> tuple[str, ...]:
    """The stack, the next card first: by their words, and among equal ones in an order derived from the seed."""
    there = [card for card in cards if sorting.get(card, "") in WORDS and not drawn(board, card)]
    return tuple(sorted(there, key=lambda card: (WORDS.index(sorting.get(card, "")), digest(board, f"deal/{card}"))))


def drawn(board: Board, card: str) -> bool:
    """Whether a card has been seen by all, also where its note was taken down."""
    note = note_of_card(board, card)
    return note in board.notes or note in board.bin


def holder_of(board: Board, note: str) -> str:
    """The seat of who took a card; empty where nobody did."""
    return next((seat for seat, taken in board.claims.items() if taken == note), "")


def card_of(board: Board, seat: str) -> Note | None:
    """The card that somebody took, or the one that they wrote, while it is there."""
    return board.notes.get(board.claims.get(seat, ""))


def ring_of(board: Board) -> tuple[str, ...]:
    """The seats of all participants, clockwise; who has no place yet comes last, in an order derived from the seed."""
    there = {p.seat for p in board.people.values() if p.takes_part}
    seated = tuple(seat for seat in board.ring if seat in there)
    return seated + tuple(sorted(there - set(seated), key=lambda seat: digest(board, f"ring/{seat}")))


def from_here(ring: Iterable[str], seat: str) -> tuple[str, ...]:
    """The others in a ring, clockwise, beginning after that seat; all of them if it is not in the ring."""
    seats = tuple(ring)
    at = seats.index(seat) if seat in seats else -1
    return seats[at + 1 :] + seats[: max(at, 0)]


def prepares(method: Method, item: Round) -> bool:
    """Whether the cards are chosen and sorted in this round."""
    return bool(item.prepare and method.themes)
