"""What only the facilitator does: rounds, clock, groups, roles, setting up, closing."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import MAX_PEOPLE, MINUTE, Board, Group, Person
from board_schema.commands import Refused, clean
from board_schema.decide.common import (
    PLACE_LIMIT,
    TITLE_LIMIT,
    Events,
    digest,
    person_name,
    seated,
    shuffled,
    smallest_group,
    years,
)
from board_schema.decide.notes import raised, reveal
from board_schema.decide.turns import leave_queues, new_turns, next_if_free, queue_up, turns_left, without
from board_schema.method import Method
from board_schema.rules import open_lanes


def lead(board: Board, method: Method, command: c.Command, now: int) -> Events:
    """The facilitator's own commands."""
    match command:
        case c.GoTo():
            return _go_to(board, method, command, now)
        case c.Timer():
            return [e.TimerSet(_clock(board, method, command, now))]
        case c.Reveal():
            return reveal(board, method, command)
        case c.Notice(show=show):
            return [e.NoticeSet(show)]
        case c.Setup():
            return _setup(board, method, command)
        case c.Door(open=is_open):
            return [e.DoorSet(is_open)]
        case c.MakeGroups(size=size):
            if any(n.reach == "group" for n in board.notes.values()) or board.rows:
                raise Refused("group_in_use")
            return _make_groups(board, method, size)
        case c.SetGroup():
            return _set_group(board, command)
        case c.SetRole():
            return _set_role(board, method, command)
        case c.AddPerson():
            if command.seat in board.seats:
                raise Refused("taken")
            person = Person(
                pid=digest(board, f"hosted/{command.seat}"),
                seat=command.seat,
                number=board.joined + 1,
                name=person_name(command.name),
                role="participant",
                hosted=True,
                group=smallest_group(board),
            )
            if len(board.people) >= MAX_PEOPLE:
                raise Refused("full")
            return [e.Joined(person), *queue_up(board, method, person)]
        case c.RemovePerson():
            gone = seated(board, command.seat)
            if gone.role == "facilitator":
                raise Refused("role")
            return [*leave_queues(board, gone), e.PersonGone(gone.pid)]
        case c.Close():
            return [e.Closed()]
        case c.Reopen():
            if not board.closed:
                return []
            return [e.Reopened()]
        case c.Seal():
            if not board.closed:
                raise Refused("not_ready_here")
            return [e.Sealed()]
        case _:
            raise Refused("unknown_op")


def _go_to(board: Board, method: Method, command: c.GoTo, now: int) -> Events:
    plan = method.plan(board.leader)
    ids = [item.id for item in plan]
    if command.to not in ids:
        raise Refused("round")
    forward = board.round in ids and ids.index(command.to) > ids.index(board.round)
    if forward and not command.confirm and turns_left(board, method):
        raise Refused("turns_left")
    item = plan[ids.index(command.to)]
    events: Events = []
    people, groups = list(board.people.values()), list(board.groups.values())
    if (item.group or item.turn in ("in_group", "groups")) and not groups:
        events = _make_groups(board, method, method.group_size[1])
        groups = [event.group for event in events if isinstance(event, e.GroupPut)]
        people = [event.person for event in events if isinstance(event, e.PersonSet)]
    turns = [] if any(key.startswith(f"{item.id}/") for key in board.turns) else new_turns(board, item, people, groups)
    minutes = item.minutes * (sum(len(turn.queue) for turn in turns) or 1) if item.minutes_each else item.minutes
    events.append(e.RoundBegan(item.id, now + minutes * MINUTE if minutes else 0))
    events += [e.TurnSet(turn, item.id) for turn in turns]
    if item.reveal == "on_round":
        events += raised(board, item.sheet, open_lanes(board, method, item))
    return events


def _clock(board: Board, method: Method, command: c.Timer, now: int) -> int:
    match command.act:
        case "stop":
            return 0
        case "add":
            return max(board.ends_at, now) + (command.minutes or 1) * MINUTE
        case _:
            return now + (command.minutes or method.round(board.round).minutes or 5) * MINUTE


def _setup(board: Board, method: Method, command: c.Setup) -> Events:
    sheet = next((s for s in method.sheets if s.form == "timeline"), None)
    first, last = board.first_year, board.last_year
    if sheet is not None and (command.first_year is not None or command.last_year is not None):
        first, last = years(sheet, command.first_year or first, command.last_year or last, last)
        used = [
            int(lane)
            for n in board.notes.values()
            if n.sheet == sheet.id
            for lane in (n.lane, n.until)
            if lane.isdigit()
        ]
        if any(not first <= year <= last for year in used):
            raise Refused("years_in_use")
    leader = command.leader or board.leader
    if board.round not in {item.id for item in method.plan(leader)}:
        raise Refused("round")
    title = board.title if command.title is None else clean(command.title, limit=TITLE_LIMIT, lines=False)
    place = board.place
    if command.place is not None:
        place = clean(command.place, limit=PLACE_LIMIT, lines=False) if command.place.strip() else ""
    return [e.SetupDone(title=title, place=place, first_year=first, last_year=last, leader=leader)]


def _make_groups(board: Board, method: Method, size: int) -> Events:
    """Everybody gets a group: as even as can be, none larger than `size`, none of one while that can be helped."""
    people = [p for p in board.people.values() if p.role == "participant" and not p.gone]
    low = min(2, method.group_size[0])
    count = max(1, -(-len(people) // size))
    while count > 1 and len(people) // count < low:
        count -= 1
    order = shuffled(board, f"groups/{board.version}", (p.pid for p in people))
    events: Events = [e.GroupPut(Group(id=f"g{i + 1}", number=i + 1)) for i in range(count)]
    events += [e.GroupRemoved(old) for old in sorted(board.groups) if int(old[1:]) > count]
    events += [e.PersonSet(replace(board.people[pid], group=f"g{i % count + 1}")) for i, pid in enumerate(order)]
    item = method.round(board.round)
    if board.groups and item.turn == "in_group":
        moved = [event.person for event in events if isinstance(event, e.PersonSet)]
        groups = [event.group for event in events if isinstance(event, e.GroupPut)]
        events += [e.TurnSet(turn, item.id) for turn in new_turns(board, item, moved, groups)]
    return events


def _set_group(board: Board, command: c.SetGroup) -> Events:
    person = seated(board, command.seat)
    if person.role != "participant":
        raise Refused("role")
    events: Events = []
    if command.group not in board.groups:
        if int(command.group[1:]) != len(board.groups) + 1:
            raise Refused("no_group")
        events.append(e.GroupPut(Group(id=command.group, number=len(board.groups) + 1)))
    events.append(e.PersonSet(replace(person, group=command.group)))
    for scope in (person.group, command.group):
        turn = board.turn(scope) if scope else None
        if turn is None or person.group == command.group:
            continue
        if scope == person.group:
            events.append(e.TurnSet(next_if_free(without(turn, person.seat), turn, turn.since), board.round))
        elif person.seat not in (turn.holder, *turn.queue, *turn.done):
            events.append(e.TurnSet(replace(turn, queue=(*turn.queue, person.seat)), board.round))
    return events


def _set_role(board: Board, method: Method, command: c.SetRole) -> Events:
    person = seated(board, command.seat)
    if person.role == "facilitator" or person.hosted:
        raise Refused("role")
    if person.role == command.role:
        return []
    speaks = command.role == "participant"
    changed = replace(person, role=command.role, group=smallest_group(board) if speaks else "", ready=False)
    if speaks:
        return [e.PersonSet(changed), *queue_up(board, method, changed)]
    return [*leave_queues(board, person), e.PersonSet(changed)]
