"""The scribes' pad: a line is written, edited or deleted (R26)."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import EVERYBODY, HARD_LIMIT, LAST_SPOT, MAX_PAD, Board, PadLine, Person, turn_key
from board_schema.commands import Refused, clean
from board_schema.decide.common import Events, is_taken, need, stands
from board_schema.method import Method
from board_schema.rules import card_of


def keep_pad(board: Board, method: Method, person: Person, command: c.Pad) -> Events:
    """The events of op `pad`. Raises Refused(`role`, `taken`, `no_note`, `changed`, `full` and others)."""
    need(board, method, person, "pad", reason="role")
    if command.act == "write":
        return [e.LinePut(_new(board, method, command))]
    line = board.pad.get(command.line)
    if line is None:
        raise Refused("no_note")
    if command.act == "delete":
        return [e.LineRemoved(line.id)]
    text = clean(command.text or "", limit=HARD_LIMIT)
    if not stands(line.text, command.began) and text != line.text:
        raise Refused("changed")
    return [e.LinePut(replace(line, text=text))]


def _new(board: Board, method: Method, command: c.Pad) -> PadLine:
    if is_taken(board, command.line):
        raise Refused("taken")
    if command.round not in board.visited:
        raise Refused("round")
    if command.group and command.group not in board.groups:
        raise Refused("no_group")
    if command.turn and command.turn > _turns_so_far(board, method, command.round):
        raise Refused("no_seat")
    text = clean(command.text or "", limit=HARD_LIMIT)
    if len(board.pad) + len(board.pad_bin) >= MAX_PAD:
        raise Refused("full")
    spot = max((line.spot + 1 for line in board.pad.values()), default=0)
    return PadLine(
        id=command.line,
        text=text,
        round=command.round,
        group=command.group,
        turn=command.turn,
        spot=min(spot, LAST_SPOT),
        card=_card_of_turn(board, command),
    )


def _card_of_turn(board: Board, command: c.Pad) -> str:
    """The card that is talked about in the turn that the line is about, while that is the present one."""
    turn = board.turn(EVERYBODY)
    if turn is None or command.round != board.round or command.turn != turn.number or not command.turn:
        return ""
    taken = card_of(board, turn.holder)
    return board.card or (taken.id if taken is not None and taken.reach == "all" else "")


def _turns_so_far(board: Board, method: Method, round_id: str) -> int:
    """How many people have had the floor in a round's one queue of people; 0 for a round without such a queue."""
    turn = board.turns.get(turn_key(round_id, EVERYBODY))
    return 0 if turn is None else turn.number
