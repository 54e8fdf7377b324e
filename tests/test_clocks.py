"""The clocks of `scripts/test-clocks` move the tests, and what they start, indeed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from crm import clock
from crm.config import PROJECT_ROOT
from tests.support.clocks import CLOCKS
from tests.support.surroundings import surroundings

AGREED_SECONDS = 60
ASK = "import time; from crm import clock; print(clock.now().timestamp(), time.strftime('%z'))"


def moved_by(folder: Path) -> float:
    """Seconds from the real clock, by which the system writes down when a file was made."""
    (folder / "made now").touch()
    return abs(clock.now().timestamp() - (folder / "made now").stat().st_mtime)


def test_a_process_has_the_clock_and_the_zone_of_the_test_that_starts_it(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=PROJECT_ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seconds, zone = done.stdout.split()
    assert abs(float(seconds) - time.time()) < AGREED_SECONDS
    assert zone == time.strftime("%z")
    assert (moved_by(tmp_path) > AGREED_SECONDS) == bool(request.config.getoption("clock"))


@pytest.mark.parametrize("name", CLOCKS)
def test_each_clock_moves_a_test_and_what_it_starts(name: str) -> None:
    this = f"{__file__}::{test_a_process_has_the_clock_and_the_zone_of_the_test_that_starts_it.__name__}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--clock", name, this],
        cwd=PROJECT_ROOT,
        env={name: value for name, value in surroundings().items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
