"""A disk whose filesystem has no hard links, as that of a USB stick: FAT by the kernel, or exFAT by FUSE."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = {"vfat": "mkfs.vfat", "exfat-fuse": "mkfs.exfat"}
MEGABYTES = 200


class NoLinklessDisk(Exception):
    """The reason why there can be none here."""


@contextmanager
def linkless_disk(image: Path, place: Path) -> Iterator[Path]:
    """Mounted at `place` while the block runs. Raises NoLinklessDisk."""
    if os.getuid() != 0:
        raise NoLinklessDisk("only root may mount a disk without hard links")
    place.mkdir()
    mount(image, place)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True, timeout=20)


def mount(image: Path, place: Path) -> None:
    problems = []
    for kind, maker in KINDS.items():
        image.unlink(missing_ok=True)
        with image.open("wb") as stream:
            stream.truncate(MEGABYTES * 1024 * 1024)
        problem = run(maker, str(image)) or run("mount", "-t", kind, "-o", "loop", str(image), str(place))
        if not problem:
            return
        problems.append(problem)
    raise NoLinklessDisk(f"no disk without hard links can be mounted here: {'; '.join(problems)}")


def run(*command: str) -> str:
    """What went wrong."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError:
        return f"{command[0]} is missing"
    return done.stderr.strip() or f"{command[0]} failed" if done.returncode else ""
