"""Look at the processes of an appliance that serves, and ask it something."""

import os
import signal
import socket

from crm.db.instance import load_instance
from tests.support.appliance import Appliance, descendants, wait_until

WEB, WORKER = "crm.web.server", "crm.worker"


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


def kill_and_await_successor(appliance: Appliance, name: str) -> None:
    before = appliance.children()[name]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: appliance.children().get(name, before) != before)
    wait_until(appliance.answers)


def ask_once(appliance: Appliance) -> int:
    with socket.create_connection(("127.0.0.1", appliance.port), timeout=5) as connection:
        connection.sendall(b"GET /api/clients HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return int(connection.recv(64).split()[1])
