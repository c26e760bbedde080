"""Records about the board as a whole: `board`, `method`, `plan`, `sheet:S` and `progress`.

A record is made from the board for one audience. What may not live here: which changes require a new record (`table`).
"""

from collections.abc import Collection, Iterator

from msgspec import to_builtins

from board_schema.board import DAY, Board, Note, Walk
from board_schema.forms import form_of, lanes_named, sheet_of_lifts, sheet_of_rows
from board_schema.method import Follow, Lane, LinkKind, MarkKind, Method, Round, Sheet
from board_schema.rules import (
    KEEP_PAD,
    Who,
    crowd,
    declared_lanes,
    drafts_until,
    granted,
    groups_used,
    is_wanted,
    lacking,
    lanes_of,
    limit_of,
    more_minutes,
    open_lanes,
    opened_so_far,
    piles,
    planned_minutes,
    prepares,
    rowless,
    waits,
    why_closed,
    wrote,
)
from board_schema.view.card_records import has_ring, rest_follows
from board_schema.view.kinds import Context, Record
from board_schema.view.note_records import is_shown

LEADS = (
    "round", "timer", "reveal", "notice", "brief", "walk", "setup", "door", "groups", "group", "role", "person",
    "remove",
)  # fmt: skip


def board_record(context: Context, asker: Who, _: str) -> Record:
    board = context.board
    record: Record = {
        "title": board.title,
        "venue": board.venue,
        "lang": board.lang,
        "round": board.round,
        "leader": board.leader,
        "from": board.ticks.first,
        "to": board.ticks.last,
        "step": board.ticks.step,
        "door": board.door,
        "began": board.began,
        "ends_at": board.ends_at,
        "closed": board.closed,
        "sitting": board.sitting,
        "sealed": board.sealed,
        "notice": board.notice,
        "walk": _walk(board.walk),
        "now": board.now,
        "expires": expires_on(board),
        "day": board.day,
        "ahead": board.ahead,
        "rehearsal": board.rehearsal,
        "origin": {"title": board.origin.title, "day": board.origin.day} if board.origin.title else {},
        "visited": list(board.visited),
        "scene": _scene(context, asker),
        "who_sees": drafts_until(board, context.method),
    }
    if asker.role == "facilitator":
        record["can"] = _leads(board, context.method)
        record["underway"] = board.underway
        brief = board.briefing
        record["briefing"] = {"teller": brief.teller, "when": brief.when, "done": brief.done}
        whose = board.started_from
        record["started_from"] = {"id": whose.id, "title": whose.title} if whose.id else {}
        record["handings"] = [
            {"programme": each.programme, "title": each.title, "count": len(each.notes), "state": each.state}
            for each in board.handings.values()
        ]
        record["at_share"] = board.at_share
        record["reveal"] = [lane._asdict() for lane in context.revealable]
        lacks = () if board.closed else lacking(board, context.method, context.round)
        record["lacks"] = [lack._asdict() for lack in lacks]
        record["offers"] = [] if board.closed else [word for word, holds in offered(context, asker) if holds]
    return record


def _walk(walk: Walk) -> Record:
    """`board.walk`: empty while all of the sheet is shown."""
    if not walk.sheet:
        return {}
    return {"sheet": walk.sheet, "since": walk.since} if walk.since else {"sheet": walk.sheet, "part": walk.part}


def expires_on(board: Board) -> int:
    """The day on which the board is deleted (ms, when it begins in UTC). A finer time would tell when people write."""
    return board.expires() // DAY * DAY


def _leads(board: Board, method: Method) -> list[str]:
    if board.sealed:
        return []
    hands = ["hand"] if method.parts else []
    if board.closed:
        return ["reopen", "seal"]
    freezes = ["freeze", "unfreeze"] if any(form_of(sheet).places for sheet in method.sheets) else []
    follows = ["now"] if any(item.follow is not None for item in method.rounds) else []
    ends = "sitting" if board.programme else "close"
    return [*LEADS, *hands, *freezes, *follows, ends]


def _scene(context: Context, asker: Who) -> str:
    """`board.scene`: the first word of SPEC 6 whose condition holds."""
    item = context.round
    if item.pick and not context.board.closed:
        return "pick" if granted(item.pick, asker) else "look"
    if context.board.closed or item.take_home:
        return "end"
    if item.cycle:
        return "home"
    if context.board.now:
        return "follow"
    if context.first and (item.talk or item.see == "team") and not _anything_up(context, asker):
        return "welcome"
    if item.claim:
        return "gallery"
    if item.private and item.turn == "none" and not _anything_up(context, asker):
        return "write"
    if item.turn == "ring":
        return "draw"
    if item.group:
        return "group"
    if item.show_groups:
        return "present"
    if item.turn != "none":
        return "turn"
    if item.talk:
        return "talk" if item.sheet else "ring"
    return "look"


def _anything_up(context: Context, asker: Who, lanes: Collection[str] | None = None) -> bool:
    """Whether this audience is shown any note on the present round's sheet, or in `lanes` of it."""
    sheet = context.round.sheet
    return any(
        note.sheet == sheet and (lanes is None or note.lane in lanes) and is_shown(context.board, note, asker)
        for note in context.board.notes.values()
    )


def offered(context: Context, asker: Who) -> Iterator[tuple[str, bool]]:
    """Controls that a console may show, each with whether it is useful in this round (`board.offers`, SPEC 6)."""
    board, item = context.board, context.round
    asks, together = item.ready, item.reveal == "by_facilitator"
    yield "notice", item.turn != "none" or board.notice
    yield "groups", _about_groups(context)
    yield "shuffle", _about_groups(context) and not groups_used(board)
    yield "reveal_groups", item.show_groups
    yield "write_for", _writes_for(context)
    yield "wrote", asks and item.private and not (together and _anything_up(context, asker, _open_now(context)))
    yield "await_ready", asks and not (together and all(lane.again for lane in context.revealable))
    yield "await_choice", _awaits_choice(context)
    yield "await_part", any(is_wanted(board, context.method, part) for part in context.method.parts)
    last = context.method.picks is not None and context.following is None
    yield "brief", board.leader == "told" and (last or (board.programme and item.cycle))
    yield "leadership", prepares(context.method, item) and _leads_in_stack(context)
    yield "turn_rest", rest_follows(context)
    yield "ring", has_ring(context.method) and _seats_people(context, asker)


def _seats_people(context: Context, asker: Who) -> bool:
    """True in rounds before and while cards are drawn."""
    item = context.round
    return prepares(context.method, item) or item.turn == "ring" or _scene(context, asker) in ("welcome", "talk")


def _about_groups(context: Context) -> bool:
    """True when groups work now or in the next round, are shown, or were made in the first round."""
    item, following = context.round, context.following
    if item.group or (following is not None and following.group):
        return True
    return bool(context.board.groups) and (item.show_groups or context.first)


def _awaits_choice(context: Context) -> bool:
    """True where rows are chosen or worked on, while a group of people has chosen nothing (R12)."""
    board, item, rows = context.board, context.round, sheet_of_rows(context.method)
    if rows is None or not (item.chooses or (item.sheet == rows.id and (item.group or item.show_groups))):
        return False
    return any(rowless(board, person.group) for person in board.people.values() if person.takes_part and person.group)


def _leads_in_stack(context: Context) -> bool:
    """True where the leader takes part, and cards about leadership lie in the stack (D1)."""
    board, cards = context.board, context.method.cards(context.board.deck)
    return board.leader == "part" and any(cards[one].about == "leadership" for one in board.stack if one in cards)


def _writes_for(context: Context) -> bool:
    """True when a hosted person has something to write in this round, or has drafts."""
    board, item = context.board, context.round
    people = [person for person in board.people.values() if person.hosted and not person.gone]
    if item.private or item.group or item.turn != "none":
        return bool(people)
    hosted = {person.pid for person in people}
    return any(note.author in hosted and waits(board, note) for note in board.notes.values())


def _open_now(context: Context) -> frozenset[str]:
    return frozenset(open_lanes(context.board, context.method, context.round))


def method_record(context: Context, asker: Who, _: str) -> Record:
    method = context.method
    record: Record = {
        "id": method.id,
        "title": method.title,
        "heading": method.heading,
        "minutes": method.minutes,
        "people": list(method.people),
        "group_size": list(method.group_size),
        "groups": list(method.groups or ()),
        "limit": method.limit,
        "scribe": method.scribe,
        "unnamed": method.unnamed,
        "team": method.team,
        "ahead": method.ahead,
        "keep": method.keep,
        "rounds": [_round(context, item, asker) for item in method.plan(context.board.leader)],
    }
    if asker.role == "facilitator":
        record["leader_question"] = method.leader_question
        record["leader_part"] = method.leader_part
        record["leader_listen"] = method.leader_listen
        record["leader_told"] = method.leader_told
        record["pitch"] = method.pitch
        record["answers"] = method.answer_lane is not None
        if (lifts := sheet_of_lifts(method)) is not None:
            record["lifts"] = lifts.id
        if method.before:
            record["before"] = list(method.before)
    return record


def _round(context: Context, item: Round, asker: Who) -> Record:
    record: Record = {
        "id": item.id,
        "title": item.title,
        "instruction": item.instruction,
        "sheet": item.sheet,
        "lanes": list(lanes_named(context.board, context.method, item)),
        "fixed": item.fixed,
        "version": item.version,
        "follow": _follow(item.follow, asker),
        "also": list(item.also),
        "beside": [{"sheet": each.sheet, "lanes": list(each.lanes)} for each in item.beside],
    }
    if asker.role == "facilitator":
        record["say"] = item.say
    if asker.role in KEEP_PAD:
        record["pad"] = item.pad
    if asker.role == "facilitator" or item.group or item.ask_all:
        record["questions"] = list(item.questions)
    return record


def _follow(follow: Follow | None, asker: Who) -> Record | None:
    """How notes are followed up in a round (R48); its steps are for those who lead."""
    if follow is None:
        return None
    record: Record = {
        "lanes": list(follow.lanes),
        "to": follow.to,
        "asks": follow.asks,
        "choose": follow.choose,
    }
    if asker.role != "facilitator":
        return record
    return {**record, "look": follow.look, "steps": to_builtins(follow.steps)}


def plan_record(context: Context, asker: Who, _: str) -> Record:
    return {
        "minutes": planned_minutes(context.board, context.method),
        "more": more_minutes(context.board, context.method),
    }


def sheet_record(context: Context, asker: Who, sheet_id: str) -> Record | None:
    board, method = context.board, context.method
    sheet = method.sheet(sheet_id)
    if sheet is None:
        return None
    why = why_closed(board, method, asker, sheet)
    opened = opened_so_far(board, method, sheet)
    lanes: list[Record] = []
    for made in form_of(sheet).made_lanes(sheet, board):
        step = Lane(id="step", title=made.title, becomes=sheet.becomes)
        lanes.append({**_lane(context, step), "id": made.id, "scale": made.scale})
    lanes += [_lane(context, lane) for lane in declared_lanes(context.board, sheet)]
    for lane in lanes:
        reason = why[lane["id"]]
        lane |= {"open": not reason, "why": reason, "later": lane["id"] not in opened and not lane["answers"]}
    return {
        "order": method.sheets.index(sheet),
        "title": sheet.title,
        "form": sheet.form,
        "per_group": sheet.per_group,
        "over": sheet.over,
        "scale": sheet.scale if form_of(sheet).makes_lanes(sheet) else "",
        "lanes": lanes,
        "marks": [_mark_kind(kind) for kind in sheet.marks if not method.about_rows(kind.id)],
        "links": [_link_kind(context.board, sheet, kind) for kind in sheet.links],
        "heads": [
            _mark_kind(kind) for each in method.sheets for kind in each.marks if method.heads.get(kind.id) == sheet_id
        ],
        "head_title": method.head_title if form_of(sheet).makes_rows else {},
    }


def _mark_kind(kind: MarkKind) -> Record:
    fields = ("id", "title", "hint", "short", "sign", "color", "side", "cancels", "done")
    words = [
        {
            **{name: getattr(word, name) for name in fields},
            "needs": list(word.needs),
            "again": to_builtins(word.again),
        }
        for word in kind.words
    ]
    return {
        "id": kind.id,
        "title": kind.title,
        "lanes": list(kind.lanes),
        "words": words,
        "comments": kind.comments,
    }


def _link_kind(board: Board, sheet: Sheet, kind: LinkKind) -> Record:
    lanes = lanes_of(board, sheet)
    between = {"from": kind.starts, "to": kind.ends}
    ends = {end: [lane for lane in lanes if sheet.among(named, lane)] for end, named in between.items()}
    return {"id": kind.id, "title": kind.title, **ends, "most": kind.most, "sign": kind.sign}


def _lane(context: Context, lane: Lane) -> Record:
    return {
        "id": lane.id,
        "title": lane.title,
        "hint": lane.hint,
        "color": lane.color,
        "limit": limit_of(context.method, lane),
        "after": list(lane.after),
        "unless": lane.unless,
        "shows": lane.shows,
        "becomes": lane.becomes,
        "place": lane.place,
        "about": list(lane.about),
        "answers": list(lane.answers),
        "needs": list(lane.needs),
        "asks": to_builtins(lane.asks),
        "takes": lane.takes,
        "span": list(lane.span),
        "tells": lane.tells,
        "fields": [to_builtins(field) for field in lane.fields],
    }


def sheet_ids(context: Context, asker: Who) -> list[str]:
    return [sheet.id for sheet in context.method.sheets]


def progress_record(context: Context, asker: Who, _: str) -> Record:
    """Counts from which nothing about a single person follows (V6)."""
    board, people = context.board, len(context.phones)
    # Those who left since they said so are counted too, or the number would tell what they had said.
    ready = sum(person.ready for person in board.people.values())
    return {
        "people": people,
        "present": crowd(board.people.values(), board.groups).people,
        "asks_ready": context.round.ready,
        "ready": min(ready, people),
        "wrote": wrote(board, people),
        "piles": piles(board, context.method),
    }


def hides(note: Note | None) -> tuple[str, ...]:
    """The fields of a note on which the list of lanes to reveal depends; empty for a note that is not hidden."""
    if note is None or note.reach != "own" or note.kind != "note":
        return ()
    return note.sheet, note.lane, note.author


def stands(note: Note | None) -> tuple[str, ...]:
    """What of a note `_anything_up` and `lacks` depend on; empty for a draft."""
    if note is None or note.reach == "own":
        return ()
    answers = sorted(f"{field}={value}" for field, value in note.fields.items())
    return note.sheet, note.lane, note.reach, note.group, str(note.spot), *answers


def known_groups(board: Board) -> frozenset[str]:
    return frozenset(board.groups)


def in_use(board: Board) -> bool:
    """Whether groups can no longer be shuffled."""
    return groups_used(board)


def chosen_by(board: Board) -> frozenset[str]:
    """The groups that have a row."""
    return frozenset(head.group for head in board.rows.values())
