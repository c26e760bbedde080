"""A leader's answers to picked notes, after the close (R38).

What may not live here: the leader's link and its key (server.doors).
"""

from collections.abc import Mapping

from msgspec.structs import replace

from board_schema import events as e
from board_schema.board import Board, Note
from board_schema.commands import Refused, clean
from board_schema.decide.common import Events, stands
from board_schema.decide.fields import checked
from board_schema.method import Method
from board_schema.rules import answer_to, is_answer, limit_of, to_answer


def answer(
    board: Board, method: Method, *, note: str, text: str, fields: Mapping[str, str], began: str | None
) -> Events:
    """The events of an answer to the picked note `note`: a new one, or another text and other fields of the one it has.

    `began`: the text that its writer began from (R25; empty: there was none). It works on a sealed board as well:
    nobody is connected with it. Raises Refused(`round` where it is not closed, `no_note`, `changed`, `empty`,
    `too_long`, `no_field`, `bad_value`).
    """
    lane, sheet = method.answer_lane, method.picks
    to_be_answered = [each.id for each in to_answer(board, method)]
    if lane is None or sheet is None or note not in to_be_answered:
        raise Refused("no_note")
    if not board.closed or board.ephemeral:
        raise Refused("round")
    old = answer_to(board, method, note)
    text = clean(text, limit=limit_of(method, lane))
    given: dict[str, str] = {}
    for name, value in fields.items():
        field = lane.field(name)
        if field is None:
            raise Refused("no_field")
        if kept := checked(field, value):
            given[name] = kept
    if not stands(old.text if old else "", began) and not (old and (old.text, old.fields) == (text, given)):
        raise Refused("changed")
    new = old or Note(
        # No client can make an id with a dot, and the answers stand in the order of what they are about.
        id=f"{note}.answer",
        author="",
        kind="note",
        text="",
        sheet=sheet.id,
        lane=lane.id,
        reach="all",
        links={method.answer_link: (note,)},
        spot=0 if board.sealed else to_be_answered.index(note),
    )
    new = replace(new, text=text, fields=given)
    # One that the facilitator deleted in a reopened workshop would come back over this one.
    deleted = (kept.note for kept in board.bin.values() if old is None and is_answer(method, kept.note))
    gone = tuple(each.id for each in deleted if note in each.links.get(method.answer_link, ()))
    return [] if new == old else [*([e.NotesPurged(gone)] if gone else []), e.NotePut(new)]
