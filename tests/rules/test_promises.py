"""Every promise, on its own."""

from collections.abc import Callable

import pytest

from tests.rules import promises_of_maps, promises_of_ops, promises_of_parts  # noqa: F401  (add their plays)
from tests.rules.promises import PROMISES


@pytest.mark.parametrize("play", PROMISES, ids=lambda play: play.__name__)
def test_the_promise(play: Callable[[], None]) -> None:
    play()
