"""Figures of a process stay when it ends, are taken over by the next, and count once in the sum of all."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crm.db.durations import Durations
from crm.db.engine import Pool
from crm.monitoring.figures import Figures, JobRun, Minute, Process
from crm.monitoring.shared_figures import PLACE_BYTES, Slot, read_figures, take_slot

HOLDER = """
import sys, time
from pathlib import Path
from crm.monitoring.figures import Figures
from crm.monitoring.shared_figures import take_slot
slot = take_slot(Path(sys.argv[1]))
figures = slot.found or Figures(5.0)
figures.slow_count += 3
slot.write(figures)
print("written", flush=True)
time.sleep(60)
"""


def taken(folder: Path) -> Slot:
    slot = take_slot(folder)
    assert slot is not None
    return slot


def some(requests: int) -> Figures:
    figures = Figures(7.0)
    figures.requests["GET /clients 200"] = durations = Durations()
    for _ in range(requests):
        durations.note(1_000_000)
    figures.minutes = [Minute(60, {"requests": requests}, {"waiting": requests})]
    figures.processes = [Process("web", os.getpid(), 1.0, "1", 0, Pool(8, 2, 1, 0))]
    return figures


def test_all_slots_together_are_the_sum_and_minutes_are_merged(tmp_path: Path) -> None:
    slots = [taken(tmp_path / "f") for _ in range(2)]
    for slot, count in zip(slots, (3, 4), strict=True):
        slot.write(some(count))
    whole = read_figures(tmp_path / "f", 100.0)
    assert whole.since == 7.0
    assert whole.requests["GET /clients 200"].count == 7
    assert [(minute.counts, minute.peaks) for minute in whole.minutes] == [({"requests": 7}, {"waiting": 4})]
    assert len(whole.processes) == 2
    for slot in slots:
        slot.release()


def test_what_an_ended_process_counted_stays_and_what_it_held_does_not(tmp_path: Path) -> None:
    slot = taken(tmp_path)
    slot.write(some(3))
    slot.release()
    whole = read_figures(tmp_path, 100.0)
    assert whole.requests["GET /clients 200"].count == 3
    assert whole.processes == []
    successor = taken(tmp_path)
    assert successor.found is not None
    assert successor.found.requests["GET /clients 200"].count == 3
    assert len(list(tmp_path.iterdir())) == 1
    successor.release()


def test_a_killed_process_leaves_its_slot_to_the_next(tmp_path: Path) -> None:
    for times in (1, 2):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, encoding="utf-8"
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process.stdout.close()
        assert read_figures(tmp_path, 100.0).slow_count == 3 * times


@pytest.mark.parametrize("place", [0, 1])
def test_a_write_that_was_cut_short_leaves_the_one_before(tmp_path: Path, place: int) -> None:
    slot = taken(tmp_path)
    for count in (1, 2, 3) if place else (1, 2):
        slot.write(some(count))
    newest = 3 if place else 2
    with (tmp_path / "000").open("r+b") as file:
        file.seek(newest % 2 * PLACE_BYTES + 20)
        file.write(b"\0" * 8)
    slot.release()
    assert read_figures(tmp_path, 100.0).requests["GET /clients 200"].count == newest - 1


def test_figures_of_another_form_count_as_none(tmp_path: Path) -> None:
    slot = taken(tmp_path)
    figures = some(1)
    figures.jobs = {"job": JobRun(1.0, 1.0, 1.0, "soon")}  # type: ignore[arg-type]
    slot.write(figures)
    slot.release()
    assert read_figures(tmp_path, 100.0) == Figures(100.0)
    assert taken(tmp_path).found is None


def test_readers_meet_whole_figures_while_they_are_written(tmp_path: Path) -> None:
    slot, stop = taken(tmp_path), threading.Event()
    slot.write(some(1))

    def write() -> None:
        count = 1
        while not stop.is_set():
            slot.write(some(count := count + 1))

    writer = threading.Thread(target=write)
    writer.start()
    seen, deadline = list[int](), time.monotonic() + 20
    try:
        while len(seen) < 200 or (seen[-1] == seen[0] and time.monotonic() < deadline):
            seen.append(read_figures(tmp_path, 100.0).requests["GET /clients 200"].count)
    finally:
        stop.set()
        writer.join(10)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]
