"""A map on posters and in files (R43): arranged as the wall is, with its circles in prose; every text is there.

What may not live here: where papers and arrows lie (tests/screens/map.test.mjs).
"""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import combinations
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from board_schema.board import Board, Note
from server.export import maps
from server.export.content import Content
from server.export.items import POINT, Box, Drawing, Item, Label, Paper, Said
from server.export.making import make
from server.export.packing import pack
from server.export.painting import widths
from server.export.poster import Page, lay_out, least
from server.export.reading import read
from server.export.variants import SIZES, Variant
from tests.machine.conftest import House
from tests.machine.talk import call, new_workshop
from tests.machine.test_export import LONG, bare, board, export, method, note, pdf_text
from tests.tree import TOP

NAME = "Hård tone får folk til at rejse, og så får resten travlt"
ANSWER = "At møderne ryger først"


def point(key: str, text: str, lane: str, **links: tuple[str, ...]) -> Note:
    """A note of the story; `links` by their kind, to notes by their keys."""
    marks = {"turn": "bad"} if "through" in links else {}
    to = {kind: tuple(f"{each}-canary-id" for each in keys) for kind, keys in links.items()}
    return note(key, text, sheet="story", lane=lane, links=to, marks=marks)


def programme(*notes: Note, title: str = "Sådan ser vi vores arbejdsmiljø lige nu") -> Board:
    return board("forloeb", *notes, title=title, groups={}, round="home")


def story() -> tuple[Note, ...]:
    return (
        point("c1", "Kommunikation, feedback og læring", "centre"),
        point("a1", "Hård tone, »dem og os«", "strains", leads=("a2",)),
        point("a2", "Folk rejser", "strains", leads=("a3",)),
        point("a3", "Resten får travlt", "strains", leads=("a1",), slows=("b3",)),
        point("a4", "Høje følelsesmæssige krav", "strains", leads=("a3",)),
        point("b1", "Fast supervision", "supports", leads=("b2",)),
        point("b2", "نساعد بعضنا في الأيام الصعبة", "supports", leads=("b1",)),
        point("b3", "Makkerpar for nye", "supports", leads=("b2",)),
        point("n1", NAME, "circles", through=("a1", "a2", "a3")),
        point("t1", "Nattevagterne er glemt i planen", "tray"),
        note("p1", "Rolig overlevering", sheet="trials", lane="running", fields={"stop": "2026-12-03"}),
        note("q1", ANSWER, sheet="answers", lane="known"),
    )


def crowded(seed: int, points: int) -> tuple[Note, ...]:
    """So much that no picture of the whole can be read: circles, and what leads to them."""
    rnd = random.Random(seed)
    texts = ("Hård tone på overleveringen", "Folk rejser", "Teammøder bliver aflyst, når der er travlt", "Humor 🙂")
    keys = [f"k{at:02}" for at in range(points)]
    links: dict[str, str] = {}
    for at in range(0, points - 4, 10):
        links |= {keys[at + step]: keys[at + (step + 1) % 4] for step in range(4)}
    free = {key: rnd.choice(list(links)) for key in keys if key not in links}
    return tuple(
        point(key, f"{rnd.choice(texts)} {key}", rnd.choice(("supports", "strains")), leads=((links | free)[key],))
        for key in keys
    )


def content(made: Board, lang: str = "da") -> Content:
    """What the process that makes files reads of a board."""
    packed = msgspec.msgpack.decode(pack(made, method(made.method)).data)
    return read(packed, lang="en" if lang == "en" else "da")


def of_kind(page: Page, kind: type[Item]) -> list[Any]:
    return [item for item in page.items if isinstance(item, kind)]


def maps_of(pages: list[Page]) -> list[Page]:
    return [page for page in pages if of_kind(page, Drawing)]


def test_R43_a_poster_of_a_map_has_its_papers_its_circles_by_name_and_in_prose_and_what_the_sheet_says() -> None:
    page = maps_of(lay_out(content(programme(*story())), one=False))[0]
    papers = {paper.text: paper for paper in of_kind(page, Paper)}
    told = [label.text for label in of_kind(page, Label)]
    named = [said.text for said in of_kind(page, Said)]
    assert papers["Folk rejser"].sign == "−"
    assert papers["Makkerpar for nye"].sign == "+"
    assert NAME in named
    assert "bremser" in named
    said = (
        "Hård tone, »dem og os« fører til Folk rejser",
        "som fører til Resten får travlt",
        "som igen fører til Hård",
    )
    assert any(label.startswith(", ".join(said)) for label in told)
    assert "Rolig overlevering, til 3. december 2026" in told
    assert ANSWER in told


async def test_R43_every_text_of_a_map_is_in_the_file_once_drawn_or_in_its_lane() -> None:
    made = programme(*story())
    data = await export(board=made, method=method("forloeb"), format="pdf")
    said = bare(pdf_text(data))
    for each in made.notes.values():
        if each.reach == "all" and each.text.isascii() | ("å" in each.text):
            assert bare(each.text) in said, each.text
    for hidden in ("canary", "Kirsten"):
        assert hidden not in said


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["da", "en"])
def test_R43_no_paper_lies_over_another_or_leaves_the_page_and_all_can_be_read(size: str, lang: str) -> None:
    scale = SIZES[size]
    for page in maps_of(lay_out(content(programme(*story()), lang), one=False, scale=scale)):
        papers = of_kind(page, Paper)
        assert len(papers) == 7
        for a, b in combinations(papers, 2):
            apart = a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
            assert apart, (a.text, b.text)
        for it in (*papers, *of_kind(page, Said)):
            assert it.x >= 0
            assert it.x + it.w <= page.width
            assert it.y + it.h <= page.height
            assert it.size >= least(scale) - 0.01


@pytest.mark.parametrize("seed", [1, 2])
def test_R43_of_a_crowded_map_there_is_an_overview_with_numbers_and_each_circle_by_itself(seed: int) -> None:
    pages = lay_out(content(programme(*crowded(seed, 60))), one=False)
    drawn = maps_of(pages)
    numbers = [said.text for said in of_kind(drawn[0], Said) if said.text.isdecimal()]
    texts = [item.text for page in pages for item in page.items if getattr(item, "text", "")]
    assert sorted(numbers) == [str(at) for at in range(1, 7)]
    assert len(drawn) == 1 + 6
    prose = [label.text for label in of_kind(drawn[0], Label) if label.text[:2] in {f"{at}." for at in range(1, 7)}]
    assert len(prose) == 6
    assert not of_kind(drawn[0], Paper)
    for at in range(60):
        assert any(f"k{at:02}" in text for text in texts), f"seed {seed}: k{at:02}"


def test_R43_a_star_of_more_than_can_be_read_at_once_is_both_sides_in_columns() -> None:
    made = content(programme(*crowded(1, 60)))
    star = replace(made, sheets=tuple(replace(each, picture="star") for each in made.sheets if each.mapped))
    first = lay_out(star, one=False)[0]
    boxes = of_kind(first, Box)
    assert len(boxes) == 60
    assert not any(box.comments for box in boxes)


def test_R43_under_a_map_no_more_is_told_of_a_sheet_than_can_be_read_in_passing() -> None:
    said = tuple(note(f"q{at}", f"Det er sandt {at}", sheet="answers", lane="known") for at in range(9))
    page = maps_of(lay_out(content(programme(*story()[:-1], *said)), one=False))[0]
    told = [label.text for label in of_kind(page, Label)]
    assert sum(text.startswith("Det er sandt") for text in told) == 6
    assert "og 3 mere" in told


def test_R43_an_answer_without_words_of_its_own_is_no_line_under_a_map_and_none_stands_there_twice() -> None:
    said = ("Det kender jeg", "Ja, især om aftenen", "Ja, især om aftenen")
    notes = (note(f"q{at}", text, sheet="answers", lane="known") for at, text in enumerate(said))
    page = maps_of(lay_out(content(programme(*story()[:-1], *notes)), one=False))[0]
    told = [label.text for label in of_kind(page, Label)]
    assert "Kollegerne kender" in told
    assert "Det kender jeg" not in told
    assert told.count("Ja, især om aftenen") == 1


@pytest.mark.parametrize("count", [1, 12])
def test_R43_what_does_not_fit_under_a_map_stands_on_pages_after_it(count: int) -> None:
    rings: list[Note] = []
    for at in range(count):
        keys = [f"r{at}x{step}" for step in range(4)]
        rings += [
            point(key, f"{LONG[:120]} {key}", "strains", leads=(keys[(step + 1) % 4],)) for step, key in enumerate(keys)
        ]
    pages = lay_out(content(programme(*rings)), one=False)
    for page in pages:
        for label in of_kind(page, Label):
            assert label.y < page.height, label.text
    texts = " ".join(label.text for page in pages for label in of_kind(page, Label))
    for at in range(count):
        assert f"r{at}x3" in texts


def numbers(laid: object) -> list[float]:
    """All numbers of a layout, also those in its paths, in order."""
    return [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?(?:e-\d+)?", json.dumps(laid, sort_keys=True))]


def test_R43_the_layout_that_a_file_is_made_by_is_that_of_the_screens_to_the_pixel() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    sheet = next(each for each in content(programme(*story())).sheets if each.mapped)
    asked = maps._asked(sheet, lang="da", measure=widths)
    layout = maps._layout(asked)
    assert layout is not None
    program = (
        "import { take, lay } from './static/js/forms/map/printed.js'; import { readFileSync } from 'node:fs';"
        "take(readFileSync(0, 'utf8')); console.log(JSON.stringify(['star', 'dynamics'].map((what) => lay(what, 24))));"
    )
    words = [node, "--input-type=module", "-e", program]
    told = subprocess.run(words, cwd=TOP, input=asked, capture_output=True, text=True, check=True).stdout
    for screen, what in zip(json.loads(told), ("star", "dynamics"), strict=True):
        assert layout.lay(what, 24) is not None
        # Engines differ in the last digits of a sine.
        assert numbers(layout.lay(what, 24)) == pytest.approx(numbers(json.loads(screen)), abs=0.15)


def test_R43_letters_on_a_poster_are_hardly_smaller_than_on_a_wall_where_all_notes_fit() -> None:
    # Two circles, and more arrows that must go around than a smaller type would let go straight.
    ring = ("a1", "a2", "a3", "a4", "a5")
    made = [point(key, f"Sagt som nummer {key}", "strains", leads=(ring[at - 4],)) for at, key in enumerate(ring)]
    made += [point(f"b{at}", f"Det støtter os {at}", "supports", leads=(ring[at], ring[at - 2])) for at in range(5)]
    sheet = next(each for each in content(programme(*made)).sheets if each.mapped)
    layout = maps._layout(maps._asked(sheet, lang="da", measure=widths))
    assert layout is not None
    laid = layout.lay("dynamics", 12)
    assert laid is not None
    assert min(paper["size"] for paper in laid["papers"] if paper["look"] == "paper") >= 21


def test_R43_where_nothing_lays_a_map_its_lanes_stand_side_by_side_with_its_circles_in_prose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(maps, "BUNDLE", maps.BUNDLE.with_name("none.js"))
    maps._layout.cache_clear()
    pages = lay_out(content(programme(*story())), one=False)
    maps._layout.cache_clear()
    texts = [item.text for page in pages for item in page.items if getattr(item, "text", "")]
    assert not maps_of(pages)
    assert any(text.startswith("Hård tone, »dem og os« fører til") for text in texts)
    assert "Makkerpar for nye" in " ".join(texts)


@pytest.mark.parametrize("laid", [True, False])
def test_R43_a_point_that_says_the_same_as_the_name_of_a_circle_is_still_there(
    laid: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = "Resten får for travlt"
    ring = {"a1": "a2", "a2": "a3", "a3": "a1"}
    notes = [point(key, f"Punkt {key}", "strains", leads=(other,)) for key, other in ring.items()]
    notes += [point("t1", same, "tray"), point("n1", same, "circles", through=("a1", "a2", "a3"))]
    if not laid:
        monkeypatch.setattr(maps, "BUNDLE", maps.BUNDLE.with_name("none.js"))
    maps._layout.cache_clear()
    pages = lay_out(content(programme(*notes)), one=False)
    maps._layout.cache_clear()
    papers = [item for page in pages for kind in (Box, Paper) for item in of_kind(page, kind)]
    assert bool(maps_of(pages)) == laid
    assert [item.text for item in papers].count(same) == 1


def test_R43_a_layout_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "WITHIN", 0.0001)
    maps._layout.cache_clear()
    made = content(programme(*crowded(1, 60)))
    pages = lay_out(replace(made, title="Uden billede"), one=False)
    maps._layout.cache_clear()
    assert not maps_of(pages)
    assert pages


def test_R43_all_pictures_of_a_map_together_get_as_long_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    limits: list[float] = []

    class Slow:
        """Every picture takes 5 seconds, and none fits."""

        def set_time_limit(self, seconds: float) -> None:
            limits.append(seconds)

        def eval(self, _call: str) -> str:
            clock[0] += min(5, limits[-1])
            return ""

    monkeypatch.setattr(maps, "process_time", lambda: clock[0])
    layout = maps._Layout(Slow(), {"picture": "dynamics", "circles": []})
    assert [layout.lay("circle", f"c{at}") for at in range(9)] == [None] * 9
    assert limits == [12, 7, 2]
    assert clock[0] == maps.WITHIN


@pytest.mark.parametrize("picture", ["star", "dynamics"])
async def test_R43_a_poster_of_the_map_alone_is_one_page_in_the_picture_that_was_asked_for(picture: str) -> None:
    packed = msgspec.msgpack.decode(pack(programme(*story()), method("forloeb")).data)
    said = pdf_text(make(packed, Variant.of(format="pdf", size="a4", picture=picture)))
    assert len(PdfReader(io.BytesIO(make(packed, Variant.of(format="pdf", picture=picture)))).pages) == 1
    assert "Makkerpar" in said
    assert ("bremser" in said) == (picture == "dynamics")
    assert ("Ikke sorteret endnu: 1" in said) == (picture == "star")
    assert bare("Rolig overlevering") in bare(said)
    assert "Nattevagterne" not in said


async def test_R43_a_poster_of_the_map_is_asked_for_where_there_is_one_and_as_a_picture(house: House) -> None:
    made = {name: await new_workshop(house.base, name) for name in ("forloeb", "fremtidsvaerksted")}

    async def status(name: str, file: str) -> int:
        path = f"/api/board/{made[name]['board']}/export/plakat.{file}"
        return (await call(house.base, path, token=made[name]["token"])).status

    assert await status("forloeb", "pdf?picture=star") == 200
    assert await status("forloeb", "pdf?picture=moon") == 422
    assert await status("forloeb", "md?picture=star") == 422
    assert await status("fremtidsvaerksted", "pdf?picture=star") == 404
    assert await status("fremtidsvaerksted", "pdf") == 200


def test_R43_a_text_that_is_read_from_the_right_stands_on_its_paper_at_the_right_of_it() -> None:
    left: dict[str, float] = {}
    for first in "עE":
        made = programme(point("a", f"{first}\nzqxw og noget mere", "strains"))
        page = next(each for each in lay_out(content(made), one=False) if of_kind(each, Paper))
        (paper,) = of_kind(page, Paper)
        packed = msgspec.msgpack.decode(pack(made, method("forloeb")).data)
        file = PdfReader(io.BytesIO(make(packed, Variant.of(format="pdf", picture="star"))))
        found: list[float] = []

        def seen(text: str, cm: list[float], tm: list[float], *_: object, found: list[float] = found) -> None:
            if "zqxw" in text:
                found.append((cm[0] * tm[4] + cm[4]) * POINT)

        file.pages[0].extract_text(visitor_text=seen)
        left[first] = found[0]
        assert paper.x < found[0] < paper.x + paper.w, first
    assert left["ע"] != left["E"]
