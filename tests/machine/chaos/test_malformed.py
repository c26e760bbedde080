"""T12: after any malformed bytes only their connection ends, with a known code."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import msgpack
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from board_schema.wire import Close
from tests.machine.chaos.crowd import Member, crowd
from tests.machine.chaos.houses import Running
from tests.machine.chaos.raw import UPGRADE, Raw, frame, upgrade
from tests.machine.talk import call, join, new_workshop
from tests.rules.values import whatever_packs

BAD = int(Close.BAD_FRAME)
PROTOCOL_ERROR, TOO_BIG = 1002, 1009  # said by the WebSocket layer (RFC 6455, 7.4.1)


def packed(value: Any) -> bytes:
    return frame(msgpack.packb(value))


def deep(levels: int) -> bytes:
    return frame(b"\x91" * levels + b"\xc0")


# What is sent after a good hello, and the code it ends with.
BYTES: dict[str, tuple[bytes, int]] = {
    "nothing": (frame(b""), BAD),
    "nil": (packed(None), BAD),
    "a number": (packed(17), BAD),
    "a map": (packed({"op": 1}), BAD),
    "an empty array": (packed([]), BAD),
    "an unknown frame": (packed(["look", 1]), BAD),
    "a server's frame": (packed(["patch", 1, {}, []]), BAD),
    "a second hello": (
        packed(["hello", {"protocol": 3, "token": "t" * 22, "tab": "t" * 16}]),
        BAD,
    ),
    "an op without a number": (packed(["op", "name", {}]), BAD),
    "op number 0": (packed(["op", 0, "name", {}]), BAD),
    "op number 2^63": (packed(["op", 2**63, "name", {}]), BAD),
    "op number true": (packed(["op", True, "name", {}]), BAD),
    "op number NaN": (packed(["op", math.nan, "name", {}]), BAD),
    "__proto__": (packed(["__proto__", {"polluted": True}]), BAD),
    "a reserved byte": (frame(b"\xc1"), BAD),
    "an array that claims 4 billion": (frame(b"\xdd\xff\xff\xff\xff"), BAD),
    "a map that claims 4 billion": (frame(b"\xdf\xff\xff\xff\xff"), BAD),
    "a text that claims 4 billion": (frame(b"\xdb\xff\xff\xff\xffabc"), BAD),
    "a cut message": (frame(msgpack.packb(["op", 1, "name", {"name": "Ann"}])[:-2]), BAD),
    "a message and a rest": (frame(msgpack.packb(["ping", 1]) + b"\x00"), BAD),
    "100 levels": (deep(100), BAD),
    "16,000 levels": (deep(16_000), BAD),
    "a text frame": (frame(b'["op",1,"name",{}]', opcode=1), BAD),
    "a text frame that is not UTF-8": (frame(b"\xff\xfe", opcode=1), BAD),
    "16 KiB and a byte": (frame(b"\x00" * (16 * 1024 + 1)), BAD),
    "17 KB in two parts": (frame(b"\x00" * 9_000, fin=False) + frame(b"\x00" * 9_000, opcode=0), BAD),
    "65 KB": (frame(b"\x00" * (64 * 1024 + 1)), TOO_BIG),
    "65 KB in parts": (
        frame(b"\x00" * 40_000, fin=False) + frame(b"\x00" * 40_000, opcode=0),
        TOO_BIG,
    ),
    "1 MiB": (frame(b"\x00" * 1_048_576), TOO_BIG),
    "a claim of 2^62 bytes": (frame(b"", length=2**62), TOO_BIG),
    "no mask": (frame(msgpack.packb(["ping", 1]), mask=False), PROTOCOL_ERROR),
    "a reserved opcode": (frame(b"x", opcode=5), PROTOCOL_ERROR),
    "a reserved bit (compression)": (frame(b"x", rsv=4), PROTOCOL_ERROR),
    "a part of nothing": (frame(b"x", opcode=0), PROTOCOL_ERROR),
    "a ping in parts": (frame(b"x", opcode=9, fin=False), PROTOCOL_ERROR),
    "a ping that is too long": (frame(b"x" * 126, opcode=9), PROTOCOL_ERROR),
    "a close with half a code": (frame(b"\x03", opcode=8), PROTOCOL_ERROR),
    "a close with code 999": (frame((999).to_bytes(2), opcode=8), PROTOCOL_ERROR),
}

# What is refused or dropped (P13): the connection goes on.
HARMLESS: dict[str, bytes] = {
    "an op too long": packed(["op", 1, "name", {}, 1]),
    "a drag to NaN": packed(["drag", "n" * 12, math.nan, 0.5]),
    "a drag to infinity": packed(["drag", "n" * 12, math.inf, 0.5]),
    "a drag of bytes": packed(["drag", b"n" * 12, 0.5, 0.5]),
    "a ping of a text": packed(["ping", "now"]),
    "a lone surrogate": frame(msgpack.packb(["op", 1, "name", {"name": "\ud800"}], unicode_errors="surrogatepass")),
    "an extension type": frame(msgpack.packb(["op", 1, "name", msgpack.ExtType(5, b"x")])),
    "a timestamp": frame(b"\x92\xa4ping\xd6\xff\x00\x00\x00\x00"),
    "a map with array keys": frame(b"\x94\xa2op\x01\xa4name\x81\x91\x01\x01"),
    "65 things in an array": packed(["op", 1, "name", {"name": [0] * 65}]),
}


async def test_T12_every_bad_frame_has_its_code_and_nobody_else_notices(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    begin = len(tavle.printed)
    process = tavle.web()
    victim = await join(tavle.base, made["code"])
    wrong: dict[str, tuple[int, int]] = {}
    async with crowd([Member(tavle.base, made)]) as (neighbour,):
        for number, (name, (data, code)) in enumerate(BYTES.items()):
            raw = await Raw(tavle.port).enter(victim)
            raw.send(data)
            if (said := await raw.ended()) != code:
                wrong[name] = (said, code)
            await raw.close()
            assert await neighbour.do("setup", title=f"nr {number}") == ""
        assert neighbour.codes == []
    assert not wrong, f"(said, wanted): {wrong}"
    assert tavle.web() == process, "the process did not live through it"
    printed = tavle.printed[begin:]
    assert "Traceback" not in printed
    assert "ERROR" not in printed, printed[-2_000:]
    print(f"{len(BYTES)} bad frames")


async def test_T12_P13_what_is_refused_or_dropped_ends_nothing(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    begin = len(tavle.printed)
    one = await join(tavle.base, made["code"])
    for name, data in HARMLESS.items():
        raw = await Raw(tavle.port).enter(one)
        raw.send(data + packed(["ping", 7]) + frame((1000).to_bytes(2), opcode=8))
        assert await raw.ended() == 1000, name
        await raw.close()
    assert "ERROR" not in tavle.printed[begin:]


@pytest.mark.parametrize(
    "request_bytes",
    [
        UPGRADE.replace(b"Version: 13", b"Version: 12") % (b"b", b"x"),
        UPGRADE.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"") % (b"b", b"x"),
        UPGRADE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"a" * 5_000) % (b"b", b"x"),
        UPGRADE.replace(b"/ws/", b"/else/") % (b"b", b"x"),
        UPGRADE % (b"\xc3\xb8", b"x"),
        UPGRADE % (b"%ff%00", b"x"),
        UPGRADE % (b"b", b"x\xff"),
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST /api/look HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
    ],
    ids=[
        "another version",
        "no key",
        "a long key",
        "another path",
        "a path not ASCII",
        "a path of escapes",
        "a host not ASCII",
        "a negative length",
        "HTTP 9.9",
        "TLS",
        "a coding that is none",
        "a long address",
        "many headers",
    ],
)
async def test_T12_a_bad_handshake_is_turned_down(tavle: Running, request_bytes: bytes) -> None:
    begin, process = len(tavle.printed), tavle.web()
    raw = Raw(tavle.port)
    try:
        first = await raw.open(request_bytes)
        assert b" 500 " not in first
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        pass  # closed without a word
    finally:
        await raw.close()
    assert (await call(tavle.base, "/health")).status == 200
    assert tavle.web() == process
    printed = tavle.printed[begin:]
    assert "Traceback" not in printed
    assert "ERROR" not in printed, printed[-2_000:]


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"protocol": 1}, Close.PROTOCOL),
        ({"protocol": 1, "board": "b", "new": None}, Close.PROTOCOL),
        ({"protocol": 2**62}, Close.PROTOCOL),
        ({"protocol": "2"}, Close.BAD_FRAME),
        ({"tab": "kort"}, Close.BAD_FRAME),
        ({"tab": "ø" * 16}, Close.BAD_FRAME),
        ({"tab": "t" * 25}, Close.BAD_FRAME),
        ({"token": ""}, Close.NO_ACCESS),
        ({"token": "x" * 15_000}, Close.NO_ACCESS),
        ({"token": None}, Close.BAD_FRAME),
        ({"board": "b" * 22}, Close.BAD_FRAME),
        ({"more": None}, Close.BAD_FRAME),
        ({"protocol": True}, Close.BAD_FRAME),
        *(({"seen": seen}, Close.BAD_FRAME) for seen in (-5, 2**53, True, "5", None, 1.5)),
    ],
)
async def test_T12_a_hello_that_is_wrong_has_its_code(tavle: Running, hello: dict[str, Any], code: Close) -> None:
    made = await new_workshop(tavle.base)
    about = {"protocol": 3, "token": made["token"], "tab": "t" * 16, "seen": 0, **hello}
    raw = Raw(tavle.port)
    await raw.open(upgrade(made["board"]))
    raw.send(packed(["hello", about]))
    assert await raw.ended() == code
    assert all(kind[0] == "bye" for kind in raw.frames)
    await raw.close()


@pytest.mark.parametrize(
    "board", ["__proto__", "constructor", "*", "x%7D:log%0D%0AFLUSHALL%0D%0A", "y" * 4_000, "a/b", "%2e%2e%2fx", "%00"]
)
async def test_T12_a_board_that_cannot_be_is_gone(tavle: Running, board: str) -> None:
    made = await new_workshop(tavle.base)
    raw = Raw(tavle.port)
    assert b" 101 " in await raw.open(upgrade(board))
    raw.send(packed(["hello", {"protocol": 3, "token": made["token"], "tab": "t" * 16, "seen": 0}]))
    assert await raw.ended() == Close.GONE
    await raw.close()


@pytest.mark.parametrize("path", [b"/ws", b"/ws/"])
async def test_P5_an_address_of_protocol_1_is_told_to_reload(tavle: Running, path: bytes) -> None:
    raw = Raw(tavle.port)
    assert b" 101 " in await raw.open(upgrade("b").replace(b"/ws/b", path))
    about = {"protocol": 1, "board": "b", "token": "t", "tab": "t" * 16, "seen": 0}
    raw.send(packed(["hello", about]))
    assert await raw.ended() == Close.PROTOCOL
    await raw.close()


@pytest.mark.parametrize("odd", [{"seen": True}, {"seen": 2**64 - 1}, {"protocol": True}], ids=str)
async def test_T12_an_odd_hello_never_stops_the_workshop(tavle: Running, odd: dict[str, Any]) -> None:
    """Found here: `seen: true` passed for a number, and the room tried to store its entry for ever."""
    begin = len(tavle.printed)
    made = await new_workshop(tavle.base)
    bo = await join(tavle.base, made["code"])
    raw = Raw(tavle.port)
    await raw.open(upgrade(made["board"]))
    about = {"protocol": 3, "token": bo["token"], "tab": "t" * 16, "seen": 0, **odd}
    raw.send(frame(msgpack.packb(["hello", about])) + frame(msgpack.packb(["op", 1, "name", {"name": "Bo"}])))
    async with crowd([Member(tavle.base, made)]) as (lead,):
        assert await lead.do("setup", title="videre") == ""
    await raw.close()
    assert "raised an exception" not in tavle.printed[begin:]


VALUES = whatever_packs(most=20)
OPS = st.tuples(
    st.just("op"), st.integers(1, 2**53), st.sampled_from(["write", "edit", "place", "turn", "groups", "x"]), VALUES
)
CODES = {0, BAD, PROTOCOL_ERROR, TOO_BIG, 1000, 1005}


async def test_T12_random_bytes_and_values_harm_nobody(tavle: Running) -> None:
    """Random bytes after a hello, random values as ops: each is answered or its connection is closed, and no other."""
    made = await new_workshop(tavle.base)
    victim = await join(tavle.base, made["code"])
    begin, process = len(tavle.printed), tavle.web()
    said: list[int] = []
    found: list[list[bytes]] = []

    @examples(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.binary(max_size=200) | VALUES.map(msgpack.packb) | OPS.map(msgpack.packb), min_size=1, max_size=4)
    )
    def collect(messages: list[bytes]) -> None:
        found.append(messages)

    collect()
    async with crowd([Member(tavle.base, made)]) as (neighbour,):
        for number, messages in enumerate(found):
            raw = await Raw(tavle.port).enter(victim)
            raw.send(b"".join(map(frame, messages)) + frame((1000).to_bytes(2), opcode=8))
            said.append(await raw.ended())
            await raw.close()
            if number % 10 == 0:
                assert await neighbour.do("setup", title=f"nr {number}") == ""
        assert neighbour.codes == []
    assert set(said) <= CODES, set(said)
    assert tavle.web() == process
    assert "ERROR" not in tavle.printed[begin:], tavle.printed[begin:][-2_000:]
    print(f"{len(said)} conversations, codes {sorted(set(said))}")
