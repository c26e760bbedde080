"""The painter of files: typst with our typeface, its sources, and widths of words.

What may not live here: layout, and pages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from server.export import emoji

FONT_FOLDER: Final = Path(__file__).resolve().parents[2] / "static" / "lib" / "fonts"
FONT: Final = "Atkinson Hyperlegible Next"
# For scripts that it lacks: what comes with the painter is Latin, Greek and Cyrillic, and else a typewriter's.
SCRIPTS: Final = ("Noto Sans Arabic", "Noto Sans Hebrew", "DejaVu Sans", "Geeza Pro", "Arial Unicode MS")
SCRIPT_FOLDERS: Final = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/usr/share/fonts/TTF",
)
SOURCES: Final = Path(__file__).parent  # may import one another
POSTER: Final = SOURCES / "poster.typ"
NOTES: Final = 520  # the weight of notes' letters on posters
MAPS: Final = 560  # on maps, as on screens


def painter(source: Path, data: Mapping[str, Any]) -> typst.Compiler:
    """A compiler of a source for these data; what drawn.typ needs beside is `lang`, and `least`: points of letters."""
    known = fonts()
    present = known.families()
    given = {
        **data,
        "font": FONT,
        "emoji": [name for name in emoji.FAMILIES if name in present],
        "scripts": [name for name in SCRIPTS if name in present],
    }
    return typst.Compiler(
        source.read_bytes(),
        root=SOURCES,
        font_paths=known,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(given)},
    )


def poster_data(**more: Any) -> dict[str, Any]:
    """What poster.typ reads: pages to paint, and texts and words to measure."""
    return {"title": "", "lang": "da", "scale": 1.0, "least": 0, "pages": [], "asks": [], "words": [], **more}


@cache
def letters() -> Mapping[str, float]:
    """Widths of letters of notes, relative to their size."""
    known = "".join(chr(n) for n in range(0x21, 0x180) if chr(n).isalnum() or chr(n) in "-.,:;!?")
    return dict(zip(known, widths(list(known), weight=NOTES), strict=True))


_known: dict[tuple[str, int], float] = {}


def widths(words: Sequence[str], *, weight: int = MAPS) -> list[float]:
    """Widths of words, relative to the size of their letters; each is measured once."""
    new = list(dict.fromkeys(word for word in words if (word, weight) not in _known))
    if len(_known) > 20_000:
        _known.clear()
        new = list(dict.fromkeys(words))
    if new:
        asked = poster_data(words=new, weight=weight)
        found = painter(POSTER, asked).query("<widths>", field="value", one=True)
        _known.update({(word, weight): float(width) for word, width in zip(new, json.loads(found), strict=True)})
    return [_known[word, weight] for word in words]


@cache
def fonts() -> typst.Fonts:
    """The bundled font, and fonts of this computer for emoji and other scripts, if they lie in the usual folders."""
    folders = [str(FONT_FOLDER), *(place for place in (*emoji.FOLDERS, *SCRIPT_FOLDERS) if Path(place).is_dir())]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
