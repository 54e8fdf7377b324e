"""A disk that is soon full: a small tmpfs, which only root may mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoSmallDisk(Exception):
    """The reason why there can be none here."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mounted at the folder while the block runs. Raises NoSmallDisk."""
    if os.getuid() != 0:
        raise NoSmallDisk("only root may mount a small disk")
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        raise NoSmallDisk(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=20)


def fill(folder: Path, leave: int = 0) -> Path:
    """Take all room but `leave` bytes by one file, which may be removed to make room again."""
    filler = folder / "filler"
    with filler.open("wb") as stream:
        usage = os.statvfs(folder)
        os.posix_fallocate(stream.fileno(), 0, max(usage.f_bavail * usage.f_frsize - leave, 1))
    return filler
