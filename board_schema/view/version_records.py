"""Records of versions: `version:SHEET`, the latest one of a sheet (R44).

What may not live here: what is frozen and what has changed (`rules.freezing`).
"""

from collections.abc import Iterable

from board_schema.board import Board
from board_schema.method import Method
from board_schema.rules import Who, changes, circles_then
from board_schema.versions import Version
from board_schema.view.circle_records import record_of
from board_schema.view.kinds import Context, Record


def version_ids(context: Context, asker: Who) -> Iterable[str]:
    return context.board.versions


def version_record(context: Context, asker: Who, sheet_id: str) -> Record | None:
    versions = context.board.versions.get(sheet_id, ())
    return version_of(context.board, context.method, sheet_id, len(versions)) if versions else None


def version_of(board: Board, method: Method, sheet_id: str, number: int) -> Record | None:
    """The version of a sheet by its number, or None: the same for everybody, since all were shown what it holds."""
    sheet = method.sheet(sheet_id)
    versions = board.versions.get(sheet_id, ())
    if sheet is None or not 1 <= number <= len(versions):
        return None
    before, version = (None, *versions)[number - 1 : number + 1]
    assert isinstance(version, Version)
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
