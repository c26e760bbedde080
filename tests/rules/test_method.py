"""Method files: the bundled ones parse; faults are reported with file, line, field and what to write."""

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from board_schema import method
from board_schema.board import HARD_LIMIT
from board_schema.forms import sheet_of_rows
from board_schema.method_file import MethodError, parse, parse_deck, parse_stored
from tests.rules.files import refusal
from tests.rules.play import ENDING, STEMS, bundled, text_of

README = Path(__file__).parents[2] / "README.md"
HV = text_of("historievaerksted")
# What is replaced in the history workshop's file (all of it, first occurrence), the field and a word of the problem.
WRONG: list[tuple[str, str, str, str, str]] = [
    ("not TOML", "order = 1", "order = = 1", "the file", "TOML"),
    ("a missing key", 'id = "historievaerksted"\n', "", "id", "write id"),
    ("a missing table key", "pitch.en = ", "# pitch.en = ", "pitch", "`en`"),
    ("no question that it answers", HV[HV.index("asks.da") : HV.index("pitch.da")], "", "asks", "write asks = { da = "),
    (
        "no heading of the front page",
        'kind = "understand"\n',
        "",
        "kind",
        '"short" or "programme"',
    ),
    (
        "a heading that there is not",
        'kind = "understand"',
        'kind = "talk"',
        "kind",
        "forward, short, programme",
    ),
    ("a warning in one language", "unless.en = ", "# unless.en = ", "unless", "`en`"),
    (
        "a missing language in a table",
        'title = { da = "Tidslinje", en = "Timeline" }',
        'title = { da = "Tidslinje" }',
        "sheets[0].title",
        "`en`",
    ),
    ("an empty text", 'title = { da = "Styrker", en', 'title = { da = " ", en', "sheets[1].lanes[0].title", "`da`"),
    ("another language", "pitch.en = ", "pitch.de = ", "pitch", "en"),
    ("an unknown key", "minutes = 120", "length = 120", "length", ""),
    ("an unknown key of a round", "minutes_each = true", "each = true", "rounds[2].each", ""),
    ("an unknown key of a sheet", "per_group = true", "shared = true", "sheets[1].shared", ""),
    ("an unknown key of a lane", 'color = "mint"', 'paint = "mint"', "sheets[1].lanes[0].paint", ""),
    ("a wrong type", "minutes = 120", 'minutes = "120"', "minutes", "whole number"),
    ("a wrong type in a round", "minutes_each = true", "minutes_each = 1", "rounds[2].minutes_each", "true or false"),
    ("a wrong word", 'reveal = "on_turn"', 'reveal = "in_turn"', "rounds[2].reveal", "on_turn"),
    ("a wrong grant", 'place = ["turn"]', 'place = ["holder"]', "rounds[2].place[0]", "facilitator"),
    ("a wrong form", 'form = "columns"', 'form = "rows"', "sheets[1].form", "grid"),
    ("a wrong colour", 'color = "mint"', 'color = "green"', "sheets[1].lanes[0].color", "mint"),
    ("a wrong id", 'id = "historievaerksted"', 'id = "Historieværksted"', "id", ""),
    ("a wrong answer", 'leader = "part"', 'leader = "yes"', "leader", "listen"),
    ("a wrong length of a list", "people = [7, 15]", "people = [7]", "people", "2"),
    ("a limit above the hard one", "limit = 140", f"limit = {HARD_LIMIT + 1}", "limit", str(HARD_LIMIT)),
    ("a limit of nothing", "limit = 140", "limit = 0", "limit", ""),
    ("a sheet twice", 'id = "groups"', 'id = "timeline"', "sheets[1].id", "twice"),
    ("a lane twice", 'id = "challenges"', 'id = "strengths"', "sheets[1].lanes[1].id", "twice"),
    (
        "an example without English",
        ', en = "We had our first joint morning meeting"',
        "",
        "sheets[0].examples[0].en",
        "write en",
    ),
    (
        "an example with a word that there is not",
        'meeting", marks = { effect = "up" }',
        'meeting", marks = { effect = "left" }',
        "sheets[0].examples[0].marks",
        "both",
    ),
    (
        "a side as a field of its own",
        'meeting", marks = { effect = "up" }',
        'meeting", side = "up"',
        "sheets[0].examples[0].side",
        'marks = { effect = "up" }',
    ),
    (
        "an example that is too long",
        "To teams blev lagt sammen",
        "x" * 141,
        "sheets[0].examples[1]",
        "140",
    ),
    (
        "examples of a sheet without years",
        "per_group = true",
        'per_group = true\nexamples = [{ da = "a", en = "b" }]',
        "sheets[1].examples",
        "sheets.lanes",
    ),
    (
        "a mark where there are none",
        'en = "A short meeting in the middle of each shift"',
        'en = "A short meeting", marks = { effect = "up" }',
        "sheets[1].lanes[2].examples[0].marks",
        "[[sheets.marks]]",
    ),
    ("a round twice", 'id = "write"', 'id = "welcome"', "rounds[1].id", "twice"),
    ("a sheet that is not there", 'sheet = "groups"', 'sheet = "paper"', "rounds[4].sheet", "paper"),
    ("a lane that is not there", 'lanes = ["wishes"]', 'lanes = ["dreams"]', "rounds[5].lanes", "dreams"),
    (
        "a lane to wait for that is not there",
        'color = "mint"',
        'after = ["before"]',
        "sheets[1].lanes[0].after",
        "before",
    ),
    (
        "a lane that points at another, as files of earlier releases had",
        'color = "mint"',
        'points_to = "there"',
        "sheets[1].lanes[0].points_to",
        "[[sheets.links]]",
    ),
    ("groups of no size", "group_size = [3, 4]", "group_size = [4, 3]", "group_size", "smallest"),
    (
        "a reveal of nothing",
        'see = "all"\nreveal = "on_turn"',
        'see = "own"\nreveal = "on_turn"',
        "rounds[2].reveal",
        "none",
    ),
    ("a turn that never comes", 'turn = "people"', 'turn = "none"', "rounds[2].turn", "people"),
    ("a turn in groups without groups", 'turn = "people"', 'turn = "in_group"', "rounds[2].group", "true"),
    (
        "an id of every object in a browser",
        'id = "challenges"',
        'id = "constructor"',
        "sheets[1].lanes[1].id",
        "letter",
    ),
    ("an id that climbs", 'id = "historievaerksted"', 'id = "../../etc/passwd"', "id", "letter"),
    ("an id with a line after it", 'id = "historievaerksted"', 'id = "egen\\n"', "id", "letter"),
    ("an id like a year", 'id = "challenges"', 'id = "2020"', "sheets[1].lanes[1].id", "letter"),
    ("a text that turns round", 'en = "Timeline"', 'en = "\u202eTimeline"', "sheets[0].title", "direction"),
    ("a text with controls", 'en = "Timeline"', 'en = "Time\\u0000line\\u001b"', "sheets[0].title", "control"),
    ("a text of nothing", 'en = "Timeline"', 'en = "\u200b"', "sheets[0].title", "`en`"),
    ("a text without end", 'en = "Timeline"', f'en = "{"x" * 10_001}"', "sheets[0].title", "10000"),
    ("minutes below nothing", "minutes = 120", "minutes = -1", "minutes", "0"),
    ("minutes above all", "minutes = 120", f"minutes = 1{'0' * 30}", "minutes", "6000"),
    ("minutes that are no number", "minutes = 120", "minutes = nan", "minutes", "whole number"),
    ("minutes that are a date", "minutes = 120", "minutes = 2020-01-01", "minutes", "whole number"),
    ("people above all", "people = [7, 15]", "people = [7, 1500]", "people[1]", "1200"),
    ("a number of 5,000 digits", "order = 1", f"order = {'9' * 5_000}", "the file", "digits"),
    ("a key of controls", "order = 1", '"\\u202e<script>\\n" = 1\norder = 1', "\ufffd<script>\ufffd", "no such field"),
    ("a lane that waits for itself", 'color = "mint"', 'after = ["strengths"]', "sheets[1].lanes[0].after", "itself"),
    ("no rounds", HV[HV.index("[[rounds]]") :], "", "rounds", "write rounds"),
    ("no sheets", HV[HV.index("[[sheets]]") : HV.index("[[rounds]]")], "", "rounds[0].sheet", "timeline"),
    ("a round without its sheet", 'sheet = "groups"\n', "", "rounds[4].sheet", "write sheet"),
    (
        "a sheet without lanes",
        HV[HV.index('[[sheets.lanes]]\nid = "strengths"') : HV.index("[[rounds]]")],
        "",
        "sheets[1]",
        "lanes",
    ),
]


def test_M3_a_text_that_an_older_release_stored_is_still_read() -> None:
    older = HV[: HV.index("kind =")] + HV[HV.index("pitch.da") : HV.index("unless.da")] + HV[HV.index("people =") :]
    refusal(older)
    assert parse_stored(older, file="the board's method").rounds == parse(HV, file="own.toml").rounds


def test_M3_R32_the_side_that_an_older_text_gave_notes_is_a_mark_and_a_present_text_without_marks_has_none() -> None:
    declared = HV[HV.index("[[sheets.marks]]") : HV.index('[[sheets.lanes]]\nid = "elsewhere"')]
    plain = re.sub(r"\nmark = .*", "", HV.replace(declared, ""))
    older = re.sub(r"^(asks|unless|kind)\b.*\n", "", plain, flags=re.MULTILINE)
    older = re.sub(r'marks = \{ effect = ("\w+") \}', r"side = \1", older)
    assert 'side = "up"' in older
    raised = parse_stored(older, file="the board's method")
    assert raised.sheets == parse(HV, file="own.toml").sheets
    assert raised.round("place").mark == {"effect": ("turn",)}
    plain = re.sub(r", marks = \{.*?\}", "", plain)
    assert parse_stored(plain, file="the board's method").sheets[0].marks == ()


@pytest.mark.parametrize(
    ("old", "new", "field", "word"), [w[1:] for w in WRONG], ids=[w[0].replace(" ", "_") for w in WRONG]
)
def test_M1_a_wrong_file_is_refused_with_file_line_field_and_what_to_write(
    old: str, new: str, field: str, word: str
) -> None:
    text = HV.replace(old, new, 1)
    assert text != HV
    told = refusal(text)
    assert told.field == field
    assert word in told.problem


@pytest.mark.parametrize(
    ("old", "new", "field"), [w[1:4] for w in WRONG if w[2]], ids=[w[0].replace(" ", "_") for w in WRONG if w[2]]
)
def test_M1_the_line_is_the_one_to_change(old: str, new: str, field: str) -> None:
    text = HV.replace(old, new, 1)
    line = refusal(text).line
    first = HV[: HV.index(old)].count("\n") + 1
    last = first + new.count("\n")
    key = re.split(r"[.\[]", re.sub(r"\[\d+\]$", "", field))[-1]
    if key in ("turn", "group", "rounds") or first <= line <= last:
        return
    # Where a key is missing or an id stands twice, the table it belongs to is near enough.
    start = max(i for i, row in enumerate(text.split("\n")[:first], 1) if row.startswith("[[") or i == 1)
    assert start <= line <= last, f"line {line}, not {first}"


@pytest.mark.parametrize("stem", STEMS)
def test_M1_every_bundled_file_parses_and_is_complete(stem: str) -> None:
    item = bundled(stem)
    assert item.id == stem
    assert len({r.id for r in item.rounds}) == len(item.rounds)
    assert all(part.say and part.questions for part in item.rounds)
    assert all(lane.hint for sheet in item.sheets for lane in sheet.lanes)
    assert item.people[0] <= item.people[1]
    for leader in ("part", "listen", "told"):
        assert item.plan(leader)[-1].take_home != item.endless


def test_methods_have_different_ids_and_places() -> None:
    assert len({bundled(stem).id for stem in STEMS}) == len({bundled(stem).order for stem in STEMS}) == len(STEMS)


@pytest.mark.parametrize("stem", ENDING)
def test_leader_briefing_is_the_last_round_only_where_the_leader_was_away(stem: str) -> None:
    item = bundled(stem)
    assert item.plan("told")[-1].id == "briefing"
    assert "briefing" not in {part.id for part in item.plan("part")} | {part.id for part in item.plan("listen")}


def test_a_round_the_method_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        bundled("historievaerksted").round("nope")
    assert bundled("historievaerksted").sheet("nope") is None


def test_V11_private_is_where_people_write_for_themselves() -> None:
    private = {stem: {part.id for part in bundled(stem).rounds if part.private} for stem in STEMS}
    assert private["historievaerksted"] >= {"write", "place"}
    assert private["dilemmavaerksted"] == {"write", "present"}
    assert private["fremtidsvaerksted"] == {"critique", "dream", "realise"}
    assert isinstance(sheet_of_rows(bundled("dilemmavaerksted")), method.Sheet)
    assert sheet_of_rows(bundled("fremtidsvaerksted")) is None


@pytest.mark.parametrize("open_and_close", [("[", "]"), ("{a = ", "}")], ids=["lists", "tables"])
def test_M1_a_file_that_is_nested_too_deep_is_refused_in_one_line(open_and_close: tuple[str, str]) -> None:
    before, after = open_and_close
    assert refusal(f"x = {before * 5_000}1{after * 5_000}").field == "the file"


def _more(count: int, part: str) -> str:
    """The history workshop with many more of its first sheet's lanes, sheets or rounds."""
    start = HV.index(f"[[{part}]]")
    one = HV[start : HV.index("[[", start + 2)]
    first = re.findall(r'id = "([a-z]+)"', one)[0]
    return HV + "".join(one.replace(f'id = "{first}"', f'id = "{first}{n}"', 1) for n in range(count))


@pytest.mark.parametrize(("part", "most"), [("rounds", 60), ("sheets.lanes", 40), ("sheets", 12)])
def test_M1_a_file_has_an_end(part: str, most: int) -> None:
    text = _more(most + 1, part) if part != "sheets.lanes" else _lanes(most + 1)
    assert part.split(".")[-1] in refusal(text, f"at most {most} of them").field
    refusal(_more(10_000, "rounds"), "longer than")


def _lanes(count: int) -> str:
    """The same, with the lanes where TOML wants them: in the first sheet."""
    start = HV.index("[[sheets.lanes]]")
    one = HV[start : HV.index("[[", start + 2)]
    return HV[:start] + "".join(one.replace('id = "', f'id = "l{n}', 1) for n in range(count)) + HV[start:]


@pytest.mark.parametrize(
    "text", ["", "\x00", "#" * 1_000, "\ufeff" + HV, "id", "[[[[", '"""', "x = 'a\nb'", "[a]\n[a]"]
)
def test_M1_what_is_no_method_at_all_is_refused_in_one_line(text: str) -> None:
    refusal(text)


@examples(max_examples=100, deadline=None, database=None)
@given(st.integers(0, len(HV) - 1), st.integers(0, 40), st.text(max_size=20))
def test_M1_whatever_is_changed_in_a_file_it_is_a_method_or_an_error_in_one_line(at: int, cut: int, put: str) -> None:
    told = ""
    try:
        parse(HV[:at] + put + HV[at + cut :], file="own.toml")
    except MethodError as error:
        told = str(error)
    assert told.isprintable()


def test_M1_M6_the_workshop_and_the_deck_in_the_readme_are_taken_as_they_stand() -> None:
    found = re.findall(r"^  ```toml\n(.*?)^  ```", README.read_text(encoding="utf-8"), re.M | re.S)
    workshop, deck = (textwrap.dedent(text) for text in found)
    assert [item.id for item in parse(workshop, file="kaffe.toml").rounds] == ["write", "talk"]
    assert len(parse_deck(deck, file="nattevagt.toml").cards) == 3
