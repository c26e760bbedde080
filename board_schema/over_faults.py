"""Faults of sheets that are drawn over a map: which map, between which days, and what is left of a note (R47)."""

from board_schema.forms import form_of
from board_schema.forms.scales import Faults
from board_schema.method import Lane, Method, Sheet

DAYS = 2  # a span goes from one day to another


def faults_of_over(path: str, sheet: Sheet, method: Method) -> Faults:
    """A map that is none or that no note names, and what only such a sheet has on another one."""
    faults: Faults = []
    if sheet.over:
        shown = method.sheet(sheet.over)
        if not form_of(sheet).lies_over or sheet.per_group:
            faults.append((f"{path}.over", "only columns that all share are drawn over a map: leave it out"))
        elif shown is None or not form_of(shown).places:
            faults.append((f"{path}.over", f'`{sheet.over}` is no map: write the id of a sheet with form = "map"'))
        elif not any(sheet.over in lane.about for lane in sheet.lanes):
            what = f'write about = ["{sheet.over}"] in a lane, or leave it out'
            faults.append((f"{path}.over", f"no note of the sheet names anything of that map: {what}"))
    for j, lane in enumerate(sheet.lanes):
        faults += _faults_of_lane(f"{path}.lanes[{j}]", lane, sheet)
    return faults


def _faults_of_lane(path: str, lane: Lane, sheet: Sheet) -> Faults:
    faults: Faults = []
    for field, given in (("span", lane.span), ("tells", lane.tells)):
        if given and not sheet.over:
            what = "is of a sheet that is drawn over a map: write `over` there, or leave it out"
            faults.append((f"{path}.{field}", what))
    if lane.span:
        dates = {field.id for field in lane.fields if field.kind == "date"}
        if len(lane.span) != DAYS or lane.span[0] == lane.span[1] or not dates.issuperset(lane.span):
            faults.append(
                (f"{path}.span", "write the ids of two dates of the lane: the one it begins on, then the other")
            )
    told = lane.field(lane.tells)
    if lane.tells and (told is None or told.kind != "text"):
        faults.append(
            (f"{path}.tells", f'the lane has no text `{lane.tells}`: write the id of a field of kind = "text"')
        )
    return faults
