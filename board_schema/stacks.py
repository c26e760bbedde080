"""Undo stacks: each person's last acts on notes and lines of the pad, and an index of what is in which.

An act that can no longer be undone stays in its stack as an empty act, so that `undo` never undoes an older act instead
of the last one (O7). The index `Board.holders` is derived: it is never stored, and always equal to
`holders_of(board.acts)`.

What may not live here: whether an act may be undone now (rules.undoable), and the events that undo it (decide).
"""

from msgspec.structs import replace

from board_schema import events as e
from board_schema.board import MAX_UNDO, Act, Board, Holders, Stack, Stacks
from board_schema.events import Entry


def holders_of(acts: Stacks) -> Holders:
    """The index: id of a note or line -> pids of the people with an act about it in their stack."""
    found: dict[str, set[str]] = {}
    for pid, stack in acts.items():
        for touched in _ids(stack):
            found.setdefault(touched, set()).add(pid)
    return {touched: frozenset(pids) for touched, pids in found.items()}


def last(stack: Stack) -> tuple[Act, ...]:
    """The last act of a stack; empty if there is none, or if it can no longer be undone."""
    return stack[-1] if stack else ()


def remembered(before: Board, after: Board, entry: Entry) -> Board:
    """`after` with the undo stacks updated for `entry`.

    The actor's act is pushed; as an empty act if it raised or restored something (O7). Acts of other
    people about the same notes become empty, since somebody else has changed them (O7), and so do acts of
    authors about notes that were raised.
    """
    stack = after.acts.get(entry.pid, ())
    if any(isinstance(event, e.Undone) for event in entry.events):
        return _with(after, {entry.pid: _popped(stack)})
    touched = {i for event in entry.events for i in _touched(before, event)}
    if not touched:
        return after
    known = (after.holders[i] for i in touched if i in after.holders)
    changed = {pid: _forgotten(after.acts[pid], touched) for pid in frozenset().union(*known) if pid != entry.pid}
    changes = tuple(act for event in entry.events if (act := _act(before, after, event)) is not None)
    kept = stack if changes else _forgotten(stack, touched)
    changed[entry.pid] = _tidied((*kept, changes)[-MAX_UNDO:])
    return _with(after, changed)


def without(acts: Stacks, ids: set[str]) -> Stacks:
    """The stacks with all acts about these notes made empty."""
    return {pid: _forgotten(stack, ids) for pid, stack in acts.items()}


def _with(board: Board, changed: Stacks) -> Board:
    """The board with some stacks replaced, and the index updated."""
    holders = dict(board.holders)
    for pid, stack in changed.items():
        old, new = _ids(board.acts.get(pid, ())), _ids(stack)
        for gone in old - new:
            rest = holders[gone] - {pid}
            if rest:
                holders[gone] = rest
            else:
                del holders[gone]
        for come in new - old:
            holders[come] = holders.get(come, frozenset()) | {pid}
    return replace(board, acts={**board.acts, **changed}, holders=holders)


def _ids(stack: Stack) -> set[str]:
    return {change.id for act in stack for change in act}


def _forgotten(stack: Stack, ids: set[str]) -> Stack:
    """A stack whose acts about any of these ids are empty; the same object if it has none."""
    if _ids(stack).isdisjoint(ids):
        return stack
    return _tidied(tuple(() if any(change.id in ids for change in act) else act for act in stack))


def _tidied(stack: Stack) -> Stack:
    """A stack without needless empty acts: those at its bottom, and all but one of consecutive ones."""
    kept: list[tuple[Act, ...]] = []
    for act in stack:
        if act or (kept and kept[-1]):
            kept.append(act)
    return tuple(kept)


def _popped(stack: Stack) -> Stack:
    """A stack without its last act. (Before schema 2 an undo could skip acts that could not be undone.)"""
    while stack and not stack[-1]:
        stack = stack[:-1]
    return stack[:-1]


def _touched(before: Board, event: e.AnyEvent) -> tuple[str, ...]:
    """The notes and lines of the pad that an event changes; a heading is changed by a note that is laid there."""
    match event:
        case e.NotePut(note=note):
            old = before.notes.get(note.id)
            laid = note.kind == "note" and note.under and (old is None or old.under != note.under)
            return (note.id, note.under) if laid else (note.id,)
        case e.NoteRemoved(id=touched) | e.NoteRestored(id=touched) | e.NoteMarked(id=touched):
            return (touched,)
        case e.LinePut(line=line):
            return (line.id,)
        case e.LineRemoved(id=touched) | e.LineRestored(id=touched):
            return (touched,)
        case e.NotesRevealed(ids=ids) | e.NotesRemoved(ids=ids):
            return ids
        case e.CardsLaid(notes=cards):
            return tuple(note.id for note in cards)
        case _:
            return ()


def _act(before: Board, after: Board, event: e.AnyEvent) -> Act | None:
    """The undoable change that an event made, or None."""
    match event:
        case e.NotePut(note=note):
            old, new = before.notes.get(note.id), after.notes.get(note.id)
            raises = new is not None and new.reach != (old.reach if old else "own") and new.kind == "note"
            if old is None and new is not None and not new.author:
                raises = False  # a picked note was nobody's draft: to undo it hides nothing that was shown
            return None if raises else Act(id=note.id, note_before=old, note_after=new)
        case e.NoteRemoved(id=note_id, by_author=by_author):
            return Act(id=note_id, note_before=before.notes.get(note_id), note_after=None, by_author=by_author)
        case e.NoteMarked(id=note_id):
            old, new = before.notes.get(note_id), after.notes.get(note_id)
            return None if old is None or new is None or old.reach != new.reach else Act(note_id, old, new)
        case e.LinePut(line=line):
            return Act(id=line.id, line_before=before.pad.get(line.id), line_after=line, about_line=True)
        case e.LineRemoved(id=line_id):
            return Act(id=line_id, line_before=before.pad.get(line_id), line_after=None, about_line=True)
        case _:
            return None
