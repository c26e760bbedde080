"""What must hold after every step, whatever was done: each promise is one function that asserts it.

They judge from outside: from the board's plain values, the method file's raw words and the bytes that travelled.
No check calls `rules.may`, `view._sees` or anything else that answers the same question in the code under test.
The real tests and the mutants use the same functions.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from board_schema import commands as c
from board_schema import view, wire
from board_schema.board import Board, Note
from board_schema.forms.deck import PILES
from tests.rules.linked import check_about_R43_V18, check_circles_R43_V18, check_links_V18
from tests.rules.others import check_comments_I1_R7
from tests.rules.play import SECRET, Table, is_of_team, raw_lane, raw_methods, raw_round, unpacked
from tests.rules.sent import not_sent_V20

COUNTS = (0, 3, 5, 10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1200)
RANK = {"own": 0, "team": 1, "group": 2, "all": 3}

# SPEC 6, field by field; `?` may be missing.
FIELDS = {
    "board": "title venue lang round leader from to step door began ends_at closed sealed sitting notice walk now"
    " expires day ahead rehearsal origin visited scene who_sees can? briefing? underway? at_share? lacks? reveal?"
    " offers? started_from? handings?",
    "method": "id title heading minutes people group_size groups limit scribe unnamed team ahead keep rounds"
    " leader_question? leader_part? leader_listen? leader_told? answers? lifts? before? pitch?",
    "cycle": "stations next shows",
    "plan": "minutes more",
    "sheet": "order title form per_group over scale lanes marks links heads head_title",
    "progress": "people present asks_ready ready wrote piles",
    "seat": "name number role group remote hosted leads parts away? ready?",
    "part": "order title may count rest holders wanted can",
    "group": "number shown people? ready?",
    "turn": "scope holder queue later done absent since number free endless can?",
    "deck": "sheet title left rest_at card can",
    "prepare": "deck themes cards",
    "claim": "note joker",
    "ring": "seats can",
    "row": "group text marks reach open locked marks_open becomes?",
    "note": "kind text sheet lane row side spot under until fields marks links reach chosen can marks_open? links_open?"
    " sources? handed? of? becomes? about? version?",
    "bin": "text can",
    "circle": "sheet notes loop name proposed",
    "version": "n day notes circles changes",
    "pad": "text round group turn spot card can",
    "me": "seat name role group ready turn scope can who_sees write place scene undo devices card leads lent parts",
    "host": "parts write",
    "mine": "can as? kind? text? sheet? lane? row? side? spot? under? until? fields? marks? links? marks_open? draft?"
    " links_open? about? version? reach?",
    "deleted": "text can",
    "taken": "text sheet lane",
}
MUST = {kind: {f for f in fields.split() if not f.endswith("?")} for kind, fields in FIELDS.items()}
MAY = {kind: {f.rstrip("?") for f in fields.split()} for kind, fields in FIELDS.items()}


def secrets(text: str) -> set[str]:
    return {found.decode() for found in SECRET.findall(text.encode())}


def viewers(table: Table, *, reach: str, group: str, author: str) -> set[str]:
    """Whose screens may hold a text of that reach: V2 and V3 in other words."""
    everybody = set(table.screens)
    if reach == "all":
        return everybody
    if reach == "team":
        return {w for w in everybody if is_of_team(table, w)}
    if reach == "group":
        return {w for w in everybody if w == "F" or (group and role_now(table, w)[1] == group)}
    return hands_of(table, author)


def hands_of(table: Table, author: str) -> set[str]:
    """The screen of an author; for a hosted person the facilitator's."""
    kept = table.board.people.get(author)
    if kept is None or kept.gone:
        return set()
    if kept.hosted:
        return {"F"}
    return {w for w, a in table.actors.items() if a.pid == author and w in table.screens}


def role_now(table: Table, who: str) -> tuple[str, str]:
    """Role and group of somebody now; people who are gone see what a listener sees."""
    kept = table.board.people.get(table.actors[who].pid)
    if kept is None or kept.gone:
        return ("wall" if who == "W" else "listener"), ""
    return kept.role, kept.group if kept.role in ("participant", "scribe") else ""


def keeps_pad(table: Table, who: str) -> bool:
    return who == "F" or role_now(table, who)[0] == "scribe"


def known(table: Table) -> dict[str, set[str]]:
    """Every secret of the board, and whose screens must hold it: no more and no fewer."""
    board = table.board
    found: dict[str, set[str]] = {}

    def add(text: str, who: set[str]) -> None:
        for secret in secrets(text):
            found[secret] = found.get(secret, set()) | who

    for note in board.notes.values():
        if note.kind == "comment" and note.under not in board.notes:
            continue  # goes with its note, and comes back with it
        if note.kind == "gathering" and all(one.under != note.id for one in board.notes.values()):
            continue  # nothing lies under it
        sheet = table.method.sheet(note.sheet)
        lane = sheet.lane(note.lane) if sheet and note.kind in ("note", "gathering") else None
        for text in (note.text, *(note.fields.get(field.id, "") for field in (lane.fields if lane else ()))):
            add(text, viewers(table, reach=note.reach, group=note.group, author=note.author))
    for line in board.pad.values():
        add(line.text, {w for w in table.screens if keeps_pad(table, w)})
    for kept in board.bin.values():
        taken_down = {"F"} & set(table.screens) if kept.note.reach != "own" else set()
        author = board.people.get(kept.note.author)
        listens = author is not None and author.role == "listener" and kept.note.reach != "own"
        hands = hands_of(table, kept.note.author)
        add(kept.note.text, taken_down | hands if not kept.by_author else set() if listens else hands)
    return found


def check_secrets_V2_V3_V8(table: Table) -> None:
    """No frame holds a text that its viewer may not know; every screen shows what its viewer may know."""
    found = known(table)
    # Whoever took a gathering apart is told what undo would bring back.
    apart = {
        secret: viewers(table, reach=kept.note.reach, group=kept.note.group, author="")
        for kept in table.board.bin.values()
        for secret in secrets(kept.note.text)
        if kept.note.kind == "gathering"
    }
    # What `me.undo` tells of a line that was deleted: only whoever keeps the pad can have deleted one.
    lines = {secret for taken in table.board.pad_bin.values() for secret in secrets(taken.line.text)}
    for who, frame in table.fresh:
        for secret in {s.decode() for s in SECRET.findall(frame)}:
            may_know = who in found.get(secret, set()) or (secret in lines and keeps_pad(table, who))
            may_know = may_know or who in apart.get(secret, set())
            assert may_know, f"{who} was sent {secret}: {table.command}"
    if not table.show_frames:
        return
    for who, screen in table.screens.items():
        on_screen: set[str] = set()
        for layer in (screen.shown, screen.own):
            for record in layer.values():
                if "text" in record:
                    on_screen |= secrets(record["text"] + " ".join(record.get("fields", {}).values()))
        away = {secret for text in not_sent_V20(table, who) for secret in secrets(text)}
        due = {secret for secret, whose in found.items() if who in whose and secret not in away}
        assert on_screen == due, f"{who}: too much {on_screen - due}, too little {due - on_screen}"


def check_no_author_V4(table: Table) -> None:
    """No pid travels at all; no seat stands on a note, a row or a bin."""
    pids = [pid.encode() for pid in {*table.board.people, *table.before.people}]
    for who, frame in table.fresh:
        for pid in pids:
            assert pid not in frame, f"{who} was sent a participant id"
        name, _, put, _ = unpacked(frame)
        for key, record in put.items():
            if key.partition(":")[0] in ("note", "row", "bin", "pad", "deleted", "taken"):
                held = repr({k: v for k, v in record.items() if k not in ("text", "fields")})
                assert not any(seat in held for seat in table.board.seats), f"a seat stands on {key}"
            if key.partition(":")[0] in ("mine", "me", "deleted", "taken"):
                assert name == "mine", f"{key} travels in the audience layer"


def check_fields_V1(table: Table) -> None:
    """Records hold what SPEC 6 names and nothing else."""
    for who, frame in table.fresh:
        _, _, put, gone = unpacked(frame)
        assert list(put) == sorted(put), "V5: records come in the order of their ids"
        assert gone == sorted(gone), "V5: so do the ids that are gone"
        for key, record in put.items():
            kind = key.partition(":")[0]
            assert MUST[kind] <= set(record) <= MAY[kind], f"{who} {key}: {set(record) ^ MUST[kind]}"
            if kind == "method" and who != "F":
                file = raw_methods().get(record["id"], {"rounds": ()})
                raw = {item["id"]: item for item in file["rounds"]}
                assert not any("say" in item for item in record["rounds"]), "V13"
                assert not any(key in ("before", "answers") or key.startswith("leader_") for key in record), "V13"
                told = [item["id"] for item in record["rounds"] if "questions" in item]
                assert not raw or all(raw[key].get("group") or raw[key].get("ask_all") for key in told), "V13"
            if kind == "group" and "ready" in record:
                assert who == "F" or role_now(table, who)[1] == key.partition(":")[2], "V2"
            if kind == "method":
                assert all(("pad" in item) == keeps_pad(table, who) for item in record["rounds"]), "V13"
            if kind == "pad":
                assert keeps_pad(table, who), "V15"
            if kind == "bin":
                assert who == "F", "V8"
            if kind == "turn" and record["scope"] in table.board.groups:
                assert who == "F" or role_now(table, who)[1] == record["scope"], "V9"
            if kind == "seat" and "ready" in record:
                item = raw_round(table, table.board.round)
                assert who == "F", "V11"
                assert item.get("ready"), "V11"
                assert "own" not in item.get("write", []), "V11"


def check_counts_V6_I12(table: Table) -> None:
    """Counts are steps, of people who wrote; they grow with time alone, and no op of anybody moves them.

    A reveal begins its lane's count again, and a round shows its own.
    """
    board, command = table.board, table.command
    people = [p for p in board.people.values() if p.role == "participant" and not (p.gone or p.away or p.hosted)]
    item = raw_round(table, board.round)
    moment = board.began + (table.now - board.began) // 10_000 * 10_000
    before = {at: {pid for pid, when in times.items() if when < moment} for at, times in table.wrote.items()}
    for who, screen in table.screens.items():
        if not screen.shown:
            continue
        counts = screen.shown["progress"]
        assert counts["people"] == len(people)
        assert sum(p.ready for p in people) <= counts["ready"] <= len(people)
        assert counts["wrote"] <= len(people)
        told = {lane: n for lanes in counts["piles"].values() for lane, n in lanes.items()}
        assert {*told.values(), counts["wrote"]} <= set(COUNTS), f"a count that is no step: {counts}"
        assert set(counts["piles"]) <= {item.get("sheet")}
        for lane, n in told.items():
            assert n <= len(before[item["sheet"], lane]), f"the pile of {lane} is more than have written"
        assert counts["wrote"] <= len(set().union(*before.values())), "more than have written"
        was = table.told.get(who)
        if was is not None and table.actor and not isinstance(command, c.GoTo | c.Reveal | c.Close) and board.people:
            assert was["piles"] == counts["piles"], f"{table.actor} moved a pile: {command}"
            if was["people"] == counts["people"]:
                assert was["wrote"] == counts["wrote"], f"{table.actor} moved `wrote`: {command}"
        table.told[who] = counts


def check_reach_V7(table: Table) -> None:
    """Reach never shrinks, not by undo, restore, going back or anything else."""
    before, board = table.before, table.board
    for note_id, note in board.notes.items():
        old = before.notes.get(note_id)
        if old is None and note_id in before.bin:
            old = before.bin[note_id].note
        if old is not None:
            assert RANK[note.reach] >= RANK[old.reach], f"the reach of {note_id} shrank"
            over = before.sitting and not board.sitting  # R41
            if not (board.sealed or over):
                assert note.author == old.author, f"{note_id} has changed its author"


def check_raises_R3_R9(table: Table) -> None:
    """A note rises only by what raises it: writing in the open, its own placing, a reveal of its lane or group."""
    before, board, command = table.before, table.board, table.command
    item = raw_round(table, board.round)
    for note_id, note in board.notes.items():
        old = before.notes.get(note_id)
        if note.reach == "own" or (old is None and note_id in before.bin):
            continue
        if old is not None and old.reach == note.reach:
            continue
        if not note.author and note.lane in PILES:  # D1: a card, which is no note before it is drawn or turned
            grant = "draw" if isinstance(command, c.Draw | c.Skip) else "claim" if isinstance(command, c.GoTo) else ""
            assert (old, bool(item.get(grant))) == (None, True), f"the card {note_id} was opened by {command}"
            continue
        match command:
            case c.Write(note=written):
                assert written == note_id
                if note.kind == "note":
                    item = round_there(table, note)
                    assert item["reveal"] == "on_write"
                    assert note.reach == reach_there(table, note)
                    named = item.get("lanes", [])
                    scaled = "scale" in named and not raw_lane(table, note.sheet, note.lane)
                    assert not named or note.lane in named or scaled
            case c.Place(note=placed):
                assert placed == note_id
                assert note.reach == reach_there(table, note)
                assert item.get("place") or told_late(table, note)
            case c.Reveal(sheet=sheet, lane=lane) if lane:
                assert old is not None
                assert (note.sheet, note.lane, note.reach) == (sheet, lane, "all")
                assert old.reach in ("own", "team")
                assert before.people[note.author].role != "listener", "a listener's draft was revealed"
            case c.Reveal(group=group):
                assert old is not None
                assert (note.group, old.reach, note.reach) == (group, "group", "all")
                assert item.get("show_groups")
            case c.Gather(note=head, notes=laid):
                assert (old, head, note.author) == (None, note_id, ""), "R35"
                assert item.get("gather"), "I10"
                assert {(before.notes[one].reach, before.notes[one].row) for one in laid} == {(note.reach, note.row)}
            case c.GoTo():
                assert item["reveal"] == "on_round"
                assert before.people[note.author].role != "listener", "a listener's draft was revealed"
            case c.Pick():
                assert (old, note.author) == (None, ""), "R29: a picked note has no author"
            case None if board.received != before.received:
                assert (old, note.author, note.reach) == (None, "", "all"), "R42"
                assert raw_lane(table, note.sheet, note.lane).get("takes"), "R42"
            case None if before.closed:
                assert (old, note.author, len(note.links)) == (None, "", 1), "R38"
            case _:
                raise AssertionError(f"{note_id} was raised by {command}")


def told_late(table: Table, note: Note) -> bool:
    """Whether it is what a group without a row puts up to choose from, where groups choose or work on rows (R12)."""
    item = raw_round(table, table.board.round)
    on_grid = table.method.sheet(item["sheet"]).form == "grid"  # type: ignore[union-attr]
    chosen_from = {one.sheet for one in table.method.rounds if "chosen" in one.mark}
    rowless = not any(row.group == note.group for row in table.before.rows.values())
    return (
        bool(item.get("group"))
        and bool("chosen" in item.get("mark", {}) or on_grid)
        and rowless
        and note.sheet in chosen_from
    )


def round_there(table: Table, note: Note) -> dict[str, Any]:
    """The round as which a note went up: the present one, or for the facilitator at home one of `also` (R49)."""
    item = raw_round(table, table.board.round)
    also = [raw_round(table, each) for each in item.get("also", []) if table.actor == "F"]
    return next((each for each in also if each["sheet"] == note.sheet), item)


def reach_there(table: Table, note: Note) -> str:
    """How far a note may reach where it lies: as the round says, and no farther than its row."""
    item, board = round_there(table, note), table.board
    row = board.rows.get(note.row)
    if item["see"] == "all" and row is not None:
        return row.reach
    if item["see"] == "all" and item.get("show_groups") and note.row in board.groups:
        return "all" if board.groups[note.row].shown else "group"
    return str(item["see"])


def check_turn_I3_R4(table: Table) -> None:
    """In a round with a turn only its holder has placed, and only an own note."""
    command = table.command
    item = raw_round(table, table.board.round)
    if not isinstance(command, c.Place) or table.refusal or item.get("turn", "none") == "none":
        return
    before = table.before
    author = before.people[before.notes[command.note].author]
    holders = {turn.holder for key, turn in before.turns.items() if key.startswith(f"{before.round}/")}
    assert (author.group if item["turn"] == "groups" else author.seat) in holders, "placed without the floor"
    assert table.actor in hands_of(table, author.pid), "placed somebody else's note"


def check_roles_R6_I5(table: Table) -> None:
    """A listener, a wall and whoever is gone get nothing done; a listener may take away an own draft."""
    if table.command is None or table.refusal:
        return
    kept = table.before.people.get(table.actors[table.actor].pid)
    assert kept is not None, f"{table.actor} is not of this workshop"
    assert not kept.gone, f"{table.actor} is gone"
    if kept.role == "listener":
        command, before = table.command, table.before
        assert isinstance(command, c.Delete | c.Restore), f"{table.actor} only listens"
        note = before.notes.get(command.note) or before.bin[command.note].note
        assert (note.author, note.reach) == (kept.pid, "own"), f"{table.actor} only listens"


def check_refusal_changes_nothing(table: Table) -> None:
    """A refused op leaves its reason at its tab and nothing else (O3)."""
    if not table.refusal:
        return
    for field in Board.__struct_fields__:
        if field not in ("version", "tabs", "last_at"):
            assert getattr(table.board, field) == getattr(table.before, field), f"a refusal changed {field}"
    tab, n = table.tabs[table.actor]
    kept = table.board.tab(tab)
    if table.board.sealed:
        assert kept is None, "a sealed board remembers a tab"
        return
    assert kept is not None, "the tab is forgotten"
    assert kept.refused.get(n) == table.refusal, "the refusal is forgotten"


def check_holders_O7(table: Table) -> None:
    """The index of who has an act about what is what a walk through all undo stacks finds."""
    walked: dict[str, set[str]] = {}
    for pid, stack in table.board.acts.items():
        assert not stack or stack[0], f"{pid}: an empty act at the bottom"
        for act in stack:
            for change in act:
                walked.setdefault(change.id, set()).add(pid)
    assert {touched: set(pids) for touched, pids in table.board.holders.items()} == walked


def check_shares_R18(table: Table) -> None:
    """The numbers of notes are what a walk through all of them finds."""
    board = table.board
    held = [*board.notes.values(), *(kept.note for kept in board.bin.values())]
    assert board.shares.notes == Counter(note.author for note in held)
    assert board.shares.drafts == Counter(note.author for note in held if note.reach == "own")
    mine = [kept for kept in board.bin.values() if kept.by_author and kept.note.reach != "own"]
    assert board.shares.up == sum(note.reach != "own" for note in held) - len(mine)


def check_snapshot_S4(table: Table) -> None:
    assert wire.unpack_board(wire.pack_board(table.board)) == table.board


def check_replay_S2(table: Table) -> None:
    """The log folds to the same board."""
    assert table.replayed() == table.board


def check_converged_P1(table: Table) -> None:
    """Every screen, fed by patches alone, holds what a fresh one would get."""
    for who, screen in table.screens.items():
        actor = table.actors[who]
        fresh = view.view(table.board, table.method, view.audience(table.board, actor))
        assert screen.shown == unpacked(wire.pack(fresh)), f"{who} sees something else than a newcomer"
        own = view.personal(table.board, table.method, actor)
        assert screen.own == unpacked(wire.pack(own)), f"{who} has another personal layer than a newcomer"


def check_sealed_I6_I7(table: Table) -> None:
    """After sealing nothing ties a text to anybody."""
    board = table.board
    if not board.sealed:
        return
    assert not any((board.people, board.seats, board.bin, board.acts, board.turns, board.seed))
    assert not any((board.tabs, board.writers, board.counts, board.joined, board.shares.notes.keys() - {""}))
    assert list(board.notes) == sorted(board.notes), "an order of creation is left"
    assert all(note.author == "" and note.reach != "own" for note in board.notes.values())


def check_invites_what_is_allowed(table: Table) -> None:
    """`me` says who sees what one writes, and it is true of what the round does."""
    item = raw_round(table, table.board.round)
    for who, screen in table.screens.items():
        me = screen.own.get("me")
        if me is None or me["write"] is None or me["role"] == "listener":
            continue
        reach = item["see"] if item["reveal"] == "on_write" else "own"
        assert me["write"]["reach"] == reach, who
        assert (me["who_sees"].startswith("own")) == (reach == "own"), f"{who} reads {me['who_sees']}"


STEP: tuple[Callable[[Table], None], ...] = (
    check_secrets_V2_V3_V8,
    check_no_author_V4,
    check_fields_V1,
    check_counts_V6_I12,
    check_reach_V7,
    check_raises_R3_R9,
    check_turn_I3_R4,
    check_roles_R6_I5,
    check_comments_I1_R7,
    check_refusal_changes_nothing,
    check_links_V18,
    check_circles_R43_V18,
    check_about_R43_V18,
    check_sealed_I6_I7,
    check_holders_O7,
    check_shares_R18,
)
SOMETIMES: tuple[Callable[[Table], None], ...] = (
    check_snapshot_S4,
    check_replay_S2,
    check_converged_P1,
    check_invites_what_is_allowed,
)


def check_step(table: Table) -> None:
    for check in STEP:
        check(table)


def check_all(table: Table) -> None:
    for check in (*STEP, *SOMETIMES):
        check(table)
