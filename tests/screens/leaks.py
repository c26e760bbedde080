"""The leak recorder: records everything that reaches a browser or the server's log, and checks who may see it.

A canary is a note's text with a word that occurs nowhere else. Until it is shown, it may stand on its author's
connection only; once shown, it must have come to all it was shown to. Frames are searched raw and decoded.

What may not live here: an act on a page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgpack

# Keys that would say who wrote something, or that name the server's own ids.
TELLING = {"author", "pid", "writer", "by"}


@dataclass(eq=False)
class Piece:
    """Some bytes that came to, or went from, a browser."""

    who: str
    kind: str  # frame, body, head, address
    way: str  # in, out
    data: bytes
    about: str = ""

    @cached_property
    def frame(self) -> Any:
        """What a frame holds, decoded."""
        return msgpack.unpackb(self.data, raw=False, strict_map_key=False)


@dataclass
class Canary:
    """A text that must not fly too early."""

    word: str
    text: str
    author: str
    knows: set[str] = field(default_factory=set)

    @property
    def needles(self) -> list[bytes]:
        """The word as it may stand in bytes: plain, and as JSON or a page would write it."""
        return [self.word.encode()]


class Leaks:
    """What everybody was sent; and the canaries, with who may know them."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.canaries: list[Canary] = []
        self.logs: list[Callable[[], bytes]] = []

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)

    def canary(self, text: str, author: str, *knows: str) -> Canary:
        """A new text that only its author (and `knows`) may see as yet."""
        # Letters only: eight digits in a row are asked about as a telephone number before they are saved.
        word = "kanarie" + "".join(secrets.choice("abcdefgh") for _ in range(10))
        made = Canary(word=word, text=f"{text} {word}", author=author, knows={author, *knows})
        self.canaries.append(made)
        return made

    def may_know(self, canary: Canary, *people: str) -> None:
        """From now on these may see it, as it will be shown to them; nobody of them had it before."""
        self.check(canary)
        canary.knows |= set(people)

    def reached(self, canary: Canary) -> set[str]:
        """Whose browsers were sent it."""
        return {piece.who for piece in self.pieces if piece.way == "in" and _holds(piece, canary)}

    def check(self, *canaries: Canary) -> None:
        """Nobody was sent a canary that may not know it; and no log ever holds one."""
        for canary in canaries or self.canaries:
            early = self.reached(canary) - canary.knows
            assert not early, (
                f"{canary.text!r} by {canary.author} leaked to {sorted(early)}: {self._where(canary, early)}"
            )
        for log in self.logs:
            printed = log()
            for canary in canaries or self.canaries:
                assert canary.word.encode() not in printed, f"{canary.text!r} stands in the server's log"

    def settle(self) -> None:
        """At the end: nothing leaked, and the recorder did see each canary with all that were to know it."""
        self.check()
        for canary in self.canaries:
            reached = self.reached(canary)
            missing = canary.knows - reached
            assert not missing, f"{canary.text!r} by {canary.author} never came to {sorted(missing)}"
        self.nameless()
        self.no_secrets()

    def nameless(self) -> None:
        """No record says who wrote a note; no seat stands in a note."""
        seats = {name[5:] for piece, name, _ in self.records() if name.startswith("seat:")}
        for piece, name, record in self.records():
            keys, values = set(_keys(record)), set(_texts(record))
            assert not keys & TELLING, f"{piece.who} was sent {name} with {sorted(keys & TELLING)}"
            if name.startswith(("note:", "row:", "bin:")):
                here = (values | {name.partition(":")[2]}) & seats
                assert not here, f"{piece.who} was sent {name} with the seat {here}"
                assert "mine" not in keys, f"{piece.who} was sent 'mine' in the audience layer: {name}"

    def no_secrets(self) -> None:
        """No token stands in an address or in the server's log."""
        tokens = {token for piece in self.pieces for token in _tokens(piece)}
        frames = any(piece.kind == "frame" for piece in self.pieces)
        assert tokens or not frames, "the recorder saw no token at all, so it sees too little"
        for piece in self.pieces:
            if piece.kind == "address":
                assert not [token for token in tokens if token in piece.data], f"a token stands in {piece.data!r}"
        for log in self.logs:
            printed = log()
            assert not [token for token in tokens if token in printed], "a token stands in the server's log"

    def records(self) -> Iterator[tuple[Piece, str, Any]]:
        """Every record that was sent to anybody."""
        for piece in self.pieces:
            if piece.kind != "frame" or piece.way != "in":
                continue
            frame = piece.frame
            if frame[0] in ("patch", "mine"):
                for name, record in frame[2].items():
                    yield piece, name, record

    def _where(self, canary: Canary, people: set[str]) -> list[str]:
        found = [piece for piece in self.pieces if piece.who in people and piece.way == "in" and _holds(piece, canary)]
        return [f"{piece.who} {piece.kind} {piece.about} {piece.data[:300]!r}" for piece in found[:3]]


def _holds(piece: Piece, canary: Canary) -> bool:
    if any(needle in piece.data for needle in canary.needles):
        return True
    return piece.kind == "frame" and any(canary.word in text for text in _texts(piece.frame))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _keys(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _keys(inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _tokens(piece: Piece) -> Iterator[bytes]:
    """The tokens that a browser said hello with, which are all that are in use."""
    if piece.kind == "frame" and piece.way == "out":
        frame = piece.frame
        if frame[0] == "hello" and "token" in frame[1]:  # a try whether WebSockets pass says none
            yield frame[1]["token"].encode()
