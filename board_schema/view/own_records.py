"""Records of the personal layer: `me`, `host:S`, `mine:N`, `deleted:N` and `taken:N`.

They are sent to one person only. What may not live here: which changes require a new record (`table`).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema.board import GROUPS, Person, Removed
from board_schema.forms import form_of
from board_schema.method import Part, Prompts
from board_schema.rules import (
    WRITERS,
    Action,
    Who,
    ahead_round,
    card_of,
    drafts_until,
    granted,
    hosted_writes,
    in_sight,
    later_devices,
    leads,
    lent_to,
    may,
    names_coleaders,
    open_lanes,
    own_pids,
    parts_of,
    pids_acted_for,
    read_up_to,
    tells_late,
    turn_of,
    undo_says,
    undoable,
    who_is,
    words_for,
)
from board_schema.under import orphaned
from board_schema.view.kinds import Context, Own, Record
from board_schema.view.note_records import note_rights, place_of, sent


def own_of(context: Context, person: Person) -> Own:
    """A person as the viewer of a personal layer."""
    board, method = context.board, context.method
    asker = who_is(board, method, person)
    asker = replace(asker, sight=in_sight(board, method, role=asker.role))
    return Own(person, asker, pids_acted_for(board, person))


def me_record(context: Context, own: Own, _: str) -> Record:
    person = own.person
    turn, scope = _my_turn(context, person)
    write, place = _my_writing(context, own), _my_placing(context, own)
    return {
        "seat": person.seat,
        "name": person.name,
        "role": person.role,
        "group": person.group,
        "ready": person.ready,
        "turn": turn,
        "scope": scope,
        "can": _my_rights(context, own, turn, places=place is not None),
        "who_sees": _who_sees(context, own),
        "write": write,
        "place": place,
        "scene": _my_scene(context, own, turn, writes=write is not None),
        "undo": _my_undo(context, person),
        "devices": [
            {"number": device.number, "since": device.since, "read": device.number <= read_up_to(person)}
            for device in later_devices(person)
        ],
        "card": _my_card(context, person),
        "leads": person.leads,
        "lent": lent_to(person),
        "parts": [_my_part(context, part_id) for part_id in own.asker.parts],
    }


def _my_part(context: Context, part_id: str) -> Record:
    """A part of mine, with what the present round says to those who have it: nobody else is sent this (V13)."""
    part = context.method.part(part_id)
    assert part is not None  # `parts_of` names parts of the method only
    said = context.round.prompts.get(part_id, Prompts())
    closed = bool(context.board.closed)
    return {
        "id": part_id,
        "say": part.say,
        "instruction": said.instruction,
        "questions": list(said.questions),
        "hint": said.hint,
        "words": list(words_for(context.board, context.method, part_id)),
        "can": [] if closed or part.rest else [word for word, holds in _hands(part) if holds],
    }


def host_ids(context: Context, own: Own) -> list[str]:
    """The seats of hosted people, for the facilitator, who acts for them (R20)."""
    if own.person.role != "facilitator":
        return []
    return [person.seat for person in context.board.people.values() if person.hosted and not person.gone]


def host_record(context: Context, own: Own, seat: str) -> Record | None:
    """What a hosted person would have on a phone of their own: the facilitator has it for them (V13)."""
    person = context.board.person(seat)
    if own.person.role != "facilitator" or person is None or not person.hosted:
        return None
    return {
        "parts": [_my_part(context, part_id) for part_id in parts_of(context.method, person)],
        "write": hosted_writes(context.board, context.method, person),
    }


def _hands(part: Part) -> Iterable[tuple[str, bool]]:
    yield "hand", "holder" in part.hand
    yield "give_back", bool(part.hand)


def _my_undo(context: Context, person: Person) -> Record | None:
    """What op `undo` would take back; None while it would be refused."""
    if context.board.closed or person.role == "listener":
        return None
    act = undoable(context.board, context.method, person)
    if not act:
        return None
    what, text = undo_says(act)
    return {"what": what, "text": text}


def _my_scene(context: Context, own: Own, turn: str, *, writes: bool) -> str:
    """`me.scene`: the first word of SPEC 6 whose condition holds."""
    item, sheet = context.round, context.sheet
    if item.pick and not context.board.closed and own.person.role != "listener":
        return "pick" if may(context.board, context.method, own.asker, "pick") else "look"
    if context.board.closed or (item.take_home and not item.pick):
        return "end"
    if item.cycle:
        return "home"
    if own.person.role == "listener":
        return "listen"
    if context.board.now:
        return "follow"
    if writes and ahead_round(context.board, context.method) is not None:
        return "write"
    if item.turn == "ring":
        return "draw"
    if item.claim and own.person.role == "participant":
        return "gallery"
    if turn == "holder":
        return "tell" if sheet is not None and form_of(sheet).has_cards else "turn"
    if own.person.role == "scribe" and writes and sheet is not None and form_of(sheet).needs_row(sheet):
        return "group"
    if item.turn != "none":
        return "wait"
    if item.group and own.person.group:
        return "group"
    if context.first and (item.talk or (item.see == "team" and not own.asker.team)):
        return "welcome"
    if item.talk and not item.sheet:
        return "ring"
    # Others see the notes of such a round, but nothing shows new ones: people talk, and nobody is invited to write.
    aloud = item.reveal == "none" and item.see != "own"
    if writes and not aloud:
        return "write"
    return "talk" if aloud else "look"


def _my_card(context: Context, person: Person) -> str:
    """The note that one took, or one's joker; empty where there is none, or where it is no draft of this device."""
    card = card_of(context.board, person.seat)
    return "" if card is None or (card.reach == "own" and card.author not in own_pids(person)) else card.id


def _my_turn(context: Context, person: Person) -> tuple[str, str]:
    """Where I stand in the queue: holder, next, waiting, done, or nothing; and which queue that is."""
    turn = turn_of(context.board, context.method, person) if person.role == "participant" else None
    if turn is None:
        return "", ""
    me = person.group if turn.scope == GROUPS else person.seat
    if not me:
        return "", ""
    if turn.holder == me:
        return "holder", turn.scope
    if me in turn.queue:
        return ("next" if turn.queue[0] == me else "waiting"), turn.scope
    return ("done" if me in turn.done else ""), turn.scope


def _my_rights(context: Context, own: Own, turn: str, *, places: bool) -> list[str]:
    board, method, person = context.board, context.method, own.person
    if board.closed or person.role == "listener":
        return []
    can: list[str] = [a for a in _actions("ready", "heading", "pad", "pick") if may(board, method, own.asker, a)]
    if person.role in WRITERS and method.sheets:
        can.append("write")
    if places:
        can.append("place")
    if undoable(board, method, person):
        can.append("undo")
    if person.role == "participant" and may(board, method, own.asker, "draw"):
        can += [] if board.card else ["draw"] if board.stack else []
        can += ["skip"] if board.card else []
    if may(board, method, own.asker, "free") and board.card:
        can.append("free")
    if may(board, method, own.asker, "claim"):
        can.append("claim")
    if turn == "holder":
        can += ["done", "later"]
    if turn in ("next", "waiting"):
        can += ["take", "later", "pass"]
    if turn == "done":
        can.append("take")
    if names_coleaders(person):
        can.append("colead")
    if leads(method, own.asker.parts):
        can += ["round", "timer"]
    if any(part.hand for part in method.parts) and person.role == "participant":
        can.append("hand")
    return [*can, "name"]


def _actions(*names: Action) -> Iterable[Action]:
    return names


def _my_writing(context: Context, own: Own) -> Record | None:
    """What the phone invites to write now; drafts may be written in any round (R2)."""
    item, asker = context.round, own.asker
    early = ahead_round(context.board, context.method)
    if early is not None and asker.role == "participant":
        sheet = context.method.sheet(early.sheet)
        row = asker.group if sheet is not None and sheet.per_group else ""
        lanes = list(open_lanes(context.board, context.method, early))
        return {"sheet": early.sheet, "lanes": lanes, "row": row, "reach": "own"}
    if not may(context.board, context.method, asker, "write"):
        return None
    reach = item.see if item.reveal == "on_write" and not _not_among(context, asker) else "own"
    return _opening(context, row=asker.group if asker.role == "participant" else "", reach=reach)


def _my_placing(context: Context, own: Own) -> Record | None:
    item, asker = context.round, own.asker
    late = tells_late(context.board, context.method, asker) if asker.role == "participant" else None
    if late is not None:
        lanes = [lane.id for lane in late.lanes]
        return {"sheet": late.id, "lanes": lanes, "row": asker.group, "reach": "group"}
    placing = item.see != "own" and granted(item.place, asker, own=True, group=asker.group)
    if context.board.closed or not placing or asker.role not in WRITERS or _not_among(context, asker):
        return None
    return _opening(context, row=asker.group, reach=item.see)


def _not_among(context: Context, asker: Who) -> bool:
    """Whether the round shows notes to some among whom this person is not: the team, or, on a sheet that all share,
    groups while they have none.
    """
    item, sheet = context.round, context.sheet
    if item.see == "team":
        return not asker.team
    return item.see == "group" and not asker.group and sheet is not None and not form_of(sheet).needs_row(sheet)


def _opening(context: Context, *, row: str, reach: str) -> Record:
    """Where a note may go now. On a sheet that every group has a copy of, `row` is the person's group.

    A lane that needs something comes later: notes are moved there with it (R45).
    """
    item, sheet = context.round, context.sheet
    lanes = open_lanes(context.board, context.method, item)
    asking = {lane.id for lane in sheet.lanes if lane.needs} if sheet is not None else set()
    return {
        "sheet": item.sheet,
        "lanes": [lane for lane in lanes if lane not in asking] or list(lanes),
        "row": row if sheet is not None and sheet.per_group else "",
        "reach": reach,
    }


def _who_sees(context: Context, own: Own) -> str:
    """The line with the lock: who can see what I write now."""
    board, method, item = context.board, context.method, context.round
    if own.person.role == "listener":
        return "listen"
    if board.closed:
        return "all"
    if item.reveal == "on_write" and may(board, method, own.asker, "write") and not _not_among(context, own.asker):
        return item.see
    return drafts_until(board, method)


def mine_ids(context: Context, own: Own) -> list[str]:
    return [note.id for note in context.board.notes.values() if note.author in own.pids]


def mine_record(context: Context, own: Own, note_id: str) -> Record | None:
    """An own draft whole, and an own note that the audience is not sent now (V20); of another own note that is up only
    what is mine to do with it.

    A listener has drafts from before, to take them away (R6), and nothing to do with what is up.
    """
    board, method = context.board, context.method
    note = board.notes.get(note_id)
    if note is None or note.author not in own.pids or orphaned(board, note):
        return None
    hidden = not sent(own.asker, note)
    if note.reach != "own" and (own.person.role == "listener" or (hidden and note.kind != "note")):
        return None
    author = board.author(note)
    assert author is not None  # it is one of `own.pids`
    asker = own.asker if author is own.person else who_is(board, method, author)
    record = note_rights(context, note, asker)
    if may(board, method, asker, "place", note) and not _not_among(context, asker):
        record["can"] = [*record["can"], "place"]
    if author.hosted:
        record["as"] = author.seat
    if note.reach == "own":
        record |= {**place_of(context, note, own.asker), "draft": True}
    elif hidden:
        # What it is linked to and about is of other notes, which may not be sent either.
        others = ("links", "about", "version")
        lies = {key: value for key, value in place_of(context, note, own.asker).items() if key not in others}
        record |= {**lies, "reach": note.reach, "links": {}}
    return record


def removed_ids(context: Context, own: Own) -> list[str]:
    return [key for key, item in context.board.bin.items() if item.note.author in own.pids]


def deleted_record(context: Context, own: Own, note_id: str) -> Record | None:
    """An own note that its author took down, and can bring back (V8)."""
    item = _removed(context, own, note_id)
    if item is None or not item.by_author or (item.note.reach != "own" and own.person.role == "listener"):
        return None
    return {"text": item.note.text, "can": [] if context.board.closed else ["restore"]}


def taken_record(context: Context, own: Own, note_id: str) -> Record | None:
    """An own note that somebody else took down: its author is told, with the text (V8)."""
    item = _removed(context, own, note_id)
    if item is None or item.by_author:
        return None
    return {"text": item.note.text, "sheet": item.note.sheet, "lane": item.note.lane}


def _removed(context: Context, own: Own, note_id: str) -> Removed | None:
    item = context.board.bin.get(note_id)
    return item if item is not None and item.note.author in own.pids else None
