"""What a note is about (R43): elements of other sheets, each a note or a link, that its lane says it may name.

An element is the id of a note, or `from>kind>to` for a link. What may not live here: changes of a note (`decide`), and
what an audience is shown of it (`view`).
"""

from collections.abc import Callable, Iterator

from board_schema.board import Board, Note
from board_schema.method import Lane, Method
from board_schema.rules.freezing import latest
from board_schema.rules.links import standing
from board_schema.under import orphaned
from board_schema.versions import Version

BETWEEN = ">"  # no id has one


def lane_about(method: Method, note: Note) -> Lane | None:
    """The lane of a note, where it says that its notes name elements of other sheets; else None."""
    sheet = method.sheet(note.sheet) if note.kind == "note" else None
    lane = sheet.lane(note.lane) if sheet is not None else None
    return lane if lane is not None and lane.about else None


def about(
    board: Board,
    method: Method,
    note: Note,
    shown: Callable[[Note], bool],
    version_shown: Callable[[str], bool] = lambda _: True,
) -> tuple[str, ...]:
    """The elements that a note names, as far as they are there and all that they are made of is shown.

    `version_shown`: whether the latest version of a sheet is.
    """
    lane = lane_about(method, note)
    if lane is None:
        return ()
    return tuple(one for one in note.about if is_there(board, method, lane, one, shown, version_shown))


def is_there(
    board: Board,
    method: Method,
    lane: Lane,
    element: str,
    shown: Callable[[Note], bool],
    version_shown: Callable[[str], bool] = lambda _: True,
) -> bool:
    """Whether a note of this lane may name an element: it is up on one of the lane's sheets, and shown, or it is in the
    latest version of one (R44), which is.
    """
    frozen = (name for name in lane.about if version_shown(name))
    return _is_up(board, method, lane, element, shown) or any(_was_frozen(board, name, element) for name in frozen)


def about_then(board: Board, method: Method, note: Note) -> dict[str, dict[str, str]]:
    """The elements that a note about a version names (R44) and that were in it, each with the texts then of the notes
    that it is made of, by their ids.
    """
    lane = lane_about(method, note)
    sheets = lane.about if lane is not None and note.version else ()
    versions = [each for sheet in sheets for each in board.versions.get(sheet, ()) if each.number == note.version]
    return {
        element: {end: version.by_id[end].text for end in (element.split(BETWEEN)[0], element.split(BETWEEN)[-1])}
        for element in note.about
        for version in versions
        if _was_in(version, element)
    }


def _was_frozen(board: Board, sheet: str, element: str) -> bool:
    version = latest(board, sheet)
    return version is not None and _was_in(version, element)


def _was_in(version: Version, element: str) -> bool:
    one, kind, other = (*element.split(BETWEEN), "", "")[:3]
    note = version.by_id.get(one)
    linked = note is not None and other in note.links.get(kind, ()) and other in version.by_id
    return note is not None and (element == one or (linked and element == BETWEEN.join((one, kind, other))))


def _is_up(board: Board, method: Method, lane: Lane, element: str, shown: Callable[[Note], bool]) -> bool:
    ends = tuple(_ends(board, lane, element))
    if not all(end is not None and shown(end) for end in ends):
        return False
    if len(ends) == 1:
        return True
    one, kind, other = element.split(BETWEEN)
    return any(end.id == other for end in standing(board, method, board.notes[one]).get(kind, ()))


def _ends(board: Board, lane: Lane, element: str) -> Iterator[Note | None]:
    """The notes that an element is made of; None for one that is not there."""
    parts = element.split(BETWEEN)
    for one in parts if len(parts) == 1 else (parts[0], parts[-1]):
        note = board.notes.get(one) if len(parts) in (1, 3) else None
        there = note is not None and note.reach != "own" and note.kind in ("note", "gathering")
        there = there and note is not None and note.sheet in lane.about and not orphaned(board, note)
        yield note if there else None


def named_notes(elements: tuple[str, ...]) -> set[str]:
    """The ids of all notes that elements are made of."""
    return {part for one in elements for part in one.split(BETWEEN)[::2]}
