"""T2: each planted bug makes a check fail, and without planted bugs all checks pass."""

import pytest

from board_schema import fold, wire
from tests.rules import (
    machine,
    mutants,
    mutants_of_days,
    mutants_of_links,
    mutants_of_maps,
    mutants_of_parts,
    promises_of_ops,  # noqa: F401  (adds its plays)
)
from tests.rules.mutants import Mutant, planted
from tests.rules.planted import BUGS, Bug
from tests.rules.play import STEMS
from tests.rules.promises import PROMISES

MUTANTS = [
    *mutants.MUTANTS,
    *mutants_of_links.MUTANTS,
    *mutants_of_maps.MUTANTS,
    *mutants_of_parts.MUTANTS,
    *mutants_of_days.MUTANTS,
]
SAMPLE = 60  # of T1's thousand seeds


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "_"))
def test_T2_the_planted_bug_is_noticed(mutant: Mutant) -> None:
    with planted(mutant):
        try:
            mutant.caught_by()
        except AssertionError:
            return
    pytest.fail(f"nobody noticed: {mutant.name}")


def test_T2_every_promise_has_a_mutant() -> None:
    assert {mutant.caught_by for mutant in MUTANTS} == set(PROMISES)


def test_T2_a_mutant_leaves_nothing_behind() -> None:
    before = {name: getattr(fold, name) for name in vars(fold)}
    with planted(MUTANTS[0]):
        pass
    assert {name: getattr(fold, name) for name in vars(fold)} == before
    for play in PROMISES:
        play()


def histories_that_notice(seeds: range) -> list[int]:
    """The seeds whose history does not end as it must."""
    noticed = []
    for seed in seeds:
        try:
            machine.run(seed, STEMS[seed % len(STEMS)])
        except (AssertionError, fold.FoldError):
            noticed.append(seed)
    return noticed


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name.replace(" ", "_"))
def test_T2_a_thousand_histories_notice_a_bug_of_the_machine(bug: Bug, capsys: pytest.CaptureFixture[str]) -> None:
    """A sample of T1's seeds is enough for each: what some of these notice, all of those do."""
    with bug.plant:
        noticed = histories_that_notice(range(SAMPLE))
    with capsys.disabled():
        print(f"\n{bug.name}: {bug.what}; noticed by {len(noticed)} of {SAMPLE} seeds, first {noticed[:1]}", end=" ")
    assert noticed, f"nobody noticed: {bug.name}"
    assert histories_that_notice(range(noticed[0], noticed[0] + 1)) == [], "it fails without the bug, too"


def test_T2_the_eight_bugs_are_eight() -> None:
    assert len({bug.name for bug in BUGS}) == 8


def test_T2_a_log_with_an_op_twice_is_noticed() -> None:
    world = machine.run(1, STEMS[0])
    extra = next(e for e in reversed(world.log.entries) if wire.unpack_entry(e).tab)
    world.log.entries.append(extra)
    for process in world.processes:
        process.follow()
    with pytest.raises(AssertionError, match="twice"):
        machine.check(world)


def test_T2_a_screen_that_keeps_what_it_held_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """P1: a new connection starts from an empty picture."""
    fresh = machine.Tab.connect

    def connect(self: machine.Tab, process: machine.Process) -> None:
        held = self.shown
        fresh(self, process)
        self.shown = held

    monkeypatch.setattr(machine.Tab, "connect", connect)
    assert histories_that_notice(range(SAMPLE))
