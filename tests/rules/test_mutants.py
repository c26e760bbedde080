"""T2: the checks check. With each planted bug the promise it breaks must fail; without it all hold."""

import pytest

from board_schema import fold, wire
from tests.rules import machine
from tests.rules.mutants import MUTANTS, Mutant, planted
from tests.rules.play import STEMS
from tests.rules.promises import PROMISES


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


def run_some(seeds: int) -> None:
    for seed in range(seeds):
        machine.run(seed, STEMS[seed % len(STEMS)])


def test_T2_a_log_with_an_op_twice_is_noticed() -> None:
    world = machine.run(1, STEMS[0])
    extra = next(e for e in reversed(world.log.entries) if wire.unpack_entry(e).tab)
    world.log.entries.append(extra)
    for process in world.processes:
        process.follow()
    with pytest.raises(AssertionError, match="twice"):
        machine.check(world)


def test_T2_a_line_that_never_resends_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: machine.Tab, process: machine.Process) -> None:
        self.hang_up()
        self.process = process
        process.follow()

    monkeypatch.setattr(machine.Tab, "connect", connect)
    with pytest.raises(AssertionError):
        run_some(20)


def test_T2_an_ack_before_its_append_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(self: machine.Tab) -> None:
        if self.process and self.up:
            frame = wire.read(self.up.pop(0))
            assert isinstance(frame, wire.Op)
            self.down.append(("ack", frame.n))
            if self.world.rng.random() < 0.99:
                self.process.submit(self, frame)

    monkeypatch.setattr(machine.Tab, "serve", serve)
    with pytest.raises(AssertionError):
        run_some(20)


def test_T2_a_screen_that_keeps_what_it_held_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = machine.Tab.hang_up

    def hang_up(self: machine.Tab) -> None:
        held = self.__dict__.get("shown", {})
        fresh(self)
        self.shown = held

    monkeypatch.setattr(machine.Tab, "hang_up", hang_up)
    with pytest.raises(AssertionError):
        run_some(60)
