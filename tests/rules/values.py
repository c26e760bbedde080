"""Values of every kind that msgpack carries, for what must read anything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


def whatever_packs(*, most: int) -> st.SearchStrategy[Any]:
    """Single values, and lists and maps of them, of at most so many leaves."""
    return st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.floats()
        | st.text(max_size=40)
        | st.binary(max_size=40),
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
        max_leaves=most,
    )
