"""The map: a centre with what supports it and what strains it, and links between them, in which circles are found.

Each lane says which place of the picture it is (`place`). What may not live here: which circles there are
(`rules.circles`), and where notes lie that people gave no place.
"""

from board_schema.forms.form import Form
from board_schema.forms.scales import Faults
from board_schema.method import Sheet

ONE = ("centre", "left", "right")  # places of which a map has one each; of the others it has one at most


class Map(Form):
    """Declared lanes in places; a note's spot is the place that people gave it, not its order (R43)."""

    name = "map"
    places = True

    def faults(self, sheet: Sheet) -> Faults:
        there = [lane.place for lane in sheet.lanes]
        faults: Faults = [(".per_group", "a map is one for everybody: leave it out")] if sheet.per_group else []
        for at, lane in enumerate(sheet.lanes):
            if not lane.place:
                what = 'write place = "left" or another place of a map: centre, left, right, tray, names'
                faults.append((f".lanes[{at}].place", what))
            elif lane.place in there[:at]:
                faults.append((f".lanes[{at}].place", f"`{lane.place}` is a lane above already: write another place"))
        for place in ONE:
            if place not in there:
                what = f'a map has a centre and two sides: write a [[sheets.lanes]] with place = "{place}"'
                faults.append(("", what))
        return faults
