"""The wire format: frames are parsed or raise BadFrame; packed values are unpacked unchanged."""

import contextlib
import json
import math
import re
from pathlib import Path
from typing import Any

import msgpack
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board_schema import commands, patch, schema, wire
from board_schema.board import Board
from board_schema.events import Entry
from board_schema.wire import BadFrame, Drag, Hello, Op, Ping
from tests.rules.play import ENDING, Table, unpacked
from tests.rules.promises import with_rows
from tests.rules.test_played import play
from tests.rules.values import whatever_packs

SPEC = (Path(wire.__file__).parent / "SPEC.md").read_text(encoding="utf-8")
VECTORS = Path(__file__).parent.parent / "vectors" / "frames.json"
HELLO = {"protocol": 3, "token": "t", "tab": "tabtabtabtab", "seen": 0}


def packed(value: object) -> bytes:
    return msgpack.packb(value, use_bin_type=True)


def without(key: str) -> dict[str, Any]:
    return {k: v for k, v in HELLO.items() if k != key}


GOOD = [
    (["hello", HELLO], Hello(3, "t", "tabtabtabtab", 0)),
    (["hello", {**HELLO, "seen": 7}], Hello(3, "t", "tabtabtabtab", 7)),
    (["hello", {**HELLO, "protocol": 99}], Hello(99, "", "", 0)),
    (["hello", {"protocol": 1, "board": "b", "token": "t"}], Hello(1, "", "", 0)),
    (["op", 1, "undo", {}], Op(1, "undo", {})),
    (["op", 2**53 - 1, "vote", None], Op(2**53 - 1, "vote", None)),
    (["op", 3, 7, [1, {"a": None}]], Op(3, 7, [1, {"a": None}])),
    (["drag", "note", 0, 1], Drag("note", 0.0, 1.0)),
    (["drag", "note", 0.25, 0.5], Drag("note", 0.25, 0.5)),
    (["drag", "note", None, None], Drag("note", None, None)),
    (["ping", 12], Ping(12)),
    (["ping", 1.5], Ping(1.5)),
]

# Ops whose number can be read: they are refused, and the connection goes on.
REFUSED = [
    (packed(["op", 1]), Op(1, None, None)),
    (packed(["op", 1, "undo"]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", {}, 1]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", b"bytes"]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", {1: 2}]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", {b"k": 2}]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", {"a": msgpack.ExtType(5, b"x")}]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", {"a": msgpack.Timestamp(1)}]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", list(range(65))]), Op(1, "undo", None)),
    (packed(["op", 1, "undo", {str(i): i for i in range(65)}]), Op(1, "undo", None)),
    (b"\x94\xa2op\x01\xa4undo\xa1\xff", Op(1, "undo", None)),
    (b"\x94\xa2op\xcd\x01\x2c\xa4undo\xa3\xed\xa0\x80", Op(300, "undo", "\ud800")),
    (b"\x94\xa2op\x01\xa4undo\x82\xa1k\x01\xa1k\x02", Op(1, "undo", None)),
    (b"\x94\xa2op\x01\xa4undo\x81\xa1k\x82\xa1k\x01\xa1k\x02", Op(1, "undo", None)),
    (b"\x94\xa2op\x01\xa4undo\x81\xa1k\xa3\xed\xa0\x80", Op(1, "undo", {"k": "\ud800"})),
    (b"\x94\xa2op\x01\xa4name\x81\xa4name\xa3\xed\xa0\x80", Op(1, "name", {"name": "\ud800"})),
    (b"\x94\xa2op\x01\xa4name\x82\xa4name\xa3\xed\xa0\x80\xa1k\xa1\xff", Op(1, "name", None)),
    (b"\x94\xa2op\x01\xa3\xed\xa0\x80\x80", Op(1, "\ud800", {})),
    (b"\x94\xa2op\x01\xa1\xff\x80", Op(1, None, None)),
    (b"\x94\xa2op\x01\xc4\x01x\x80", Op(1, None, None)),
    (b"\x92\xa2op\x01", Op(1, None, None)),
]

# Drags and pings that hold something else: they are dropped.
DROPPED = [
    packed(["drag", "note", 0.5]),
    packed(["drag", "note", 0.5, None]),
    packed(["drag", "note", -0.1, 0.5]),
    packed(["drag", "note", 0.5, 1.1]),
    packed(["drag", "note", math.nan, 0.5]),
    packed(["drag", "note", math.inf, 0.5]),
    packed(["drag", 1, 0.5, 0.5]),
    packed(["drag", b"note", 0.5, 0.5]),
    packed(["ping"]),
    packed(["ping", "now"]),
    packed(["ping", None]),
    packed(["ping", True]),
    packed(["ping", math.nan]),
    packed(["ping", math.inf]),
    packed(["ping", msgpack.Timestamp(1)]),
]

BAD = [
    b"",
    b"\xc1",
    b"\x00",
    b"\x93",
    b"\x92\xa2op",
    packed(["op", 1, "undo", {}]) + b"\x00",
    packed(["op", 1, "undo", {}]) * 2,
    packed(None),
    packed(3),
    packed("op"),
    packed({}),
    packed({"op": 1}),
    packed([]),
    packed([1]),
    packed(["op"]),
    packed(["op", "1", "undo", {}]),
    packed(["op", 1.0, "undo", {}]),
    packed(["op", True, "undo", {}]),
    packed(["op", 0, "undo", {}]),
    packed(["op", -1, "undo", {}]),
    packed(["op", 2**53, "undo", {}]),
    packed(["op", 2**64 - 1, "undo", {}]),
    packed(["op", None, "undo", {}]),
    b"\x94\xa2op\x01\xa4undo" + b"\x91" * 2_000 + b"\xc0",
    b"\x94\xa2op\x01\xa4undo\xa1\xff\x00",
    b"\x94\xa2op\x00\xa4undo\xa1\xff",
    b"\x94\xa2op\xc3\xa4undo\xa1\xff",
    b"\x94\xa2op\xa1\xff\xa4undo\xc0",
    b"\x94\xa2op\x01\xa4undo\xdd\xff\xff\xff\xff",
    b"\x94\xa2op\x01\xa4undo\xdf\xff\xff\xff\xff",
    b"\x94\xa2op\x01\xa4undo\xdb\xff\xff\xff\xff",
    packed(["OP", 1, "undo", {}]),
    packed(["nope", 1]),
    packed([b"op", 1, "undo", {}]),
    packed(["hello"]),
    packed(["hello", {}]),
    packed(["hello", []]),
    packed(["hello", HELLO, 1]),
    packed(["hello", without("token")]),
    packed(["hello", without("tab")]),
    packed(["hello", without("seen")]),
    packed(["hello", {**HELLO, "board": "b"}]),
    packed(["hello", {**HELLO, "seen": -1}]),
    packed(["hello", {**HELLO, "seen": True}]),
    b"\x92\xa5hello\x85\xa8protocol\x02\xa5token\xa1t\xa5token\xa1t\xa3tab\xactabtabtabtab\xa4seen\x00",
    packed(["hello", without("protocol")]),
    packed(["hello", {**HELLO, "protocol": "2"}]),
    packed(["hello", {**HELLO, "token": None}]),
    packed(["hello", {**HELLO, "tab": "short"}]),
    packed(["hello", {**HELLO, "tab": "x" * 25}]),
    packed(["hello", {**HELLO, "tab": "æøåæøåæøåæøå"}]),
    packed(["op", 1, "write", {"text": "x" * 17_000}]),
    b"\xa5hello",
    b'["op", 1, "undo", {}]',
    bytes(range(256)),
]


@pytest.mark.parametrize(("value", "frame"), GOOD, ids=lambda v: str(v)[:40])
def test_P6_a_clients_frame_is_read(value: object, frame: object) -> None:
    assert wire.read(packed(value)) == frame


@pytest.mark.parametrize(("data", "op"), REFUSED, ids=range(len(REFUSED)))
def test_P13_an_op_is_known_by_its_number_whatever_else_it_holds(data: bytes, op: Op) -> None:
    assert wire.read(data) == op
    with pytest.raises(commands.Refused, match=r"^(bad_op|bad_text|unknown_op)$"):
        commands.parse(op.name, op.args)


@pytest.mark.parametrize("data", DROPPED, ids=range(len(DROPPED)))
def test_P13_a_drag_or_ping_that_holds_something_else_is_dropped(data: bytes) -> None:
    assert wire.read(data) is None


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_P5_bytes_that_are_no_frame_are_a_bad_frame_and_nothing_else(data: bytes) -> None:
    with pytest.raises(BadFrame):
        wire.read(data)


def test_P5_at_least_thirty_malformed_frames_are_tried() -> None:
    assert len(BAD) >= 30


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
def test_P5_any_bytes_are_a_frame_or_a_bad_frame(data: bytes) -> None:
    with contextlib.suppress(BadFrame):
        assert isinstance(wire.read(data), Hello | Op | Drag | Ping | None)
    for reader in (wire.unpack_entry, wire.unpack_board, wire.unpack):
        try:
            reader(data)
        except BadFrame:
            continue


PLAIN = whatever_packs(most=15)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["hello", "op", "drag", "ping"]) | PLAIN, max_size=5))
def test_P5_any_list_of_values_is_a_frame_or_a_bad_frame_and_its_op_is_a_command_or_refused(value: list[Any]) -> None:
    try:
        frame = wire.read(packed(value))
    except BadFrame:
        return
    if isinstance(frame, Op):
        try:
            commands.parse(frame.name, frame.args)
        except commands.Refused:
            return


def test_P5_a_frame_of_sixteen_kib_is_read_and_a_larger_one_is_not() -> None:
    text = "x" * (wire.MAX_FRAME - len(packed(["op", 1, "write", ""])) - 2)
    data = packed(["op", 1, "write", text])
    assert len(data) == wire.MAX_FRAME
    assert isinstance(wire.read(data), Op)
    with pytest.raises(BadFrame):
        wire.read(packed(["op", 1, "write", text + "x"]))


def test_P5_close_codes_are_the_pages() -> None:
    rows = re.findall(r"^\| (4\d\d\d) \| `(\w+)` \|", SPEC, re.MULTILINE)
    assert {(int(code), name) for code, name in rows} == {(int(c), c.name.lower()) for c in wire.Close}
    assert all(4000 <= code < 5000 for code in wire.Close)


def test_the_ops_are_the_pages() -> None:
    table = SPEC[SPEC.index("## 5. Ops") : SPEC.index("- **O1**")]
    named = {
        name
        for line in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", line)
    }
    assert named == set(commands.COMMANDS)


@pytest.mark.parametrize("stem", ENDING)
def test_S4_boards_and_entries_of_whole_workshops_come_back_the_same(stem: str) -> None:
    table, _ = play(stem, "told", 7)
    for data in table.log:
        entry = wire.unpack_entry(data)
        assert wire.pack_entry(entry) == data
        # The short way to read and write an entry is the long way, by plain values. (Its maps may have longer heads: an
        # event's says how many fields there could be.)
        plain = {schema.KEY: schema.NUMBER, **msgspec.to_builtins(entry)}
        assert list(msgpack.unpackb(data).items()) == list(msgpack.unpackb(packed(plain)).items())
        assert msgspec.convert(schema.raise_entry(msgpack.unpackb(data)), Entry) == entry
    for entries in (len(table.log) // 2, len(table.log)):
        table.log = table.log[:entries]
        board = table.replayed()
        assert wire.unpack_board(wire.pack_board(board)) == board
        assert wire.pack_board(wire.unpack_board(wire.pack_board(board))) == wire.pack_board(board)
    assert wire.unpack_board(wire.pack_board(Board())) == Board()


def test_S4_a_board_with_refusals_and_rows_comes_back_the_same() -> None:
    table, _ = with_rows()
    table.refused("P1", "round", to="write")
    board = table.board
    assert any(tab.refused for tab in board.tabs.values())
    assert board.rows
    assert wire.unpack_board(wire.pack_board(board)) == board


@pytest.mark.parametrize(
    "data", [b"", b"\xc0", b"\x80", packed([]), packed({"x": 1}), packed({"events": 3}), b"\xff" * 9]
)
def test_S4_a_damaged_log_is_said_to_be_one(data: bytes) -> None:
    with pytest.raises(BadFrame):
        wire.unpack_entry(data)
    if data not in (b"\x80", packed({"x": 1}), packed({"events": 3})):
        with pytest.raises(BadFrame):
            wire.unpack_board(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=40), inner, max_size=20),
    max_leaves=60,
)


@given(VALUES)
def test_P1_values_are_packed_as_msgpack_says(value: Any) -> None:
    assert wire.pack(value) == packed(value)


# Golden vectors, read by the browser code's tests too: hex of every kind of frame, with its value.

CLIENT: list[list[Any]] = [
    ["hello", {"protocol": 3, "token": "t0ken", "tab": "tabtabtabtab", "seen": 3}],
    ["op", 1, "undo", {}],
    [
        "op",
        300,
        "write",
        {
            "note": "nt0123456789",
            "text": "Vi fik en ny leder – \u00e6\u00f8\u00e5 \U0001f642",
            "sheet": "timeline",
            "lane": "2020",
        },
    ],
    ["op", 70_000, "place", {"note": "nt0123456789", "lane": "2020", "marks": {"effect": "up"}, "spot": 65_536}],
    ["op", 2**53 - 1, "timer", {"act": "add", "minutes": 5}],
    ["drag", "nt0123456789", 0.25, 0.75],
    ["drag", "nt0123456789", None, None],
    ["words", [0, "andet"]],
    ["words", []],
    ["ping", 1_700_000_000_000],
]


def server_frames() -> list[bytes]:
    record = {
        "kind": "note",
        "text": "\u00e6\u00f8\u00e5\nto linjer",
        "spot": 0,
        "can": ["edit", "move"],
        "chosen": False,
    }
    return [
        wire.welcome(time=1_700_000_000_000, seat="seat1234", role="participant", ack=0),
        wire.patch(
            1, patch.Patch(set={"note:nt0123456789": record, "board": {"title": "Tavle", "ends_at": 0}}, gone=[])
        ),
        wire.patch(70_000, patch.Patch(set={}, gone=["note:a", "note:b"])),
        wire.mine(
            2, patch.Patch(set={"me": {"seat": "seat1234", "write": None, "can": []}}, gone=["mine:nt0123456789"])
        ),
        wire.ack(12),
        wire.refused(13, "turn"),
        wire.here(["seat1234", "seat5678"]),
        wire.drags([wire.drag("nt0123456789", (0.25, 0.75)), wire.drag("ntabcdefghij", None)]),
        wire.words({"seat1234": [{"da": "uro", "en": "unrest"}]}),
        wire.trouble("store_away"),
        wire.trouble(""),
        wire.pong(1_700_000_000_000),
        wire.bye(wire.Close.REMOVED),
        wire.reset(),
    ]


def vectors() -> dict[str, Any]:
    """What `tests/vectors/frames.json` holds: made by this, checked here and by the browser code's tests."""
    return {
        "client": [{"value": value, "hex": wire.pack(value).hex()} for value in CLIENT],
        "server": [{"value": unpacked(frame), "hex": frame.hex()} for frame in server_frames()],
        "refused": [{"hex": data.hex(), "n": op.n} for data, op in REFUSED],
        "dropped": [data.hex() for data in DROPPED],
        "bad": [data.hex() for data in BAD if len(data) < 300],
        "close": {code.name.lower(): int(code) for code in wire.Close},
        "reasons": list(commands.REASONS),
    }


def test_P1_the_golden_vectors_are_what_this_code_packs() -> None:
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors()


def test_P15_the_examples_of_the_page_are_the_golden_vectors() -> None:
    golden = json.loads(VECTORS.read_text(encoding="utf-8"))
    known = {frame["hex"]: frame["value"] for frame in (*golden["client"], *golden["server"])}
    rows = re.findall(r"^\| `(\[.*\])` \| `([0-9a-f]+)` \|$", SPEC, re.MULTILINE)
    assert {json.loads(value)[0] for value, _ in rows} == {value[0] for value in known.values()}
    for value, data in rows:
        assert known[data] == json.loads(value)


def test_P1_a_server_reads_what_the_golden_vectors_say() -> None:
    golden = json.loads(VECTORS.read_text(encoding="utf-8"))
    for frame in golden["client"]:
        assert wire.pack(frame["value"]).hex() == frame["hex"]
        assert wire.read(bytes.fromhex(frame["hex"]))
    for frame in golden["refused"]:
        read = wire.read(bytes.fromhex(frame["hex"]))
        assert isinstance(read, Op)
        assert read.n == frame["n"]
    assert [wire.read(bytes.fromhex(data)) for data in golden["dropped"]] == [None] * len(DROPPED)
    for data in golden["bad"]:
        with pytest.raises(BadFrame):
            wire.read(bytes.fromhex(data))


def test_P3_a_tables_first_patch_holds_everything() -> None:
    table = Table("historievaerksted")
    kind, version, put, gone = unpacked(table.screens["P3"].frames[0])
    assert (kind, version, gone) == ("patch", table.board.version, [])
    assert {"board", "method", "progress"} <= set(put)
