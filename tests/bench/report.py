"""Tables and JSON from figures: medians over the runs, and ratios to the bare limit of the same runs.

What may not live here: measuring. Nothing here judges a time.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.bench.measure import Figures, remarks
from tests.bench.workloads import BY_NAME, ONE_PROCESS, TWO_PROCESSES, Workload

Column = tuple[str, Callable[[Figures], float | None]]


def _at(path: str) -> Callable[[Figures], float | None]:
    def look(figures: Figures) -> float | None:
        found: Any = figures
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found if isinstance(found, int | float) else None

    return look


def _stream(kinds: tuple[str, ...], key: str) -> Callable[[Figures], float | None]:
    """A quantile of the streams of these kinds; of several, the worst."""

    def look(figures: Figures) -> float | None:
        found = [s["lat_ms"][key] for s in figures.get("streams", ()) if s["name"] in kinds and s["lat_ms"]["n"]]
        return max(found, default=None)

    return look


def _each(path: str, *, scale: float) -> Callable[[Figures], float | None]:
    """A figure a second, for one connection."""
    look = _at(path)

    def per(figures: Figures) -> float | None:
        found = look(figures)
        return None if found is None else found / scale / figures["conns"]

    return per


_ALL_STREAMS = ("note", "drag", "text", "move")
COMMON: tuple[Column, ...] = (
    ("us/deliv", _at("server.us_per_delivery")),
    ("cores", _at("server.cores")),
    ("store", _at("server.store_cores")),
    ("deliv/s", _at("deliveries_s")),
    ("note p50", _stream(("note",), "p50")),
    ("note p99", _stream(("note",), "p99")),
    ("sync p50", _at("sync_ms.p50")),
    ("fresh p50", _stream(("drag", "text"), "p50")),
    ("fresh p99", _stream(("drag", "text"), "p99")),
    ("move p99", _stream(("move",), "p99")),
    ("KB/s/conn", _each("bytes_s", scale=1e3)),
    ("RSS MB", _at("server.rss_mb")),
    ("client", _at("client.cpu")),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "run": COMMON,
    "ramp": (
        ("deliv/s", _at("capacity.deliveries_s")),
        ("ops/s", _at("capacity.ops_s")),
        ("fresh p50", _at("capacity.p50_ms")),
        ("fresh p99", _at("capacity.p99_ms")),
        ("us/deliv", _at("capacity.us_per_delivery")),
        ("cores", _at("capacity.cores")),
        ("client", _at("capacity.client_cpu")),
        ("peak MB", _at("server.peak_mb")),
    ),
    "join": (
        ("full p99", _at("full_ms.p99")),
        ("full p50", _at("full_ms.p50")),
        ("first p99", _at("first_ms.p99")),
        ("upgrade p99", _at("upgrade_ms.p99")),
        ("KB a join", lambda figures: figures["bytes_per_join"] / 1e3),
        ("fresh p99", _at("live_lat_ms.p99")),
        ("CPU ms a join", lambda figures: 1e3 * figures["server"]["cpu_s"] / figures["joiners"]),
        ("peak MB", _at("server.peak_mb")),
    ),
    "idle": (
        ("bytes/conn", _at("server.bytes_per_connection")),
        ("RSS/conn", _at("server.rss_per_connection")),
        ("kernel/conn", _at("server.kernel_per_connection")),
        ("ready", _at("ready")),
        ("connect p99", _at("connect_ms.p99")),
        ("cores", _at("server.cores")),
        ("RSS MB", _at("server.rss_mb")),
    ),
    "slow": (
        ("fresh p99", _stream(_ALL_STREAMS, "p99")),
        ("fresh p50", _stream(_ALL_STREAMS, "p50")),
        ("us/deliv", _at("server.us_per_delivery")),
        ("cores", _at("server.cores")),
        ("deliv/s", _at("deliveries_s")),
        ("cut off", _at("slow_closed")),
        ("told why", _at("slow_told")),
        ("RSS MB", _at("server.rss_mb")),
        ("peak MB", _at("server.peak_mb")),
        ("client", _at("client.cpu")),
    ),
}
# The same ratio where a change must be on disk before it is shown: to the limit's figure and one disk sync.
WITH_SYNC = "note p99+sync"
# Of which column the ratio to the bare limit is worth a column of its own, and what it is called.
RATIOS = {
    "run": ("us/deliv", "note p99", WITH_SYNC),
    "ramp": ("deliv/s",),
    "join": (),
    "idle": ("bytes/conn",),
    "slow": ("us/deliv",),
}


def form(workload: Workload) -> str:
    """Which columns a workload has."""
    return "slow" if workload.slow else workload.mode


def summarised(results: list[Figures], workload: Workload) -> list[Figures]:
    """A row for each target: medians over its runs, ratios to the bare limit, what went wrong."""
    rows: list[Figures] = []
    mine = [result for result in results if result["workload"] == workload.name]
    for name in dict.fromkeys(result["target"] for result in mine):
        runs = [result for result in mine if result["target"] == name]
        good = [result for result in runs if "cannot" not in result]
        row: Figures = {"target": name, "runs": len(good)}
        if good:
            for title, look in COLUMNS[form(workload)]:
                values = [value for result in good if (value := look(result)) is not None]
                row[title] = statistics.median(values) if values else None
        row["faults"] = _once(text for result in good for text in result["faults"])
        row["remarks"] = _once(text for result in good for text in remarks(result))
        row["remarks"] += _once(result["cannot"] for result in runs if "cannot" in result)
        rows.append(row)
    _add_ratios(rows, RATIOS[form(workload)])
    return rows


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _add_ratios(rows: list[Figures], titles: tuple[str, ...]) -> None:
    limit = next((row for row in rows if row["target"] == "limit"), None)
    for row in rows:
        for title in titles:
            mine, floor = row.get(title), limit.get(title) if limit else None
            if title == WITH_SYNC and limit and limit.get("note p99") and row.get("sync p50"):
                mine, floor = row["note p99"], limit["note p99"] + row["sync p50"]
            row[f"{title} x"] = mine / floor if mine and floor else None


def show(results: list[Figures]) -> None:
    """Print a table a workload."""
    for name in dict.fromkeys(result["workload"] for result in results):
        workload = BY_NAME[name]
        titles = [title for title, _ in COLUMNS[form(workload)]]
        for title in reversed(RATIOS[form(workload)]):
            after = "sync p50" if title == WITH_SYNC else title
            titles.insert(titles.index(after) + 1, f"{title} x")
        rows = summarised(results, workload)
        titles = [title for title in titles if any(row.get(title) is not None for row in rows)]
        print(f"\n{name}  {workload.title}", flush=True)
        cells = [["", *titles]]
        cells += [[row["target"], *(_said(row.get(title), title) for title in titles)] for row in rows]
        widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
        for i, line in enumerate(cells):
            words = [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
            row = rows[i - 1] if i else {}
            verdict = [f"FAULT: {text}" for text in row.get("faults", ())] + row.get("remarks", [])
            print("  ".join(words) + ("  " + "; ".join(verdict or ["ok"]) if i else ""))


def scaling(results: list[Figures]) -> dict[str, float]:
    """How many times the changes a second, for each core used, two processes do of what one does; 2 is perfect."""

    def cost(name: str) -> float | None:
        rows = summarised(results, BY_NAME[name])
        return next((row.get("us/deliv") for row in rows if row["target"] == "tavle"), None)

    one = cost(ONE_PROCESS)
    return {name: 2 * one / two for name in TWO_PROCESSES if one and (two := cost(name))}


def show_scaling(results: list[Figures]) -> None:
    """Print it, where both were measured."""
    if found := scaling(results):
        said = ", ".join(f"{name} {times:.2f}x" for name, times in found.items())
        print(f"\nTwo processes by one ({ONE_PROCESS}), changes a second for each core used, 2 is perfect: {said}")


def _said(value: float | None, title: str) -> str:
    if value is None:
        return "-"
    if title.endswith(" x"):
        return f"{value:.2f}x"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


LEGEND = """
us/deliv   CPU of the server's whole process tree, its store included, per delivery: operations offered x viewers
store      how many of the cores its store used
note p99   ms from just before an addition is sent until a viewer has it, over every delivery
fresh p99  ms from a position's (or text's) sending until a viewer shows it or a newer one, over every delivery
move p99   the same for the stored moves that end drags
sync p50   ms that one fdatasync of an appended line takes on the store's file system, before and after the load
p99+sync x note p99 divided by the bare limit's and one such sync: a change is on disk before anybody is shown it
x          divided by the bare limit's figure of the same runs; the only figures to compare between machines
client     what the load client used of its core: above 0.9 it is the client that was measured"""


def save(path: Path, *, results: list[Figures], micro: list[Figures], **more: Figures | list[Figures]) -> None:
    """Write everything as JSON, medians and single runs; `more`: the other measurements by name."""
    names = list(dict.fromkeys(result["workload"] for result in results))
    document = {
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {"cores": os.cpu_count(), "kernel": platform.release(), "python": platform.python_version()},
        "scaling": scaling(results),
        "summary": {name: summarised(results, BY_NAME[name]) for name in names},
        "micro": micro,
        **more,
        "runs": results,
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
