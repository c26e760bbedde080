"""The methods of this house: their files, and what the front page says of them.

What may not live here: what a method means (board_schema knows), and boards: each keeps the text
of the method that it was made with (M3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from board_schema.method import Method, Sheet
from board_schema.method_file import LARGEST, MethodError, parse


@dataclass(frozen=True, slots=True)
class InstalledMethod:
    """A method of this house: its text as a new board keeps it (M3), and what it says."""

    text: str
    method: Method


def in_order(installed: Mapping[str, InstalledMethod]) -> list[InstalledMethod]:
    return sorted(installed.values(), key=lambda each: (each.method.order, each.method.id))


def card(method: Method) -> dict[str, Any]:
    """What the front page says of a method. The facilitator's notes stay with the boards."""
    whole: dict[str, Any] = msgspec.to_builtins(method)
    names = ("id", "title", "pitch", "people", "minutes", "heading", "leader")
    card = {name: whole[name] for name in names}
    card |= {f"leader_{name}": whole[f"leader_{name}"] for name in ("question", "part", "listen", "told")}
    card["sheets"] = [_drawn(sheet) for sheet in method.sheets]
    card["rounds"] = len(method.rounds)
    return card


def _drawn(sheet: Sheet) -> dict[str, Any]:
    """What a drawing of a sheet needs, and the years that a new board proposes."""
    lanes = [{"id": lane.id, "color": lane.color, "points_to": lane.points_to} for lane in sheet.lanes]
    return {"form": sheet.form, "per_group": sheet.per_group, "back": sheet.back, "lanes": lanes}


def installed_methods(built_in: Path, own: Path | None = None) -> tuple[dict[str, InstalledMethod], list[MethodError]]:
    """The methods of this house, by id: ours, and those of the house's own folder.

    Of its own files one that is wrong is left out and stands among the errors (M1): a slip of the keyboard closes
    nobody's house. None of them takes the place of another, least of all of ours. Raises MethodError or OSError for a
    file of ours.
    """
    found = {}
    for path in sorted(built_in.glob("*.toml")):
        text, method = _read(path)
        found[method.id] = InstalledMethod(text, method)
    places: dict[str, str] = dict.fromkeys(found, "one of Tavle's own methods")
    wrong: list[MethodError] = []
    for path in [] if own is None else sorted(own.glob("*.toml")):
        try:
            text, method = _read(path)
            if (taken := places.get(method.id)) is not None:
                line = next((i for i, row in enumerate(text.split("\n"), 1) if row.lstrip().startswith("id")), 1)
                problem = f"`{method.id}` is the id of {taken}: choose another"
                raise MethodError(file=str(path), line=line, field="id", problem=problem)
        except MethodError as problem:
            wrong.append(problem)
        except OSError as problem:
            wrong.append(_unreadable(path, problem.strerror or type(problem).__name__))
        else:
            found[method.id] = InstalledMethod(text, method)
            places[method.id] = path.name
    return found, wrong


def _read(path: Path) -> tuple[str, Method]:
    # A folder or a pipe of that name is not opened: it might never end.
    if path.exists() and not path.is_file():
        raise _unreadable(path, "it is no file")
    with path.open("rb") as file:
        data = file.read(4 * LARGEST + 1)
    try:
        text = data.decode("utf-8-sig")  # some editors put a mark before the text
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise MethodError(
            file=str(path), line=line, field="the file", problem="is not UTF-8: save it in that encoding"
        ) from None
    text = text.replace("\r\n", "\n")
    return text, parse(text, file=str(path))


def _unreadable(path: Path, why: str) -> MethodError:
    return MethodError(file=str(path), line=1, field="the file", problem=f"cannot be read ({why})")
