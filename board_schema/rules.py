"""The permission predicate, and the few questions about rights that `decide` and `view` share.

`may` is the only place that says who may do what (R1). It knows round fields and roles, never a method's id, and
it never changes anything. Texts, ids and lengths are `decide`'s matter.
"""

from typing import Literal

from msgspec import Struct

from board_schema.board import EVERYBODY, GROUPS, Act, Actor, Board, Note, Person, Row, Turn, beside
from board_schema.method import Grants, Lane, Method, Round, Sheet

Action = Literal[
    "write", "place", "move", "edit", "delete", "comment", "heading", "choose", "fate", "deep", "ready", "name",
    "take", "done", "later", "pass", "undo", "lead",
]  # fmt: skip

WRITERS = ("participant", "scribe")


class Who(Struct, frozen=True):
    """Somebody as the rules see them: role, group, and whether the word is theirs now.

    An audience is a Who without a pid: it has only the rights that all of its kind have.
    """

    role: str
    pid: str = ""
    group: str = ""
    holder: bool = False


def who(board: Board, method: Method, actor: Actor) -> Who:
    """How the rules see an actor now. Unknown and removed people have no rights: role `wall`."""
    if actor.role == "wall":
        return Who(role="wall")
    person = board.people.get(actor.pid)
    if person is None or person.gone:
        return Who(role="wall")
    return who_is(board, method, person)


def who_is(board: Board, method: Method, person: Person) -> Who:
    """How the rules see a person now."""
    return Who(role=person.role, pid=person.pid, group=person.group, holder=has_turn(board, method, person))


def has_turn(board: Board, method: Method, person: Person) -> bool:
    """True while the current round's word is this person's (or their group's)."""
    turn = turn_of(board, method, person)
    if turn is None:
        return False
    return turn.holder == (person.group if turn.scope == GROUPS else person.seat) != ""


def turn_of(board: Board, method: Method, person: Person) -> Turn | None:
    """The queue this person stands in during the current round, if the round has one."""
    match method.round(board.round).turn:
        case "people":
            return board.turn(EVERYBODY)
        case "in_group":
            return board.turn(person.group) if person.group else None
        case "groups":
            return board.turn(GROUPS)
        case _:
            return None


def granted(grants: Grants, asker: Who, *, own: bool = False, group: str = "") -> bool:
    """True when one of a round's grants covers the asker.

    `own`: the note is the asker's own (or about to be); `group`: the group whose paper it lies on.
    """
    writer = asker.role in WRITERS
    for grant in grants:
        match grant:
            case "own":
                held = writer and own
            case "turn":
                held = writer and own and asker.holder
            case "group":
                held = writer and asker.group != "" and asker.group == group
            case "all":
                held = writer
            case _:
                held = asker.role == grant
        if held:
            return True
    return False


def may(
    board: Board,
    method: Method,
    asker: Who,
    action: Action,
    note: Note | None = None,
    row: Row | None = None,
) -> bool:
    """True when the asker may do this now: THE permission predicate (R1).

    `note` is the note acted on, if there is one; `row` the grid row for `fate` and `deep`. Fails closed: what no
    branch allows is not allowed.
    """
    if action == "lead":
        return asker.role == "facilitator"
    own = note is not None and note.author == asker.pid != ""
    if board.closed or asker.role == "wall":
        return False
    if asker.role == "listener":  # R6: an own draft may be taken away, and nothing else
        return action == "delete" and note is not None and own and note.reach == "own"
    now = method.round(board.round)
    group = note.group if note is not None else row.group if row is not None else asker.group
    facilitates = asker.role == "facilitator"
    match action:
        case "write":
            return granted(now.write, asker, own=asker.pid != "", group=group)
        case "place":
            return (
                note is not None
                and own
                and note.reach == "own"
                and now.see != "own"
                and granted(now.place, asker, own=True, group=asker.group)
            )
        case "move" if note is not None and note.kind == "comment":
            return False
        case "move" | "edit":
            if note is not None and action == "edit" and _heads_row(board, method, now, note):
                return granted(now.move, asker, own=own, group=group)
            return note is not None and _may_change(now, asker, note, own=own, group=group)
        case "delete":
            return note is not None and (own or (facilitates and note.reach != "own"))
        case "comment":
            return (
                note is not None
                and note.kind == "note"
                and note.reach != "own"
                and granted(now.comment, asker, own=own, group=group)
            )
        case "heading":
            return granted(now.heading, asker, own=asker.pid != "")
        case "choose":
            return (
                note is not None
                and note.kind == "note"
                and note.reach != "own"
                and note.sheet == now.sheet
                and granted(now.choose, asker, own=own, group=group)
            )
        case "fate":
            return row is not None and granted(now.fate, asker, group=row.group)
        case "deep":
            return row is not None and now.group and asker.role == "participant" and asker.group == row.group != ""
        case "ready":
            return now.ready and asker.role == "participant"
        case "take" | "done" | "later" | "pass":
            return now.turn != "none" and asker.role == "participant"
        case "name" | "undo":
            return True


def _heads_row(board: Board, method: Method, now: Round, note: Note) -> bool:
    """True for a chosen dilemma while its grid is in focus: its words are edited with the grid's rights."""
    grid = method.grid()
    return grid is not None and now.sheet == grid.id and note.id in board.rows


def _may_change(now: Round, asker: Who, note: Note, *, own: bool, group: str) -> bool:
    """Own drafts always (R2), headings by `heading`, comments by their author, the rest by `move`."""
    if note.reach == "own":
        return own
    if note.kind == "heading":
        return granted(now.heading, asker, own=own)
    if note.kind == "comment":
        return own and granted(now.comment, asker, own=own, group=group)
    if note.sheet != now.sheet:
        return False
    if asker.role != "facilitator" and now.lanes and note.lane not in now.lanes:
        return False
    return granted(now.move, asker, own=own, group=group)


def lanes_of(board: Board, sheet: Sheet) -> tuple[str, ...]:
    """All lane ids of a sheet: a timeline's years first, then the declared ones (M4)."""
    years = tuple(str(year) for year in board.years()) if sheet.form == "timeline" else ()
    return years + tuple(lane.id for lane in sheet.lanes)


def open_lanes(board: Board, method: Method, item: Round) -> tuple[str, ...]:
    """The lanes of a round's sheet that are open for new notes in it."""
    sheet = method.sheet(item.sheet)
    if sheet is None:
        return ()
    return item.lanes or lanes_of(board, sheet)


def limit_of(method: Method, lane: Lane | None) -> int:
    """How many characters a note of this lane may have (R17)."""
    return lane.limit if lane is not None and lane.limit is not None else method.limit


def depth_missing(board: Board, lane: Lane | None, sheet: str, row: str) -> bool:
    """True while a lane with `after` must wait for the lanes before it in that row (R10)."""
    if lane is None or not lane.after:
        return False
    kept = board.rows.get(row)
    if kept is not None and kept.deep:
        return False
    filled = {
        n.lane
        for n in board.notes.values()
        if n.sheet == sheet and n.row == row and n.reach != "own" and n.kind == "note"
    }
    return not filled.issuperset(lane.after)


def revealable(board: Board, method: Method, sheet: str, lane: str) -> bool:
    """True when the facilitator may reveal this lane of this sheet now (R9)."""
    played = {board.round, *board.visited}
    return any(
        item.reveal == "by_facilitator"
        and item.id in played
        and item.sheet == sheet
        and lane in open_lanes(board, method, item)
        for item in method.plan(board.leader)
    )


def waits(board: Board, note: Note) -> bool:
    """True for a draft that a reveal of its lane would raise (R9). A listener's drafts stay drafts (R6)."""
    author = board.people.get(note.author)
    return note.reach == "own" and note.kind == "note" and (author is None or author.role != "listener")


def hands(board: Board, person: Person) -> set[str]:
    """The pids a person may write for: their own, and for the facilitator everybody hosted (R20)."""
    if person.role != "facilitator":
        return {person.pid}
    return {person.pid} | {p.pid for p in board.people.values() if p.hosted and not p.gone}


def undoable(board: Board, method: Method, person: Person) -> tuple[Act, ...]:
    """A person's last act, if it can be taken back now; empty when there is none (O7).

    It must be as they left it, still theirs to see, and of a kind the round lets them do.
    """
    stack = board.acts.get(person.pid, ())
    last = stack[-1] if stack else ()
    return last if last and all(_reversible(board, method, person, act) for act in last) else ()


def _reversible(board: Board, method: Method, person: Person, act: Act) -> bool:
    if act.about_row:
        return _row_reversible(board, method, person, act)
    if not _as_left(board.notes.get(act.id), act.note_after):
        return False
    before, after = act.note_before, act.note_after
    if after is None:
        kept = board.bin.get(act.id)
        if kept is None or kept.by_author != act.by_author or not sees(kept.note, person, board):
            return False
        # A row that this same act took away comes back with its note.
        return has_row(board, method, kept.note) or kept.note.row == act.id
    if not sees(after, person, board):
        return False
    owner = board.people.get(after.author)
    asker = who_is(board, method, owner if owner is not None and owner.pid in hands(board, person) else person)
    if before is None or after.reach == "own":
        return may(board, method, asker, "delete" if before is None else "edit", after)
    edited = before.text != after.text or before.to != after.to
    moved = _where(before) != _where(after)
    return not (edited and not may(board, method, asker, "edit", after)) and not (
        moved and not may(board, method, asker, "move", after)
    )


def _as_left(note: Note | None, left: Note | None) -> bool:
    """True while a note is as an act left it. A comment may have moved along with its note meanwhile."""
    if note is None or left is None or note.kind != "comment":
        return note == left
    return note == beside(left, note)


def _row_reversible(board: Board, method: Method, person: Person, act: Act) -> bool:
    """A row is as this act left it, and choosing, fate or depth is still this person's to decide."""
    if board.rows.get(act.id) != act.row_after:
        return False
    asker = who_is(board, method, person)
    before, after = act.row_before, act.row_after
    if before is not None and after is not None and before.text != after.text:
        return True  # its words follow its note, whose act stands beside this one
    if after is None and act.id in board.bin:
        return True  # it went with its note, and comes back with it
    if before is None or after is None:
        return may(board, method, asker, "choose", board.notes.get(act.id)) and (
            before is not None or not row_used(board, act.id)
        )
    return may(board, method, asker, "fate" if before.fate != after.fate else "deep", row=after)


def has_row(board: Board, method: Method, note: Note) -> bool:
    """True unless the note lies in a grid's row that is no longer there."""
    sheet = method.sheet(note.sheet)
    return sheet is None or sheet.form != "grid" or not note.row or note.row in board.rows


def _where(note: Note) -> tuple[str, str, str, int, str]:
    return note.lane, note.row, note.side, note.spot, note.until


def sees(note: Note, person: Person, board: Board) -> bool:
    """True when a person may know of a note: it reaches them, or it is in their hands (V2, V3)."""
    match note.reach:
        case "all":
            return True
        case "group":
            return person.role == "facilitator" or person.group == note.group != ""
        case _:
            return note.author in hands(board, person)


def row_used(board: Board, row_id: str) -> bool:
    """True when a row has a fate or notes, so that it cannot be un-chosen (R12). Comments alone do not count."""
    row = board.rows.get(row_id)
    return bool(row and row.fate) or any(n.row == row_id and n.kind != "comment" for n in board.notes.values())
