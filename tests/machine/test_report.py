"""R50: a programme as a report, its leader edition, and lifts as pages: what they hold, and what is in none of them."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from pypdf import PdfReader

from board_schema.board import Note
from board_schema.forms import sheet_of_lifts
from board_schema.method_file import parse
from board_schema.versions import Still, Version
from server.export.making import make
from server.export.maps import MOST
from server.export.packing import pack
from server.export.report.blocks import Facts, Space, blocks
from server.export.report.content import Register, Report
from server.export.report.paper import paper
from server.export.report.reading import read_report
from server.export.variants import Edition, Variant
from server.export.words import say
from tests.machine import reported
from tests.machine.conftest import House
from tests.machine.reported import programme
from tests.machine.talk import Tab, call, closed, join, new_workshop, people
from tests.machine.test_export import bare, pdf_text
from tests.rules.play import Table, bundled
from tests.rules.story import STORIES

TEXTS = Path(__file__).parents[2] / "static" / "text"
REPORT, LEADER, LIFT = Edition("report"), Edition("leader"), Edition("lift", "handedlift01")
FILES = [(edition, format) for edition in (REPORT, LEADER) for format in ("pdf", "md", "json")]
FILES += [(LIFT, "pdf"), (LIFT, "md")]
SAMPLE = Path(__file__).parents[2] / "board_schema" / "methods" / "forloeb.toml"


@pytest.fixture(scope="module")
def played() -> Table:
    return programme()


def file(table: Table, edition: Edition, format: str, lang: str = "da") -> bytes:
    """The file as the process for exports makes it, from the bytes that it gets."""
    packed = pack(table.board, table.method, edition=edition)
    return make(msgspec.msgpack.decode(packed.data), Variant.of(format=format, lang=lang, edition=edition))


def told(table: Table, edition: Edition, format: str, lang: str = "da") -> str:
    data = file(table, edition, format, lang)
    return pdf_text(data) if format == "pdf" else data.decode()


def read(table: Table, edition: Edition = REPORT, lang: Any = "da") -> Report:
    return read_report(msgspec.msgpack.decode(pack(table.board, table.method, edition=edition).data), lang=lang)


# What is told


def test_R50_versions_of_the_story_are_told_with_what_is_different_and_what_people_said(played: Table) -> None:
    said = told(played, REPORT, "md")
    newest, _, first = said.partition("### Udgave 1, 14. november 2023\n")
    newest = newest.partition("### Udgave 2, 24. december 2023\n")[2]
    assert f"**{reported.CENTRE}**" in newest
    assert f"- − Ond cirkel: {reported.CIRCLE}\n  - " in newest
    assert "som igen fører til" in newest
    assert f"- {reported.FOND} bremser {reported.LEAVE}" in newest
    assert f"- Nyt: {reported.CIRCLE}" in newest
    assert f"- Sagt på en ny måde: {reported.REWORDED} (før: {reported.BUSY})" in newest
    assert reported.KNOWN not in newest, "that was said of the first version"
    first = first.partition("\n## ")[0]
    assert f"**Det kender jeg**\n\n- »{reported.KNOWN}«\n  - Handler om: {reported.LEAVE}" in first
    assert f"- »{reported.PUZZLED}«" in first
    assert reported.BUSY in first, "as it stood then"
    english = told(played, REPORT, "md", "en")
    assert f"- Put differently: {reported.REWORDED} (before: {reported.BUSY})" in english
    assert "### Version 1, 14 November 2023" in english


def test_R50_how_the_story_stands_now_is_told_where_it_is_otherwise(played: Table) -> None:
    assert "Som den står nu" not in told(played, REPORT, "md")
    table = programme()
    table.go("sort")
    table.do("F", "write", note=table.new_note(), text="Ny støj om natten", sheet="story", lane="strains")
    said = told(table, REPORT, "md")
    now = said.partition("### Som den står nu\n")[2].partition("### Udgave 2")[0]
    assert "Nyt: Ny støj om natten" in now
    assert say("report_not_shown", "da") in now
    assert "Ny støj om natten".encode() not in pack(table.board, table.method, edition=LEADER).data, "not shown yet"


def test_R50_a_chain_of_trials_is_told_as_one_with_decision_and_learning(played: Table) -> None:
    said = told(played, REPORT, "md")
    chain = said.partition(f"#### {reported.ROOM_AGAIN}\n")[2].partition("\n### ")[0]
    assert f"**Før det:** **{reported.ROOM}**" in chain
    assert f"Handler om: {reported.CIRCLE}" in chain
    assert "- Hvad gør vi nu? \\~ Juster\n" in chain
    assert f"> **Det lærte vi:** {reported.LESSON}\n" in chain
    assert chain.count(reported.SAID) == 1, "the same words stand once, so that nobody counts"
    decided = said.partition("### Afgjort\n")[2].partition("\n## ")[0]
    assert reported.ITEM in decided
    assert "- Hvad gør vi nu? ↓ Drop" in decided
    assert reported.ROOM not in decided, "it stands under what builds on it"
    lessons = said.partition("## Det lærte vi\n")[2].partition("\n## ")[0]
    assert reported.LESSON in lessons
    assert reported.DROPPED in lessons


def test_R50_lifts_and_dialogues_are_told_with_where_they_come_from(played: Table) -> None:
    said = told(played, REPORT, "md")
    lifts = said.partition("## Løftes videre\n")[2]
    assert reported.LIFT in lifts
    assert "Kommer fra: Overleveringsdagen, 11. maj 2026: Det tager vi med (ud fra 2 sedler)" in lifts
    assert "- Hvor langt er det? • På dagsordenen" in lifts
    assert "- Punkter med herfra: 2" in said.partition("### Holdt\n")[2].partition("\n## ")[0]
    assert reported.ARABIC in said.partition("### Nye punkter\n")[2].partition("\n## ")[0]


def test_R50_all_formats_tell_the_same(played: Table) -> None:
    texts = ("CENTRE", "CIRCLE", "FOND", "ROOM", "ROOM_AGAIN", "ITEM", "LESSON", "DROPPED", "SAID", "LIFT", "KNOWN")
    for format in ("md", "json", "pdf"):
        said = bare(told(played, REPORT, format).replace("🌿", ""))
        for name in texts:
            assert bare(getattr(reported, name).replace("🌿", "")) in said, (format, name)


def test_R50_the_json_has_the_documented_shape(played: Table) -> None:
    said = json.loads(file(played, REPORT, "json"))
    assert list(said) == [
        "report", "what", "lang", "written", "title", "venue", "began", "changed", "method", "stations", "told",
        "coming", "parts",
    ]  # fmt: skip
    assert (said["report"], said["what"], said["began"]) == (1, "report", "2023-11-14")
    parts = {part["id"]: part for part in said["parts"]}
    assert list(parts) == ["sessions", "story", "trials", "lifts"], "what holds nothing is left out"
    numbers = [version["number"] for version in parts["story"]["versions"]]
    assert numbers == [1, 2]
    (chain,) = next(lane for lane in parts["trials"]["lanes"] if lane["id"] == "qualified")["chains"]
    assert [note["text"] for note in chain] == [reported.ROOM, reported.ROOM_AGAIN]
    assert chain[0]["marks"] == [{"kind": "decision", "word": "adjust", "title": "Juster", "asked": "Hvad gør vi nu?"}]
    assert chain[0]["said"] == [reported.SAID]
    assert parts["lifts"]["lifts"]


def test_R50_what_colleagues_chose_of_a_trial_is_said_before_their_words(played: Table) -> None:
    view = msgspec.msgpack.decode(pack(played.board, played.method, edition=REPORT).data)
    sheet = view["sheet:trials"]
    word = {"id": "fine", "title": {"da": "Giver mening", "en": "Makes sense"}, "sign": "+", "needs": []}
    sheet["marks"].append({"id": "went", "title": {"da": "Hvordan gik det?"}, "lanes": [], "words": [word]})
    for key in [key for key, record in view.items() if record.get("text") == reported.SAID]:
        view[key]["marks"] = {"went": "fine"}
    quotes = [note.comments for part in read_report(view, lang="da").parts if isinstance(part, Register)
              for lane in part.lanes for chain in lane.chains for note in chain.notes if note.comments]  # fmt: skip
    assert quotes == [(f"Giver mening: {reported.SAID}",)] * 2


def test_R50_a_station_counts_what_was_near_as_screens_do(played: Table) -> None:
    view = msgspec.msgpack.decode(pack(played.board, played.method, edition=REPORT).data)
    about = view["report"]
    day = date.fromisoformat(str(read_report(view, lang="da").changed))

    def counted(*days: int, within: int = 7) -> dict[str, tuple[tuple[int, str], ...]]:
        text, title = "En prøve", {"da": "Stop op", "en": "Stop and ask"}
        dated = {"station": "followup", "note": "n", "title": title, "text": text, "who": "", "within": within}
        about["cycle"]["next"] = [{**dated, "day": str(day + timedelta(days=far))} for far in days]
        return {station.id: station.counts for station in read_report(view, lang="da").stations}

    before = counted()
    assert before["followup"] == ((0, "skal ses på"), (2, "afgjort"))
    near = counted(-30, 0, 7, 8)
    assert near.pop("followup") == ((3, "skal ses på"), (2, "afgjort")), "overdue, on its day, and a week before"
    assert near == {key: counts for key, counts in before.items() if key != "followup"}
    assert counted(0, within=0) == before


def test_R50_an_empty_programme_says_so() -> None:
    table = Table("forloeb", people=0)
    for lang in ("da", "en"):
        assert say("empty", lang) in told(table, REPORT, "md", lang)
        assert bare(say("empty", lang)) in bare(told(table, REPORT, "pdf", lang))


def test_R50_the_newest_version_of_the_story_is_drawn_on_paper_too(played: Table) -> None:
    pytest.importorskip("quickjs")
    text, drawn = bare(told(played, REPORT, "md")), bare(told(played, REPORT, "pdf"))
    for once in (reported.TONE, reported.LEAVE, reported.CIRCLE):
        assert drawn.count(bare(once)) == text.count(bare(once)) + 1, once
    assert drawn.count(bare(reported.BUSY)) == text.count(bare(reported.BUSY)), "what is no more is on no picture"
    assert bare(told(played, LEADER, "pdf")).count(bare(reported.LEAVE)) > bare(told(played, LEADER, "md")).count(
        bare(reported.LEAVE)
    )


def test_R50_a_story_that_is_on_no_page_is_not_laid_before_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[int] = []
    monkeypatch.setattr("server.export.report.paper.pictures", lambda sheet, **_: laid.append(len(sheet.notes)) or [])
    for name in STORIES:
        paper(read(STORIES[name]().table))
    assert laid
    assert max(laid) <= MOST


def test_R50_a_story_of_sixty_points_is_told_whole_whether_it_can_be_drawn_or_not() -> None:
    table = STORIES["many"]().table
    text, drawn = bare(told(table, REPORT, "md")), bare(told(table, REPORT, "pdf"))
    points = [note.text for note in table.board.notes.values() if note.sheet == "story" and note.reach == "all"]
    assert len(points) > 60
    assert any(not point.isascii() for point in points)
    for point in points:
        assert bare(point) in text, point
        # Read back from paper, what is written from the right and emoji are not what they were.
        if point.isascii():
            assert bare(point) in drawn, point


# What is in none


@pytest.mark.parametrize("sitting", [True, False])
def test_R50_no_file_holds_a_name_an_id_the_diary_or_a_time(sitting: bool) -> None:
    table = programme(sitting=sitting)
    pids = {each.author for each in table.board.notes.values() if each.author}
    ids = [*table.board.notes, *table.board.seats, *table.board.people, *pids, table.board.seed]
    for edition, format in FILES:
        packed = pack(table.board, table.method, edition=edition).data
        for hidden in (reported.NAME, "canary", *table.board.seats, *pids):
            assert hidden.encode() not in packed, (edition, hidden)
        data, said = file(table, edition, format), told(table, edition, format)
        for hidden in (reported.NAME, "canary", *ids):
            assert hidden not in said, (edition, format, hidden)
            assert hidden.encode() not in data, (edition, format, hidden)
        assert not re.search(r"\d\d:\d\d|\b1[67]\d{11}\b", said), (edition, format)
    document = PdfReader(_as_file(file(table, REPORT, "pdf")))
    assert document.metadata is not None
    assert document.metadata.creation_date is None


def _as_file(data: bytes) -> Any:
    return io.BytesIO(data)


def test_R50_the_leader_edition_has_no_byte_of_what_colleagues_said_or_is_not_sorted(played: Table) -> None:
    hidden = (reported.SAID, reported.KNOWN, reported.PUZZLED, reported.ARABIC, reported.BUSY)
    for format in ("pdf", "md", "json"):
        data, said = file(played, LEADER, format), bare(told(played, LEADER, format))
        for text in hidden:
            assert text.encode() not in data, (format, text)
            assert bare(text) not in said, (format, text)
        for text in (reported.CENTRE, reported.CIRCLE, reported.ROOM_AGAIN, reported.LESSON, reported.LIFT):
            assert bare(text) in said, (format, text)
    packed = pack(played.board, played.method, edition=LEADER).data
    for text in hidden:
        assert text.encode() not in packed


def test_R50_before_a_first_version_leaders_are_told_how_the_story_stands_without_what_is_not_sorted() -> None:
    table = Table("forloeb", people=0)
    table.go("patterns")
    for lane in ("tray", "strains"):
        table.do("F", "write", note=table.new_note(), text=f"Punkt i {lane}", sheet="story", lane=lane)
    said = told(table, LEADER, "md")
    assert "Punkt i strains" in said
    assert b"Punkt i tray" not in pack(table.board, table.method, edition=LEADER).data


def test_R50_a_lift_is_one_page_with_room_for_the_answer_until_it_is_there() -> None:
    table = programme()
    table.go("lifts")
    data = file(table, LIFT, "pdf")
    assert len(PdfReader(_as_file(data)).pages) == 1
    said = told(table, LIFT, "md")
    assert said.startswith("Kommunikation på tværs af vagter · Bosted Nord\n\n# Til Lokal-MED\n")
    assert f"**{reported.LIFT}**" in said
    assert "- Overleveringsdagen, 11. maj 2026: Det tager vi med (ud fra 2 sedler)" in said
    assert "- Møde: 1. december 2026" in said
    spaces = [block.title for block in blocks(read(table, LIFT)) if isinstance(block, Space)]
    assert spaces == ["Det svarede de"]
    about = said.partition("## Det handler om\n\n")[2].partition("\n\n")[0]
    assert about.splitlines() == [f"- {reported.TONE}", f"- {reported.ITEM}"]
    others = (reported.CENTRE, reported.ROOM, reported.LESSON)
    assert not [text for text in others if text.encode() in pack(table.board, table.method, edition=LIFT).data]
    table.do("F", "set", note="handedlift01", field="answer", value=reported.ANSWER)
    found = list(blocks(read(table, LIFT)))
    assert not any(isinstance(block, Space) for block in found)
    assert ("Det svarede de", reported.ANSWER) in [
        row for block in found if isinstance(block, Facts) for row in block.rows
    ]


# Whatever people wrote


def test_R50_no_text_is_read_as_markup() -> None:
    hostile = ["#panic()", "*x* _y_ `z` $1$", "]] <b>x</b> @a", "<!-- a", "1. nej", "x" * 140, "a\nb", "= h", "\\u{0}"]
    table = Table("forloeb", people=0)
    table.go("patterns")
    for text in hostile:
        table.do("F", "write", note=table.new_note(), text=text, sheet="story", lane="strains")
    data = paper(read(table))
    said = bare("\n".join(page.extract_text() for page in PdfReader(_as_file(data)).pages))
    for text in hostile:
        assert bare(text) in said, text
    written = told(table, REPORT, "md")
    assert "\\*x\\* \\_y\\_ \\`z\\` \\$1\\$" in written
    assert "- 1\\. nej" in written


def test_R50_what_was_learned_stays_in_its_quote_however_many_paragraphs_it_has() -> None:
    table = programme()
    table.go("followup")
    trial = next(note.id for note in table.board.notes.values() if note.text == reported.ROOM)
    table.do("F", "set", note=trial, field="learned", value="Første afsnit\n\nAndet afsnit\n===\n# h")
    tokens = MarkdownIt().parse(told(table, REPORT, "md"))
    inside = False
    found: list[tuple[str, bool]] = []
    for token in tokens:
        inside = {"blockquote_open": True, "blockquote_close": False}.get(token.type, inside)
        found += [(token.content, inside)] if "Andet afsnit" in token.content else []
        assert not (token.type == "heading_open" and token.markup[0] in "=-"), "nobody wrote a heading"
    assert found
    assert [content for content, quoted in found if not quoted] == []


def test_R50_every_trial_stands_once_however_they_build_on_one_another() -> None:
    for seed in range(40):
        rng = Random(seed)
        table = Table("forloeb", people=0, show=False)
        names = [f"note{n:09}" for n in range(rng.randint(1, 9))]
        lanes = ("qualified", "decided")
        notes = {
            name: Note(id=name, author="", kind="note", text=f"Handling {name}", sheet="trials", lane=rng.choice(lanes),
                       reach="all", links={"former": (rng.choice(names),)} if rng.random() < 0.8 else {})
            for name in names
        }  # fmt: skip
        table.board = replace(table.board, notes=notes)
        report = read(table)
        (register,) = [part for part in report.parts if isinstance(part, Register) and part.lanes] or [None]
        assert register is not None
        found = [note.key for lane in register.lanes for chain in lane.chains for note in chain.notes]
        assert sorted(found) == names, seed
        for lane in register.lanes:
            for chain in lane.chains:
                assert chain.notes[-1].lane == lane.id, seed


# Whatever the method


def renamed(text: str) -> str:
    """The same method with other ids: nothing of a report may depend on them."""
    sheets = ["sessions", "story", "answers", "trials", "lifts", "diary"]
    lanes = ["tray", "centre", "supports", "strains", "circles", "known", "puzzled", "missing"]
    stages = ["proposed", "qualified", "running", "stopped", "decided"]
    others = ["learned", "decision", "former", "leads", "slows", "through", "show"]
    ids = [*sheets, *lanes, *stages, *others]
    for one in ids:
        text = re.sub(rf'"{one}"', f'"q{one}"', text)
    for kind in ("decision", "turn", "leads", "slows", "through"):
        text = re.sub(rf"\b{kind} = \[", f"q{kind} = [" if kind != "turn" else "turn = [", text)
    return re.sub(r'(form = "|place = "|shows = ")q(centre|tray)', r"\1\2", text)


def test_R50_a_method_with_other_ids_is_told_as_well(played: Table) -> None:
    method = parse(renamed(SAMPLE.read_text(encoding="utf-8")), file="other.toml")
    board = played.board

    def q(name: str) -> str:
        return f"q{name}" if name else name

    def element(text: str) -> str:
        one, *rest = text.split(">")
        return ">".join([one, q(rest[0]), rest[1]]) if rest else one

    def note(each: Note) -> Note:
        kinds = {"decision": "qdecision"}
        return replace(
            each,
            sheet=q(each.sheet),
            lane=each.lane if each.sheet in ("sessions", "lifts", "diary") else q(each.lane),
            links={q(kind): others for kind, others in each.links.items()},
            marks={kinds.get(kind, kind): word for kind, word in each.marks.items()},
            fields={("qlearned" if key == "learned" else key): value for key, value in each.fields.items()},
            about=tuple(map(element, each.about)),
        )

    def still(each: Still) -> Still:
        links = {q(kind): others for kind, others in each.links.items()}
        return replace(each, lane=q(each.lane), links=links)

    def version(each: Version) -> Version:
        return replace(each, notes=tuple(map(still, each.notes)))

    other = replace(
        board,
        round="qshow",
        notes={key: note(each) for key, each in board.notes.items()},
        versions={q(sheet): tuple(map(version, each)) for sheet, each in board.versions.items()},
    )
    for edition in (REPORT, LEADER, LIFT):
        view = msgspec.msgpack.decode(pack(other, method, edition=edition).data)
        made = make(view, Variant.of(format="md", edition=edition)).decode()
        assert made == told(played, edition, "md"), edition


def test_R50_only_a_sheet_that_takes_lifts_has_them() -> None:
    found = sheet_of_lifts(bundled("forloeb"))
    assert found is not None
    assert found.id == "lifts"
    assert sheet_of_lifts(bundled("historievaerksted")) is None


def test_R44_what_is_different_is_said_in_the_words_of_screens() -> None:
    for lang in ("da", "en"):
        texts = json.loads((TEXTS / f"{lang}.json").read_text(encoding="utf-8"))
        values = {"text": "A", "before": "B", "to": "D", "how": "leads to", "other": "E"}
        for what in ("added", "gone", "reworded", "moved", "linked", "unlinked"):
            on_screens = texts[f"change.{what}"].format(**values, **{"from": "C"})
            assert say(f"change_{what}", lang, **values, lane="C") == on_screens  # type: ignore[arg-type]


# Over HTTP


async def test_R50_those_who_lead_a_programme_take_its_report_and_nobody_else(house: House) -> None:
    made = await new_workshop(house.base, "forloeb", title="Kommunikation")
    lead = await Tab(house.base, made["board"], made["token"]).open()
    await lead.do("sitting", on=True)
    await lead.do("round", to="lifts")
    note = await lead.write("Et rum, der kan lukkes", sheet="lifts", lane="local")
    code = (await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])).json["code"]
    ann = await join(house.base, code)
    of = f"/api/board/{made['board']}"
    for ending, kind in (("pdf", "application/pdf"), ("md", "text/markdown"), ("json", "application/json")):
        answer = await call(house.base, f"{of}/report/rapport.{ending}?lang=en", token=made["token"])
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"].startswith(kind)
        if ending != "json":
            page = await call(house.base, f"{of}/lift/side.{ending}?note={note}", token=made["token"])
            assert page.status == 200, page.body
    for token in (ann["token"], made["wall"]):
        for path in ("report/x.md", f"lift/x.md?note={note}"):
            assert (await call(house.base, f"{of}/{path}", token=token)).json == {"error": "role"}
    for path, reason in (
        ("report/x.csv", "no_page"), ("report/.md", "no_page"), (f"lift/x.json?note={note}", "no_page"),
        ("lift/x.md", "no_note"), ("lift/x.md?note=unknown", "no_note"),
    ):  # fmt: skip
        refused = await call(house.base, f"{of}/{path}", token=made["token"])
        assert (refused.status, refused.json["error"]) == (404, reason), path
    workshop, tabs = await people(house, 1)
    for path in ("report/x.md", "lift/x.md"):
        refused = await call(house.base, f"/api/board/{workshop['board']}/{path}", token=workshop["token"])
        assert (refused.status, refused.json["error"]) == (404, "no_page")
    await closed(lead, *tabs)


async def test_R50_a_programme_has_a_leader_edition_behind_the_leader_s_link(house: House) -> None:
    made = await new_workshop(house.base, "forloeb", title="Kommunikation")
    of = f"/api/board/{made['board']}"
    door = await call(house.base, f"{of}/door", body={"renew": "leader"}, token=made["token"])
    key = door.json["leader"].partition("#k=")[2]
    for ending in ("pdf", "md", "json"):
        answer = await call(house.base, f"{of}/leader/til-lederen.{ending}", token=key)
        assert answer.status == 200, answer.body
    assert answer.json["what"] == "leader"
    assert (await call(house.base, f"{of}/report/x.md", token=key)).json == {"error": "role"}
    assert (await call(house.base, f"{of}/answers", token=key)).json is None
    assert (await call(house.base, f"{of}/leader/x.csv", token=key)).status == 404
