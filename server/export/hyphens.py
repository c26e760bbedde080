"""Where a word that is wider than its line is broken on a poster: as on screens (static/js/notes/hyphens.js).

Syllables come from pyphen, with corrections for our own words (static/hyphens). What may not live here: layout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pyphen

from server.export.words import Lang

SOFT_HYPHEN: Final = "\u00ad"
CORRECTIONS: Final = Path(__file__).resolve().parents[2] / "static" / "hyphens"
PATTERNS: Final[dict[Lang, str]] = {"da": "da_DK", "en": "en_GB"}
# Letters before a break, and after one, at least.
BEFORE: Final = 2
AFTER: Final = 3

_VOWEL: Final = re.compile("[aeiouyæøåéèüöä]")
_WORD: Final = re.compile(r"[^\s\u200b]+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_HYPHENS: Final = ("-", "–")


@dataclass(frozen=True, slots=True)
class Cut:
    """A break before the letter `at`; `seam`: between the parts of a compound."""

    at: int
    seam: bool


@dataclass(frozen=True, slots=True)
class _Known:
    seam: bool
    sure: bool = False


class Hyphens:
    """The breaks of words in one language."""

    def __init__(self, lang: Lang) -> None:
        corrections: dict[str, list[str]] = json.loads((CORRECTIONS / f"{lang}.json").read_text("utf-8"))
        self._endings = tuple(corrections["endings"])
        self._parts = [_part(part) for part in corrections["parts"]]
        self._patterns: Any = pyphen.Pyphen(lang=PATTERNS[lang], left=BEFORE, right=BEFORE)

    def breaks(self, written: str) -> list[Cut]:
        """A word's breaks, in order; the word has letters only."""
        word = written.lower()
        if len(word) != len(written):
            return []
        found = {
            int(at): _Known(seam=bool(self._endings) and word[:at].endswith(self._endings))
            for at in self._patterns.positions(word)
        }
        for letters, seams in self._parts:
            start = word.find(letters)
            while start >= 0:
                for at in range(start + 1, start + len(letters)):
                    if at in found and not found[at].sure:
                        del found[at]
                for offset, seam in seams.items():
                    at = start + offset
                    found[at] = _Known(seam=seam or (at in found and found[at].seam), sure=True)
                start = word.find(letters, start + 1)
        return _whole(word, found)


def _part(part: str) -> tuple[str, dict[int, bool]]:
    """An entry of the corrections: its letters, and its breaks with whether they are seams."""
    letters = ""
    seams = {}
    for letter in part:
        if letter in "-=":
            seams[len(letters)] = letter == "="
        else:
            letters += letter
    return letters, seams


def _whole(word: str, found: dict[int, _Known]) -> list[Cut]:
    """The breaks between which lies a whole syllable."""
    kept = sorted(at for at in found if BEFORE <= at <= len(word) - AFTER)
    i = 0
    while i <= len(kept) and kept:
        start = kept[i - 1] if i else 0
        end = kept[i] if i < len(kept) else len(word)
        if end - start > 1 and _VOWEL.search(word[start:end]):
            i += 1
            continue
        # Of the two breaks around a single letter the later one is right more often: borger-ind, not borge-rind.
        later_goes = i < len(kept) and i > 0 and found[kept[i - 1]].sure and not found[kept[i]].sure
        del kept[i if i == 0 or later_goes else i - 1]
        i = 0
    return [Cut(at, found[at].seam) for at in kept]


@cache
def hyphens(lang: Lang) -> Hyphens:
    """The breaks of a language's words."""
    return Hyphens(lang)


def pieces(word: str, room: float, measure: Callable[[str], float], lang: Lang) -> list[str]:
    """A word in pieces that each fit a line of `room`, the hyphen included.

    The whole word when it fits, or cannot be broken so. As few pieces as possible, broken between the parts of a
    compound if possible, else as even as possible.
    """
    if measure(word) <= room:
        return [word]
    cuts = [Cut(0, True), *_cuts(word, lang), Cut(len(word), True)]
    last = len(cuts) - 1

    # Of each cut, those at which a piece that begins there may end. No longer pieces are measured than fit a line.
    ends: list[list[int]] = []
    for start, first in enumerate(cuts):
        fitting: list[int] = []
        for end in range(start + 1, last + 1):
            piece = word[first.at : cuts[end].at]
            if measure(piece) > room:
                break
            if end == last or piece.endswith(_HYPHENS) or measure(f"{piece}-") <= room:
                fitting.append(end)
        ends.append(fitting)
    count = at = 0
    while at < last:
        if not ends[at]:
            return [word]
        at, count = ends[at][-1], count + 1
    strange = max(25 * count * count, (count * len(word)) ** 2 // 9)
    # For each number of pieces: the least cost of each cut as the end of the last one, and the cut before it.
    costs: list[dict[int, tuple[int, int]]] = [{0: (0, 0)}]
    for _ in range(count):
        longer: dict[int, tuple[int, int]] = {}
        for start, (cost, _before) in costs[-1].items():
            for end in ends[start]:
                uneven = (count * (cuts[end].at - cuts[start].at) - len(word)) ** 2
                total = cost + uneven + (0 if cuts[end].seam else strange)
                if end not in longer or total < longer[end][0]:
                    longer[end] = (total, start)
        costs.append(longer)
    path = [last]
    for layer in reversed(costs[1:]):
        path.append(layer[path[-1]][1])
    return [word[cuts[start].at : cuts[end].at] for start, end in pairwise(reversed(path))]


def _cuts(word: str, lang: Lang) -> list[Cut]:
    """The breaks of all runs of letters, and those after a hyphen that is written."""
    cuts = []
    for run in _LETTERS.finditer(word):
        if run.start() and word[run.start() - 1] in _HYPHENS:
            cuts.append(Cut(run.start(), True))
        if len(run.group()) >= BEFORE + AFTER:
            cuts += [Cut(run.start() + cut.at, cut.seam) for cut in hyphens(lang).breaks(run.group())]
    return cuts


def softened(text: str, room: float, measure: Callable[[str], float], lang: Lang) -> str:
    """A text with soft hyphens in the words that are wider than `room`."""

    def broken(found: re.Match[str]) -> str:
        parts = pieces(found.group(), room, measure, lang)
        ends = [part if part.endswith(_HYPHENS) else part + SOFT_HYPHEN for part in parts[:-1]]
        return "".join([*ends, parts[-1]])

    return _WORD.sub(broken, text)
