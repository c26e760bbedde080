"""What stands on posters: every text once, nothing over another, as large as asked, legible."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from pypdf import PdfReader

from board_schema.board import Ticks
from server.export.items import Box, Label, Panel, breakable
from server.export.poster import HEIGHT, MARGIN, Page, lay_out
from tests.machine.test_export import (
    NOVEMBER_2026,
    bare,
    board,
    crowd,
    export,
    future,
    head,
    method,
    note,
    pdf_text,
    shown,
)
from tests.machine.test_export_forms import content

CROWDS = pytest.mark.parametrize("name", ["historievaerksted", "dilemmavaerksted", "fremtidsvaerksted"])


@CROWDS
async def test_all_texts_of_150_notes_are_on_the_poster(name: str) -> None:
    made = crowd(name, 150)
    said = bare(pdf_text(await export(board=made, method=method(name), format="pdf")))
    # Emoji are pictures on the page, or empty boxes (read as zeros) where the machine has no font for them.
    letters = re.compile("[\x00\U0001f300-\U0001faff]")
    said = letters.sub("", said)
    for it in made.notes.values():
        if it.reach == "all":
            assert bare(letters.sub("", it.text)) in said


def boxes(page: Page) -> list[Box]:
    return [item for item in page.items if isinstance(item, Box)]


@pytest.mark.parametrize("count", [1, 5, 60, 150])
@pytest.mark.parametrize("one", [True, False], ids=["picture", "pages"])
@CROWDS
def test_notes_never_overlap_and_all_are_there(name: str, *, one: bool, count: int) -> None:
    made = crowd(name, count, seed=count)
    pages = lay_out(shown(made), one=one)
    assert len(pages) == 1 or not one
    for page in pages:
        for a, b in combinations(boxes(page), 2):
            apart = a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
            assert apart, (a.text, b.text)
        for it in boxes(page):
            assert it.x >= MARGIN - 1
            assert it.x + it.w <= page.width - MARGIN + 1
            assert it.y > 0
            assert it.y + it.h <= page.height - 13
    # The head of a row is no box: the row is titled by it.
    wanted = Counter(breakable(n.text) for n in made.notes.values() if n.reach == "all" and n.id not in made.rows)
    assert Counter(it.text for page in pages for it in boxes(page)) == wanted


@pytest.mark.parametrize("size", ["a4", "a3", "a2", "a1"])
async def test_a_poster_is_as_large_as_asked_and_legible(size: str) -> None:
    made = crowd("historievaerksted", 60)
    data = await export(board=made, method=method("historievaerksted"), format="pdf", size=size)
    width, height = (float(x) / 72 * 25.4 for x in PdfReader(io.BytesIO(data)).pages[0].mediabox[2:])
    long = {"a4": 297, "a3": 420, "a2": 594, "a1": 840}[size]
    assert width == pytest.approx(long, abs=1)
    assert height == pytest.approx(long / 2**0.5, abs=1)
    scale = long / 420
    for page in lay_out(shown(made), one=False, scale=scale):
        assert all(it.size * scale >= 6.9 for it in boxes(page))


def test_an_empty_board_is_a_poster_too() -> None:
    for name in ("historievaerksted", "dilemmavaerksted", "fremtidsvaerksted"):
        (page,) = lay_out(shown(board(name)), one=False)
        assert "Hvad har betydet noget?" in [i.text for i in page.items if isinstance(i, Label)]


@pytest.mark.parametrize("closed", [0, NOVEMBER_2026])
def test_what_a_closed_workshop_left_empty_takes_no_room_on_a_poster_unless_an_answer_may_come(closed: int) -> None:
    picked = note("a", "Støj på kontoret", sheet="yield", lane="points")
    for name, answered in (("overleveringsdagen", []), ("fremtidsvaerksted", ["The management’s answer"])):
        told = content(board(name, picked, closed=closed))
        sheet = next(one for one in told.sheets if one.id == "yield")
        (page,) = lay_out(replace(told, sheets=(sheet,)), one=False)
        titles = [lane.title for lane in sheet.lanes]
        found = [item.text for item in page.items if isinstance(item, Label) and item.text in titles]
        assert found == ([titles[0], *answered] if closed else titles), name


def test_in_a_picture_of_several_sheets_none_is_higher_than_its_notes_need() -> None:
    told = content(
        board(
            "trio-forandringsdialog",
            note("a", "Nyt journalsystem", sheet="trio", lane="topic"),
            note("b", "Oplæring tager tid", sheet="core", lane="system"),
            note("c", "Bedre overblik", sheet="weigh", lane="strengths"),
        )
    )
    [page] = lay_out(told, one=True)
    assert page.height < 1.2 * HEIGHT
    lanes = [item.h for item in page.items if isinstance(item, Panel) and item.w < page.width and item.h != item.w]
    assert max(lanes) < HEIGHT / 4


def test_sixty_years_go_on_over_several_pages() -> None:
    notes = (
        note(f"n{year}", f"Det skete i {year}", lane=str(year), marks={"effect": "up"}) for year in range(1966, 2027)
    )
    made = board("historievaerksted", *notes, ticks=Ticks(1966, 2026, 1))
    pages = lay_out(shown(made), one=False)
    assert len(pages) > 1
    assert sum(len(boxes(page)) for page in pages) == 61
    years = [i.text for page in pages for i in page.items if isinstance(i, Label) and re.fullmatch(r"\d{4}", i.text)]
    assert sorted(years) == [str(year) for year in range(1966, 2027)]


def test_a_note_higher_than_a_page_is_put_down_all_the_same() -> None:
    made = board(
        "dilemmavaerksted",
        note("a", "ord " * 250, sheet="grid", lane="one", row="r-canary-id"),
        note("b", "ord " * 250, sheet="grid", lane="one", row="r-canary-id"),
        head("r", "Dilemma"),
    )
    pages = lay_out(shown(made), one=False, scale=0.7071)
    assert sum(len(boxes(page)) for page in pages) == 2


def test_words_that_no_hyphen_helps_can_be_broken() -> None:
    for text in ("https://intern.example.dk/mappe/_fil-navn_2026.docx", "a" * 90, "hahahahahahahahaha" * 4):
        assert "\u200b" in breakable(text)
        assert breakable(text).replace("\u200b", "") == text
    assert breakable("Sygeplejerskebemandingsplanlægning er svær") == "Sygeplejerskebemandingsplanlægning er svær"
    long = "Medicinhåndteringskvalitetssikringsskemaerne"
    assert breakable(long) == long, "its syllables are known; it is not cut after every ten letters"


async def test_pictures_are_what_they_are_called() -> None:
    script = method("fremtidsvaerksted")
    assert (await export(board=future(), method=script, format="png")).startswith(b"\x89PNG")
    assert (await export(board=future(), method=script, format="svg")).lstrip().startswith(b"<svg")
    assert (await export(board=future(), method=script, format="pdf")).startswith(b"%PDF")


async def test_a_text_that_is_read_from_the_right_stands_at_the_right_of_its_paper() -> None:
    """Its first letter says so; the second line, which is the same in both, goes with it."""
    left = {}
    for first in "עE":
        made = board("historievaerksted", note("n", f"{first}\nzqxw", lane="2020", marks={"effect": "up"}))
        page = PdfReader(io.BytesIO(await export(board=made, method=method("historievaerksted"), format="pdf"))).pages[
            0
        ]
        found: list[float] = []

        def seen(text: str, cm: list[float], tm: list[float], *_: object, found: list[float] = found) -> None:
            if "zqxw" in text:
                found.append(cm[0] * tm[4] + cm[4])

        page.extract_text(visitor_text=seen)
        (left[first],) = found
    assert left["ע"] > left["E"] + 10


async def test_arabic_letters_are_joined_on_a_poster() -> None:
    async def glyphs(text: str) -> tuple[int, int]:
        """How many glyphs a poster with this note has, and how many that differ."""
        made = board("historievaerksted", note("a", text, lane="2020", marks={"effect": "up"}))
        svg = (await export(board=made, method=method("historievaerksted"), format="svg")).decode()
        drawn = re.findall(r'<use[^>]* xlink:href="#([^"]+)"', svg)
        return len(drawn), len(set(drawn))

    apart, joined = await glyphs("ب ب ب"), await glyphs("ببب")
    assert joined[0] == apart[0], "the same letters"
    assert joined[1] == apart[1] + 2, "in the forms for the beginning, the middle and the end of a word"
