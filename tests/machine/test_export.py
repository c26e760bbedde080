"""Exports hold everything that the wall shows, literally, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pypdf import PdfReader

from board_schema.board import Actor, Board, Group, Note, Person, Removed, Ticks
from board_schema.method import Method
from board_schema.method_file import parse
from board_schema.view import audience, view
from server.export.content import Content
from server.export.making import make
from server.export.packing import pack
from server.export.poster import lay_out
from server.export.reading import needed, read
from server.export.texts import comma_separated, harmless
from server.export.variants import Variant

METHODS = Path(__file__).parents[2] / "board_schema" / "methods"
TEXTS = ("md", "csv", "json")
NOVEMBER_2026 = 1_795_427_100_000  # 23 November 2026, some minutes past a whole hour
DAY = 24 * 60 * 60_000

LONG = "sygeplejerskebemandingsplanlægningsudvalgsmøde"
WORDS = f"vi fik nye kolleger og den gode tone kom tilbage AMR TRIO 😀 💪🏽 {LONG} af".split()


def method(name: str) -> Method:
    return parse((METHODS / f"{name}.toml").read_text(encoding="utf-8"), file=name)


def note(key: str, text: str, *, lane: str, sheet: str = "timeline", **more: object) -> Note:
    given = {"author": "pid-canary-author", "kind": "note", "reach": "all", **more}
    return Note(id=f"{key}-canary-id", text=text, sheet=sheet, lane=lane, **given)


def head(key: str, text: str, **marks: str) -> Note:
    """A chosen dilemma, which heads a row."""
    at = {"sheet": "dilemmas", "lane": "dilemma", "row": "g1", "group": "g1"}
    return note(key, text, marks={"chosen": "chosen", **marks}, **at)


def board(name: str, *notes: Note, **more: object) -> Board:
    """A board with people on it, a draft, another group's note and a bin: the canaries."""
    hidden = (
        note("draft", "draft-canary", lane="2020", reach="own"),
        note("group", "group-canary", sheet="groups", lane="strengths", reach="group", group="g1", row="g1"),
    )
    person = Person(
        pid="pid-canary-author", seat="seat-canary", number=1, name="Canary Kirsten", role="participant", group="g1"
    )
    given = {
        "version": 7,
        "id": "board-canary",
        "seed": "seed-canary",
        "method": name,
        "title": "Hvad har betydet noget?",
        "venue": "Afsnit B4",
        "round": method(name).rounds[-2].id,
        "began": NOVEMBER_2026,
        "made": NOVEMBER_2026,
        "last_at": NOVEMBER_2026,
        "ticks": Ticks(2016, 2026, 1),
        "people": {person.pid: person},
        "seats": {person.seat: person.pid},
        "groups": {"g1": Group(id="g1", number=1), "g2": Group(id="g2", number=2)},
        "notes": {each.id: each for each in (*notes, *hidden)},
        "bin": {"b": Removed(note=note("bin", "bin-canary", lane="2020"), by_author=False, at=NOVEMBER_2026)},
        **more,
    }
    return Board(**given)


def history(*texts: str) -> Board:
    years = ("2018", "2020", "2024", "elsewhere")
    sides = ("up", "down", "both")
    notes = (note(f"n{i:04}", text, lane=years[i % 4], marks={"effect": sides[i % 3]}) for i, text in enumerate(texts))
    return board("historievaerksted", *notes)


def dilemmas() -> Board:
    grid = {"sheet": "grid", "row": "row-canary-id"}
    return board(
        "dilemmavaerksted",
        head("row", "Dokumentation ↔ tid", fate="analysis"),
        note("other", "Et andet dilemma", sheet="dilemmas", lane="dilemma", row="g2", group="g2"),
        note("one", "Den sikrer os", lane="one", **grid),
        note("exp", "Ryggen til borgeren", lane="experience", **grid),
        note("act", "Fast kontortid", lane="actions", **grid),
        note("com", "Det kender vi", lane="one", kind="comment", under="one-canary-id", **grid),
    )


def future() -> Board:
    columns = {"sheet": "columns"}
    return board(
        "fremtidsvaerksted",
        note("k1", "Vi bliver ikke hørt", lane="critique", **columns),
        note("d1", "Flow i dagen", lane="dream", **columns),
        note("d2", "Stærkt fællesskab", lane="dream", **columns),
        note("r1", "Stuegang planlægges", lane="realise", links={"towards": ("d1-canary-id",)}, **columns),
        note("r2", "Ugentligt møde", lane="realise", links={"towards": ("d2-canary-id",)}, **columns),
    )


def crowd(name: str, count: int, *, seed: int = 1) -> Board:
    """A board with so many notes that nobody would write it by hand."""
    rnd = random.Random(seed)
    script = method(name)
    sheet = next(s for s in script.sheets if s.form == "timeline" or not s.per_group)
    lanes = [lane.id for lane in sheet.lanes if not lane.shows]
    lanes += (
        [str(year) for year in (2016, 2019, 2020, 2020, 2020, 2021, 2023, 2026)] if sheet.form == "timeline" else []
    )
    rows = tuple(
        head(f"row-{i}", f"Dilemma {i} ↔ {LONG}", fate="paradox")
        for i in range(count // 20 if sheet.form == "grid" else 0)
    )
    notes = [
        note(
            f"n{i:04}",
            f"n{i:04} " + " ".join(rnd.choices(WORDS, k=rnd.choice((1, 2, 4, 7, 12)))),
            sheet=sheet.id,
            lane=rnd.choice(lanes),
            row=rnd.choice(rows).id if rows else "",
            marks={"effect": rnd.choice(("up", "down", "both"))} if sheet.form == "timeline" else {},
        )
        for i in range(count)
    ]
    return board(name, *notes, *rows)


def shown(made: Board, lang: str = "da") -> Content:
    script = method(made.method)
    return read(view(made, script, audience(made, Actor("", "wall"))), lang=lang)  # type: ignore[arg-type]


async def export(*, board: Board, method: Method, format: str, size: str = "a3", lang: str = "da") -> bytes:
    """The file as the process for exports makes it, from the bytes that it gets."""
    return make(msgspec.msgpack.decode(pack(board, method).data), Variant.of(format=format, size=size, lang=lang))


async def told(made: Board, format: str, **more: str) -> str:
    data = await export(board=made, method=method(made.method), format=format, **more)
    return pdf_text(data) if format == "pdf" else data.decode("utf-8-sig")


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def bare(text: str) -> str:
    """The letters alone: line breaks and hyphens are the poster's."""
    return re.sub("[\\s\u200b\u00ad\u2010-]", "", text)


ALL_BOARDS = pytest.mark.parametrize(
    "made", [history("Covid-19", "Nye kolleger"), dilemmas(), future()], ids=lambda b: b.method
)


# What may leave


@ALL_BOARDS
async def test_V12_no_form_holds_a_name_a_seat_a_draft_or_an_id(made: Board) -> None:
    assert "canary" not in repr([sheet.notes for sheet in shown(made).sheets]).replace("-canary-id", "")
    for form in ("md", "csv", "json", "pdf", "svg", "png"):
        data = await export(board=made, method=method(made.method), format=form)
        assert b"anary" not in data, form
        if form == "pdf":
            assert "anary" not in pdf_text(data)


@ALL_BOARDS
def test_V12_no_person_crosses_to_the_process_that_makes_files(made: Board) -> None:
    script = method(made.method)
    whole = view(made, script, audience(made, Actor("", "wall")))
    assert "Kirsten" in repr(whole)
    assert read(needed(whole), lang="en") == read(whole, lang="en")
    packed = pack(made, script)
    for secret in (
        b"Kirsten",
        b"seat",
        b"pid-canary",
        b"draft-canary",
        b"group-canary",
        b"bin-canary",
        b"board-canary",
    ):
        assert secret not in packed.data
    later = replace(made, ends_at=NOVEMBER_2026 + 60_000, version=made.version + 1, door=not made.door)
    assert pack(later, script) == packed, "it is the same export"


@ALL_BOARDS
async def test_V12_no_page_of_a_poster_is_painted_from_anything_hidden(made: Board) -> None:
    for one in (True, False):
        painted = json.dumps([page.data("da") for page in lay_out(shown(made), one=one)])
        assert "anary" not in painted


async def test_V3_the_same_draft_is_found_once_it_is_up() -> None:
    hidden = history("Covid-19")
    up = history("Covid-19", "draft-canary")
    for form in (*TEXTS, "pdf"):
        assert "draft-canary" not in await told(hidden, form)
        assert bare("draft-canary") in bare(await told(up, form)), form


@ALL_BOARDS
async def test_an_export_says_the_day_and_nothing_finer(made: Board) -> None:
    said = json.loads(await export(board=made, method=method(made.method), format="json"))
    assert said["day"] == "2026-11-23"
    for form in TEXTS:
        assert not re.search(r"\d\d:\d\d|17954", await told(made, form)), form
    document = PdfReader(io.BytesIO(await export(board=made, method=method(made.method), format="pdf")))
    facts = document.metadata
    assert facts is not None
    assert facts.title == made.title
    assert facts.author is None
    assert facts.creation_date is None
    assert facts.modification_date is None


async def test_which_group_a_dilemma_came_from_stays_in_the_room() -> None:
    for form in (*TEXTS, "pdf"):
        said = await told(dilemmas(), form)
        assert "Gruppe 1" not in said
        assert "Gruppe 2" not in said
        assert "Et andet dilemma" in said


async def test_groups_keep_their_number_on_a_history_workshops_sheets() -> None:
    made = board(
        "historievaerksted",
        note("s", "Humor", sheet="groups", lane="strengths", row="g2", group="g2"),
        groups={"g1": Group(id="g1", number=1), "g2": Group(id="g2", number=2, shown=True)},
    )
    for form in (*TEXTS, "pdf"):
        said = await told(made, form)
        assert "Gruppe 2" in said
        assert "Gruppe 1" not in said


# Texts


async def test_markdown_can_be_read_in_both_languages() -> None:
    danish = await told(future(), "md")
    assert danish.startswith("# Hvad har betydet noget?\n\nFremtidsværksted · Afsnit B4 · 23. november 2026\n")
    assert "### Kritik\n\n- Vi bliver ikke hørt\n" in danish
    assert "- Stuegang planlægges\n  - Hjælper drømmen på vej: Flow i dagen\n" in danish
    english = await told(future(), "md", lang="en")
    assert "Future workshop · Afsnit B4 · 23 November 2026" in english
    assert "### Critique\n\n- Vi bliver ikke hørt\n" in english
    assert "  - Helps the dream along: Flow i dagen\n" in english


async def test_a_dilemma_stands_once_with_its_fate_and_comments() -> None:
    said = await told(dilemmas(), "md")
    assert said.count("Dokumentation") == 1
    assert "### Dokumentation ↔ tid\n\nUdfald: **Skal undersøges mere**\n" in said
    assert "- Den sikrer os\n  - Kommentar: Det kender vi\n" in said


async def test_csv_opens_in_a_spreadsheet_with_one_line_a_note() -> None:
    data = await export(board=dilemmas(), method=method("dilemmavaerksted"), format="csv", lang="en")
    assert data.startswith(
        b"\xef\xbb\xbfsheet,lane,row/group,mark,kind,text,gathered under,linked to,outcome,answers,comments,notes\r\n"
    )
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    title, fate = "Dokumentation ↔ tid", "Needs a closer look"
    assert ["Dilemma grid", "", title, "", "row", title, "", "", fate, "", "", ""] in lines
    said = [title, "", "note", "Den sikrer os", "", "", fate, "", "Det kender vi", ""]
    assert ["Dilemma grid", "On the one hand", *said] in lines
    assert {len(line) for line in lines} == {12}


def gathering() -> Board:
    return board(
        "historievaerksted",
        note("h", "Ny ledelse", lane="2018", kind="gathering"),
        note("a", "Anden leder", lane="2020", marks={"effect": "down"}, under="h-canary-id"),
        note("b", "Første leder", lane="2018", marks={"effect": "up"}, under="h-canary-id"),
        note("c", "Ny bygning", lane="2018", marks={"effect": "up"}),
    )


async def test_R35_gathered_notes_stand_under_their_heading_each_with_its_own_place() -> None:
    said = await told(gathering(), "md", lang="en")
    assert (
        "- **Ny ledelse** (2)\n  - (+ strengthened us) Første leder\n  - 2020: (− challenged us) Anden leder\n" in said
    )
    assert said.count("leder") == 2, "they stand nowhere else"
    lines = list(csv.reader(io.StringIO(await told(gathering(), "csv", lang="en"), newline="")))
    kinds = [(line[1], line[4], line[5], line[6]) for line in lines]
    first = kinds.index(("2018", "gathering", "Ny ledelse", ""))
    assert kinds[first + 1 : first + 3] == [
        ("2018", "note", "Første leder", "Ny ledelse"),
        ("2020", "note", "Anden leder", "Ny ledelse"),
    ]
    lanes = json.loads(await told(gathering(), "json"))["sheets"][0]["lanes"]
    (heading,) = [each for lane in lanes for each in lane["notes"] if each["notes"]]
    assert [(each["text"], each["lane"]) for each in heading["notes"]] == [
        ("Første leder", "2018"),
        ("Anden leder", "2020"),
    ]
    for form in ("pdf", "svg"):
        poster = await told(gathering(), form)
        assert form == "svg" or all(text in poster for text in ("Ny ledelse", "Anden leder", "Ny bygning"))


@pytest.mark.parametrize("text", ["=1+1", "+45 12", "-nej", "@SUM(A1)", " =1", '"=1', "＝1", "=HYPERLINK(1)"])
async def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    told_csv = await told(history(text, 'Han sagde "nej", tak\nog gik'), "csv")
    lines = csv.reader(io.StringIO(told_csv, newline=""), delimiter=";")
    cells = [cell for line in lines for cell in line]
    assert f"'{text}" in cells
    assert 'Han sagde "nej", tak\nog gik' in cells


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"),
        ("x; @SUM(A1)", "x;' @SUM(A1)"),
        ('x;"=1+1"', 'x;\'"=1+1"'),
        ("x,+1", "x,'+1"),
        ("x\n-1", "x\n'-1"),
        (";;=1", ";;'=1"),
        ("\t=1", "'\t'=1"),
        ("x;\u200b=1", "x;'\u200b=1"),
        ("=1;=2", "'=1;'=2"),
    ],
)
def test_no_part_of_a_cell_is_a_formula_after_a_separator_of_its_own(text: str, kept: str) -> None:
    assert harmless(text) == kept
    assert harmless(kept) == kept


BLANK = ' \t\n"\u00a0\u200b'


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet=" x;,\t\n\"'=+-@＝\u00a0\u200b", max_size=12), min_size=1, max_size=3))
def test_however_a_spreadsheet_divides_the_file_no_cell_is_a_formula(texts: list[str]) -> None:
    said = comma_separated(shown(history(*texts))).decode("utf-8-sig")
    for separator in ",;\t":
        cells = [cell for line in csv.reader(io.StringIO(said, newline=""), delimiter=separator) for cell in line]
        cells += [cell for line in said.splitlines() for cell in line.split(separator)]  # one that knows no quotes
        assert [cell for cell in cells if cell.strip(BLANK)[:1] in tuple("=+-@＝")] == []


def test_ordinary_cells_stay_as_they_are() -> None:
    assert harmless("Sygeplejerske-læge; 2 = 1 + 1, tænk-tank") == "Sygeplejerske-læge; 2 = 1 + 1, tænk-tank"
    assert harmless("Covid-19") == "Covid-19"
    assert harmless("") == ""


async def test_json_has_the_documented_shape() -> None:
    said = json.loads(await export(board=future(), method=method("fremtidsvaerksted"), format="json"))
    assert list(said) == ["tavle", "lang", "written", "title", "venue", "day", "method", "sheets"]
    assert said["tavle"] == 3
    assert said["method"] == {"id": "fremtidsvaerksted", "title": "Fremtidsværksted"}
    sheet, _ = said["sheets"]
    assert sheet["circles"] == []
    assert [lane["id"] for lane in sheet["lanes"]] == ["critique", "dream", "realise"]
    assert sheet["lanes"][2]["notes"][0] == {
        "text": "Stuegang planlægges",
        "row": "",
        "side": "",
        "marks": [],
        "links": [{"kind": "towards", "title": "Hjælper drømmen på vej", "text": "Flow i dagen"}],
        "about": [],
        "chosen": False,
        "answers": [],
        "count": 0,
        "comments": [],
        "notes": [],
    }


async def test_period_headings_stand_in_every_text() -> None:
    made = board(
        "historievaerksted",
        note("n", "Covid-19", lane="2020", marks={"effect": "down"}),
        note("h", "Uro", lane="2019", until="2021", kind="heading"),
    )
    assert "- 2019–2021: Uro" in await told(made, "md")
    assert "Tidslinje;2019–2021;;;overskrift;Uro;;;" in await told(made, "csv")
    said = json.loads(await told(made, "json"))
    assert said["sheets"][0]["headings"] == [{"text": "Uro", "from": 2019, "until": 2021}]
    assert "Uro" in await told(made, "pdf")


# Posters

HOSTILE = (
    "#set page(fill: red)",
    '#read("/etc/passwd") $x^2$ @label <b>fed</b> *fed* _skrå_ `kode` \\ // nej /* nej */',
    '"); #panic() //',
    "= Overskrift",
    "- punkt",
    "<script>alert(1)</script> &amp; ]]> <!--",
    "[link](http://example.org) ![](x) ~~nej~~ | a | b |",
    "Линда Ωμέγα Łódź Đorđe çğış",
)


async def test_hostile_texts_stand_on_the_poster_literally() -> None:
    data = await export(board=history(*HOSTILE), method=method("historievaerksted"), format="pdf")
    said = bare(pdf_text(data))
    for text in HOSTILE:
        assert bare(text) in said, text


async def test_markdown_signs_are_escaped() -> None:
    said = await told(history("*fed* <b> [x](y)", "2016. Ny leder", "# titel\n- punkt", "Linje\n=== ", "=1"), "md")
    assert "Linje  \n  \\===" in said, "a line of these makes a heading of what stands above it"
    assert ") =1\n" in said
    assert "\\*fed\\* \\<b\\> \\[x\\](y)" in said
    assert "2016\\. Ny leder" in said
    assert "\\# titel  \n  \\- punkt" in said
