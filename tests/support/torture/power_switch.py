"""A real filesystem whose power can be cut: ext4 on a loop device, and the call that ends it without a flush.

What nobody had asked the kernel to sync yet is gone, as it would be from a machine without a battery.
"""

import fcntl
import os
import random
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.support.torture.kill_rounds import Arena, Outcome, build_arena, inspect, run_round
from tests.support.torture.promises import note_cut

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
MEGABYTES = 256


class NoPowerSwitch(Exception):
    """The reason why there can be none here."""


class Disk:
    """A mounted image file."""

    def __init__(self, image: Path, place: Path) -> None:
        self.place = place
        self._image = image

    def make(self) -> None:
        if os.getuid() != 0:
            raise NoPowerSwitch("only root may mount a disk and cut its power")
        with self._image.open("wb") as stream:
            stream.truncate(MEGABYTES * 1024 * 1024)
        self.place.mkdir()
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self.switch_on()

    def switch_on(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.place))

    def cut(self) -> None:
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def switch_off_and_on(self) -> None:
        """What was written and not synced is gone after this."""
        self.remove()
        self.switch_on()

    def remove(self) -> None:
        """Killed processes may need a moment to let go of it."""
        for _ in range(50):
            if not os.path.ismount(self.place):
                return
            with suppress(NoPowerSwitch):
                _run("umount", str(self.place))
            time.sleep(0.05)
        _run("umount", str(self.place))


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError as error:
        raise NoPowerSwitch(f"{command[0]} is not here") from error
    if done.returncode:
        raise NoPowerSwitch(f"{command[0]}: {done.stderr.strip()}")


def _strike(arena: Arena, number: int, disk: Disk) -> None:
    """Noted first: while the power goes, a sync in progress may be reported as done."""
    note_cut(arena.logs, f"r{number}")
    disk.cut()


@contextmanager
def real_disk(folder: Path) -> Iterator[Disk]:
    """Raises NoPowerSwitch where it cannot be."""
    disk = Disk(folder / "image", folder / "disk")
    disk.make()
    try:
        yield disk
    finally:
        disk.remove()


def cut_power(
    folder: Path,
    cuts: int,
    seed: int,
    synchronous: str = "FULL",
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Outcome:
    """So many cuts under load on one database; the logs of promises stand on another disk."""
    chance, outcome, before = random.Random(seed), Outcome(), 0
    folder.mkdir(parents=True, exist_ok=True)
    with real_disk(folder) as disk:
        arena = build_arena(disk.place / "arena", logs=folder / "logs")
        arena = replace(arena, synchronous=synchronous)
        for number in range(cuts):
            run_round(arena, number, chance, partial(_strike, arena, number, disk))
            disk.switch_off_and_on()
            judgement, acknowledged = inspect(arena)
            outcome.add(number, judgement, acknowledged - before)
            before = acknowledged
            tell(outcome)
            if not judgement.kept:
                break
    return outcome
