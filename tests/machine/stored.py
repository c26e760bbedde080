"""Boards that were played over the rules, put into a store as a server would have left them.

What may not live here: how they are played (tests/rules).
"""

from __future__ import annotations

import secrets
import time

from board_schema import wire
from board_schema.board import DAY, IDLE_CLOSE
from server.doors import access
from server.store import Credential, Store
from tests.rules.play import Table, text_of

AT_ONCE = 100  # entries appended in one call
KEPT = 200  # entries that stay behind a snapshot


async def stored(shelf: Store, table: Table, *, snapshot: bool = True) -> dict[str, str]:
    """The board of a table of a bundled method, its log whole or trimmed behind a snapshot; tokens by who has them."""
    tokens = {who: access.text_of(secrets.token_bytes(16)) for who in table.actors}
    known = [(access.digest(tokens[who]), Credential(actor.role, actor.pid)) for who, actor in table.actors.items()]
    now, board = time.time_ns() // 1_000_000, table.board.id
    text = text_of(table.method.id)
    first, *others = table.log
    head = await shelf.create(
        board, method=text, entry=first, tokens=known, expires=now + DAY, due=now + IDLE_CLOSE
    )  # fmt: skip
    for at in range(0, len(others), AT_ONCE):
        head = await shelf.append(board, after=head, entries=others[at : at + AT_ONCE])
    if snapshot:
        await shelf.snapshot(board, at=head, data=wire.pack_board(table.board), keep=KEPT)
    return tokens
