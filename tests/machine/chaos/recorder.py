"""Every byte that anybody is sent, and the search for what they must not hold (promise 1, V3).

Sockets, lines over HTTP, HTTP answers with their headers, and the log are searched raw; frames and packed bodies once
more after unpacking, since a text may be cut in two by an escape.

What may not live here: who may see what. A test says it of each canary.
"""

from __future__ import annotations

import gzip
import io
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgpack
import pypdf

from tests.machine.lines import Line
from tests.machine.talk import Reply, Tab, call


def canary() -> str:
    """A text that stands nowhere else: letters and a Danish one, so that escapes are met too."""
    return f"kanarifugl{secrets.token_hex(6)}ø"


def strings(value: Any) -> Iterator[str]:
    """Every text in a decoded value, keys included."""
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield from strings(key)
                yield from strings(inner)
        case list() | tuple():
            for inner in value:
                yield from strings(inner)


def texts_of(reply: Reply) -> str:
    """What a body says, whatever it is packed in."""
    kind = reply.headers.get("content-type", "")
    body = gzip.decompress(reply.body) if reply.headers.get("content-encoding") == "gzip" else reply.body
    if kind.startswith("application/pdf"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages).replace("\n", "")
    if kind.startswith("application/json") and body:
        return "\n".join(strings(json.loads(body)))
    return body.decode("utf-8", "replace")


@dataclass
class Ear:
    """What one person (or the wall, or the log) has been sent, in order."""

    name: str
    tabs: list[Tab] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def hears(self, word: str) -> bool:
        """Whether a text is anywhere in it, raw or unpacked."""
        raw = word.encode()
        escaped = json.dumps(word)[1:-1].encode()
        for tab in self.tabs:
            if isinstance(tab, Line) and any(raw in head for head in tab.heads):
                return True
            for data in tab.raw:
                if raw in data or any(word in text for text in strings(msgpack.unpackb(data))):
                    return True
        for reply in self.replies:
            packed = json.dumps(reply.headers, ensure_ascii=False).encode() + reply.body
            if raw in packed or escaped in packed or word in texts_of(reply):
                return True
        return False

    @property
    def size(self) -> int:
        return sum(len(data) for tab in self.tabs for data in tab.raw) + sum(len(r.body) for r in self.replies)


class Recorder:
    """The ears of one workshop."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.ears: dict[str, Ear] = {}

    def ear(self, name: str) -> Ear:
        return self.ears.setdefault(name, Ear(name))

    async def call(self, name: str, path: str, **more: Any) -> Reply:
        """An HTTP call whose answer that person hears."""
        reply = await call(self.base, path, **more)
        self.ear(name).replies.append(reply)
        return reply

    async def tab(self, name: str, joined: dict[str, Any], *, way: str = "") -> Tab:
        """A connection of that person: a WebSocket, or a line over HTTP by its `way` (`open`, `poll`)."""
        if way:
            tab: Tab = Line(self.base, joined["board"], joined["token"], way=way)
        else:
            tab = Tab(self.base, joined["board"], joined["token"])
        self.ear(name).tabs.append(tab)
        return await tab.open()

    def heard_by(self, word: str) -> set[str]:
        """Who has been sent a text so far."""
        return {name for name, ear in self.ears.items() if ear.hears(word)}
