"""Short plays about parts, marks, fields, cards, picks and copies, as `promises` has them about what people see.

What may not live here: the older promises (promises.py, promises_of_ops.py).
"""

from typing import Any

from board_schema import view, wire
from board_schema.board import DAY, Actor
from board_schema.decide.copies import copy
from board_schema.events import Copied, Entry, NotePut
from board_schema.forms.deck import GALLERY, JOKERS, SKIPPED, TALKED, TOLD
from tests.rules import checks
from tests.rules.cast import MIXED, OWN
from tests.rules.files import changed_file, refusal
from tests.rules.linked import check_links_V18
from tests.rules.play import Table, text_of
from tests.rules.promises import promise

RELAY = OWN[1]  # with every primitive that these plays are about
CARDS = 13  # of its theme, with the one that is in every theme


def relay(to: str, people: int = 3, **more: Any) -> Table:
    """The test method in a round, with P1 a runner: a part that leads and writes."""
    table = Table(RELAY, people=people, scribes=1, **more)
    table.do("F", "hand", part="runner", seat=table.seat("P1"))
    for item in RELAY.plan(table.board.leader)[1:]:
        if table.board.round != to:
            table.go(item.id)
    return table


def lying(table: Table, pile: str) -> list[str]:
    """The cards of a pile, by their spots."""
    notes = [note for note in table.board.notes.values() if note.lane == pile]
    return [note.id for note in sorted(notes, key=lambda note: note.spot)]


def in_ring(table: Table) -> list[str]:
    return [table.named(seat) for seat in table.screens["W"].shown["ring"]["seats"]]


@promise
def R30_a_part_changes_hands_only_as_its_file_says() -> None:
    table = relay("hello", people=4)
    assert table.refused("P2", "hand", part="runner", seat=table.seat("P3")) == "role"
    assert table.refused("P2", "hand", part="runner", seat=table.seat("P1"), on=False) == "role"
    table.do("P2", "hand", part="runner", seat=table.seat("P2"))
    assert table.refused("P3", "hand", part="runner", seat=table.seat("P3")) == "full"
    assert table.refused("F", "hand", part="crowd", seat=table.seat("P3")) == "no_part"
    table.do("P1", "hand", part="runner", seat=table.seat("P3"))
    held = {who: table.screens["W"].shown[f"seat:{table.seat(who)}"]["parts"] for who in ("P1", "P2", "P3", "P4")}
    assert held == {"P1": ["crowd"], "P2": ["runner"], "P3": ["runner"], "P4": ["crowd"]}
    table.do("F", "role", seat=table.seat("P3"), role="listener")
    assert table.screens["W"].shown["part:runner"]["holders"] == [table.seat("P2")]


@promise
def R30_only_a_part_that_leads_goes_on() -> None:
    table = relay("hello")
    assert table.refused("P2", "round", to="draw") == "role"
    table.do("P1", "round", to="draw")
    table.do("P1", "timer", act="stop")
    assert table.refused("P1", "door", open=False) == "role"
    talk = Table("check-in", people=3)
    talk.do("F", "hand", part="teller", seat=talk.seat("P1"))
    assert talk.refused("P1", "round", to="tell") == "role"


@promise
def R32_a_mark_is_set_by_whom_the_round_grants_its_kind_and_carries_what_the_round_fixes() -> None:
    table = relay("slow")
    note = table.write("P2", sheet="run", lane="first", marks={"pace": "even"})
    assert table.note(note).marks == {"pace": "slow"}
    table.go("all")
    late = table.write("F", sheet="next", lane="ideas")
    assert table.note(note).reach == "all"
    assert table.refused("P3", "mark", note=note, kind="pace", word="even") == "locked"
    assert table.refused("F", "mark", note=note, kind="pace", word="even") == "locked"
    for who in ("P2", "P1"):
        table.do(who, "mark", note=note, kind="pace", word="even" if who == "P2" else "slow")
    assert table.refused("P1", "mark", note=late, kind="pace", word="slow") in ("no_mark", "no_note")
    assert table.screens["W"].shown[f"note:{note}"]["marks"] == {"pace": "slow"}


@promise
def R39_V18_links_are_set_by_whom_the_round_grants_them_and_shown_with_both_ends() -> None:
    table = Table(MIXED, people=4)
    table.go("tell")
    groups = [table.members(group) for group in table.board.groups]
    (one, two), (three, *_) = groups
    notes = {}
    for who in (one, two, three):
        notes[who] = table.write(who, sheet="papers", lane="likes", text=f"kan {who}")
        table.do("F", "turn", act="give", seat=table.seat(who), scope=table.group(who))
        table.do(who, "place", note=notes[who], lane="likes")
    first, second = notes[one], notes[two]
    ask = {"note": first, "kind": "helps", "other": second}
    assert table.refused(two, "link", **ask) == "locked"
    table.go("choose")
    assert table.refused("F", "link", **ask) == "locked"
    assert table.refused(one, "link", **{**ask, "other": first}) == "itself"
    assert table.refused(three, "link", note=notes[three], kind="helps", other=first) == "no_note"
    table.do(two, "link", **ask)
    assert table.refused(one, "link", **ask) == "linked"
    assert table.screens[one].shown[f"note:{first}"]["links"] == {"helps": [second]}
    table.do(two, "delete", note=second)
    assert table.screens[one].shown[f"note:{first}"]["links"] == {}
    table.do(two, "restore", note=second)
    table.do(one, "mark", note=second, kind="chosen", word="chosen")
    table.go("fill")
    table.do(one, "reveal", note=first)
    check_links_V18(table)
    table.go("choose")
    before = table.me(three)["can"]
    table.do(one, "unlink", **ask)
    assert table.me(three)["can"] == before
    assert table.refused(one, "link", **ask) == "no_link", "all see the first, and the group the second"


@promise
def R39_a_link_is_not_shown_while_an_end_lies_where_it_does_not_lead_and_one_takes_the_place_of_another() -> None:
    table = Table("fremtidsvaerksted", people=2)
    table.go("dream")
    dreams = [table.write("P1", sheet="columns", lane="dream") for _ in range(2)]
    table.do("F", "reveal", sheet="columns", lane="dream")
    table.go("realise")
    step = table.write("P2", sheet="columns", lane="realise", links={"towards": [dreams[0]]})
    table.do("P2", "link", note=step, kind="towards", other=dreams[1])
    assert table.screens["P2"].own[f"mine:{step}"]["links"] == {"towards": [dreams[1]]}
    table.do("F", "move", note=dreams[1], lane="critique")
    assert table.screens["P2"].own[f"mine:{step}"]["links"] == {}
    table.do("P2", "link", note=step, kind="towards", other=dreams[0])
    table.do("F", "move", note=dreams[1], lane="dream")
    assert table.screens["P2"].own[f"mine:{step}"]["links"] == {"towards": [dreams[0]]}


@promise
def R32_a_word_waits_for_the_answers_it_needs() -> None:
    table = relay("next")
    note = table.write("P2", sheet="next", lane="ideas")
    assert table.refused("F", "mark", note=note, kind="say", word="yes") == "needs_left"
    table.do("F", "mark", note=note, kind="say", word="later")
    table.do("P3", "set", note=note, field="why", value="Det hjælper")
    table.do("P1", "mark", note=note, kind="say", word="yes")
    table.do("F", "move", note=note, lane="date")
    assert table.note(note).marks == {}, "the kind is not for that lane"


@promise
def R31_an_answer_is_given_by_whom_the_round_grants_it_and_fits_its_field() -> None:
    table = relay("next")
    note = table.write("P2", sheet="next", lane="date")
    table.do("P3", "set", note=note, field="day", value="2027-02-28")
    for field, value in (("day", "2027-02-29"), ("day", "i morgen"), ("place", "hjemme")):
        assert table.refused("P3", "set", note=note, field=field, value=value) == "bad_value"
    assert table.refused("P3", "set", note=note, field="why", value="x") == "no_field"
    assert table.refused("P3", "set", note=note, field="day", value="none", from_="") == "changed"
    table.go("harvest")
    assert table.refused("P3", "set", note=note, field="place", value="in") == "locked"
    assert table.screens["W"].shown[f"note:{note}"]["fields"] == {"day": "2027-02-28"}


@promise
def R45_a_note_lies_in_a_lane_with_what_it_needs_and_keeps_it_there() -> None:
    table = relay("next")
    note = table.write("P2", sheet="next", lane="ideas")
    for given, reason in (
        ({}, "unanswered"), ({"day": "2027-02-28"}, "unanswered"),
        ({"day": "2027-02-28", "back": "2027-02-27"}, "day_order"), ({"why": "x"}, "no_field"),
    ):  # fmt: skip
        assert table.refused("P2", "move", note=note, lane="agreed", fields=given) == reason
        new = {"note": table.new_note(), "text": "x", "sheet": "next", "lane": "agreed"}
        assert table.refused("P2", "write", fields=given, **new) == reason
    table.do("P2", "move", note=note, lane="agreed", fields={"day": "2027-02-28", "back": "none"})
    assert table.refused("P2", "set", note=note, field="back", value="") == "unanswered"
    assert table.refused("P3", "set", note=note, field="back", value="2027-02-27") == "day_order"
    table.do("P3", "set", note=note, field="back", value="2027-02-28")
    assert table.screens["W"].shown[f"note:{note}"]["fields"] == {"day": "2027-02-28", "back": "2027-02-28"}
    table.do("P2", "move", note=note, lane="date")
    table.do("P3", "set", note=note, field="day", value="2027-03-01")
    back = {"day": "2027-03-02", "back": "2027-03-03"}
    assert table.refused("P2", "move", note=note, lane="agreed", fields=back) == "changed"


@promise
def R45_nothing_is_decided_before_somebody_has_answered() -> None:
    table = Table("forloeb", people=2)
    table.go("trials")
    note = table.write("F", sheet="trials", lane="proposed")
    table.do("F", "move", note=note, lane="stopped", fields={"start": "2027-02-01", "stop": "2027-03-01"})
    table.go("followup")
    ask = {"note": note, "lane": "decided", "fields": {"learned": "Det hjælper"}, "marks": {"decision": "adjust"}}
    assert table.refused("F", "move", **ask) == "unanswered"
    table.write("P1", sheet="trials", lane="stopped", kind="comment", under=note)
    assert table.refused("F", "move", **{**ask, "marks": {}}) == "unanswered"
    table.do("F", "move", **ask)
    assert table.refused("F", "mark", note=note, kind="decision") == "unanswered"


@promise
def R29_a_picked_note_is_nobodys_and_stands_for_what_all_were_shown() -> None:
    table = relay("core")
    notes = [table.write(who, sheet="core", lane="legs") for who in ("P1", "P2")]
    draft = table.write("P2", sheet="run", lane="first")
    table.go("harvest")
    given = {"text": "Benene bærer", "lane": "points"}
    assert table.refused("P2", "pick", note=table.new_note(), of=notes, **given) == "round"
    assert table.refused("F", "pick", note=table.new_note(), of=[draft], **given) == "no_note"
    picked = table.new_note()
    table.do("S1", "pick", note=picked, of=notes, **given)
    assert table.note(picked).author == ""
    assert table.screens["W"].shown[f"note:{picked}"]["sources"] == [{"sheet": "core", "lane": "legs", "count": 2}]
    assert table.refused("F", "pick", note=table.new_note(), of=[picked], **given) == "no_note"
    table.do("F", "close")
    table.do("F", "seal")
    assert table.note(picked).of == ()


@promise
def R33_where_nothing_is_kept_no_op_stores_a_text() -> None:
    table = Table("check-in", people=2)
    given = {"sheet": "x", "lane": ""}
    assert table.refused("P1", "write", note=table.new_note(), text="hej", **given) == "nothing_kept"
    assert table.refused("F", "setup", title="Om Bo") == "nothing_kept"
    table.do("P1", "name", name="Anna")
    table.do("F", "close")
    assert table.refused("F", "reopen") == "sealed"


@promise
def R34_words_are_shown_by_who_has_the_part_in_rounds_that_have_some() -> None:
    table = Table("check-in", people=3)
    table.do("F", "hand", part="teller", seat=table.seat("P1"))
    for item, shown in (("tell", set()), ("feel", {"P1"}), ("need", {"P1"}), ("tell", set())):
        table.go(item)
        may = {who for who in ("P1", "P2", "P3") if any(part["words"] for part in table.me(who)["parts"])}
        assert may == shown, item


@promise
def R36_a_copy_has_what_all_were_shown_and_nothing_of_anybody() -> None:
    table = relay("core")
    table.do("F", "name", name="Frida")
    note = table.write("P1", sheet="core", lane="legs")
    hidden = table.write("P2", sheet="run", lane="first")
    table.do("F", "close")
    made = copy(table.board, RELAY, board_id="copy", seed="other", pid="pidcopy", seat="seatcopy", keep=30 * DAY)
    notes = [event.note for event in made if isinstance(event, NotePut)]
    assert [one.text for one in notes] == [table.note(note).text]
    assert {(one.author, one.spot, one.id == note) for one in notes} == {("", 0, False)}
    assert any(isinstance(event, Copied) for event in made)
    packed = wire.pack_entry(Entry(events=tuple(made)))
    for secret in (table.note(hidden).text, *table.board.people, *table.board.seats, note, hidden):
        assert secret.encode() not in packed


@promise
def D1_cards_lie_as_they_were_sorted_and_nobody_is_sent_one_that_lies_face_down() -> None:
    table = relay("sort")
    assert table.refused("P1", "deck", deck="start") == "round"
    table.do("F", "deck", deck="start")
    cards = list(table.method.cards("start"))
    table.do("F", "sort", cards=cards[5:6], word="first")
    table.do("F", "sort", cards=cards[2:3], word="out")
    table.do("F", "sort", cards=cards[7:8], word="last")
    assert (table.board.stack[0], table.board.stack[-1]) == (cards[5], cards[7])
    assert cards[2] not in table.board.stack
    texts = [card.da.encode() for card in table.method.cards("start").values()]
    for who, screen in table.screens.items():
        assert any(text in b"".join(screen.frames) for text in texts) == (who == "F"), who
    table.go("draw")
    assert "prepare" not in table.screens["F"].shown


@promise
def D2_people_sit_as_they_were_put_and_the_word_follows() -> None:
    joined = ["P1", "P2", "P3", "P4"]
    assert any(in_ring(Table(RELAY, people=4, seed=seed)) != joined for seed in range(4)), "R19: as they came in"
    table = relay("draw", people=4)
    one, two, three, four = in_ring(table)
    table.do(one, "draw")
    table.do("F", "ring", seat=table.seat(four), after=table.seat(one))
    assert in_ring(table) == [one, four, two, three]
    table.do(one, "turn", act="done")
    assert table.me(four)["turn"] == "holder"
    table.join("P9")
    assert in_ring(table) == [one, four, two, three, "P9"]
    table.do("F", "ring", seat=table.seat("P9"), after="")
    table.go("tell")
    queue = [table.named(seat) for seat in table.screens["W"].shown["turn:all"]["queue"]]
    assert queue == in_ring(table) == ["P9", one, four, two, three]


@promise
def D3_the_word_goes_round_and_its_holder_opens_one_card() -> None:
    table = relay("draw")
    one, two, three = in_ring(table)
    assert table.refused(two, "draw") == "turn"
    table.do(one, "draw")
    assert table.refused(one, "draw") == "taken"
    card = table.board.card
    table.do(one, "turn", act="done")
    assert lying(table, TALKED) == [card]
    for who in (two, three, one):
        assert table.me(who)["turn"] == "holder"
        table.do(who, "draw")
        table.do(who, "turn", act="done")
    table.do("F", "round", to="take")


@promise
def D4_a_card_that_does_not_fit_is_put_aside_for_the_same_person() -> None:
    table = relay("draw")
    one, two, _ = in_ring(table)
    table.do(one, "draw")
    table.do(one, "free")
    card = table.board.card
    assert table.refused(two, "skip") == "turn"
    table.do(one, "skip")
    assert lying(table, SKIPPED) == [card]
    assert table.board.card not in ("", card)
    assert table.me(one)["turn"] == "holder"
    assert not table.screens["W"].shown["turn:all"]["free"]
    assert table.refused(one, "undo") == "nothing_to_undo"


@promise
def D5_I8_a_card_has_one_holder_until_it_is_put_back() -> None:
    table = relay("draw")
    first = in_ring(table)[0]
    table.do(first, "draw")
    table.do(first, "skip")
    aside = lying(table, SKIPPED)
    table.go("take")
    assert len(lying(table, GALLERY)) == CARDS - 1
    assert set(aside) < set(lying(table, GALLERY))
    card, other = lying(table, GALLERY)[:2]
    table.do("P1", "claim", note=card, on=True)
    assert table.refused("P2", "claim", note=card, on=True) == "taken"
    table.do("P1", "claim", note=other, on=True)
    table.do("P2", "claim", note=card, on=True)
    joker = table.write("P3", sheet="table", lane=JOKERS)
    assert table.refused("P2", "claim", note=joker, on=True) == "no_note"
    table.do("P3", "claim", note=joker, on=True)
    assert table.screens["W"].shown[f"claim:{table.seat('P3')}"] == {"note": "", "joker": True}
    checks.check_secrets_V2_V3_V8(table)
    table.do("F", "remove", seat=table.seat("P2"))
    table.do("F", "role", seat=table.seat("P1"), role="listener")
    assert not {card, other} & set(table.board.claims.values())


@promise
def D6_what_was_told_about_is_put_on_its_pile() -> None:
    table = relay("take")
    card, other = lying(table, GALLERY)[:2]
    table.do("P1", "claim", note=card, on=True)
    table.do("P2", "claim", note=other, on=True)
    table.go("tell")
    table.take_turn("P1")
    table.do("P1", "turn", act="done")
    assert lying(table, TOLD) == [card]
    table.take_turn("P2")
    table.do("P2", "turn", act="pass")
    assert other in lying(table, TOLD)
    table.do("F", "close")
    table.do("F", "seal")
    assert (table.board.claims, table.board.stack, table.board.ring) == ({}, (), ())


@promise
def V13_what_a_round_says_to_a_part_is_its_holders_alone() -> None:
    table = relay("hello")
    said = RELAY.round("hello").prompts["runner"].instruction["da"].encode()
    assert {who for who, screen in table.screens.items() if said in b"".join(screen.frames)} == {"P1"}
    stranger = view.personal(table.board, RELAY, Actor("pidstranger", "participant"))
    assert said not in wire.pack(stranger)


@promise
def M1_M6_a_file_that_cannot_be_played_is_refused() -> None:
    change = "trio-forandringsdialog"
    past = text_of("fortids-og-fremtidsvaerksted")
    marks = "\n".join(line for line in past.split("\n") if not line.startswith("mark = "))
    talk = text_of("perspektivsamtale")
    for text, said in (
        (changed_file(change, ("count = [0, 4]", "count = [0, 0]")), "nobody can hold"),
        (changed_file(change, ('write = ["facilitator", "scribe", "trio"]', "write = []"), after='id = "summary"'),
         "no note can be up"),
        (changed_file(change, ('{ sheet = "trio", lanes = ["topic"] }', '{ sheet = "next", lanes = ["themes"] }')),
         "nothing in `themes` is seen"),
        (marks, "no round can set it"),
        (talk[: talk.index("[[decks]]")], "a deck needs cards"),
        (changed_file(change, (', en = "TRIO" }', " }")), "the text for `en` is missing"),
    ):  # fmt: skip
        refusal(text, said)


def answered() -> tuple[Table, str]:
    """A future workshop that picked one point and one step, before its close."""
    table = Table("fremtidsvaerksted", people=3, leader="told")
    table.go("harvest")
    point, step = table.new_note(), table.new_note()
    table.do("F", "pick", note=point, text="Tiden er knap", lane="points", of=[])
    table.do("F", "pick", note=step, text="Vi prøver selv", lane="trials", of=[])
    assert table.answer(step, "Nej") == "no_note"
    return table, point


@promise
def R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close() -> None:
    table, point = answered()
    assert table.answer(point, "For tidligt") == "round"
    assert all(lane["id"] != "answer" for lane in table.screens["W"].shown["sheet:yield"]["lanes"])
    table.do("F", "close")
    assert table.screens["W"].shown["sheet:yield"]["lanes"][-1]["id"] == "answer"
    assert table.answer(point, "x" * 401) == "too_long"
    assert table.answer(point, "Det gør vi", outcome="maybe") == "bad_value"
    assert table.answer(point, "Det gør vi", outcome="done") == ""
    for who in ("F", "P1", "W"):
        found = [note for note in table.screens[who].shown.values() if note.get("lane") == "answer"]
        said = [(note["text"], note["links"], note["can"], note["fields"], "sources" in note) for note in found]
        assert said == [("Det gør vi", {"answer": [point]}, [], {"outcome": "done"}, False)]


@promise
def R38_R25_a_leaders_answer_replaces_only_the_one_that_its_writer_saw() -> None:
    table, point = answered()
    table.do("F", "close")
    assert table.answer(point, "Det gør vi") == ""
    assert table.answer(point, "Det gør vi ikke") == "changed"
    assert table.answer(point, "Til sommer", began="Det gør vi") == ""
    assert [note.text for note in table.board.notes.values() if note.lane == "answer"] == ["Til sommer"]


@promise
def R38_an_answer_does_not_keep_a_workshop_longer() -> None:
    table, point = answered()
    table.do("F", "close")
    until = table.screens["W"].shown["board"]["expires"]
    table.now += 5 * DAY
    assert table.answer(point, "Det gør vi") == ""
    assert table.screens["W"].shown["board"]["expires"] == until


@promise
def R37_who_does_not_come_on_the_day_is_waited_for_and_keeps_what_was_written() -> None:
    table = Table("fremtidsvaerksted", people=0, leader="told")
    table.do("F", "setup", day=table.now + DAY)
    for who in ("P1", "P2", "P3"):
        table.join(who)
        table.write(who, sheet="columns", lane="critique", text=f"hjemmefra {who}")
    table.here = {table.seat("P1"), table.seat("P2")}
    table.do("F", "round", to="critique")
    assert table.screens["W"].shown["progress"]["present"] == 2
    assert f"seat:{table.seat('P3')}" not in table.screens["P1"].shown
    assert table.screens["F"].shown[f"seat:{table.seat('P3')}"]["away"]
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert {note.text: note.reach for note in table.board.notes.values()}["hjemmefra P3"] == "own"
    table.arrive("P3")
    assert table.screens["W"].shown["progress"]["present"] == 3
    assert f"seat:{table.seat('P3')}" in table.screens["P1"].shown
