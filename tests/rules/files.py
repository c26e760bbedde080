"""Method files with a change in them, and what a wrong one is told."""

from __future__ import annotations

from collections.abc import Callable

from board_schema.method_file import MethodError, parse
from tests.rules.play import text_of

FILE = "own.toml"


def changed(text: str, *changes: tuple[str, str], after: str = "") -> str:
    """The text with each old one replaced by its new one, once, where it stands first behind `after`.

    Raises AssertionError where an old one does not stand there: a test of a change that is none would prove nothing.
    """
    start = text.index(after)
    kept, rest = text[:start], text[start:]
    for old, new in changes:
        assert old in rest, f"the file has no {old!r}"
        rest = rest.replace(old, new, 1)
    return kept + rest


def changed_file(stem: str, *changes: tuple[str, str], after: str = "") -> str:
    """A built-in method's file, changed."""
    return changed(text_of(stem), *changes, after=after)


def refusal(text: str, says: str = "", *, reads: Callable[..., object] = parse) -> MethodError:
    """What is told of a wrong file: one line with its name, a line that it has, and `says`. Raises when it is read."""
    try:
        reads(text, file=FILE)
    except MethodError as error:
        told = error
    else:
        raise AssertionError(f"it is read, and not told: {says}")
    assert str(told).startswith(f"{FILE}, line {told.line}, {told.field}: "), told
    assert str(told).isprintable()
    assert 1 <= told.line <= text.count("\n") + 1
    assert says in str(told)
    return told
