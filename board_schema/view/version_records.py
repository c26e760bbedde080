"""Records of versions: `version:SHEET`, the latest one of a sheet (R44).

What may not live here: what is frozen and what has changed (`rules.freezing`).
"""

from collections.abc import Iterable

from board_schema.board import Board
from board_schema.method import Method, Sheet
from board_schema.rules import Who, changes, circles_then, latest
from board_schema.versions import Version
from board_schema.view.circle_records import record_of
from board_schema.view.kinds import Context, Record
from board_schema.view.note_records import version_sent


def version_ids(context: Context, asker: Who) -> Iterable[str]:
    return context.board.versions


def version_record(context: Context, asker: Who, sheet_id: str) -> Record | None:
    last = latest(context.board, sheet_id) if version_sent(asker, sheet_id) else None
    return None if last is None else version_of(context.board, context.method, sheet_id, last.number)


def version_of(board: Board, method: Method, sheet_id: str, number: int) -> Record | None:
    """The version of a sheet by its number, or None: the same for everybody, since all were shown what it holds."""
    sheet = method.sheet(sheet_id)
    so_far = [each for each in board.versions.get(sheet_id, ()) if each.notes and each.number <= number]
    if sheet is None or not so_far or so_far[-1].number != number:
        return None
    before, version = (None, *so_far)[-2:]
    assert version is not None
    return told_since(method, sheet, before, version)


def told_since(method: Method, sheet: Sheet, before: Version | None, version: Version) -> Record:
    """A version as a record, with what is different since the one before."""
    return {
        "n": version.number,
        "day": version.day,
        "notes": {
            each.id: {
                "text": each.text,
                "lane": each.lane,
                "spot": each.spot,
                "marks": each.marks,
                "links": {kind: list(others) for kind, others in each.links.items()},
            }
            for each in version.notes
        },
        "circles": {each.key: record_of(each) for each in circles_then(method, sheet, version)},
        "changes": changes(before, version),
    }
