"""The appliance in real processes: it starts, answers, mends itself, and stops without cutting anyone off."""

import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from crm.db.instance import load_instance
from crm.db.instance_lock import hold_instance
from crm.db.sqlite.engine import open_reader
from crm.supervisor import GRACE_SECONDS
from tests.support.appliance import (
    Appliance,
    descendants,
    free_port,
    processor_seconds,
    proportional_memory,
    wait_until,
)
from tests.support.full_streams import UNWRITABLE, without_reader

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")

WEB, WORKER = "crm.web.server", "crm.worker"
MEMORY_LIMIT = 250 * 2**20


@pytest.fixture
def appliance(tmp_path: Path) -> Appliance:
    return Appliance(tmp_path)


def ask(appliance: Appliance) -> int:
    """One request that reads the database, too."""
    with appliance.client() as client:
        wrong = {"Authorization": "Bearer hf_wrong"}
        assert client.get("/api/activities", headers=wrong).status_code == 401
        return client.get("/api/openapi.json").status_code


def processes_of(appliance: Appliance) -> list[int]:
    """All below the supervisor, once they are there: gunicorn, its two workers, and the worker."""
    wait_until(lambda: len(descendants(appliance.process.pid)) == 4)
    return descendants(appliance.process.pid)


def is_clean(appliance: Appliance) -> bool:
    instance = load_instance(appliance.folder / "data" / "crm.db")
    return instance is not None and instance.clean


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_stop_leaves_the_data_clean_and_no_process_behind(
    appliance: Appliance, number: signal.Signals
) -> None:
    with appliance:
        pids = processes_of(appliance)
        ask(appliance)
        assert not is_clean(appliance)
        appliance.signal(number)
        assert appliance.wait(10) == 0
        assert is_clean(appliance)
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


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


def test_a_second_start_is_quick(appliance: Appliance) -> None:
    """By the processor's time, which other load does not stretch; on an idle machine it takes no longer."""
    with appliance:
        appliance.stop()
    with appliance:
        pids = [appliance.process.pid, *processes_of(appliance)]
        assert sum(processor_seconds(pid) for pid in pids) < 3


@pytest.mark.serial
def test_a_request_in_flight_is_answered_before_the_stop(appliance: Appliance) -> None:
    with appliance, socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
        connection.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n")
        time.sleep(0.3)
        appliance.signal()
        wait_until(lambda: "stopping" in appliance.output)
        time.sleep(1)
        assert appliance.process.poll() is None
        connection.sendall(b"\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        assert appliance.wait() == 0


@pytest.mark.serial
def test_a_change_in_flight_is_acknowledged_and_kept(appliance: Appliance) -> None:
    token = appliance.set_up()
    body = b'{"name": "Ann"}'
    head = (
        f"POST /api/clients HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with appliance, socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
        connection.sendall(head + body[:5])
        time.sleep(0.3)
        appliance.signal()
        wait_until(lambda: "stopping" in appliance.output)
        connection.sendall(body[5:])
        assert connection.recv(64).startswith(b"HTTP/1.1 201")
        assert appliance.wait() == 0
    with appliance, appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        assert [each["name"] for each in client.get("/api/clients").json()["data"]] == ["Ann"]


@pytest.mark.serial
def test_who_comes_during_a_stop_is_refused_and_not_cut_off_at_its_end(appliance: Appliance) -> None:
    """Only who was refused knows that nothing was done, and may try again."""
    with appliance, socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
        connection.sendall(b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n")
        time.sleep(0.3)
        appliance.signal()
        wait_until(lambda: "stopping" in appliance.output)
        wait_until(lambda: not appliance.answers(), 5)
        assert appliance.process.poll() is None
        connection.sendall(b"\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        assert appliance.wait() == 0


def test_a_web_server_that_cannot_start_ends_the_appliance_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "gunicorn.py").write_text("raise ImportError('broken')", encoding="utf-8")
    appliance = Appliance(tmp_path / "appliance", PYTHONPATH=str(tmp_path)).launch()
    assert appliance.wait() == 1
    assert "the web server could not start" in appliance.output
    os.close(hold_instance(tmp_path / "appliance" / "data" / "crm.db"))


@pytest.mark.serial
def test_a_second_signal_stops_at_once_and_does_not_pass_for_clean(tmp_path: Path) -> None:
    appliance = Appliance(tmp_path, WEB_WORKERS="1")
    with appliance, socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
        ask(appliance)
        connection.sendall(b"GET /api/openapi.json HTTP/1.1\r\n")
        time.sleep(0.3)
        appliance.signal()
        wait_until(lambda: "stopping" in appliance.output)
        appliance.signal()
        assert appliance.wait(5) == 1
        assert not is_clean(appliance)


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
    ("left", "says"), [(2, "a process cannot be started"), (0, "the program cannot be read")]
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
        leave_descriptors(appliance.process.pid, 2)
        os.kill(appliance.children()[WORKER], signal.SIGKILL)
        wait_until(lambda: "a process cannot be started" in appliance.output, 30)
        assert appliance.stop() == 0


CLIENTS, STALLED = 24, 12


@pytest.mark.serial
def test_a_stop_while_many_send_and_others_stall_ends_in_time_and_in_order(appliance: Appliance) -> None:
    token = appliance.set_up()
    stop = threading.Event()
    head = (
        f"POST /api/clients HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
    ).encode()

    def send(number: int) -> int:
        taken, end = 0, time.monotonic() + 60
        with appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
            while not stop.is_set() and time.monotonic() < end:
                try:
                    answer = client.post("/api/clients", json={"name": f"{number} {taken}"})
                    taken += answer.status_code == 201
                except httpx2.TransportError:
                    time.sleep(0.05)
        return taken

    with appliance, ThreadPoolExecutor(CLIENTS) as pool, ExitStack() as stalled:
        for _ in range(STALLED):
            peer = socket.create_connection(("127.0.0.1", appliance.port), timeout=15)
            stalled.enter_context(peer).sendall(head)
        sending = [pool.submit(send, number) for number in range(CLIENTS)]
        try:
            time.sleep(3)
            started = time.monotonic()
            assert appliance.stop() == 0
            assert time.monotonic() - started < GRACE_SECONDS
        finally:
            stop.set()
        acknowledged = sum(each.result(70) for each in sending)
    assert "cut off" not in appliance.output
    assert is_clean(appliance)
    connection = open_reader(appliance.folder / "data" / "crm.db")
    [[stored]] = connection.execute("SELECT count(*) FROM clients").fetchall()
    connection.close()
    assert int(str(stored)) >= acknowledged > CLIENTS


def test_nothing_outlives_the_supervisor(appliance: Appliance) -> None:
    with appliance:
        pids = processes_of(appliance)
        appliance.signal(signal.SIGKILL)
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


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


def kill_and_await_successor(appliance: Appliance, name: str) -> None:
    before = appliance.children()[name]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: appliance.children().get(name, before) != before)
    wait_until(appliance.answers)


def ask_once(appliance: Appliance) -> int:
    with socket.create_connection(("127.0.0.1", appliance.port), timeout=5) as connection:
        connection.sendall(b"GET /api/clients HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return int(connection.recv(64).split()[1])


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


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT], ids=["SIGHUP", "SIGINT"])
def test_a_signal_that_is_ignored_at_the_start_stays_ignored(
    appliance: Appliance, number: signal.Signals
) -> None:
    """`nohup ./scripts/serve &` goes on when the terminal is closed."""
    appliance.arguments = ["sh", "-c", f'trap "" {number.name[3:]}; exec "$@"', "sh", *appliance.arguments]
    with appliance:
        pids = [appliance.process.pid, *processes_of(appliance)]
        for pid in pids:
            os.kill(pid, number)
        time.sleep(1)
        assert [appliance.process.pid, *processes_of(appliance)] == pids
        assert ask(appliance) == 200
        assert appliance.stop() == 0


def test_a_signal_that_is_not_ignored_stops(appliance: Appliance) -> None:
    appliance.arguments = ["env", "--default-signal=HUP", *appliance.arguments]
    with appliance:
        appliance.signal(signal.SIGHUP)
        assert appliance.wait(10) == 0


@pytest.mark.serial
def test_the_idle_appliance_needs_less_memory_than_promised(appliance: Appliance) -> None:
    with appliance:
        for _ in range(20):
            ask(appliance)
        pids = [appliance.process.pid, *processes_of(appliance)]
        assert sum(proportional_memory(pid) for pid in pids) < MEMORY_LIMIT
