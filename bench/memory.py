"""What a process and its children take: memory, as the proportional share of each page (PSS), and time."""

import os
from pathlib import Path

PROC = Path("/proc")


def megabytes(root: int) -> float:
    return sum(_pss(pid) for pid in _family(root)) / 1024


def processor_seconds(root: int) -> float:
    """Of those that run, with their own children that have ended."""
    return sum(sum(map(int, _times(pid))) for pid in _family(root)) / os.sysconf("SC_CLK_TCK")


def _times(pid: int) -> list[str]:
    """utime, stime, cutime and cstime of proc_pid_stat(5), after the name, which may hold anything."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[11:15]


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for task in (PROC / str(pid) / "task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _pss(pid: int) -> int:
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
