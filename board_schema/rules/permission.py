"""The permission predicate `may`, and what it needs to know of a person: role, group, turn.

`may` is the only place that decides who may do what (R1), from round fields and roles, never from a method's id. What
may not live here: changes of a board, and checks of texts, ids and lengths (`decide`).
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from board_schema.board import CHOSEN, EVERYBODY, GROUPS, Actor, Board, Note, Person, Turn
from board_schema.forms import form_of, lanes_named, sheet_of_rows
from board_schema.method import Grants, Method, Round, Sheet
from board_schema.rules.in_sight import InSight
from board_schema.rules.links import starts
from board_schema.rules.parts import leads, parts_of, person_in_team
from board_schema.rules.picking import is_picked

Action = Literal[
    "write", "place", "move", "edit", "mark", "link", "delete", "comment", "heading", "gather", "reveal", "ready",
    "prepare", "draw", "claim", "free", "pad", "pick", "set", "name", "take", "done", "later", "pass", "undo",
    "lead", "go",
]  # fmt: skip

WRITERS = ("participant", "scribe")
KEEP_PAD = ("scribe", "facilitator")  # who sees and writes the pad (V15, R26)


class Who(Struct, frozen=True):
    """Who asks, as `may` needs it: role, group, and whether they hold the turn now.

    An audience is a Who without a pid: it has only the rights that all its members have. `parts`: those they have now.
    `sight`: what they are sent (V20), which is no right; None: all that they may see.
    """

    role: str
    pid: str = ""
    group: str = ""
    holder: bool = False
    parts: tuple[str, ...] = ()
    team: bool = False
    sight: InSight | None = None


def who(board: Board, method: Method, actor: Actor) -> Who:
    """The Who of an actor now. Unknown and removed people have no rights: role `wall`."""
    if actor.role == "wall":
        return Who(role="wall")
    person = board.by_pid(actor.pid)
    if person is None or person.gone:
        return Who(role="wall")
    return who_is(board, method, person)


def who_is(board: Board, method: Method, person: Person) -> Who:
    """The Who of a person now."""
    holder, parts = has_turn(board, method, person), parts_of(method, person)
    team = person_in_team(method, person)
    return Who(role=person.role, pid=person.pid, group=person.group, holder=holder, parts=parts, team=team)


def has_turn(board: Board, method: Method, person: Person) -> bool:
    """True while this person (or their group) holds the turn of the present round."""
    turn = turn_of(board, method, person)
    if turn is None:
        return False
    return turn.holder == (person.group if turn.scope == GROUPS else person.seat) != ""


def turn_of(board: Board, method: Method, person: Person) -> Turn | None:
    """The queue of the present round that concerns this person, or None."""
    match method.round(board.round).turn:
        case "people" | "ring":
            return board.turn(EVERYBODY)
        case "in_group":
            return board.turn(person.group) if person.group else None
        case "groups":
            return board.turn(GROUPS)
        case _:
            return None


def round_on(board: Board, method: Method, asker: Who, sheet: str) -> Round:
    """The round whose grants count on a sheet: the present one, for those who lead perhaps one in its `also` (R49)."""
    now = method.round(board.round)
    if asker.role != "facilitator" or not sheet or sheet == now.sheet:
        return now
    return next((item for item in map(method.round, now.also) if item.sheet == sheet), now)


def granted(grants: Grants, asker: Who, *, own: bool = False, group: str = "") -> bool:
    """True when one of a round's grants covers the asker.

    `own`: the note is (or will be) the asker's own; `group`: the group on whose copy of the sheet it lies.
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
                held = asker.role == grant or (writer and grant in asker.parts)
        if held:
            return True
    return False


def may(
    board: Board,
    method: Method,
    asker: Who,
    action: Action,
    note: Note | None = None,
    kind: str = "",
) -> bool:
    """True when the asker may do this now: THE permission predicate (R1).

    `note` is the note acted on, if any; `kind` that of a mark or a link.
    Whatever no branch allows is refused.
    """
    if action == "lead":
        return asker.role == "facilitator"
    own = note is not None and note.author == asker.pid != ""
    if board.closed or asker.role == "wall":
        return False
    if asker.role == "listener":  # R6: they may delete an own draft, and nothing else
        return action == "delete" and note is not None and own and note.reach == "own"
    now = round_on(board, method, asker, note.sheet if note is not None else "")
    group = note.group if note is not None else asker.group
    facilitates = asker.role == "facilitator"
    match action:
        case "write":
            return granted(now.write, asker, own=asker.pid != "", group=group)
        case "place":
            if note is None or not own or note.reach != "own":
                return False
            late = tells_late(board, method, asker)
            if late is not None and note.sheet == late.id:
                return True
            return now.see != "own" and granted(now.place, asker, own=True, group=asker.group)
        case "pick":
            return granted(now.pick, asker)
        case "edit" | "move" | "delete" if note is not None and is_picked(method, note):
            return note.sheet == now.sheet and granted(now.pick, asker)
        case "move" if note is not None and note.kind == "comment":
            return False
        case "move" | "edit":
            if note is not None and action == "edit" and _heads_row(board, method, now, note):
                return granted(now.move, asker, own=own, group=group)
            return note is not None and _may_change(board, method, asker, note, own=own, group=group)
        case "mark":
            return note is not None and _may_mark(board, method, now, asker, note, kind, own=own)
        case "link":
            return note is not None and _may_link(board, method, asker, note, kind, own=own)
        case "set":
            return note is not None and (
                may(board, method, asker, "edit", note)
                or (_changeable_now(board, method, asker, note) and granted(now.set, asker, own=own, group=group))
            )
        case "delete":
            return note is not None and note.kind != "gathering" and (own or (facilitates and note.reach != "own"))
        case "comment":
            return (
                note is not None
                and note.kind == "note"
                and note.reach != "own"
                and _is_talked_about(method, now, note)
                and granted(now.comment, asker, own=own, group=group)
            )
        case "heading":
            return granted(now.heading, asker, own=asker.pid != "")
        case "gather":
            return note is not None and _may_gather(board, method, asker, note, own=own, group=group)
        case "reveal":  # what a group told and did not choose; a lane or a group is revealed by `lead`
            return (
                note is not None
                and note.kind == "note"
                and note.reach == "group"
                and note.id not in board.rows
                and note.sheet != now.sheet
                and note.sheet in method.choosing
                and asker.role == "participant"
                and asker.group == note.group != ""
            )
        case "ready":
            return now.ready and asker.role == "participant"
        case "prepare":
            return bool(now.prepare and method.themes) and granted(now.prepare, asker)
        case "draw":
            return granted(now.draw, replace(asker, holder=asker.holder or _is_next(board, now, asker)), own=True)
        case "claim":
            return asker.role == "participant" and granted(now.claim, asker, own=True)
        case "free":
            return now.turn == "ring" and asker.role == "participant" and asker.holder
        case "take" | "done" | "later" | "pass":
            return now.turn != "none" and asker.role == "participant"
        case "pad":
            return asker.role in KEEP_PAD and not board.ephemeral
        case "go":
            return facilitates or leads(method, asker.parts)
        case "name" | "undo":
            return True


def _is_next(board: Board, now: Round, asker: Who) -> bool:
    """Whether somebody is the next in a ring in which nobody has the floor: they may draw at once (D3)."""
    turn = board.turn(EVERYBODY) if now.turn == "ring" else None
    person = board.by_pid(asker.pid)
    return turn is not None and person is not None and not turn.holder and turn.queue[:1] == (person.seat,)


def rowless(board: Board, group: str) -> bool:
    """Whether a group has chosen nothing: it has no row."""
    return group in board.groups and not any(row.group == group for row in board.rows.values())


def hosted_writes(board: Board, method: Method, person: Person) -> bool:
    """Whether there is something to write for this hosted person in the present round: where a turn is asked for, as
    if it were theirs (R20).
    """
    asker = replace(who_is(board, method, person), holder=True)
    if granted(method.round(board.round).write, asker, own=True, group=person.group):
        return not board.closed
    return tells_late(board, method, asker) is not None


def ever_writes(board: Board, method: Method, asker: Who, sheet: Sheet, lane: str) -> bool:
    """Whether some round of the plan lets somebody write in this lane, if it is their turn."""
    asker = replace(asker, holder=True)
    return any(
        item.sheet == sheet.id
        and (not lane or sheet.among(item.lanes, lane))
        and any(granted(grants, asker, own=True, group=asker.group) for grants in (item.write, item.place))
        for item in method.plan(board.leader)
    )


def groups_used(board: Board) -> bool:
    """Whether groups have notes, rows or lines, also such as can be brought back: they are not shuffled again.

    What a group has shown to all is still the group's: its copy of a sheet is called by its number.
    """
    kept = (item.note for item in board.bin.values())
    lines = (*board.pad.values(), *(taken.line for taken in board.pad_bin.values()))
    return bool(board.rows or any(line.group for line in lines)) or any(
        note.reach == "group" or (note.reach == "all" and note.row in board.groups)
        for note in (*board.notes.values(), *kept)
    )


def tells_late(board: Board, method: Method, asker: Who) -> Sheet | None:
    """The sheet on whose copy a group that has no row may still put up a note to choose from, or None (R12).

    Where groups choose or work on the rows: a participant on their group's copy, the facilitator on that of any such
    group.
    """
    now, rows = method.round(board.round), sheet_of_rows(method)
    if board.closed or not now.group or rows is None or not (now.chooses or now.sheet == rows.id):
        return None
    if asker.role == "facilitator":
        waits = any(rowless(board, group) for group in board.groups)
    else:
        waits = asker.role == "participant" and rowless(board, asker.group)
    return next((sheet for sheet in method.sheets if waits and sheet.per_group and sheet.id in method.choosing), None)


def _chooses_late(board: Board, method: Method, now: Round, asker: Who, note: Note) -> bool:
    """A group that has chosen nothing may still do so while the rows are the round's sheet; the facilitator may choose
    for it then, and in the round for choosing (R12).
    """
    rows = sheet_of_rows(method)
    if rows is None or note.sheet not in method.choosing or not rowless(board, note.group):
        return False
    if asker.role == "facilitator":
        return now.sheet == rows.id or (now.sheet == note.sheet and bool(now.chooses))
    return now.sheet == rows.id and granted(("group",), asker, group=note.group)


def _is_talked_about(method: Method, now: Round, note: Note) -> bool:
    """Whether notes are commented where this one lies (R7): on the round's sheet, or on that from which its rows were
    chosen; in a round with `follow` where those lie that are followed up or were, so that who is slow is still heard
    (R48).
    """
    if note.sheet != now.sheet:
        grid = sheet_of_rows(method)
        return grid is not None and now.sheet == grid.id and note.sheet in method.choosing
    return now.follow is None or note.lane in (*now.follow.lanes, now.follow.to)


def _heads_row(board: Board, method: Method, now: Round, note: Note) -> bool:
    """True for a chosen note while its grid is the round's sheet: then the grid's grants apply to editing it."""
    grid = sheet_of_rows(method)
    return grid is not None and now.sheet == grid.id and note.id in board.rows


def _may_mark(board: Board, method: Method, now: Round, asker: Who, note: Note, kind: str, *, own: bool) -> bool:
    """R32: of notes that are up, the kinds that the round grants; of an own draft, those that some round grants to
    authors.
    """
    sheet = method.sheet(note.sheet)
    declared = sheet.mark(kind) if sheet is not None else None
    if declared is None or not declared.in_lane(note.lane) or not _carries(method, note, kind):
        return False
    grants = now.mark.get(kind, ())
    if method.about_rows(kind) and note.reach == "own":
        return False
    if kind in method.heads:
        return note.id in board.rows and now.sheet == method.heads[kind] and granted(grants, asker, group=note.group)
    if kind == CHOSEN and _chooses_late(board, method, now, asker, note):
        return True
    if note.reach == "own":
        some = (item.mark.get(kind, ()) for item in method.rounds if item.sheet == note.sheet)
        return own and any({"own", "turn"} & set(each) for each in some)
    return note.sheet == now.sheet and granted(grants, asker, own=own, group=note.group)


def _carries(method: Method, note: Note, kind: str) -> bool:
    """Whether such a note can carry words of this kind: a comment only those for comments, which nothing else carries
    (R48); a gathering no side, which follows from what lies under it, and it heads no row.
    """
    sheet = method.sheet(note.sheet)
    declared = sheet.mark(kind) if sheet is not None else None
    if note.kind == "comment" or (declared is not None and declared.comments):
        return note.kind == "comment" and declared is not None and declared.comments
    if note.kind != "gathering":
        return note.kind == "note"
    sided = sheet.sided if sheet is not None else None
    return kind not in (CHOSEN, *method.heads) and (sided is None or sided.id != kind)


def _may_link(board: Board, method: Method, asker: Who, note: Note, kind: str, *, own: bool) -> bool:
    """R39: whoever may edit the note, and of notes that are up whoever the round grants the kind."""
    sheet = method.sheet(note.sheet)
    declared = sheet.link(kind) if sheet is not None else None
    if sheet is None or declared is None or not starts(sheet, declared, note):
        return False
    if may(board, method, asker, "edit", note):
        return True
    grants = round_on(board, method, asker, sheet.id).link.get(kind, ())
    return _changeable_now(board, method, asker, note) and granted(grants, asker, own=own, group=note.group)


def _may_change(board: Board, method: Method, asker: Who, note: Note, *, own: bool, group: str) -> bool:
    """Own drafts may always be changed (R2), headings by `heading`, comments by their author, others by `move`."""
    now = round_on(board, method, asker, note.sheet)
    if note.reach == "own":
        return own
    if note.kind == "heading":
        return granted(now.heading, asker, own=own)
    if note.kind == "comment":
        return own and granted(now.comment, asker, own=own, group=group)
    grants = (*now.move, *now.gather) if note.kind == "gathering" else now.move
    return _changeable_now(board, method, asker, note) and granted(grants, asker, own=own, group=group)


def _may_gather(board: Board, method: Method, asker: Who, note: Note, *, own: bool, group: str) -> bool:
    """Notes that are up on a sheet that can have headings over them, and those headings (R35)."""
    sheet, now = method.sheet(note.sheet), method.round(board.round)
    if sheet is None or not form_of(sheet).gathers or is_picked(method, note):
        return False
    return _changeable_now(board, method, asker, note) and granted(now.gather, asker, own=own, group=group)


def _changeable_now(board: Board, method: Method, asker: Who, note: Note) -> bool:
    """Whether a note that is up lies where the round is: on its sheet and, but for the facilitator, in its lanes."""
    now = round_on(board, method, asker, note.sheet)
    if note.reach == "own" or note.kind not in ("note", "gathering") or note.sheet != now.sheet:
        return False
    lanes = lanes_named(board, method, now)
    return asker.role == "facilitator" or not lanes or note.lane in lanes
