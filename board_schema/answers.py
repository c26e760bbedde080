"""Which ops of a tab have been answered, so that each op is done exactly once and never acked without being done.

A tab numbers its ops upward and may skip numbers. For each used number the board keeps a short digest of the op,
until the tab says that it has received the answer (`seen`). A used number with the same op is a resend and is answered
again; any other number that is not new is out of order.

What may not live here: what an op means (decide), and what its events do (fold).
"""

from hashlib import blake2b
from typing import Literal

from msgspec.structs import replace

from board_schema.board import MAX_TABS, Board, Tab
from board_schema.events import Entry, OpRefused

MAX_DIGESTS = 200
DIGEST_BYTES = 4

Use = Literal["new", "again", "out_of_order"]


def op_digest(tab: str, name: object, args: object) -> int:
    """A short digest of an op, never 0; the order of the keys in `args` makes no difference.

    It is keyed with the tab's name.
    """
    try:
        said = repr((name, sorted(args.items(), key=repr) if isinstance(args, dict) else args))
    except RecursionError:
        said = "nested too deep"
    key = tab.encode("utf-8", "backslashreplace")[:64]
    digest = blake2b(said.encode("utf-8", "backslashreplace"), key=key, digest_size=DIGEST_BYTES).digest()
    return int.from_bytes(digest) or 1


def use_of(board: Board, tab: str, n: int, digest: int) -> Use:
    """Whether number n, sent with an op of that digest, is new, a resend, or out of order (O8)."""
    kept = board.tab(tab)
    if kept is None or n > kept.n:
        return "new"
    return "again" if n <= kept.trusted or kept.digests.get(n) == digest else "out_of_order"


def seen(board: Board, tab: str, n: int) -> bool:
    """Whether number n of a tab is at or below its highest: answered, or skipped."""
    kept = board.tab(tab)
    return kept is not None and n <= kept.n


def refusals(board: Board, tab: str) -> dict[int, str]:
    """The refusals that the tab has not confirmed with `seen`: op number to reason (O3)."""
    kept = board.tab(tab)
    return {} if kept is None else kept.refused


def answered(board: Board, entry: Entry) -> Board:
    """The board with the answer to the op of `entry`, without refusals and digests that the tab has confirmed.

    The tab is moved to the end of the map, so that the first one is the least recently used and is dropped first. A
    sealed board keeps no answers (R14).
    """
    if board.sealed:
        return board
    kept = board.tab(entry.tab) or Tab(pid=entry.pid)
    refused = {n: reason for n, reason in kept.refused.items() if n > entry.seen}
    refused |= {event.n: event.reason for event in entry.events if isinstance(event, OpRefused)}
    tabs = dict(board.tabs)
    if tabs.pop(entry.tab, None) is None:
        mine = [tab for tab, state in board.tabs.items() if state.pid == entry.pid]
        for old in mine[: max(0, len(mine) + 1 - MAX_TABS)]:
            del tabs[old]
    tabs[entry.tab] = Tab(
        pid=kept.pid,
        n=max(kept.n, entry.n),
        refused=refused,
        digests=_digests(kept, entry),
        # Written by a release without digests: any op with such a number counts as a resend.
        trusted=kept.trusted if entry.digest else max(kept.trusted, entry.n),
    )
    return replace(board, tabs=tabs)


def _digests(kept: Tab, entry: Entry) -> dict[int, int]:
    found = kept.digests
    if found and (len(found) >= MAX_DIGESTS or next(iter(found)) <= entry.seen):  # ordered by number
        found = {n: digest for n, digest in list(found.items())[1 - MAX_DIGESTS :] if n > entry.seen}
    return {**found, entry.n: entry.digest} if entry.digest else found
