"""What the real appliance answers while its disk is full, its lock is held, and its clock is turned."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.appliance import Appliance, wait_until
from tests.support.places import settings_below
from tests.support.small_disk import NoSmallDisk, fill, small_disk

pytestmark = pytest.mark.serial


def client_of(appliance: Appliance, token: str) -> httpx2.Client:
    return appliance.client(headers={"Authorization": f"Bearer {token}"})


def problem(response: httpx2.Response, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    return str(response.json()["detail"])


def names(client: httpx2.Client) -> list[str]:
    return sorted(row["name"] for row in client.get("/api/clients").json()["data"])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path / "disk", megabytes=96) as folder:
            yield folder
    except NoSmallDisk as reason:
        pytest.skip(str(reason))


def test_a_full_disk_is_507_reading_goes_on_and_room_alone_mends_it(disk: Path) -> None:
    appliance = Appliance(disk)
    token = appliance.set_up()
    with appliance, client_of(appliance, token) as client:
        created = [client.post("/api/clients", json={"name": "before"}).json()["data"]["name"]]
        filler = fill(disk)
        for number in range(40):
            answer = client.post("/api/clients", json={"name": f"during {number}", "notes": "n" * 10_000})
            if answer.status_code != 201:
                break
            created.append(answer.json()["data"]["name"])
        assert "disk is full" in problem(answer, 507)
        upload = client.post("/api/clients/1/files", files={"file": ("a.txt", b"a" * 100_000)})
        assert "disk is full" in problem(upload, 507)
        assert names(client) == sorted(created)
        assert client.get("/api/clients/1").status_code == 200
        health = client.get("/api/health")
        assert (health.status_code, health.json()["disk"]) == (503, "full")
        assert names_of_uploads(disk) == [], "a refused upload leaves nothing behind"
        filler.unlink()
        created.append(client.post("/api/clients", json={"name": "after"}).json()["data"]["name"])
        upload = client.post("/api/clients/1/files", files={"file": ("a.txt", b"a" * 100_000)})
        assert upload.status_code == 201
        assert names(client) == sorted(created)
        wait_until(lambda: client.get("/api/health").status_code == 200)
        assert appliance.stop() == 0


def names_of_uploads(folder: Path) -> list[str]:
    return [
        path.name for path in (folder / "uploads").rglob("*") if path.is_file() and path.name != ".holdfast"
    ]


def hold_the_lock(settings: Settings, inside: "multiprocessing.synchronize.Event") -> None:
    def stay(tx: Transaction) -> None:
        tx.run("UPDATE workspaces SET version = version")
        inside.set()
        time.sleep(60)

    open_database(settings).write(stay, SYSTEM)


def test_a_stopped_holder_of_the_lock_is_503_at_the_deadline_and_then_all_goes_on(tmp_path: Path) -> None:
    appliance = Appliance(tmp_path, DB_TRANSACTION_TIMEOUT="1500")
    token = appliance.set_up()
    context = multiprocessing.get_context("spawn")
    with appliance, client_of(appliance, token) as client:
        inside = context.Event()
        holder = context.Process(target=hold_the_lock, args=(settings_below(tmp_path), inside))
        holder.start()
        assert inside.wait(20) and holder.pid
        os.kill(holder.pid, signal.SIGSTOP)
        started = time.monotonic()
        refused = client.post("/api/clients", json={"name": "during"})
        assert 1.4 <= time.monotonic() - started < 6
        problem(refused, 503)
        assert int(refused.headers["Retry-After"]) >= 1
        assert names(client) == []
        holder.kill()
        holder.join(30)
        assert client.post("/api/clients", json={"name": "after"}).status_code == 201
        assert names(client) == ["after"]


TURNED = """
import importlib.abc
import importlib.util
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

real = time.time


def turned():
    return real() + float(Path({offset!r}).read_text())


class TurnedClock(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "crm.clock":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_turn(module):
            execute(module)
            module.set_source(lambda: datetime.fromtimestamp(turned(), UTC))

        spec.loader.exec_module = execute_and_turn
        return spec


time.time = turned
sys.meta_path.insert(0, TurnedClock())
"""


def test_a_clock_turned_by_a_day_and_back_stops_nothing(tmp_path: Path) -> None:
    """Both clocks of the program are turned, in all processes at once; limits count by one that cannot be."""
    offset = tmp_path / "offset"
    offset.write_text("0")
    (tmp_path / "sitecustomize.py").write_text(TURNED.format(offset=str(offset)))
    appliance = Appliance(tmp_path / "appliance", PYTHONPATH=str(tmp_path), RATE_LIMIT="70 per 15 minutes")
    token = appliance.set_up()
    day = 24 * 3600
    made: list[int] = []
    days: list[str] = []
    with appliance, client_of(appliance, token) as client:
        for number, turn in enumerate((0, day, 0, -day, 0)):
            draft = offset.with_name("draft")
            draft.write_text(str(turn))
            draft.replace(offset)
            for _ in range(8):
                name = f"client-{len(made)}"
                answer = client.post("/api/clients", json={"name": name})
                assert answer.status_code == 201, f"turn {number}: {answer.text}"
                made.append(answer.json()["data"]["id"])
            changed = client.patch(f"/api/clients/{made[0]}", json={"city": f"turn {number}"})
            assert changed.json()["data"]["version"] == 2 + number
            timeline = client.get(f"/api/clients/{made[0]}/activities").json()["data"]
            assert timeline[0]["after"]["city"] == f"turn {number}"
            days.append(timeline[0]["created_at"][:10])
        wait_until(lambda: client.get("/api/health").status_code == 200, 30)
        assert appliance.stop() == 0
    assert len(set(days)) == 3 and days[0] == days[2] == days[4], "the clock was really turned"
