"""Role x op x round: what each round of each bundled method lets each kind of person do.

The expected table is read off the method file's raw words by `Oracle`, which knows the grants of SPEC 2 and nothing
of `rules`. Every case is decided on a board with a note of everybody in every reach.
"""

import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from board_schema import commands, decide
from board_schema.board import Actor, Board, Note, device_pid
from board_schema.commands import Refused
from board_schema.events import NotePut
from tests.rules.play import EVERY, STEMS, Table, bundled, raw_round, text_of

ROUNDS = [(stem, item.id) for stem in STEMS for item in bundled(stem).plan("told")]
WHO = ("A", "B", "C", "D", "H", "S", "F", "L", "O", "R", "X", "W")
"""A holds the floor; B is of A's group, C of another; H is hosted; S writes for the room; F facilitates; L listens,
R was removed, X is a stranger, W a wall. D is a device on which B came back with a return link; O is another one that B
has shut out."""
UNKNOWN = ("vote", "like", "score", "rank", "react", "merge", "grade", "emoji", "dot", "__proto__", "constructor", "")


class Room(NamedTuple):
    """A board in one round, with everybody's notes on it."""

    table: Table
    board: Board
    lane: str
    sheet: Any
    people: dict[str, Actor]
    groups: dict[str, str]


def furnished(stem: str, round_id: str) -> Room:
    table = Table(stem, people=7, listeners=1, scribes=1, leader="told", show=False)
    table.host("H1")
    table.do("F", "groups", size=4)
    for item in table.method.plan("told"):
        table.go(item.id)
        if item.id == round_id:
            break
    a = table.members("g1")[0] if table.members("g1")[0] != "H1" else table.members("g1")[1]
    b = next(w for w in table.members("g1") if w not in (a, "H1"))
    c = next(w for w in table.members("g2") if w != "H1")
    r = next(w for w in table.members("g2") if w not in (c, "H1"))
    table.do("F", "remove", seat=table.seat(r))
    item = table.method.round(round_id)
    if item.turn != "none":
        scope = {"people": "all", "ring": "all", "in_group": "g1", "groups": "groups"}[item.turn]
        table.do("F", "turn", act="give", seat="g1" if scope == "groups" else table.seat(a), scope=scope)
    for _ in "DO":
        table.append(decide.come_back(table.board, table.pid(b)), pid=table.pid(b))
    table.do(b, "devices", act="out", number=2)
    names = {"A": a, "B": b, "C": c, "H": "H1", "S": "S1", "F": "F", "L": "L1", "R": r}
    people = {who: table.actors[name] for who, name in names.items()}
    people |= {"X": Actor("pidstranger", "facilitator"), "W": Actor("", "wall")}
    people |= {who: Actor(device_pid(table.pid(b), n + 1), "participant") for n, who in enumerate("DO")}
    groups = {who: person.group if (person := table.board.by_pid(x.pid)) else "" for who, x in people.items()}
    sheet = table.method.sheet(item.sheet) or table.method.sheets[0]
    made = {"years": "2020", "clock": "07-00", "stages": sheet.stages[0].id if sheet.stages else ""}[sheet.scale]
    named = made if item.lanes and item.lanes[0] == "scale" else item.lanes[0] if item.lanes else ""
    lane = named or (made if sheet.form == "timeline" else sheet.lanes[0].id)
    room = Room(table, table.board, lane, sheet, people, groups)
    return room._replace(board=with_notes(room))


def row_of(room: Room, group: str) -> str:
    if room.sheet.form == "grid":
        return f"row{group}" if group else ""
    return group if room.sheet.per_group else ""


def with_notes(room: Room) -> Board:
    notes: dict[str, Note] = {}

    def add(kind: Any, who: str, reach: Any, **more: Any) -> None:
        group = room.groups[who] or "g1"
        name = f"{ {'note': reach, 'comment': 'comment', 'heading': 'heading'}[kind] }-{who}"
        notes[name] = Note(
            id=name, author=room.people[who].pid, kind=kind, text="hej", sheet=room.sheet.id, lane=room.lane,
            row=row_of(room, group) if reach != "own" else "", group=group, reach=reach,
            fields={field: "svar" for kind in room.sheet.marks for field in kind.words[0].needs}, **more,
        )  # fmt: skip

    for who in ("A", "B", "C", "D", "H", "S", "F"):
        add("note", who, "own")
        add("note", who, "all")
        add("note", who, "group")
        add("comment", who, "all", under="all-B")
        add("heading", who, "all", until=room.lane)
    for head, under in (("head-all", "all-C"), ("head-group", "group-A")):
        # Gatherings that somebody laid earlier: no one's, and seen by whoever sees what lies under them.
        notes[head] = replace(notes[under], id=head, author="", kind="gathering")
        notes[under] = replace(notes[under], under=head)
    if room.sheet.form == "grid":
        for name, group, reach in (("rowg1", "g1", "group"), ("rowg2", "g2", "group"), ("open", "g2", "all")):
            notes[name] = Note(
                id=name, author="", kind="note", text="hej", sheet="dilemmas", lane="dilemma", row=group, group=group,
                reach=reach, marks={"chosen": "chosen", "depth": "enough"},
            )  # fmt: skip
    return replace(room.board, notes=notes)


ROW_KINDS = ("chosen", "fate", "depth")


class Oracle:
    """What the file's grants say, read by a second pair of eyes."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.now = {"see": "own", "reveal": "none", **raw_round(room.table, room.board.round)}
        also = [raw_round(room.table, each) for each in self.now.get("also", [])]
        self.led = next((each for each in also if each["sheet"] == room.sheet.id), None)

    def here(self, who: str) -> dict[str, Any]:
        """The round whose grants count for somebody: for who leads one that is worked on also (R49)."""
        return self.led if self.led and self.role(who) == "facilitator" else self.now

    def chooses(self) -> Any:
        return self.now.get("mark", {}).get("chosen")

    def role(self, who: str) -> str:
        return {"S": "scribe", "F": "facilitator", "L": "", "O": "", "R": "", "X": "", "W": ""}.get(who, "participant")

    def holds(self, who: str) -> bool:
        turn = self.now.get("turn", "none")
        return who == "A" or (turn == "groups" and self.room.groups[who] == "g1")

    def granted(self, field: str, who: str, *, own: bool, group: str) -> bool:
        role = self.role(who)
        writes = role in ("participant", "scribe")
        held = {
            "own": writes and own,
            "turn": writes and own and self.now.get("turn", "none") != "none" and self.holds(who),
            "group": writes and bool(group) and self.room.groups[who] == group,
            "all": writes,
            "facilitator": role == "facilitator",
            "scribe": role == "scribe",
        }
        now = self.here(who)
        grants = now.get("mark", {}).get(field, []) if field in ROW_KINDS else now.get(field, [])
        return any(held.get(grant, False) for grant in grants)

    def in_hand(self, who: str, note: Note) -> bool:
        mine = {"F": {"F", "H"}, "B": {"B", "D"}}.get(who, {who})
        return bool(self.role(who)) and note.author in {self.room.people[w].pid for w in mine}

    def sees(self, who: str, note: Note) -> bool:
        if not self.role(who):
            return False
        if note.reach == "all":
            return True
        if self.in_hand(who, note):
            return True
        return note.reach == "group" and (who == "F" or self.room.groups[who] == note.group)

    def knows(self, who: str, row: Note) -> bool:
        return bool(self.role(who)) and (row.reach == "all" or who == "F" or self.room.groups[who] == row.group)

    def changes(self, who: str, note: Note, *, move: bool) -> bool:
        """Editing (or moving) a note."""
        if not self.sees(who, note):
            return False
        if note.reach == "own":
            return self.in_hand(who, note)
        if note.kind == "comment":
            author = "H" if who == "F" and note.author == self.room.people["H"].pid else who
            own = self.in_hand(who, note)
            return not move and own and self.granted("comment", author, own=True, group=note.group)
        field = "heading" if note.kind == "heading" else "move"
        if note.kind == "gathering" and self.gathers(who, note):
            return True
        if self.granted(field, who, own=self.in_hand(who, note), group=note.group):
            return True
        hosted = who == "F" and self.in_hand(who, note) and note.author == self.room.people["H"].pid
        return hosted and self.granted(field, "H", own=True, group=note.group)

    def marks(self, who: str, note: Note, kind: Any) -> bool:
        """Setting a word of a kind: on an own draft where some round grants it to authors, else as this round says."""
        if not self.sees(who, note) or (kind.lanes and note.lane not in kind.lanes):
            return False
        if kind.comments:
            author = "H" if who == "F" and note.author == self.room.people["H"].pid else who
            own = note.kind == "comment" and self.in_hand(who, note)
            return own and self.role(author) in ("participant", "scribe") and "own" in self.now["mark"].get(kind.id, [])
        heads = note.kind == "gathering" and kind.id not in ROW_KINDS and not any(word.side for word in kind.words)
        if note.kind != "note" and not heads:
            return False
        if kind.id in ROW_KINDS:
            rowless = all(kept.group != note.group for kept in self.room.board.rows.values())
            for_them = who == "F" and bool(self.chooses()) and rowless
            chosen = for_them or self.granted("chosen", who, own=self.in_hand(who, note), group=note.group)
            return kind.id == "chosen" and note.reach != "own" and chosen
        if note.reach == "own":
            rounds = self.room.table.method.rounds
            grants = [raw_round(self.room.table, item.id) for item in rounds if item.sheet == note.sheet]
            return self.in_hand(who, note) and any(
                {"own", "turn"} & set(item.get("mark", {}).get(kind.id, ())) for item in grants
            )
        held, self.now = self.now, {**self.now, "mark": self.now.get("mark", {}).get(kind.id, [])}
        try:
            hosted = who == "F" and note.author == self.room.people["H"].pid
            return self.granted("mark", who, own=self.in_hand(who, note), group=note.group) or (
                hosted and self.granted("mark", "H", own=True, group=note.group)
            )
        finally:
            self.now = held

    def sets(self, who: str, note: Note) -> bool:
        """Answering a field of a note."""
        if note.kind not in ("note", "gathering") or not self.sees(who, note):
            return False
        granted = note.reach != "own" and self.granted("set", who, own=self.in_hand(who, note), group=note.group)
        return granted or self.changes(who, note, move=False)

    def gathers(self, who: str, note: Note) -> bool:
        """Laying this note under a heading, or taking it out again."""
        own = note.author == self.room.people[who].pid or self.in_hand(who, note)
        up = note.reach != "own" and note.kind in ("note", "gathering") and self.room.sheet.form != "grid"
        return up and self.sees(who, note) and self.granted("gather", who, own=own, group=note.group)

    def ever_writes(self) -> bool:
        """Whether any round lets people without a part write or put up notes in this lane (R20)."""
        plan = self.room.table.method.plan(self.room.board.leader)
        made = self.room.lane not in [declared.id for declared in self.room.sheet.lanes]
        for item in (raw_round(self.room.table, each.id) for each in plan):
            lanes = item.get("lanes", [])
            here = item.get("sheet") == self.room.sheet.id and (
                not lanes or self.room.lane in lanes or (made and "scale" in lanes)
            )
            grants = {"own", "turn", "all"} | ({"group"} if self.room.groups["H"] else set())
            if here and grants & {*item.get("write", []), *item.get("place", [])}:
                return True
        return False

    def write(self, who: str, row: str) -> str | None:
        """The reach a new note gets, or None where it is turned away."""
        if not self.role(who) or (who == "H" and not self.ever_writes()):
            return None
        group = self.room.groups[who]
        if self.room.sheet.form == "grid":
            kept = self.room.board.rows.get(row)
            if kept is None or not self.knows(who, kept):
                return "own"
            group = kept.group
        elif self.room.sheet.per_group:
            leads = who in ("F", "S") and self.now.get("show_groups", False)
            group = row if leads else group
            if not group:
                return "own"
        at_once = self.here(who)["reveal"] == "on_write" and self.granted("write", who, own=True, group=group)
        return self.reach(row, who) if at_once else "own"

    def reach(self, row: str, who: str = "A") -> str:
        """As far as the round says, and in a hidden row or the sheet of a group not yet revealed no farther than it."""
        kept, group = self.room.board.rows.get(row), self.room.board.groups.get(row)
        shown = kept.reach == "all" if kept else group.shown if group and self.now.get("show_groups") else True
        see = self.here(who)["see"]
        return str(see) if shown or see != "all" else "group"

    def place(self, who: str) -> bool:
        group = self.room.groups[who]
        if self.chooses() and not self.room.board.rows:  # R12: who has not chosen may still tell
            return who == "F" or (self.role(who) == "participant" and bool(group))
        needs = self.room.sheet.form == "grid" or self.room.sheet.per_group
        return (
            self.role(who) in ("participant", "scribe")
            and self.now["see"] != "own"
            and not (needs and not group)
            and self.granted("place", who, own=True, group=group)
        )


ANSWERS: dict[str, Any] = {
    "text": lambda field: "svar",
    "date": lambda field: "2027-01-12",
    "choice": lambda field: field["options"][0]["id"],
}


class Case(NamedTuple):
    who: str
    op: str
    args: dict[str, Any]
    allowed: bool
    reach: str = ""


def raw_fields(table: Table, sheet: str, lane: str) -> list[dict[str, Any]]:
    """The fields that the file declares for a lane."""
    data = tomllib.loads(text_of(next(stem for stem in STEMS if bundled(stem).id == table.method.id)))
    lanes = next(each for each in data["sheets"] if each["id"] == sheet).get("lanes", [])
    return next((each.get("fields", []) for each in lanes if each["id"] == lane), [])


def cases(room: Room) -> Iterator[Case]:
    """Everything anybody could try, with what must come of it."""
    oracle = Oracle(room)
    now, lane, sheet = oracle.now, room.lane, room.sheet.id
    played = bundled(room.table.method.id).plan("told")
    fields = raw_fields(room.table, sheet, lane)
    played = played[: [item.id for item in played].index(room.board.round) + 1]
    for who in WHO:
        role, group = oracle.role(who), room.groups[who] or "g1"
        as_who = {"as": room.board.people[room.people["H"].pid].seat} if who == "H" else {}
        row = row_of(room, group)
        reach = oracle.write(who, row)
        new = {"note": "newnote000000", "text": "nyt", "sheet": sheet, "lane": lane}
        yield Case(who, "write", {**new, "row": row, **as_who}, reach is not None, reach or "")
        heading = {**new, "kind": "heading", "lane": lane, "until": lane, **as_who}
        may_head = room.sheet.form == "timeline" and oracle.granted("heading", who, own=True, group="")
        yield Case(who, "write", heading, may_head, "all")
        for note in room.board.notes.values():
            if note.id in room.board.rows:
                continue
            yield Case(who, "edit", {"note": note.id, "text": "rettet"}, hosted_too(oracle, who, note, move=False))
            where = {"note": note.id, "lane": lane}
            yield Case(who, "move", where, hosted_too(oracle, who, note, move=True))
            for kind in room.sheet.marks:
                at = {"note": note.id, "kind": kind.id, "word": kind.words[0].id}
                yield Case(who, "mark", at, oracle.marks("F" if who == "H" else who, note, kind))
            yield Case(who, "mark", {"note": note.id, "kind": "nokind", "word": ""}, False)
            hands = oracle.in_hand("F" if who == "H" else who, note)
            down = (hands or (who in ("F", "H") and note.reach != "own")) and note.kind != "gathering"
            yield Case(who, "delete", {"note": note.id}, bool(role) and down)
            own = oracle.in_hand(who, note) and (who == "B" or note.author == room.people[who].pid)
            put = note.reach == "own" and own and oracle.place(who)
            to = "group" if oracle.chooses() else oracle.reach(row)
            yield Case(who, "place", {"note": note.id, "lane": lane, "row": row, **as_who}, put, to)
            for field in fields:
                given = {"note": note.id, "field": field["id"], "value": ANSWERS[field["kind"]](field)}
                yield Case(who, "set", given, oracle.sets("F" if who == "H" else who, note))
            if not fields:
                yield Case(who, "set", {"note": note.id, "field": "none", "value": "x"}, False)
            if note.kind != "note":
                continue
            mine = oracle.in_hand(who, note)
            near = note.reach == "all" or who == "F" or room.groups[who] == note.group
            talk = note.reach != "own" and bool(role) and near
            speak = talk and oracle.granted("comment", who, own=mine, group=note.group)
            yield Case(who, "write", {**new, "kind": "comment", "under": note.id, **as_who}, speak, note.reach)
            if who == "H":
                continue
            yield Case(who, "reveal", {"note": note.id}, False)
        if who == "H":
            continue
        known = room.board.notes
        for head in ("head-all", "head-group"):
            yield Case(who, "apart", {"note": head}, oracle.gathers(who, known[head]))
        for some in (("all-A", "all-B"), ("group-A", "group-B"), ("own-A", "own-B"), ("all-A", "group-A")):
            alike = len({(known[one].reach, known[one].row) for one in some}) == 1
            laid = alike and all(oracle.gathers(who, known[one]) for one in some)
            yield Case(who, "gather", {"note": "newheading00", "notes": some, "text": "samlet"}, laid)
        for kept in room.board.rows.values():
            for kind, word in (("fate", "solved"), ("depth", "enough")):
                sets = oracle.knows(who, kept) and oracle.granted(kind, who, own=False, group=kept.group)
                yield Case(who, "mark", {"note": kept.id, "kind": kind, "word": word}, sets)
        yield Case(who, "ready", {"on": True}, role == "participant" and bool(now.get("ready")))
        yield Case(who, "name", {"name": "Bo"}, bool(role))
        line = {"act": "write", "line": "newline00000", "text": "sagt", "round": room.board.round}
        for about, there in (({}, True), ({"group": "g1"}, True), ({"group": "g9"}, False)):
            yield Case(who, "pad", {**line, **about}, role in ("scribe", "facilitator") and there)
        had = now.get("turn", "none") in ("people", "ring")
        yield Case(who, "pad", {**line, "turn": 1}, role in ("scribe", "facilitator") and had)
        yield Case(who, "devices", {"act": "read", "number": 1}, bool(role) or who == "L")
        yield Case(who, "devices", {"act": "out", "number": 1}, who == "B")
        yield Case(who, "devices", {"act": "out", "number": 2}, False)
        takes = role == "participant" and now.get("turn", "none") != "none"
        yield Case(who, "turn", {"act": "take"}, takes)
        leads_it = who == "F" and now.get("turn", "none") in ("people", "ring", "groups")
        yield Case(who, "turn", {"act": "done"}, leads_it or (takes and oracle.holds(who)))
        yield from cards_of(room, oracle, who)
        yield Case(who, "restore", {"note": "all-A"}, False)
        yield Case(who, "undo", {}, False)
        leads = role == "facilitator"
        seat = room.board.people[room.people["B"].pid].seat
        turn = next((t.scope for k, t in room.board.turns.items() if k.startswith(f"{room.board.round}/")), "")
        other = "g2" if turn == "groups" else room.board.people[room.people["B"].pid].seat
        yield Case(who, "turn", {"act": "give", "scope": turn, "seat": other}, leads and bool(turn))
        shown = any(item.reveal == "by_facilitator" and lane in item.lanes for item in played)
        yield Case(who, "reveal", {"sheet": sheet, "lane": lane}, leads and shown)
        yield Case(who, "reveal", {"group": "g1"}, leads and bool(now.get("show_groups")))
        for op, args in (
            ("round", {"to": played[0].id, "confirm": True}),
            ("timer", {"act": "start"}),
            ("timer", {"act": "add", "minutes": 5}),
            ("notice", {"show": True}),
            ("walk", {"sheet": sheet, "part": "g1"}),
            ("setup", {"title": "Ny"}),
            ("door", {"open": False}),
            ("group", {"seat": seat, "group": "g2"}),
            ("role", {"seat": seat, "role": "listener"}),
            ("colead", {"seat": seat, "on": True}),
            ("person", {"seat": "seatnew1", "name": "Nyt"}),
            ("remove", {"seat": seat}),
        ):
            yield Case(who, op, args, leads)
        yield Case(who, "now", {"note": ""}, leads and "follow" in oracle.now)
        yield Case(who, "sitting", {"on": False}, leads and room.table.method.endless)
        yield Case(who, "close", {}, leads and not room.table.method.endless)
        yield Case(who, "groups", {"size": 3}, False)
        yield Case(who, "seal", {}, False)


def cards_of(room: Room, oracle: Oracle, who: str) -> Iterator[Case]:
    """What may be done with cards and seats. A has the floor; no card lies open, and none was turned."""
    now, role = oracle.now, oracle.role(who)
    prepares = who == "F" and bool(now.get("prepare"))
    yield Case(who, "deck", {"deck": "vold"}, prepares)
    yield Case(who, "sort", {"cards": [], "word": "first"}, prepares and bool(room.board.deck))
    draws = "turn" in now.get("draw", []) and who == "A"
    yield Case(who, "draw", {}, draws or (who == "F" and "facilitator" in now.get("draw", [])))
    yield Case(who, "skip", {}, False)
    yield Case(who, "free", {}, now.get("turn") == "ring" and (who in ("A", "F")))
    takes = role == "participant" and bool(now.get("claim"))
    yield Case(who, "claim", {"note": f"own-{who}", "on": True}, takes)
    yield Case(who, "claim", {"note": "own-C" if who != "C" else "own-A", "on": True}, False)
    a, c = (room.board.people[room.people[one].pid].seat for one in "AC")
    yield Case(who, "ring", {"seat": a, "after": c}, who == "F")


def hosted_too(oracle: Oracle, who: str, note: Note, *, move: bool) -> bool:
    """A hosted person has no phone: what is tried in their name comes from the facilitator's."""
    return oracle.changes("F" if who == "H" else who, note, move=move)


@pytest.mark.parametrize(("stem", "round_id"), ROUNDS, ids=[f"{s}-{r}" for s, r in ROUNDS])
def test_R1_R6_R7_I1_I3_I5_every_role_may_what_the_rounds_grants_say_and_no_more(stem: str, round_id: str) -> None:
    room = furnished(stem, round_id)
    wrong: list[str] = []
    count = 0
    for case in cases(room):
        count += 1
        actor = room.people["F" if case.who == "H" else case.who]
        command = commands.parse(case.op, case.args)
        try:
            events = decide.decide(room.board, room.table.method, actor, command, room.table.now)
        except Refused as refused:
            none = case.who in ("O", "R", "X", "W") or (case.who == "L" and case.op != "devices")
            if case.allowed or (none and refused.reason != "role"):
                wrong.append(f"{case.who} {case.op} {case.args}: refused with {refused.reason}")
            continue
        if not case.allowed:
            wrong.append(f"{case.who} {case.op} {case.args}: was allowed")
        put = [event.note.reach for event in events if isinstance(event, NotePut)]
        if case.reach and case.allowed and put != [case.reach]:
            wrong.append(f"{case.who} {case.op} {case.args}: reach {put}, not {case.reach}")
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong[:12])
    assert count > 1_000


@pytest.mark.parametrize("op", UNKNOWN)
def test_R7_I9_nothing_counts_or_ranks_and_no_such_op_is_known(op: str) -> None:
    with pytest.raises(Refused) as caught:
        commands.parse(op, {"note": "all-A", "on": True})
    assert caught.value.reason == "unknown_op"


@pytest.mark.parametrize("stem", EVERY)
def test_I9_no_round_of_a_bundled_method_grants_a_vote(stem: str) -> None:
    table = Table(stem, show=False)
    words = {"vote", "votes", "like", "likes", "score", "rank", "dots", "merge"}
    for item in table.method.rounds:
        assert not words & set(raw_round(table, item.id)), item.id
