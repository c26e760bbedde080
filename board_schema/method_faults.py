"""Checks of a method beyond its types: missing translations, unknown ids, ids used twice.

A fault is a path in the file (`.rounds[2].lanes`) and what to write instead. What may not live here: line numbers
(`method_file`).
"""

from typing import get_args

from board_schema.board import Board, Leader
from board_schema.commands import characters, nothing_to_see, unwanted
from board_schema.forms import FORMS, form_of
from board_schema.forms.form import Faults
from board_schema.method import Example, Lane, Method, Round, Sheet, Text


def faults_of(method: Method) -> Faults:
    """All faults of a method: untranslated texts, unknown and repeated ids, contradicting fields."""
    faults = _unknown_forms(method)
    if faults:
        return faults
    for name in (
        "title",
        "pitch",
        "asks",
        "unless",
        "heading",
        "leader_question",
        "leader_part",
        "leader_listen",
        "leader_told",
    ):
        faults += _untranslated(f".{name}", getattr(method, name))
    for i, text in enumerate(method.before):
        faults += _untranslated(f".before[{i}]", text)
    if not method.rounds or not method.sheets:
        faults.append((".rounds", "write at least one [[sheets]] and one [[rounds]]"))
    for answer in get_args(Leader):
        if method.rounds and not method.plan(answer):
            faults.append((".rounds[0].when_leader", f"no round is played with the leader answer `{answer}`"))
    faults += _repeated(".sheets", [sheet.id for sheet in method.sheets])
    faults += _repeated(".rounds", [item.id for item in method.rounds]) + _faults_of_picks(method)
    for i, sheet in enumerate(method.sheets):
        faults += _sheet_faults(f".sheets[{i}]", sheet) + _faults_of_examples(f".sheets[{i}]", sheet, method)
    for i, item in enumerate(method.rounds):
        faults += _round_faults(f".rounds[{i}]", item, method)
    low, high = method.group_size
    if not 1 <= low <= high:
        faults.append((".group_size", "write [smallest, largest], such as [2, 4]"))
    return faults


def _sheet_faults(path: str, sheet: Sheet) -> Faults:
    faults = _untranslated(f"{path}.title", sheet.title)
    faults += _repeated(f"{path}.lanes", [lane.id for lane in sheet.lanes])
    ids = {lane.id for lane in sheet.lanes}
    for j, lane in enumerate(sheet.lanes):
        at = f"{path}.lanes[{j}]"
        faults += _untranslated(f"{at}.title", lane.title)
        if lane.hint:
            faults += _untranslated(f"{at}.hint", lane.hint)
        for other in lane.after:
            if other not in ids:
                faults.append((f"{at}.after", f"there is no lane `{other}` on this sheet"))
        if lane.id in _waited_for(sheet, lane):
            faults.append((f"{at}.after", "this lane waits for itself, and so would never open"))
        if lane.points_to and lane.points_to not in ids:
            faults.append((f"{at}.points_to", f"there is no lane `{lane.points_to}` on this sheet"))
    return faults + [(path + field, problem) for field, problem in form_of(sheet).faults(sheet)]


def _faults_of_examples(path: str, sheet: Sheet, method: Method) -> Faults:
    faults: Faults = []
    form = form_of(sheet)
    if sheet.examples and not (form.has_years or form.made_lanes(Board())):
        what = "are for lanes that the form makes, such as years: write them under a [[sheets.lanes]]"
        faults.append((f"{path}.examples", what))
    places: list[tuple[str, tuple[Example, ...], int]] = [(path, sheet.examples, method.limit)]
    places += [(f"{path}.lanes[{j}]", each.examples, each.limit or method.limit) for j, each in enumerate(sheet.lanes)]
    sides = any(mark.kind == "side" for mark in form.marks(sheet))
    for at, examples, limit in places:
        for k, example in enumerate(examples):
            here = f"{at}.examples[{k}]"
            faults += _untranslated(here, {"da": example.da, "en": example.en})
            if max(characters(example.da), characters(example.en)) > limit:
                faults.append((here, f"is longer than the {limit} characters that a note has there: shorten it"))
            if example.side and not sides:
                faults.append((f"{here}.side", "only notes on a timeline have a side: leave it out"))
    return faults


def _unknown_forms(method: Method) -> Faults:
    known = ", ".join(FORMS)
    return [
        (f".sheets[{i}].form", f"`{sheet.form}` may not stand here; write one of: {known}")
        for i, sheet in enumerate(method.sheets)
        if sheet.form not in FORMS
    ]


def _waited_for(sheet: Sheet, lane: Lane) -> set[str]:
    """All lanes that must hold a note before this one may, directly (`after`) or through other lanes."""
    found: set[str] = set()
    ask = list(lane.after)
    while ask:
        name = ask.pop()
        if name not in found:
            found.add(name)
            there = sheet.lane(name)
            ask += there.after if there else ()
    return found


def _round_faults(path: str, item: Round, method: Method) -> Faults:
    faults = _untranslated(f"{path}.title", item.title) + _untranslated(f"{path}.instruction", item.instruction)
    if item.say:
        faults += _untranslated(f"{path}.say", item.say)
    if item.pad:
        faults += _untranslated(f"{path}.pad", item.pad)
        if not method.scribe:
            faults.append((f"{path}.pad", "is read by scribes only: write scribe = true above the first [[sheets]]"))
    for k, question in enumerate(item.questions):
        faults += _untranslated(f"{path}.questions[{k}]", question)
    sheet = method.sheet(item.sheet)
    if sheet is None:
        return [*faults, (f"{path}.sheet", f"there is no sheet `{item.sheet}`")]
    for lane in item.lanes:
        if sheet.lane(lane) is None:
            faults.append((f"{path}.lanes", f"sheet `{sheet.id}` has no lane `{lane}`"))
    if item.see == "own" and item.reveal != "none":
        faults.append((f"{path}.reveal", 'with see = "own" nothing is raised: write reveal = "none"'))
    if item.reveal == "on_turn" and item.turn == "none":
        faults.append((f"{path}.turn", 'reveal = "on_turn" needs a turn: people, in_group or groups'))
    if item.turn == "in_group" and not item.group:
        faults.append((f"{path}.group", 'turn = "in_group" needs group = true'))
    return faults


def _faults_of_picks(method: Method) -> Faults:
    """R29: one sheet of columns that all share, on which nothing lies but what is picked."""
    sheet = method.picks
    if sheet is None:
        return []
    at = method.sheets.index(sheet)
    faults: Faults = []
    if sheet.per_group or not form_of(sheet).takes_picks:
        what = 'holds what is picked: write form = "columns", and leave per_group out'
        faults.append((f".sheets[{at}].form", what))
    for i, item in enumerate(method.rounds):
        if item.pick and item.sheet != sheet.id:
            faults.append((f".rounds[{i}].sheet", f"what is picked lies on one sheet: write `{sheet.id}`"))
        for name in ("write", "place", "move", "comment") if item.sheet == sheet.id else ():
            if getattr(item, name):
                what = f"only picked notes lie on `{sheet.id}`, and `pick` says who changes them: leave it out"
                faults.append((f".rounds[{i}].{name}", what))
    return faults


def _untranslated(path: str, text: Text) -> Faults:
    faults = [
        (path, f"the text for `{lang}` is missing") for lang in ("da", "en") if nothing_to_see(text.get(lang, ""))
    ]
    if any(map(unwanted, text.values())):
        faults.append((path, "holds a control or direction character, which nobody can see: take it out"))
    return faults


def _repeated(path: str, ids: list[str]) -> Faults:
    return [(f"{path}[{i}].id", f"`{x}` is used twice") for i, x in enumerate(ids) if i != ids.index(x)]
