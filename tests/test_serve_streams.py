"""The standard streams of the appliance: its lines are JSON when asked, and it needs none of them."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.appliance import Appliance
from tests.support.full_streams import UNWRITABLE, without_reader
from tests.support.serving import WEB, WORKER, ask, ask_once, is_clean, kill_and_await_successor, processes_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")


def entries_of(appliance: Appliance) -> list[dict[str, object]]:
    """All lines that it printed, each of which is an entry."""
    entries = [json.loads(line) for line in appliance.output.splitlines()]
    assert all({"time", "level", "event", "logger"} <= entry.keys() for entry in entries)
    return entries


def test_every_line_of_every_process_is_json_when_asked(tmp_path: Path) -> None:
    with Appliance(tmp_path, LOG_FORMAT="json", LOG_LEVEL="debug") as appliance:
        ask(appliance)
        kill_and_await_successor(appliance, WORKER)
        appliance.stop()
    entries = entries_of(appliance)
    assert {"crm.db", "crm.worker", "crm.supervisor", "gunicorn.error"} <= {e["logger"] for e in entries}
    ready = next(entry for entry in entries if "Holdfast is ready" in str(entry["event"]))
    assert ready["setup_code"] == (tmp_path / "data" / "setup.code").read_text().strip()


@pytest.mark.parametrize(
    ("variables", "broken", "says"),
    [
        ({"PORT": "http"}, "", "PORT is 'http'"),
        ({"TRUSTED_PROXY": "1", "HOST": "192.0.2.1"}, "", "an unknown variable is ignored"),
        ({}, "raise ImportError('broken')", "the process ends by an error"),
        ({}, "import warnings; warnings.warn('old'); raise ImportError", "UserWarning: old"),
    ],
    ids=["refusal", "mistaken variable", "traceback", "warning"],
)
def test_what_goes_wrong_at_the_start_is_json_when_asked(
    tmp_path: Path, variables: dict[str, str], broken: str, says: str
) -> None:
    if broken:
        (tmp_path / "gunicorn.py").write_text(broken, encoding="utf-8")
    appliance = Appliance(
        tmp_path / "appliance", LOG_FORMAT="json", PYTHONPATH=str(tmp_path), **variables
    ).launch()
    assert appliance.wait() == 1
    assert any(says in str(entry["event"]) for entry in entries_of(appliance))


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_what_cannot_be_logged_stops_and_delays_nothing(tmp_path: Path, kind: str) -> None:
    appliance = Appliance(tmp_path, LOG_LEVEL="DEBUG")
    with UNWRITABLE[kind]() as descriptor:
        try:
            appliance.start_writing_to(descriptor)
            for _ in range(100):
                assert ask_once(appliance) == 401
            for name in (WEB, WORKER):
                kill_and_await_successor(appliance, name)
            assert appliance.stop() == 0
        finally:
            if appliance.process.poll() is None:
                appliance.kill()
    assert is_clean(appliance)


def test_without_any_standard_stream_it_runs_and_keeps_its_files_whole(tmp_path: Path) -> None:
    """Else the database would be opened as descriptor 2, and the next traceback written into it."""
    appliance = Appliance(tmp_path)
    with without_reader() as descriptor:
        appliance.arguments = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *appliance.arguments]
        try:
            appliance.start_writing_to(descriptor)
            for pid in (appliance.process.pid, *processes_of(appliance)):
                for number in (0, 1, 2):
                    assert Path(f"/proc/{pid}/fd/{number}").readlink() == Path("/dev/null")
            assert appliance.stop() == 0
        finally:
            if appliance.process.poll() is None:
                appliance.kill()
