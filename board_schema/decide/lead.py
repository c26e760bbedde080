"""The facilitator's commands: rounds, clock, groups, roles, settings, closing."""

from collections.abc import Container

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import (
    GROUPS,
    MINUTE,
    MOST_AHEAD,
    REOPEN_FOR,
    Board,
    Briefing,
    Group,
    Person,
    Ticks,
    Walk,
    base_of,
    lane_key,
)
from board_schema.commands import Refused, clean
from board_schema.decide.cards import put_back, seat_beside, turned_over
from board_schema.decide.coleads import taken_back
from board_schema.decide.common import (
    TITLE_LIMIT,
    VENUE_LIMIT,
    Events,
    full,
    person_name,
    seated,
    shuffled,
    smallest_group,
)
from board_schema.decide.notes import raised, reveal
from board_schema.decide.turns import leave_queues, queue_up, turns_for, turns_left
from board_schema.forms import form_of, sheet_of_ticks
from board_schema.forms.scales import NOTHING, Asked, Scale
from board_schema.method import Method, Sheet
from board_schema.rules import crowd, digest, groups_used, lacking, open_lanes, planned, ring_of

CROWD = 3  # people who must be removed together for their notes to be taken down: else it would tell who wrote what
USUAL = 5  # minutes of a clock that is started in a round without planned minutes


def lead(board: Board, method: Method, command: c.Command, now: int, here: Container[str] | None = None) -> Events:
    """The events of what only the facilitator may send. `here`: the seats that are connected. Raises Refused."""
    match command:
        case c.GoTo():
            absent = _not_come(board, here)
            left = [*leave_queues(board, *absent), *(e.PersonSet(person) for person in absent)]
            there = replace(board, people={**board.people, **{person.pid: person for person in absent}})
            return [*left, *_go_to(there, method, command, now)]
        case c.Timer():
            return [e.TimerSet(_clock(board, method, command, now))]
        case c.Reveal():
            return reveal(board, method, command)
        case c.Brief(teller=teller, when=when, done=done):
            return [e.BriefingSet(Briefing(teller, when, done))]
        case c.Notice(show=show):
            return [e.NoticeSet(show)]
        case c.Walk():
            return _walk(board, method, command, now)
        case c.Setup():
            return _setup(board, method, command, now)
        case c.Sitting(on=on):
            return _sit(board, method, on=on)
        case c.Door(open=True) | c.AddPerson() if board.programme and not board.sitting:
            raise Refused("no_sitting")
        case c.Door(open=is_open):
            return [e.DoorSet(is_open)]
        case c.MakeGroups(size=size, count=count):
            least, _, most = method.groups or (0, 0, 0)
            if (size and size > method.group_size[1]) or (count and not least <= count <= most):
                raise Refused("group_size")
            if groups_used(board):
                raise Refused("group_in_use")
            return _make_groups(board, method, size, count)
        case c.SetGroup():
            return _set_group(board, method, command)
        case c.SetRing():
            return seat_beside(board, method, command)
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
            if full(board):
                raise Refused("full")
            return [e.Joined(person), *queue_up(board, method, person)]
        case c.RemovePerson():
            return _remove(board, command)
        case c.Close() | c.Seal() if board.programme:
            raise Refused("programme")
        case c.Close():
            return [e.Closed()]
        case c.Reopen():
            if board.closed and (board.ephemeral or now >= board.closed + REOPEN_FOR):
                raise Refused("sealed")
            return [e.Reopened()] if board.closed else []
        case c.Seal():
            if not board.closed:
                raise Refused("not_ready_here")
            return [e.Sealed()]
        case _:
            raise Refused("unknown_op")


def _sit(board: Board, method: Method, *, on: bool) -> Events:
    """R41: a sitting of a programme begins or ends; what is so already stays so."""
    if not board.programme:
        raise Refused("no_sitting")
    if on == bool(board.sitting):
        return []
    places = tuple(sheet.id for sheet in method.sheets if form_of(sheet).places)
    return [e.SittingBegan(places) if on else e.SittingEnded()]


def _walk(board: Board, method: Method, command: c.Walk, now: int) -> Events:
    # Which parts there are follows from the notes, and screens compute it: a part that is none shows all of the sheet.
    if method.sheet(command.sheet) is None:
        raise Refused("no_lane")
    led = command.part or command.auto
    walk = Walk(command.sheet, command.part, now if command.auto else 0) if led else Walk()
    return [] if walk == board.walk else [e.WalkSet(walk)]


def _remove(board: Board, command: c.RemovePerson) -> Events:
    """Remove one person; with `since` also all who came in after them, but hosted people (R21)."""
    first = seated(board, command.seat)
    if first.role == "facilitator":
        raise Refused("role")
    after = [p for p in board.present() if p.number >= first.number and p.joined]
    gone = after if command.since else [first]
    pids = tuple(person.pid for person in gone)
    events: Events = [*leave_queues(board, *gone), *taken_back(board, {person.seat for person in gone})]
    if pids:
        events.append(e.PeopleGone(pids) if command.since else e.PersonGone(first.pid))
    if command.notes and len(pids) >= CROWD:
        authors = frozenset(pids)
        up = (n for n in board.notes.values() if n.reach != "own" and base_of(n.author) in authors)
        ids = tuple(sorted(note.id for note in up if note.id not in board.rows))
        events += [e.NotesRemoved(ids)] if ids else []
    return events


def _not_come(board: Board, here: Container[str] | None) -> list[Person]:
    """Who came in before the day and is not there when it begins, as they are then (R37)."""
    if not board.ahead or here is None:
        return []
    absent = (person for person in board.present() if person.joined and not person.away and person.seat not in here)
    return [replace(person, away=True, group="", parts=()) for person in absent]


def _go_to(board: Board, method: Method, command: c.GoTo, now: int) -> Events:
    plan = method.plan(board.leader)
    ids = [item.id for item in plan]
    if command.to not in ids:
        raise Refused("round")
    forward = board.round in ids and ids.index(command.to) > ids.index(board.round)
    if forward and not command.confirm and turns_left(board, method):
        raise Refused("turns_left")
    if forward and not command.confirm and lacking(board, method, method.round(board.round)):
        raise Refused("needs_left")
    item = plan[ids.index(command.to)]
    events: Events = []
    left = method.round(board.round)
    if left.reveal == "on_turn" and left.id != item.id:
        # Its lanes were raised note by note, so who wrote there before is no longer a count of hidden notes.
        lanes = tuple(sorted(lane_key(left.sheet, lane) for lane in ("", *open_lanes(board, method, left))))
        events.append(e.CountsOver(lanes))
    people, groups = list(board.people.values()), list(board.groups.values())
    if (item.group or item.turn in ("in_group", "groups")) and not groups:
        made = _make_groups(board, method)
        groups = [event.group for event in made if isinstance(event, e.GroupPut)]
        people = [event.person for event in made if isinstance(event, e.PersonSet)]
        events += made
    if item.turn == "ring" and not board.ring:
        events.append(e.RingSet(ring_of(board)))
    events += turned_over(board, method, item)
    turns = turns_for(board, item, people, groups)
    minutes = planned(item, crowd(people, [group.id for group in groups]))
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
            there = crowd(board.people.values(), board.groups)
            return now + (command.minutes or planned(method.round(board.round), there) or USUAL) * MINUTE


def _setup(board: Board, method: Method, command: c.Setup, now: int) -> Events:
    sheet = sheet_of_ticks(method)
    ticks = board.ticks
    moved: Events = []
    asked = Asked(command.first, command.last, command.step)
    scale = form_of(sheet).scale(sheet) if sheet else None
    if sheet is not None and scale is not None and asked != NOTHING:
        new = scale.ticks(sheet, asked, ticks, 0)
        lost = {scale.lane(tick) for tick in ticks.all()} - {scale.lane(tick) for tick in new.all()}
        notes = [n for n in board.notes.values() if n.sheet == sheet.id and n.reach != "own"]
        if any(n.lane in lost or n.until in lost for n in notes):
            raise Refused("years_in_use")
        moved = _drafts_moved(board, sheet, scale, ticks, new)
        ticks = new
    leader = command.leader or board.leader
    if board.round not in {item.id for item in method.plan(leader)}:
        raise Refused("round")
    title = board.title if command.title is None else clean(command.title, limit=TITLE_LIMIT, lines=False)
    venue = board.venue
    if command.venue is not None:
        venue = clean(command.venue, limit=VENUE_LIMIT, lines=False) if command.venue.strip() else ""
    day, ahead = board.day, board.ahead
    if command.day is not None:
        day = _day(board, command.day, now)
        ahead = day > 0
    return [
        e.SetupDone(title=title, venue=venue, ticks=ticks, leader=leader, day=day, ahead=ahead),
        *moved,
    ]


def _day(board: Board, day: int, now: int) -> int:
    """The day of a workshop, when somebody sets it (R37); 0 for none."""
    if not day:
        return 0
    if board.programme:
        raise Refused("programme")
    if board.rehearsal or board.ephemeral:
        raise Refused("nothing_kept")
    if day < now:
        raise Refused("day_past")
    if day > now + MOST_AHEAD:
        raise Refused("day_far")
    return day


def _drafts_moved(board: Board, sheet: Sheet, scale: Scale, old: Ticks, new: Ticks) -> Events:
    """Drafts on lanes that are removed move to the nearest that is left: a refusal would tell of them (V6)."""
    left = {scale.lane(tick) for tick in new.all()}
    nearest = {
        scale.lane(tick): scale.lane(min(new.all(), key=lambda other: scale.far(tick, other)))
        for tick in old.all()
        if scale.lane(tick) not in left
    }
    held = (*board.notes.values(), *(kept.note for kept in board.bin.values()))
    drafts = [(n.id, nearest[n.lane]) for n in held if n.sheet == sheet.id and n.reach == "own" and n.lane in nearest]
    lanes = sorted({lane for _, lane in drafts})
    return [e.NotesMoved(tuple(sorted(i for i, to in drafts if to == lane)), lane) for lane in lanes]


def _make_groups(board: Board, method: Method, size: int | None = None, count: int | None = None) -> Events:
    """Shuffle all participants into groups of nearly equal size, and none of one if avoidable.

    None is above `size`, or there are `count`; without either as many as the method says. Queues inside the old groups
    are dropped with them.
    """
    people = [p for p in board.people.values() if p.takes_part]
    low = min(2, method.group_size[0])
    if count is None:
        usual = method.groups[1] if method.groups and size is None else 0
        count = usual or max(1, -(-len(people) // (size or method.group_size[1])))
    while count > 1 and len(people) // count < low:
        count -= 1
    # Another order each time, and none that depends on what people did unseen, such as the log's version (V6).
    now = "/".join(sorted(f"{p.seat} {p.group}" for p in people))
    order = shuffled(board, f"groups/{now}", (p.pid for p in people))
    groups = [Group(id=f"g{i + 1}", number=i + 1) for i in range(count)]
    moved = [replace(board.people[pid], group=groups[i % count].id) for i, pid in enumerate(order)]
    events: Events = [e.GroupRemoved(old) for old in sorted(board.groups)]
    events += [e.GroupPut(group) for group in groups]
    events += [e.PersonSet(person) for person in moved]
    item = method.round(board.round)
    if board.groups and item.turn in ("in_group", "groups"):
        bare = replace(board, turns={key: turn for key, turn in board.turns.items() if turn.scope == GROUPS})
        events += [e.TurnSet(turn, item.id) for turn in turns_for(bare, item, moved, groups)]
    return events


def _set_group(board: Board, method: Method, command: c.SetGroup) -> Events:
    person = seated(board, command.seat)
    if not person.takes_part:
        raise Refused("role")
    if person.group == command.group:
        return []
    events: Events = []
    groups = list(board.groups.values())
    if command.group not in board.groups:
        if int(command.group[1:]) != len(board.groups) + 1:
            raise Refused("no_group")
        groups.append(Group(id=command.group, number=len(board.groups) + 1))
        events.append(e.GroupPut(groups[-1]))
    moved = replace(person, group=command.group)
    events.append(e.PersonSet(moved))
    item = method.round(board.round)
    if item.turn in ("in_group", "groups"):
        people = [moved if p.pid == person.pid else p for p in board.people.values()]
        turns = turns_for(board, item, people, groups)
        events += [e.TurnSet(turn, item.id) for turn in turns if turn.scope in (person.group, command.group, GROUPS)]
    return events


def _set_role(board: Board, method: Method, command: c.SetRole) -> Events:
    person = seated(board, command.seat)
    if not person.joined:
        raise Refused("role")
    if person.role == command.role:
        return []
    speaks, listens = command.role == "participant", command.role == "listener"
    # What they said of being ready stays: the count tells nothing of them (V6).
    changed = replace(
        person,
        role=command.role,
        group=smallest_group(board) if speaks and not person.away else "",
        leads=person.leads and not listens,
        parts=person.parts if speaks else (),
    )
    ended = taken_back(board, {person.seat}) if listens else []
    if speaks:
        return [e.PersonSet(changed), *queue_up(board, method, changed)]
    return [*leave_queues(board, person), e.PersonSet(changed), *put_back(board, person), *ended]
