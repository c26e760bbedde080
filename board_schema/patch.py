"""Patches: the difference of two views. What may not live here: the meaning of any record."""

from collections.abc import Mapping
from itertools import compress
from operator import is_not
from typing import Any

from msgspec import Struct

View = dict[str, dict[str, Any]]

_NOT_THERE = object()


class Patch(Struct, frozen=True):
    """Records that are new or different (`set`, whole) and ids of records that are gone (`gone`)."""

    set: View
    gone: list[str]

    def __bool__(self) -> bool:
        return bool(self.set or self.gone)


def diff(shown: View, view: View) -> Patch:
    """The patch from `shown` to `view`; falsy when they are equal.

    Records are compared by identity first, since a renewed view shares unchanged records with the one before. Ids are
    sorted, so that their order is not that of creation (V5).
    """
    keys, gone = differing(shown, view)
    changed = {key: view[key] for key in sorted(keys) if shown.get(key) != view[key]}
    return Patch(set=changed, gone=sorted(gone))


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The keys of `after` that are new or hold another object than before, and the keys that are gone.

    When one map was made from the other and new keys are last, the equal part is skipped in C code, so that the time
    depends on what changed and not on the size of the board.
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
    """The view after a patch; for tests and clients in Python."""
    return {key: record for key, record in {**shown, **patch.set}.items() if key not in patch.gone}
