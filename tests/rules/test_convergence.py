"""T1: a thousand random histories end with every screen equal and nothing lost or doubled."""

import time
from collections import Counter

import pytest

from tests.rules import machine
from tests.rules.play import STEMS

SEEDS = 1_000


def test_T1_O1_O2_P1_a_thousand_interleavings_converge_and_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.perf_counter()
    tally: Counter[str] = Counter()
    for seed in range(SEEDS):
        try:
            tally += machine.run(seed, STEMS[seed % len(STEMS)]).tally
        except Exception:
            print(f"seed {seed} of {STEMS[seed % len(STEMS)]} fails: machine.run({seed}, {STEMS[seed % len(STEMS)]!r})")
            raise
    with capsys.disabled():
        print(f"\n{SEEDS} seeds in {time.perf_counter() - began:.1f} s: {dict(tally)}")
    assert tally["ops"] > 40 * SEEDS, "hardly anything was done"
    assert tally["ops"] - tally["refusals"] > 10 * SEEDS, "hardly anything was allowed"
    assert tally["refusals"] > 10 * SEEDS
    assert tally["reconnect"] > 3 * SEEDS
    assert tally["crash"] > SEEDS // 2
    assert tally["Conflict"] > 3 * SEEDS
    assert tally["Lost"] > SEEDS
    assert tally["sealed"] > SEEDS // 50
    assert tally["closed"] > SEEDS // 20


@pytest.mark.parametrize("stem", STEMS)
def test_T1_a_long_history_converges(stem: str) -> None:
    machine.run(4_711, stem, steps=1_200)
