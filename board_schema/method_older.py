"""What older releases wrote in method files, in the words of the present one. For stored texts of boards only (M3).

A board keeps the text of its method. Where a later release requires a field or names it otherwise, the decoded text is
changed here, in place, before it becomes a `Method`. A new file with an older key is refused (`method_file`).

What may not live here: TOML (`method_file`), and what a board itself stored (`schema`).
"""

from typing import Any

Raw = dict[str, Any]


def raise_text(raw: Raw) -> None:
    """The decoded text of a board's method, with the present keys."""
    _front_page(raw)


def _front_page(raw: Raw) -> None:
    """What only the front page shows: a board that exists is on no front page."""
    pitch = raw.get("pitch", {})
    for field, value in (("asks", pitch), ("unless", pitch), ("kind", "understand")):
        raw.setdefault(field, value)
