"""Emoji on posters: the fonts that have them, and whether a board has some that no font here can draw.

What may not live here: drawing (poster.py). This module is imported by web processes: nothing slow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FAMILIES: Final = ("Noto Color Emoji", "Noto Emoji", "Apple Color Emoji")
FOLDERS: Final = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/google-noto-color-emoji-fonts",
    "/usr/share/fonts/noto-emoji",
    "/usr/share/fonts/noto",
    "/opt/homebrew/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
# Pictures that the bundled fonts lack; arrows, hearts and similar symbols are in them.
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\u26b3-\u26ff\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0]"
)


@cache
def have_font() -> bool:
    """Whether a font with emoji lies in one of the usual folders."""
    return any("emoji" in file.name.lower() for folder in FOLDERS for file in Path(folder).glob("*mo*.tt[cf]"))


def lacking(view: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a view has emoji in its texts, and no font here can draw them."""
    if have_font():
        return False
    return any(
        _EMOJI.search(str(record.get(field, ""))) for record in view.values() for field in ("text", "title", "venue")
    )
