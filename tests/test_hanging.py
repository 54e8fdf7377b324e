"""A test that waits without end fails by itself, and shows where it waited."""

import subprocess
import sys
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT
from tests.support.surroundings import surroundings

STUCK = """
import subprocess, sys, threading

def test_waits_for_a_lock():
    threading.Lock().acquire() and threading.Event().wait()

def test_waits_for_a_process():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"])

def test_waits_for_a_thread():
    thread = threading.Thread(target=threading.Event().wait, daemon=True)
    thread.start()
    thread.join()

def test_ends():
    pass
"""


def pytest_on(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The outcome of a test file under the project's own settings."""
    (folder / "test_stuck.py").write_text(source)
    # A moved clock is imported before pytest begins, which that would warn of.
    settings = [
        *("-c", str(PROJECT_ROOT / "pyproject.toml"), "--rootdir", str(folder)),
        *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *settings, *options, str(folder)],
        cwd=PROJECT_ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("processes", [0, 2])
def test_each_test_that_waits_without_end_fails_alone_and_shows_where(tmp_path: Path, processes: int) -> None:
    done = pytest_on(tmp_path, STUCK, "--timeout", "1", "-n", str(processes))
    assert "3 failed, 1 passed" in done.stdout
    for place in ("threading.Event().wait()", "subprocess.run([", "thread.join()"):
        assert place in done.stdout


def test_what_no_signal_ends_is_ended_by_force_and_shows_where(tmp_path: Path) -> None:
    """Its teardown waits too, or it waits outside of Python."""
    blocked = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n" + STUCK
    done = pytest_on(tmp_path, blocked, "--timeout", "1", "-o", "faulthandler_timeout=3", "-k", "lock")
    assert done.returncode not in {0, 5}
    assert "in test_waits_for_a_lock" in done.stderr


def test_a_thread_that_is_left_behind_does_not_keep_the_run_from_its_end(tmp_path: Path) -> None:
    left = "from threading import *\n\ndef test_leaves():\n    Thread(target=Event().wait).start()\n"
    done = pytest_on(tmp_path, left, "-p", "tests.conftest", "-o", "seconds_to_end=1")
    assert "1 passed" in done.stdout and done.returncode != 0
    assert "in _shutdown" in done.stderr


def test_every_test_has_a_bound(pytestconfig: pytest.Config) -> None:
    bound, last = float(pytestconfig.getini("timeout")), float(pytestconfig.getini("faulthandler_timeout"))
    assert 0 < bound < last
    assert pytestconfig.getini("faulthandler_exit_on_timeout") is True
