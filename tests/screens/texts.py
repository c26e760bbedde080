"""The texts on the screens, read from the app's own text files, so that a new wording breaks no test.

What may not live here: a text of its own, and anything that touches a page.
"""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VAR = re.compile(r"\{(\w+)\}")


class Texts:
    """One language's texts, as `t(key, vars)` in the browser gives them."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts: dict[str, str | dict[str, str]] = {}
        folder = ROOT / "static" / "text"
        for file in [folder / f"{lang}.json", *sorted(folder.glob(f"*.{lang}.json"))]:
            self._texts |= json.loads(file.read_text(encoding="utf-8"))
        # What a call is refused with is said as of an op, unless it has a text of its own.
        ops = {key: text for key, text in self._texts.items() if key.startswith("refused.")}
        self._texts = {key.replace("refused.", "error.", 1): text for key, text in ops.items()} | self._texts

    def __call__(self, key: str, **given: Any) -> str:
        """The text with its vars filled in; a missing key or var is a fault of the test."""
        return VAR.sub(lambda var: str(given[var[1]]), self._form(key, given))

    def pattern(self, key: str, *, starts: bool = False, ends: bool = False, **given: Any) -> re.Pattern[str]:
        """What matches the whole text; vars that are not given match anything."""
        forms = self._texts[key]
        texts = [self._form(key, given)] if isinstance(forms, str) or "n" in given else list(forms.values())
        return re.compile("|".join(self._like(text, given, starts=starts, ends=ends) for text in texts))

    def _form(self, key: str, given: dict[str, Any]) -> str:
        found = self._texts[key]
        if isinstance(found, str):
            return found
        if given.get("n") == 0 and "zero" in found:
            return found["zero"]
        return found["one" if given.get("n") == 1 and "one" in found else "other"]

    @staticmethod
    def _like(text: str, given: dict[str, Any], *, starts: bool, ends: bool) -> str:
        parts = VAR.split(text)
        like = "".join(
            (re.escape(str(given[part])) if part in given else ".*?") if at % 2 else re.escape(part)
            for at, part in enumerate(parts)
        )
        return ("" if ends else r"^\s*") + like + ("" if starts else r"\s*$")


@cache
def texts(lang: str = "da") -> Texts:
    """The texts of a language."""
    return Texts(lang)


class Method:
    """The texts of a method file, in one language: of a bundled one by its name, or of any by its path."""

    def __init__(self, name: str | Path, lang: str = "da") -> None:
        file = name if isinstance(name, Path) else ROOT / "board_schema" / "methods" / f"{name}.toml"
        self.raw = tomllib.loads(file.read_text(encoding="utf-8"))
        self.lang = lang
        self.title: str = self.raw["title"][lang]
        self.heading: str = self.raw["heading"][lang]
        self.leader_question: str = self.raw["leader_question"][lang]

    def leader(self, answer: str) -> str:
        """What follows from an answer to the leader question."""
        return str(self.raw[f"leader_{answer}"][self.lang])

    def round(self, name: str, part: str = "title") -> str:
        """A round's title, instruction or say."""
        found = next(item for item in self.raw["rounds"] if item["id"] == name)
        return str(found[part][self.lang])

    def lane(self, name: str, part: str = "title") -> str:
        """A lane's title or hint."""
        lanes = (lane for sheet in self.raw["sheets"] for lane in sheet["lanes"])
        return str(next(lane for lane in lanes if lane["id"] == name)[part][self.lang])

    def link(self, kind: str) -> str:
        """The line of a phone that opens to the notes that a text may be linked to."""
        title = next(
            each["title"] for sheet in self.raw["sheets"] for each in sheet.get("links", ()) if each["id"] == kind
        )
        return texts(self.lang)("phone.link", title=str(title[self.lang]))

    def side(self, word: str) -> str:
        """A word that says a side of the line, as phones have it."""
        kinds = (kind for sheet in self.raw["sheets"] for kind in sheet.get("marks", ()))
        found = next(each for kind in kinds for each in kind["words"] if each["id"] == word)
        return str(found["short"][self.lang])

    @property
    def asks_side(self) -> str:
        """What is asked of a note on the line."""
        return str(self.raw["sheets"][0]["marks"][0]["title"][self.lang])

    def sheet(self, name: str) -> str:
        """A sheet's title."""
        return str(next(item for item in self.raw["sheets"] if item["id"] == name)["title"][self.lang])
