"""What several kinds of faults in a method file ask: whether lanes are there and fill, what rounds grant by kind.

What may not live here: what a mark or a link means.
"""

from collections.abc import Collection, Iterable, Mapping

from board_schema.forms import MADE, form_of
from board_schema.forms.scales import Faults
from board_schema.method import Grants, Names, Round, Sheet


def faults_of_granted(
    path: str, what: str, granted: Mapping[str, Grants], known: Collection[str], sheet: Sheet
) -> Faults:
    """The faults of what a round grants by kind: a kind that the sheet has not, and one that is granted to nobody.

    `what`: `marks` or `links`, as in the file; `known`: the kinds that may be named.
    """
    faults: Faults = []
    for kind, grants in granted.items():
        if kind not in known:
            faults.append((path, no_kind(what, sheet, kind)))
        elif not grants:
            faults.append((path, f'grants `{kind}` to nobody: write {kind} = ["own"], or leave it out'))
    return faults


def no_kind(what: str, sheet: Sheet, kind: str) -> str:
    """What is said of a kind that a sheet has not."""
    return f"sheet `{sheet.id}` has no {what} `{kind}`: write a [[sheets.{what}]] with that id, or leave it out"


def may_be_up(rounds: Iterable[Round], sheet: Sheet, lane: str) -> bool:
    """Whether one of these rounds may put something up in that lane of a sheet."""
    about = [each for each in rounds if each.sheet == sheet.id]
    raises = [each for each in about if each.pick or each.place or each.draw or each.claim or each.reveal != "none"]
    moves = [each for each in about if each.move and raises]
    return any(not each.lanes or lane in each.lanes for each in (*raises, *moves))


def faults_of_lanes(path: str, sheet: Sheet, lanes: Names, *, made: bool = True) -> Faults:
    """Lanes that are named and that the sheet has not. `made`: `MADE` may stand for those that its form makes."""
    makes = made and form_of(sheet).makes_lanes(sheet)
    unknown = [lane for lane in lanes if sheet.lane(lane) is None and not (makes and lane == MADE)]
    return [(path, f"sheet `{sheet.id}` has no lane `{lane}`") for lane in unknown]
