"""Who sees what: THE visibility function, the only one.

`view` starts empty and adds what is allowed (V1); nothing here filters a fuller picture. The audience layer is the
same for everybody of one role (and group) and holds nothing personal; the personal layer holds one's own drafts,
what is mine, and what I may do. A record is a plain map, ready for the wire (SPEC 6).
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from board_schema.board import DAY, GROUPS, Actor, Board, Note, Person, Row
from board_schema.method import Lane, Method, Round, Sheet
from board_schema.patch import View, differing
from board_schema.rules import (
    WRITERS,
    Action,
    Who,
    depth_missing,
    granted,
    hands,
    may,
    open_lanes,
    revealable,
    turn_of,
    undoable,
    waits,
    who_is,
)

PILE_FLOOR = 3
LEADS = (
    "round", "timer", "reveal", "notice", "setup", "door", "groups", "group", "role", "person", "remove", "close",
)  # fmt: skip

Record = dict[str, Any]


class Audience(Struct, frozen=True):
    """Viewers who see the same: a role and, for those who work in one, a group."""

    role: str
    group: str = ""


def audience(board: Board, actor: Actor) -> Audience:
    """Which audience an actor belongs to now.

    Whoever is no longer in the board's people (removed, or the board is sealed) sees what a listener sees; the
    facilitator's token stays the facilitator's.
    """
    person = board.people.get(actor.pid)
    if actor.role == "wall":
        return Audience("wall")
    if person is None or person.gone:
        return Audience("facilitator") if board.sealed and actor.role == "facilitator" else Audience("listener")
    return Audience(person.role, person.group if person.role in WRITERS else "")


class Since:
    """What differs between two boards, as far as views ask: found once, for every audience.

    `notes` and `people` are ids whose record must be made anew, or is gone.
    """

    __slots__ = ("_progress", "before", "board", "counts", "notes", "people", "rows")

    def __init__(self, before: Board, board: Board) -> None:
        self.before = before
        self.board = board
        changed, gone = differing(before.notes, board.notes)
        self.notes = changed + gone
        turned_up = {i for i in changed if i not in before.notes}.union(gone)
        if turned_up:  # comments go and come with their note
            self.notes += [n.id for n in board.notes.values() if n.to in turned_up]
        changed, gone = differing(before.people, board.people)
        self.people = changed + gone
        notes = [n for i in self.notes for n in (before.notes.get(i), board.notes.get(i)) if n is not None]
        self.rows = any(n.row for n in notes)  # whether what stands in a row has changed
        self.counts = bool(self.people) or before.years() != board.years() or any(n.reach == "own" for n in notes)
        self._progress: Record | None = None

    def progress(self, method: Method) -> Record:
        """The counts that everybody is shown, made once."""
        if self._progress is None:
            self._progress = _progress(self.board, method)
        return self._progress


def view(
    board: Board,
    method: Method,
    seen_by: Audience,
    before: tuple[Board, View] | None = None,
    since: Since | None = None,
) -> View:
    """The audience layer: record id to record.

    `before` is an earlier board with the view this same function made of it for the same audience; records that
    cannot have changed since are shared with it, so that a large board costs what changed and not what it holds.
    That view itself is given back when nothing this audience sees has changed. `since` is what differs between the
    two boards, if somebody has found that already.
    """
    asker = Who(role=seen_by.role, group=seen_by.group)
    if before is None or not _same_ground(before[0], board):
        return _whole(board, method, asker)
    return _renewed(board, method, asker, before[1], since or Since(before[0], board))


def _whole(board: Board, method: Method, asker: Who) -> View:
    shown: View = {
        "board": _board(board, method, asker),
        "method": _method(board, method, asker),
        "progress": _progress(board, method),
    }
    for person in board.people.values():
        if not person.gone:
            shown[f"seat:{person.seat}"] = _seat(board, method, person, asker)
    shown |= _groups(board)
    shown |= _turns(board, method, asker)
    shown |= _rows(board, method, asker)
    for note in board.notes.values():
        if _is_shown(board, note, asker):
            shown[f"note:{note.id}"] = _note(board, method, note, asker)
    return shown | _bins(board, asker)


def _renewed(board: Board, method: Method, asker: Who, kept: View, since: Since) -> View:
    """The view after `kept`: what may have changed is made anew, and what is not made again is gone."""
    old = since.before
    fresh: View = {"board": _board(board, method, asker, None if _hides_more(since) else kept["board"])}
    over: list[str] = []
    if since.counts:
        fresh["progress"] = since.progress(method)
    for pid in since.people:
        was, person = old.people.get(pid), board.people.get(pid)
        if was is not None:
            over.append(f"seat:{was.seat}")
        if person is not None and not person.gone:
            fresh[f"seat:{person.seat}"] = _seat(board, method, person, asker)
    if board.groups is not old.groups:
        over += _keys(kept, "group:")
        fresh |= _groups(board)
    if board.turns is not old.turns or board.groups is not old.groups:
        over += _keys(kept, "turn:")
        fresh |= _turns(board, method, asker)
    if since.rows:
        fresh |= _rows(board, method, asker)
    for note_id in since.notes:
        note, key = board.notes.get(note_id), f"note:{note_id}"
        over.append(key)
        if note is not None and _is_shown(board, note, asker):
            fresh[key] = _note(board, method, note, asker)
    if board.bin is not old.bin:
        over += _keys(kept, "bin:")
        fresh |= _bins(board, asker)
    return _laid(kept, fresh, over)


def _laid(kept: View, fresh: View, over: list[str]) -> View:
    gone = {key for key in over if key in kept and key not in fresh}
    changed = {key: record for key, record in fresh.items() if kept.get(key) != record}
    if not gone and not changed:
        return kept
    shown = {**kept, **changed}
    for key in gone:
        del shown[key]
    return shown


def _keys(kept: View, head: str) -> list[str]:
    return [key for key in kept if key.startswith(head)]


def personal(
    board: Board, method: Method, actor: Actor, before: View | None = None, since: Since | None = None
) -> View:
    """The personal layer of one person: `me`, own drafts, own notes; empty for a wall or a stranger.

    `before` is what this same function made of `since.before` for the same person: records of notes that cannot have
    changed since are shared with it, so that who has written much costs no more than who has written little.
    """
    person = board.people.get(actor.pid)
    if actor.role == "wall" or person is None or person.gone:
        return {}
    asker = who_is(board, method, person)
    shown: View = {"me": _me(board, method, person, asker)}
    mine = hands(board, person)
    if before is None or since is None or not _same_hands(since.before, board):
        shown |= _own_notes(board, method, board.notes.values(), mine)
    else:
        over = {f"mine:{note_id}" for note_id in since.notes}
        shown |= {key: record for key, record in before.items() if key.startswith("mine:") and key not in over}
        fresh = [note for note_id in since.notes if (note := board.notes.get(note_id)) is not None]
        shown |= _own_notes(board, method, fresh, mine)
    for item in board.bin.values():
        if item.by_author and item.note.author in mine and (item.note.reach == "own" or person.role != "listener"):
            shown[f"back:{item.note.id}"] = {
                "text": item.note.text,
                "can": [] if board.closed else ["restore"],
            }
    return shown


def _own_notes(board: Board, method: Method, notes: Iterable[Note], mine: set[str]) -> View:
    """Records of own notes. A listener has those of drafts from before, to take them away (R6)."""
    return {
        f"mine:{note.id}": _mine(board, method, note, board.people[note.author])
        for note in notes
        if note.author in mine
        and not _orphaned(board, note)
        and (note.reach == "own" or board.people[note.author].role != "listener")
    }


def _same_hands(old: Board, board: Board) -> bool:
    """True when nothing but notes can differ in what a person may do with an own one: nobody came, went or changed,
    and the word is where it was.
    """
    return _same_ground(old, board) and old.people is board.people and old.turns is board.turns


def _sees(asker: Who, reach: str, group: str) -> bool:
    """V2 and V10. A draft is nobody's here: it travels in its author's personal layer only (V3)."""
    match reach:
        case "all":
            return True
        case "group":
            return asker.role == "facilitator" or asker.group == group != ""
        case _:
            return False


def _is_shown(board: Board, note: Note, asker: Who) -> bool:
    return _sees(asker, note.reach, note.group) and not _orphaned(board, note)


def _orphaned(board: Board, note: Note) -> bool:
    """A comment whose note is taken down goes with it, and comes back with it."""
    return note.kind == "comment" and note.to not in board.notes


def _same_ground(old: Board, board: Board) -> bool:
    """True when nothing but notes and drafts can differ in what a note's record says."""
    return (
        old.round == board.round
        and old.closed == board.closed
        and old.sealed == board.sealed
        and old.leader == board.leader
        and old.rows is board.rows
    )


def _hides_more(since: Since) -> bool:
    """True when the lanes with something left to reveal may be others than before."""
    return since.counts or since.before.visited != since.board.visited


def _board(board: Board, method: Method, asker: Who, before: Record | None = None) -> Record:
    """`before` is an earlier record whose list of lanes to reveal still holds."""
    record: Record = {
        "title": board.title,
        "venue": board.venue,
        "lang": board.lang,
        "round": board.round,
        "leader": board.leader,
        "from": board.first_year,
        "to": board.last_year,
        "door": board.door,
        "began": board.began,
        "ends_at": board.ends_at,
        "closed": board.closed,
        "sealed": board.sealed,
        "notice": board.notice,
        # By the day: a finer figure would change with every act and say when somebody wrote.
        "expires": board.last_at // DAY * DAY + board.keep,
        "visited": list(board.visited),
    }
    if asker.role == "facilitator":
        record["can"] = _leads(board)
        record["reveal"] = _hidden_lanes(board, method) if before is None else before["reveal"]
    return record


def _leads(board: Board) -> list[str]:
    if board.sealed:
        return []
    return ["reopen", "seal"] if board.closed else list(LEADS)


def _hidden_lanes(board: Board, method: Method) -> list[Record]:
    """Lanes with something left to reveal, each with its sheet; says that, never how much (V6)."""
    lanes = {(n.sheet, n.lane) for n in board.notes.values() if n.lane and waits(board, n)}
    return [{"sheet": sheet, "lane": lane} for sheet, lane in sorted(lanes) if revealable(board, method, sheet, lane)]


def _method(board: Board, method: Method, asker: Who) -> Record:
    return {
        "id": method.id,
        "title": method.title,
        "minutes": method.minutes,
        "people": list(method.people),
        "group_size": list(method.group_size),
        "limit": method.limit,
        "leader_question": method.leader_question,
        "leader_part": method.leader_part,
        "leader_listen": method.leader_listen,
        "leader_told": method.leader_told,
        "sheets": [_sheet(sheet) for sheet in method.sheets],
        "rounds": [_round(item, asker) for item in method.plan(board.leader)],
    }


def _sheet(sheet: Sheet) -> Record:
    return {
        "id": sheet.id,
        "title": sheet.title,
        "form": sheet.form,
        "per_group": sheet.per_group,
        "lanes": [_lane(lane) for lane in sheet.lanes],
    }


def _lane(lane: Lane) -> Record:
    return {
        "id": lane.id,
        "title": lane.title,
        "hint": lane.hint,
        "color": lane.color,
        "limit": lane.limit or 0,
        "after": list(lane.after),
        "points_to": lane.points_to,
        "fates": lane.fates,
    }


def _round(item: Round, asker: Who) -> Record:
    record: Record = {
        "id": item.id,
        "title": item.title,
        "instruction": item.instruction,
        "minutes": item.minutes,
        "minutes_each": item.minutes_each,
        "sheet": item.sheet,
        "lanes": list(item.lanes),
        "see": item.see,
        "reveal": item.reveal,
        "turn": item.turn,
        "group": item.group,
        "show_groups": item.show_groups,
        "ready": item.ready,
        "take_home": item.take_home,
        "private": item.private,
        "comment": bool(item.comment),
    }
    if asker.role == "facilitator":
        record |= {"say": item.say, "questions": list(item.questions)}
    return record


def _progress(board: Board, method: Method) -> Record:
    """Counts that say nothing of a single person (V6)."""
    item = method.round(board.round)
    # Somebody without a phone cannot say "ready", so nobody waits for it.
    people = [p for p in board.people.values() if p.role == "participant" and not (p.gone or p.hosted)]
    lanes = set(open_lanes(board, method, item)) | {""}
    writers: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    wrote: set[str] = set()
    for note in board.notes.values():
        if note.sheet == item.sheet and note.lane in lanes and waits(board, note):
            writers.setdefault(note.lane, set()).add(note.author)
            sizes[note.lane] = sizes.get(note.lane, 0) + 1
            wrote.add(note.author)
    piles = {lane: size for lane, size in sorted(sizes.items()) if len(writers[lane]) >= PILE_FLOOR}
    return {
        "people": len(people),
        "ready": sum(p.ready for p in people),
        "wrote": len(wrote & {p.pid for p in people}),
        "piles": piles,
    }


def _seat(board: Board, method: Method, person: Person, asker: Who) -> Record:
    record: Record = {
        "name": person.name,
        "number": person.number,
        "role": person.role,
        "group": person.group,
        "remote": person.remote,
        "hosted": person.hosted,
    }
    item = method.round(board.round)
    if item.ready and not item.private and asker.role == "facilitator":
        record["ready"] = person.ready
    return record


def _groups(board: Board) -> View:
    return {f"group:{group.id}": {"number": group.number, "shown": group.shown} for group in board.groups.values()}


def _turns(board: Board, method: Method, asker: Who) -> View:
    """Queues of the round; a turn inside a group is that group's and the facilitator's matter (V9)."""
    item = method.round(board.round)
    shown: View = {}
    for key, turn in board.turns.items():
        inside = turn.scope in board.groups
        if not key.startswith(f"{item.id}/") or (inside and not _sees(asker, "group", turn.scope)):
            continue
        record: Record = {
            "scope": turn.scope,
            "holder": turn.holder,
            "queue": list(turn.queue),
            "later": list(turn.later),
            "done": list(turn.done),
            "absent": list(turn.absent),
            "since": turn.since,
        }
        if asker.role == "facilitator" and not board.closed:
            record["can"] = ["give", "skip", "absent", "done"]
        shown[f"turn:{turn.scope}"] = record
    return shown


def _rows(board: Board, method: Method, asker: Who) -> View:
    return {
        f"row:{row.id}": _row(board, method, row, asker)
        for row in board.rows.values()
        if _sees(asker, row.reach, row.group)
    }


def _row(board: Board, method: Method, row: Row, asker: Who) -> Record:
    item = method.round(board.round)
    grid = method.grid()
    opened: list[str] = []
    locked: dict[str, str] = {}
    if grid is not None and item.sheet == grid.id and item.reveal == "on_write" and not board.closed:
        writes = granted(item.write, asker, own=True, group=row.group)
        lanes = open_lanes(board, method, item)
        for lane in grid.lanes:
            if not writes:
                continue
            if lane.id not in lanes:
                locked[lane.id] = "lane_closed"
            elif depth_missing(board, lane, grid.id, row.id):
                locked[lane.id] = "depth_first"
            else:
                opened.append(lane.id)
    can = [action for action in _actions("fate", "deep") if may(board, method, asker, action, row=row)]
    if "deep" in can and row.deep:
        can.remove("deep")
    return {
        "group": row.group,
        "text": row.text,
        "fate": row.fate,
        "deep": row.deep,
        "reach": row.reach,
        "open": opened,
        "locked": locked,
        "can": can,
    }


def _bins(board: Board, asker: Who) -> View:
    """What somebody else took down is the facilitator's to bring back (V8)."""
    if asker.role != "facilitator":
        return {}
    return {
        f"bin:{item.note.id}": {"text": item.note.text, "can": ["restore"] if not board.closed else []}
        for item in board.bin.values()
        if not item.by_author and item.note.reach != "own"
    }


def _note(board: Board, method: Method, note: Note, asker: Who) -> Record:
    """A note that is up, without a word about who wrote it (V4)."""
    return {
        **_place(note),
        "reach": note.reach,
        "chosen": note.id in board.rows,
        "can": _note_rights(board, method, note, asker),
    }


def _place(note: Note) -> Record:
    return {
        "kind": note.kind,
        "text": note.text,
        "sheet": note.sheet,
        "lane": note.lane,
        "row": note.row,
        "side": note.side,
        "spot": note.spot,
        "to": note.to,
        "until": note.until,
    }


def _note_rights(board: Board, method: Method, note: Note, asker: Who) -> list[str]:
    return [a for a in _actions("edit", "move", "delete", "comment", "choose") if may(board, method, asker, a, note)]


def _actions(*names: Action) -> Iterable[Action]:
    return names


def _mine(board: Board, method: Method, note: Note, author: Person) -> Record:
    """An own draft whole; of an own note that is up only what is mine to do with it."""
    asker = who_is(board, method, author)
    can = _note_rights(board, method, note, asker)
    if may(board, method, asker, "place", note):
        can.append("place")
    record: Record = {"can": can}
    if author.hosted:
        record["as"] = author.seat
    if note.reach == "own":
        record |= {**_place(note), "draft": True}
    return record


def _me(board: Board, method: Method, person: Person, asker: Who) -> Record:
    turn, waits = _my_turn(board, method, person)
    return {
        "seat": person.seat,
        "name": person.name,
        "role": person.role,
        "group": person.group,
        "ready": person.ready,
        "turn": turn,
        "scope": waits,
        "can": _my_rights(board, method, person, asker, turn),
        "who_sees": _who_sees(board, method, person, asker),
        "write": _my_writing(board, method, asker),
        "place": _my_placing(board, method, asker),
    }


def _my_turn(board: Board, method: Method, person: Person) -> tuple[str, str]:
    """Where I stand in the queue: holder, next, waiting, done, or nothing; and which queue that is."""
    turn = turn_of(board, method, person) if person.role == "participant" else None
    if turn is None:
        return "", ""
    me = person.group if turn.scope == GROUPS else person.seat
    if not me:
        return "", ""
    if turn.holder == me:
        return "holder", turn.scope
    if me in turn.queue:
        return ("next" if turn.queue[0] == me else "waiting"), turn.scope
    return ("done" if me in turn.done else ""), turn.scope


def _my_rights(board: Board, method: Method, person: Person, asker: Who, turn: str) -> list[str]:
    if board.closed or person.role == "listener":
        return []
    can: list[str] = [a for a in _actions("ready", "heading") if may(board, method, asker, a)]
    if person.role in WRITERS:
        can.append("write")
    if _my_placing(board, method, asker) is not None:
        can.append("place")
    if undoable(board, method, person):
        can.append("undo")
    waiting = turn in ("next", "waiting")
    if turn == "holder":
        can += ["done", "later"]
    if waiting:
        can += ["take", "later", "pass"]
    if turn == "done":
        can.append("take")
    return [*can, "name"]


def _my_writing(board: Board, method: Method, asker: Who) -> Record | None:
    """What the phone invites to write now; drafts may be written in any round (R2)."""
    item = method.round(board.round)
    if not may(board, method, asker, "write"):
        return None
    sheet = method.sheet(item.sheet)
    row = asker.group if sheet is not None and sheet.per_group and asker.role == "participant" else ""
    reach = item.see if item.reveal == "on_write" else "own"
    return {
        "sheet": item.sheet,
        "lanes": list(open_lanes(board, method, item)),
        "row": row,
        "reach": reach,
    }


def _my_placing(board: Board, method: Method, asker: Who) -> Record | None:
    item = method.round(board.round)
    placing = item.see != "own" and granted(item.place, asker, own=True, group=asker.group)
    if board.closed or not placing or asker.role not in WRITERS:
        return None
    sheet = method.sheet(item.sheet)
    row = asker.group if sheet is not None and sheet.per_group else ""
    return {
        "sheet": item.sheet,
        "lanes": list(open_lanes(board, method, item)),
        "row": row,
        "reach": item.see,
    }


def _who_sees(board: Board, method: Method, person: Person, asker: Who) -> str:
    """The line with the lock: who can see what I write now."""
    if person.role == "listener":
        return "listen"
    if board.closed:
        return "all"
    item = method.round(board.round)
    if item.reveal == "on_write" and may(board, method, asker, "write"):
        return item.see
    plan = method.plan(board.leader)
    ids = [other.id for other in plan]
    ahead = plan[ids.index(item.id) :] if item.id in ids else ()
    for other in ahead:
        if other.sheet == item.sheet and other.reveal in ("on_turn", "by_facilitator"):
            return "own_until_turn" if other.reveal == "on_turn" else "own_until_reveal"
    return "own"
