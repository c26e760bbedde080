"""One Tavle, shared by the tests that do not break it; the others start their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.chaos.houses import Running, running


@pytest.fixture(scope="session")
def tavle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A whole Tavle; boards are new for each test, so tests do not meet."""
    with running(tmp_path_factory.mktemp("tavle") / "data") as started:
        yield started
