"""Records about people and how they work together: `seat:S`, `group:G` and `turn:SCOPE`.

What may not live here: a record with a pid, and which changes require a new record (`table`).
"""

from board_schema.rules import Who, has_room, holders, is_wanted, parts_of
from board_schema.view.kinds import Context, Record
from board_schema.view.note_records import reaches


def seat_ids(context: Context, asker: Who) -> list[str]:
    return [person.seat for person in context.board.people.values()]


def seat_record(context: Context, asker: Who, seat: str) -> Record | None:
    person = context.board.person(seat)
    if person is None or (person.away and asker.role != "facilitator"):
        return None
    record: Record = {
        "name": person.name,
        "number": person.number,
        "role": person.role,
        "group": person.group,
        "remote": person.remote,
        "hosted": person.hosted,
        "leads": person.leads,
        "parts": list(parts_of(context.method, person)),
    }
    if asker.role == "facilitator":
        record["away"] = person.away
    item = context.round
    if item.ready and not item.private and asker.role == "facilitator":
        record["ready"] = person.ready
    return record


def group_ids(context: Context, asker: Who) -> list[str]:
    return list(context.board.groups)


def group_record(context: Context, asker: Who, group_id: str) -> Record | None:
    group, item = context.board.groups.get(group_id), context.round
    if group is None:
        return None
    record: Record = {"number": group.number, "shown": group.shown}
    if item.group and item.ready and reaches(asker, "group", group_id):
        people = sum(person.group == group_id for person in context.phones.values())
        ready = sum(person.ready and person.group == group_id for person in context.board.people.values())
        record |= {"people": people, "ready": min(ready, people)}
    return record


def part_ids(context: Context, asker: Who) -> list[str]:
    return [part.id for part in context.method.parts]


def part_record(context: Context, asker: Who, part_id: str) -> Record | None:
    """A part of this workshop (R30): what it may do and who has it; what it says is its holders' (`me.parts`)."""
    board, method = context.board, context.method
    part = method.part(part_id)
    if part is None:
        return None
    can: list[str] = []
    if not (board.closed or part.rest):
        if asker.role == "facilitator":
            can.append("hand")
        elif asker.role == "participant" and "oneself" in part.hand and has_room(board, method, part):
            can.append("take")
    return {
        "order": method.parts.index(part),
        "title": part.title,
        "may": list(part.may),
        "count": list(part.count),
        "rest": part.rest,
        "holders": [] if part.rest else [person.seat for person in holders(board, method, part)],
        "wanted": is_wanted(board, method, part),
        "can": can,
    }


def turn_ids(context: Context, asker: Who) -> list[str]:
    head = f"{context.round.id}/"
    return [turn.scope for key, turn in context.board.turns.items() if key.startswith(head)]


def turn_record(context: Context, asker: Who, scope: str) -> Record | None:
    """A queue of the present round; one inside a group is shown to that group and the facilitator only (V9)."""
    board = context.board
    turn = board.turn(scope)
    inside = scope in board.groups
    if turn is None or (inside and not reaches(asker, "group", scope)):
        return None
    record: Record = {
        "scope": turn.scope,
        "holder": turn.holder,
        "queue": list(turn.queue),
        "later": list(turn.later),
        "done": list(turn.done),
        "absent": list(turn.absent),
        "since": turn.since,
        "number": turn.number,
        "free": turn.free,
        "endless": context.round.turn == "ring",
    }
    if asker.role == "facilitator" and not board.closed:
        record["can"] = ["give", "skip", "absent", "done"]
    return record
