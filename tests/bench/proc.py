"""Reads facts about processes from Linux: descendants, CPU time, memory.

Reads /proc; all it changes is on which cores a process may run.
"""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(roots: Iterable[int]) -> list[int]:
    """These processes and all their descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    found: list[int] = []
    todo = list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def keep_to(pid: int, cpus: frozenset[int]) -> None:
    """Let a process, and what it will start, run on these cores only; any, when none is named."""
    if cpus:
        os.sched_setaffinity(pid, cpus)


def cpu_seconds(pids: Iterable[int], *, called: str = "") -> float:
    """CPU time of these processes' threads so far, user and system; only of those with `called` in their name."""
    return sum(_cpu(pid) for pid in pids if called in _name(pid))


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""


def _cpu(pid: int) -> float:
    """To the nanosecond where the kernel tells, else to the clock's tick."""
    try:
        threads = [thread / "schedstat" for thread in Path(f"/proc/{pid}/task").iterdir()]
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
    except (OSError, ValueError, IndexError):
        fields = _stat(pid)
        return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def memory(pids: Iterable[int]) -> tuple[int, int]:
    """Bytes in memory: RSS, and PSS (pages that several share are divided among them)."""
    rss = pss = 0
    for pid in pids:
        try:
            rss += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    pss += int(line.split()[1]) * 1024
        except OSError:
            continue
    return rss, pss


def machine() -> tuple[float, float]:
    """Seconds that all cores have been busy, and that a hypervisor has taken away."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    idle, steal = fields[3] + fields[4], fields[7]
    return (sum(fields[:8]) - idle - steal) / TICKS, steal / TICKS


def socket_memory() -> int:
    """Bytes that the kernel holds for TCP sockets, the whole machine's."""
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            words = line.split()
            return int(words[words.index("mem") + 1]) * PAGE
    return 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
