"""Commands of whoever runs the server: the house key and further keys, boards, backups, moving to another store.

They work while Tavle runs and without it; restoring and moving, only without. Boards are named by the short hash that
stands in the log; no title or text is shown.

What may not live here: the command line (run.py), and what the store does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shlex
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from board_schema import wire
from board_schema.board import Board
from board_schema.fold import fold
from server import store
from server.doors import access
from server.log import short
from server.process import backup
from server.process.announcement import base_url
from server.process.embedded import DataDirInUse, EmbeddedValkey
from server.process.housekey import new_key
from server.process.probe import NoAnswer, StoreError, answers, probe
from server.process.socket_folder import socket_of
from server.settings import Settings
from server.store import Credential, NoBoard, Store, StoreAway, copying
from server.store.house_keys import GivenKey
from server.terminal import typed

LEADER = "facilitator"

Act = Callable[[Store], Awaitable[str]]
"""Does something with the store, and returns what to print."""


def run(settings: Settings, act: Act, *, alone: bool = False) -> str:
    """Do something with the store of these settings. Raises StoreError.

    `alone`: not while a Tavle runs on the data folder.
    """

    async def do(url: str) -> str:
        async with _opened(url, settings) as shelf:
            return await act(shelf)

    with _address(settings, alone=alone) as url:
        try:
            return asyncio.run(do(url))
        except StoreAway as problem:
            raise StoreError(f"The store does not take this: {problem}.") from None


@contextlib.contextmanager
def _address(settings: Settings, *, alone: bool) -> Iterator[str]:
    """The store's address: an external one, the one of the Tavle that runs, or one started for this command."""
    if settings.redis_url is not None:
        probe(settings.redis_url)
        yield settings.redis_url
        return
    folder = settings.data_dir
    if not folder.is_dir() and not alone:
        raise StoreError(f"There is no data folder {folder}: name it with TAVLE_DATA.")
    if folder.is_dir() and hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise StoreError(f"The data folder {folder} belongs to another user: give this command as that user (sudo -u).")
    running = None if alone else socket_of(folder)
    if running is not None and answers(f"unix://{running}"):  # else nobody listens on it any more
        yield f"unix://{running}"
        return
    with contextlib.ExitStack() as stack:
        try:
            own = stack.enter_context(EmbeddedValkey(folder))
        except DataDirInUse as problem:
            if alone:
                raise
            said = str(problem).partition(":")[0]
            raise StoreError(f"{said}, but its store does not answer: its log says why.") from None
        yield own.url


@asynccontextmanager
async def _opened(url: str, settings: Settings) -> AsyncIterator[Store]:
    shelf = store.connect(url, replicas=settings.wait_replicas, embedded=settings.embedded)
    try:
        yield shelf
    finally:
        await shelf.close()


def check_whole(settings: Settings) -> None:
    """Raises StoreError when the store at `redis_url` was filled from elsewhere and that was cut off; NoAnswer."""

    async def do(url: str) -> None:
        async with _opened(url, settings) as shelf:
            await backup.check_whole(shelf)

    assert settings.redis_url is not None
    try:
        asyncio.run(do(settings.redis_url))
    except StoreAway as problem:
        raise NoAnswer(f"The store cannot be read: {problem}.") from None


# -- keys -----------------------------------------------------------------------------------------


def show_key(settings: Settings, *, renew: bool) -> str:
    """The house key; with `renew` a new one, and the old one is invalid at once."""
    if settings.key:
        if renew:
            raise StoreError("TAVLE_KEY sets the house key: change it there.")
        return settings.key

    async def act(shelf: Store) -> str:
        if renew:
            await shelf.house_keys.replace(new_key())
        return await shelf.house_keys.first(new_key())

    return run(settings, act)


def list_keys(settings: Settings) -> str:
    """Name, day and use of every further key."""

    async def act(shelf: Store) -> str:
        rows = [
            f"{key.name:<24} {_day(key.made)}  {'create, metrics' if key.metrics else 'create'}"
            for key in await shelf.house_keys.every()
        ]
        return "\n".join(rows) or "There are no further keys."

    return run(settings, act)


def add_key(settings: Settings, name: str, *, metrics: bool) -> str:
    """Make a further key; it is shown this once."""
    if not name.strip() or len(name) > 60:
        raise StoreError("A key needs a name of at most 60 characters, such as the department's.")

    async def act(shelf: Store) -> str:
        made = new_key()
        key = GivenKey(name.strip(), access.key_digest(made), metrics, _now())
        if not await shelf.house_keys.add(key):
            raise StoreError(f"There is a key named {name.strip()!r}: withdraw it first, or choose another name.")
        return f"{made}\n(shown this once; `{typed()} keys withdraw {shlex.quote(key.name)}` makes it invalid)"

    return run(settings, act)


def withdraw_key(settings: Settings, name: str) -> str:
    """Make a further key invalid at once."""

    async def act(shelf: Store) -> str:
        if not await shelf.house_keys.withdraw(name.strip()):
            raise StoreError(f"There is no key named {name.strip()!r}.")
        return f"The key {name.strip()!r} is invalid now."

    return run(settings, act)


# -- boards ---------------------------------------------------------------------------------------


def list_boards(settings: Settings) -> str:
    """Every board: its short hash, method, state, people, and the days of its making, last use and deletion."""

    async def act(shelf: Store) -> str:
        rows = []
        for board_id in await copying.boards(shelf):
            try:
                board = await _folded(shelf, board_id)
            except NoBoard:
                continue
            if board is None:
                rows.append(f"{short(board_id)}  cannot be read by this release")
                continue
            state = "sealed" if board.sealed else "closed" if board.closed else "open"
            if board.rehearsal:
                state = "rehearsal"
            rows.append(
                f"{short(board_id)}  {board.method:<17} {state:<9} {len(board.present()):>4} people  "
                f"made {_day(board.made)}  last used {_day(board.last_at)}  to be deleted {_day(board.expires())}"
            )
        return "\n".join(rows) or "There are no workshops."

    return run(settings, act)


def delete_board(settings: Settings, name: str) -> str:
    """Delete the board with that short hash, for good; its open pages are told."""

    async def act(shelf: Store) -> str:
        await shelf.forget(await _named(shelf, name))
        return f"The workshop {name} is deleted."

    return run(settings, act)


def hand_over(settings: Settings, name: str) -> str:
    """A new way in for the facilitator of the board with that short hash; earlier ones stay valid."""

    async def act(shelf: Store) -> str:
        board_id = await _named(shelf, name)
        pids = [gives.pid for gives in (await shelf.credentials.every(board_id)).values() if gives.role == LEADER]
        if not pids:
            raise StoreError(f"The workshop {name} has no facilitator any more.")
        key = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        await shelf.credentials.add(board_id, digest=access.digest(key), gives=Credential(LEADER, pids[0]))
        return f"{base_url(settings)}/console/{board_id}#k={key}"

    return run(settings, act)


async def _named(shelf: Store, name: str) -> str:
    found = [board for board in await copying.boards(shelf) if short(board) == name.strip().lower()]
    if len(found) != 1:
        raise StoreError(f"There is no workshop {name}: `{typed()} boards` lists them.")
    return found[0]


async def _folded(shelf: Store, board_id: str) -> Board | None:
    """The board as it is stored; None for one that this release cannot read."""
    loaded = await shelf.load(board_id)
    try:
        board = Board() if loaded.snapshot is None else wire.unpack_board(loaded.snapshot)
        for entry in loaded.entries:
            board = fold(board, entry.version, wire.unpack_entry(entry.data))
    except Exception:
        return None
    return board


# -- backups and moving ---------------------------------------------------------------------------


def back_up(settings: Settings, path: Path) -> str:
    """Write everything that the store holds now into a file."""

    async def act(shelf: Store) -> str:
        count = await backup.write(shelf, path)
        return f"{_workshops(count)} in {path}. Keep it as safe as the server: it holds what people wrote."

    return run(settings, act)


def restore(settings: Settings, path: Path) -> str:
    """Fill a store that holds no workshops from a backup. Tavle must not run meanwhile."""

    async def act(shelf: Store) -> str:
        return f"{_workshops(await backup.read(shelf, path))} back."

    return run(settings, act, alone=True)


def move(settings: Settings, *, target: Settings) -> str:
    """Copy everything into another store that holds no workshops. Tavle must not run meanwhile; nothing is deleted."""

    async def act(shelf: Store) -> str:
        await backup.check_whole(shelf)
        everything = [board async for board in copying.each(shelf)]
        installation = await copying.installation(shelf)
        with _address(target, alone=True) as url:
            async with _opened(url, target) as there:
                await backup.put(there, installation, everything)
        return f"{_workshops(len(everything))} copied. Start Tavle with the new store, then delete the old one."

    return run(settings, act, alone=True)


def _workshops(count: int) -> str:
    return f"{backup.counted(count)} {'is' if count == 1 else 'are'}"


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(at / 1000)) if at else "-"


def _now() -> int:
    return time.time_ns() // 1_000_000
