"""Handing on (R42): what a workshop hands to a programme, and how the programme takes it, once.

Three entries: the workshop says what it hands on (`hand_on`), the programme takes all of it at once (`take_in`), the
workshop says that it did (`handed`). Each may be decided any number of times, by any process: what is done already
gives no events. So whoever finds a handing under way goes on with it. What may not live here: who goes on, and when.
"""

from collections.abc import Iterator
from hashlib import sha256

from msgspec.structs import replace

from board_schema import events as e
from board_schema.board import LAST_SPOT, Board, Lang, Note, cell_of, next_spots
from board_schema.commands import Refused
from board_schema.decide.common import Events, is_taken
from board_schema.forms import form_of
from board_schema.handed import Handing, Item, Source
from board_schema.method import Lane, Method
from board_schema.rules import (
    Carrying,
    answered_since,
    becomes,
    digest_of_answer,
    lasting,
    programmes_of,
    room_for,
    to_hand_on,
)


def hand_on(board: Board, method: Method, *, programme: str, title: str, lang: Lang, day: str, now: int) -> Events:
    """The event of handing on every picked note that was not handed to this programme yet, and of others what a leader
    answered since; none where there is nothing.

    `programme` is the id of its board, `title` and `lang` are its title and language; `day` is that of the workshop
    (ISO 8601). A sealed workshop still knows texts and numbers (R14). Raises Refused(`nothing_kept`).
    """
    if board.ephemeral or board.rehearsal:
        raise Refused("nothing_kept")
    notes = sorted(to_hand_on(board, method, programme), key=lambda note: note.id)
    late = answered_since(board, method, programme)
    if not notes and not late:
        return []
    carrying = Carrying(board, method, lang)
    answers = {note.id: digest for note in (*notes, *late) if (digest := digest_of_answer(board, method, note.id))}
    more = [
        Item(_id(board, programme, note.id), becomes(method, note), "", carrying.answer(note, day=day), more=True)
        for note in late
    ]
    items = tuple(
        Item(
            id=_id(board, programme, note.id),
            becomes=becomes(method, note),
            text=note.text,
            sources=(sources := carrying.sources(note, day=day)),
            day=_day(sources),
        )
        for note in notes
    )
    about = tuple(carrying.about())
    # How many points came is an answer of this note, not a number of notes that it stands for.
    held = Source("", "", 0, session=method.title[lang], day=day, told=about)
    all_of_them = len(notes) + sum(programme in programmes_of(board, note.id) for note in board.notes.values())
    session = _id(board, programme, "")
    # What the programme deleted does not come again, also when its bin has forgotten it.
    known = any(each.state == "done" and each.session == session and each.notes for each in board.handings.values())
    said = (f"{note}={answers[note]}" for note in sorted(answers))
    handing = Handing(
        id=_id(board, programme, *(note.id for note in notes), *said),
        programme=programme,
        title=title,
        at=now,
        notes=tuple(note.id for note in notes),
        session=session,
        held=Item(session, "held", board.title, (held,), day, more=known, count=all_of_them) if notes else None,
        # In the order of ids that tell nothing, not in that in which the notes were picked.
        items=tuple(sorted((*items, *more), key=lambda item: item.id)),
        answers=answers,
        planned=board.started_from.planned if board.started_from.id == programme else "",
    )
    return [e.HandingOn(handing)]


def take_in(board: Board, method: Method, handing: Handing) -> Events:
    """The events of a programme that takes a handing, all of it or nothing; none where it has taken it before.

    Raises Refused(`no_lane` where the board is no programme, `closed`, `full`).
    """
    if handing.id in board.received:
        return []
    if method.taking("point") is None:
        raise Refused("no_lane")
    if board.closed:
        raise Refused("closed")
    items = [item for item in handing.items if not item.more and not is_taken(board, item.id)]
    added = (item for item in handing.items if item.more and item.id in board.notes)
    more = [e.NotePut(_with(board.notes[item.id], item)) for item in added]
    held = [] if handing.held is None else list(_held(board, method, handing.held, handing.planned))
    if not room_for(board, len(items) + len(held)):
        raise Refused("full")
    spots = next_spots(board)
    put = [e.NotePut(_laid(method, item, spots)) for item in items]
    return [*put, *more, *held, e.Received(handing.id)]


def handed(board: Board, handing: str, *, state: str) -> Events:
    """The event that a handing is over; none where that is known."""
    found = board.handings.get(handing)
    return [] if found is None or found.state in (state, "done") else [e.HandedOn(handing, state)]


def _id(board: Board, programme: str, *notes: str) -> str:
    """The same for the same notes, whoever computes it and whenever, also after sealing."""
    return sha256("/".join((board.id, programme, *notes)).encode()).hexdigest()[:20]


def _day(sources: tuple[Source, ...]) -> str:
    return next((told.text for source in sources for told in source.told if told.what == "date"), "")


def _laid(method: Method, item: Item, spots: dict[tuple[str, str, str], int]) -> Note:
    """A note of the programme: everybody's, as what it becomes there."""
    place = method.taking(item.becomes)
    if place is None:
        raise Refused("no_lane")
    sheet, lane = place
    note = Note(
        id=item.id,
        author="",
        kind="note",
        text=item.text,
        sheet=sheet.id,
        lane=lane.id,
        reach="all",
        sources=item.sources,
        fields=_answers(lane, item),
    )
    return note if form_of(sheet).places else replace(note, spot=min(spots.get(cell_of(note), 0), LAST_SPOT))


def _with(note: Note, item: Item) -> Note:
    """A note of the programme with the sources that are added, in place of earlier ones of the same kind."""
    places = {(each.session, each.day, each.kind) for each in item.sources}
    kept = tuple(each for each in note.sources if (each.session, each.day, each.kind) not in places)
    return replace(note, sources=(*kept, *item.sources))


def _answers(lane: Lane, item: Item) -> dict[str, str]:
    """What the lane asks and the handing says."""
    first = item.sources[0]
    said = {"method": first.session, "day": item.day, "count": str(item.count)}
    return {field.id: said[field.takes] for field in lane.fields if said.get(field.takes)}


def _held(board: Board, method: Method, held: Item, planned: str) -> Iterator[e.NotePut]:
    """The note about the workshop: the one that planned it, else a new one; after a further handing the one that is
    there, with the new number.
    """
    place = method.taking("held")
    if place is None:
        return
    laid = _laid(method, held, next_spots(board))
    there = board.notes.get(held.id) or _session(board, method, planned, (laid.sheet, laid.lane))
    if there is None:
        if not held.more and not is_taken(board, held.id):
            yield e.NotePut(laid)
    elif there.id != held.id and (there.sheet, there.lane) != (laid.sheet, laid.lane):
        if not held.more:  # else it was moved back since
            yield e.NotePut(_held_now(method, there, laid))
    else:
        sheet = method.sheet(there.sheet)
        lane = sheet.lane(there.lane) if sheet is not None else None
        asked = [field.id for field in lane.fields if field.takes == "count"] if lane is not None else []
        # Handings may come in another order than they were made in: the number only grows.
        grown = {one: str(held.count) for one in asked if _number(there.fields.get(one, "")) < held.count}
        said = there.fields | grown if there.id == held.id else laid.fields | there.fields | grown
        yield from [e.NotePut(replace(there, fields=said))] if said != there.fields else []


def _held_now(method: Method, there: Note, laid: Note) -> Note:
    """A session's note as that of the workshop that was held: with what people said of it, as far as it has a place."""
    sheet = method.sheet(laid.sheet)
    words = lasting(sheet, laid.lane, there.marks) if sheet is not None else {}
    where = replace(there, sheet=laid.sheet, lane=laid.lane, spot=laid.spot, marks=words)
    if there.sheet != laid.sheet:  # its heading and what it leads to lie on the other one
        where = replace(where, under="", links={})
    return replace(where, text=laid.text, sources=laid.sources, fields=there.fields | laid.fields)


def _session(board: Board, method: Method, planned: str, held: tuple[str, str]) -> Note | None:
    """The note of the session that the workshop was planned as: where it is planned, or is said to be held."""
    note, place = board.notes.get(planned), method.taking("session")
    lanes = {held, (place[0].id, place[1].id)} if place is not None else {held}
    return note if note is not None and note.reach == "all" and (note.sheet, note.lane) in lanes else None


def _number(said: str) -> int:
    return int(said) if said.isdecimal() else 0
