"""Faults of the learning cycle in a method file: its stations, the round that shows it, what is told beside it and
under a map's poster, and what is asked.

What may not live here: what a screen is sent of it (`view.cycle_records`).
"""

from board_schema.cycle import Places
from board_schema.forms import form_of
from board_schema.forms.scales import Faults
from board_schema.kind_faults import faults_of_lanes
from board_schema.method import Lane, Method, Round
from board_schema.text_faults import repeated, untranslated


def faults_of_cycle(method: Method) -> Faults:
    """The faults of `[[stations]]`, `[[shows]]`, `prints`, rounds with `cycle`, and lanes with `asks`."""
    faults = repeated(".stations", [station.id for station in method.stations])
    rounds = {item.id for item in method.rounds}
    if method.stations and not any(item.cycle for item in method.rounds):
        faults.append((".stations", "no round shows the cycle: write cycle = true in one, or leave the stations out"))
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
    for i, sheet in enumerate(method.sheets):
        for j, lane in enumerate(sheet.lanes):
            faults += _faults_of_asking(f".sheets[{i}].lanes[{j}].asks", lane, method)
    for i, shown in enumerate(method.shows):
        faults += untranslated(f".shows[{i}].title", shown.title)
        faults += _faults_of_places(f".shows[{i}]", shown, method, date=shown.until, text=shown.field)
    for i, sheet in enumerate(method.sheets):
        if sheet.prints and not form_of(sheet).places:
            faults.append((f".sheets[{i}].prints", "only a map is printed with words under it: leave it out"))
        for j, shown in enumerate(sheet.prints):
            at = f".sheets[{i}].prints[{j}]"
            faults += untranslated(f"{at}.title", shown.title)
            faults += _faults_of_places(at, shown, method, date=shown.until, text=shown.field)
    faults += untranslated(".team", method.team) if method.team else []
    for i, item in enumerate(method.rounds):
        faults += _faults_of_also(f".rounds[{i}].also", item, method)
        if item.cycle and not method.stations:
            faults.append((f".rounds[{i}].cycle", "there is nothing to show: write [[stations]] above the first sheet"))
        elif item.cycle and item.sheet:
            faults.append((f".rounds[{i}].sheet", "a round with `cycle` is about all sheets: leave `sheet` out"))
    return faults


def _faults_of_also(path: str, item: Round, method: Method) -> Faults:
    """R49: rounds that are not there, that say nothing of a sheet, or of the same one; outside a round with `cycle`."""
    if item.also and not item.cycle:
        return [(path, "only a round with `cycle` leads on to the sheets of other rounds: leave it out")]
    rounds = {each.id: each for each in method.rounds}
    faults: Faults = []
    sheets: list[str] = []
    for each in item.also:
        there = rounds.get(each)
        if there is None:
            faults.append((path, f"there is no round `{each}`"))
        elif not there.sheet or there.reveal != "on_write" or there.see not in ("team", "all"):
            what = 'has no sheet where what is written is up at once: write one with reveal = "on_write"'
            faults.append((path, f"the round `{each}` {what}"))
        elif there.sheet in sheets:
            faults.append((path, f"two of these rounds are about the sheet `{there.sheet}`: leave one out"))
        else:
            sheets.append(there.sheet)
    return faults


def _faults_of_asking(path: str, lane: Lane, method: Method) -> Faults:
    """R49: questions that are no choice of the lane, or are asked about notes that its notes cannot name."""
    if lane.asks is None:
        return []
    field = lane.field(lane.asks.field)
    faults: Faults = []
    if field is None or field.kind != "choice":
        faults.append((f"{path}.field", 'the questions are the options of a field of the lane with kind = "choice"'))
    if not lane.asks.sheet:
        return [*faults, (f"{path}.lanes", "of which sheet? Write `sheet` as well")] if lane.asks.lanes else faults
    if lane.asks.sheet not in lane.about:
        faults.append(
            (f"{path}.sheet", f'its notes cannot name these: write about = ["{lane.asks.sheet}"] in the lane')
        )
    places = Places(lane.asks.sheet, lane.asks.lanes)
    return faults + _faults_of_places(path, places, method)


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
