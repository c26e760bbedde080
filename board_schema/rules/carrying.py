"""What goes along with a picked note when it is handed on (R42): where it comes from, and what was said beside it.

It reads only what all were shown, and of the pad the lines about a card. Never who wrote something, in which group,
on whose turn or when. What may not live here: what is handed on at all, and what the programme makes of it (`decide`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from board_schema.board import CHOSEN, NO_DATE, Board, Lang, Note
from board_schema.forms import form_of, sheet_of_cards
from board_schema.handed import Source, Told, What
from board_schema.method import Field, MarkKind, Method, Sheet
from board_schema.rules.fields import answers_of, fields_of
from board_schema.rules.links import standing
from board_schema.rules.picking import answer_to, place_shown_to_all
from board_schema.under import gathered

MOST_TOLD: Final = 24  # of one source
_ORDER: Final[tuple[str, ...]] = get_args(What)


@dataclass(frozen=True, slots=True)
class Carrying:
    """A workshop whose picked notes are handed on, and the language of the words that its method has for them."""

    board: Board
    method: Method
    lang: Lang

    def sources(self, note: Note, *, day: str) -> tuple[Source, ...]:
        """Where a picked note comes from, in words; what was said beside the note itself stands with the first."""
        found = {(each.sheet, each.lane): each.count for each in note.sources} or {("", ""): 0}
        told: dict[tuple[str, str], list[Told]] = {place: [] for place in found}
        first = next(iter(found))
        told[first] += [*self._of(note), *self.about()]
        for one in note.of:
            place = place_shown_to_all(self.board, self.method, one)
            if place is not None:
                told[place if place in told else first] += self._behind(self.board.notes[one], note.text)
        made = (self._source(self._kind(*place), count, told[place], day=day) for place, count in found.items())
        return (*made, *self.answer(note, day=day))

    def answer(self, note: Note, *, day: str) -> tuple[Source, ...]:
        """A leader's answer to a picked note, as a source of its own; none where there is none."""
        lane, said = self.method.answer_lane, list(self._answer(note))
        return (self._source(lane.title[self.lang], 0, said, day=day),) if lane is not None and said else ()

    def _source(self, kind: str, count: int, told: list[Told], *, day: str) -> Source:
        title = self.method.title[self.lang]
        return Source("", "", count, session=title, day=day, kind=kind, told=_counted(told))

    def about(self) -> Iterator[Told]:
        """What the whole workshop was about: the notes in lanes that say so, with their answers."""
        lanes = {(sheet.id, lane.id): lane for sheet in self.method.sheets for lane in sheet.lanes if lane.along}
        for note in self.board.notes.values() if lanes else ():
            lane = lanes.get((note.sheet, note.lane))
            if lane is not None and note.kind == "note" and note.reach == "all":
                yield Told("about", lane.title[self.lang], note.text)
                yield from self._answers(note)

    def _behind(self, note: Note, said: str) -> Iterator[Told]:
        """What was said beside a note that a picked one stands for."""
        yield from self._of(note)
        yield from self._heading(note)
        yield from self._periods(note)
        yield from self._row(note)
        yield from self._cards(note, said)
        for one in self.board.laid.get(note.id, ()) if note.kind == "gathering" else ():
            if one.reach == "all":
                yield Told("lane", "", self._kind(one.sheet, one.lane))
                yield from self._of(one)
                yield from self._periods(one)

    def _of(self, note: Note) -> Iterator[Told]:
        """Its words, its answers, and what it is linked to, with the answers of that and its heading."""
        yield from self._marks(note)
        yield from self._answers(note)
        sheet = self.method.sheet(note.sheet)
        for kind, others in standing(self.board, self.method, note).items():
            link = sheet.link(kind) if sheet is not None else None
            for other in others:
                if link is not None and other.reach == "all":
                    yield Told("link", link.title[self.lang], other.text)
                    yield from self._answers(other)
                    yield from self._heading(other)

    def _marks(self, note: Note) -> Iterator[Told]:
        sheet = self.method.sheet(note.sheet)
        kinds = () if sheet is None else sheet.marks
        yield from (told for kind in kinds for told in self._mark(kind, note))

    def _mark(self, kind: MarkKind, note: Note) -> Iterator[Told]:
        word = kind.word(note.marks.get(kind.id, "")) if kind.id != CHOSEN else None
        if word is not None:
            yield Told("mark", kind.title[self.lang], word.title[self.lang])

    def _answers(self, note: Note) -> Iterator[Told]:
        answers = answers_of(self.method, note)
        for field in fields_of(self.method, note):
            if (value := answers.get(field.id)) and not field.stays:
                yield self._answered(field, value)

    def _answered(self, field: Field, value: str) -> Told:
        if field.kind == "date" and value != NO_DATE:
            return Told("date", field.title[self.lang], value)
        words = {option.id: option.title for option in field.options} | {NO_DATE: field.none_word}
        said = words[value][self.lang] if field.kind != "text" and words.get(value) else value
        return Told("field", field.title[self.lang], said)

    def _answer(self, note: Note) -> Iterator[Told]:
        answer, lane = answer_to(self.board, self.method, note.id), self.method.answer_lane
        if answer is not None and lane is not None:
            yield Told("answer", lane.title[self.lang], answer.text)
            yield from self._answers(answer)

    def _heading(self, note: Note) -> Iterator[Told]:
        if gathered(self.board, note) and (over := self.board.notes[note.under]).reach == "all":
            yield Told("heading", "", over.text)
            yield from self._of(over)

    def _periods(self, note: Note) -> Iterator[Told]:
        """The headings of periods on the line in which the note's lane lies."""
        sheet = self.method.sheet(note.sheet)
        steps = form_of(sheet).spans(sheet, self.board) if sheet is not None else ()
        if note.lane not in steps:
            return
        for each in self.board.notes.values():
            there = each.kind == "heading" and each.sheet == note.sheet and {each.lane, each.until} <= set(steps)
            if there and steps.index(each.lane) <= steps.index(note.lane) <= steps.index(each.until):
                yield Told("period", "", each.text)

    def _row(self, note: Note) -> Iterator[Told]:
        """The head of a note's row, with its words, and what else lies there; of a head what lies in its row."""
        head = self.board.rows.get(note.id) or self.board.rows.get(note.row)
        if head is None or head.reach != "all":
            return
        if head.id != note.id:
            yield Told("head", self._kind(head.sheet, head.lane), head.text)
            yield from self._marks(head)
        grids = (sheet for sheet in self.method.sheets if sheet.id != head.sheet)
        heads = (kind for sheet in grids for kind in sheet.marks if kind.id in self.method.heads)
        yield from (told for kind in heads for told in self._mark(kind, head))
        for each in self.board.notes.values():
            if each.row == head.id and each.kind == "note" and each.reach == "all" and each.id != note.id:
                yield Told("row", self._kind(each.sheet, each.lane), each.text)

    def _cards(self, note: Note, said: str) -> Iterator[Told]:
        """The theme of a card, what the card says where the picked note was reworded, and what scribes took down."""
        sheet = sheet_of_cards(self.method)
        if sheet is None or note.sheet != sheet.id:
            return
        themes = (deck.title[self.lang] for deck in self.method.decks if deck.id == self.board.deck)
        yield from (Told("theme", "", title) for title in themes)
        if not note.author and note.text != said:
            yield Told("card", "", note.text)
        yield from (Told("pad", "", line.text) for line in self.board.pad.values() if line.card == note.id)

    def _kind(self, sheet_id: str, lane_id: str) -> str:
        """A lane's title; of a step of a scale after that of its sheet."""
        sheet = self.method.sheet(sheet_id)
        if sheet is None:
            return ""
        lane = sheet.lane(lane_id)
        return lane.title[self.lang] if lane is not None else self._step(sheet, lane_id)

    def _step(self, sheet: Sheet, lane_id: str) -> str:
        made = {lane.id: lane.title[self.lang] for lane in form_of(sheet).made_lanes(sheet, self.board)}
        return f"{sheet.title[self.lang]}: {made[lane_id]}" if lane_id in made else sheet.title[self.lang]


def _counted(told: list[Told]) -> tuple[Told, ...]:
    """Each once, with how often it was said, in an order that tells nothing of when or by whom."""
    numbers = Counter((_ORDER.index(each.what), each.name, each.text) for each in told)
    said = [Told(get_args(What)[what], name, text, count) for (what, name, text), count in sorted(numbers.items())]
    return tuple(said[:MOST_TOLD])
