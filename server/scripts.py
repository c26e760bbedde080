"""The methods of this house: their files, and what the front page says of them.

What may not live here: what a method means (board_schema knows), and boards: each keeps the text
of the method that it was made with (M3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from board_schema.method import Method, parse


@dataclass(frozen=True, slots=True)
class Script:
    """A method of this house: its text as a new board keeps it (M3), and what it says."""

    text: str
    method: Method


def in_order(scripts: Mapping[str, Script]) -> list[Script]:
    return sorted(scripts.values(), key=lambda script: (script.method.order, script.method.id))


def card(method: Method) -> dict[str, Any]:
    """What the front page says of a method. The facilitator's notes stay with the boards."""
    whole: dict[str, Any] = msgspec.to_builtins(method)
    names = ("id", "title", "pitch", "people", "minutes", "heading", "sheets", "leader")
    card = {name: whole[name] for name in names}
    card |= {f"leader_{name}": whole[f"leader_{name}"] for name in ("question", "part", "listen", "told")}
    said = ("id", "title", "minutes", "when_leader")
    card["rounds"] = [{name: item[name] for name in said} for item in whole["rounds"]]
    return card


def scripts_in(folders: Iterable[Path]) -> dict[str, Script]:
    """The methods in some folders, by id; a later folder's take the place of an earlier's.

    Raises MethodError for a file that is wrong (M1), and OSError.
    """
    found: dict[str, Script] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            text = path.read_text(encoding="utf-8")
            method = parse(text, file=str(path))
            found[method.id] = Script(text, method)
    return found
