"""Pictures of a map (SPEC R43): where its papers, circles and arrows lie, as items.

The layout is the screens' own code (static/js/forms/map), bundled when Tavle is built and run by QuickJS in the process
that makes files: so a poster is arranged as the wall is, and there is one layout to mend. It reads no files, knows no
network and no clock, and gets at most `MEMORY`, and `WITHIN` for all pictures of a map. Without QuickJS or the bundle
there are no pictures.

What may not live here: reading a board, painting, and code that runs in a web process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from time import process_time
from typing import Any, Final, Literal

from server.export.colors import steady
from server.export.content import Sheet
from server.export.items import POINT, Drawing, Item, Paper, Said, Style, breakable
from server.export.variants import MapPicture
from server.export.words import Lang, say

STATIC: Final = Path(__file__).resolve().parents[2] / "static"
BUNDLE: Final = STATIC / "lib" / "print" / "map.js"
MEMORY: Final = 256 * 1024 * 1024  # bytes
WITHIN: Final = 12  # seconds of work for all pictures of one map together
FRAME: Final = 1792.0  # the width of every map, px (shapes.js)
# With more papers than this a picture of all of them is not tried: it takes long to find out that they do not fit.
MOST: Final = 44
_TEXTS: Final = ("map.bad", "map.good", "map.mixed", "map.unnamed")
_SIDES: Final[dict[str, tuple[str, Literal["left", "right"]]]] = {"left": ("+", "left"), "right": ("−", "right")}
_TURNS: Final = {"bad": "strain", "good": "accent", "mixed": "ink2"}
# Colours of lines, as in static/css/boards.css and drawn.typ.
_INKS: Final = {"strain": "#B4532A", "accent": "#0E6B5C", "ink2": "#55625F"}
_PAPER: Final = "#F5F0E6"
_LINK: Final = "#6c7672"
_FACES: Final = {
    "yellow": "#F8DE7E", "coral": "#F5B9A3", "sky": "#B9DDF0", "mint": "#C4E6C9", "lilac": "#D9CDF0",
    "white": "#FFFEFA", "straw": "#F4EBB6", "honey": "#F3D18D", "raised": "#FBF8F1",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture in millimetres of A3.

    kind    which one it is; `circle` a single one, `overview` all of them without the words on their papers
    keys    of the notes whose texts stand on it
    circle  the id of the circle that it shows
    """

    kind: str
    width: float
    height: float
    items: tuple[Item, ...]
    keys: frozenset[str]
    circle: str = ""


Measure = Callable[[list[str]], list[float]]  # widths of words in em, in the type of notes on a map


def pictures(
    sheet: Sheet, *, kind: MapPicture, width: float, room: float, least: float, lang: Lang, measure: Measure
) -> list[Figure]:
    """The map of a sheet in a width, no higher than `room`, with letters of at least so many points.

    One picture where all of it can be read; else all circles without words, then each by itself. None of a sheet that
    has no map, or where it cannot be laid.
    """
    if sheet.mapped is None or not sheet.notes:
        return []
    layout = _layout(_asked(sheet, lang=lang, measure=measure))
    if layout is None:
        return []
    kind = kind or layout.picture
    scale = min(width / FRAME, room / 786)
    smallest = least * POINT / scale
    if len(sheet.notes) <= MOST and (laid := layout.lay(kind, smallest)):
        return [_figure(sheet, laid, kind=kind, scale=scale, width=width, lang=lang)]
    if kind == "star" or not layout.circles:
        return []
    found = []
    for what, how in (("overview", ""), *(("circle", circle) for circle in layout.circles)):
        laid = layout.lay(what, how)
        if laid is None:
            return []
        found.append(_figure(sheet, laid, kind=what, scale=scale, width=width, lang=lang, circle=str(how)))
    return found


class _Layout:
    """The screens' layout of one map, which remembers what it laid: a poster is laid several times."""

    def __init__(self, context: Any, taken: Mapping[str, Any]) -> None:
        self._context = context
        self._left = float(WITHIN)
        self._laid: dict[tuple[str, float | str], dict[str, Any] | None] = {}
        self.picture: MapPicture = taken["picture"]
        self.circles: list[str] = taken["circles"]

    def lay(self, what: str, how: float | str) -> dict[str, Any] | None:
        """A picture; None where it does not fit, or all pictures together take too long.

        `how` is the least size of letters, px of the layout, or the id of a circle.
        """
        if (what, how) not in self._laid:
            if self._left <= 0:
                return None
            self._context.set_time_limit(self._left)
            began = process_time()  # the clock by which the limit is kept
            self._laid[what, how] = _run(self._context, f"printed.lay({json.dumps(what)}, {json.dumps(how)})")
            self._left -= process_time() - began
        return self._laid[what, how]


@lru_cache(maxsize=2)
def _layout(asked: str) -> _Layout | None:
    """The layout of a map that was asked for; None where nothing could lay it."""
    try:
        import quickjs

        source = BUNDLE.read_text(encoding="utf-8")
    except (ImportError, OSError):
        return None
    context = quickjs.Context()
    context.set_memory_limit(MEMORY)
    context.eval(source)
    context.set_time_limit(WITHIN)
    taken = _run(context, f"printed.take({json.dumps(asked)})")
    return _Layout(context, taken) if taken else None


def _run(context: Any, call: str) -> dict[str, Any] | None:
    """What a call gave; None where it gave nothing, or took too long or too much."""
    import quickjs

    try:
        made = context.eval(call)
    except quickjs.JSException:
        return None
    return dict(json.loads(made)) if made else None


def _asked(sheet: Sheet, *, lang: Lang, measure: Measure) -> str:
    """A map as the layout takes it."""
    texts = _texts(lang)
    words = sorted(_words(sheet, texts))
    return json.dumps({**(sheet.mapped or {}), "texts": texts, "widths": dict(zip(words, measure(words), strict=True))})


def _words(sheet: Sheet, texts: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """All words that may be measured, and all their letters."""
    assert sheet.mapped is not None
    titles = [each["title"] for kind in ("lanes", "links") for each in sheet.mapped["sheet"][kind]]
    told = [*(note["text"] for note in sheet.mapped["notes"]), *titles]
    told += [title[:1].lower() + title[1:] for title in titles]  # a link's stands in the middle of a sentence
    told += [form.replace("{n}", str(n)) for text in texts.values() for form in text.values() for n in range(1, 61)]
    found = {word for text in told for word in (text, *text.split())} | set("-0123456789")
    found |= {letter for word in found for letter in word if not letter.isspace()}
    yield from (word for word in found if word and "\n" not in word)


def turn_word(turn: str, lang: Lang) -> str:
    """What screens call a circle that turns so, where people have not said it."""
    return _texts(lang)[f"map.{turn}"]["one"]


@cache
def _texts(lang: Lang) -> dict[str, dict[str, str]]:
    """What screens call circles, for one and for more."""
    said = json.loads((STATIC / "text" / f"{lang}.json").read_text(encoding="utf-8"))
    return {key: {"one": said[key]["one"], "other": said[key]["other"]} for key in _TEXTS}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a layout lies in the poster: px become millimetres."""

    scale: float
    left: float

    def points(self, px: float) -> float:
        return px * self.scale / POINT

    def said(
        self,
        box: Mapping[str, float],
        text: str,
        px: float,
        *,
        style: Style = "name",
        color: str = "ink",
        align: Literal["left", "center", "right"] = "center",
        turns: bool = False,
    ) -> Said:
        x, y, w, h = self.placed(box)
        size = self.points(px)
        return Said(x=x, y=y, w=w, h=h, text=text, size=size, style=style, color=color, align=align, turns=turns)

    def placed(self, box: Mapping[str, float]) -> tuple[float, float, float, float]:
        by = self.scale
        return self.left + box["x"] * by, box["y"] * by, box["w"] * by, box["h"] * by


def _figure(
    sheet: Sheet, laid: Mapping[str, Any], *, kind: str, scale: float, width: float, lang: Lang, circle: str = ""
) -> Figure:
    wide, high = laid["frame"]["w"] * scale, laid["frame"]["h"] * scale
    frame = _Frame(scale, (width - wide) / 2)
    small = kind == "overview"
    svg = _drawn(laid, {note.key: note.color for note in sheet.notes}, small=small)
    papers = [] if small else laid["papers"]
    items: list[Item] = [Drawing(x=frame.left, y=0, w=wide, h=high, svg=svg)]
    items += _words_of(sheet, laid, frame, lang=lang)
    items += _papers(sheet, papers, frame)
    keys = frozenset(paper["id"] for paper in papers)
    return Figure(kind=kind, width=width, height=high, items=tuple(items), keys=keys, circle=circle)


def _words_of(sheet: Sheet, laid: Mapping[str, Any], frame: _Frame, *, lang: Lang) -> Iterator[Item]:
    """What stands on a picture beside its papers."""
    if centre := laid["centre"]:
        title = next((lane["title"] for lane in _lanes(sheet) if lane.get("place") == "centre"), "")
        label = {"x": centre["x"], "y": centre["y"] + 19, "w": centre["w"], "h": 34}
        yield frame.said(label, title, 24, style="paper", color="ink2")
    for each in laid["titles"]:
        sign, align = _SIDES[each["side"]]
        yield frame.said(each, f"{sign} {each['text']}", each["size"], color=_TURNS[each["turn"]], align=align)
    for each in laid["kickers"]:
        yield frame.said(each, each["text"], each["size"], style="strong", color=_TURNS[each["turn"]], turns=True)
    for each in laid["names"]:
        yield frame.said(each, breakable(each["text"], every=1), each["size"], color="ink2" if each["open"] else "ink")
    for each in laid["words"]:
        yield frame.said(each, each["text"], each["size"], style="paper")
    for band in laid["bands"]:
        if "number" in band:
            box = {"x": band["cx"] - 60, "y": band["cy"] - 60, "w": 120, "h": 120}
            yield frame.said(box, str(band["number"]), 88, color=_TURNS[band["turn"]])
    if strip := laid["strip"]:
        yield frame.said(strip, say("not_sorted", lang, n=strip["count"]), 24, style="strong", color="ink2")


def _papers(sheet: Sheet, laid: Sequence[Mapping[str, Any]], frame: _Frame) -> Iterator[Item]:
    notes = {note.key: note for note in sheet.notes}
    signs = {lane["id"]: _SIDES[lane["place"]][0] for lane in _lanes(sheet) if lane.get("place") in _SIDES}
    for paper in laid:
        note = notes[paper["id"]]
        text = breakable(note.text, every=1)  # as a browser breaks it
        if paper["look"] == "centre":
            yield frame.said(paper, text, paper["size"])
            continue
        x, y, w, h = frame.placed(paper)
        yield Paper(
            x=x,
            y=y,
            w=w,
            h=h,
            text=text,
            size=frame.points(paper["size"]),
            color=note.color,
            tilt=(steady(f"{note.key}~") % 31 - 15) / 20,  # half of the tilt of other notes, as on screens
            sign=signs.get(note.lane, ""),
            pale=paper["look"] == "pale",
        )


def _lanes(sheet: Sheet) -> list[dict[str, Any]]:
    return list((sheet.mapped or {})["sheet"]["lanes"])


def _mixed(ink: str, share: float) -> str:
    """A colour with this share of an ink, on paper."""
    pairs = zip(*([int(each[at : at + 2], 16) for at in (1, 3, 5)] for each in (ink, _PAPER)), strict=True)
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def _drawn(laid: Mapping[str, Any], colors: Mapping[str, str], *, small: bool) -> str:
    """Lines and faces of a picture as SVG, px of the frame; `small`: papers are faces without words."""
    faces = [_box(paper, fill=_FACES.get(colors.get(paper["id"], ""), _PAPER)) for paper in laid["papers"] if small]
    made = (*_lines(laid, small=small), *(_sheet_in_the_middle(laid["centre"]) if laid["centre"] else ()), *faces)
    w, h = f"{laid['frame']['w']:g}", f"{laid['frame']['h']:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'
    return f"{head}{''.join(made)}</svg>"


def _lines(laid: Mapping[str, Any], *, small: bool) -> Iterator[str]:
    for way in laid["ways"]:
        if way["look"] == "near":
            yield _path(way["line"], fill=_INKS[_TURNS[way["turn"]]], fill_opacity=0.055)
    for band in laid["bands"]:
        ink = _INKS[_TURNS[band["turn"]]]
        at = " ".join(f'{key}="{band[key]:.1f}"' for key in ("cx", "cy", "rx", "ry"))
        stroke, wide = _mixed(ink, 0.6 if small else 0.15), 20 if small else band["half"] * 2
        yield f'<ellipse {at} fill="none" stroke="{stroke}" stroke-width="{wide}"/>'
        for arrow in band["ways"]:
            yield _path(arrow["line"], stroke=ink, stroke_width=6)
            yield _path(arrow["head"], fill=ink)
    for way in laid["ways"]:
        match way["look"]:
            case "link":
                yield _path(way["line"], stroke=_LINK, stroke_width=3.2)
                yield _path(way["head"], fill=_LINK)
            case "stop":
                yield _path(way["line"], stroke=_LINK, stroke_width=3.2)
                yield _path(way["head"], stroke=_LINK, stroke_width=4.2)
            case "spoke":
                yield _path(way["line"], stroke=_INKS[_TURNS[way["turn"]]], stroke_width=3)
            case "hair":
                yield _path(way["line"], stroke="#8b8577", stroke_width=5)


def _path(way: str, *, fill: str = "none", **style: object) -> str:
    said = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in style.items())
    return f'<path d="{way}" fill="{fill}" stroke-linecap="round" stroke-linejoin="round"{said}/>'


def _sheet_in_the_middle(box: Mapping[str, float]) -> Iterator[str]:
    """With its shadow."""
    for grow, drop, veil in ((9, 10, 0.03), (5, 7, 0.04), (2, 4, 0.06)):
        yield _box(box, grow=grow, drop=drop, fill="#4A3B22", opacity=veil)
    yield _box(box, fill=_FACES["raised"])


def _box(box: Mapping[str, float], *, fill: str, grow: float = 0, drop: float = 0, opacity: float = 1) -> str:
    x, y, w, h = box["x"] - grow, box["y"] - grow / 2 + drop, box["w"] + 2 * grow, box["h"] + grow
    at = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
    return f'<rect {at} rx="{min(10, h / 4):.1f}" fill="{fill}" fill-opacity="{opacity}"/>'
