"""Records of cards and of how people sit: `deck`, `prepare`, `claim:SEAT` and `ring`.

A card that lies face down is in none of them but `prepare`, which the facilitator has while the cards are sorted (D1).
What may not live here: which changes require a new record (`table`).
"""

from collections.abc import Iterable

from board_schema.board import Board, Note, Person
from board_schema.forms import sheet_of_cards
from board_schema.method import Method
from board_schema.rules import Who, card_of, may, prepares, ring_of, round_ends_at
from board_schema.view.kinds import Context, Record


def deck_record(context: Context, asker: Who, _: str) -> Record | None:
    """What all may know of the stack: its theme, and how many cards lie in it."""
    board, method = context.board, context.method
    sheet = sheet_of_cards(method)
    if sheet is None:
        return None
    theme = next((deck.title for deck in method.themes if deck.id == board.deck), {})
    leads = asker.role == "facilitator" and not board.closed
    ring = leads and may(board, method, asker, "draw") and board.turn("all") is not None
    return {
        "sheet": sheet.id,
        "title": theme,
        "left": len(board.stack),
        "rest_at": round_ends_at(board, method) if rest_follows(context) else 0,
        "card": board.card if board.card in board.notes else "",
        "can": ["draw", "skip", "free"] if ring else [],
    }


def prepare_record(context: Context, asker: Who, _: str) -> Record | None:
    """The themes, and the cards of the chosen one with their words, for the facilitator in a round about them."""
    board, method = context.board, context.method
    if asker.role != "facilitator" or board.closed or not prepares(method, context.round):
        return None
    return {
        "deck": board.deck,
        "themes": [{"id": d.id, "title": d.title, "cards": len(method.cards(d.id))} for d in method.themes],
        "cards": [
            {
                "id": card_id,
                "text": {"da": card.da, "en": card.en},
                "about": card.about,
                "word": board.sorting.get(card_id, ""),
            }
            for card_id, card in method.cards(board.deck).items()
        ],
    }


def claim_ids(context: Context, asker: Who) -> Iterable[str]:
    return context.board.claims


def claim_record(context: Context, asker: Who, seat: str) -> Record | None:
    """The card that somebody took, or that they wrote one of their own, which lies face down until it is told (D5)."""
    card = card_of(context.board, seat)
    if card is None or context.board.person(seat) is None:
        return None
    return {"note": "" if card.reach == "own" else card.id, "joker": bool(card.author)}


def rest_follows(context: Context) -> bool:
    """Whether people draw, and the next round turns what is left (D5)."""
    following = context.following
    return bool(context.round.draw) and following is not None and bool(following.claim)


def has_ring(method: Method) -> bool:
    """Whether it matters how people sit (D2)."""
    return sheet_of_cards(method) is not None or any(item.turn == "ring" for item in method.rounds)


def ring_record(context: Context, asker: Who, _: str) -> Record | None:
    """The participants' seats, clockwise."""
    if not has_ring(context.method):
        return None
    leads = asker.role == "facilitator" and not context.board.closed
    return {"seats": list(ring_of(context.board)), "can": ["ring"] if leads else []}


def open_card(board: Board) -> bool:
    """Whether the card that lies open is there: it may have been taken down."""
    return board.card in board.notes


def claim_of(board: Board, note: Note | None) -> tuple[str, ...]:
    """The seats whose claim is about this note."""
    return () if note is None else tuple(seat for seat, taken in board.claims.items() if taken == note.id)


def sits(person: Person | None) -> bool:
    return person is not None and person.takes_part
