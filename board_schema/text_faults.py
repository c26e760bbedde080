"""Faults that any part of a method file may have: a missing translation, an id used twice.

What may not live here: what a field means.
"""

from board_schema.commands import nothing_to_see, unwanted
from board_schema.forms.scales import Faults
from board_schema.method import Text


def untranslated(path: str, text: Text) -> Faults:
    """The languages in which a text is missing, and letters in it that nobody can see."""
    missing = [lang for lang in ("da", "en") if nothing_to_see(text.get(lang, ""))]
    faults = [(path, f"the text for `{lang}` is missing: write {lang} = …") for lang in missing]
    if any(map(unwanted, text.values())):
        faults.append((path, "holds a control or direction character, which nobody can see: take it out"))
    return faults


def repeated(path: str, ids: list[str]) -> Faults:
    """The ids of a list that stand in it before."""
    return [(f"{path}[{i}].id", f"`{x}` is used twice") for i, x in enumerate(ids) if i != ids.index(x)]
