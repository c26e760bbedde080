"""Unicode normalisation: the only module that does it, on texts whose length is capped before.

Sorting the combining marks of a text takes time that grows with the square of the longest run of them, so both lengths
are bounded, whatever was sent. What may not live here: what else is cleaned from a text (commands.py), and limits of
fields.
"""

import re
import unicodedata

LONGEST = 4_000  # characters of any text that is normalised
MARKS = 30  # combining marks in a row, as in Unicode's stream-safe texts; further ones are dropped

_MAYBE_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{MARKS + 1},}}")


class TooLong(ValueError):
    """A text is longer than `LONGEST`."""


def composed(text: str) -> str:
    """The text in normal form C, with at most `MARKS` combining marks in a row. Raises TooLong."""
    # A mark may be of two, so the runs are cut again.
    return _cut_runs(unicodedata.normalize("NFC", _cut_runs(_capped(text))))


def folded(text: str) -> str:
    """The text for comparison: in compatibility form, without differences of case. Raises TooLong."""
    return unicodedata.normalize("NFKC", _cut_runs(_capped(text))).casefold()


def invisible(letter: str) -> bool:
    """Whether a character has no visible form: controls, formats, separators, marks, unassigned ones, blank letters."""
    return unicodedata.category(letter) in _INVISIBLE or letter in _BLANK


_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Cn", "Co", "Mn", "Me"}
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"  # characters that Unicode counts as letters or symbols, but that are blank


def _capped(text: str) -> str:
    if len(text) > LONGEST:
        raise TooLong
    return text


def _cut_runs(text: str) -> str:
    if not _MAYBE_MARKS.search(text):
        return text  # the usual text, at the cost of one search
    kept, run = [], 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run <= MARKS:
            kept.append(letter)
    return "".join(kept)
