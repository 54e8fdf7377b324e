"""The appliance in real processes stops in order and in time, without cutting anyone off."""

import os
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

from crm.db.sqlite.engine import open_reader
from crm.supervisor import GRACE_SECONDS
from tests.support.appliance import Appliance, wait_until
from tests.support.serving import ask, is_clean, processes_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")


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
