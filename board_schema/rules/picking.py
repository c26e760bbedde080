"""Picked notes (R29): which notes they are, what may be picked, what each would become, and leaders' answers (R38).

What may not live here: who may pick (`permission`), and changes of a board (`decide`).
"""

from hashlib import sha256

from board_schema.board import Board, Note
from board_schema.handed import Handing
from board_schema.method import Becomes, Method

PICKABLE = ("note", "gathering")


def is_picked(method: Method, note: Note) -> bool:
    """Whether a note was picked: it lies on the sheet for that, and has no author."""
    return _lies_with_picks(method, note) and not is_answer(method, note)


def _lies_with_picks(method: Method, note: Note) -> bool:
    if method.picks is None or note.sheet != method.picks.id or note.kind != "note":
        return False
    return note.author == "" and note.reach == "all"


def is_answer(method: Method, note: Note) -> bool:
    """Whether a note is a leader's answer to a picked one (R38)."""
    lane = method.answer_lane
    return lane is not None and note.lane == lane.id and _lies_with_picks(method, note)


def to_answer(board: Board, method: Method) -> list[Note]:
    """The picked notes that a leader answers, in the order of their lanes (R38)."""
    lane = method.answer_lane
    lanes = {} if lane is None else {name: at for at, name in enumerate(lane.answers)}
    found = [note for note in board.notes.values() if note.lane in lanes and is_picked(method, note)]
    return sorted(found, key=lambda note: (lanes[note.lane], note.spot, note.id))


def answer_to(board: Board, method: Method, picked: str) -> Note | None:
    """The leader's answer to the picked note of that id, or None."""
    answers = (note for note in board.notes.values() if is_answer(method, note))
    return next((note for note in answers if picked in note.links.get(method.answer_link, ())), None)


def place_shown_to_all(board: Board, method: Method, one: str) -> tuple[str, str] | None:
    """The sheet and lane of a note that may be picked: all are shown it, and it was not picked itself."""
    note = board.notes.get(one)
    if note is None or note.kind not in PICKABLE or is_picked(method, note):
        return None
    return (note.sheet, note.lane) if note.reach == "all" else None


def becomes(method: Method, note: Note) -> Becomes:
    """What a note would become if it is handed on: as a word on it says, else its lane."""
    sheet = method.sheet(note.sheet)
    if note.kind not in PICKABLE or sheet is None:
        return ""
    for kind in sheet.marks:
        if word := next((w for w in kind.words if w.id == note.marks.get(kind.id) and w.becomes), None):
            return word.becomes
    lane = sheet.lane(note.lane)
    return sheet.becomes if lane is None else lane.becomes


def stands_for(board: Board, one: str) -> int:
    """How many notes a pick of this one stands for: a heading for all that are gathered under it."""
    note = board.notes.get(one)
    if note is None or note.kind != "gathering":
        return 1
    return max(1, sum(under.reach == "all" for under in board.laid.get(one, ())))


def programmes_with(board: Board, method: Method, picked: str) -> list[str]:
    """The ids of the programmes that a picked note was handed to, or is on its way to, with the answer that a leader
    gave it (R42).
    """
    there = programmes_of(board, picked)
    if not there:
        return []
    answer = digest_of_answer(board, method, picked)
    return sorted(one for one in there if answer in ("", _answer_there(board, one, picked)))


def to_hand_on(board: Board, method: Method, programme: str) -> list[Note]:
    """The picked notes that become something, and were not handed to this programme yet (R42)."""
    there = (each for each in board.handings.values() if stands(each) and each.programme == programme)
    known = {one for each in there for one in each.notes}
    picked = (note for note in board.notes.values() if is_picked(method, note) and note.id not in known)
    return [note for note in picked if becomes(method, note)]


def programmes_of(board: Board, picked: str) -> set[str]:
    """The ids of the programmes that a picked note was handed to, or is on its way to, with or without an answer."""
    return {each.programme for each in board.handings.values() if stands(each) and picked in each.notes}


def answered_since(board: Board, method: Method, programme: str) -> list[Note]:
    """The picked notes that this programme has without the answer that a leader gave them (R42)."""
    if method.answer_lane is None:
        return []
    there = (each for each in board.handings.values() if stands(each) and each.programme == programme)
    known = {one for each in there for one in each.notes}
    notes = (note for note in to_answer(board, method) if note.id in known)
    return [note for note in notes if programme not in programmes_with(board, method, note.id)]


def digest_of_answer(board: Board, method: Method, picked: str) -> str:
    """A digest of the leader's answer to a picked note; empty where there is none."""
    answer = answer_to(board, method, picked)
    if answer is None:
        return ""
    said = (answer.text, *(f"{name}={answer.fields[name]}" for name in sorted(answer.fields)))
    return sha256("/".join(said).encode()).hexdigest()[:12]


def _answer_there(board: Board, programme: str, picked: str) -> str:
    """The digest of the answer that went there last."""
    there = [each for each in board.handings.values() if stands(each) and each.programme == programme]
    return next((each.answers[picked] for each in reversed(there) if picked in each.answers), "")


def stands(handing: Handing) -> bool:
    """Whether a handing is under way or done: not one that the programme did not take."""
    return handing.state in ("", "done")
