"""Commands on notes: write, edit, place, move, delete, restore, undo, reveal."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import (
    CHOSEN,
    HEADING_LIMIT,
    Act,
    Board,
    Note,
    Person,
    Reach,
    lane_key,
    next_spot,
)
from board_schema.commands import Refused, clean
from board_schema.decide.about import naming
from board_schema.decide.cards import talked_about
from board_schema.decide.common import (
    Events,
    asking,
    is_taken,
    need,
    reach_there,
    reachable,
    row_group,
    sheet_lane,
    stands,
)
from board_schema.decide.fields import answered, entering
from board_schema.decide.following import brought_back, chosen
from board_schema.decide.freezing import versioned
from board_schema.decide.links import named
from board_schema.decide.marks import marked, put
from board_schema.forms import form_of
from board_schema.method import Method, Sheet
from board_schema.rules import (
    WRITERS,
    answers_of,
    at_last,
    depth_missing,
    ever_writes,
    granted,
    limit_of,
    may,
    missing,
    no_room,
    open_lanes,
    own_pids,
    person_in_team,
    pids_acted_for,
    revealable_lanes,
    room_for,
    round_on,
    row_used,
    rowless,
    sees,
    tells_late,
    undoable,
    waits,
    who_is,
)
from board_schema.under import beneath, beside, orphaned


def write(board: Board, method: Method, person: Person, command: c.Write) -> Events:
    if is_taken(board, command.note):
        raise Refused("taken")
    match command.kind:
        case "comment":
            note = chosen(board, method, person, _new_comment(board, method, person, command), command.marks)
        case "heading":
            note = _new_heading(board, method, person, command)
        case _:
            note = answered(method, _new_note(board, method, person, command), command.fields, now={})
            note = marked(board, method, person, note, command.marks, enters=True)
            note = named(board, method, person, note, command.links)
            note = versioned(board, method, naming(board, method, person, note, command.about))
            entering(board, method, replace(note, reach="own"), note)
    if reason := no_room(board, person, up=note.reach != "own"):
        raise Refused(reason)
    reached: Events = [e.ShareReached()] if at_last(board, person) else []
    return [e.NotePut(note), *reached]


def _new_note(board: Board, method: Method, person: Person, command: c.Write) -> Note:
    sheet, lane = sheet_lane(board, method, command.sheet, command.lane, optional=True)
    text = clean(command.text, limit=limit_of(method, lane))
    try:
        row, group = row_group(board, method, sheet, person, command.row)
    except Refused:
        row, group = "", person.group  # the row is gone: the note becomes a draft without one (R3)
    note = Note(
        id=command.note,
        author=person.pid,
        kind="note",
        text=text,
        sheet=sheet.id,
        lane=command.lane,
        row=row,
        group=group,
    )
    asker = who_is(board, method, person)
    item = round_on(board, method, asker, sheet.id)
    if person.hosted and not ever_writes(board, method, asker, sheet, command.lane):
        raise Refused("role")  # a draft that could never go up, by somebody who leads what is written for them
    if (
        item.reveal != "on_write"
        or item.see == "own"
        or item.sheet != sheet.id
        or command.lane not in open_lanes(board, method, item)
    ):
        return note
    if not granted(item.write, asker, own=True, group=group):
        return note
    if form_of(sheet).needs_row(sheet) and not row:
        return note
    if depth_missing(board, lane, sheet.id, row):
        return note
    reach = reach_there(board, item, sheet, row, group, team=person_in_team(method, person))
    if reach == "own":
        return note
    spot = 0 if form_of(sheet).places else next_spot(board, note)
    return replace(note, reach=reach, spot=spot)


def _new_comment(board: Board, method: Method, person: Person, command: c.Write) -> Note:
    target = board.notes.get(command.under)
    if target is None or not sees(target, person, board, method):
        raise Refused("no_note")
    need(board, method, person, "comment", note=target, reason="locked")
    comment = Note(
        id=command.note,
        author=person.pid,
        kind="comment",
        text=clean(command.text, limit=method.limit),
        sheet=target.sheet,
        lane=target.lane,
        under=target.id,
        reach=target.reach,
        group=target.group,
    )
    return beside(comment, target)


def _new_heading(board: Board, method: Method, person: Person, command: c.Write) -> Note:
    need(board, method, person, "heading", reason="round")
    sheet, _ = sheet_lane(board, method, command.sheet, command.lane)
    ids = form_of(sheet).spans(sheet, board)
    until = command.until or command.lane
    if command.lane not in ids or until not in ids or ids.index(until) < ids.index(command.lane):
        raise Refused("no_lane")
    text = clean(command.text, limit=HEADING_LIMIT, lines=False)
    return Note(
        id=command.note,
        author=person.pid,
        kind="heading",
        text=text,
        sheet=sheet.id,
        lane=command.lane,
        until=until,
        reach="all",
    )


def edit(board: Board, method: Method, person: Person, command: c.Edit) -> Events:
    note, owner = reachable(board, method, person, command.note)
    asker = asking(board, method, person, owner, "edit", note)
    need(board, method, asker, "edit", note=note, reason="locked")
    sheet = method.sheet(note.sheet)
    lane = sheet.lane(note.lane) if sheet else None
    heads = note.kind in ("heading", "gathering")
    text = clean(command.text, limit=HEADING_LIMIT if heads else limit_of(method, lane), lines=not heads)
    if not stands(note.text, command.began, lines=not heads) and text != note.text:
        raise Refused("changed")
    return [e.NotePut(replace(note, text=text))]


def place(board: Board, method: Method, person: Person, command: c.Place) -> Events:
    note, owner = reachable(board, method, person, command.note)
    item = method.round(board.round)
    if note.author not in own_pids(person):
        raise Refused("not_yours")
    person = owner
    if note.reach != "own":
        raise Refused("taken")
    if not may(board, method, who_is(board, method, person), "place", note):
        raise Refused("turn" if "turn" in item.place and person.role in WRITERS else "round")
    late = tells_late(board, method, who_is(board, method, person))
    if late is not None and note.sheet == late.id:
        sheet, lane = sheet_lane(board, method, late.id, command.lane)
        row = group = command.row if person.role == "facilitator" else person.group
        reach: Reach = "group"
        if not rowless(board, group):
            raise Refused("no_group")
    else:
        sheet, lane = sheet_lane(board, method, item.sheet, command.lane)
        row, group, reach = _placed(board, method, person, command, sheet)
    if depth_missing(board, lane, sheet.id, row):
        raise Refused("depth_first")
    if len(note.text) > limit_of(method, lane):
        raise Refused("too_long")
    if not room_for(board):
        raise Refused("full")
    there = replace(
        note,
        sheet=sheet.id,
        lane=command.lane,
        row=row,
        group=group,
        spot=command.spot,
        reach=reach,
    )
    there = answered(method, there, command.fields, now=answers_of(method, note))
    there = marked(board, method, person, there, command.marks, enters=True)
    return [e.NotePut(entering(board, method, note, there))]


def _placed(board: Board, method: Method, person: Person, command: c.Place, sheet: Sheet) -> tuple[str, str, Reach]:
    """The row, group and reach that a note gets on the round's sheet. Raises Refused."""
    item = method.round(board.round)
    if command.lane not in open_lanes(board, method, item):
        raise Refused("lane_closed")
    row, group = row_group(board, method, sheet, person, command.row)
    if (missing := form_of(sheet).needs_row(sheet)) and not row:
        raise Refused(missing)
    reach = reach_there(board, item, sheet, row, group, team=person_in_team(method, person))
    if reach == "own":
        raise Refused("no_group")
    if not granted(item.place, who_is(board, method, person), own=True, group=group):
        raise Refused("round")
    return row, group, reach


def move(board: Board, method: Method, person: Person, command: c.Move) -> Events:
    note, owner = reachable(board, method, person, command.note)
    asker = asking(board, method, person, owner, "move", note)
    need(board, method, asker, "move", note=note, reason="locked")
    sheet, lane = sheet_lane(board, method, note.sheet, command.lane, optional=note.reach == "own")
    if lane is not None and lane.answers:
        raise Refused("lane_closed")  # only answers lie there (R38)
    item = method.round(board.round)
    row, until = note.row, note.until
    if note.reach != "own":
        if (
            asker.role != "facilitator"
            and note.kind != "heading"
            and command.lane not in open_lanes(board, method, item)
        ):
            raise Refused("lane_closed")
        if form_of(sheet).makes_rows and command.row and command.row != note.row:
            row, group = row_group(board, method, sheet, asker, command.row)
            # Reach never shrinks (V7), so a note that all see may not move into a row that only a group sees.
            if group != note.group or (note.reach == "all" and board.rows[row].reach != "all"):
                raise Refused("no_row")
        if depth_missing(board, lane, sheet.id, row) and command.lane != note.lane:
            raise Refused("depth_first")
    if len(note.text) > limit_of(method, lane) and note.kind == "note":
        raise Refused("too_long")
    if note.kind == "heading":
        until = _shifted(board, sheet, note, command.lane)
    there = replace(note, lane=command.lane, row=row, spot=command.spot, until=until)
    there = answered(method, there, command.fields, now=answers_of(method, note))
    there = marked(board, method, asker, there, command.marks, enters=False)
    return put(board, method, note, entering(board, method, note, there))


def delete(board: Board, method: Method, person: Person, command: c.Delete) -> Events:
    note, asker = reachable(board, method, person, command.note)
    need(board, method, asker, "delete", note=note, reason="not_yours")
    removed = e.NoteRemoved(note.id, by_author=note.author in pids_acted_for(board, person))
    if note.id not in board.rows:
        return [*(talked_about(board) if note.id == board.card else []), removed]
    if row_used(board, method, note.id):
        raise Refused("row_in_use")
    return [e.RowRemoved(note.id), removed]


def restore(board: Board, method: Method, person: Person, command: c.Restore) -> Events:
    kept = board.bin.get(command.note)
    if kept is None:
        raise Refused("no_note")
    of_mine = kept.note.author in pids_acted_for(board, person)
    seen = kept.note.reach != "team" or sees(kept.note, person, board, method)
    allowed = of_mine if kept.by_author else person.role == "facilitator" and seen
    if not allowed:
        raise Refused("no_note")
    if reason := missing(board, method, kept.note):
        raise Refused(reason)
    back = brought_back(board, kept.note) if kept.note.kind == "comment" else kept.note
    return [e.NoteRestored(command.note), *([e.NotePut(back)] if back != kept.note else [])]


def undo(board: Board, method: Method, person: Person) -> Events:
    act = undoable(board, method, person)
    if not act:
        raise Refused("nothing_to_undo")
    return [*(event for change in reversed(act) for event in _back(change)), e.Undone()]


def _back(change: Act) -> Events:
    if change.about_line:
        if change.line_before is None:
            return [e.LineRemoved(change.id)]
        return [e.LineRestored(change.id) if change.line_after is None else e.LinePut(change.line_before)]
    before, after = change.note_before, change.note_after
    if before is None:
        return [e.NoteRemoved(change.id, by_author=True)]
    if after is None:
        return [e.NoteRestored(change.id)]
    leaves: Events = [e.RowRemoved(change.id)] if CHOSEN in after.marks and CHOSEN not in before.marks else []
    return [e.NotePut(before), *leaves]


def reveal(board: Board, method: Method, command: c.Reveal) -> Events:
    if command.group:
        group = board.groups.get(command.group)
        if group is None:
            raise Refused("no_group")
        item = method.round(board.round)
        if not item.show_groups:
            raise Refused("round")
        # Only this round's sheet, and the heads of its rows: the group's other notes keep reach `group` (V2). A comment
        # goes with its note: not while that one is taken down, since it may come back with reach `group`.
        sheet = method.sheet(item.sheet)
        heads = board.rows if sheet is not None and form_of(sheet).makes_rows else {}
        of_rows = beneath(board, list(heads))
        ids = tuple(
            sorted(
                n.id
                for n in board.notes.values()
                if n.reach == "group" and n.group == group.id and (n.sheet == item.sheet or n.id in of_rows)
                if not orphaned(board, n)
            )
        )
        return [e.GroupPut(replace(group, shown=True)), *([e.NotesRevealed(ids)] if ids else [])]
    if (command.sheet, command.lane) not in revealable_lanes(board, method):
        raise Refused("round")
    return raised(board, command.sheet, (command.lane,))


def reveal_told(board: Board, method: Method, person: Person, note_id: str) -> Events:
    """A note that a group told and did not choose becomes visible to all, with what lies under it (R9)."""
    note, asker = reachable(board, method, person, note_id)
    need(board, method, asker, "reveal", note=note, reason="round")
    return [e.NotesRevealed(tuple(beneath(board, [note.id])))]


def raised(board: Board, sheet: str, lanes: tuple[str, ...]) -> Events:
    """Drafts of these lanes, and what only the team saw, become visible to all, in an order derived from the board's
    seed (R19).
    """
    there = [n for n in board.notes.values() if n.sheet == sheet and n.lane in lanes]
    teams = beneath(board, [n.id for n in there if n.reach == "team"])
    ids = tuple(sorted({*teams, *(n.id for n in there if waits(board, n))}))
    over = e.CountsOver(tuple(lane_key(sheet, lane) for lane in lanes), turned=True)
    return [*([e.NotesRevealed(ids)] if ids else []), over]


def _shifted(board: Board, sheet: Sheet, note: Note, lane: str) -> str:
    """A moved heading's last lane: it keeps its length, but ends at the last lane of the sheet at most."""
    ids = form_of(sheet).spans(sheet, board)
    if lane not in ids:
        raise Refused("no_lane")
    length = ids.index(note.until) - ids.index(note.lane) if note.until in ids and note.lane in ids else 0
    return ids[min(ids.index(lane) + length, len(ids) - 1)]
