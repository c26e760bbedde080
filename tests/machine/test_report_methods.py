"""Reports of methods of one's own (R50): words for all lanes, headings, and answers of many lines."""

from __future__ import annotations

import msgspec

from board_schema.method_file import parse
from server.export.making import make
from server.export.packing import pack
from server.export.report.blocks import Space, blocks
from server.export.report.reading import read_report
from server.export.variants import Edition, Variant
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
