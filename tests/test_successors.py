"""A process of the appliance that ends by itself is started again."""

import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from tests.support.appliance import Appliance, wait_until
from tests.support.serving import WEB, WORKER, ask, processes_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")


@pytest.mark.parametrize("name", [WEB, WORKER])
def test_a_process_that_ends_by_itself_is_started_again(appliance: Appliance, name: str) -> None:
    with appliance:
        before = appliance.children()
        os.kill(before[name], signal.SIGKILL)
        wait_until(lambda: appliance.children().get(name, before[name]) != before[name])
        processes_of(appliance)
        assert f"process={name.split('.')[1]}" in appliance.output
        assert ask(appliance) == 200
        assert appliance.stop() == 0


def leave_descriptors(pid: int, number: int) -> None:
    """From now on the process may open so many more."""
    taken = {int(each.name) for each in Path(f"/proc/{pid}/fd").iterdir()}
    limit = next(limit for limit in range(3, 1024) if limit - len([n for n in taken if n < limit]) == number)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, 4096))


@pytest.mark.parametrize(
    ("left", "says"), [(1, "a process cannot be started"), (0, "the program cannot be read")]
)
def test_a_supervisor_that_can_start_no_process_says_so_goes_on_and_starts_it_later(
    appliance: Appliance, left: int, says: str
) -> None:
    with appliance:
        before = appliance.children()
        leave_descriptors(appliance.process.pid, left)
        os.kill(before[WORKER], signal.SIGKILL)
        wait_until(lambda: says in appliance.output, 30)
        assert "process=worker" in appliance.output[appliance.output.index(says) :]
        assert "starts anew" not in appliance.output
        assert appliance.children() == {WEB: before[WEB]}
        assert ask(appliance) == 200
        resource.prlimit(appliance.process.pid, resource.RLIMIT_NOFILE, (1024, 4096))
        wait_until(lambda: WORKER in appliance.children(), 40)
        assert appliance.stop() == 0
    assert "Traceback" not in appliance.output


def test_a_supervisor_that_can_start_no_process_is_still_stopped_in_order(appliance: Appliance) -> None:
    with appliance:
        leave_descriptors(appliance.process.pid, 1)
        os.kill(appliance.children()[WORKER], signal.SIGKILL)
        wait_until(lambda: "a process cannot be started" in appliance.output, 30)
        assert appliance.stop() == 0
