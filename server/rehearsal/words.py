"""What simulated people are called and what they write: the method's own examples, else plain general sentences.

Each rehearsal has one `Words`, so that no two people write the same example while there are others. What may not live
here: when somebody writes, and where.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from board_schema.board import Lang
from board_schema.commands import characters
from board_schema.method import Example, Method

NAMES: Final = {
    "da": (
        "Mette", "Jonas", "Amira", "Birthe", "Søren", "Fatima", "Kirsten", "Anders", "Ida", "Lone", "Omar", "Susanne",
        "Peter", "Yasmin", "Rasmus", "Hanne", "Mikkel", "Tove",
    ),
    "en": (
        "Anna", "James", "Amira", "Ruth", "Tom", "Fatima", "Karen", "David", "Ivy", "Laura", "Omar", "Susan",
        "Peter", "Yasmin", "Robert", "Helen", "Michael", "Grace",
    ),
}  # fmt: skip
LEADERS: Final = {"da": "Henrik (leder)", "en": "Henry (leader)"}

# Where a method has no examples: `{}` is the title of the lane, or of its sheet.
GENERAL: Final = {
    "da": (
        "Et eksempel til »{}«", "Endnu et eksempel til »{}«", "Noget, jeg tænker på ved »{}«",
        "Noget fra i sidste uge til »{}«", "Noget, vi sjældent siger højt: »{}«", "Et modsat eksempel til »{}«",
    ),
    "en": (
        "An example for “{}”", "Another example for “{}”", "Something I think of with “{}”",
        "Something from last week for “{}”", "Something we rarely say aloud: “{}”", "An opposite example for “{}”",
    ),
}  # fmt: skip
COMMENTS: Final = {
    "da": ("Det kender jeg også.", "Kan du sige mere om det?", "Hos os var det lidt anderledes."),
    "en": ("I know that, too.", "Can you say more about it?", "With us it was a little different."),
}
PAD: Final = {
    "da": ("Flere nikker til det.", "Der bliver spurgt ind til et eksempel.", "Nogle ser forskelligt på det."),
    "en": ("Several nod at this.", "Somebody asks for an example.", "Some see it differently."),
}
Says = Mapping[tuple[str, str], Sequence[Example]]
"""What is written, by sheet and lane; "" for the lanes of a timeline's scale."""

HEADINGS: Final = {"da": ("En urolig tid", "Noget nyt begynder"), "en": ("A restless time", "Something new begins")}


class Words:
    """The texts of one rehearsal, in the workshop's language. `first`: what is written before the method's examples."""

    def __init__(self, method: Method, *, lang: Lang, rng: random.Random, first: Says = MappingProxyType({})) -> None:
        self.lang: Lang = lang
        self._rng = rng
        self._left: dict[tuple[str, str], list[Example]] = {}
        self._general: dict[tuple[str, str], int] = {}
        for sheet in method.sheets:
            for lane, examples in (("", sheet.examples), *((lane.id, lane.examples) for lane in sheet.lanes)):
                # The last one is written first.
                self._left[sheet.id, lane] = [
                    *rng.sample(examples, len(examples)),
                    *reversed(first.get((sheet.id, lane), ())),
                ]

    def names(self, count: int) -> list[str]:
        """Names for so many people; two of four or more have the same first name."""
        names = self._rng.sample(NAMES[self.lang], len(NAMES[self.lang]))
        while len(names) < count:
            names += names
        return [*names[: count - 1], names[0]] if count >= 4 else names[:count]

    def leader(self) -> str:
        """The name of a leader who listens."""
        return LEADERS[self.lang]

    def note(
        self, sheet_id: str, sheet: dict[str, Any], lane: dict[str, Any], fixed: Mapping[str, str]
    ) -> tuple[str, dict[str, str]]:
        """A text for a lane that a phone shows, and the words that fit it, by kind.

        `fixed`: the marks that it will carry; an example to which another word fits is left for later.
        """
        made = "scale" in lane
        key = (sheet_id, "" if made else lane["id"])
        left = self._left.get(key, [])
        for example in [
            one for one in reversed(left) if all(one.marks.get(k, word) == word for k, word in fixed.items())
        ]:
            left.remove(example)
            text = example.da if self.lang == "da" else example.en
            if characters(text) <= lane["limit"]:
                return text, example.marks
        title: dict[str, str] = sheet["title"] if made else lane["title"]
        return self._shortened(key, title.get(self.lang) or title["da"], limit=lane["limit"]), {}

    def _shortened(self, key: tuple[str, str], title: str, *, limit: int) -> str:
        """A general sentence about a title; only as much of it as the lane takes."""
        sentences = GENERAL[self.lang]
        number = self._general[key] = self._general.get(key, -1) + 1
        text = sentences[number % len(sentences)].format(title)
        if number >= len(sentences):
            text = f"{text} ({number // len(sentences) + 1})"
        return text if characters(text) <= limit else text[:limit].strip() or "…"

    def comment(self) -> str:
        """A comment on somebody's note."""
        return self._rng.choice(COMMENTS[self.lang])

    def line(self) -> str:
        """A line for the scribes' pad."""
        return self._rng.choice(PAD[self.lang])

    def heading(self) -> str:
        """A heading over some years."""
        return self._rng.choice(HEADINGS[self.lang])
