"""The figures of two web processes together are what a driver of known load counted, also after a kill."""

import os
import re
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.support.appliance import Appliance, child_pids, free_port, wait_until

THREADS, EACH = 4, 40
LIMITLESS = {"RATE_LIMIT": "1000000 per minute", "WEB_WORKERS": "2"}
COUNT = re.compile(
    r'^holdfast_http_request_duration_seconds_count\{method="(\w+)",route="(.*?)",status="(\d+)"\} (\d+)'
)


class Driver:
    """Sends requests over connections of its own, and counts the answers."""

    def __init__(self, appliance: Appliance, token: str) -> None:
        self._appliance = appliance
        self._headers = {"Authorization": f"Bearer {token}"}
        self.counted: Counter[tuple[str, str, str]] = Counter()

    def run(self) -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            for counted in threads.map(self._send, range(THREADS)):
                self.counted += counted

    def _send(self, thread: int) -> Counter[tuple[str, str, str]]:
        counted: Counter[tuple[str, str, str]] = Counter()
        for number in range(EACH):
            with self._appliance.client(headers=self._headers) as client:
                made = client.post("/api/clients", json={"name": f"Client {thread} {number}"})
                counted["POST", "/api/clients", str(made.status_code)] += 1
                for path, route in (
                    ("/api/clients", "/api/clients"),
                    ("/api/clients/999999", "/api/clients/<id:client_id>"),
                ):
                    counted["GET", route, str(client.get(path).status_code)] += 1
        return counted

    def ask(self, path: str) -> httpx2.Response:
        with self._appliance.client(headers=self._headers) as client:
            return client.get(path)

    def requests(self) -> Counter[tuple[str, str, str]]:
        """Those of the routes that were driven, as the server counted them."""
        found = (COUNT.match(line) for line in self.ask("/metrics").text.splitlines())
        counts = {(each[1], each[2], each[3]): int(each[4]) for each in found if each is not None}
        return Counter({key: count for key, count in counts.items() if key in self.counted})

    def processes(self) -> int:
        text = self.ask("/metrics").text
        found = re.search(r'holdfast_processes\{kind="web",version=".*"\} (\d+)', text)
        return int(found[1]) if found else 0


@pytest.mark.timeout(400)
def test_all_workers_figures_are_what_the_driver_counted_across_a_kill(tmp_path: Path) -> None:
    appliance = Appliance(tmp_path, METRICS_PORT=str(port := free_port()), **LIMITLESS)
    driver = Driver(appliance, appliance.set_up())
    with appliance:
        driver.run()
        wait_until(lambda: driver.requests() == driver.counted, 20)
        assert driver.counted == Counter(
            {
                ("POST", "/api/clients", "201"): THREADS * EACH,
                ("GET", "/api/clients", "200"): THREADS * EACH,
                ("GET", "/api/clients/<id:client_id>", "404"): THREADS * EACH,
            }
        )
        written = driver.ask("/api/db/transaction-stats").json()["data"]
        assert written["committed"] >= 3 * THREADS * EACH
        victim = web_process(appliance)
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: victim not in web_processes(appliance), 20)
        driver.run()
        wait_until(lambda: driver.requests() == driver.counted, 20)
        wait_until(lambda: driver.processes() == 2, 20)
        after = driver.ask("/api/db/transaction-stats").json()["data"]
        assert after["committed"] - written["committed"] >= 3 * THREADS * EACH
        assert after["busy"] == after["failed"] == 0
        with httpx2.Client() as client:
            text = client.get(f"http://127.0.0.1:{port}/metrics").text
            assert f'route="/api/clients",status="201"}} {float(2 * THREADS * EACH)}' in text
            assert client.get(f"http://127.0.0.1:{port}/api/clients").status_code == 404


def web_process(appliance: Appliance) -> int:
    return web_processes(appliance)[0]


def web_processes(appliance: Appliance) -> list[int]:
    """The processes that answer requests: the children of the server."""
    return child_pids(appliance.children()["crm.web.server"])
