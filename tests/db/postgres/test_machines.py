"""Two machines with folders of their own on one database: either may die, and no change is lost."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest

from tests.support.appliance import Appliance, wait_until
from tests.support.engines import TestCluster
from tests.support.threads import join_all

KEY = "the key that both machines have, of 32 characters"
BETWEEN = 10
"""Changes that are acknowledged between two strokes."""
LOGIN = {"email": "owner@example.org", "password": "correct horse battery staple"}


@pytest.fixture
def url(postgres: TestCluster) -> Iterator[str]:
    with postgres.bare_database() as address:
        yield address


def machine(folder: Path, url: str, key: str = KEY) -> Appliance:
    return Appliance(folder, DATABASE_URL=url, SECRET_KEY=key, WEB_WORKERS="1", RATE_LIMIT="100000/minute")


class Recorder:
    """Posts to both machines, and notes what either acknowledged; a name is never sent again."""

    def __init__(self, machines: list[Appliance], token: str) -> None:
        self.names: list[str] = []
        self._over = threading.Event()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._threads = [threading.Thread(target=self._write, args=each) for each in enumerate(machines)]
        for thread in self._threads:
            thread.start()

    def _write(self, number: int, target: Appliance) -> None:
        made = 0
        while not self._over.wait(0.02):
            made += 1
            name = f"{number}-{made}"
            try:
                with target.client(headers=self._headers) as api:
                    answer = api.post("/api/clients", json={"name": name})
            except httpx2.TransportError:
                continue
            if answer.status_code == 201:
                self.names.append(name)

    def wait_for_more(self) -> None:
        wanted = len(self.names) + BETWEEN
        wait_until(lambda: len(self.names) >= wanted, 60)

    def end(self) -> list[str]:
        self._over.set()
        join_all(*self._threads)
        return sorted(self.names)


def leader_of(url: str) -> str | None:
    with psycopg.connect(url) as there:
        rows = there.execute("SELECT split_part(value, ' ', 1) FROM installation WHERE name = 'leader'")
        return next((str(holder) for (holder,) in rows), None)


@pytest.mark.timeout(300)
def test_two_machines_are_one_and_either_may_die(tmp_path: Path, url: str) -> None:
    first, second = machine(tmp_path / "a", url), machine(tmp_path / "b", url)
    token = first.set_up()
    refused = machine(tmp_path / "c", url, KEY[::-1])
    with first:
        wait_until(lambda: leader_of(url) is not None, 60)
        leader = leader_of(url)
        with second:
            with first.client() as one, second.client() as other:
                assert one.post("/api/login", json=LOGIN).status_code == 200
                other.cookies.update(one.cookies)
                assert other.get("/api/clients").status_code == 200
            recorder = Recorder([first, second], token)
            recorder.wait_for_more()
            assert leader_of(url) == leader
            first.kill()
            recorder.wait_for_more()
            wait_until(lambda: leader_of(url) not in {leader, None}, 90)
            first.start()
            recorder.wait_for_more()
            second.kill()
            recorder.wait_for_more()
            acknowledged = recorder.end()
            with psycopg.connect(url) as there:
                kept = [str(name) for (name,) in there.execute("SELECT name FROM clients ORDER BY name")]
            assert set(acknowledged) <= set(kept) and len(set(kept)) == len(kept)
        refused.launch()
        assert refused.wait(60) != 0 and "not that of the others" in refused.output
    assert "entries, whole" in first.crm("ledger", "verify")
