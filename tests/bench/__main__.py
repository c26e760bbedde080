"""`python3 tests bench`: measures what it costs to deliver a change to every screen, relative to a bare relay server.

Starts Tavle as it is shipped (tick, limits, rules, roles, embedded store with every change synced to disk) and a
load client in C on this machine, and in the same run, alternating, the bare limit: a `websockets` broadcast server
on uvloop that knows no boards and keeps nothing. Prints a table for each workload and, with --out, JSON.

    python3 tests bench                                   a few minutes: all quick workloads once, the bare limit beside
    python3 tests bench --workloads W2 --runs 3           medians of three alternating runs
    python3 tests bench --workloads all --runs 3 --peers all --out figures.json
    python3 tests bench --workloads none --screens        a wall's frames while notes are dragged, a phone on slow 4G
    python3 tests bench --workloads none --years          three years of a programme, beside a workshop of one evening
    python3 tests bench --smoke                           does it still work: tiny numbers, figures mean nothing

--peers adds hocuspocus, y-websocket and shared-reducer from npm, installed into a folder under the system's
temporary one (or TAVLE_BENCH_PEERS); what cannot be installed is skipped with a line saying so.

How to read it. Every addition carries a marker in its text, and the client checks that each one reached each
viewer exactly once and that each op was answered; any loss, doubling or leak is a FAULT and the exit code is 1. A
drag's position that was merged into a newer one is no loss, but its age until a viewer shows it or a newer one
counts into `fresh p99`. The denominator of every cost is operations offered x viewers. Times are printed and never
judged. Compare ratios within one run (columns `x`), never times between runs or machines: on a busy or small
machine a row moves by tens of per cent, and a remark says so when others used the cores meanwhile.

Where there are two cores or more, the server has one to itself and the client another. Needs Linux, a C compiler,
and for W6 an open-files limit above 10,000.

What may not live here: anything of a protocol, and any time that a test would fail by.
"""

import argparse
import contextlib
import random
import resource
import socket
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench import exports, micro, report, screens, years
from tests.bench.measure import Figures, Run, build_client, faults, run
from tests.bench.peers import PEERS
from tests.bench.targets import CannotRun, Limit, Target, Tavle
from tests.bench.workloads import ALL, BY_NAME, Stream, Workload

QUICK = ("W0", "W1", "W2", "W3", "W5", "W7", "W8a", "W8b", "W8c")  # without --workloads
PORTS = range(12_000, 32_000)  # below those that the system hands out for outgoing connections
SMOKE = 0.1  # of the people


def main(argv: list[str] | None = None) -> int:
    """Measure what was asked for; 0 when everything arrived exactly once, 1 when not or when it cannot run."""
    asked = _asked(argv)
    if asked.list:
        for workload in ALL:
            print(f"{workload.name:4} {workload.title}")
        for target in (Tavle(), Limit(), *PEERS):
            print(f"{target.name:15} {target.kind:6} keeps {target.keeps}")
        return 0
    small = micro.measure(quick=asked.smoke) if asked.micro else []
    files = exports.measure(quick=asked.smoke) if asked.exports else {}
    drawn = screens.measure(quick=asked.smoke) if asked.screens else {}
    of_years = years.measure(quick=asked.smoke) if asked.years else []
    results: list[Figures] = []
    workloads = [_smoke(w) if asked.smoke else w for w in asked.workloads]
    if workloads:
        with tempfile.TemporaryDirectory(prefix="tavle-bench-") as folder:
            try:
                client = build_client(Path(folder))
            except CannotRun as problem:
                print(problem, file=sys.stderr)
                return 1
            how = Run(
                client=client,
                seconds=1.5 if asked.smoke else asked.seconds,
                pin=not asked.no_pin,
                scale=SMOKE if asked.smoke else 1,
                verbose=asked.verbose,
            )
            results = _measured(asked, workloads, how)
        report.show(results)
        report.show_scaling(results)
        print(report.LEGEND)
        if asked.smoke:
            print("These are figures of a smoke test, with a tenth of the people: they mean nothing.")
    if small:
        micro.show(small)
    if files:
        exports.show(files)
    if drawn:
        screens.show(drawn)
    if of_years:
        years.show(of_years)
    if asked.out:
        report.save(asked.out, results=results, micro=small, exports=files, screens=drawn, years=of_years)
    wrong = [r for r in results if r["target"] == "tavle" and ("cannot" in r or r["faults"])]
    return 1 if wrong else 0


def _asked(argv: list[str] | None) -> argparse.Namespace:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(
        prog="python3 tests bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workloads", help=f"names, or all, or none; default {','.join(QUICK)}")
    parser.add_argument("--peers", help="names, or all; default: the bare limit only")
    parser.add_argument("--alone", action="store_true", help="Tavle only, without the bare limit")
    parser.add_argument("--runs", type=int, default=1, help="alternating runs of each; default 1")
    parser.add_argument("--seconds", type=float, default=6, help="measured in each run; default 6")
    parser.add_argument("--out", type=Path, help="write everything as JSON to this file")
    parser.add_argument("--no-micro", dest="micro", action="store_false", help="without the micro-benchmarks")
    parser.add_argument(
        "--no-exports", dest="exports", action="store_false", help="without what exports cost other workshops"
    )
    parser.add_argument("--screens", action="store_true", help="what screens do in headless Chromium, too")
    parser.add_argument("--years", action="store_true", help="what three years of a programme cost, beside a workshop")
    parser.add_argument("--no-pin", action="store_true", help="let the system choose the cores")
    parser.add_argument("--smoke", action="store_true", help="tiny numbers: does it still work?")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args(argv)
    asked.workloads = _named(parser, asked.workloads)
    peers = {target.name: target for target in PEERS}
    wanted = list(peers) if asked.peers == "all" else [name for name in (asked.peers or "").split(",") if name]
    for name in wanted:
        if name not in peers:
            parser.error(f"no such peer: {name}; there are {', '.join(peers)}")
    asked.targets = [Tavle(), *([] if asked.alone else [Limit()]), *(peers[name] for name in wanted)]
    return asked


def _named(parser: argparse.ArgumentParser, words: str | None) -> list[Workload]:
    match words:
        case None:
            names = list(QUICK)
        case "all":
            names = list(BY_NAME)
        case "none":
            names = []
        case _:
            names = words.split(",")
    for name in names:
        if name not in BY_NAME:
            parser.error(f"no such workload: {name}; there are {', '.join(BY_NAME)}")
    return [BY_NAME[name] for name in names]


def _measured(asked: argparse.Namespace, workloads: list[Workload], how: Run) -> list[Figures]:
    """Every target with every workload, alternating, as often as asked for."""
    targets = _ready(asked.targets)
    _raise_open_files()
    results: list[Figures] = []
    turn = 0
    for again in range(asked.runs):
        for workload in workloads:
            for target in targets:
                turn += 1
                head: Figures = {"target": target.name, "workload": workload.name, "run": again}
                try:
                    figures = run(target, workload, how, ports=[_free_port() for _ in range(workload.houses)])
                except CannotRun as problem:
                    results.append(head | {"cannot": str(problem)})
                    print(f"{workload.name} {target.name}: skipped: {problem}", file=sys.stderr, flush=True)
                    continue
                results.append(head | figures | {"faults": faults(figures, workload)})
                done = f"[{turn}/{asked.runs * len(workloads) * len(targets)}] {workload.name} {target.name}"
                print(f"{done}: {'; '.join(results[-1]['faults']) or 'ok'}", file=sys.stderr, flush=True)
    return results


def _ready(targets: list[Target]) -> list[Target]:
    """The targets that can be run here; a line for each that cannot."""
    found = []
    for target in targets:
        try:
            target.set_up()
        except CannotRun as problem:
            print(f"{target.name}: skipped: {problem}", file=sys.stderr, flush=True)
        else:
            found.append(target)
    return found


def _free_port() -> int:
    """A port that nobody has now."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


def _raise_open_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _smoke(workload: Workload) -> Workload:
    """The same with a tenth of the people, and boards."""
    people = max(8, round(workload.people * SMOKE))
    return replace(
        workload,
        people=people,
        boards=max(1, round(workload.boards * SMOKE)),
        seeders=min(workload.seeders, max(2, people // 3)),
        notes=min(workload.notes, 40),
        slow=min(workload.slow, 2),
        ramp_to=min(workload.ramp_to, 4),
        streams=tuple(_within(stream, people) for stream in workload.streams),
    )


def _within(stream: Stream, people: int) -> Stream:
    first, last = stream.members or (0, people - 1)
    rooms = None if stream.rooms is None else (0, 0)
    return replace(stream, members=(first, min(last, people // 3 if last > 1 else last)), rooms=rooms)


if __name__ == "__main__":
    sys.exit(main())
