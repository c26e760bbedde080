"""Faults of links in a method file: kinds of a sheet, and what rounds say of them (R39).

What may not live here: whether somebody may set a link (`rules`).
"""

from board_schema.forms import MADE
from board_schema.forms.scales import Faults
from board_schema.kind_faults import faults_of_granted, faults_of_lanes, may_be_up
from board_schema.method import LinkKind, Method, Round, Sheet
from board_schema.text_faults import repeated, untranslated


def faults_of_links(path: str, sheet: Sheet) -> Faults:
    """The faults of a sheet's kinds of links."""
    faults = repeated(f"{path}.links", [kind.id for kind in sheet.links])
    for i, kind in enumerate(sheet.links):
        at = f"{path}.links[{i}]"
        faults += untranslated(f"{at}.title", kind.title)
        for field, lanes in (("from", kind.starts), ("to", kind.ends)):
            faults += faults_of_lanes(f"{at}.{field}", sheet, lanes)
    return faults + _faults_of_naming(path, sheet)


def _faults_of_naming(path: str, sheet: Sheet) -> Faults:
    """R43: names of circles are linked to their notes by one kind, and by nothing else to anything."""
    lane = sheet.placed("names")
    if lane is None:
        return []
    if sheet.naming is None:
        at = sheet.lanes.index(lane)
        what = f'a name is linked to the notes of its circle: write one [[sheets.links]] with from = ["{lane.id}"]'
        return [(f"{path}.lanes[{at}].place", what)]
    faults: Faults = []
    for i, kind in enumerate(sheet.links):
        named = [field for field, lanes in (("from", kind.starts), ("to", kind.ends)) if sheet.among(lanes, lane.id)]
        if kind != sheet.naming and named:
            lanes = ", ".join(f'"{each.id}"' for each in sheet.lanes if each.place in ("centre", "left", "right"))
            what = f"`{lane.id}` holds names of circles, which lead to nothing else: write {named[0]} = [{lanes}]"
            faults.append((f"{path}.links[{i}].{named[0]}", what))
        elif kind == sheet.naming and (kind.sign or "to" in named):
            field = "sign" if kind.sign else "to"
            faults.append((f"{path}.links[{i}].{field}", "leads from the name of a circle to its notes: leave it out"))
    return faults


def faults_of_round_links(path: str, item: Round, sheet: Sheet) -> Faults:
    """The faults of what a round grants."""
    known = [kind.id for kind in sheet.links]
    return faults_of_granted(f"{path}.link", "links", item.link, known, sheet)


def faults_of_answer_links(method: Method) -> Faults:
    """R38: a leader's answer is linked to what it answers, so the lane for answers needs a kind of links."""
    lane, sheet = method.answer_lane, method.picks
    if lane is None or sheet is None:
        return []
    at = f".sheets[{method.sheets.index(sheet)}].lanes[{sheet.lanes.index(lane)}].answers"
    kinds = [kind for kind in sheet.links if lane.id in kind.starts]
    if len(kinds) != 1 or kinds[0].starts != (lane.id,) or set(kinds[0].ends) != set(lane.answers):
        ends = ", ".join(f'"{name}"' for name in lane.answers)
        what = f'answers are linked to what they answer: write one [[sheets.links]] with from = ["{lane.id}"]'
        return [(at, f"{what} and to = [{ends}]")]
    return []


def never_linked(method: Method) -> Faults:
    """Kinds of links that no round can set: nobody is granted them, and nobody writes or changes a note there; or
    nothing is ever up where they lead to.
    """
    nowhere = [
        (
            f".sheets[{i}].links[{j}].to",
            f"no round can set it: nothing is up in `{'`, `'.join(kind.ends)}` in any; write lanes where something is",
        )
        for i, sheet in enumerate(method.sheets)
        for j, kind in enumerate(sheet.links)
        if kind.ends and not any(_leads_to(method, sheet, lane) for lane in kind.ends)
    ]
    return nowhere + [
        (
            f".sheets[{i}].links[{j}]",
            f'no round can set it: write link = {{ {kind.id} = ["own"] }} in a [[rounds]] about sheet `{sheet.id}`',
        )
        for i, sheet in enumerate(method.sheets)
        for j, kind in enumerate(sheet.links)
        if not any(_sets(item, sheet, kind) for item in method.rounds if item.sheet == sheet.id)
        if kind.id != method.answer_link or sheet != method.picks
    ]


def _leads_to(method: Method, sheet: Sheet, lane: str) -> bool:
    """Whether something may be up in that lane while the workshop is open: a leader's answers come after the close."""
    declared = sheet.lane(lane)
    return not (declared and declared.answers) and may_be_up(method.rounds, sheet, lane)


def _sets(item: Round, sheet: Sheet, kind: LinkKind) -> bool:
    """Whether somebody may set links of this kind in a round about its sheet: also who writes or edits there."""
    if not (kind.id in item.link or item.write or item.place or item.move or item.pick):
        return False
    if not item.lanes or not kind.starts:
        return True
    made = MADE in item.lanes and MADE in kind.starts
    return made or any(sheet.lane(lane) is not None and lane in kind.starts for lane in item.lanes)
