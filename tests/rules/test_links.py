"""R39, V18: links between notes, of kinds that the method file declares."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from board_schema.board import DAY, Board, Kind, Note
from board_schema.decide.copies import copy
from board_schema.events import Entry
from board_schema.fold import fold
from board_schema.method import Method
from board_schema.method_file import parse
from board_schema.view import audience, view
from tests.rules import checks
from tests.rules.cast import MIXED, Cast
from tests.rules.linked import check_links_V18
from tests.rules.play import Table, text_of

TOWARDS = """[[sheets.links]]
id = "towards"
title = { da = "Hjælper drømmen på vej", en = "Helps the dream along" }
from = ["realise"]
to = ["dream"]
"""
LEADS = """[[sheets.links]]
id = "leads"
title = { da = "Fører til", en = "Leads to" }
from = ["critique", "dream"]
to = ["critique", "dream"]
most = 2

"""
GRANT = 'link = { leads = ["all"] }\n'


def file(kinds: str = LEADS, dream: str = GRANT) -> str:
    """The future workshop with one kind more, whose links are granted while people dream."""
    text = text_of("fremtidsvaerksted")
    assert TOWARDS in text
    text = text.replace(TOWARDS, kinds + TOWARDS, 1)
    return text.replace('lanes = ["dream"]\n', f'lanes = ["dream"]\n{dream}', 1)


def own(**parts: str) -> Method:
    return parse(file(**parts), file="links.toml")


def dreaming(*, people: int = 3, **more: Any) -> tuple[Table, str, str, str]:
    """A table in its third round, with one critique and two dreams that are up."""
    table = Table(own(), people=people, **more)
    table.go("critique")
    critique = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    table.go("dream")
    dreams = [table.write(who, sheet="columns", lane="dream") for who in ("P1", "P2")]
    table.do("F", "reveal", sheet="columns", lane="dream")
    return table, critique, *dreams


def stepping() -> tuple[Table, str, str, str]:
    """A table in the round of first steps, whose links lead to one dream."""
    table, critique, dream, other = dreaming()
    table.go("realise")
    return table, critique, dream, other


def promised(table: Table) -> None:
    """Every promise, but for the one that reads the grants of a file that lies in a folder."""
    for check in (*checks.STEP, *checks.SOMETIMES):
        if check is not checks.check_comments_I1_R7:
            check(table)


def links(table: Table, note: str, who: str = "W") -> Any:
    shown = table.screens[who].shown.get(f"note:{note}") or table.screens[who].own[f"mine:{note}"]
    return shown["links"]


def test_R39_a_draft_is_linked_while_it_is_written_and_goes_up_with_it() -> None:
    table, _, dream, other = stepping()
    step = table.write("P2", sheet="columns", lane="realise", links={"towards": [dream]})
    assert links(table, step, "P2") == {"towards": [dream]}
    table.do("P2", "link", note=step, kind="towards", other=other)
    assert links(table, step, "P2") == {"towards": [other]}, "where one is enough the new one takes its place"
    table.do("F", "reveal", sheet="columns", lane="realise")
    assert links(table, step) == {"towards": [other]}
    promised(table)


def test_R3_R39_what_cannot_be_linked_is_left_out_and_no_text_is_turned_away() -> None:
    table, critique, dream, other = stepping()
    for wrong in ([critique], ["there-is-none"], []):
        assert table.note(table.write("P2", sheet="columns", lane="realise", links={"towards": wrong})).links == {}
    step = table.write("P2", sheet="columns", lane="realise", links={"towards": [dream, other], "nokind": [dream]})
    assert table.note(step).links == {"towards": (dream,)}, "as many as may be"
    assert table.note(table.write("P2", sheet="columns", lane="critique", links={"towards": [dream]})).links == {}
    itself = table.new_note()
    table.do(
        "P2", "write", note=itself, text="x", sheet="columns", lane="dream", links={"leads": [itself, dream, dream]}
    )
    assert table.note(itself).links == {"leads": (dream,)}


def test_R39_who_is_granted_the_kind_links_what_is_up_and_others_do_not() -> None:
    table, critique, dream, other = dreaming(scribes=1, listeners=1)
    assert table.screens["P3"].shown[f"note:{dream}"]["links_open"] == ["leads"]
    assert "link" not in table.screens["W"].shown[f"note:{critique}"]["can"], "the round is about another lane"
    assert table.refused("P1", "link", note=critique, kind="leads", other=dream) == "locked"
    for who in ("P3", "S1"):
        table.do(who, "link", note=dream, kind="leads", other={"P3": critique, "S1": other}[who])
    assert links(table, dream) == {"leads": sorted((critique, other))}
    table.do("P2", "unlink", note=dream, kind="leads", other=critique)
    assert links(table, dream) == {"leads": [other]}
    assert table.refused("L1", "link", note=dream, kind="leads", other=critique) == "role"
    table.go("realise")
    assert table.refused("P3", "unlink", note=dream, kind="leads", other=other) == "locked"
    promised(table)


def test_R39_who_may_edit_a_note_sets_its_links_without_a_grant() -> None:
    table, _, dream, other = stepping()
    step = table.write("P2", sheet="columns", lane="realise", links={"towards": [dream]})
    table.do("F", "reveal", sheet="columns", lane="realise")
    assert table.refused("P1", "link", note=step, kind="towards", other=other) == "locked"
    for who, to in (("P2", other), ("F", dream)):
        table.do(who, "link", note=step, kind="towards", other=to)
        assert links(table, step) == {"towards": [to]}


def test_R39_V18_nobody_learns_of_a_draft_by_linking_to_it() -> None:
    table, _, dream, other = dreaming()
    hidden, mine = (table.write(who, sheet="columns", lane="dream") for who in ("P2", "P3"))
    for op in ("link", "unlink"):
        assert table.refused("P3", op, note=dream, kind="leads", other=hidden) == "no_note"
        checks.check_refusal_changes_nothing(table)
        assert table.refused("P3", op, note=dream, kind="leads", other=mine) == "no_link"
        checks.check_refusal_changes_nothing(table)
    table.do("P3", "link", note=mine, kind="leads", other=other)
    assert f"mine:{mine}" not in table.screens["P2"].own
    promised(table)


def test_R39_circles_are_allowed() -> None:
    table, _, dream, other = dreaming()
    table.do("P1", "link", note=dream, kind="leads", other=other)
    table.do("P2", "link", note=other, kind="leads", other=dream)
    assert (links(table, dream), links(table, other)) == ({"leads": [other]}, {"leads": [dream]})
    promised(table)


def test_O7_R39_linking_and_unlinking_are_undone_and_called_so() -> None:
    table, critique, dream, other = dreaming()
    table.do("P3", "link", note=dream, kind="leads", other=other)
    table.do("P3", "unlink", note=dream, kind="leads", other=other)
    for what, after in (("unlink", {"leads": [other]}), ("link", {})):
        assert table.me("P3")["undo"]["what"] == what
        table.do("P3", "undo")
        assert links(table, dream) == after
    table.do("P3", "link", note=dream, kind="leads", other=critique)
    table.do("P2", "link", note=dream, kind="leads", other=other)
    assert table.refused("P3", "undo") == "nothing_to_undo", "somebody else changed the note's links"
    table.go("realise")
    assert table.refused("P2", "undo") == "nothing_to_undo", "the round no longer grants it"


@pytest.mark.parametrize("end", ["note", "other"])
def test_R39_V8_a_link_goes_and_comes_with_either_end(end: str) -> None:
    table, _, dream, other = dreaming()
    table.do("P3", "link", note=dream, kind="leads", other=other)
    gone, by = {"note": (dream, "P1"), "other": (other, "P2")}[end]
    table.do(by, "delete", note=gone)
    assert dream not in table.board.notes or links(table, dream) == {}
    promised(table)
    table.do(by, "restore", note=gone)
    assert links(table, dream) == {"leads": [other]}
    promised(table)


def test_R39_what_is_linked_meanwhile_takes_the_place_of_what_was_taken_down() -> None:
    table, _, dream, other = stepping()
    step = table.write("P3", sheet="columns", lane="realise", links={"towards": [dream]})
    table.do("F", "delete", note=dream)
    table.do("P3", "link", note=step, kind="towards", other=other)
    table.do("F", "restore", note=dream)
    assert links(table, step, "P3") == {"towards": [other]}


@pytest.mark.parametrize("end", ["note", "other"])
def test_R39_a_link_is_not_shown_while_an_end_lies_where_it_does_not_lead(end: str) -> None:
    table, _, dream, other = dreaming()
    table.do("P3", "link", note=dream, kind="leads", other=other)
    moved = dream if end == "note" else other
    table.do("F", "move", note=moved, lane="realise")
    assert links(table, dream) == {}
    assert table.refused("F", "unlink", note=dream, kind="leads", other=other) == "no_link"
    promised(table)
    table.do("F", "undo")
    assert links(table, dream) == {"leads": [other]}


def test_R35_R39_a_gathered_note_keeps_its_links_and_a_heading_may_be_linked_to() -> None:
    text = file().replace(GRANT, f'{GRANT}gather = ["all"]\n')
    table = Table(parse(text, file="links.toml"), people=3)
    table.go("dream")
    one, two, three = (table.write(who, sheet="columns", lane="dream") for who in ("P1", "P2", "P3"))
    table.do("F", "reveal", sheet="columns", lane="dream")
    table.do("P1", "link", note=one, kind="leads", other=three)
    table.do("P1", "link", note=three, kind="leads", other=two)
    head = table.new_note()
    table.do("P1", "gather", note=head, notes=[one, two], text="Ro")
    assert (links(table, one), links(table, three)) == ({"leads": [three]}, {"leads": [two]})
    table.do("P3", "link", note=three, kind="leads", other=head)
    assert table.refused("P3", "link", note=head, kind="leads", other=three) == "no_link"
    assert links(table, three) == {"leads": sorted((two, head))}
    table.do("F", "delete", note=one)
    table.do("F", "delete", note=two)
    assert links(table, three) == {}, "a heading under which nothing lies is not shown"
    promised(table)
    table.do("F", "restore", note=one)
    assert links(table, three) == {"leads": [head]}
    table.do("P1", "apart", note=head)
    assert links(table, three) == {}
    promised(table)


def test_R21_R39_links_to_what_a_removed_person_had_up_stay() -> None:
    table, _, dream, other = dreaming()
    table.do("P3", "link", note=dream, kind="leads", other=other)
    table.do("F", "remove", seat=table.seat("P2"))
    assert links(table, dream) == {"leads": [other]}
    promised(table)


def test_R14_R39_links_are_there_after_sealing_and_tell_no_order() -> None:
    table, critique, dream, other = dreaming()
    for to in sorted((critique, other), reverse=True):
        table.do("P3", "link", note=dream, kind="leads", other=to)
    table.do("F", "close")
    table.do("F", "seal")
    assert table.note(dream).links == {"leads": tuple(sorted((critique, other)))}
    assert links(table, dream) == {"leads": sorted((critique, other))}
    promised(table)


@pytest.mark.parametrize("sealed", [False, True])
def test_R36_R39_a_copy_has_the_links_between_what_it_has(sealed: bool) -> None:
    table, critique, dream, other = dreaming()
    table.do("P3", "link", note=dream, kind="leads", other=other)
    table.do("P3", "link", note=dream, kind="leads", other=critique)
    table.do("F", "delete", note=critique)
    table.do("F", "close")
    if sealed:
        table.do("F", "seal")
    texts = {one: table.note(one).text for one in (dream, other)}
    events = copy(table.board, table.method, board_id="c", seed="another", pid="p", seat="seat-new", keep=DAY)
    board = fold(Board(), 1, Entry(events=tuple(events), role="facilitator", at=table.now))
    (note,) = [one for one in board.notes.values() if one.text == texts[dream]]
    assert {kind: [board.notes[one].text for one in to] for kind, to in note.links.items()} == {"leads": [texts[other]]}


def grouped() -> tuple[Table, str, str, str, str, str]:
    """Groups that may link their notes: two of one group with a note each, and somebody of another one with theirs."""
    table = Table(MIXED, people=4)
    table.go("tell")
    groups = [table.members(group) for group in table.board.groups]
    (one, two), (three, *_) = groups
    notes = []
    for who in (one, two, three):
        note = table.write(who, sheet="papers", lane="likes", text=f"kan {who}")
        table.do("F", "turn", act="give", seat=table.seat(who), scope=table.group(who))
        table.do(who, "place", note=note, lane="likes")
        notes.append(note)
    table.go("choose")
    return table, one, three, *notes


def test_V18_R39_a_link_inside_a_group_is_seen_by_it_and_leads_to_nothing_that_others_do_not_see() -> None:
    table, one, three, first, second, theirs = grouped()
    table.do(one, "link", note=first, kind="helps", other=second)
    assert links(table, first, one) == links(table, first, "F") == {"helps": [second]}
    assert f"note:{first}" not in table.screens[three].shown
    assert table.refused(three, "link", note=theirs, kind="helps", other=first) == "no_note"
    assert table.refused("F", "link", note=theirs, kind="helps", other=first) == "locked"
    checks.check_all(table)


def test_V18_what_only_a_group_sees_is_no_end_of_a_link_that_all_see() -> None:
    table, one, three, first, second, _ = grouped()
    table.do(one, "link", note=first, kind="helps", other=second)
    table.do(one, "mark", note=second, kind="chosen", word="chosen")
    table.go("fill")
    table.do(one, "reveal", note=first)
    assert links(table, first, one) == {"helps": [second]}
    assert links(table, first, three) == links(table, first) == {}, "the other end is the group's"
    check_links_V18(table)
    table.go("choose")
    before = table.me(three)
    table.do(one, "unlink", note=first, kind="helps", other=second)
    assert table.me(three) == before
    assert table.refused(one, "link", note=first, kind="helps", other=second) == "no_link", "all see the first one"
    check_links_V18(table)


def test_V18_R39_a_hidden_link_counts_for_nobody_and_stays_when_others_link() -> None:
    table, one, three, first, second, theirs = grouped()
    for most in (1, 3):
        kind = replace(table.method.sheet("papers").links[0], most=most, starts=(), ends=())
        table.method = _with_kind(table.method, kind)
        table.do(one, "link", note=first, kind="helps", other=second)
        kept = table.board
        notes = {
            **kept.notes,
            first: replace(kept.notes[first], reach="all"),
            theirs: replace(kept.notes[theirs], reach="all"),
        }
        table.board = replace(kept, notes=notes)
        table.show()
        everybody = _with_grant(table.method)
        table.method = everybody
        table.do(three, "link", note=first, kind="helps", other=theirs)
        assert links(table, first, three) == {"helps": [theirs]}
        assert links(table, first, one) == {"helps": sorted((second, theirs))}
        assert table.refused(three, "unlink", note=first, kind="helps", other=second) == "no_note"
        table, one, three, first, second, theirs = grouped()


def _with_kind(method: Method, kind: Any) -> Method:
    sheets = tuple(replace(each, links=(kind,)) if each.id == "papers" else each for each in method.sheets)
    return replace(method, sheets=sheets)


def _with_grant(method: Method) -> Method:
    """All link, whatever group a note is of."""
    return replace(
        method, rounds=tuple(replace(each, link={"helps": ("all",)}) if each.link else each for each in method.rounds)
    )


def test_H8_R39_simulated_people_link_what_they_write_and_what_is_up_where_their_phones_ask() -> None:
    cast = Cast(own(), seed=5)
    table = cast.table
    table.go("dream")
    dreams = [table.write("P1", sheet="columns", lane="dream") for _ in range(3)]
    table.do("F", "reveal", sheet="columns", lane="dream")
    cast.go_on()
    assert any(table.note(dream).links.get("leads") for dream in dreams)
    table.go("realise")
    cast.go_on()
    steps = [note for note in table.board.notes.values() if note.lane == "realise"]
    assert steps
    assert all(note.links["towards"] for note in steps)


def test_R39_a_view_does_not_search_all_notes_for_every_link_to_a_heading() -> None:
    """With 300 headings and 500 notes linked to them a view took seconds, in which nobody else is served."""
    table, *_ = dreaming()
    heads, steps = [f"heading-{i}" for i in range(20)], 40
    read = 0

    class Notes(dict[str, Note]):
        def values(self) -> Any:
            nonlocal read
            read += 1
            return super().values()

    def note(name: str, kind: Kind = "note", **more: Any) -> tuple[str, Note]:
        return name, Note(id=name, author="", kind=kind, text="x", sheet="columns", lane="dream", reach="all", **more)

    notes = Notes(note(f"step-{i}", links={"leads": tuple(heads[:2])}) for i in range(steps))
    notes |= dict(note(one, "gathering") for one in heads)
    notes |= dict(note(f"under-{one}", under=one) for one in heads)
    board = replace(table.board, notes=Notes(notes))
    shown = view(board, table.method, audience(board, table.actors["P1"]))
    assert shown["note:step-0"]["links"] == {"leads": sorted(heads[:2])}
    assert read < steps, f"{read} times"
