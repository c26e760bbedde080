"""All that the store holds, as plain values: for backups, and for moving to another store.

Each board is read in one transaction, so it is whole; what was deleted before is not in it. Which codes and links open
a board is read from the board's own list of them.

What may not live here: files (process/backup.py), and the meaning of entries.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from server.store import keys
from server.store.calls import Calls
from server.store.logs import Store
from server.store.types import NoBoard

Plain = dict[str, Any]
"""A board or the installation's own values: text, bytes, numbers, lists and maps of these."""

_HASHES = {"head": keys.head, "snapshot": keys.snapshot, "tokens": keys.tokens, "ways": keys.ways, "doors": keys.doors}


async def boards(store: Store) -> list[str]:
    """The ids of all boards, those first that expire first."""
    return [board.decode() for board in await store.calls.do("ZRANGE", keys.INDEX, 0, -1)]


async def installation(store: Store) -> Plain:
    """What belongs to no board: the secret of codes and links, and the keys for creating workshops."""
    do = store.calls.do
    return {
        "secret": await do("GET", keys.SECRET),
        "house_key": await do("GET", keys.HOUSE_KEY),
        "given_keys": await do("HGETALL", keys.GIVEN_KEYS),
    }


async def board(store: Store, board: str) -> Plain:
    """One board. Raises NoBoard."""
    *hashes, log = await store.calls.pipe(
        [*(("HGETALL", name(board)) for name in _HASHES.values()), ("XRANGE", keys.log(board), "-", "+")], whole=True
    )
    found: Plain = dict(zip(_HASHES, map(_as_map, hashes), strict=True))
    if not found["head"]:
        raise NoBoard(board)
    expires = await store.calls.do("ZSCORE", keys.INDEX, board)
    due = await store.calls.do("ZSCORE", keys.DUE, board)
    return {
        "id": board,
        **found,
        "log": [[key, _as_map(fields)] for key, fields in log],
        "expires": None if expires is None else int(float(expires)),
        "due": None if due is None else int(float(due)),
    }


async def each(store: Store) -> AsyncIterator[Plain]:
    """Every board, one after another; rehearsals are left out (H8), boards that keep nothing (R33), and one that is
    deleted meanwhile.
    """
    for name in await boards(store):
        if await store.rehearsals.of(name) is not None:
            continue
        try:
            plain = await board(store, name)
        except NoBoard:
            continue
        if b"ephemeral" not in plain["head"]:
            yield plain


async def unfinished(store: Store) -> set[str]:
    """The boards of a `fill` that was cut off: some of them are stored, whole or in part. Empty if none was."""
    return {board.decode() for board in await store.calls.do("SMEMBERS", keys.FILLING)}


async def fill(store: Store, installation: Plain, every: Sequence[Plain]) -> None:
    """Store the installation's values and boards. What an earlier `fill` left unfinished is deleted first."""
    if before := await unfinished(store):
        for left in before:
            await store.erase(left)
        await store.rewrite()
        await store.calls.write("DEL", keys.FILLING)
    if every:
        await store.calls.write("SADD", keys.FILLING, *(plain["id"] for plain in every))
    await put_installation(store, installation)
    for plain in every:
        await put_board(store, plain)
    await store.calls.write("DEL", keys.FILLING)


async def put_installation(store: Store, plain: Plain) -> None:
    """Store what `installation` gave, in place of what is there."""
    write = store.calls.write
    if plain["secret"]:
        await write("SET", keys.SECRET, plain["secret"])
    if plain["house_key"]:
        await write("SET", keys.HOUSE_KEY, plain["house_key"])
    await write("DEL", keys.GIVEN_KEYS)
    if plain["given_keys"]:
        await write("HSET", keys.GIVEN_KEYS, *_flat(plain["given_keys"]))


async def put_board(store: Store, plain: Plain) -> None:
    """Store a board in place of what is there under its id."""
    board, calls = plain["id"], store.calls
    commands: list[tuple[Any, ...]] = [("DEL", keys.log(board), *(name(board) for name in _HASHES.values()))]
    commands += [("HSET", name(board), *_flat(plain[what])) for what, name in _HASHES.items() if plain[what]]
    commands += [("XADD", keys.log(board), key, *_flat(fields)) for key, fields in plain["log"]]
    await calls.pipe(commands, whole=True)
    doors = plain["doors"]
    await calls.scatter(
        [("SET", keys.door(digest.decode()), role + b" " + board.encode()) for digest, role in doors.items()]
    )
    await _set_time(calls, keys.INDEX, board, plain["expires"])
    await _set_time(calls, keys.DUE, board, plain["due"])
    await store.confirm(board)


async def _set_time(calls: Calls, key: str, board: str, at: int | None) -> None:
    if at is not None:
        await calls.write("ZADD", key, at, board)


def _as_map(answer: Any) -> dict[bytes, bytes]:
    """A map from what Redis answers in a pipeline: a map already, or names and values in turn."""
    if isinstance(answer, dict):
        return answer
    words = list(answer)
    return dict(zip(words[::2], words[1::2], strict=True))


def _flat(pairs: dict[bytes, bytes]) -> list[bytes]:
    return [part for pair in pairs.items() for part in pair]
