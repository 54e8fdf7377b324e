"""A reader of the change feed while the server is killed again and again."""

import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.appliance import Appliance
from tests.support.threads import join_all

KILLS = 20


class Reader(threading.Thread):
    """Follows the feed, and keeps the cursor only once it has kept the events."""

    def __init__(self, appliance: Appliance, token: str) -> None:
        super().__init__(daemon=True)
        self.appliance, self.token = appliance, token
        self.seen: list[dict[str, Any]] = []
        self.since, self.done, self.failures = "0", threading.Event(), 0

    def run(self) -> None:
        while not self.done.is_set():
            try:
                self.ask()
            except httpx2.HTTPError:
                self.failures += 1
                self.done.wait(0.05)

    def ask(self) -> None:
        with self.appliance.client(headers={"Authorization": f"Bearer {self.token}"}) as api:
            answer = api.get("/api/changes", params={"since": self.since, "wait": 2})
        if answer.status_code == 200:
            body = answer.json()
            self.seen += body["data"]
            self.since = body["page"]["next"]


@pytest.mark.serial
@pytest.mark.timeout(900)
def test_through_twenty_kills_a_reader_misses_nothing_and_sees_nothing_twice(tmp_path: Path) -> None:
    appliance = Appliance(tmp_path, WEB_WORKERS="1", RATE_LIMIT="100000 per minute")
    token = appliance.set_up()
    reader, acknowledged = Reader(appliance, token), []
    for kill in range(KILLS):
        appliance.start()
        if kill == 0:
            reader.start()
        with appliance.client(headers={"Authorization": f"Bearer {token}"}) as api:
            for number in range(3):
                made = api.post("/api/clients", json={"name": f"Client {kill}.{number}"})
                acknowledged.append(made.json()["data"]["id"])
        appliance.kill()
    with appliance:
        with appliance.client(headers={"Authorization": f"Bearer {token}"}) as api:
            whole = api.get("/api/changes", params={"limit": 200}).json()
            acknowledged.append(api.post("/api/clients", json={"name": "Last"}).json()["data"]["id"])
        last = acknowledged[-1]
        while reader.is_alive() and not any(each["id"] == last for each in reader.seen[-5:]):
            reader.join(0.1)
        reader.done.set()
        join_all(reader)
    assert reader.failures > 0, "the kills reached it"
    numbers = [each["seq"] for each in reader.seen]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [each["hash"] for each in reader.seen[: len(whole["data"])]] == [
        each["hash"] for each in whole["data"]
    ]
    created = [each["id"] for each in reader.seen if (each["kind"], each["verb"]) == ("client", "created")]
    assert created == acknowledged
