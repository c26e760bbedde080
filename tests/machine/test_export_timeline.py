"""The timeline on posters: the arrangement of the wall, every note in its own year, in the order of the list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from server.export.content import Content, Heading, Lane, Note, Sheet
from server.export.forms import FORMS
from server.export.items import Box, Bracket, Label, Panel
from server.export.poster import MARGIN, Page, lay_out

LONG = (
    "Nye tunge patientgrupper, og vi blev ikke spurgt, før det hele var besluttet langt væk fra afdelingen af folk, "
    "vi aldrig havde mødt før det."
)
YEARS = tuple(Lane(id=str(year), title=str(year), made=True, scale=year) for year in range(2017, 2027))
BEFORE = Lane(id="before", title="Før min tid og andre steder", color="lilac")
LANES = ("before", *(year.id for year in YEARS))
SIDE_LABEL = 9.0


def content(notes: list[Note], headings: tuple[Heading, ...] = ()) -> Content:
    ordered = FORMS["timeline"].order(
        sorted(notes, key=lambda note: [lane.id for lane in (*YEARS, BEFORE)].index(note.lane))
    )
    sheet = Sheet(id="t", title="Tidslinje", form="timeline", lanes=(*YEARS, BEFORE), notes=ordered, headings=headings)
    return Content(
        title="Hvad har gjort en forskel?", venue="", method_id="h", method="Historieværksted", lang="da",
        day=date(2026, 11, 27), deleted=None, sheets=(sheet,),
    )  # fmt: skip


def notes(count: int) -> list[Note]:
    sides = ("up", "down", "both", "down")
    texts = ("Ny leder igen", "Medarbejderudviklingssamtalerne forsvandt", "Covid-19 😷", "نحن فريق واحد", LONG)
    return [
        Note(key=f"n{n}", text=f"{texts[n % 7 % 5]}"[:140], lane=LANES[n * 7 % 11], side=sides[n % 4], color="yellow")
        for n in range(count)
    ]


def boxes(page: Page) -> list[Box]:
    return [item for item in page.items if isinstance(item, Box)]


def columns(page: Page) -> dict[str, tuple[float, float]]:
    """Each lane's column on a page, from the names on the line."""
    names = {lane.title: lane.id for lane in (*YEARS, BEFORE)}
    found = [item for item in page.items if isinstance(item, Label) and item.text.replace("\u200b", "") in names]
    return {names[name.text.replace("\u200b", "")]: (name.x - 0.5, name.x + name.w + 0.5) for name in found}


@pytest.mark.parametrize("count", [21, 60, 150])
def test_every_note_is_in_its_own_years_column_or_carries_its_year(count: int) -> None:
    given = notes(count)
    pages = lay_out(content(given), one=False)
    widths = [right - left for page in pages for left, right in columns(page).values()]
    assert len(pages) > 1 or max(widths) - min(widths) < 0.01, "equal columns"
    texts = []
    for page in pages:
        places = columns(page)
        for it in boxes(page):
            texts.append(it.text.replace("\u200b", ""))
            at = [lane for lane, (left, right) in places.items() if left - 0.01 <= it.x and it.x + it.w <= right + 0.01]
            wide = sum(left < it.x + it.w and it.x < right for left, right in places.values()) == 2
            assert at or wide, it.text
            if wide:
                assert it.text == LONG
                dots = [item.x + item.w / 2 for item in page.items if isinstance(item, Panel) and item.fill == "ink2"]
                year = it.sign.split(" ")[0]
                assert year not in places or any(places[year][0] < dot < places[year][1] for dot in dots)
    assert sorted(texts) == sorted(note.text for note in given), "every note once"


def test_notes_stand_from_the_line_outwards_in_the_order_of_the_list() -> None:
    given = [
        Note(key=f"n{n}", text=f"Nr {n}", lane="2020", side=side, color="yellow")
        for n, side in enumerate(["down", "up", "both", "down", "up"])
    ]
    made = content(given)
    assert [note.text for note in made.sheets[0].notes] == ["Nr 1", "Nr 2", "Nr 4", "Nr 0", "Nr 3"]
    (page,) = lay_out(made, one=False)
    (line,) = {item.y for item in page.items if isinstance(item, Label) and item.text == "2020"}
    stacks = defaultdict(list)
    for it in sorted(boxes(page), key=lambda it: abs(it.y + it.h / 2 - line)):
        stacks[it.y > line].append(it.text)
    assert stacks == {False: ["Nr 1", "Nr 2", "Nr 4"], True: ["Nr 0", "Nr 3"]}, "what is both stands above"


def test_a_heading_brackets_exactly_its_years() -> None:
    (page,) = lay_out(content(notes(12), (Heading(text="Presset vokser", first=2020, last=2022),)), one=False)
    (bracket,) = [item for item in page.items if isinstance(item, Bracket)]
    places = columns(page)
    assert places["2020"][0] < bracket.x < bracket.x + bracket.w < places["2022"][1]
    assert bracket.x - places["2020"][0] < 2
    assert min(left for left, _ in places.values()) == pytest.approx(MARGIN + SIDE_LABEL, abs=0.1)


def test_headings_that_take_more_than_a_page_are_spread_over_pages() -> None:
    headings = tuple(Heading(text=f"Periode {n} af mange", first=2019, last=2021) for n in range(40))
    pages = lay_out(content(notes(6), headings), one=False)
    shown = [item.text for page in pages for item in page.items if isinstance(item, Label)]
    assert {text for text in shown if text.startswith("Periode")} == {heading.text for heading in headings}
    assert 2 < len(pages) < 10
