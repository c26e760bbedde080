"""What goes along when a workshop hands on, row by row of the table of what flows, and what does not (R42)."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from board_schema import wire
from board_schema.board import Group, PadLine
from board_schema.events import DeckSet, GroupPut, LinePut
from board_schema.method import Method
from board_schema.method_file import parse_stored
from board_schema.rules import Carrying, becomes, is_picked
from server.rehearsal.rehearsals import people_for
from tests.rules import checks
from tests.rules.cast import METHODS, Cast, method_of
from tests.rules.handings import (
    DAY,
    PROGRAMME,
    hand_on,
    handed_over,
    lying,
    pick,
    programme,
    put,
    said,
    take_in,
    to_picking,
    told,
)
from tests.rules.play import SECRET, START, Table, text_of

NAMES = ("Navn Alfa", "Navn Beta", "Navn Gamma")
SEATS: dict[int, list[str]] = {}  # of each workshop, which forgets them when it is sealed


def workshop(stem: str | Method, **more: Any) -> Table:
    """A workshop with people whose names can be told from everything else."""
    table = Table(stem, people=0, **{"show": False, **more})
    table.now = START + 54_321
    for i, name in enumerate(NAMES, 1):
        table.join(f"P{i}", name=name)
    SEATS[id(table)] = list(table.board.seats)
    return table


def every_byte(there: Table) -> bytes:
    """What the programme's log and its snapshot hold, and all that anybody was sent."""
    frames = [frame for screen in there.screens.values() for frame in screen.frames]
    assert frames
    return b"".join([*there.log, wire.pack_board(there.board), *frames])


def check_dropped(table: Table, there: Table, *words: str) -> None:
    """In no byte there is a name, pid, seat, group, note or time of the workshop, or one of these words."""
    people = [*NAMES, *(actor.pid for actor in table.actors.values()), *SEATS[id(table)]]
    times = {wire.unpack_entry(packed).at for packed in table.log} - {START}
    every = every_byte(there)
    for one in filter(None, (*people, *words, table.board.seed, *table.board.notes)):
        assert one.encode() not in every, one
    for short in (*times, *table.board.groups):
        assert msgpack.packb(short) not in every, short
    assert all(note.author == "" and note.group == "" and note.row == "" for note in there.board.notes.values())


def brought(table: Table) -> Table:
    there = programme()
    handed_over(table, there)
    return there


def test_PS_a_card_brings_its_text_theme_and_scribes_line_and_not_who_drew_it() -> None:
    table = workshop("perspektivsamtale")
    theme = table.method.themes[0]
    table.append([DeckSet(deck=theme.id, sorting={}, stack=())])
    card = put(table, sheet="table", lane="talked", text=theme.cards[0].da, who="")
    joker = put(table, sheet="table", lane="jokers", text="Vi når aldrig farvel")
    table.append([LinePut(PadLine(id="line00000001", text="Flere nikkede", round="draw", turn=7, card=card))])
    to_picking(table)
    pick(table, card, text="Vi taler forbi hinanden")
    pick(table, joker, text="Vi når aldrig farvel")
    there = brought(table)
    farewell, past = lying(there, "tray")
    assert said(past, "card") == [("", theme.cards[0].da)]
    assert said(past, "theme") == said(farewell, "theme") == [("", theme.title["da"])]
    assert said(past, "pad") == [("", "Flere nikkede")]
    assert said(farewell, "card") == [], "a joker is somebody's, and its text is what was picked"
    check_dropped(table, there, "line00000001", "draw")


def test_PS_a_dilemma_that_was_heard_becomes_a_session_in_short() -> None:
    table = workshop("perspektivsamtale")
    to_picking(table)
    pick(table, lane="sessions", text="Tid eller ro")
    there = brought(table)
    (session,) = lying(there, "planned")
    assert session.text == "Tid eller ro"
    assert told(session) == []
    check_dropped(table, there)


def test_DV_a_dilemma_brings_its_poles_context_history_and_outcome() -> None:
    table = workshop("dilemmavaerksted")
    table.append([GroupPut(Group(id="g47", number=47, shown=True))])
    head = put(
        table,
        sheet="dilemmas",
        lane="dilemma",
        text="Ro eller tempo",
        row="g47",
        marks={"chosen": "chosen", "fate": "paradox"},
    )
    words = {
        "one": "Ro",
        "other": "Tempo",
        "relations": "To vagter",
        "conditions": "Få hænder",
        "history": "Siden flytningen",
    }
    for lane, text in words.items():
        put(table, sheet="grid", lane=lane, text=text, row=head)
    put(table, sheet="grid", lane="experience", text="kun gruppens egen", row=head, reach="group", group="g47")
    action = put(table, sheet="grid", lane="actions", text="Et kodeord", row=head, who="P2")
    to_picking(table)
    pick(table, head, text="Ro eller tempo")
    pick(table, head, lane="lifts", text="Tempoet løftes")
    pick(table, action, lane="trials", text="Et kodeord")
    there = brought(table)
    grid = table.method.sheet("grid")
    assert grid
    titles = {lane.id: lane.title["da"] for lane in grid.lanes}
    for lane in ("tray", "lifts", "trials"):
        (note,) = lying(there, lane)
        rows = {(titles[name], text) for name, text in words.items()}
        assert rows <= set(said(note, "row")), lane
        assert "Paradoks" in [text for _, text in said(note, "mark")], lane
    (trial,) = lying(there, "trials")
    assert "Ro eller tempo" in [text for _, text in said(trial, "head")]
    check_dropped(table, there, "kun gruppens egen", "g47")


def test_HV_an_event_brings_its_year_polarity_period_and_the_count_of_like_ones() -> None:
    table = workshop("historievaerksted")
    table.append([GroupPut(Group(id="g47", number=47, shown=True))])
    wrote = (("2019", "P1", "up", 31), ("2019", "P2", "up", 32), ("2020", "P3", "down", 33))
    events = [
        put(table, sheet="timeline", lane=year, text=f"Leder {who}", who=who, marks={"effect": effect}, spot=spot)
        for year, who, effect, spot in wrote
    ]
    put(table, sheet="timeline", lane="2018", until="2019", kind="heading", text="Lederskift", who="F")
    strength = put(table, sheet="groups", lane="strengths", text="Vi hjælper", row="g47", group="g47")
    wish = put(table, sheet="groups", lane="wishes", text="Fast leder", row="g47", group="g47")
    to_picking(table)
    pick(table, *events, text="Mange ledere")
    pick(table, strength, text="Vi hjælper hinanden")
    pick(table, wish, lane="trials", text="Bed om en fast leder")
    there = brought(table)
    leaders, helping = lying(there, "tray")
    assert [(each.kind.rpartition(" ")[2], each.count) for each in leaders.sources] == [("2019", 2), ("2020", 1)]
    first, second = leaders.sources
    assert [(t.text, t.count) for t in first.told if t.what == "mark"] == [("har styrket os", 2)]
    assert [(t.text, t.count) for t in second.told if t.what == "mark"] == [("har udfordret os", 1)]
    assert [t.text for t in first.told if t.what == "period"] == ["Lederskift"]
    assert [t.text for t in second.told if t.what == "period"] == []
    assert helping.sources[0].kind == "Styrker"
    (trial,) = lying(there, "trials")
    assert trial.sources[0].count == 1
    assert {each.session for each in leaders.sources} == {"Historieværksted"}
    assert {each.day for each in leaders.sources} == {DAY}
    check_dropped(table, there, "Leder P1", "Leder P2", "Leder P3")


def test_FFV_a_chosen_wish_and_its_action_bring_level_reason_and_theme() -> None:
    table = workshop("fortids-og-fremtidsvaerksted")
    theme = put(
        table, sheet="ahead", lane="wishes", kind="gathering", text="Overlap", who="",
        marks={"choice": "chosen"}, fields={"reason": "Alle rammes"},
    )  # fmt: skip
    wishes = [put(table, sheet="ahead", lane="wishes", text=f"Ønske {i}", who=f"P{i}", under=theme) for i in (1, 2)]
    action = put(table, sheet="ahead", lane="management", text="Skemaet åbnes", who="P3")
    to_picking(table)
    pick(table, theme, action, lane="trials", text="Overlap i skemaet")
    pick(table, wishes[0], text="Et ønske")
    there = brought(table)
    (trial,) = lying(there, "trials")
    management = table.method.sheet("ahead").lane("management").title["da"]  # type: ignore[union-attr]
    assert management in [each.kind for each in trial.sources], "the level"
    assert said(trial, "field") == [("Derfor", "Alle rammes")]
    assert ("Hvad gør vi med ønsket?", "Valgt") in said(trial, "mark")
    assert sum(each.count for each in trial.sources) == 3
    (point,) = lying(there, "tray")
    assert said(point, "heading") == [("", "Overlap")], "the theme"
    check_dropped(table, there, "Ønske 1", "Ønske 2")


@pytest.mark.parametrize("gathered", [False, True], ids=["alone", "under a heading"])
def test_FFV_an_action_that_is_picked_without_its_wish_brings_the_wish_with_reason_and_theme(gathered: bool) -> None:
    table = workshop("fortids-og-fremtidsvaerksted")
    wish = {"sheet": "ahead", "lane": "wishes"}
    theme = put(table, **wish, kind="gathering", text="Overlap", who="", fields={"reason": "Alle rammes"})
    wishes = [
        put(table, **wish, text="Mere overlap", who="P1", under=theme),
        put(table, **wish, text="Ro til at give videre", who="P2", fields={"reason": "Der sker fejl"}),
    ]
    heading = put(table, sheet="ahead", lane="group", kind="gathering", text="Ti minutter", who="") if gathered else ""
    actions = [
        put(
            table,
            sheet="ahead",
            lane="group",
            text=f"Skridt {i}",
            who=f"P{i}",
            under=heading,
            links={"towards": (one,)},
        )
        for i, one in enumerate(wishes, 1)
    ]
    to_picking(table)
    for one in [heading] if gathered else actions:
        pick(table, one, lane="trials", text="Ti minutter sammen")
    there = brought(table)
    notes = lying(there, "trials")
    assert len(notes) == (1 if gathered else 2)
    title = table.method.sheet("ahead").link("towards").title["da"]  # type: ignore[union-attr]
    found = {what: {each for note in notes for each in said(note, what)} for what in ("link", "field", "heading")}
    assert found["link"] == {(title, "Mere overlap"), (title, "Ro til at give videre")}
    assert found["field"] == {("Derfor", "Alle rammes"), ("Derfor", "Der sker fejl")}
    assert ("", "Overlap") in found["heading"], "the theme"
    check_dropped(table, there, "P1", "P2")


def test_FD_a_theme_and_a_step_bring_the_topic_and_the_date_to_come_back() -> None:
    table = workshop("trio-forandringsdialog")
    put(table, sheet="trio", lane="topic", text="Nyt it-system", who="F")
    put(table, sheet="trio", lane="lack", text="kun TRIO ved det", who="F", reach="team")
    put(table, sheet="trio", lane="topic", text="hemmeligt emne", who="F", reach="team")
    put(table, sheet="next", lane="agreement", text="Om en måned", who="F", fields={"back": "2027-01-15"})
    theme = put(table, sheet="next", lane="themes", text="Makkere", who="P1")
    step = put(table, sheet="next", lane="steps", text="Spørg natten", who="P2", fields={"who": "Bente fra nat"})
    to_picking(table)
    pick(table, theme, text="Makkere mangler")
    pick(table, step, lane="trials", text="Spørg natten")
    pick(table, lane="sessions", text="Dilemmaer om systemet")
    there = brought(table)
    for lane in ("tray", "trials", "planned", "held"):
        (note,) = lying(there, lane)
        assert "Nyt it-system" in [text for _, text in said(note, "about")], lane
        assert said(note, "date") == [("Vi mødes igen", "2027-01-15")], lane
    (session,) = lying(there, "planned")
    assert session.fields == {"day": "2027-01-15"}
    check_dropped(table, there, "kun TRIO ved det", "hemmeligt emne", "Bente")


@pytest.mark.parametrize("sealed", [False, True])
def test_FV_a_critique_brings_the_leaders_answer_and_its_date(sealed: bool) -> None:
    table = workshop("fremtidsvaerksted")
    critique = put(table, sheet="columns", lane="critique", text="For lidt tid")
    to_picking(table)
    point = pick(table, critique, text="Tiden er knap")
    table.do("F", "close")
    if sealed:
        table.do("F", "seal")
    assert table.answer(point, "Nattevagterne får en plads", outcome="partly", when="2027-02-01") == ""
    there = brought(table)
    (note,) = lying(there, "tray")
    assert said(note, "answer") == [("Ledelsens svar", "Nattevagterne får en plads")]
    assert said(note, "field") == [("Beslutning", "Noget af det gør vi")]
    assert said(note, "date") == [("Senest", "2027-02-01")]
    assert [(each.kind, each.count) for each in note.sources] == [("Kritik", 1), ("Ledelsens svar", 0)]
    check_dropped(table, there, "For lidt tid")


def test_FV_what_a_leader_answers_later_is_added_to_the_point_that_is_there_and_changed_once_more() -> None:
    table = workshop("fremtidsvaerksted", show=True)
    critique = put(table, sheet="columns", lane="critique", text="For lidt tid")
    to_picking(table)
    point, other = pick(table, critique, text="Tiden er knap"), pick(table, text="Uden svar")
    there = programme()
    handed_over(table, there)
    (note,) = [one for one in lying(there, "tray") if one.text == "Tiden er knap"]
    there.do("F", "edit", note=note.id, text="Tiden, sagt af os")
    table.do("F", "close")
    table.do("F", "seal")

    def handed() -> list[list[str]]:
        return [table.screens["F"].shown[f"note:{one}"]["handed"] for one in (point, other)]

    assert handed() == [[PROGRAMME]] * 2
    began = ""
    for answer in ("Nattevagterne får en plads", "Også aftenvagterne"):
        assert table.answer(point, answer, began=began, outcome="partly") == ""
        assert handed() == [[], [PROGRAMME]], "the answer is not there yet"
        handed_over(table, there)
        assert handed() == [[PROGRAMME]] * 2
        assert hand_on(table) is None
        began = answer
        stands = there.board.notes[note.id]
        assert stands.text == "Tiden, sagt af os"
        assert said(stands, "answer") == [("Ledelsens svar", answer)]
        assert [(each.kind, each.count) for each in stands.sources] == [("Kritik", 1), ("Ledelsens svar", 0)]
    assert len(lying(there, "tray")) == 2
    assert lying(there, "held")[0].fields["points"] == "2"
    checks.check_all(table)
    check_dropped(table, there, "For lidt tid")


def test_FV_a_step_brings_the_dream_that_it_belongs_to() -> None:
    table = workshop("fremtidsvaerksted")
    dream = put(table, sheet="columns", lane="dream", text="Ro om morgenen", who="P1")
    step = put(table, sheet="columns", lane="realise", text="Møde kl. 9", who="P2", links={"towards": (dream,)})
    to_picking(table)
    pick(table, step, lane="trials", text="Møde kl. 9")
    there = brought(table)
    (trial,) = lying(there, "trials")
    assert [text for _, text in said(trial, "link")] == ["Ro om morgenen"]
    check_dropped(table, there)


def test_OV_a_mark_brings_its_stage_and_colour_and_not_its_group() -> None:
    table = workshop("overleveringsdagen")
    table.append([GroupPut(Group(id="g47", number=47, shown=True))])
    stage = table.method.sheet("map").stages[0]  # type: ignore[union-attr]
    mark = put(
        table, sheet="map", lane=stage.id, text="Telefonen ringer", row="g47", group="g47", marks={"colour": "red"}
    )
    task = put(table, sheet="map", lane="tasks", text="Give telefonen videre", row="g47", group="g47")
    better = put(table, sheet="improvements", lane="improvement", text="Telefonen væk kl. 7", who="P2")
    to_picking(table)
    pick(table, mark, task, text="Telefonen forstyrrer")
    pick(table, better, lane="trials", text="Telefonen væk kl. 7")
    there = brought(table)
    (point,) = lying(there, "tray")
    kinds = [each.kind for each in point.sources]
    assert any(kind.endswith(stage.title["da"]) for kind in kinds), "the time of the shift"
    assert "Opgaver" in kinds
    assert [text for _, text in said(point, "mark")] == ["kunne gå bedre"]
    check_dropped(table, there, "Telefonen ringer", "g47")


def test_AF_and_PH_a_trial_says_what_it_acts_on_and_the_next_one_what_was_decided_and_learned() -> None:
    table = Table("forloeb", people=1)
    for i, name in enumerate(NAMES, 2):
        table.join(f"P{i}", name=name)
    people = [part for one in table.board.people.values() if one.name in NAMES for part in (one.pid, one.seat)]
    assert len(people) == 2 * len(NAMES)
    table.go("patterns")
    tone, leave = (table.write("F", sheet="story", lane="strains", text=text) for text in ("Hård tone", "Folk går"))
    table.do("F", "link", note=tone, kind="leads", other=leave)
    table.go("trials")
    acts_on = {"trial about a point": tone, "trial about a link": f"{tone}>leads>{leave}"}
    trials = [table.write("F", sheet="trials", lane="proposed", text=said, about=[on]) for said, on in acts_on.items()]
    shaped = {"backing": "Aftenholdet", "routine": "Vagtskiftet"}
    plan = shaped | {"start": "2026-11-12", "until": "none", "stop": "2026-12-03", "who": "AMR"}
    table.do("F", "move", note=trials[0], lane="running", fields=plan)
    table.go("followup")
    table.write("P2", sheet="trials", lane="running", kind="comment", under=trials[0], text="Det hjalp")
    learned = {"learned": "Ti minutter er nok"}
    table.do("F", "move", note=trials[0], lane="decided", marks={"decision": "adjust"}, fields=learned)
    table.go("trials")
    again = table.write(
        "F", sheet="trials", lane="qualified", about=[tone], links={"former": [trials[0]]}, fields=shaped
    )
    table.do("F", "sitting", on=False)
    shown = table.screens["W"].shown
    assert [shown[f"note:{one}"]["about"] for one in trials] == [[on] for on in acts_on.values()]
    assert shown[f"note:{again}"]["links"] == {"former": [trials[0]]}
    before = shown[f"note:{trials[0]}"]
    assert (before["marks"], before["fields"]["learned"]) == ({"decision": "adjust"}, learned["learned"])
    kept = wire.pack_board(table.board)
    for one in (*NAMES, *people):
        assert one.encode() not in kept, one


def test_CI_a_workshop_that_keeps_nothing_has_nothing_to_hand_on() -> None:
    table = workshop("check-in")
    with pytest.raises(Exception, match="nothing_kept"):
        hand_on(table)


def test_the_words_of_the_method_come_in_the_language_of_the_programme() -> None:
    table = workshop("fremtidsvaerksted")
    critique = put(table, sheet="columns", lane="critique", text="For lidt tid")
    to_picking(table)
    pick(table, critique)
    there = programme()
    handed_over(table, there, lang="en")
    (note,) = lying(there, "tray")
    assert (note.sources[0].kind, note.sources[0].session) == ("Critique", table.method.title["en"])


def test_R14_after_sealing_texts_and_counts_are_handed_on_and_nothing_of_what_was_forgotten() -> None:
    table = workshop("historievaerksted")
    events = [put(table, sheet="timeline", lane="2019", who=who, marks={"effect": "up"}) for who in ("P1", "P2")]
    to_picking(table)
    pick(table, *events, text="Mange ledere")
    before = hand_on(table, to="another")
    table.do("F", "close")
    table.do("F", "seal")
    what = hand_on(table)
    assert what
    assert before
    assert [item.id for item in what.items] != [item.id for item in before.items], "by programme"
    there = programme()
    assert take_in(there, what) == ""
    (note,) = lying(there, "tray")
    assert note.text == "Mange ledere"
    assert [(each.kind.rpartition(" ")[2], each.count, each.told) for each in note.sources] == [("2019", 2, ())]


def test_a_handing_is_folded_the_same_from_the_log_and_from_a_snapshot() -> None:
    table = workshop("fremtidsvaerksted")
    to_picking(table)
    pick(table, put(table, sheet="columns", lane="critique"))
    there = programme()
    handed_over(table, there)
    for each in (table, there):
        assert each.replayed() == each.board
        assert wire.unpack_board(wire.pack_board(each.board)) == each.board


@pytest.mark.parametrize("stem", [stem for stem in METHODS if method_of(stem).picks])
def test_R42_of_a_workshop_that_simulated_people_played_only_what_all_were_shown_comes_to_the_programme(
    stem: str,
) -> None:
    """Before the close, after it and when it is sealed; every text of the workshop can be told from all others."""
    method = method_of(stem)
    cast = Cast(method, seed=42, people=people_for(method)[0], checked=True)
    cast.lead()
    table = cast.table
    people = [*(actor.pid for actor in table.actors.values() if actor.pid), *table.board.seats]
    groups = [msgpack.packb(group) for group in table.board.groups]
    written = set(SECRET.findall(b"".join(table.log)))
    for state in ("open", "closed", "sealed"):
        if state == "closed":
            table.do("F", "close")
        if state == "sealed":
            table.do("F", "seal")
        there = programme()
        what = hand_on(table, to=f"programme-{state}")
        assert what
        assert take_in(there, what) == ""
        board, every = table.board, every_byte(there)
        shown = [note for note in board.notes.values() if note.reach == "all"]
        about_cards = [line.text for line in board.pad.values() if line.card]
        texts = [*about_cards, *(text for note in shown for text in (note.text, *note.fields.values()))]
        allowed = {found for text in texts for found in SECRET.findall(text.encode())}
        came = set(SECRET.findall(every))
        assert came <= allowed, f"{state}: something that not all were shown"
        picked = [note for note in shown if is_picked(method, note) and becomes(method, note)]
        assert {found for note in picked for found in SECRET.findall(note.text.encode())} <= came
        if state == "sealed":
            along = [each.text for each in Carrying(board, method, "da").about()]
            texts = [*(note.text for note in picked), *along]
            assert came == {found for text in texts for found in SECRET.findall(text.encode())}
        else:
            assert written - came, "there was something to keep back"
        for one in (*people, *table.board.notes):
            assert one.encode() not in every, f"{state}: {one}"
        assert not [group for group in groups if group in every]


def test_R42_M3_a_workshop_of_an_earlier_release_does_not_hand_on_who_does_a_next_step() -> None:
    text = text_of("trio-forandringsdialog").replace("stays = true\n", "").replace("along = true\n", "")
    table = workshop(parse_stored(text, file="older.toml"))
    step = put(table, sheet="next", lane="steps", text="Spørg natten", who="P2", fields={"who": "Bente fra nat"})
    to_picking(table)
    pick(table, step, lane="trials", text="Spørg natten")
    there = brought(table)
    assert [note.text for note in lying(there, "trials")] == ["Spørg natten"]
    check_dropped(table, there, "Bente")
