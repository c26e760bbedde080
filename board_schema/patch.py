"""What changed between two views. Nothing here knows what a record means."""

from typing import Any

from msgspec import Struct

View = dict[str, dict[str, Any]]


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
    changed = {}
    for key, record in view.items():
        old = shown.get(key)
        if old is not record and old != record:
            changed[key] = record
    gone = [key for key in shown if key not in view]
    return Patch(set=dict(sorted(changed.items())), gone=sorted(gone))


def apply(shown: View, patch: Patch) -> View:
    """The view a screen holds after a patch; for tests and clients in Python."""
    return {key: record for key, record in {**shown, **patch.set}.items() if key not in patch.gone}
