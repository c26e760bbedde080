"""Faults of what a method file says of follow-ups (R48): the notes, where they lie afterwards, the question, the steps.

What may not live here: faults of marks in general (`mark_faults`).
"""

from collections.abc import Collection

from board_schema.board import CHOSEN
from board_schema.forms.scales import Faults
from board_schema.kind_faults import faults_of_lanes
from board_schema.method import Follow, Lane, MarkKind, Round, Sheet
from board_schema.text_faults import repeated, untranslated


def faults_of_follow(path: str, item: Round, sheet: Sheet, rounds: Collection[str]) -> Faults:
    """The faults of a round's `follow`. `rounds`: the ids of all rounds."""
    follow, at = item.follow, f"{path}.follow"
    if follow is None:
        return []
    faults = faults_of_lanes(f"{at}.lanes", sheet, follow.lanes, made=False)
    faults += untranslated(f"{at}.choose", follow.choose) + _faults_of_asks(at, item, follow, sheet)
    if follow.look and follow.look not in rounds:
        faults.append((f"{at}.look", f"there is no round `{follow.look}`: write the id of one, or leave it out"))
    to = sheet.lane(follow.to)
    if to is None or follow.to in follow.lanes:
        others = ", ".join(lane.id for lane in sheet.lanes if lane.id not in follow.lanes)
        return [*faults, (f"{at}.to", f"`{follow.to}` may not stand here; write one of: {others}")]
    if not item.move:
        faults.append((f"{path}.move", 'nobody moves what was followed up: write move = ["facilitator"]'))
    faults += repeated(f"{at}.steps", [step.id for step in follow.steps])
    return faults + [fault for i in range(len(follow.steps)) for fault in _faults_of_step(at, i, follow, sheet, to)]


def faults_of_comment_marks(at: str, kind: MarkKind) -> Faults:
    """The faults of a kind of marks that comments carry."""
    if not kind.comments:
        return []
    faults: Faults = []
    if kind.id == CHOSEN:
        faults.append((f"{at}.comments", f"`{CHOSEN}` makes rows of notes: leave it out"))
    if kind.default:
        faults.append((f"{at}.default", "who comments chooses a word, or none: leave it out"))
    for j, word in enumerate(kind.words):
        faults += [
            (f"{at}.words[{j}].{name}", "comments carry this word, and have nothing of that: leave it out")
            for name in ("needs", "side", "becomes", "again", "cancels")
            if getattr(word, name)
        ]
    return faults


def _faults_of_asks(at: str, item: Round, follow: Follow, sheet: Sheet) -> Faults:
    kind = sheet.mark(follow.asks)
    if kind is None or not kind.comments:
        known = ", ".join(each.id for each in sheet.marks if each.comments)
        what = f"write one of: {known}" if known else "write a [[sheets.marks]] with comments = true"
        return [(f"{at}.asks", f"comments carry no marks `{follow.asks}`: {what}")]
    if not item.comment or follow.asks not in item.mark:
        what = f'write comment = ["all"] and mark = {{ {follow.asks} = ["own"] }} in the round'
        return [(f"{at}.asks", f"nobody may answer: {what}")]
    return []


def _faults_of_step(at: str, i: int, follow: Follow, sheet: Sheet, to: Lane) -> Faults:
    step, path = follow.steps[i], f"{at}.steps[{i}]"
    faults = untranslated(f"{path}.title", step.title)
    faults += untranslated(f"{path}.hint", step.hint) if step.hint else []
    for name in step.marks:
        kind = sheet.mark(name)
        if kind is None or kind.comments or not kind.in_lane(to.id):
            known = ", ".join(each.id for each in sheet.marks if not each.comments and each.in_lane(to.id))
            faults.append((f"{path}.marks", f"notes in `{to.id}` carry no marks `{name}`; write one of: {known}"))
    for name in step.fields:
        if to.field(name) is None:
            faults.append((f"{path}.fields", f"lane `{to.id}` has no field `{name}`: write one of its fields"))
    return faults
