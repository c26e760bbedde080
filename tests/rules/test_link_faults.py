"""R39: what a method file says of links: what is refused with what to write, and what older files become."""

from __future__ import annotations

import pytest

from board_schema.method_file import MethodError, parse, parse_stored
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table, text_of
from tests.rules.test_links import LEADS, TOWARDS, links, own

SHELF = '[[sheets.lanes]]\nid = "shelf"\ntitle = { da = "Hylde", en = "Shelf" }\n'


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kinds": LEADS.replace('"critique", "dream"', '"yield"')}, "has no lane `yield`"),
        (
            {"kinds": LEADS.replace('to = ["critique"', 'to = ["critic"')},
            "links[0].to: sheet `columns` has no lane `critic`",
        ),
        ({"kinds": LEADS.replace(', en = "Leads to" }', " }")}, "the text for `en` is missing"),
        ({"kinds": LEADS + LEADS}, "`leads` is used twice"),
        ({"kinds": LEADS.replace("most = 2", "most = 61")}, "write at most 60"),
        ({"kinds": LEADS.replace("most = 2", "most = 0")}, "at least 1"),
        ({"kinds": "\n".join(LEADS.replace("leads", f"leads-{n}") for n in range(8)), "dream": ""}, "at most 8"),
        ({"dream": "link = { leads = [] }\n"}, 'grants `leads` to nobody: write leads = ["own"], or leave it out'),
        ({"dream": 'link = { lead = ["all"] }\n'}, "has no links `lead`: write a [[sheets.links]] with that id"),
        ({"dream": 'link = { leads = ["everybody"] }\n'}, "`everybody` may not stand here; write one of: own, turn"),
    ],
)
def test_M1_R39_a_wrong_link_is_refused_with_its_line_and_what_to_write(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(MethodError) as caught:
        own(**wrong)
    assert says in str(caught.value)
    assert caught.value.line > 1


def test_M1_R39_a_link_that_nobody_can_set_is_refused_with_what_to_write() -> None:
    text = text_of("fremtidsvaerksted").replace('from = ["realise"]', 'from = ["shelf"]')
    text = text.replace('[[sheets.lanes]]\nid = "dream"', f'{SHELF}\n[[sheets.lanes]]\nid = "dream"', 1)
    with pytest.raises(MethodError, match=r"no round can set it: write link = \{ towards = ") as caught:
        parse(text, file="links.toml")
    assert caught.value.line == 1 + text[: text.index("[[sheets.links]]")].count("\n")
    for round_field in ('lanes = ["dream", "shelf"]', 'lanes = ["dream", "shelf"]\nlink = { towards = ["all"] }'):
        parse(text.replace('lanes = ["dream"]', round_field), file="links.toml")


@pytest.mark.parametrize(("before", "starts", "ends"), [("points", "points", "answer"), ("dream", "dream", "shelf")])
def test_M1_R39_a_link_that_leads_where_nothing_is_ever_up_is_refused(before: str, starts: str, ends: str) -> None:
    """The leader's answers come after the close; on a shelf that no round is about nothing lies."""
    kind = f'[[sheets.links]]\nid = "x"\ntitle = {{ da = "Til", en = "To" }}\nfrom = ["{starts}"]\nto = ["{ends}"]\n\n'
    lane = f'[[sheets.lanes]]\nid = "{before}"'
    shelf = SHELF if ends == "shelf" else ""
    text = changed_file("fremtidsvaerksted", (lane, f"{kind}{shelf}\n{lane}"))
    told = refusal(text, f"nothing is up in `{ends}`")
    assert text.split("\n")[told.line - 1] == f'to = ["{ends}"]'


def test_M4_R39_scale_stands_for_all_lanes_of_a_timelines_scale() -> None:
    kind = """[[sheets.links]]
id = "after"
title = { da = "Kom af", en = "Came of" }
from = ["scale"]
to = ["scale"]

"""
    text = text_of("historievaerksted")
    at = text.index("[[sheets.marks]]")
    table = Table(parse(text[:at] + kind + text[at:], file="links.toml"), people=2)
    table.go("place")
    first, second = table.placed("P1", lane="2020"), table.placed("P1", lane="2021")
    table.do("P1", "link", note=second, kind="after", other=first)
    assert links(table, second) == {"after": [first]}
    (shown,) = table.screens["W"].shown["sheet:timeline"]["links"]
    assert (
        shown["from"]
        == shown["to"]
        == [lane["id"] for lane in table.screens["W"].shown["sheet:timeline"]["lanes"] if "scale" in lane]
    )


def test_M3_R39_a_stored_text_whose_lanes_pointed_at_another_has_links() -> None:
    text = text_of("fremtidsvaerksted")
    for start in (TOWARDS, text[text.rindex("[[sheets.links]]") : text.index('[[sheets.lanes]]\nid = "points"')]):
        text = text.replace(start, "")
    text = text.replace('hint = { da = "Et første skridt', 'points_to = "dream"\nhint = { da = "Et første skridt')
    method = parse_stored(text, file="stored.toml")
    kinds = [(sheet.id, kind.id, kind.starts, kind.ends, kind.most) for sheet in method.sheets for kind in sheet.links]
    assert kinds == [
        ("columns", "belongs", ("realise",), ("dream",), 1),
        ("yield", "belongs", ("answer",), ("points", "lifts"), 1),
    ]
    with pytest.raises(MethodError, match="is written as a"):
        parse(text, file="new.toml")


def test_M3_a_stored_text_is_not_judged_by_what_became_a_fault_after_it_was_stored() -> None:
    """A lane of picked notes might point at another one beside the lane for answers; now answers have a kind alone."""
    text = text_of("fremtidsvaerksted")
    own = text[text.rindex("[[sheets.links]]") : text.index('[[sheets.lanes]]\nid = "points"')]
    older = text.replace(own, "").replace('id = "sessions"\n', 'id = "sessions"\npoints_to = "points"\n', 1)
    method = parse_stored(older, file="stored.toml")
    assert method.picks is not None
    assert [(kind.id, kind.starts) for kind in method.picks.links] == [("belongs", ("sessions", "answer"))]
    assert method.answer_link == "belongs"
    refusal(text.replace(own, ""), "answers are linked to what they answer")
