"""Files of a board: what people read on paper and open in a spreadsheet, and on which day they met."""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from server.export import emoji
from server.export.packing import pack
from server.export.reading import read
from server.export.variants import ExportError, Variant
from server.export.words import day_of
from tests.machine.conftest import House
from tests.machine.talk import call, new_workshop
from tests.machine.test_export import LONG, NOVEMBER_2026, board, export, history, method, note

STATIC = Path(__file__).parents[2] / "static"


async def test_a_danish_spreadsheet_finds_the_cells_by_their_semicolons() -> None:
    data = await export(board=history("1,5 stilling; og en halv"), method=method("historievaerksted"), format="csv")
    assert data.startswith("\ufeffark;felt;række/gruppe;mærke;slags;tekst;".encode())
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert lines[1][5] == "1,5 stilling; og en halv"


def test_the_day_is_that_of_the_people_and_of_the_evening_on_which_they_met() -> None:
    late = int(datetime(2026, 11, 23, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert day_of(late, offset=60) == date(2026, 11, 24)
    assert day_of(late, offset=0) == date(2026, 11, 23)
    assert day_of(late, offset=-300) == date(2026, 11, 23)
    made = board("historievaerksted", began=late + 3_600_000, underway=NOVEMBER_2026)
    packed = msgspec.msgpack.decode(pack(made, method("historievaerksted")).data)
    assert packed["board"]["began"] == NOVEMBER_2026
    # The day of deletion is one of the records, the same for everybody.
    kept = msgspec.convert(packed["board"]["expires"], int)
    west = [read({"board": packed["board"], "method": packed["method"]}, lang="da", offset=at) for at in (-300, 0, 840)]
    assert {each.deleted for each in west} == {day_of(kept, offset=0)}
    assert Variant.of(format="pdf", offset="-60").offset == -60
    for odd in ("900", "1e2", "x", "٣"):
        with pytest.raises(ExportError):
            Variant.of(format="pdf", offset=odd)


def grown(matrix: list[float]) -> float:
    """By how much a matrix of a PDF enlarges, however it turns."""
    a, b, c, d, *_ = matrix
    return math.sqrt(abs(a * d - b * c))


@pytest.mark.parametrize(("size", "notes", "least"), [("a4", 40, 7), ("a3", 120, 8), ("a1", 120, 8)])
async def test_no_letter_of_a_poster_is_smaller_than_eight_points_or_seven_on_a4(
    size: str, notes: int, least: int
) -> None:
    written = [note(f"n{i}", f"{LONG} og {LONG}", lane="2020", marks={"effect": "up"}) for i in range(notes)]
    comment = note("c", "Det kender vi", lane="2020", kind="comment", under="n0-canary-id")
    made = board("historievaerksted", *written, comment)
    reader = PdfReader(io.BytesIO(await export(board=made, method=method(made.method), format="pdf", size=size)))
    smallest: list[float] = []
    for page in reader.pages:

        def seen(text: str, page: list[float], line: list[float], _: object, points: float) -> None:
            if text.strip():
                smallest.append(points * grown(page) * grown(line))

        page.extract_text(visitor_text=seen)
    assert min(smallest) >= least - 0.01


def test_missing_emoji_are_known_before_the_poster_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for there, lacks in ((True, False), (False, True)):
        monkeypatch.setattr(emoji, "have_font", lambda there=there: there)
        assert pack(history("godt 😀"), method("historievaerksted")).lacks_emoji is lacks
        for picture in "✅✨❌❗✋⚽":  # older than the block of emoji, and in no font of ours
            assert pack(history(picture), method("historievaerksted")).lacks_emoji is lacks
        assert not pack(history("godt → + ❤ ☀ ✔ ★"), method("historievaerksted")).lacks_emoji


async def test_who_downloads_a_poster_is_told_that_emoji_are_missing_on_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emoji, "have_font", lambda: False)

    async def lacks(title: str, **more: str) -> list[str]:
        made = await new_workshop(house.base, title=title, **more)
        path = f"/api/board/{made['board']}/export/tavle"
        answers = [await call(house.base, f"{path}.{ending}", token=made["token"]) for ending in ("svg", "png", "md")]
        assert [answer.status for answer in answers] == [200] * 3
        return [answer.headers.get("x-tavle-lacks", "") for answer in answers]

    assert await lacks("Møde ✅") == ["emoji", "emoji", ""]  # a text has them
    assert await lacks("Møde", venue="Afsnit 🏥") == ["emoji", "emoji", ""]
    assert await lacks("Møde → aftale") == ["", "", ""]
