"""The appliance in real processes: it starts, answers, and refuses what cannot be started."""

import os
import socket
import sys
from pathlib import Path

import pytest

from crm.db.instance_lock import hold_instance
from tests.support.appliance import Appliance, free_port, proportional_memory, wait_until
from tests.support.serving import ask, is_clean, processes_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")
MEMORY_LIMIT = 250 * 2**20


def test_the_first_start_makes_its_folders_says_so_and_says_where_it_answers(appliance: Appliance) -> None:
    with appliance:
        assert ask(appliance) == 200
        for folder in ("data", "uploads"):
            assert (appliance.folder / folder).is_dir()
            assert f"path={appliance.folder / folder}" in appliance.output
        assert f"Holdfast is ready at {appliance.url}\n" in appliance.output
        code = (appliance.folder / "data" / "setup.code").read_text()
        assert f"the code that it asks for: {code}" in appliance.output
        assert appliance.stop() == 0


def test_no_argument_of_a_process_shows_the_set_up_code(appliance: Appliance) -> None:
    with appliance:
        code = appliance.output.partition("asks for: ")[2].split()[0]
        shown = [
            Path(f"/proc/{pid}/cmdline").read_bytes()
            for pid in (appliance.process.pid, *processes_of(appliance))
        ]
    assert code
    assert not any(code.encode() in arguments for arguments in shown)


def test_once_it_is_ready_it_is_healthy(appliance: Appliance) -> None:
    with appliance, appliance.client() as client:
        wait_until(lambda: client.get("/api/health").status_code == 200, 5)
        assert client.get("/api/health").json()["worker"] == "ok"


def test_a_web_server_that_cannot_start_ends_the_appliance_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "gunicorn.py").write_text("raise ImportError('broken')", encoding="utf-8")
    appliance = Appliance(tmp_path / "appliance", PYTHONPATH=str(tmp_path)).launch()
    assert appliance.wait() == 1
    assert "the web server could not start" in appliance.output
    os.close(hold_instance(tmp_path / "appliance" / "data" / "crm.db"))


def test_after_a_kill_of_everything_the_next_start_is_as_any(appliance: Appliance) -> None:
    with appliance:
        ask(appliance)
        appliance.kill()
    assert not is_clean(appliance)
    with appliance:
        assert ask(appliance) == 200


@pytest.mark.serial
def test_a_second_appliance_on_the_same_data_is_refused(appliance: Appliance) -> None:
    with appliance:
        second = Appliance(appliance.folder).launch()
        assert second.wait() == 1
        assert "Another Holdfast server is running on" in second.output
        assert "Traceback" not in second.output
        assert ask(appliance) == 200


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "http"}, "Error: PORT is 'http'; expected a whole number from 1 to 65535.\n"),
        ({"SQLITE_PATH": "crm.db"}, "Error: SQLITE_PATH is 'crm.db'; expected an absolute path"),
        ({"HOST": "192.0.2.1"}, "Error: HOST is '192.0.2.1' and PORT is '"),
        ({"SQLITE_PATH": "/dev/null/crm.db"}, "Error: "),
    ],
)
def test_what_cannot_be_started_is_refused_in_one_line(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    appliance = Appliance(tmp_path, **variables).launch()
    assert appliance.wait() == 1
    refusal = appliance.output[appliance.output.index("Error: ") :]
    assert refusal.startswith(sentence)
    assert len(refusal.splitlines()) == 1


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        appliance = Appliance(tmp_path, PORT=str(port)).launch()
        assert appliance.wait() == 1
    assert f"PORT is '{port}'; expected an address of this machine and a free port" in appliance.output


@pytest.mark.serial
def test_the_idle_appliance_needs_less_memory_than_promised(appliance: Appliance) -> None:
    with appliance:
        for _ in range(20):
            ask(appliance)
        pids = [appliance.process.pid, *processes_of(appliance)]
        assert sum(proportional_memory(pid) for pid in pids) < MEMORY_LIMIT
