"""Every promise, on its own."""

from collections.abc import Callable

import pytest

from tests.rules import promises_of_ops  # noqa: F401  (adds its plays)
from tests.rules.promises import PROMISES


@pytest.mark.parametrize("play", PROMISES, ids=lambda play: play.__name__)
def test_the_promise(play: Callable[[], None]) -> None:
    play()
