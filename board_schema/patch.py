"""What changed between two views. Nothing here knows what a record means."""

from collections.abc import Mapping
from itertools import compress
from operator import is_not
from typing import Any

from msgspec import Struct

View = dict[str, dict[str, Any]]

_NOT_THERE = object()


class Patch(Struct, frozen=True):
    """Records that are new or different (`set`, whole) and ids that are no longer shown (`gone`)."""

    set: View
    gone: list[str]

    def __bool__(self) -> bool:
        return bool(self.set or self.gone)


def diff(shown: View, view: View) -> Patch:
    """What turns `shown` into `view`; falsy when nothing does.

    Records are compared by identity first: a view made from the one before it shares what did not change.
    Ids come sorted, which is not the order of creation (V5).
    """
    keys, gone = differing(shown, view)
    changed = {key: view[key] for key in sorted(keys) if shown.get(key) != view[key]}
    return Patch(set=changed, gone=sorted(gone))


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The keys of `after` that are new or hold another object than before, and the keys that are gone.

    Where one map grew out of the other, so that what is new stands last, no step of Python is taken for what is
    the same: a large board costs what changed in it.
    """
    if before is after:
        return [], []
    old, new = list(before), list(after)
    if new[: len(old)] == old:
        changed = compress(new, map(is_not, before.values(), after.values()))
        return [*changed, *new[len(old) :]], []
    changed_too = [key for key, value in after.items() if before.get(key, _NOT_THERE) is not value]
    return changed_too, [key for key in before if key not in after]


def apply(shown: View, patch: Patch) -> View:
    """The view a screen holds after a patch; for tests and clients in Python."""
    return {key: record for key, record in {**shown, **patch.set}.items() if key not in patch.gone}
