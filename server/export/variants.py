"""Variants of an export (format, size, language), and the errors of exports.

What may not live here: how anything is made.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, Self, cast, get_args

from server.export.words import Lang

Text = Literal["md", "csv", "json"]
Format = Literal["svg", "png", "pdf"]
MapPicture = Literal["", "star", "dynamics"]

TEXTS: Final = get_args(Text)
PICTURES: Final = get_args(Format)
FORMATS: Final = (*PICTURES, *TEXTS)
SIZES: Final[dict[str, float]] = {"a4": 0.5**0.5, "a3": 1.0, "a2": 2**0.5, "a1": 2.0}  # relative to A3
LANGS: Final = get_args(Lang)
MOST_OFFSET: Final = 14 * 60  # minutes between a place's clocks and UTC
_WHOLE: Final = re.compile(r"-?\d{1,3}", re.ASCII)


class ExportError(Exception):
    """An export cannot be made; the message is one plain sentence that quotes nothing of the board."""


class Busy(ExportError):
    """Too many exports wait. `retry_after` is in seconds."""

    def __init__(self, sentence: str, *, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Edition(NamedTuple):
    """What of a board an export holds.

    board    all that the wall shows
    leader   what was picked; of a programme what was found, is tried and was learned
    report   a programme as a report
    lift     one lift of a programme, `note`, as a page of its own
    """

    what: Literal["board", "leader", "report", "lift"] = "board"
    note: str = ""


WHOLE: Final = Edition()


class Variant(NamedTuple):
    """In which format, size and language an edition of a board is exported. Texts have no size (empty).

    `offset`: minutes that people's clocks are ahead of UTC, for its dates; None: as this computer's. `picture`: the
    poster is of the map alone, in this picture (R43); empty: of all sheets.
    """

    format: Format | Text
    size: str
    lang: Lang
    offset: int | None = None
    edition: Edition = WHOLE
    picture: MapPicture = ""

    @classmethod
    def of(
        cls,
        *,
        format: str,
        size: str = "a3",
        lang: str = "da",
        offset: str = "",
        edition: Edition = WHOLE,
        picture: str = "",
    ) -> Self:
        """The variant that these words from outside name. `size` is for posters, landscape. Raises ExportError."""
        if lang not in LANGS:
            raise ExportError(f"There is no language {lang[:20]!r}: ask for {' or '.join(LANGS)}.")
        if format not in FORMATS:
            raise ExportError(f"There is no format {format[:20]!r}: ask for one of {', '.join(FORMATS)}.")
        if size not in SIZES:
            raise ExportError(f"There is no size {size[:20]!r}: ask for one of {', '.join(SIZES)}.")
        if offset and not (_WHOLE.fullmatch(offset) and abs(int(offset)) <= MOST_OFFSET):
            raise ExportError(f"There is no such offset from UTC: ask for at most {MOST_OFFSET} minutes.")
        if picture not in get_args(MapPicture) or (picture and (format in TEXTS or edition != WHOLE)):
            raise ExportError(f"There is no such picture {picture[:20]!r}: ask for a poster as star or dynamics.")
        ahead = int(offset) if offset else None
        found = cast(MapPicture, picture)
        return cls(
            cast(Format | Text, format), "" if format in TEXTS else size, cast(Lang, lang), ahead, edition, found
        )

    @property
    def is_text(self) -> bool:
        """Whether it is a text, which is made in a part of a second."""
        return self.format in TEXTS
