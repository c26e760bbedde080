"""Faults of the learning cycle in a method file: its stations, the round that shows it, and what is told beside it.

What may not live here: what a screen is sent of it (`view.cycle_records`).
"""

from board_schema.cycle import Places
from board_schema.forms.scales import Faults
from board_schema.kind_faults import faults_of_lanes
from board_schema.method import Method
from board_schema.text_faults import repeated, untranslated


def faults_of_cycle(method: Method) -> Faults:
    """The faults of `[[stations]]`, `[[shows]]`, and rounds with `cycle`."""
    faults = repeated(".stations", [station.id for station in method.stations])
    rounds = {item.id for item in method.rounds}
    for i, station in enumerate(method.stations):
        at = f".stations[{i}]"
        faults += untranslated(f"{at}.title", station.title)
        if station.round not in rounds:
            faults.append((f"{at}.round", f"there is no round `{station.round}`: write where this is worked on"))
        for j, counted in enumerate(station.counts):
            faults += untranslated(f"{at}.counts[{j}].title", counted.title)
            faults += untranslated(f"{at}.counts[{j}].one", counted.one) if counted.one else []
            faults += _faults_of_places(f"{at}.counts[{j}]", counted, method)
        for j, dated in enumerate(station.dates):
            faults += untranslated(f"{at}.dates[{j}].title", dated.title)
            faults += _faults_of_places(f"{at}.dates[{j}]", dated, method, date=dated.field, text=dated.who)
    for i, shown in enumerate(method.shows):
        faults += untranslated(f".shows[{i}].title", shown.title)
        faults += _faults_of_places(f".shows[{i}]", shown, method, date=shown.until, text=shown.field)
    for i, item in enumerate(method.rounds):
        if item.cycle and not method.stations:
            faults.append((f".rounds[{i}].cycle", "there is nothing to show: write [[stations]] above the first sheet"))
        elif item.cycle and item.sheet:
            faults.append((f".rounds[{i}].sheet", "a round with `cycle` is about all sheets: leave `sheet` out"))
    return faults


def _faults_of_places(path: str, places: Places, method: Method, *, date: str = "", text: str = "") -> Faults:
    """Lanes that are not there, and fields that none of them has, or of another kind."""
    sheet = method.sheet(places.sheet)
    if sheet is None:
        return [(f"{path}.sheet", f"there is no sheet `{places.sheet}`")]
    faults = faults_of_lanes(f"{path}.lanes", sheet, places.lanes, made=False)
    for kind, name in (("date", date), ("text", text)):
        lanes = [lane for lane in sheet.lanes if lane.id in places.lanes]
        fields = [field for lane in lanes if (field := lane.field(name))]
        if name and not any(field.kind == kind for field in fields):
            what = f'none of these lanes has a field `{name}` of kind "{kind}": write one of theirs'
            faults.append((path, what))
    return faults
