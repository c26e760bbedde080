"""One run: start a server, put a workload on it with the load client, sample its processes, stop it.

What may not live here: what a server is spoken to with (targets.py), and tables (report.py).
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import proc
from tests.bench.targets import CannotRun, Site, Target
from tests.bench.workloads import Workload

HERE = Path(__file__).resolve().parent
WARM = 1.5  # seconds of the same load before anything is counted
HOLD = 4.0  # seconds that idle connections are watched
STEP = 2.0  # seconds of one step of a ramp: what is above capacity falls behind in it
SYNCS = 100  # before a load and after it
BETWEEN = 0.01  # seconds between two of them
LINE = b"x" * 200  # about what one change adds to the log
LOOK = 0.25  # seconds between two looks at memory

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How to run: where the load client is, how long to measure, on which cores, and whether to be told all."""

    client: Path
    seconds: float
    pin: bool
    scale: float = 1.0  # of people and connections, for a smoke test
    verbose: bool = False


def build_client(folder: Path) -> Path:
    """Compile the load client; raises CannotRun, with one plain sentence, where that cannot be done."""
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise CannotRun("The load client is written in C, and this machine has no C compiler (cc): install one.")
    binary = folder / "load"
    words = [compiler, "-O2", "-o", str(binary), str(HERE / "load.c"), "-lm"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise CannotRun(f"The load client needs Linux 5.11 or newer; {compiler} says: {done.stderr.strip()[-300:]}")
    return binary


def run(target: Target, workload: Workload, how: Run, *, ports: list[int]) -> Figures:
    """The figures of one run. Raises CannotRun; leaves nothing running and no file behind."""
    if target.kind == "peer" and (workload.workers > 1 or workload.houses > 1):
        raise CannotRun("it is measured as one process.")
    folder = Path(tempfile.mkdtemp(prefix="tavle-bench-"))
    servers, client = _cores(workload, pin=how.pin)
    site = Site(ports=ports, folder=folder, cpus=servers)
    try:
        target.start(site, workload)
        syncs = _syncs(folder) if workload.first_change else []
        figures = _drive(target, workload, how, site, client)
        if workload.first_change:
            figures["sync_ms"] = _quantiles(syncs + _syncs(folder))
        return figures
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _syncs(folder: Path) -> list[float]:
    """How long appending a line to a file takes until the disk has it, in milliseconds, several times."""
    took: list[float] = []
    with (folder / "sync").open("ab", buffering=0) as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            file.write(LINE)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1e3)
            time.sleep(BETWEEN)  # what is measured: a disk at rest in between, as between two ops
    return took


def _quantiles(values: list[float]) -> Figures:
    cuts = statistics.quantiles(values, n=100)
    return {"n": len(values), "p50": cuts[49], "p99": cuts[98]}


def _cores(workload: Workload, *, pin: bool) -> tuple[frozenset[int], frozenset[int]]:
    """The server's cores and the client's. One process gets one core, so that figures are per core."""
    mine = sorted(os.sched_getaffinity(0))
    if not pin or len(mine) < 2:
        return frozenset(), frozenset()
    servers = mine[:1] if workload.workers == workload.houses == 1 else mine[:-1]
    return frozenset(servers), frozenset(mine[-1:])


def _words(target: Target, workload: Workload, how: Run, site: Site) -> list[str]:
    words = ["--port", ",".join(map(str, site.ports)), "--mode", workload.mode]
    words += ["--conns", str(workload.connections), "--rooms", str(workload.boards)]
    words += target.entry(site, workload)
    for stream in workload.streams:
        words += ["--stream", stream.spec(spot=target.tavle)]
        for frame in target.first(stream.kind):
            words += ["--prep", frame]
        for frame in target.frames(stream.kind, workload):
            words += ["--op", frame]
    match workload.mode:
        case "run":
            seconds = max(how.seconds, workload.seconds) if how.scale == 1 else how.seconds
            words += ["--warm", str(WARM), "--duration", f"{seconds:g}", "--slow", str(workload.slow)]
        case "ramp":
            words += ["--ramp-step", str(STEP), "--ramp-factor", "1.6", "--ramp-bisect", "3"]
            words += ["--ramp-max", str(workload.ramp_to)] if target.limited or how.scale < 1 else []
        case "join":
            words += ["--seeders", str(workload.seeders), "--preload", str(workload.notes), "--timeout", "60"]
            words += ["--preload-hz", "300", "--join-marks", str(workload.notes)]
        case "idle":
            words += ["--hold", str(HOLD), "--timeout", "120"]
    return words


class _Watch(threading.Thread):
    """Looks at a server's memory until it is told to stop, and keeps the most it saw."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._site = site
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(LOOK):
            self.most = max(self.most, proc.memory(self._site.pids())[0])

    def stop(self) -> None:
        self._done.set()
        self.join()


def _drive(target: Target, workload: Workload, how: Run, site: Site, cpus: frozenset[int]) -> Figures:
    before = proc.memory(site.pids()), proc.socket_memory()
    watch = _Watch(site)
    watch.start()
    client = subprocess.Popen(
        [str(how.client), *_words(target, workload, how, site)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    proc.keep_to(client.pid, cpus)
    assert client.stdout is not None
    assert client.stderr is not None
    events, noise = [], []
    for line in client.stderr:
        if how.verbose:
            print("   ", line.rstrip()[:300], flush=True)
        if line.startswith("{"):
            events.append(_sampled(json.loads(line), site))
        else:
            noise.append(line)
    said = client.stdout.read()
    client.wait()
    watch.stop()
    if not said.strip():
        tail = site.log.read_text(errors="replace")[-300:]
        raise CannotRun(f"the load client failed: {''.join(noise)[-300:]}{tail}")
    figures: Figures = json.loads(said)
    figures["server"] = _server(figures, events, before) | {"peak_mb": round(watch.most / 1e6, 1)}
    complaints = site.log.read_text(errors="replace")
    figures["server"]["errors"] = complaints.count(" ERROR ") + complaints.count("Traceback")
    if how.verbose and figures["server"]["errors"]:
        print(complaints[-2000:], flush=True)
    return figures


def _sampled(event: Figures, site: Site) -> Figures:
    pids = site.pids()
    event["cpu"], event["store_cpu"] = proc.cpu_seconds(pids), proc.cpu_seconds(pids, called="valkey")
    event["machine"] = proc.machine()
    if event["ev"] in ("ready", "measure_start", "measure_end"):
        event["memory"] = proc.memory(pids)
        event["sockets"] = proc.socket_memory()
    return event


def _server(figures: Figures, events: list[Figures], before: tuple[tuple[int, int], int]) -> Figures:
    """CPU and memory of the server over the measured window; ratios to what was offered in it."""
    marks = {event["ev"]: event for event in events}
    start, end = marks.get("measure_start"), marks.get("measure_end")
    if start is None or end is None:
        return {}
    wall, spent = end["t"] - start["t"], end["cpu"] - start["cpu"]
    busy = end["machine"][0] - start["machine"][0]
    ours = spent + figures.get("client", {}).get("cpu", 0) * wall
    found: Figures = {
        "cpu_s": round(spent, 3),
        "cores": round(spent / wall, 3),
        "store_cores": round((end["store_cpu"] - start["store_cpu"]) / wall, 3),
        "rss_mb": round(end["memory"][0] / 1e6, 1),
        # What others did on this machine meanwhile: how noisy the figures are.
        "others": round(max(0.0, busy - ours) / wall, 2) if "client" in figures else None,
        "stolen": round((end["machine"][1] - start["machine"][1]) / wall, 3),
    }
    if figures.get("expected"):
        found["us_per_delivery"] = round(1e6 * spent / figures["expected"], 2)
    if figures["mode"] == "idle" and figures["ready"]:
        (rss, pss), sockets = before
        found["bytes_per_connection"] = round((end["memory"][1] - pss) / figures["ready"])
        found["rss_per_connection"] = round((end["memory"][0] - rss) / figures["ready"])
        found["kernel_per_connection"] = round((end["sockets"] - sockets) / figures["ready"])
    if figures.get("capacity", {}).get("scale"):
        figures["capacity"] |= _best_step(figures["capacity"], events)
    return found


def _best_step(capacity: Figures, events: list[Figures]) -> Figures:
    """CPU in the fastest step that passed."""
    begin: Figures | None = None
    for event in events:
        if event["ev"] == "step_start":
            begin = event
        elif event["ev"] == "step_end" and begin and abs(event["scale"] - capacity["scale"]) < 1e-3:
            spent, wall = event["cpu"] - begin["cpu"], event["t"] - begin["t"]
            return {
                "cores": round(spent / wall, 3),
                "us_per_delivery": round(1e6 * spent / wall / max(capacity["deliveries_s"], 1), 3),
            }
    return {}


def faults(figures: Figures, workload: Workload) -> list[str]:
    """What went wrong, in words: everything that must hold however slow the machine is (design 11.26)."""
    found = []
    here = figures["ready"] + figures.get("slow_closed", 0)
    if here < workload.connections:
        found.append(f"{workload.connections - here} of {workload.connections} connections missing at the end")
    for name, words in _FAULTS:
        if figures.get(name):
            found.append(f"{figures[name]:,} {words}")
    if figures.get("refused"):
        found[-1] += f" ({figures['reason']})"
    if workload.mode == "join":
        joiners = figures["joiners"]
        if figures["ready_ms"]["n"] < joiners:
            found.append(f"{joiners - figures['ready_ms']['n']} did not get in")
        if figures["full"] < joiners:
            found.append(f"{joiners - figures['full']} without the whole board")
    if figures["server"].get("errors"):
        found.append(f"{figures['server']['errors']} errors in the server's log")
    return found


_FAULTS = (
    ("lost", "lost"),
    ("live_lost", "lost by those who were there"),
    ("dup", "doubled"),
    ("foreign", "on the wrong board"),
    ("stale", "that nobody sent"),
    ("backwards", "went backwards"),
    ("unanswered", "ops without an answer"),
    ("bad_frames", "frames not readable"),
    ("resets", "resets"),
    ("troubles", "times the store was away"),
    ("refused", "ops refused"),
)


def remarks(figures: Figures) -> list[str]:
    """What a reader must know before believing a figure."""
    found = []
    client = figures.get("client", {}).get("cpu") or figures.get("capacity", {}).get("client_cpu") or 0
    if client > 0.9 or figures.get("client_limited"):
        found.append("bounded by the load client, or a busy machine")
    if figures.get("topped_out"):
        found.append("bounded by what one person may send")
    if (figures["server"].get("others") or 0) > 0.3:
        found.append(f"noisy: others used {figures['server']['others']:g} cores")
    if figures["server"].get("stolen", 0) > 0.05:
        found.append("noisy: cores stolen")
    return found
