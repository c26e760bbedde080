"""Faults of what a method file says that a note needs before it lies in a lane, and of dates in their order (R45).

What may not live here: what the words of a mark need (`mark_faults`), and what a round needs (`method_faults`).
"""

from board_schema.forms.scales import Faults
from board_schema.method import ABOUT, COMMENTS, Again, Lane, MarkKind, Method, Sheet


def faults_of_lane_needs(method: Method) -> Faults:
    """Needs that nothing can meet, and lanes into which notes come by ways that ask for nothing."""
    faults: Faults = []
    for i, sheet in enumerate(method.sheets):
        for j, lane in enumerate(sheet.lanes):
            at = f".sheets[{i}].lanes[{j}]"
            faults += [fault for name in lane.needs for fault in _unmeetable(f"{at}.needs", name, sheet, lane, method)]
            if lane.needs and (way := _way_past(sheet, lane, method)):
                faults.append((f"{at}.needs", f"{way}: leave `needs` out, or that"))
            faults += _disorderly(at, lane)
        for j, kind in enumerate(sheet.marks):
            for k, word in enumerate(kind.words):
                faults += _endless(f".sheets[{i}].marks[{j}].words[{k}].again", word.again, kind, sheet)
    return faults


def _unmeetable(at: str, name: str, sheet: Sheet, lane: Lane, method: Method) -> Faults:
    kind = sheet.mark(name)
    if lane.field(name) is not None:
        twice = "a kind of marks has the same id" if kind is not None else "it means something else here"
        if kind is not None or name in (ABOUT, COMMENTS):
            return [(at, f"`{name}` is a field, and {twice}: give the field another id")]
        return []
    if kind is not None:
        if kind.comments:
            return [(at, f"comments carry marks `{name}`, and notes do not: leave it out here")]
        if kind.in_lane(lane.id):
            return []
        return [(at, f"marks `{name}` are not for this lane: write it in their `lanes`, or leave it out here")]
    if name == COMMENTS:
        if any(item.comment for item in method.rounds if item.sheet == sheet.id):
            return []
        return [(at, f'nobody may comment there: write comment = ["all"] in a round about `{sheet.id}`')]
    if name == ABOUT:
        what = "notes of the lane name nothing: write about = [ids of sheets], or leave it out here"
        return [] if lane.about else [(at, what)]
    what = "write the id of one of its [[sheets.lanes.fields]] or of a [[sheets.marks]]"
    return [(at, f"the lane has no field `{name}`: {what}, or `{ABOUT}` or `{COMMENTS}`")]


def _way_past(sheet: Sheet, lane: Lane, method: Method) -> str:
    """How notes get into a lane with nothing asked; empty where they do not."""
    if lane.takes:
        return "what is handed on has no answers yet, and lies here"
    if lane.answers:
        return "a leader answers here, and is asked for `fields` that are `required`"
    for item in method.rounds:
        if item.sheet != sheet.id or (item.lanes and lane.id not in item.lanes):
            continue
        if item.pick:
            return f"what is picked in round `{item.id}` has no answers yet, and lies here"
        if item.reveal in ("by_facilitator", "on_round", "on_turn"):
            return f'round `{item.id}` raises drafts here as they are (reveal = "{item.reveal}")'
        if item.draw or item.claim:
            return f"cards of round `{item.id}` have no answers, and lie here"
    return ""


def _endless(at: str, again: Again | None, kind: MarkKind, sheet: Sheet) -> Faults:
    """A further version that could not be written, or not be linked to the former one."""
    if again is None:
        return []
    if sheet.lane(again.lane) is None:
        return [(f"{at}.lane", f"sheet `{sheet.id}` has no lane `{again.lane}`: write the id of one")]
    link = sheet.link(again.link)
    if link is None:
        return [
            (f"{at}.link", f"sheet `{sheet.id}` has no links `{again.link}`: write a [[sheets.links]] with that id")
        ]
    lanes = [lane.id for lane in sheet.lanes if kind.in_lane(lane.id)]
    if not sheet.among(link.starts, again.lane) or not any(sheet.among(link.ends, lane) for lane in lanes):
        what = f'write from = ["{again.lane}"] and to = {lanes} there, or more'.replace("'", '"')
        return [(f"{at}.link", f"links `{link.id}` do not lead from there to notes with this word: {what}")]
    return []


def _disorderly(at: str, lane: Lane) -> Faults:
    """Dates that are not to lie before what is no other date of the lane."""
    faults: Faults = []
    for k, field in enumerate(lane.fields):
        if field.calendar and field.kind != "date":
            what = 'only days stand in a calendar: leave it out, or write kind = "date"'
            faults.append((f"{at}.fields[{k}].calendar", what))
        if not field.not_before:
            continue
        other, here = lane.field(field.not_before), f"{at}.fields[{k}].not_before"
        if field.kind != "date":
            faults.append((here, 'only days have an order: leave it out, or write kind = "date"'))
        elif other is None or other.kind != "date" or other.id == field.id:
            faults.append((here, f"the lane has no other date `{field.not_before}`: write the id of one"))
    return faults
