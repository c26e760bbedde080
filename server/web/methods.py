"""The installed methods: their files, and their cards on the front page.

What may not live here: the meaning of a method (board_schema), and methods of boards: each board keeps the text of the
method that it was created with (M3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from board_schema.method import Deck, Method, Sheet
from board_schema.method_file import LARGEST, MethodError, has_deck, parse, parse_deck, with_decks

BUILT_IN = Path(__file__).parents[2] / "board_schema" / "methods"
MOST_DECKS = 12  # deck files of the house's own: boards store them with their method
MOST_CARDS = 16_000  # characters of a deck file
MOST_FILES = 100  # method files of the house's own, so that a start takes seconds whatever lies in the folder


@dataclass(frozen=True, slots=True)
class InstalledMethod:
    """An installed method: its text, which a new board stores (M3), and the parsed method."""

    text: str
    method: Method

    @property
    def id(self) -> str:
        """The method's."""
        return self.method.id


Found = TypeVar("Found", InstalledMethod, Deck)


def in_order(installed: Mapping[str, InstalledMethod]) -> list[InstalledMethod]:
    return sorted(installed.values(), key=lambda each: (each.method.order, each.method.id))


def card(method: Method) -> dict[str, Any]:
    """A method's card for the front page (SPEC 9), without the facilitator's texts."""
    whole: dict[str, Any] = msgspec.to_builtins(method)
    names = ("id", "title", "kind", "asks", "pitch", "unless", "people", "minutes", "before", "heading", "leader")
    card = {name: whole[name] for name in names}
    card |= {f"leader_{name}": whole[f"leader_{name}"] for name in ("question", "part", "listen", "told")}
    # What a workshop takes with it looks alike in all of them.
    picks = method.picks.id if method.picks else ""
    card["sheets"] = [_drawn(sheet) for sheet in method.sheets if sheet.id != picks]
    card["rounds"] = len(method.rounds)
    return card


def _drawn(sheet: Sheet) -> dict[str, Any]:
    """What the front page needs of a sheet: for its drawing, and `back` for the proposed years (0: it has none)."""
    return {
        "form": sheet.form,
        "per_group": sheet.per_group,
        "scale": sheet.scale,
        "back": sheet.back,
        "lanes": [{"id": lane.id, "color": lane.color} for lane in sheet.lanes if not lane.answers],
        "links": [{"from": list(kind.starts), "to": list(kind.ends)} for kind in sheet.links],
    }


def installed_methods(built_in: Path, own: Path | None = None) -> tuple[dict[str, InstalledMethod], list[MethodError]]:
    """The methods by id, built-in ones and those of the folder `own`, and the errors of files that cannot be used.

    A wrong file in `own` is left out and its error returned, so that the server starts all the same (M1). No file may
    use the id of another method. Methods with cards get the decks that lie beside `built_in` and in `own`/decks, which
    are treated in the same way (M6). Raises MethodError or OSError for a built-in file.
    """
    decks, wrong = installed_decks(built_in.parent / "decks", None if own is None else own / "decks")
    found, more = _installed(built_in, own, lambda path: _read(path, decks), most=MOST_FILES, what="method")
    return {each.id: each for each in found}, wrong + more


def installed_decks(built_in: Path, own: Path | None) -> tuple[list[Deck], list[MethodError]]:
    """All decks, built-in ones first, and the errors of files in `own` that cannot be used."""
    return _installed(built_in, own, _read_deck, most=MOST_DECKS, what="deck")


def _read_deck(path: Path) -> Deck:
    text = _text(path)
    if len(text) > MOST_CARDS:
        problem = f"is longer than {MOST_CARDS} characters: make two decks of it"
        raise MethodError(file=str(path), line=1, field="the file", problem=problem)
    return parse_deck(text, file=str(path))


def _installed(
    built_in: Path, own: Path | None, read: Callable[[Path], Found], *, most: int, what: str
) -> tuple[list[Found], list[MethodError]]:
    """What two folders hold, each id once, built-in ones first, and the errors of files in `own` (of `most` files)."""
    found = [read(path) for path in sorted(built_in.glob("*.toml"))]
    places = dict.fromkeys((each.id for each in found), f"one of Tavle's own {what}s")
    wrong: list[MethodError] = []
    paths = [] if own is None else sorted(own.glob("*.toml"))
    for path in paths[:most]:
        try:
            each = read(path)
            if (taken := places.get(each.id)) is not None:
                raise _taken(path, each.id, taken)
        except MethodError as problem:
            wrong.append(problem)
        except OSError as problem:
            wrong.append(_unreadable(path, problem.strerror or type(problem).__name__))
        else:
            found.append(each)
            places[each.id] = path.name
    if len(paths) > most:
        wrong.append(_unreadable(paths[most], f"a folder may hold {most} {what} files; it is the next one"))
    return found, wrong


def _taken(path: Path, one: str, whose: str) -> MethodError:
    line = next((i for i, row in enumerate(_text(path).split("\n"), 1) if row.lstrip().startswith("id")), 1)
    return MethodError(file=str(path), line=line, field="id", problem=f"`{one}` is the id of {whose}: choose another")


def _read(path: Path, decks: list[Deck]) -> InstalledMethod:
    text = _text(path)
    if has_deck(text):
        text = with_decks(text, decks)
    return InstalledMethod(text, parse(text, file=str(path)))


def _text(path: Path) -> str:
    # A folder or a pipe is not opened: reading it might never end.
    if path.exists() and not path.is_file():
        raise _unreadable(path, "it is not a file")
    with path.open("rb") as file:
        data = file.read(4 * LARGEST + 1)
    try:
        text = data.decode("utf-8-sig")  # some editors put a byte-order mark before the text
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise MethodError(
            file=str(path), line=line, field="the file", problem="is not UTF-8: save it in that encoding"
        ) from None
    return text.replace("\r\n", "\n")


def _unreadable(path: Path, why: str) -> MethodError:
    return MethodError(file=str(path), line=1, field="the file", problem=f"cannot be read ({why})")
