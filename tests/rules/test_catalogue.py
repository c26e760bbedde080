"""What the catalogue says (K) of the history, dilemma and future workshops and of the perspective talk, each a test.

Those of the other methods are in test_past_and_future (methods.md 2.4), test_talks (2.5), test_trio_dialogue (2.6) and
test_handover_day (2.8); what cards do in test_cards (2.1).
"""

import re

import pytest

from board_schema.method import Method
from tests.rules.play import ENDING, EVERY, PROGRAMMES, Table, bundled, in_dilemma

HV, DV, FV, PS = "historievaerksted", "dilemmavaerksted", "fremtidsvaerksted", "perspektivsamtale"
FFV, CI, FD, OV = "fortids-og-fremtidsvaerksted", "check-in", "trio-forandringsdialog", "overleveringsdagen"


def said(method: Method, round_id: str) -> str:
    """All that a round says, in Danish."""
    item = method.round(round_id)
    return " ".join(text.get("da", "") for text in (item.instruction, item.say, item.pad, *item.questions))


def told(method: Method) -> str:
    """All that a facilitator is told of a method and in it, in Danish."""
    leader = (method.leader_question, method.leader_part, method.leader_listen, method.leader_told)
    head = " ".join(text["da"] for text in (method.pitch, method.unless, *method.before, *leader))
    rounds = [said(method, item.id) for item in method.rounds]
    prompts = [one for item in method.rounds for one in item.prompts.values()]
    for_parts = [text.get("da", "") for one in prompts for text in (one.instruction, *one.questions)]
    return " ".join([head, *rounds, *for_parts, *(part.say.get("da", "") for part in method.parts)])


def commented(table: Table, who: str, note: str) -> str:
    """The reason why somebody's comment on a note is refused."""
    lies = table.note(note)
    place = {"sheet": lies.sheet, "lane": lies.lane, "row": lies.row}
    return table.refused(who, "write", note=table.new_note(), text="hm", kind="comment", under=note, **place)


# 1.3 and 1.4: ground rules, and when a method is not the right one


@pytest.mark.parametrize(
    ("stem", "rule"),
    [
        *((stem, r"[Ii]ngen svar er forkerte|[Ii]ntet er forkert|ingen facitliste") for stem in (PS, HV, FD)),
        *((stem, r"[Ll]yt|nysger") for stem in (PS, DV, HV, CI, FD, FV)),
        *((stem, r"ikke blive enige|ikke nå frem til én|ikke enige") for stem in (PS, HV, FD)),
        *((stem, r"navnene bliver her|ikke hvem der sagde det") for stem in (PS, HV)),
        *((stem, r"konkret|eksempel|trin for trin") for stem in (PS, DV, HV, FFV, CI)),
        *((stem, r"[Vv]ent med løsninger|løser ikke") for stem in (DV, CI)),
        (HV, r"uden kommentarer"),
        (PS, r"tag selv noget med"),
        (FV, r"[Aa]lt kan lade sig gøre"),
        (DV, r"Alle får ordet"),
    ],
)
def test_K_the_ground_rules_are_said(stem: str, rule: str) -> None:
    assert re.search(rule, told(bundled(stem)))


@pytest.mark.parametrize("stem", [PS, HV])
def test_K_where_there_are_conflicts_another_way_is_advised(stem: str) -> None:
    method = bundled(stem)
    assert "konflikter" in method.unless["da"]
    assert "konflikter" in method.before[0]["da"]


@pytest.mark.parametrize("stem", [PS, HV])
def test_K_facilitator_and_scribe_are_two_people(stem: str) -> None:
    assert bundled(stem).scribe
    assert "to personer" in told(bundled(stem))
    table = Table(stem, people=2)
    assert table.refused("F", "role", seat=table.seat("F"), role="scribe") == "role"


@pytest.mark.parametrize("stem", [PS, DV, HV])
def test_K_the_leader_question_is_asked_and_who_was_away_is_told_afterwards(stem: str) -> None:
    method = bundled(stem)
    assert all((method.leader_question, method.leader_part, method.leader_listen, method.leader_told))
    assert method.plan("told")[-1].id == "briefing"
    assert all(item.id != "briefing" for item in method.plan("part"))


@pytest.mark.parametrize("stem", ENDING)
def test_K_every_method_ends_in_what_it_takes_with_it_chosen_without_authors_and_told_to_who_was_away(
    stem: str,
) -> None:
    plan = bundled(stem).plan("told")
    last = [item.id for item in plan].index("close")
    close, harvest, briefing = plan[last:]
    assert [item.take_home for item in plan] == [False] * last + [True] * 3
    assert (close.pick, briefing.pick) == ((), ())
    assert {"facilitator", "scribe"} <= set(harvest.pick)
    picks = bundled(stem).picks
    assert picks is not None
    assert {lane.becomes for lane in picks.lanes if not lane.answers} == {"point", "trial", "lift", "session"}


# 2.1 Perspektivsamtale


def test_K_there_are_six_themes_and_cards_for_every_theme() -> None:
    assert {deck.id: deck.title["da"] for deck in bundled(PS).themes} == {
        "foelelsesmaessige-krav": "Følelsesmæssige krav",
        "forandringer": "Forandringer og arbejdsmiljø",
        "haard-tone": "Hård tone",
        "nye-kolleger": "Introduktion af nye medarbejdere",
        "samarbejde": "Udfordringer i samarbejde",
        "vold": "Arbejdsrelateret vold",
    }
    general = [card.da for deck in bundled(PS).decks if deck.general for card in deck.cards]
    assert general
    for deck in bundled(PS).themes:
        in_theme = [card.da for card in bundled(PS).cards(deck.id).values()]
        assert set(general) < set(in_theme), deck.id


def test_K_the_drawer_begins_with_own_thoughts_and_nobody_corrects_anothers_experience() -> None:
    assert "begynd med dine egne tanker" in said(bundled(PS), "cards")
    assert "retter på andres oplevelse" in said(bundled(PS), "cards")
    assert "med uret" in said(bundled(PS), "cards")


def test_K_a_card_is_asked_about_openly() -> None:
    asked = " ".join(text["da"] for text in bundled(PS).round("cards").questions)
    for word in ("lægger du i", "fra en anden plads", "kendetegner", "Hvor ser du det ske", "Hvornår er det svært"):
        assert word in asked
    assert "Spørg til det modsatte" in said(bundled(PS), "cards"), "the tone of a card is balanced"


def test_K_facilitator_and_scribe_come_from_outside_so_that_trio_sits_at_the_table() -> None:
    assert any("udefra" in text["da"] and "TRIO selv" in text["da"] for text in bundled(PS).before)


def test_K_what_was_told_and_what_jokers_name_become_points_of_attention() -> None:
    sheet = bundled(PS).sheet("table")
    assert sheet is not None
    becomes = {lane.id: lane.becomes for lane in sheet.lanes}
    assert {becomes[lane] for lane in ("talked", "told", "jokers")} == {"point"}
    assert "nye temaer" in said(bundled(PS), "tell")


# 2.2 Dilemmaværksted


def test_K_dilemmas_are_talked_about_in_groups_of_two_to_four() -> None:
    assert bundled(DV).group_size == (2, 4)
    for people in range(4, 21):
        table = Table(DV, people=people, show=False)
        table.go("present")
        sizes = [len(table.members(group)) for group in table.board.groups]
        assert 2 <= min(sizes) <= max(sizes) <= 4, (people, sizes)
    assert table.refused("F", "groups", size=5) == "group_size"


def test_K_a_dilemma_workshop_takes_up_to_two_hours_and_a_dilemma_fifteen_to_twenty_minutes_in_depth() -> None:
    method = bundled(DV)
    assert 90 <= method.minutes <= 120
    assert 15 <= method.round("depth").minutes <= 20


def test_K_each_presents_one_dilemma_in_turn_inside_the_group_and_nobody_is_skipped() -> None:
    table, notes = in_dilemma(6)
    for group in table.board.groups:
        turn = table.board.turn(group)
        assert turn is not None
        assert {*turn.queue, *turn.done, turn.holder} - {""} == {table.seat(who) for who in table.members(group)}
    assert table.refused("F", "round", to="choose") == "turns_left"
    assert all(table.note(note).reach == "group" for note in notes.values())


def test_K_solutions_wait_until_experience_context_and_history_were_talked_about() -> None:
    method = bundled(DV)
    assert "løsninger" in said(method, "welcome")
    order = [item.id for item in method.rounds]
    assert order.index("depth") < order.index("actions") < order.index("plenum")
    (lane,) = [lane for lane in method.sheets[1].lanes if lane.id == "actions"]
    assert set(lane.after) == set(method.round("depth").lanes)
    assert "actions" not in method.round("depth").lanes


def test_K_a_dilemma_has_two_sides_and_its_experience_context_and_history_before_actions() -> None:
    titles = [lane.title["da"] for lane in bundled(DV).sheets[1].lanes]
    assert titles[:3] == ["På den ene side", "På den anden side", "Oplevelse"]
    assert [title.partition(":")[0] for title in titles[3:7]] == [
        "Kontekst",
        "Kontekst",
        "Historik",
        "Handlemuligheder",
    ]


def test_K_dilemmas_are_written_in_general_so_that_nobody_is_recognised() -> None:
    method = bundled(DV)
    assert method.unnamed
    assert "ingen kan genkendes" in said(method, "write")
    assert "konkret" in said(method, "welcome"), "and talked about concretely"


def test_K_a_dilemma_goes_into_what_the_workshop_takes_with_it_and_actions_become_trials() -> None:
    method = bundled(DV)
    becomes = {lane.id: lane.becomes for sheet in method.sheets for lane in sheet.lanes}
    assert (becomes["dilemma"], becomes["actions"]) == ("point", "trial")


def test_K_in_a_dilemma_meeting_one_demand_works_against_another() -> None:
    assert re.search(r"to krav .* hver sin vej", said(bundled(DV), "welcome"))
    assert "ingen står alene" in said(bundled(DV), "welcome")


def test_K_the_group_chooses_one_dilemma_and_works_on_it_by_itself_until_all_reflect_together() -> None:
    table, notes = in_dilemma(4)
    table.go("choose")
    assert table.me("P1")["scene"] == "group"
    table.do("P1", "mark", note=notes["P1"], kind="chosen", word="chosen")
    for item in ("sides", "depth", "actions"):
        table.go(item)
        assert table.me("P1")["scene"] == "group"
        for lane in table.method.round(item).lanes:
            note = table.write("P1", sheet="grid", lane=lane, row=notes["P1"])
            assert table.note(note).reach == "group", lane
    table.go("plenum")
    assert table.screens["W"].note(note) is None
    table.do("F", "reveal", group=table.group("P1"))
    assert table.screens["W"].note(note) is not None


def test_K_a_dilemma_has_one_of_four_fates_and_a_paradox_is_taken_further_up() -> None:
    table, notes = in_dilemma(4)
    table.go("choose")
    row = notes["P1"]
    table.do("P1", "mark", note=row, kind="chosen", word="chosen")
    table.go("plenum")
    grid = table.screens["F"].shown["sheet:grid"]
    assert grid["head_title"]["da"] == "Dilemma"
    (kind,) = [each for each in grid["heads"] if each["id"] == "fate"]
    assert [word["title"]["da"] for word in kind["words"]] == ["Opløst", "Løst", "Skal undersøges mere", "Paradoks"]
    for word in ("dissolved", "solved", "analysis", "paradox"):
        table.do("F", "mark", note=row, kind="fate", word=word)
        assert table.screens["F"].shown[f"row:{row}"]["marks"] == {"fate": word}
    table.go("harvest")
    assert table.screens["F"].shown[f"row:{row}"]["becomes"] == "lift"


def test_K_a_dilemma_is_seen_from_both_sides_and_from_other_professions_and_what_lies_behind_it_is_asked() -> None:
    method = bundled(DV)
    for word in ("fra den anden side", "fra en anden faggruppe"):
        assert word in said(method, "sides")
    for word in ("helt konkret", "arbejdsgangen", "relationer", "vilkår", "Hvor længe", "ligge bag"):
        assert word in said(method, "depth")


def test_K_trio_may_try_a_dilemma_workshop_first_and_show_what_came_of_it() -> None:
    assert any("TRIO" in text["da"] and "først" in text["da"] and "eksempler" in text["da"]
               for text in bundled(DV).before)  # fmt: skip


def test_K_whom_a_dilemma_weighs_on_does_not_lead_and_leaders_are_told_afterwards_unless_it_is_said_otherwise() -> None:
    assert any("lad en anden styre" in text["da"] for text in bundled(DV).before)
    assert bundled(DV).leader == "told"


# 2.3 Historieværksted


def test_K_a_history_workshop_is_for_seven_to_fifteen_people_and_takes_about_two_hours() -> None:
    method = bundled(HV)
    assert (method.people, method.minutes) == ((7, 15), 120)
    assert method.scribe


def test_K_the_line_goes_some_ten_years_back_and_has_a_lane_for_who_came_later() -> None:
    made = Table(HV).screens["W"].shown["sheet:timeline"]["lanes"]
    assert len([lane for lane in made if "scale" in lane]) == 11
    assert [lane["title"]["da"] for lane in made if "scale" not in lane] == ["Før min tid og andre steder"]


def test_K_each_writes_alone_for_five_minutes_and_nobody_else_sees_it() -> None:
    table = Table(HV, people=3)
    table.go("write")
    assert table.method.round("write").minutes == 5
    note = table.write("P1", sheet="timeline", lane="2020")
    assert [who for who, screen in table.screens.items() if screen.note(note)] == ["P1"]


def test_K_one_at_a_time_puts_up_own_notes_and_nobody_comments_on_one() -> None:
    table = Table(HV, people=3)
    table.go("write")
    notes = {who: table.write(who, sheet="timeline", lane="2020") for who in ("P1", "P2")}
    table.go("place")
    table.take_turn("P1")
    assert table.refused("P2", "place", note=notes["P2"], lane="2020") == "turn"
    table.do("P1", "place", note=notes["P1"], lane="2021")
    for who in ("P1", "P2"):
        late = table.write(who, sheet="timeline", lane="2020")
        assert table.note(late).reach == "own", "what is written meanwhile waits for one's turn to put it up, too"
    for to in ("place", "picture"):
        table.go(to)
        for who in ("P1", "P2", "F"):
            assert commented(table, who, notes["P1"]) == "locked", "nor on the whole, of a single note"


def test_K_everybody_has_the_floor_before_the_round_is_left() -> None:
    table = Table(HV, people=3)
    table.go("place")
    for who in ("P1", "P2", "P3"):
        assert table.refused("F", "round", to="picture") == "turns_left"
        table.do("F", "turn", act="give", seat=table.seat(who))
        table.do("F", "turn", act="done")
    table.do("F", "round", to="picture")


def test_K_periods_get_headings_when_all_look_at_the_whole() -> None:
    table = Table(HV, people=2, scribes=1)
    table.go("picture")
    span = {"sheet": "timeline", "kind": "heading", "lane": "2018", "until": "2020"}
    for who in ("F", "S1"):
        heading = table.new_note()
        table.do(who, "write", note=heading, text="En urolig tid", **span)
        assert table.screens["W"].shown[f"note:{heading}"]["until"] == "2020"
    assert "ikke om én bestemt seddel" in said(table.method, "picture")


def test_K_groups_write_strengths_challenges_and_wishes_which_are_heard_in_plenum() -> None:
    table = Table(HV, people=6)
    for item, lanes in (("strengths", ("strengths", "challenges")), ("wishes", ("wishes",))):
        table.go(item)
        assert table.me("P1")["scene"] == "group"
        notes = [table.write("P1", sheet="groups", lane=lane, row=table.group("P1")) for lane in lanes]
        assert {table.note(note).reach for note in notes} == {"group"}
        assert table.me("P1")["write"]["lanes"] == list(lanes)
    table.go("plenum")
    assert sorted(table.screens["W"].shown["turn:groups"]["queue"]) == sorted(table.board.groups)
    table.do("F", "reveal", group=table.group("P1"))
    assert all(table.screens["W"].note(note) for note in notes)


def test_K_at_the_end_the_whole_line_is_there_to_take_home() -> None:
    method = bundled(HV)
    assert method.round("close").take_home
    assert method.round("close").sheet == "timeline"


def test_K_the_facilitator_asks_for_the_single_event_and_holds_comments_back() -> None:
    asked = said(bundled(HV), "place")
    for word in ("mere præcist", "et eksempel", "venter med kommentarer"):
        assert word in asked


def test_K_the_whole_is_asked_what_filled_much_for_many_what_for_few_and_what_it_was_like() -> None:
    asked = said(bundled(HV), "picture")
    for word in ("for mange af jer", "for nogle", "perioden hedde", "at fortælle og lytte"):
        assert word in asked


def test_K_what_a_history_workshop_finds_becomes_points_and_trials() -> None:
    timeline, groups = bundled(HV).sheets[:2]
    assert {timeline.becomes, *(lane.becomes for lane in timeline.lanes)} == {"point"}
    assert {lane.id: lane.becomes for lane in groups.lanes} == {
        "strengths": "point",
        "challenges": "point",
        "wishes": "trial",
    }


# 2.7 Fremtidsværksted


def test_K_critique_dream_and_realisation_come_one_after_the_other_and_are_kept_apart() -> None:
    table = Table(FV, people=2)
    for lane in ("critique", "dream", "realise"):
        table.go(lane)
        assert table.method.round(lane).lanes == (lane,)
        shown = table.screens["P1"].shown["sheet:columns"]["lanes"]
        assert [each["id"] for each in shown if each["open"]] == [lane]
        note = table.write("P1", sheet="columns", lane=lane)
        assert table.screens["W"].note(note) is None
        table.do("F", "reveal", sheet="columns", lane=lane)
        assert table.screens["W"].note(note) is not None


def test_K_leaders_listen_without_answer_as_agreed_beforehand() -> None:
    method = bundled(FV)
    assert method.leader == "listen"
    assert any("lytter" in text["da"] and "svarer" in text["da"] for text in method.before)
    table = Table(FV, people=2, listeners=1)
    table.go("critique")
    note = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.screens["L1"].note(note) is not None
    for item in table.method.plan("listen"):
        table.go(item.id)
        assert commented(table, "L1", note) == "role"
        assert table.me("L1")["can"] == []


def test_K_nobody_answers_critique_in_the_room() -> None:
    table = Table(FV, people=2)
    table.go("critique")
    note = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert {commented(table, who, note) for who in ("P1", "P2", "F")} == {"locked"}
    assert "ikke i rummet" in said(table.method, "close")


def test_K_somebody_from_outside_leads_a_future_workshop() -> None:
    assert any("udefra" in text["da"] for text in bundled(FV).before)
    assert "udefra" in bundled(FV).unless["da"]


def test_K_everything_is_possible_in_the_dream_and_steps_are_small() -> None:
    method = bundled(FV)
    assert "Alt kan lade sig gøre" in said(method, "dream")
    assert "små bidder" in said(method, "realise")


def test_every_method_of_the_catalogue_is_one_of_ours() -> None:
    assert sorted(EVERY) == sorted((HV, DV, FV, PS, FFV, CI, FD, OV))
    assert PROGRAMMES == ["forloeb"]
