"""How much memory a process and its children take: the proportional share of each page (PSS)."""

from pathlib import Path

PROC = Path("/proc")


def megabytes(root: int) -> float:
    return sum(_pss(pid) for pid in _family(root)) / 1024


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
