"""Turn queues: who has the floor, who waits, and how acts change that (R22, R23)."""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import EVERYBODY, GROUPS, Board, Group, Person, Turn, Walk, turn_key
from board_schema.commands import Refused
from board_schema.decide.cards import gone_round, over_with, talked_about
from board_schema.decide.common import Events, acting, need, shuffled
from board_schema.method import Method, Round
from board_schema.rules import ring_of, turn_of


def take_turn(board: Board, method: Method, person: Person, command: c.TurnAct, now: int) -> Events:
    """The events of an act, by the table of R22. Raises Refused(`role`, `turn`, `no_seat` and others)."""
    item = method.round(board.round)
    if item.turn == "none":
        raise Refused("round")
    leads = person.role == "facilitator" and not command.acting
    if leads:
        scope = command.scope or (GROUPS if item.turn == "groups" else EVERYBODY)
        turn = board.turn(scope)
        if turn is None:
            raise Refused("no_seat")
        return _set(board, method, turn, _led(turn, command, _speakers(board, item, scope), now))
    if command.act in ("give", "skip", "absent"):
        raise Refused("role")
    speaker = acting(board, person, command.acting)
    if speaker.role != "participant":
        raise Refused("role")
    turn = turn_of(board, method, speaker)
    if turn is None:
        raise Refused("no_group")
    mine = speaker.group if item.turn == "groups" else speaker.seat
    if not mine:
        raise Refused("no_group")
    return _set(board, method, turn, _taken(turn, command.act, mine, now))


def _set(board: Board, method: Method, before: Turn, turn: Turn) -> Events:
    """The queue after an act. When another group has the floor, walls no longer show a part of the last one's sheet.

    A queue that goes round has no end: who is done is the last in it (D3).
    """
    over = turn.scope == GROUPS and turn.holder != before.holder and board.walk != Walk()
    cards = over_with(board, method, before, turn)
    if method.round(board.round).turn == "ring":
        turn = _gone_on(turn, before)
    if turn.holder != before.holder and turn.free:
        turn = replace(turn, free=False)
    return [e.TurnSet(turn, board.round), *cards, *([e.WalkSet(Walk())] if over else [])]


def _gone_on(turn: Turn, before: Turn) -> Turn:
    """A ring after an act: nobody is done in it. Whoever was alone in it has the floor again."""
    queue = (*turn.queue, *turn.done)
    if before.holder and not turn.holder and queue:
        return replace(turn, holder=queue[0], queue=queue[1:], done=(), number=turn.number + 1)
    return replace(turn, queue=queue, done=())


def give_free(board: Board, method: Method, person: Person, command: c.Free) -> Events:
    """Everybody may speak about the open card; it stays the holder's turn (D4)."""
    speaker = acting(board, person, command.acting)
    turn = turn_of(board, method, speaker)
    if turn is None or method.round(board.round).turn != "ring":
        raise Refused("round")
    if speaker.role != "facilitator":
        need(board, method, speaker, "free", reason="turn")
    if not turn.holder:
        raise Refused("turn")
    return [] if turn.free else [e.TurnSet(replace(turn, free=True), board.round)]


def _speakers(board: Board, item: Round, scope: str) -> set[str]:
    """Who may be given the floor in a queue: groups, the group's members, or every participant."""
    if item.turn == "groups":
        return set(board.groups)
    people = (p for p in board.people.values() if p.takes_part)
    return {p.seat for p in people if scope == EVERYBODY or p.group == scope}


def _led(turn: Turn, command: c.TurnAct, known: set[str], now: int) -> Turn:
    """The facilitator gives the floor, skips (to the end of the queue), marks absent, or says it is done."""
    seat = command.seat or turn.holder
    match command.act:
        case "give":
            seat = command.seat or (turn.queue[0] if turn.queue else "")
            if seat not in known:
                raise Refused("no_seat")
            return turn if seat == turn.holder else _hold(_interrupted(turn), seat, now)
        case "done":
            return _next(_finished(turn), now) if turn.holder else turn
        case "skip":
            if seat not in known:
                raise Refused("no_seat")
            return _postponed(turn, seat, now)
        case "absent":
            if seat not in known:
                raise Refused("no_seat")
            left = without(turn, seat)
            return next_if_free(replace(left, absent=(*left.absent, seat)), turn, now)
        case _:
            raise Refused("role")


def _taken(turn: Turn, act: str, mine: str, now: int) -> Turn:
    """A participant's own acts: take the floor, be done, come back later, pass."""
    waiting = mine in turn.queue
    match act:
        case "take":
            if turn.holder == mine:
                return turn
            if not turn.holder:
                return _hold(turn, mine, now)
            return replace(without(turn, mine), holder=turn.holder, queue=(mine, *without(turn, mine).queue))
        case "done":
            if turn.holder != mine:
                raise Refused("turn")
            return _next(_finished(turn), now)
        case "later":
            if turn.holder != mine and not waiting:
                raise Refused("turn")
            return _postponed(turn, mine, now)
        case "pass":
            if turn.holder != mine and not waiting:
                raise Refused("turn")
            return next_if_free(replace(without(turn, mine), done=(*turn.done, mine)), turn, now)
        case _:
            raise Refused("role")


def without(turn: Turn, seat: str) -> Turn:
    """The queue without that seat."""
    return _without_all(turn, frozenset((seat,)))


def _without_all(turn: Turn, gone: frozenset[str]) -> Turn:
    def rest(seats: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(s for s in seats if s not in gone)

    return replace(
        turn,
        holder="" if turn.holder in gone else turn.holder,
        queue=rest(turn.queue),
        later=rest(turn.later),
        done=rest(turn.done),
        absent=rest(turn.absent),
    )


def _hold(turn: Turn, seat: str, now: int) -> Turn:
    return replace(without(turn, seat), holder=seat, since=now, number=turn.number + 1)


def _interrupted(turn: Turn) -> Turn:
    """The holder is put first in the queue, and nobody has the floor."""
    rest = without(turn, turn.holder)
    return replace(rest, queue=(turn.holder, *rest.queue)) if turn.holder else turn


def _finished(turn: Turn) -> Turn:
    """The holder is done, and nobody has the floor."""
    return replace(without(turn, turn.holder), done=(*turn.done, turn.holder)) if turn.holder else turn


def _postponed(turn: Turn, seat: str, now: int) -> Turn:
    """To the end of the queue, marked as later; a holder keeps the floor while nobody else waits."""
    moved = without(turn, seat)
    moved = replace(moved, queue=(*moved.queue, seat), later=(*moved.later, seat))
    if turn.holder == seat and moved.queue == (seat,):
        return replace(_hold(moved, seat, now), number=turn.number)
    return next_if_free(moved, turn, now)


def _next(turn: Turn, now: int) -> Turn:
    """The first in the queue gets the floor; if nobody waits, nobody has it."""
    return _hold(turn, turn.queue[0], now) if turn.queue else replace(turn, since=now)


def next_if_free(turn: Turn, before: Turn, now: int) -> Turn:
    """`turn` with the floor given to the next, if the holder of `before` no longer has it; else as it is."""
    return _next(turn, now) if before.holder and not turn.holder else turn


def turns_for(board: Board, item: Round, people: Iterable[Person], groups: Iterable[Group]) -> list[Turn]:
    """The queues a round begins with, in an order derived from the seed (R19).

    A queue that ran before is resumed (R8): without those who are no longer in it, with new ones at its end. Everybody
    may speak only about a card that still lies open (D4).
    """
    fresh = _new_turns(board, item, list(people), list(groups))
    turns = [_resumed(board.turns.get(turn_key(item.id, turn.scope)), turn) for turn in fresh]
    return [replace(turn, free=turn.free and board.card != "") for turn in turns]


def _new_turns(board: Board, item: Round, people: list[Person], groups: list[Group]) -> list[Turn]:
    seats = [(p.seat, p.group) for p in people if p.takes_part]
    match item.turn:
        case "people" | "ring" if item.turn == "ring" or board.ring:
            there = {seat for seat, _ in seats}
            return [Turn(scope=EVERYBODY, queue=tuple(seat for seat in ring_of(board) if seat in there))]
        case "people":
            return [Turn(scope=EVERYBODY, queue=shuffled(board, item.id, (seat for seat, _ in seats)))]
        case "in_group":
            inside = {g.id: [seat for seat, group in seats if group == g.id] for g in groups}
            return [Turn(scope=scope, queue=shuffled(board, item.id, members)) for scope, members in inside.items()]
        case "groups":
            return [Turn(scope=GROUPS, queue=tuple(g.id for g in sorted(groups, key=lambda g: g.number)))]
        case _:
            return []


def _resumed(old: Turn | None, fresh: Turn) -> Turn:
    if old is None:
        return fresh
    for seat in {old.holder, *old.queue, *old.done, *old.absent} - {"", *fresh.queue}:
        old = without(old, seat)
    known = (old.holder, *old.queue, *old.done, *old.absent)
    return replace(old, queue=(*old.queue, *(seat for seat in fresh.queue if seat not in known)))


def queue_up(board: Board, method: Method, person: Person) -> Events:
    """Put a new participant at the end of the running queue."""
    if not board.round or not person.takes_part:
        return []
    turn = turn_of(board, method, person)
    if turn is None or turn.scope == GROUPS or person.seat in (turn.holder, *turn.queue, *turn.done):
        return []
    if method.round(board.round).turn == "ring" and board.ring:  # they sit last, wherever the floor is now
        ring = (*(seat for seat in ring_of(board) if seat != person.seat), person.seat)
        return [e.RingSet(ring), e.TurnSet(gone_round(turn, ring), board.round)]
    return [e.TurnSet(replace(turn, queue=(*turn.queue, person.seat)), board.round)]


def leave_queues(board: Board, *people: Person) -> Events:
    """Take people out of every queue, of this round and the others (R23)."""
    events: Events = []
    gone = frozenset(person.seat for person in people)
    for key, turn in board.turns.items():
        if not gone.isdisjoint((turn.holder, *turn.queue, *turn.done, *turn.absent)):
            left = next_if_free(_without_all(turn, gone), turn, turn.since)
            if left.holder != turn.holder:
                left = replace(left, free=False)
                events += talked_about(board) if turn_key(board.round, turn.scope) == key else []
            events.append(e.TurnSet(left, key.partition("/")[0]))
    return events


def turns_left(board: Board, method: Method) -> bool:
    """True while somebody has or waits for the floor in this round (R5)."""
    if method.round(board.round).turn in ("none", "ring"):  # a ring has no end (D3)
        return False
    return any(not turn.over for key, turn in board.turns.items() if key.startswith(f"{board.round}/"))
