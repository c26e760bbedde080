"""Faults of what a method file says of how long its boards are kept: `keep`, and what does not go with its word.

What may not live here: when a board is closed, erased or deleted (`decide`).
"""

from board_schema.forms import form_of
from board_schema.forms.scales import Faults
from board_schema.method import Method


def faults_of_keep(method: Method) -> Faults:
    """The faults of `keep`."""
    if (method.kind == "programme") != method.endless:
        path = ".keep" if method.kind == "programme" else ".kind"
        return [(path, 'a programme says so twice: write both kind = "programme" and keep = "programme", or neither')]
    if method.keep == "nothing":
        return _faults_of_nothing(method)
    return _faults_of_programme(method) if method.endless else _faults_of_workshop(method)


def _faults_of_workshop(method: Method) -> Faults:
    """What a board that is deleted soon after does not take, and has no cycle of."""
    what = 'a programme has these: write kind = "programme" and keep = "programme", or leave this out'
    faults: Faults = [(".stations", what)] if method.stations else []
    return faults + [
        (f".sheets[{i}].lanes[{j}].takes", what)
        for i, sheet in enumerate(method.sheets)
        for j, lane in enumerate(sheet.lanes)
        if lane.takes
    ]


def _faults_of_nothing(method: Method) -> Faults:
    """R33: what would have to be stored."""
    what = 'keep = "nothing" stores no text: leave this out, or leave `keep` out'
    faults: Faults = [(".sheets[0]", what)] if method.sheets else []
    if method.scribe:
        faults.append((".scribe", what))
    for name in ("take_home", "pick"):
        faults += [(f".rounds[{i}].{name}", what) for i, item in enumerate(method.rounds) if getattr(item, name)]
    return faults


def _faults_of_programme(method: Method) -> Faults:
    """R40: what belongs to a workshop with an end, or to people who stay."""
    ends = "a programme has no end: leave it out"
    faults: Faults = []
    if method.ahead:
        faults.append((".ahead", "people come to a programme by sittings and not on a day: leave it out"))
    for i, item in enumerate(method.rounds):
        faults += [
            (f".rounds[{i}].{name}", ends) for name in ("take_home", "pick", "when_leader") if getattr(item, name)
        ]
        faults += [
            (f".rounds[{i}].{name}", "groups are gone when a sitting ends: leave it out")
            for name in ("group", "show_groups")
            if getattr(item, name)
        ]
    for i, sheet in enumerate(method.sheets):
        at = f".sheets[{i}]"
        if sheet.per_group:
            faults.append((f"{at}.per_group", "groups are gone when a sitting ends: leave it out"))
        if form_of(sheet).has_cards:
            faults.append((f"{at}.form", "cards are dealt to people who stay: write another form"))
        faults += [
            (f"{at}.lanes[{j}].answers", "a leader answers after the close, and a programme has none: leave it out")
            for j, lane in enumerate(sheet.lanes)
            if lane.answers
        ]
    return faults
