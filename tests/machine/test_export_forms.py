"""A form is one file in the export and one line in its registry: shown with a form that no method has."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from board_schema.board import Actor
from board_schema.view import audience, view
from server.export.content import Content, Note, Sheet
from server.export.forms import FORMS, Form
from server.export.items import Box, box
from server.export.job import Job, Part
from server.export.poster import lay_out, poster
from server.export.reading import read
from server.export.texts import comma_separated, javascript_object, markdown
from tests.machine.test_export import board, crowd, dilemmas, future, history, method, note, pdf_text


class Stairs(Form):
    """Each note one step lower than the one before, whatever its lane; those written last come first."""

    def order(self, notes: Any) -> tuple[Note, ...]:
        return tuple(reversed(super().order(notes)))

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        size = job.sizes[-1]
        steps: list[Box] = []
        y = 0.0
        for place, each in enumerate(sheet.notes):
            step = box(each, ruler=job.ruler, w=3 * size, size=size, color="mint").moved(place * 2.0, y)
            steps.append(step)
            y += step.h + 1
        return [Part(items=tuple(steps), height=y)]


def content(made: Any, **records: Any) -> Content:
    """What an export of a board says, with records of the wall's view replaced."""
    script = method(made.method)
    shown = dict(view(made, script, audience(made, Actor("", "wall"))))
    return read({**shown, **{key.replace("_", ":", 1): record for key, record in records.items()}}, lang="en")


LANES = [
    {"id": "s1", "title": {"da": "Trin 1", "en": "Step 1"}, "scale": 1},
    {"id": "s2", "title": "", "scale": 2},
    {"id": "critique", "title": {"da": "Kritik", "en": "Critique"}, "color": "coral"},
]
LINKS = [{"id": "from", "title": {"da": "Kom af", "en": "Came of"}}]
RECORD = {
    "order": 0,
    "title": {"da": "Trappe", "en": "Stairs"},
    "form": "stairs",
    "per_group": False,
    "lanes": LANES,
    "links": LINKS,
}


@pytest.fixture
def stairs(monkeypatch: pytest.MonkeyPatch) -> Content:
    """A board with one sheet of the throw-away form: registered by one line."""
    monkeypatch.setitem(FORMS, "stairs", Stairs())
    made = board(
        "fremtidsvaerksted",
        note("a", "first", sheet="columns", lane="s1"),
        note("b", "second", sheet="columns", lane="s1"),
        note("c", "third", sheet="columns", lane="critique"),
    )
    third = {"kind": "note", "text": "third", "sheet": "columns", "lane": "critique"}
    linked = {"note_c-canary-id": {**third, "links": {"from": ["a-canary-id"]}}}
    return content(made, sheet_columns=RECORD, **linked)


def texts_of_markdown(said: str) -> list[str]:
    return [re.sub(r"^- (\([^)]*\) )?", "", line) for line in said.splitlines() if line.startswith("- ")]


def test_a_form_of_ones_own_comes_out_in_every_format(stairs: Content) -> None:
    said = markdown(stairs).decode()
    assert "## Stairs" in said
    assert "### Step 1\n\n- second\n- first\n" in said
    assert texts_of_markdown(said) == ["second", "first", "third"]
    lines = list(csv.DictReader(io.StringIO(comma_separated(stairs).decode("utf-8-sig"), newline="")))
    assert [(line["lane"], line["text"], line["linked to"]) for line in lines] == [
        ("Step 1", "second", ""), ("Step 1", "first", ""), ("Critique", "third", "Came of: first"),
    ]  # fmt: skip
    sheet = json.loads(javascript_object(stairs))["sheets"][0]
    assert sheet["form"] == "stairs"
    # A made lane is left out while it is empty.
    assert [(lane["id"], [each["text"] for each in lane["notes"]]) for lane in sheet["lanes"]] == [
        ("s1", ["second", "first"]), ("critique", ["third"]),
    ]  # fmt: skip
    pages = lay_out(stairs, one=False)
    boxes = [item for page in pages for item in page.items if isinstance(item, Box)]
    assert [(it.text, it.color) for it in boxes] == [("third", "mint"), ("second", "mint"), ("first", "mint")]
    assert [it.x for it in boxes] == sorted(it.x for it in boxes)
    drawn = pdf_text(poster(stairs, format="pdf", size="a3"))
    assert all(text in drawn for text in ("first", "second", "third"))


def test_a_form_that_nobody_registered_is_an_error_and_not_an_empty_sheet() -> None:
    with pytest.raises(KeyError, match="stairs"):
        content(future(), sheet_columns=RECORD)


@pytest.mark.parametrize(
    "made",
    [history("Covid-19", "Nye kolleger", "Ny leder"), dilemmas(), future(), crowd("fremtidsvaerksted", 60),
     crowd("dilemmavaerksted", 60), crowd("historievaerksted", 60)],
    ids=lambda made: f"{made.method} {len(made.notes)}",
)  # fmt: skip
def test_every_format_holds_the_same_notes_in_the_same_order(made: Any) -> None:
    all_of_it = content(made)
    wanted = [
        note.text
        for sheet in all_of_it.sheets
        for row in (*sheet.rows, None)
        for _, notes in sheet.cells(row)
        for note in notes
    ]
    assert sorted(wanted) == sorted(note.text for sheet in all_of_it.sheets for note in sheet.notes)
    lines = list(csv.DictReader(io.StringIO(comma_separated(all_of_it).decode("utf-8-sig"), newline="")))
    assert [line["text"] for line in lines if line["kind"] == "note"] == wanted
    found = [line.replace("\\", "") for line in texts_of_markdown(markdown(all_of_it).decode())]
    assert found == wanted
    by_lane: dict[tuple[str, str, str], list[str]] = {}
    for sheet in all_of_it.sheets:
        numbers = {row.id: str(number) for number, row in enumerate(sheet.rows, 1)}
        for row in (*sheet.rows, None):
            for lane, notes in sheet.cells(row):
                by_lane[(sheet.id, lane.id, numbers[row.id] if row else "")] = [note.text for note in notes]
    told: dict[tuple[str, str, str], list[str]] = {}
    for sheet in json.loads(javascript_object(all_of_it))["sheets"]:
        for lane in sheet["lanes"]:
            for each in lane["notes"]:
                told.setdefault((sheet["id"], lane["id"], each["row"]), []).append(each["text"])
    assert told == by_lane
    drawn = [item.text for page in lay_out(all_of_it, one=True) for item in page.items if isinstance(item, Box)]
    assert sorted(text.replace("\u200b", "") for text in drawn) == sorted(wanted)


def test_notes_of_a_lane_stand_in_the_order_of_their_spots_as_on_screens() -> None:
    columns = {"sheet": "columns"}
    made = board(
        "fremtidsvaerksted",
        note("d1", "dream one", lane="dream", **columns),
        note("d2", "dream two", lane="dream", **columns),
        note("r1", "for two", lane="realise", links={"towards": ("d2-canary-id",)}, spot=1, **columns),
        note("r2", "for none", lane="realise", spot=3, **columns),
        note("r3", "for one", lane="realise", links={"towards": ("d1-canary-id",)}, spot=2, **columns),
        note("r4", "for two again", lane="realise", links={"towards": ("d2-canary-id",)}, spot=2, **columns),
    )
    sheet = next(one for one in content(made).sheets if one.id == "columns")
    assert [note.text for note in sheet.at("realise")] == ["for two", "for one", "for two again", "for none"]


def test_no_module_of_the_export_but_the_registry_names_a_form() -> None:
    folder = Path(__file__).parents[2] / "server" / "export"
    for path in folder.rglob("*.py"):
        if path.relative_to(folder).as_posix() not in ("forms/__init__.py",):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"""["'](timeline|columns|grid)["']""", text), path.name
