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
    # Far below what a run gives, and far above nothing: none of this may stop happening unnoticed.
    assert tally["ops"] > 40 * SEEDS, "hardly anything was done"
    assert tally["ops"] - tally["refusals"] > 18 * SEEDS, "hardly anything was allowed"
    assert tally["refusals"] > 10 * SEEDS
    assert tally["reveals"] > SEEDS // 5, "hardly anything was revealed"
    assert tally["raised"] > SEEDS // 10
    assert tally["reconnect"] > 3 * SEEDS
    assert tally["lost frames"] > 3 * SEEDS
    assert tally["lost acks"] > SEEDS
    assert tally["late"] > 2 * SEEDS
    assert tally["crash"] > SEEDS
    assert tally["reset"] > SEEDS // 5
    assert tally["Conflict"] > 3 * SEEDS
    assert tally["Lost"] > SEEDS
    assert tally["removals"] > SEEDS // 200
    assert tally["sealed"] > SEEDS // 50
    assert tally["closed"] > SEEDS // 20


def test_T1_long_histories_converge() -> None:
    tally = sum((machine.run(4_711, stem, steps=2_500, closing=0).tally for stem in STEMS), Counter[str]())
    print(dict(tally))
    assert tally["ops"] - tally["refusals"] > 600
    assert tally["reveals"] + tally["raised"] > 10, "hardly anything was shown"
