"""Faults of what a method file says about handing on (R42): which lanes of a programme take what."""

from collections import Counter

from board_schema.forms.scales import Faults
from board_schema.method import Method


def faults_of_handing(method: Method) -> Faults:
    """Each thing is taken by one lane that all share, and whoever takes something takes points."""
    faults: Faults = []
    lanes = [
        (f".sheets[{i}].lanes[{j}].takes", sheet, lane)
        for i, sheet in enumerate(method.sheets)
        for j, lane in enumerate(sheet.lanes)
        if lane.takes
    ]
    numbers = Counter(lane.takes for _, _, lane in lanes)
    for at, sheet, lane in lanes:
        if numbers[lane.takes] > 1:
            faults.append((at, f"one lane takes what is a `{lane.takes}`: leave it out in the others"))
        if sheet.per_group:
            faults.append((at, "what is handed on is everybody's: take it out of a sheet with `per_group`"))
        if lane.fields and any(field.required for field in lane.fields):
            faults.append((at, "what is handed on has no answers yet: leave `required` out of its fields"))
    if lanes and not numbers["point"]:
        faults.append((lanes[0][0], "let one lane take `point`: there lies what no other lane takes"))
    return faults
