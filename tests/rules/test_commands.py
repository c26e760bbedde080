"""Commands: types, lengths and texts, before permissions."""

import contextlib
import math
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board_schema import commands
from board_schema.commands import COMMANDS, Refused, clean, parse

NOTE = "abcdefABC-_1"
# Of every op: the args it must have, and those it may have.
ARGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "write": (
        {"note": NOTE, "text": "hej", "sheet": "s", "lane": "l"},
        {
            "row": "r",
            "kind": "heading",
            "until": "2020",
            "marks": {"k": "w"},
            "links": {"k": [NOTE]},
            "about": ["n1", "n1>k>n2"],
            "fields": {"f": "svar"},
            "as": "seat1234",
        },
    ),
    "edit": ({"note": NOTE, "text": "hej"}, {"from": "haj"}),
    "place": (
        {"note": NOTE, "lane": "l"},
        {"row": "r", "spot": 3, "marks": {"k": ""}, "fields": {"f": "svar"}, "as": "seat1234"},
    ),
    "move": ({"note": NOTE, "lane": "l"}, {"row": "r", "spot": 3, "marks": {}, "fields": {"f": ""}}),
    "mark": ({"note": NOTE, "kind": "k"}, {"word": "w"}),
    "link": ({"note": NOTE, "kind": "k", "other": "n2"}, {}),
    "unlink": ({"note": NOTE, "kind": "k", "other": "n2"}, {}),
    "about": ({"note": NOTE, "about": ["n1", "n1>k>n2"]}, {}),
    "freeze": ({"sheet": "story"}, {}),
    "unfreeze": ({"sheet": "story", "version": 2}, {}),
    "delete": ({"note": NOTE}, {}),
    "restore": ({"note": NOTE}, {}),
    "undo": ({}, {}),
    "ready": ({"on": True}, {}),
    "turn": ({"act": "take"}, {"seat": "seat1234", "scope": "g1", "as": "seat1234"}),
    "gather": ({"note": NOTE, "notes": ("n1", "n2")}, {"text": "Ny ledelse"}),
    "apart": ({"note": NOTE}, {}),
    "brief": ({}, {"teller": "scribe", "when": "2026-12-04", "done": True}),
    "pick": ({"note": NOTE, "text": "samlet", "lane": "points"}, {"of": [NOTE]}),
    "count": ({"note": NOTE, "of": [NOTE]}, {}),
    "set": ({"note": NOTE, "field": "back", "value": "none"}, {"from": ""}),
    "deck": ({"deck": "samarbejde"}, {}),
    "sort": ({"cards": ["samarbejde-1"], "word": "first"}, {}),
    "draw": ({}, {"as": "seat1234"}),
    "skip": ({}, {"as": "seat1234"}),
    "free": ({}, {"as": "seat1234"}),
    "claim": ({"note": NOTE, "on": True}, {"as": "seat1234"}),
    "ring": ({"seat": "seat1234"}, {"after": "seat5678"}),
    "pad": ({"act": "write", "line": NOTE, "text": "sagt", "round": "place"}, {"turn": 3}),
    "name": ({"name": "Anna"}, {}),
    "devices": ({"act": "out", "number": 1}, {}),
    "round": ({"to": "write"}, {"confirm": True}),
    "timer": ({"act": "add"}, {"minutes": 5}),
    "reveal": ({"sheet": "s", "lane": "l"}, {}),
    "notice": ({"show": True}, {}),
    "walk": ({"sheet": "s"}, {"part": "2020"}),
    "now": ({"note": NOTE}, {}),
    "setup": ({}, {"title": "t", "venue": "p", "from": 2015, "to": 2025, "leader": "told"}),
    "door": ({"open": True}, {}),
    "sitting": ({"on": True}, {}),
    "groups": ({"size": 4}, {}),
    "group": ({"seat": "seat1234", "group": "g12"}, {}),
    "role": ({"seat": "seat1234", "role": "scribe"}, {}),
    "colead": ({"seat": "seat1234", "on": True}, {}),
    "hand": ({"part": "chair", "seat": "seat1234"}, {"on": False}),
    "person": ({"seat": "seat1234", "name": "Bo"}, {}),
    "remove": ({"seat": "seat1234"}, {"since": True, "notes": True}),
    "close": ({}, {}),
    "reopen": ({}, {}),
    "seal": ({}, {}),
}
KEYS = [(op, key) for op, (must, may) in ARGS.items() for key in (*must, *may)]
HOSTILE = [
    None, [], {}, [1], {"a": 1}, {"__proto__": {"polluted": True}}, 2**63, -(2**63), 10**400, 1.5, math.nan, math.inf,
    -1, b"bytes", ("x",), {1: 2}, [[[[[]]]]], "x" * 5_000, object(),
]  # fmt: skip


def reason(name: object, args: object) -> str:
    with pytest.raises(Refused) as caught:
        parse(name, args)
    assert caught.value.reason in commands.REASONS
    return caught.value.reason


def test_O1_every_op_of_the_page_is_known_and_no_other() -> None:
    assert set(ARGS) == set(COMMANDS)


@pytest.mark.parametrize("op", ARGS)
def test_O1_an_op_parses_with_what_it_must_have_and_with_all_it_may_have(op: str) -> None:
    must, may = ARGS[op]
    assert isinstance(parse(op, must), COMMANDS[op])
    full = parse(op, {**must, **may})
    assert isinstance(full, COMMANDS[op])


@pytest.mark.parametrize("op", ARGS)
def test_O1_a_missing_or_an_extra_key_is_bad_op(op: str) -> None:
    must, _ = ARGS[op]
    for key in must:
        assert reason(op, {k: v for k, v in must.items() if k != key}) == "bad_op"
    for extra in ("author", "pid", "board", "at", "role_", "__proto__", "constructor", "toString", "", "acting"):
        assert reason(op, {**must, extra: "x"}) == "bad_op", f"O5: {extra}"
    assert reason(op, {**must, 1: "x"}) == "bad_op"


@pytest.mark.parametrize(("op", "key"), KEYS)
def test_O1_a_value_of_another_kind_is_refused(op: str, key: str) -> None:
    must, may = ARGS[op]
    for value in HOSTILE:
        if value is None and key in may and (op, key) in NULLABLE:
            continue
        if (key in ("marks", "fields") and value in ({}, {"a": ""})) or (key == "links" and value == {}):
            continue
        texts = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        if key in ("of", "cards", "about") and texts:
            continue
        assert reason(op, {**must, **may, key: value}) in ("bad_op", "bad_text"), value
    good = {**must, **may}[key]
    if isinstance(good, str):
        assert reason(op, {**must, **may, key: "a\ud800b" * 3}) in ("bad_op", "bad_text")
        assert reason(op, {**must, **may, key: True}) == "bad_op"
    elif isinstance(good, bool):
        assert reason(op, {**must, **may, key: 1}) == "bad_op"
        assert reason(op, {**must, **may, key: "true"}) == "bad_op"
    else:
        assert reason(op, {**must, **may, key: True}) == "bad_op"
        assert reason(op, {**must, **may, key: "3"}) == "bad_op"


NULLABLE = {("edit", "from"), ("set", "from"), ("timer", "minutes"), *(("setup", key) for key in ARGS["setup"][1])}


@pytest.mark.parametrize(
    "args",
    [{}, {"lane": "l"}, {"sheet": "s"}, {"sheet": "s", "lane": "l", "group": "g1"}, {"lane": "l", "group": "g1"},
     {"sheet": "s", "group": "g1"}, {"sheet": "", "lane": "l"}, {"group": ""}],
)  # fmt: skip
def test_R9_a_reveal_names_a_lane_with_its_sheet_or_a_group_and_nothing_else(args: dict[str, Any]) -> None:
    assert reason("reveal", args) == "bad_op"
    assert parse("reveal", {"group": "g1"}) == commands.Reveal(group="g1")


@pytest.mark.parametrize(
    ("op", "args", "why"),
    [
        ("name", {"name": "a\ud800b"}, "bad_text"),
        ("write", {**ARGS["write"][0], "text": "a\udfffb"}, "bad_text"),
        ("setup", {"title": "\ud83d"}, "bad_text"),
        ("edit", {"note": NOTE, "text": "x", "from": "\ud800" * 12}, "bad_text"),
        ("write", {**ARGS["write"][0], "links": {"k": ["\ud800"]}}, "bad_text"),
        ("gather", {"note": NOTE, "notes": ["a", "\ud800"]}, "bad_text"),
        ("name", {"\ud800": "x"}, "bad_op"),
        ("name", {"name": "x", "\ud800": {"\udfff": []}}, "bad_op"),
        ("name", {"name": ["\ud800"]}, "bad_op"),
        ("turn", {"act": "\ud800"}, "bad_op"),
        ("\ud800", {}, "unknown_op"),
    ],
)
def test_R17_a_lone_surrogate_anywhere_in_an_op_is_a_refusal(op: str, args: dict[str, Any], why: str) -> None:
    assert reason(op, args) == why


@pytest.mark.parametrize("args", [None, [], "x", 3, 1.5, b"", True, [["note", NOTE]], object()])
@pytest.mark.parametrize("op", ["write", "undo", "close"])
def test_O1_args_that_are_no_map_are_bad_op(op: str, args: object) -> None:
    assert reason(op, args) == "bad_op"


@pytest.mark.parametrize(
    "name", [None, 3, True, [], {}, b"write", "", "Write", "write ", "__class__", "vote", ["undo"]]
)
def test_R7_an_op_of_another_name_is_unknown(name: object) -> None:
    assert reason(name, {}) == "unknown_op"


def test_O1_a_deeply_nested_value_is_bad_op() -> None:
    nested: Any = []
    for _ in range(5_000):
        nested = [nested]
    assert reason("write", {**ARGS["write"][0], "text": nested}) == "bad_op"


@pytest.mark.parametrize("bad", ["", "short", "x" * 25, "spaces are not", "æøåæøåæøåæøå", "a/b/c/d/e/f/g", NOTE + "\n"])
def test_a_new_notes_id_is_twelve_to_twenty_four_plain_characters(bad: str) -> None:
    assert reason("write", {**ARGS["write"][0], "note": bad}) in ("bad_op", "bad_text")


def test_S1_an_id_that_would_end_a_line_or_a_key_is_refused() -> None:
    for op, key in (("write", "note"), ("person", "seat"), ("group", "group")):
        must, _ = ARGS[op]
        assert reason(op, {**must, key: must[key] + "\n"}) == "bad_op"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  hej  ", "hej"),
        ("e\u0301", "\u00e9"),
        ("a\u202eb\u202c", "ab"),
        ("a\u2066b\u2069\u200f", "ab"),
        ("a\u0000b\u0007c\u001bd\u007f\u0085", "abcd"),
        ("a\tb", "a b"),
        ("a\u00a0\u00a0b", "a b"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("a\u000bb\u000cc\u0085d", "a\nb\nc\nd"),
        ("a\u001cb\u001dc\u001ed\u001fe", "a\nb\nc\nd e"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("a  \n  b", "a\nb"),
        ("\ufeffhej", "hej"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("a\ud800b", "ab"),
        ("fi\u200bnger", "fi\u200bnger"),
    ],
)
def test_R17_a_text_is_kept_composed_and_without_controls(text: str, kept: str) -> None:
    assert clean(text, limit=100) == kept


def test_R17_one_line_has_no_line_breaks() -> None:
    assert clean("a\n\nb\r\nc", limit=100, lines=False) == "a b c"
    assert clean("Anna\u000bLund", limit=100, lines=False) == "Anna Lund"
    assert "\n" not in clean("a \n \n b\u2028c", limit=100, lines=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\u200b",
        "\u200b\u200d\u200c",
        "\u202e",
        "\ufeff",
        "\u2060 \u00ad",
        "\u3000",
        "\ud800",
        "\U000e0041",
    ],
)
def test_R17_a_text_of_nothing_to_see_is_empty(text: str) -> None:
    with pytest.raises(Refused, match="empty"):
        clean(text, limit=100)


def test_R17_a_limit_counts_characters_after_cleaning() -> None:
    assert clean("é" * 10, limit=10) == "é" * 10
    assert clean("e\u0301" * 10 + "  ", limit=10) == "é" * 10
    with pytest.raises(Refused, match="too_long"):
        clean("x" * 11, limit=10)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40), st.booleans())
def test_R17_cleaning_is_done_after_one_time_whatever_the_text(text: str, lines: bool) -> None:
    try:
        once = clean(text, limit=1_000, lines=lines)
    except Refused:
        return
    assert clean(once, limit=1_000, lines=lines) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in once)
    assert not any(
        unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} for c in once
    )


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(ARGS)),
    st.dictionaries(
        st.sampled_from(sorted({key for _, key in KEYS})),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=5,
        ),
    ),
)
def test_O1_whatever_comes_is_a_command_or_refused(op: str, args: dict[str, Any]) -> None:
    with contextlib.suppress(Refused):
        assert isinstance(parse(op, args), COMMANDS[op])


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ny leder", 8), ("👨\u200d👩\u200d👧\u200d👦", 1), ("🇩🇰 og 👩🏽\u200d⚕️", 6),
        ("e\u0301a\u030a", 2), ("a\u200eb", 2),
        ("a     b", 3), ("  a \n\n\n\n b ", 4), ("a\u000bb", 3),
    ],
)  # fmt: skip
def test_R17_a_limit_counts_what_a_person_sees_in_the_stored_text(text: str, seen: int) -> None:
    kept = commands.clean(text, limit=max(seen, 4))
    assert commands.characters(kept) == seen
    if len(text) <= 4 * (seen - 1):
        with pytest.raises(Refused, match="too_long"):
            commands.clean(text, limit=seen - 1)
