"""Whether the program that is on the disk now could start: tried beside the one that runs, which goes on."""

import filecmp
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from crm.program import LOCK

START_SCRIPT = "HOLDFAST_START_SCRIPT"  # the variable that names scripts/serve where that was the start
INSTALLED = Path(sys.prefix) / "holdfast" / LOCK.name  # what that script installed the packages from
WORDS = [sys.executable, "-m", "crm", "serve"]
LONGEST_SECONDS = 600.0
NO_SUCH_OPTION = 2  # an earlier version knows no rehearsal


@dataclass(slots=True)
class Rehearsal:
    """One at a time, asked again and again until it is over. What stands in the way it says in the log."""

    _process: subprocess.Popen[bytes] | None = None
    _ends: float = 0.0

    def outcome(self) -> bool | None:
        """Whether a start would succeed; None while that is being found out. Raises OSError."""
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - what runs already
                [*WORDS, "--rehearse"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
            self._ends = time.monotonic() + LONGEST_SECONDS
        status = self._process.poll()
        if status is None and time.monotonic() < self._ends:
            return None
        self.end()
        return status in (0, NO_SUCH_OPTION)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def needs_packages() -> bool:
    """Whether the start would install packages first, which may fail and cannot be tried."""
    if START_SCRIPT not in os.environ or not INSTALLED.exists():
        return False
    return not filecmp.cmp(LOCK, INSTALLED, shallow=False)
