"""diff and apply: a patch holds the changes only, and applying it gives the view."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from board_schema.patch import apply, diff

RECORDS = st.dictionaries(
    st.sampled_from("abcdef"), st.integers(0, 2) | st.lists(st.integers(0, 1), max_size=2), max_size=3
)
VIEWS = st.dictionaries(st.text("abcxyz:", min_size=1, max_size=3), RECORDS, max_size=8)


@settings(max_examples=300, deadline=None)
@given(VIEWS, VIEWS)
def test_P1_applying_the_difference_gives_the_view(shown: dict[str, Any], view: dict[str, Any]) -> None:
    change = diff(shown, view)
    assert apply(shown, change) == view
    assert bool(change) == (shown != view)
    assert not set(change.set) & set(change.gone)
    assert all(shown.get(key) != record for key, record in change.set.items()), "nothing is sent that did not change"


@settings(max_examples=100, deadline=None)
@given(VIEWS)
def test_P1_a_first_patch_is_the_whole_view_in_the_order_of_ids(view: dict[str, Any]) -> None:
    change = diff({}, view)
    assert change.set == view
    assert list(change.set) == sorted(view), "V5"
    assert change.gone == []
    assert not diff(view, view)
    assert diff(view, {}).gone == sorted(view)


@settings(max_examples=100, deadline=None)
@given(st.lists(VIEWS, min_size=2, max_size=5))
def test_P3_versions_between_may_be_skipped(views: list[dict[str, Any]]) -> None:
    stepwise: dict[str, Any] = {}
    for view in views:
        stepwise = apply(stepwise, diff(stepwise, view))
    assert stepwise == apply(views[0], diff(views[0], views[-1])) == views[-1]


def test_P2_a_record_is_replaced_whole() -> None:
    change = diff({"n": {"text": "a", "can": ["edit"]}}, {"n": {"text": "b"}})
    assert change.set == {"n": {"text": "b"}}


def test_what_is_shared_is_not_compared() -> None:
    class Unequal(dict):  # type: ignore[type-arg]
        def __eq__(self, other: object) -> bool:
            raise AssertionError("compared")

        __hash__ = None  # type: ignore[assignment]

    record = Unequal(a=1)
    assert not diff({"n": record}, {"n": record})
