"""The bare limit: a room server on `websockets` and uvloop that relays each message to everybody in the room.

No state, no rules, no storage: the best that any server built on this library could do. The other figures are
divided by its figure. What may not live here: anything that would make it more than that.

Usage: limit.py PORT
"""

import asyncio
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

rooms: dict[str, set[ServerConnection]] = {}


async def relay(connection: ServerConnection) -> None:
    """One member of a room, until it goes."""
    assert connection.request is not None
    room = rooms.setdefault(connection.request.path, set())
    room.add(connection)
    try:
        async for message in connection:
            broadcast(room, message)
    finally:
        room.discard(connection)


async def main() -> None:
    """Serve until the process is ended."""
    async with serve(relay, "127.0.0.1", int(sys.argv[1]), compression=None, backlog=4096):
        await asyncio.Future()


if __name__ == "__main__":
    uvloop.run(main())
