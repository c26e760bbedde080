"""Faults of marks in a method file: kinds and words of a sheet, and what rounds say of them.

What may not live here: whether somebody may set a mark (`rules`).
"""

from board_schema.board import CHOSEN
from board_schema.follow_faults import faults_of_comment_marks
from board_schema.forms import form_of, sheet_of_rows
from board_schema.forms.scales import Faults
from board_schema.kind_faults import faults_of_granted, faults_of_lanes, no_kind
from board_schema.method import Example, MarkKind, Method, Round, Sheet
from board_schema.text_faults import repeated, untranslated


def faults_of_marks(path: str, sheet: Sheet) -> Faults:
    """The faults of a sheet's kinds of marks."""
    faults = repeated(f"{path}.marks", [kind.id for kind in sheet.marks])
    sides = [kind.id for kind in sheet.marks if any(word.side for word in kind.words)]
    for i, kind in enumerate(sheet.marks):
        at = f"{path}.marks[{i}]"
        faults += (
            untranslated(f"{at}.title", kind.title) + _faults_of_words(at, kind) + _faults_of_needs(at, kind, sheet)
        )
        faults += faults_of_lanes(f"{at}.lanes", sheet, kind.lanes, made=False) + faults_of_comment_marks(at, kind)
        said = [word.side for word in kind.words if word.side]
        if len(said) > len(set(said)):
            faults.append((f"{at}.words", "two words have one side: give each its own, or leave it out"))
        if kind.id in sides and not form_of(sheet).has_sides:
            faults.append((f"{at}.words", f"a {sheet.form} has no sides: leave `side` out"))
        elif kind.id in sides[1:]:
            faults.append((f"{at}.words", f"the side is said by `{sides[0]}` already: leave `side` out"))
    return faults


def _faults_of_needs(at: str, kind: MarkKind, sheet: Sheet) -> Faults:
    """Answers that a word needs, where a note that may carry it has no such field."""
    faults: Faults = []
    lanes = [lane for lane in sheet.lanes if kind.in_lane(lane.id)]
    for j, word in enumerate(kind.words):
        for field in word.needs:
            lane = next((each.id for each in lanes if all(one.id != field for one in each.fields)), "")
            if lane or not lanes:
                what = (
                    f"lane `{lane}` has no field `{field}`: write a [[sheets.lanes.fields]] there, or other lanes here"
                )
                faults.append((f"{at}.words[{j}].needs", what))
    return faults


def never_set(method: Method) -> Faults:
    """Kinds of marks that no round can set."""
    faults: Faults = []
    for i, sheet in enumerate(method.sheets):
        for j, kind in enumerate(sheet.marks):
            about = method.heads.get(kind.id, sheet.id)
            here = [item for item in method.rounds if item.sheet == about]
            if not any(kind.id in item.mark or _fixes(item, kind) for item in here):
                what = f'mark = {{ {kind.id} = ["own"] }}'
                what += "" if method.about_rows(kind.id) else f' or fixed = {{ {kind.id} = "{kind.words[0].id}" }}'
                where = f"in a [[rounds]] about sheet `{about}`"
                faults.append((f".sheets[{i}].marks[{j}]", f"no round can set it: write {what} {where}"))
    return faults


def _fixes(item: Round, kind: MarkKind) -> bool:
    """Whether a round fixes this kind in a lane whose notes may carry it."""
    return kind.id in item.fixed and (not item.lanes or any(kind.in_lane(lane) for lane in item.lanes))


def faults_of_rows(method: Method) -> Faults:
    """The faults of what makes the rows of a grid, and of what its lanes say of their heads (R12)."""
    faults: Faults = []
    grid = sheet_of_rows(method)
    kinds = {
        kind.id: (f".sheets[{i}].marks[{j}]", sheet, kind)
        for i, sheet in enumerate(method.sheets)
        for j, kind in enumerate(sheet.marks)
    }
    for name, (at, sheet, kind) in kinds.items():
        if name == CHOSEN and grid is None:
            faults.append((f"{at}.id", f"`{CHOSEN}` makes rows of a grid, and there is none: give it another id"))
        if name == CHOSEN and [word.id for word in kind.words] != [CHOSEN]:
            faults.append((f"{at}.words", f"a note heads a row or it does not: write one word, with the id `{CHOSEN}`"))
        if method.about_rows(name) and kind.default:
            faults.append((f"{at}.default", "people say this of a row: leave it out"))
        if name in method.heads and sheet.mark(CHOSEN) is None:
            what = f"heads of rows carry it, and notes of `{sheet.id}` head none: write marks `{CHOSEN}` there too"
            faults.append((at, what))
    for i, sheet in enumerate(method.sheets):
        for j, lane in enumerate(sheet.lanes):
            for field in ("unless", "shows"):
                name, at = getattr(lane, field), f".sheets[{i}].lanes[{j}].{field}"
                if name and sheet != grid:
                    faults.append((at, "only lanes of a grid have heads of rows: leave it out"))
                elif name and (name not in kinds or name == CHOSEN):
                    faults.append((at, f"there are no marks `{name}`: write a [[sheets.marks]] where the heads lie"))
    for i, item in enumerate(method.rounds):
        for name in item.fixed:
            if method.about_rows(name):
                faults.append((f".rounds[{i}].fixed", f"`{name}` is said of rows by people: write it in mark"))
    return faults


def _faults_of_words(at: str, kind: MarkKind) -> Faults:
    faults = repeated(f"{at}.words", [word.id for word in kind.words])
    if not kind.words:
        faults.append((f"{at}.words", "write at least one word, such as { id = …, title = { da = …, en = … } }"))
    for j, word in enumerate(kind.words):
        faults += untranslated(f"{at}.words[{j}].title", word.title)
        faults += untranslated(f"{at}.words[{j}].short", word.short) if word.short else []
        faults += untranslated(f"{at}.words[{j}].done", word.done) if word.done else []
        if word.hint:
            faults += untranslated(f"{at}.words[{j}].hint", word.hint)
    if kind.default and kind.word(kind.default) is None:
        faults.append((f"{at}.default", _one_of(kind, kind.default)))
    faults += _waits(f"{at}.default", kind, kind.default)
    return faults


def faults_of_round_marks(path: str, item: Round, sheet: Sheet, method: Method) -> Faults:
    """The faults of what a round grants and fixes."""
    known = [kind.id for kind in sheet.marks if kind.id not in method.heads]
    known += [kind for kind, grid in method.heads.items() if grid == sheet.id]
    faults = faults_of_granted(f"{path}.mark", "marks", item.mark, known, sheet)
    for kind, word in item.fixed.items():
        faults += _faults_of_word(f"{path}.fixed", sheet, kind, word)
        if declared := sheet.mark(kind):
            if declared.comments:
                faults.append((f"{path}.fixed", f"comments carry marks `{kind}`, and notes do not: leave it out here"))
            faults += _waits(f"{path}.fixed", declared, word)
    return faults


def _waits(path: str, kind: MarkKind, word: str) -> Faults:
    """A word that notes carry from the beginning, and that needs an answer before."""
    declared = kind.word(word)
    if declared is None or not declared.needs:
        return []
    return [(path, f"`{word}` needs an answer before, and a new note has none: write another, or leave `needs` out")]


def faults_of_example_marks(path: str, example: Example, sheet: Sheet) -> Faults:
    """The faults of the marks that an example carries."""
    return [
        each for kind, word in example.marks.items() for each in _faults_of_word(f"{path}.marks", sheet, kind, word)
    ]


def _faults_of_word(path: str, sheet: Sheet, kind: str, word: str) -> Faults:
    declared = sheet.mark(kind)
    if declared is None:
        return [(path, no_kind("marks", sheet, kind))]
    return [] if declared.word(word) else [(path, _one_of(declared, word))]


def _one_of(kind: MarkKind, word: str) -> str:
    return f"`{word}` may not stand here; write one of: {', '.join(each.id for each in kind.words)}"
