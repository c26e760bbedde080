"""Frames that a connection must not accept: malformed ones, odd ops, drags and pings, over a real server."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from board_schema.wire import Close
from tests.machine.conftest import House
from tests.machine.talk import Tab, closed, people


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", Close.BAD_FRAME),
        (b"\xc1", Close.BAD_FRAME),
        (msgpack.packb(["op", 1, "name", {}]), Close.BAD_FRAME),
        (msgpack.packb(["hello"]), Close.BAD_FRAME),
        (msgpack.packb(["hello", {"protocol": 3}]), Close.BAD_FRAME),
        (msgpack.packb({"hello": 1}), Close.BAD_FRAME),
        (b"\x91" * 5_000, Close.BAD_FRAME),
        (b"\xdf\xff\xff\xff\xff", Close.BAD_FRAME),
        (b"\x00" * 17_000, Close.BAD_FRAME),
        ("hello", Close.BAD_FRAME),
    ],
)
async def test_P5_bytes_that_do_not_parse_end_with_4500(house: House, frame: bytes | str, code: Close) -> None:
    tab = await Tab(house.base, "b", "t").open(hello=False)
    await tab.socket.send(frame)
    assert await tab.ended() == code
    assert tab.bye == [int(code), code.name.lower()]


@pytest.mark.parametrize(
    "frame",
    [
        ["op", 0, "name", {}],
        ["op", -1, "name", {}],
        ["op", 2**60, "name", {}],
        ["op", True, "name", {}],
        ["op", 1.5, "name", {}],
        ["op"],
        ["welcome", {}],
        ["patch", 1, {}, []],
        ["hello", {"protocol": 3, "token": "t", "tab": "t" * 16}],
        [],
        None,
        17,
        ["__proto__", {}],
    ],
)
async def test_P5_a_bad_frame_ends_its_own_connection_and_no_other(house: House, frame: Any) -> None:
    _, (lead, ann) = await people(house, 1)
    await ann.send(frame)
    assert await ann.ended() == Close.BAD_FRAME
    assert await lead.do("notice", show=True) == ""
    await closed(lead)


async def test_P5_odd_ops_are_refused_and_harm_nobody(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    odd: list[Any] = [None, 1, [], {"note": None}, {"__proto__": {}}, {"note": {"a": [[]]}}, "x"]
    for args in odd:
        ann.n += 1
        n = ann.n
        await ann.send(["op", n, "write", args])
        await ann.until(lambda n=n: ann.refused.get(n) == "bad_op")
    for name in (None, 3, "__class__", "constructor"):
        ann.n += 1
        n = ann.n
        await ann.send(["op", n, name, {}])
        await ann.until(lambda n=n: ann.refused.get(n) == "unknown_op")
    assert await lead.do("notice", show=True) == ""
    await closed(lead, ann)


ODD_OPS = {
    "a lone surrogate": b"\xa4name\x81\xa4name\xa3\xed\xa0\x80",
    "a text that is not UTF-8": b"\xa4name\x81\xa4name\xa1\xff",
    "bytes": b"\xa4name\x81\xa4name\xc4\x01x",
    "an extension type": b"\xa4name\x81\xa4name\xd4\x05x",
    "a key twice": b"\xa4name\x82\xa4name\xa3Ann\xa4name\xa2Bo",
    "a key twice, further in": b"\xa4name\x81\xa4name\x82\xa1a\xc0\xa1a\xc0",
    "a key that is no text": b"\xa4name\x81\x01\xa3Ann",
    "a key that is an array": b"\xa4name\x81\x91\x01\xa3Ann",
    "an unknown key": b"\xa4name\x82\xa4name\xa3Ann\xa4more\xc0",
    "65 values": b"\xa4name\xdc\x00\x41" + bytes(65),
}


@pytest.mark.parametrize("rest", ODD_OPS.values(), ids=ODD_OPS)
async def test_P13_an_op_whose_number_can_be_read_is_refused_and_the_connection_goes_on(
    house: House, rest: bytes
) -> None:
    _, (lead, ann) = await people(house, 1)
    ann.n = 1
    await ann.socket.send(b"\x94\xa2op\x01" + rest)
    await ann.until(lambda: 1 in ann.refused)
    assert ann.refused[1] == ("bad_text" if rest.endswith(b"\xed\xa0\x80") else "bad_op")
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)


@pytest.mark.parametrize(
    "frame", [["op", 1], ["op", 1, "name"], ["op", 1, "name", {}, 1], ["op", 1, b"name", {}]], ids=str
)
async def test_P13_an_op_of_another_shape_is_refused(house: House, frame: list[Any]) -> None:
    _, (lead, ann) = await people(house, 1)
    ann.n = 1
    await ann.send(frame)
    await ann.until(lambda: ann.refused.get(1) in ("bad_op", "unknown_op"))
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)


@pytest.mark.parametrize(
    "frame",
    [
        ["ping"],
        ["ping", "now"],
        ["ping", True],
        ["ping", float("nan")],
        ["ping", b"x"],
        ["ping", msgpack.Timestamp(1)],
        ["drag", "n", 2, 0],
        ["drag", "n", float("nan"), 0],
        ["drag", "n", float("inf"), 0],
        ["drag", "n", 0.5, None],
        ["drag", 1, 0, 0],
        ["drag", b"n", 0, 0],
    ],
    ids=str,
)
async def test_P13_a_drag_or_ping_that_holds_something_else_is_dropped(house: House, frame: list[Any]) -> None:
    _, (lead, ann) = await people(house, 1)
    await ann.send(frame)
    await ann.send(["ping", 7])
    await ann.until(lambda: ["pong", 7] in ann.frames)
    assert [f[0] for f in ann.frames].count("pong") == 1
    await closed(lead, ann)
