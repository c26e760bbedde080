"""Texts as they are stored (R17): cleaned of what is not to be seen, and as long as people see them.

What may not live here: which limit a text has (`rules`), and normalisation itself (`composing`).
"""

import re

import regex

from board_schema.composing import composed, invisible
from board_schema.reasons import Refused

# Control characters and bidirectional embeddings, overrides, isolates and marks: `clean` removes them (R17).
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
# What separates lines in a paste: a presentation's soft line break (U+000B), page, file, group and record separators,
# next line, and Unicode's own. `static/js/text.js` has the same list.
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]")
_CHARACTER = regex.compile(r"\X")
_GAPS = re.compile("[\t\u001f]")  # what separates words: they become a space
_AS_SENT = 4  # times its limit a text may have in characters before it is cleaned: decomposed letters, spaces


def clean(text: str, *, limit: int, lines: bool = True) -> str:
    """A text as it is stored: NFC, trimmed, one kind of line break and gap, no control and direction characters.

    `limit` counts characters as people see them (an emoji of several is one), and is at most 1,000. With `lines` false,
    line breaks become spaces.
    Raises Refused(`too_long`, `empty`); a text of more than four times the limit is not even cleaned.
    """
    if len(text) > _AS_SENT * limit:
        raise Refused("too_long")
    text = _GAPS.sub(" ", _LINE_ENDS.sub("\n", text))
    text = composed(_UNWANTED.sub("", text))
    if not lines:
        text = text.replace("\n", " ")
    text = re.sub(r"[ \u00a0]+", " ", text)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text))
    text = text.strip()
    if nothing_to_see(text):
        raise Refused("empty")
    if len(text) > limit and characters(text) > limit:
        raise Refused("too_long")
    return text


def characters(text: str) -> int:
    """How many characters a person sees in a text: extended grapheme clusters, as browsers count them."""
    return sum(1 for _ in _CHARACTER.finditer(text))


def nothing_to_see(text: str) -> bool:
    """Whether a text has no visible character."""
    return all(map(invisible, text))


def unwanted(text: str) -> bool:
    """Whether a text holds control or direction characters, which `clean` removes."""
    return _UNWANTED.search(text) is not None
