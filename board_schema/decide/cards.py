"""Commands on the cards of a deck, and on the ring in which people sit (D1-D6)."""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import LAST_SPOT, Board, Note, Person, Turn
from board_schema.commands import Refused
from board_schema.decide.common import Events, acting, need
from board_schema.forms import form_of, sheet_of_cards
from board_schema.forms.deck import GALLERY, OPEN, SKIPPED, TALKED, TOLD
from board_schema.method import Method, Round
from board_schema.rules import card_of, dealt, from_here, holder_of, note_of_card, own_pids, ring_of, turn_of


def prepare(board: Board, method: Method, person: Person, command: c.SetDeck | c.Sort) -> Events:
    """The theme, or the order of its cards, while the round is about that. Raises Refused(`round`, `no_card`)."""
    need(board, method, person, "prepare", reason="round")
    if isinstance(command, c.SetDeck):
        if command.deck == board.deck:
            return []
        return [deal(board, method, command.deck, {})]
    cards = method.cards(board.deck)
    if not set(command.cards) <= set(cards):
        raise Refused("no_card")
    sorting = {**board.sorting, **dict.fromkeys(command.cards, command.word)}
    return [deal(board, method, board.deck, {card: word for card, word in sorting.items() if word})]


def deal(board: Board, method: Method, deck: str, sorting: dict[str, str]) -> e.DeckSet:
    """The theme's cards face down. Raises Refused(`no_card`) for a theme that there is not."""
    cards = method.cards(deck)
    if not cards:
        raise Refused("no_card")
    return e.DeckSet(deck, sorting, dealt(board, cards, sorting))


def draw(board: Board, method: Method, person: Person, command: c.Draw, now: int) -> Events:
    """The next card is opened by whoever has the floor, or by the next where nobody has it (D3, I8)."""
    turn = _my_turn(board, method, person, command.acting)
    if board.card:
        raise Refused("taken")
    if not board.stack:
        raise Refused("no_card")
    held = replace(turn, free=False)
    if not turn.holder:
        first, later = turn.queue[0], tuple(seat for seat in turn.later if seat != turn.queue[0])
        held = replace(held, holder=first, queue=turn.queue[1:], later=later, since=now, number=turn.number + 1)
    note = _as_note(board, method, board.stack[0], OPEN)
    took: Events = [e.TurnSet(held, board.round)] if held != turn else []
    return [*took, e.CardsLaid((note,), board.stack[1:], note.id)]


def skip(board: Board, method: Method, person: Person, command: c.Skip) -> Events:
    """The open card is put aside, and the next is opened for the same person (D4)."""
    turn = _my_turn(board, method, person, command.acting)
    card = board.notes.get(board.card)
    if card is None:
        raise Refused("no_card")
    aside = _laid(board, card, SKIPPED)
    again = replace(turn, free=False)
    talk: Events = [e.TurnSet(again, board.round)] if again != turn else []
    if not board.stack:
        return [e.CardsLaid((aside,), ()), *talk]
    note = _as_note(board, method, board.stack[0], OPEN)
    return [e.CardsLaid((aside, note), board.stack[1:], note.id), *talk]


def _my_turn(board: Board, method: Method, person: Person, seat: str) -> Turn:
    """The queue, where this person may draw from the stack now. Raises Refused(`round`, `turn`, `not_yours`)."""
    speaker = acting(board, person, seat)
    turn = turn_of(board, method, speaker)
    item = method.round(board.round)
    if turn is None or item.turn != "ring" or not item.draw:
        raise Refused("round")
    need(board, method, speaker, "draw", reason="turn" if speaker.role == "participant" else "role")
    if not turn.holder and not turn.queue:
        raise Refused("turn")
    return turn


def claim(board: Board, method: Method, person: Person, command: c.Claim) -> Events:
    """One takes a card that lies in the gallery or is their own joker, or puts it back (D5, I8)."""
    speaker = acting(board, person, command.acting)
    need(board, method, speaker, "claim", reason="round")
    note = board.notes.get(command.note)
    sheet = method.round(board.round).sheet
    own = note is not None and note.reach == "own" and note.author in own_pids(speaker)
    if note is None or note.kind != "note" or note.sheet != sheet or not (own or note.lane == GALLERY):
        raise Refused("no_note")
    if note.reach == "own" and not own:
        raise Refused("no_note")
    holder = holder_of(board, note.id)
    if holder not in ("", speaker.seat):
        raise Refused("taken")
    if command.on == (holder == speaker.seat):
        return []
    return [e.Claimed(speaker.seat, note.id if command.on else "")]


def put_back(board: Board, *people: Person) -> Events:
    """What people took lies free again."""
    return [e.Claimed(person.seat) for person in people if person.seat in board.claims]


def turned_over(board: Board, method: Method, item: Round) -> Events:
    """With a round in which cards are claimed all that were not talked about lie face up at once (D5); in one where
    cards are drawn there is a theme. None is left open when another round begins (D3).
    """
    if item.draw and method.themes and not board.deck:
        return [deal(board, method, method.themes[0].id, {})]
    if not item.claim:
        return [] if item.turn == "ring" and item.id == board.round else talked_about(board)
    aside = sorted(
        (n for n in board.notes.values() if n.lane == SKIPPED and n.sheet == item.sheet and not n.author),
        key=lambda n: n.spot,
    )
    cards = [_as_note(board, method, card, GALLERY) for card in board.stack]
    at = sum(n.lane in (GALLERY, TOLD) and n.sheet == item.sheet for n in board.notes.values())
    laid = [replace(n, lane=GALLERY, spot=at + i) for i, n in enumerate((*cards, *aside))]
    over = board.notes.get(board.card)
    if over is not None:
        laid.append(_laid(board, over, TALKED))
    return [e.CardsLaid(tuple(laid), ())] if laid else []


def over_with(board: Board, method: Method, before: Turn, turn: Turn) -> Events:
    """The card of who had the floor is done with: one that was drawn is talked about, one that was taken is told."""
    if turn.holder == before.holder or not before.holder:
        return []
    item = method.round(board.round)
    if item.turn == "ring":
        return talked_about(board)
    sheet = method.sheet(item.sheet)
    card = card_of(board, before.holder)
    if sheet is None or not form_of(sheet).has_cards or before.holder not in turn.done or card is None:
        return []
    return [e.CardsLaid((replace(card, lane=TOLD),), board.stack, board.card)] if card.lane == GALLERY else []


def talked_about(board: Board) -> Events:
    """The card that lies open is put on the pile of those that were talked about."""
    card = board.notes.get(board.card)
    return [] if card is None else [e.CardsLaid((_laid(board, card, TALKED),), board.stack)]


def seat_beside(board: Board, method: Method, command: c.SetRing) -> Events:
    """Somebody sits after somebody else (D2). Raises Refused(`no_seat`)."""
    ring = ring_of(board)
    if command.seat not in ring or command.after not in ("", *ring) or command.seat == command.after:
        raise Refused("no_seat")
    rest = [seat for seat in ring if seat != command.seat]
    at = rest.index(command.after) + 1 if command.after else 0
    return seated_so(board, method, (*rest[:at], command.seat, *rest[at:]))


def seated_so(board: Board, method: Method, ring: tuple[str, ...]) -> Events:
    """People sit in this order; a queue that goes round follows it from whoever has the floor."""
    turn = board.turn("all") if method.round(board.round).turn == "ring" else None
    if turn is None:
        return [e.RingSet(ring)]
    return [e.RingSet(ring), e.TurnSet(gone_round(turn, ring), board.round)]


def gone_round(turn: Turn, ring: Iterable[str]) -> Turn:
    """The queue in the order of the ring: from its holder, else from its first."""
    known = tuple(seat for seat in ring if seat not in turn.absent)
    first = turn.holder or next((seat for seat in turn.queue if seat in known), "")
    rest = from_here(known, first)
    return replace(turn, queue=rest if turn.holder or not first else (first, *rest), later=(), done=())


def _as_note(board: Board, method: Method, card_id: str, lane: str) -> Note:
    """A card that lay face down as a note in a pile, as the last in it."""
    sheet = sheet_of_cards(method)
    card = next((m[card_id] for deck in method.themes if card_id in (m := method.cards(deck.id))), None)
    if sheet is None or card is None:
        raise Refused("no_card")
    text = card.en if board.lang == "en" else card.da
    note = Note(note_of_card(board, card_id), "", "note", text, sheet.id, lane, reach="all")
    return _laid(board, note, lane)


def _laid(board: Board, card: Note, lane: str) -> Note:
    spots = [n.spot for n in board.notes.values() if n.sheet == card.sheet and n.lane == lane]
    return replace(card, lane=lane, spot=min(max(spots, default=-1) + 1, LAST_SPOT))
