"""Parses the text of a method file into a `Method`, or raises an error with file, line, field and what to write (M1).

What may not live here: opening files (`parse` takes the text), checks beyond types (`method_faults`), and what older
releases wrote (`method_older`).
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from board_schema import method_older
from board_schema.deck_faults import faults_of_deck
from board_schema.method import Deck, Method, Text
from board_schema.method_faults import faults_of

LARGEST = 256 * 1024  # characters of a file
T = TypeVar("T")
MOST_DOTS = 200  # in a line: the parser's memory grows with the square of a key's parts


class MethodError(ValueError):
    """A method file is wrong. The message names file, line and field and says what to write instead (M1)."""

    def __init__(self, *, file: str, line: int, field: str, problem: str) -> None:
        # One line without control characters, whatever the file holds, since people read the message in a log.
        field, problem = _shown(field), _shown(problem)
        self.file, self.line, self.field, self.problem = file, line, field, problem
        super().__init__(f"{file}, line {line}, {field}: {problem}")


# Of fields that files of earlier releases may have: what is written now.
INSTEAD = {
    "side": 'is said by a mark now: write marks = { effect = "up" } and a [[sheets.marks]] whose words have a side',
}


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)[:400]


def parse(text: str, *, file: str) -> Method:
    """Parse a method file's text.

    `file` is the name used in errors. Raises MethodError for a method that could not be played.
    """
    method = _converted(_decoded(text, file), Method, text, file)
    for path, problem in faults_of(method):
        raise _wrong(text, file, path, problem)
    return method


def parse_stored(text: str, *, file: str) -> Method:
    """The text that a board has stored, which an older release may have written (M3).

    It was found playable when the board was made: what is a fault only since then must not close a board that was
    played with it. Raises MethodError for a text that is no method.
    """
    data = _decoded(text, file)
    method_older.raise_text(data)
    return _converted(data, Method, text, file)


def parse_deck(text: str, *, file: str) -> Deck:
    """Parse a deck file's text. Raises MethodError for one without cards, or with a text in one language only."""
    deck = _converted(_decoded(text, file), Deck, text, file)
    for path, problem in faults_of_deck("", deck):
        raise _wrong(text, file, path, problem, Deck)
    # As a board stores it, each card is on one line: a method must be readable with it.
    if any(row.count(".") > MOST_DOTS for row in _as_table(deck).split("\n")):
        problem = f"holds a title or a card with more than {MOST_DOTS} full stops: take some out"
        raise MethodError(file=file, line=1, field="the file", problem=problem)
    return deck


def has_deck(text: str) -> bool:
    """Whether a method file's text has a sheet for cards, and so is to be completed with the installed decks."""
    return re.search(r"""^\s*form\s*=\s*["']deck["']""", text, re.MULTILINE) is not None


def with_decks(text: str, decks: Iterable[Deck]) -> str:
    """A method file's text with decks at its end, as a board stores it."""
    return "\n".join((text.rstrip("\n"), *(_as_table(deck) for deck in decks)))


def _as_table(deck: Deck) -> str:
    cards = (f"  {_inline(msgspec.to_builtins(card))}," for card in deck.cards)
    general = ["general = true"] if deck.general else []
    head = ["", "[[decks]]", f'id = "{deck.id}"', f"title = {_inline(deck.title)}", *general]
    return "\n".join((*head, "cards = [", *cards, "]"))


def _inline(texts: Mapping[Any, str]) -> str:
    """Texts as a TOML table on one line. JSON writes texts of a checked deck the same way: they hold no controls."""
    return f"{{ {', '.join(f'{key} = {json.dumps(text, ensure_ascii=False)}' for key, text in texts.items())} }}"


def _decoded(text: str, file: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise MethodError(
            file=file, line=1, field="the file", problem=f"is longer than {LARGEST} characters: shorten it"
        )
    for number, row in enumerate(text.split("\n"), 1):
        if row.count(".") > MOST_DOTS:
            problem = f"holds more than {MOST_DOTS} full stops in one line: break it"
            raise MethodError(file=file, line=number, field="the file", problem=problem)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise MethodError(file=file, line=1, field="the file", problem="holds too much inside one another") from None
    except ValueError as error:  # also a number with thousands of digits
        found = re.search(r"at line (\d+)", str(error))
        long = re.search(r"\d{4000}", text)
        last = text.count("\n", 0, long.start() if long else len(text)) + 1
        line = int(found.group(1)) if found else last
        raise MethodError(file=file, line=line, field="the file", problem=f"is not TOML: {error}") from error


def _converted(data: dict[str, Any], kind: type[T], text: str, file: str) -> T:
    try:
        return msgspec.convert(data, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        problem, _, where = str(error).partition(" - at `")
        path = where.partition("$")[2].rstrip("`").replace("[...]", "")
        raise _wrong(text, file, path, problem, kind) from error


_KINDS = {
    "bool": "true or false",
    "int": "a whole number",
    "str": "a text in quotes",
    "array": "a list, such as [ … ]",
    "object": "a table, such as { … }",
}


def _wrong(text: str, file: str, path: str, problem: str, kind: type[Any] = Method) -> MethodError:
    missing = re.search(r"missing required field `(\w+)`", problem)
    unknown = re.search(r"unknown field `([^`]+)`", problem)
    word = re.search(r"Invalid enum value '?([^']*)'?", problem)
    if missing:
        name = missing.group(1)
        problem = f"is missing: write {name} = {_example(kind, f'{path}.{name}')}"
        return MethodError(file=file, line=_line(text, path), field=_named(path, name), problem=problem)
    if unknown:
        path = f"{path}.{unknown.group(1)}"
        instead = INSTEAD | method_older.INSTEAD
        problem = instead.get(unknown.group(1), "there is no such field; SPEC section 2 lists them")
    elif "matching regex" in problem:
        problem = "write at most 40 lower-case letters, digits and `-`, a letter first (and not `constructor`)"
    elif kinds := re.search(r"Expected `([a-z]+)[^`]*`, got `", problem):
        problem = f"is of another kind: write {_KINDS.get(kinds.group(1), kinds.group(1))}"
    elif bound := re.search(r"Expected `(\w+)` (?:of length )?([<>]=)? ?(\d+)", problem):
        what = {"<=": "at most ", ">=": "at least "}.get(bound.group(2) or "", "")
        problem = f"write {what}{bound.group(3)}{' of them' if bound.group(1) == 'array' else ''}"
    elif word:
        known = ", ".join(word or '""' for word in _words(kind, path))
        problem = f"`{word.group(1)}` may not stand here; write one of: {known}"
    return MethodError(file=file, line=_line(text, path), field=_named(path, ""), problem=problem)


def _named(path: str, key: str) -> str:
    return f"{path}.{key}".strip(".") or "the file"


def _example(kind: type[Any], path: str) -> str:
    """What might be written for the field at that path."""
    if _annotation(kind, path) == Text:
        return '{ da = "…", en = "…" }'
    return " or ".join(f'"{word}"' for word in _words(kind, path)) or "…"


def _words(kind: type[Any], path: str) -> tuple[str, ...]:
    """The words that the field at a path such as `.rounds[2].write` may hold, read from the types."""
    return next((get_args(part) for part in _parts(_annotation(kind, path)) if get_origin(part) is Literal), ())


def _annotation(kind: type[Any], path: str) -> Any:
    """The type of the field at that path, or of the last one on the way that is declared."""
    found: Any = kind
    for name in re.findall(r"\.(\w+)", path):
        inside = next((part for part in _parts(found) if hasattr(part, "__struct_fields__")), None)
        found = get_type_hints(inside, include_extras=True).get(name, found) if inside else found
    return found


def _parts(annotation: Any) -> Iterator[Any]:
    """A type and the types that it is made of, outermost first."""
    yield annotation
    for part in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from _parts(part)


def _line(text: str, path: str) -> int:
    """The line of a path such as `.rounds[2].write`; for a missing key that of the table which lacks it."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    for name, index in re.findall(r"\.(\w+)(?:\[(\d+)\])?", path):
        header = re.compile(rf"\s*\[\[(?:\w+\.)*{name}\]\]")
        tables = [i for i in range(start, end) if header.match(lines[i])]
        if index and int(index) < len(tables):
            start = tables[int(index)]
            depth = lines[start].count(".")
            later = (i for i in range(start + 1, end) if _closes(lines[i], depth))
            end = next(later, end)
            continue
        key = re.compile(rf"\s*\[?(?:\w+\.)*{name}\]?\b")
        start = next((i for i in range(start, end) if key.match(lines[i])), start)
        if index and lines[start].rstrip().endswith("["):
            # A list of small tables, each on a line of its own.
            items = [i for i in range(start + 1, end) if lines[i].lstrip().startswith("{")]
            start = items[int(index)] if int(index) < len(items) else start
        if index:
            break  # what is in a small table stands on its line: further down the key is somebody else's
    return start + 1


def _closes(line: str, depth: int) -> bool:
    return re.match(r"\s*\[\[", line) is not None and line.count(".") <= depth
