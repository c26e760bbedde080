"""T12: the fuzz target, in every run: whole workshops made of bytes (fuzz_wire.py says what may not happen)."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from board_schema.commands import COMMANDS
from tests.machine.chaos import fuzz_wire


@examples(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.binary(min_size=1, max_size=500))
def test_T12_whatever_bytes_say_in_a_workshop_is_done_or_refused(data: bytes) -> None:
    fuzz_wire.one_input(data)


def test_T12_long_random_workshops_reach_every_op_and_harm_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzz target reaches the rules: every op is accepted in some of the workshops, not only refused."""
    chance, done, really = random.Random(seed), Counter[str](), fuzz_wire._done

    def counted(*args, **more):  # type: ignore[no-untyped-def]
        board = really(*args, **more)
        done[type(args[3]).__name__] += 1
        return board

    monkeypatch.setattr(fuzz_wire, "_done", counted)
    runs = 0
    while runs < 60 or (runs < 10_000 and len(done) < len(COMMANDS)):
        fuzz_wire.one_input(chance.randbytes(chance.randrange(1, 1_000)))
        runs += 1
    missing = {kind.__name__ for kind in COMMANDS.values()} - done.keys()
    print(f"{runs} workshops, {done.total()} ops done")
    assert not missing, missing
