"""A power cut at any moment of a recorded run: with synchronous=FULL nothing acknowledged is lost.

The same harness must see loss where there is some: with NORMAL and with OFF it does.
"""

from pathlib import Path

import pytest

from tests.support.torture.kill_rounds import Arena
from tests.support.torture.power_cut import Disk
from tests.support.torture.recording_vfs import Sync, Truncate, Write
from tests.support.torture.replay import record_run, replay

STATES = 240


@pytest.mark.timeout(600)
def test_power_cuts_at_any_moment_lose_nothing(arena: Arena, tmp_path: Path) -> None:
    recording = record_run(arena, deeds=80)
    verdict = replay(recording, tmp_path, STATES, seed=20261121)
    assert verdict.lost == verdict.broken == []
    assert verdict.states == STATES
    assert verdict.acknowledged > 150
    kinds = {
        (type(event), event.file) for event in recording.events if isinstance(event, Write | Sync | Truncate)
    }
    assert kinds >= {(kind, file) for kind in (Write, Sync) for file in ("crm.db", "crm.db-wal")}


def test_without_a_sync_at_each_commit_the_harness_reports_lost_acknowledgements(
    arena: Arena, tmp_path: Path
) -> None:
    verdict = replay(record_run(arena, deeds=30, synchronous="NORMAL"), tmp_path, 60, seed=1)
    assert len(verdict.lost) > 10
    assert verdict.broken == [], "it loses what came last, but does not break what stays"


def test_without_any_sync_the_harness_reports_loss_and_damage(arena: Arena, tmp_path: Path) -> None:
    verdict = replay(record_run(arena, deeds=60, synchronous="OFF"), tmp_path, 100, seed=1)
    assert len(verdict.lost) > 10
    assert len(verdict.broken) > 10


class First:
    """Chance that decides as given: first `kind`, then the share of sectors."""

    def __init__(self, *values: float) -> None:
        self._values = list(values)

    def random(self) -> float:
        return self._values.pop(0) if len(self._values) > 1 else self._values[0]

    def randint(self, _: int, most: int) -> int:
        return most

    def shuffle(self, parts: list[object]) -> None:
        parts.reverse()


@pytest.mark.parametrize(
    ("chance", "after"),
    [
        (First(0.1), b"SSSS"),
        (First(0.3), b"SABB"),
        (First(0.9, 1.0, 0.0), b"SAAA"),
        (First(0.9, 0.5, 0.9, 0.1, 0.9), b"SSAS"),
    ],
    ids=["nothing", "everything in order", "everything in another order", "one sector of one write"],
)
def test_a_cut_keeps_what_was_synced_and_any_part_of_the_rest(chance: First, after: bytes) -> None:
    def sectors(text: str) -> bytes:
        return b"".join(letter.encode() * 512 for letter in text)

    disk = Disk({"f": b""})
    disk.see(Write("f", 0, sectors("SSSS")))
    disk.see(Sync("f", 1))
    disk.see(Write("f", 512, sectors("AAA")))
    disk.see(Write("f", 1024, sectors("BB")))
    files = disk.cut(chance)  # type: ignore[arg-type]
    assert files["f"][::512] == after


def test_a_sync_covers_only_what_came_before_it_began() -> None:
    disk = Disk({"f": b""})
    disk.see(Write("f", 0, b"early"))
    disk.see(Write("f", 0, b"later"))
    disk.see(Sync("f", 1))
    assert disk.cut(First(0.1)) == {"f": b"early"}  # type: ignore[arg-type]
    disk.see(Truncate("f", 2))
    assert disk.cut(First(0.3)) == {"f": b"la"}  # type: ignore[arg-type]
    disk.see(Sync("f", 4))
    assert disk.cut(First(0.1)) == {"f": b"la"}  # type: ignore[arg-type]
