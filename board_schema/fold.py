"""From entries to the board: deterministic, and the only code that makes a new Board from an old one.

`fold` checks no permissions; it trusts what `decide` made. It raises FoldError for a gap in versions and for an event
that does not fit the board; the server folds before it appends, so that no such entry is stored (O6).
"""

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from board_schema import events as e
from board_schema import forgetting, shares, stacks
from board_schema.answers import answered, refusals, seen
from board_schema.board import (
    Board,
    Device,
    Note,
    Person,
    Reach,
    Removed,
    TakenLine,
    Walk,
    base_of,
    cell_of,
    lane_key,
    next_spots,
    number_of,
    turn_key,
)
from board_schema.events import Entry
from board_schema.handed import Handing
from board_schema.under import above, beside
from board_schema.versions import Version

T = TypeVar("T")


class FoldError(ValueError):
    """An entry does not fit the board: a version gap, or an event about something that does not exist."""


def fold(board: Board, version: int, entry: Entry) -> Board:
    """The board after one entry of its log.

    `version` is the entry's position in the log and must be the board's version + 1. Raises FoldError otherwise, and
    for an event that does not fit. An entry whose (tab, n) was folded before changes only the version (O2).
    """
    if version != board.version + 1:
        raise FoldError(f"version {version} does not follow {board.version}")
    if entry.tab and seen(board, entry.tab, entry.n):
        return replace(board, version=version)
    after = board
    for event in entry.events:
        after = _apply(after, event, entry.at)
    after = shares.recounted(board, after, entry.events)
    after = replace(
        after,
        version=version,
        last_at=max(after.last_at, entry.at) if entry.pid or not board.version else after.last_at,
    )
    if after.sealed and not board.sealed:
        after = forgetting.sealed(after)
        after = replace(after, shares=shares.shares_of(after))
    elif entry.pid and not after.sealed:
        after = stacks.remembered(board, after, entry)
    return answered(after, entry) if entry.tab else after


def _apply(board: Board, event: e.AnyEvent, at: int) -> Board:
    match event:
        case e.Created():
            return _created(event, at)
        case e.Copied(origin=origin):
            return replace(board, origin=origin)
        case e.StartedFrom(programme=programme):
            return replace(board, started_from=programme)
        case e.Joined(person=person) | e.PersonSet(person=person):
            number = max(board.joined, person.number)
            return replace(
                board,
                joined=number,
                people={**board.people, person.pid: person},
                seats={**board.seats, person.seat: person.pid},
            )
        case e.PersonGone(pid=pid):
            return forgetting.removed(board, [_there(board.people, pid)])
        case e.PeopleGone(pids=pids):
            return forgetting.removed(board, [_there(board.people, pid) for pid in pids])
        case e.Returned(pid=pid):
            return _set(board, _with_device(_there(board.people, pid), at))
        case e.Lent(pid=pid, seat=seat):
            return _set(board, _with_device(_there(board.people, pid), at, lent=seat))
        case e.DevicesRead(pid=pid, number=number):
            return _set(board, _having_read(_there(board.people, base_of(pid)), pid, number))
        case e.DeviceOut(pid=pid, number=number):
            person = _there(board.people, pid)
            devices = tuple(device for device in person.devices if device.number != number)
            return _set(board, replace(person, devices=devices))
        case e.AccessWithdrawn():
            return replace(board, withdrawals=board.withdrawals + 1)
        case e.NotePut(note=note, keeps=keeps):
            there = board.notes.get(note.id)
            if keeps and there is not None:
                kept_words = {kind: there.marks[kind] for kind in keeps if kind in there.marks}
                reach = "all" if kept_words and there.reach == "all" else note.reach
                note = replace(note, marks=note.marks | kept_words, reach=reach)
            notes = {**board.notes, **_put(board, note)}
            # A sealed board keeps no order of creation, not of a leader's answers either (R38).
            return _written(replace(board, notes=dict(sorted(notes.items())) if board.sealed else notes), note, at)
        case e.NoteRemoved(id=note_id, by_author=by_author):
            note = _there(board.notes, note_id)
            kept = Removed(note=note, by_author=by_author, at=at)
            left, followed = _less(board.notes, note_id), "" if board.now == note_id else board.now
            return replace(board, notes=left, bin={**board.bin, note_id: kept}, now=followed)
        case e.NotesRemoved(ids=ids):
            down = {i: Removed(note=_there(board.notes, i), by_author=False, at=at) for i in ids}
            left = {i: note for i, note in board.notes.items() if i not in down}
            return replace(board, notes=left, bin={**board.bin, **down}, now="" if board.now in down else board.now)
        case e.NoteRestored(id=note_id):
            kept = _there(board.bin, note_id)
            return replace(board, notes={**board.notes, **_put(board, kept.note)}, bin=_less(board.bin, note_id))
        case e.NotesRevealed(ids=ids, reach=reach):
            spots = next_spots(board)
            raised = {i: _raised(_there(board.notes, i), reach, spots) for i in ids}
            return replace(board, notes={**board.notes, **raised})
        case e.Counted(counts=counts):
            return replace(board, counts={**board.counts, **counts})
        case e.CountsOver(lanes=lanes, turned=turned):
            return replace(
                board,
                writers={key: found for key, found in board.writers.items() if key not in lanes},
                counts={key: count for key, count in board.counts.items() if key not in lanes},
                turned=tuple(dict.fromkeys((*board.turned, *lanes))) if turned else board.turned,
            )
        case e.ShareReached():
            return replace(board, at_share=True)
        case e.NotesPurged(ids=ids):
            return _purged(board, set(ids))
        case e.NoteMarked(id=note_id, marks=marks):
            return _marked(board, note_id, marks)
        case e.NotesMoved(ids=ids, lane=lane):
            return _elsewhere(board, ids, lane=lane)
        case e.RowRemoved(id=row_id):
            return _elsewhere(board, _drafts_in(board, row_id), row="")
        case e.GroupPut(group=group):
            return replace(board, groups={**board.groups, group.id: group})
        case e.GroupRemoved(id=group_id):
            _there(board.groups, group_id)
            turns = {key: turn for key, turn in board.turns.items() if turn.scope != group_id}
            return replace(board, groups=_less(board.groups, group_id), turns=turns)
        case e.RoundBegan(round=round_id, ends_at=ends_at):
            return _began(board, round_id, ends_at, at)
        case e.TurnSet(turn=turn, round=round_id):
            return replace(board, turns={**board.turns, turn_key(round_id, turn.scope): turn})
        case e.TimerSet(ends_at=ends_at):
            return replace(board, ends_at=ends_at)
        case e.NoticeSet(show=show):
            return replace(board, notice=show)
        case e.BriefingSet(briefing=briefing):
            return replace(board, briefing=briefing)
        case e.WalkSet(walk=walk):
            return replace(board, walk=walk)
        case e.NowSet(note=note_id):
            return replace(board, now=note_id)
        case e.SetupDone():
            return replace(
                board,
                title=event.title,
                venue=event.venue,
                ticks=event.ticks,
                leader=event.leader,
                day=event.day,
                ahead=event.ahead,
            )
        case e.DoorSet(open=is_open):
            return replace(board, door=is_open)
        case e.DeckSet(deck=deck, sorting=sorting, stack=stack):
            return replace(board, deck=deck, sorting=sorting, stack=stack)
        case e.CardsLaid(notes=cards, stack=stack, card=card):
            return replace(board, notes={**board.notes, **{n.id: n for n in cards}}, stack=stack, card=card)
        case e.Claimed(seat=seat, note=note_id):
            others = _less(board.claims, seat)
            return replace(board, claims={**others, seat: note_id} if note_id else others)
        case e.RingSet(seats=seats):
            return replace(board, ring=seats)
        case e.LinePut(line=line):
            return replace(board, pad={**board.pad, line.id: line})
        case e.LineRemoved(id=line_id):
            taken = TakenLine(line=_there(board.pad, line_id), at=at)
            return replace(board, pad=_less(board.pad, line_id), pad_bin={**board.pad_bin, line_id: taken})
        case e.LineRestored(id=line_id):
            line = _there(board.pad_bin, line_id).line
            return replace(board, pad={**board.pad, line_id: line}, pad_bin=_less(board.pad_bin, line_id))
        case e.HandingOn(handing=handing):
            return replace(board, handings={**_left_over(board, handing), handing.id: handing})
        case e.HandedOn(id=handing_id, state=state):
            handing = _there(board.handings, handing_id)
            # Two processes may have tried: what the programme has taken once, it has.
            state = "done" if handing.state == "done" else state
            over = replace(handing, state=state, items=(), held=None)
            return replace(board, handings={**board.handings, handing_id: over})
        case e.Received(id=handing_id):
            return replace(board, received=(*board.received, handing_id), received_at=at)
        case e.SittingBegan(places=places):
            return replace(board, sitting=at, door=True, places=places)
        case e.SittingEnded():
            return forgetting.after_sitting(board)
        case e.Frozen(sheet=sheet, version=next_one):
            return replace(board, versions={**board.versions, sheet: (*board.versions.get(sheet, ()), next_one)})
        case e.Unfrozen(sheet=sheet, number=number):
            so_far = _there(board.versions, sheet)
            now = tuple(Version(number=each.number, day=0) if each.number == number else each for each in so_far)
            return replace(board, versions={**board.versions, sheet: now})
        case e.Closed():
            return replace(board, closed=at, door=False, ends_at=0, ahead=False)
        case e.Reopened():
            return replace(board, closed=0)
        case e.Sealed():
            return replace(board, sealed=True, door=False)
        case e.Undone() | e.OpRefused():
            return board


def _set(board: Board, person: Person) -> Board:
    return replace(board, people={**board.people, person.pid: person})


def _with_device(person: Person, at: int, *, lent: str = "") -> Person:
    number = person.returns + 1
    return replace(person, returns=number, devices=(*person.devices, Device(number=number, since=at, lent=lent)))


def _having_read(person: Person, pid: str, number: int) -> Person:
    """The person after the message about devices up to `number` was confirmed on the device `pid`."""
    if pid == person.pid:
        return replace(person, read=number)
    mine = number_of(pid)
    return replace(person, devices=tuple(replace(d, read=number) if d.number == mine else d for d in person.devices))


def _put(board: Board, note: Note) -> dict[str, Note]:
    """The notes that change when `note` is put: itself, and what lies under it and has no place of its own (R28)."""
    over = above(board, note)
    if over is not None:
        note = beside(note, over)
    old = board.notes.get(note.id)
    if old is None or cell_of(old) == cell_of(note):  # new, restored where it was, or not moved
        return {note.id: note}
    return {note.id: note, **{i: beside(n, note) for i, n in board.notes.items() if n.under == note.id}}


def _raised(note: Note, reach: Reach, spots: dict[tuple[str, str, str], int]) -> Note:
    """A note that is revealed: after what was up in its lane, so that it moves nothing; those of one act go by id."""
    spot = spots.get(cell_of(note), note.spot) if note.reach == "own" and note.kind == "note" else note.spot
    return replace(note, reach=reach, spot=spot)


def _marked(board: Board, note_id: str, marks: dict[str, str]) -> Board:
    """The board with words on a note, on the board or taken down."""
    kept = board.bin.get(note_id)
    note = board.notes.get(note_id) or (kept.note if kept else None)
    if note is None:
        return board
    put = replace(note, marks={kind: word for kind, word in (note.marks | marks).items() if word})
    if kept is not None and note_id not in board.notes:
        return replace(board, bin={**board.bin, note_id: replace(kept, note=put)})
    return replace(board, notes={**board.notes, note_id: put})


def _drafts_in(board: Board, row: str) -> list[str]:
    """The drafts of a row, also those taken down. (What is up in it keeps a row from being removed.)"""
    held = (*board.notes.values(), *(kept.note for kept in board.bin.values()))
    return [note.id for note in held if note.row == row and note.reach == "own"]


def _elsewhere(board: Board, ids: Iterable[str], **place: str) -> Board:
    """The board with these notes, wherever they are, at another place."""
    notes = {i: replace(board.notes[i], **place) for i in ids if i in board.notes}
    taken_down = {i: replace(board.bin[i], note=replace(board.bin[i].note, **place)) for i in ids if i in board.bin}
    if not notes and not taken_down:
        return board
    return replace(board, notes={**board.notes, **notes}, bin={**board.bin, **taken_down})


def _written(board: Board, note: Note, at: int) -> Board:
    """The board with the author among those who wrote a hidden note in its lane, and in this round (V6)."""
    author = board.people.get(base_of(note.author))
    if note.reach != "own" or note.kind != "note" or author is None or author.hosted or author.role != "participant":
        return board
    places = [lane_key(note.sheet, note.lane), board.round]
    new = [place for place in places if author.pid not in board.writers.get(place, ())]
    if not new:
        return board
    more = {place: {**board.writers.get(place, {}), author.pid: at} for place in new}
    return replace(board, writers={**board.writers, **more})


def _created(event: e.Created, at: int) -> Board:
    person = event.facilitator
    return Board(
        id=event.id,
        seed=event.seed,
        method=event.method,
        title=event.title,
        venue=event.venue,
        lang=event.lang,
        ticks=event.ticks,
        leader=event.leader,
        round=event.round,
        visited=(event.round,),
        began=at,
        ends_at=event.ends_at,
        made=at,
        last_at=at,
        keep=event.keep,
        rehearsal=event.rehearsal,
        ephemeral=event.ephemeral,
        programme=event.programme,
        door=not event.programme,
        people={person.pid: person},
        seats={person.seat: person.pid},
    )


def _began(board: Board, round_id: str, ends_at: int, at: int) -> Board:
    visited = board.visited if round_id in board.visited else (*board.visited, round_id)
    people = {pid: replace(p, ready=False) if p.ready else p for pid, p in board.people.items()}
    return replace(
        board,
        round=round_id,
        visited=visited,
        began=at,
        underway=at if len(board.visited) == 1 < len(visited) else board.underway,
        ends_at=ends_at,
        ahead=False,
        notice=False,
        walk=Walk(),
        now="",
        at_share=False,
        people=people,
    )


def _left_over(board: Board, handing: Handing) -> dict[str, Handing]:
    """The handings but for those that the same programme did not take: this one is made instead of them."""
    return {i: h for i, h in board.handings.items() if h.programme != handing.programme or h.state in ("", "done")}


def _purged(board: Board, ids: set[str]) -> Board:
    acts = stacks.without(board.acts, ids)
    kept = {i: k for i, k in board.bin.items() if i not in ids}
    lines = {i: k for i, k in board.pad_bin.items() if i not in ids}
    return replace(board, bin=kept, pad_bin=lines, acts=acts, holders=stacks.holders_of(acts))


def _there(things: dict[str, T], key: str) -> T:
    try:
        return things[key]
    except KeyError:
        raise FoldError(f"the board has no {key!r}") from None


def _less(things: dict[str, T], key: str) -> dict[str, T]:
    return {k: v for k, v in things.items() if k != key}


__all__ = ["FoldError", "Note", "fold", "refusals", "seen"]
