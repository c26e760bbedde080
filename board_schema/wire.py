"""The wire format: frame names, close codes, packing and unpacking. The only module that imports msgpack.

The meaning of frames is in SPEC 7. Entries of a board's log and snapshots are packed here too. What may not live here:
decisions about what a frame does.
"""

import math
from enum import IntEnum
from typing import Any, Final, NamedTuple, TypeGuard

import msgpack
import msgspec
from msgspec.structs import replace

from board_schema import schema
from board_schema.board import Board
from board_schema.events import Entry
from board_schema.patch import Patch
from board_schema.shares import shares_of
from board_schema.stacks import holders_of

PROTOCOL: Final = 3
MAX_FRAME: Final = 16 * 1024
HELLO_WITHIN: Final = 5_000
TICK: Final = 33
OPS_PER_SECOND: Final = 20
OPS_BURST: Final = 40
MOST_WORDS: Final = 3  # that one person shows at a time
WORD_LIMIT: Final = 40  # characters of one that was typed


class Close(IntEnum):
    """Close codes: after 4000-4499 a client reconnects, after 4500-4999 it does not (P5)."""

    RESTART = 4000
    SLOW = 4001
    STORE_AWAY = 4002
    TOO_FAST = 4003
    NO_HELLO = 4004
    BAD_FRAME = 4500
    PROTOCOL = 4501
    NO_ACCESS = 4502
    REMOVED = 4503
    GONE = 4504
    ORIGIN = 4505
    REPLACED = 4507
    OVER = 4508


class BadFrame(ValueError):
    """Bytes that are no frame of this protocol (or, from the store, no entry or snapshot)."""


class NewerRelease(BadFrame):
    """Stored by a later release than this one. The message holds nothing of what is stored."""


class Hello(NamedTuple):
    """The first frame. With another protocol number the other fields are not read, and are empty."""

    protocol: int
    token: str
    tab: str
    seen: int


class Op(NamedTuple):
    n: int
    name: object
    args: object


class Drag(NamedTuple):
    note: str
    x: float | None
    y: float | None


class Ping(NamedTuple):
    t: int | float


class Words(NamedTuple):
    """The words that somebody shows now: numbers of declared ones, and typed ones. None: they show nothing."""

    said: tuple[int | str, ...]


Frame = Hello | Op | Drag | Ping | Words


# Packs the same bytes as msgpack in a third of the time. It has no limits for untrusted input: unpacking uses msgpack.
_ENCODER: Final = msgspec.msgpack.Encoder()


def pack(value: object) -> bytes:
    """Plain values as msgpack."""
    return _ENCODER.encode(value)


def unpack(data: bytes, *, surrogates: bool = False) -> Any:
    """Plain values from msgpack; raises BadFrame for all other input.

    Refused are also bytes, extension types, strings that are not UTF-8 (lone surrogates are accepted with
    `surrogates`), map keys that are no strings, and duplicate keys of a map.
    """
    try:
        return msgpack.unpackb(
            data,
            raw=False,
            unicode_errors="surrogatepass" if surrogates else "strict",
            strict_map_key=True,
            object_pairs_hook=_without_duplicates,
            max_str_len=MAX_FRAME,
            max_bin_len=0,
            max_ext_len=0,
            max_array_len=64,
            max_map_len=64,
        )
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        raise BadFrame(type(error).__name__) from error


def read(data: bytes) -> Frame | None:
    """Parse a client's frame; raises BadFrame for bytes that are no frame (P13).

    Returns None for an invalid drag, ping or words, which is dropped. An op whose number can be read is always returned
    as an `Op`, with None for what cannot be read and with lone surrogates left in, so that the op is refused and the
    connection stays open.
    """
    if len(data) > MAX_FRAME:
        raise BadFrame("too large")
    try:
        frame = unpack(data)
    except BadFrame:
        return _outline(data)
    match frame:
        case ["hello", dict() as about]:
            return _hello(about)
        case ["op", n, name, args] if _number(n):
            return Op(n, name, args)
        case ["op", n, *rest] if _number(n):
            return Op(n, rest[0] if rest else None, None)
        case ["drag", str(note), None, None]:
            return Drag(note, None, None)
        case ["drag", str(note), int() | float() as x, int() | float() as y] if 0 <= x <= 1 and 0 <= y <= 1:
            return Drag(note, float(x), float(y))
        case ["words", list() as said] if len(said) <= MOST_WORDS and all(map(_word, said)):
            return Words(tuple(said))
        case ["ping", int() | float() as t] if not isinstance(t, bool) and math.isfinite(t):
            return Ping(t)
        case ["drag" | "ping" | "words", *_]:
            return None
        case _:
            raise BadFrame("no such frame")


def _hello(about: dict[str, Any]) -> Hello:
    protocol = about.get("protocol")
    if not _whole(protocol):
        raise BadFrame("hello")
    if protocol != PROTOCOL:
        return Hello(protocol, "", "", 0)
    match about:
        case {"protocol": _, "token": str(token), "tab": str(tab), "seen": seen, **rest} if (
            not rest and _whole(seen) and 0 <= seen < 2**53 and 12 <= len(tab) <= 24 and tab.isascii()
        ):
            return Hello(protocol, token, tab, seen)
        case _:
            raise BadFrame("hello")


def _outline(data: bytes) -> Op | None:
    """Parse what can be read of msgpack that `unpack` refuses: an op's number, and more of it if possible.

    None for a drag, ping or words, which is dropped. Raises BadFrame for bytes that are not msgpack, and for other
    frames.
    """
    values = msgpack.Unpacker(raw=True, strict_map_key=False, max_buffer_size=MAX_FRAME)
    values.feed(data)
    try:
        length = values.read_array_header()
        kind = values.unpack() if length and data[values.tell() : values.tell() + 1] not in _BIN else None
        n = values.unpack() if kind == b"op" and length > 1 else None
        name_at = values.tell()
        for _ in range(length - (2 if n is not None else 1)):
            values.skip()
        whole = values.tell() == len(data)
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        raise BadFrame(type(error).__name__) from error
    if whole and _number(n):
        return Op(n, *_readable(data, name_at))
    if whole and kind in (b"drag", b"ping", b"words"):
        return None
    raise BadFrame("no such frame")


def _readable(data: bytes, name_at: int) -> tuple[object, object]:
    """Of an op that is not of plain values: its name and args where lone surrogates are all that is wrong with it,
    else its name and None; a name that cannot be read is None.
    """
    try:
        match unpack(data, surrogates=True):
            case ["op", _, name, args]:
                return name, args
    except BadFrame:
        pass
    values = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=MAX_FRAME)
    values.feed(data[name_at:])
    try:
        name = values.unpack()
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException):
        return None, None
    return (name if isinstance(name, str) else None), None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadFrame("a key twice")
    return made


def is_drag(data: bytes) -> bool:
    """Whether a packed frame is named drag; nothing else of it is read."""
    return data.startswith(_DRAG)


def is_ping(data: bytes) -> bool:
    """Whether a packed frame is named ping; nothing else of it is read."""
    return data.startswith(_PING)


def is_op(data: bytes) -> bool:
    """Whether a packed frame is named op; nothing else of it is read."""
    return data.startswith(_OP)


def _word(word: object) -> bool:
    """Whether that may be a word that somebody shows: the number of a declared one, or a text."""
    return (_whole(word) and 0 <= word < 1_000) or (isinstance(word, str) and len(word) <= 4 * WORD_LIMIT)


def _whole(n: object) -> TypeGuard[int]:
    return isinstance(n, int) and not isinstance(n, bool)


def _number(n: object) -> TypeGuard[int]:
    """Whether `n` is valid as an op's number."""
    return _whole(n) and 0 < n < 2**53


def welcome(*, time: int, seat: str, role: str, ack: int) -> bytes:
    """The answer to hello: server clock (ms), own seat and role, highest op folded for this tab."""
    return pack(["welcome", {"time": time, "seat": seat, "role": role, "ack": ack}])


def patch(version: int, change: Patch) -> bytes:
    """A change of the audience layer."""
    return pack(["patch", version, change.set, change.gone])


def mine(version: int, change: Patch) -> bytes:
    """A change of the personal layer."""
    return pack(["mine", version, change.set, change.gone])


def ack(n: int) -> bytes:
    """Every op up to n is answered."""
    return pack(["ack", n])


def refused(n: int, reason: str) -> bytes:
    """Op n was refused."""
    return pack(["refused", n, reason])


def here(seats: list[str]) -> bytes:
    """Seats with an open connection."""
    return pack(["here", seats])


def drag(note: str, spot: tuple[float, float] | None) -> bytes:
    """One drag as a part of a `drags` frame; `spot` None: it has ended."""
    return pack({note: spot})[1:]  # without the first byte, the header of a map with one key


def drags(moving: list[bytes]) -> bytes:
    """Live drags of others."""
    head: bytes = msgpack.Packer().pack_map_header(len(moving))
    return _DRAGS + head + b"".join(moving)


def words(said: dict[str, list[dict[str, str]]]) -> bytes:
    """The words that people show now, by seat, each in both languages; whole."""
    return pack(["words", said])


def trouble(what: str) -> bytes:
    """`store_away` while the store cannot be reached, or empty when it can again."""
    return pack(["trouble", what])


def pong(t: int | float) -> bytes:
    """The answer to a ping."""
    return pack(["pong", t])


def bye(code: Close) -> bytes:
    """The frame that is sent just before a close."""
    return pack(["bye", int(code), code.name.lower()])


def reset() -> bytes:
    """Tells the client to drop both layers: the next patch starts from an empty view (P3)."""
    return pack(["reset"])


_BIN = (b"\xc4", b"\xc5", b"\xc6")  # first bytes of msgpack's bin formats
_OP = b"\x94" + pack("op")
_DRAG = b"\x94" + pack("drag")
_PING = b"\x92" + pack("ping")
_DRAGS = b"\x92" + pack("drags")


_SCHEMA: Final = pack(schema.KEY) + pack(schema.NUMBER)
_ENTRIES: Final = msgspec.msgpack.Decoder(Entry)


def pack_entry(entry: Entry) -> bytes:
    """An entry as it is stored, with its schema number."""
    packed = _ENCODER.encode(entry)
    return bytes((packed[0] + 1,)) + _SCHEMA + packed[1:]  # a map with less than 15 fields: one field more


def unpack_entry(data: bytes) -> Entry:
    """An entry from the log, of this release or an earlier one.

    Raises BadFrame when the bytes are no entry, NewerRelease when a later release wrote them.
    """
    try:
        if data.startswith(_SCHEMA, 1):  # of this schema: no migration
            return _ENTRIES.decode(data)
        return msgspec.convert(schema.raise_entry(msgpack.unpackb(data, raw=False)), Entry)
    except schema.NewerSchema as error:
        raise NewerRelease(str(error)) from error
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        raise BadFrame(str(error)) from error


def pack_board(board: Board) -> bytes:
    """A snapshot as it is stored, with its schema number and without derived fields."""
    raw = msgspec.to_builtins(board)
    del raw["holders"], raw["shares"]
    return pack({schema.KEY: schema.NUMBER, **raw})


def unpack_board(data: bytes) -> Board:
    """A board from its snapshot, of this release or an earlier one.

    Raises BadFrame when the bytes are no snapshot, NewerRelease when a later release wrote them.
    """
    try:
        raw = schema.raise_board(msgpack.unpackb(data, raw=False, strict_map_key=False))
        board: Board = msgspec.convert(raw, Board)
        return replace(board, holders=holders_of(board.acts), shares=shares_of(board))
    except schema.NewerSchema as error:
        raise NewerRelease(str(error)) from error
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        raise BadFrame(str(error)) from error
