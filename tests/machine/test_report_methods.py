"""Reports (R50) of methods of one's own, with words for all lanes, headings, and answers of many lines; and of versions
that are no more what people spoke of.
"""

from __future__ import annotations

import re

import msgspec
import pytest

from board_schema.method_file import parse
from server.export.making import make
from server.export.packing import pack
from server.export.report.blocks import Space, blocks
from server.export.report.reading import read_report
from server.export.variants import WHOLE, Edition, Variant
from tests.machine import reported
from tests.machine.reported import programme
from tests.machine.test_report import LIFT, REPORT, told
from tests.rules.files import changed_file
from tests.rules.play import Table


def test_R50_R32_a_word_for_all_lanes_asks_for_its_answer_on_a_lift_too() -> None:
    asked = "".join(f'{{ id = "{one}", title = {{ da = "d", en = "e" }}, kind = "{kind}" }}, '
                    for one, kind in (("day", "date"), ("answer", "text")))  # fmt: skip
    everywhere = (
        (', lanes = ["local", "main"], default = "lifted"', ', default = "lifted"'),
        ('takes = "lift"\n', f'takes = "lift"\nfields = [{asked}]\n'),
    )
    method = parse(changed_file("forloeb", *everywhere), file="own.toml")
    view = msgspec.msgpack.decode(pack(programme().board, method, edition=LIFT).data)
    spaces = [block.title for block in blocks(read_report(view, lang="da")) if isinstance(block, Space)]
    assert spaces == ["Det svarede de"]


@pytest.mark.parametrize("format", ["md", "csv", "json", "svg", "pdf"])
def test_V12_R50_the_files_of_a_whole_programme_say_who_sees_to_what_as_the_wall_does_and_nothing_of_people(
    format: str,
) -> None:
    table = programme()
    pids = {each.author for each in table.board.notes.values() if each.author}
    said = told(table, WHOLE, format)
    assert pids
    for hidden in ("canary", *table.board.notes, *table.board.seats, *table.board.people, *pids, table.board.seed):
        assert hidden not in said, hidden
    assert not re.search(r"\d\d:\d\d|\b1[67]\d{11}\b", said)
    if format in ("md", "csv", "json"):
        assert reported.NAME in said, "what is said of it in the page about data protection"


def test_R50_R35_what_lies_under_a_heading_is_told_and_is_a_page_as_what_lies_alone() -> None:
    rounds = ('sheet = "lifts"\nwrite', 'sheet = "lifts"\ngather = ["facilitator"]\nwrite')
    table = Table(parse(changed_file("forloeb", rounds), file="own.toml"), people=0)
    table.go("lifts")
    lifts = [table.write("F", sheet="lifts", lane="trio", text=text) for text in ("Et rum", "En vogn til")]
    table.do("F", "gather", note=table.new_note(), text="Plads", notes=lifts)
    for text in ("Plads", "Et rum", "En vogn til"):
        assert told(table, REPORT, "md").count(text) == 1, text
    assert "**Et rum**" in told(table, Edition("lift", lifts[0]), "md")


def test_R50_what_was_learned_is_one_quotation_in_markdown_however_many_lines_it_has() -> None:
    table = programme()
    view = msgspec.msgpack.decode(pack(table.board, table.method, edition=REPORT).data)
    for record in view.values():
        if record.get("fields", {}).get("learned"):
            record["fields"]["learned"] = "Først det ene\n\n- og så det andet"
    said = make(view, Variant.of(format="md", edition=REPORT)).decode()
    assert "Først det ene  \n>   \n> \\- og så det andet\n\n" in said


@pytest.mark.parametrize("edition", [REPORT, WHOLE])
def test_R44_R50_what_was_said_of_a_version_is_told_with_what_it_was_about_then(edition: Edition) -> None:
    table = Table("forloeb", people=1)
    table.go("patterns")
    tone, leave = (table.write("F", text=text, sheet="story", lane="strains") for text in ("Hård tone", "Folk går"))
    for one, other in ((tone, leave), (leave, tone)):
        table.do("F", "link", note=one, kind="leads", other=other)
    through = {"through": [tone, leave]}
    name = table.write("F", text="Tonen jager folk væk", sheet="story", lane="circles", links=through)
    table.go("show")
    table.do("F", "freeze", sheet="story")
    for text, about in (("om tonen", tone), ("om buen", f"{tone}>leads>{leave}"), ("om cirklen", name)):
        table.write("P1", text=text, sheet="answers", lane="puzzled", about=[about])
    table.go("adjust")
    table.do("F", "edit", note=leave, text="Mange siger op")
    table.do("F", "delete", note=tone)
    table.do("F", "freeze", sheet="story")
    said = told(table, edition, "md")
    for text, about in (
        ("om tonen", "Hård tone"),
        ("om buen", "Hård tone fører til Folk går"),
        ("om cirklen", "Tonen"),
    ):
        assert re.search(rf"- »?{text}«?\n  - Handler om: {about}", said), (text, said)
    if edition == REPORT:
        now = said.partition("### Udgave 2")[2].partition("###")[0]
        assert "**Navne på cirkler, der ikke er der nu**\n\n- Tonen jager folk væk" in now
        assert "ikke er der nu" not in said.partition("### Udgave 1")[2]
