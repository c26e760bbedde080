"""A report as blocks, one after another: the same for Markdown and for paper.

What may not live here: reading a view, and how a block looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from server.export.content import Note, Sheet
from server.export.maps import turn_word
from server.export.report.content import Chain, Lift, Pile, Register, Report, Shown, Story, Version
from server.export.words import Lang, say, spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of level 1 (the report's own) to 4. `over`: a line above it."""

    level: Literal[1, 2, 3, 4]
    text: str
    over: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of its own; what was learned stands out most. `title`: before it."""

    text: str
    look: Literal["plain", "quiet", "strong", "large", "learned"] = "plain"
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An item of a list, with lines under it. `sign`: before it."""

    text: str
    under: tuple[str, ...] = ()
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list. `title`: before it; `quoted`: people's own words, which stand in quotation marks."""

    points: tuple[Point, ...]
    title: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Answers under their titles."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Room to write in by hand, under a title."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A map as a picture, where it can be drawn: what it shows is told in words after it. `alt`: what it is."""

    sheet: Sheet
    alt: str


Block = Heading | Text | Points | Facts | Space | Picture


def blocks(report: Report) -> Iterator[Block]:
    """All blocks of a report, in order."""
    return _Blocks(report).lift(report.lift) if report.lift is not None else _Blocks(report).all()


class _Blocks:
    """Makes the blocks of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._lang: Lang = report.content.lang

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._lang, **values)

    def _quoted(self, text: str) -> str:
        return self._say("quoted", text=text)

    def all(self) -> Iterator[Block]:
        report, content = self._report, self._report.content
        name = self._say("report_leader" if report.what == "leader" else "report")
        yield Heading(level=1, text=content.title, over=" · ".join(filter(None, (name, content.venue))))
        if report.began and report.changed:
            days = {"began": spell(report.began, self._lang), "changed": spell(report.changed, self._lang)}
            yield Text(text=self._say("report_days", **days), look="quiet")
        if report.stations:
            yield Heading(level=2, text=self._say("report_where"))
            yield Facts(rows=tuple((one.title, _counted(one.counts)) for one in report.stations))
        for told in report.told:
            yield from self._told(told)
        if report.coming:
            yield Heading(level=2, text=self._say("report_coming"))
            rows = tuple((spell(one.day, self._lang), f"{one.title}: {one.text}") for one in report.coming)
            yield Facts(rows=rows)
        for part in report.parts:
            if isinstance(part, Story):
                yield from self._story(part)
            else:
                yield from self._register(part)
        if not report.parts:
            yield Text(text=self._say("empty"))

    def lift(self, lift: Lift) -> Iterator[Block]:
        content, note = self._report.content, lift.note
        yield Heading(
            level=1,
            text=self._say("lift_to", whom=lift.whom),
            over=" · ".join(filter(None, (content.title, content.venue))),
        )
        yield Heading(level=2, text=self._say("lift_asked"))
        yield Text(text=note.text, look="large")
        about = tuple(Point(text=one.text) for one in note.about if one.text)
        if about:
            yield Heading(level=2, text=self._say("lift_about"))
            yield Points(points=about)
        sources = self._report.sources.get(note.key, ())
        if sources:
            yield Heading(level=2, text=self._say("report_from"))
            yield Points(points=tuple(Point(text=one) for one in sources))
        rows = tuple((mark.asked, mark.text) for mark in lift.marks)
        rows += tuple((one.title, one.words) for one in note.answers)
        if rows:
            yield Facts(rows=rows)
        for title in lift.asked:
            yield Space(title=title)

    def _told(self, told: Shown) -> Iterator[Block]:
        yield Heading(level=2, text=told.title)
        if told.learned:
            for line in told.lines:
                yield Text(text=line.text, look="learned", title=line.of)
            return
        until = [
            self._say("report_until", day=spell(line.until, self._lang)) if line.until else "" for line in told.lines
        ]
        points = tuple(
            Point(text=line.text, under=tuple(filter(None, (line.of, day))))
            for line, day in zip(told.lines, until, strict=True)
        )
        yield Points(points=points)

    # Maps

    def _story(self, story: Story) -> Iterator[Block]:
        yield Heading(level=2, text=story.title)
        for version in reversed(story.versions):
            yield from self._version(version, whole=version is story.versions[-1] or version is _newest(story))
        if story.unsorted is not None:
            yield Heading(level=3, text=story.unsorted.title)
            yield from self._pile(story.unsorted, title=False)

    def _version(self, version: Version, *, whole: bool) -> Iterator[Block]:
        """A version: the newest one whole, of an earlier one what it revolved around and what was different."""
        day = spell(version.day, self._lang) if version.day else ""
        many = self._report.what != "leader"
        if many:
            name = self._say("report_version", n=version.number, day=day) if version.number else self._say("report_now")
            yield Heading(level=3, text=name)
        if not version.number:
            yield Text(text=self._say("report_not_shown"), look="quiet")
        if whole:
            yield from (Text(text=n.text, look="large") for pile in version.piles if pile.central for n in pile.notes)
            yield Picture(sheet=version.sheet, alt=self._say("report_picture", title=version.sheet.title))
        if version.sheet.circles:
            called = (
                (circle, ", ".join(mark.text for mark in circle.marks) or turn_word(circle.proposed, self._lang))
                for circle in version.sheet.circles
            )
            points = tuple(
                Point(text=": ".join(filter(None, (kind, circle.name))), under=(circle.line,))
                for circle, kind in called
            )
            yield Points(points=points, title=self._say("circles"))
        if whole:
            if version.links:
                yield Points(points=tuple(Point(text=one) for one in version.links), title=self._say("report_links"))
            yield from (block for pile in version.piles if not pile.central for block in self._pile(pile))
        if version.changes:
            yield Points(points=tuple(map(_point, version.changes)), title=self._say("report_changes"))
        if version.answers:
            yield Text(text=self._say("report_answers"), look="strong")
            for pile in version.answers:
                yield from self._pile(pile, quoted=True)

    def _pile(self, pile: Pile, *, title: bool = True, quoted: bool = False) -> Iterator[Block]:
        points = tuple(
            Point(
                text=self._quoted(note.text) if quoted else note.text,
                under=(*_about(note), *self._report.sources.get(note.key, ())),
            )
            for note in pile.notes
        )
        yield Points(points=points, title=pile.title if title else "", quoted=quoted)

    # Other sheets

    def _register(self, register: Register) -> Iterator[Block]:
        yield Heading(level=2, text=register.title)
        for lane in register.lanes:
            yield Heading(level=3, text=lane.title)
            short = all(_bare(chain) and chain.notes[0].key not in self._report.sources for chain in lane.chains)
            if short:
                yield Points(points=tuple(Point(text=chain.notes[0].text) for chain in lane.chains))
                continue
            for chain in lane.chains:
                yield from self._chain(chain)

    def _chain(self, chain: Chain) -> Iterator[Block]:
        """The newest version of a note, then those before it, the nearest first."""
        *before, last = chain.notes
        yield Heading(level=4, text=last.text)
        yield from self._note(last)
        for note in reversed(before):
            yield Text(text=note.text, look="strong", title=self._say("report_before"))
            yield from self._note(note)

    def _note(self, note: Note) -> Iterator[Block]:
        learned = [one for one in note.answers if one.field in self._report.learned]
        rows = [(link.title, link.text) for link in (*note.about, *note.links) if link.text]
        rows += [(self._say("report_from"), one) for one in self._report.sources.get(note.key, ())]
        rows += [(mark.asked, mark.text) for mark in note.marks]
        rows += [(one.title, one.words) for one in note.answers if one not in learned]
        if rows:
            yield Facts(rows=tuple(rows))
        if note.comments:
            said = tuple(Point(text=self._quoted(one)) for one in note.comments)
            yield Points(points=said, title=self._say("report_said"), quoted=True)
        for one in learned:
            yield Text(text=one.words, look="learned", title=one.title)


def asked(title: str, text: str) -> str:
    """An answer after its title, on one line; a question needs no colon."""
    return f"{title} {text}" if title.endswith("?") else f"{title}: {text}"


def _newest(story: Story) -> Version | None:
    """The latest version that people were shown."""
    return next((version for version in reversed(story.versions) if version.number), None)


def _bare(chain: Chain) -> bool:
    """Whether there is only a text to tell."""
    (first, *more) = chain.notes
    return not (more or first.about or first.links or first.marks or first.answers or first.comments)


def _about(note: Note) -> Iterator[str]:
    return (element.line for element in note.about if element.text)


def _point(text: str) -> Point:
    return Point(text=text)


def _counted(counts: tuple[tuple[int, str], ...]) -> str:
    return ", ".join(f"{number} {words}" for number, words in counts)
