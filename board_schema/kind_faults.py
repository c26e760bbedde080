"""Faults that kinds of marks and kinds of links have in common in a method file.

What may not live here: what a mark or a link means.
"""

from collections.abc import Collection, Mapping

from board_schema.forms.scales import Faults
from board_schema.method import Grants, Sheet


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
