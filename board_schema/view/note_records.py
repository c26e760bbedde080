"""Records about notes: `note:N`, `row:R` and `bin:N`, and who is shown a note at all.

What may not live here: fields that tell who wrote a note (V4), and which changes require a new record (`table`).
"""

from collections.abc import Iterable

from msgspec import to_builtins

from board_schema.board import Board, Note
from board_schema.forms import form_of, sheet_of_rows
from board_schema.forms.deck import GALLERY
from board_schema.handed import Source
from board_schema.method import Lane
from board_schema.rules import (
    Action,
    Who,
    about,
    answers_of,
    becomes,
    depth_missing,
    fields_of,
    granted,
    holder_of,
    is_picked,
    kinds_open,
    lane_about,
    may,
    open_lanes,
    programmes_with,
    side_of,
    standing,
)
from board_schema.under import gathered, orphaned
from board_schema.view.kinds import Context, Record


def reaches(asker: Who, reach: str, group: str) -> bool:
    """Whether an audience sees a reach (V2, V10). No audience sees drafts: they are in personal layers only (V3)."""
    match reach:
        case "all":
            return True
        case "group":
            return asker.role == "facilitator" or asker.group == group != ""
        case "team":
            return asker.team
        case _:
            return False


def is_shown(board: Board, note: Note, asker: Who) -> bool:
    """Whether an audience is shown a note."""
    return reaches(asker, note.reach, note.group) and sent(asker, note) and not orphaned(board, note)


def sent(asker: Who, note: Note) -> bool:
    """Whether a note that somebody may know of is sent to them now (V20)."""
    return asker.sight is None or asker.sight.holds(note)


def version_sent(asker: Who, sheet: str) -> bool:
    """Whether the latest version of a sheet is sent now (V20)."""
    return asker.sight is None or sheet == asker.sight.frozen


def note_ids(context: Context, asker: Who) -> Iterable[str]:
    return context.board.notes


def note_record(context: Context, asker: Who, note_id: str) -> Record | None:
    """A note that is up, without its author (V4)."""
    board = context.board
    note = board.notes.get(note_id)
    if note is None or not is_shown(board, note, asker):
        return None
    return {
        **place_of(context, note, asker),
        "under": _under(board, note, asker),
        "reach": note.reach,
        "chosen": note.id in board.rows,
        **note_rights(context, note, asker),
        **_about_picking(context, note, asker),
    }


def _about_picking(context: Context, note: Note, asker: Who) -> Record:
    """Of a picked note how many notes of which lanes it stands for, for the facilitator which programmes have it, for
    those who pick now which ones, and what any other note would become (R29). Of one that a programme was handed,
    where it comes from (R42).
    """
    board, method = context.board, context.method
    picks = may(board, method, asker, "pick")
    if is_picked(method, note):
        sources = [{"sheet": each.sheet, "lane": each.lane, "count": each.count} for each in note.sources]
        handed = {"handed": programmes_with(board, method, note.id)} if asker.role == "facilitator" else {}
        return {"sources": sources, **handed, **({"of": list(note.of)} if picks else {})}
    if note.sources:
        return {"sources": [_came_from(each) for each in note.sources]}
    return {"becomes": becomes(method, note)} if picks else {}


def _came_from(source: Source) -> Record:
    """Where a note comes from that was handed on. What was told beside it is asked for (`told_beside`)."""
    return {"session": source.session, "day": source.day, "kind": source.kind, "count": source.count}


def told_beside(board: Board, note_id: str) -> list[Record] | None:
    """What was told beside a note that was handed on, by its sources; None where there is no such note."""
    note = board.notes.get(note_id)
    if note is None or note.reach == "own" or not any(each.session for each in note.sources):
        return None
    return [{**_came_from(each), "told": to_builtins(each.told)} for each in note.sources]


def _under(board: Board, note: Note, asker: Who) -> str:
    """What a note lies under, as far as this audience sees it: else it lies by itself."""
    over = board.notes.get(note.under)
    return note.under if over is not None and is_shown(board, over, asker) else ""


def place_of(context: Context, note: Note, asker: Who) -> Record:
    """A note's text, answers, links and position. (`fold` keeps a comment at the position of its note.)"""
    return {
        "kind": note.kind,
        "text": note.text,
        "sheet": note.sheet,
        "lane": note.lane,
        "row": note.row,
        "side": side_of(context.board, context.method, note),
        "spot": note.spot,
        "under": note.under,
        "until": note.until,
        "fields": answers_of(context.method, note),
        "marks": note.marks,
        "links": _links(context, note, asker),
        **_about(context, note, asker),
    }


def _about(context: Context, note: Note, asker: Who) -> Record:
    """Of a note whose lane lets it name elements of other sheets: those that this audience sees too (V18)."""
    if lane_about(context.method, note) is None:
        return {}
    board = context.board
    found = about(
        board, context.method, note, lambda end: is_shown(board, end, asker), lambda sheet: version_sent(asker, sheet)
    )
    return {"about": list(found), "version": note.version}


def _links(context: Context, note: Note, asker: Who) -> dict[str, list[str]]:
    """What a note is linked to, as far as this audience sees it (V18)."""
    found: dict[str, list[str]] = {}
    for kind, others in standing(context.board, context.method, note).items():
        if shown := [other.id for other in others if is_shown(context.board, other, asker)]:
            found[kind] = shown
    return found


def note_rights(context: Context, note: Note, asker: Who) -> Record:
    """`can`, with `mark` in it the kinds that may be set, `marks_open`, and with `link` those of links."""
    board, method = context.board, context.method
    opened = {
        "marks_open": kinds_open(board, method, asker, note, "mark"),
        "links_open": kinds_open(board, method, asker, note, "link"),
    }
    actions = _actions("edit", "move", "delete", "comment", "gather", "reveal")
    can: list[str] = [action for action in actions if may(board, method, asker, action, note)]
    if "gather" in can and (note.kind == "gathering" or gathered(board, note)):
        can.append("apart")
    if fields_of(method, note) and may(board, method, asker, "set", note):
        can.append("set")
    if "edit" in can and lane_about(method, note) is not None:
        can.append("about")
    if note.lane == GALLERY and not note.author and may(board, method, asker, "claim"):
        can += [] if holder_of(board, note.id) else ["claim"]
    can += [name for name in ("mark", "link") if opened[f"{name}s_open"]]
    return {"can": can, **{name: kinds for name, kinds in opened.items() if kinds}}


def _actions(*names: Action) -> Iterable[Action]:
    return names


def row_ids(context: Context, asker: Who) -> Iterable[str]:
    return context.board.rows


def row_record(context: Context, asker: Who, row_id: str) -> Record | None:
    board, method, item = context.board, context.method, context.round
    head = board.rows.get(row_id)
    if head is None or not is_shown(board, head, asker):
        return None
    opened: list[str] = []
    locked: dict[str, str] = {}
    sheet = sheet_of_rows(method)
    at_once = sheet is not None and item.sheet == sheet.id and item.reveal == "on_write" and not board.closed
    if sheet is not None and at_once and granted(item.write, asker, own=True, group=head.group):

        def waits(lane: Lane) -> bool:
            return depth_missing(board, lane, item.sheet, row_id)

        opened, locked = form_of(sheet).row_lanes(sheet, open_lanes(board, method, item), waits)
    return {
        "group": head.group,
        "text": head.text,
        "marks": {kind: word for kind, word in head.marks.items() if kind in method.heads},
        "reach": head.reach,
        "open": opened,
        "locked": locked,
        "marks_open": [kind for kind in kinds_open(board, method, asker, head, "mark") if kind in method.heads],
        **({"becomes": becomes(method, head)} if may(board, method, asker, "pick") else {}),
    }


def bin_ids(context: Context, asker: Who) -> Iterable[str]:
    return context.board.bin


def bin_record(context: Context, asker: Who, note_id: str) -> Record | None:
    """A note that somebody other than its author took down; the facilitator may restore it (V8), where they saw it."""
    item = context.board.bin.get(note_id)
    if item is None or asker.role != "facilitator" or item.by_author:
        return None
    if not reaches(asker, item.note.reach, item.note.group):
        return None
    return {"text": item.note.text, "can": [] if context.board.closed else ["restore"]}
