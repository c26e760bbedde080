"""The colours of notes, the same as on screens (look.js). What may not live here: how a colour looks."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

COLORS: Final = ("yellow", "coral", "sky", "mint", "lilac")
# In a workshop where the colour of some lanes has a meaning: near to each other, and none of a lane's.
CALM: Final = ("yellow", "straw", "honey")


def color_of(key: str, *, lane: str, calm: bool) -> str:
    """The name of a note's colour: its lane's (empty for none), else one from its id."""
    family = CALM if calm else COLORS
    return lane or family[steady(key) % len(family)]


@lru_cache(maxsize=8192)
def steady(text: str) -> int:
    """A hash of a text: the same function as `steady` in static/js/notes/look.js."""
    number = 2166136261
    for letter in text:
        number = (number ^ ord(letter)) * 16777619 & 0xFFFFFFFF
    return number ^ number >> 15
