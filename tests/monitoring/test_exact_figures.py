"""Each figure of /api/db and /metrics is what the drivers counted: two processes, one killed and followed."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.appliance.backups import back_up
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.db.heartbeat import beat
from crm.db.instance import create_instance
from crm.db.sqlite.engine import wal_path
from crm.monitoring import publishing
from crm.monitoring.shared_figures import figures_folder
from tests.monitoring.known_load import HOLDERS, LONGEST_MS, READ, READS, SLOW_MS, WRONG
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.scratch import ENDLESS
from tests.support.surroundings import surroundings

SECONDS = 60
PATIENT_MS = 60_000
SAMPLE = re.compile(r"^(holdfast_db_\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


class Driver:
    """A process with a known load, which is killed when the time for the test is over."""

    def __init__(self, folder: Path, milliseconds: int = LONGEST_MS) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.monitoring.known_load", str(folder), str(milliseconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=surroundings(),
        )  # fmt: skip

    def start(self, act: str) -> Callable[[], Counter[str]]:
        """The returned waits for what it counted."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{act}\n")
        self.process.stdin.flush()
        said = self.process.stdout
        return lambda: Counter(json.loads(next(line for line in said if line.startswith("{"))))

    def do(self, act: str) -> Counter[str]:
        return self.start(act)()

    def end(self) -> None:
        """Without a word, as a kill does it."""
        self.process.kill()
        self.process.communicate(timeout=SECONDS)


@pytest.fixture
def client(
    prepared: Settings, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """Of an application that publishes its own figures once, and no more."""
    monkeypatch.setattr(publishing, "EVERY_SECONDS", 3600.0)
    with running_app(prepared) as app:
        app.extensions["holdfast.publisher"].publish()
        yield client_of(app, db, cast.owner, "monitor")


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    with ExitStack() as ended:

        def started(milliseconds: int = LONGEST_MS) -> Driver:
            driver = Driver(tmp_path, milliseconds)
            ended.callback(driver.end)
            return driver

        yield started


def data_of(client: FlaskClient, name: str) -> Any:
    answer = client.get(f"/api/db/{name}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def counts_of(client: FlaskClient) -> Counter[str]:
    """By the names of the drivers; those of the API, after a look that /api/db/metrics has the same."""
    transactions, pool = data_of(client, "transaction-stats"), data_of(client, "pool-metrics")
    whole = data_of(client, "metrics")
    assert whole["transactions"] == transactions
    assert {**whole["pool"], "uptime_seconds": 0} == {**pool, "uptime_seconds": 0}
    names = ("total", "committed", "rolled_back", "retried", "busy", "savepoints")
    counts = {name: transactions[name] for name in names} | {"failed": transactions["failed"]}
    named = {"leaks": "leaks", "queries": "queries", "slow": "slow", "failed_queries": "failed"}
    return Counter(counts | {name: pool[each] for name, each in named.items()})


def samples(client: FlaskClient) -> Counter[str]:
    text = client.get("/metrics").get_data(as_text=True)
    return Counter({f"{name}{{{labels}}}": float(value) for name, labels, value in SAMPLE.findall(text)})


def exported(found: Counter[str]) -> Counter[str]:
    """The same counts as /metrics has them."""

    def of(name: str, part: str = "") -> float:
        begun = f"holdfast_db_{name}{{"
        return sum(value for key, value in found.items() if key.startswith(begun) and part in key)

    def ended(end: str) -> float:
        return of("transactions_total", f'end="{end}"')

    singles = {
        "savepoints": "savepoints_total", "retried": "retried_total", "delayed": "delayed_total",
        "queries": "statements_total", "failed_queries": "failed_statements_total",
        "slow": "slow_statements_total",
    }  # fmt: skip
    counts = {name: of(each) for name, each in singles.items()}
    counts |= {end: ended(end) for end in ("committed", "rolled_back", "busy")} | {"leaks": ended("leaked")}
    durations = of("transaction_duration_seconds_count")
    assert durations == of("transactions_total")
    return Counter({**counts, "total": durations})


@pytest.mark.sqlite("its one write lock is held by a stranger")
@pytest.mark.timeout(300)
def test_each_figure_is_what_two_processes_counted_across_a_kill(
    client: FlaskClient, drive: Callable[..., Driver], prepared: Settings
) -> None:
    before, before_exported = counts_of(client), samples(client)
    first, second = drive(), drive()
    both = [each.start("reads") for each in (first, second)]
    counted = both[0]() + both[1]() + first.do("writes")
    first.end()
    follower = drive()
    counted += follower.do("writes") + second.do("writes") + follower.do("reads")
    assert len(list(figures_folder(prepared.sqlite_path).glob("[0-9]*"))) == 3
    after = counts_of(client)
    delayed = counted.pop("delayed")
    assert after - before == counted + Counter(failed=counted["leaks"])
    wanted = exported(before_exported) + counted + Counter(delayed=delayed)
    assert exported(samples(client)) == wanted
    check_statements(client, slow=counted["slow"])
    check_durations(client)


def check_statements(client: FlaskClient, slow: int) -> None:
    """The last hundred are those of the last driver, newest first; what took long is named with its plan."""
    newest, *others = data_of(client, "query-history")
    assert (newest["query"], newest["success"], newest["error"]) == (WRONG, False, "SQLError")
    assert [(each["query"], each["success"], each["error"]) for each in others] == [
        (READ, True, None)
    ] * READS
    (found,) = data_of(client, "slow-queries")
    assert (found["query"], found["count"]) == (ENDLESS, slow)
    assert SLOW_MS < found["average_ms"] <= found["longest_ms"]
    assert found["plan"] and found["suggestions"] == []


def check_durations(client: FlaskClient) -> None:
    stats = data_of(client, "transaction-stats")
    assert stats["longest_ms"] >= LONGEST_MS and stats["longest_wait_ms"] >= LONGEST_MS
    assert 0 < stats["p50_ms"] < SLOW_MS <= stats["p99_ms"] <= stats["longest_ms"]
    assert stats["p50_ms"] <= stats["p95_ms"] <= stats["p99_ms"]


@pytest.mark.sqlite("it has one pool for reading and for changes")
@pytest.mark.timeout(120)
def test_connections_are_counted_while_they_are_held_and_freed(
    client: FlaskClient, drive: Callable[..., Driver]
) -> None:
    names = ("total", "idle", "active", "waiting", "most")
    before = data_of(client, "pool-metrics")
    driver = drive(PATIENT_MS)
    for act, expected in (
        ("hold", (HOLDERS, 0, HOLDERS, 1, HOLDERS)),
        ("release", (HOLDERS, HOLDERS, 0, 0, HOLDERS)),
    ):
        driver.do(act)
        now = data_of(client, "pool-metrics")
        assert tuple(now[name] - before[name] for name in names) == expected
        found = samples(client)
        for name in ("most", "idle", "active", "waiting"):
            assert found[f'holdfast_db_connections{{state="{name}"}}'] == now[name]
    driver.end()
    assert all(data_of(client, "pool-metrics")[name] == before[name] for name in names)


@pytest.mark.sqlite("the sizes are those of its files")
def test_the_server_is_described_as_it_stands(client: FlaskClient, prepared: Settings) -> None:
    create_instance(prepared.sqlite_path, prepared.upload_folder)
    server = data_of(client, "metrics")["server"]
    assert (server["healthy"], server["worker"], server["backup_age"]) == (True, False, None)
    back_up(prepared, Silence())
    beat(prepared.sqlite_path)
    server = data_of(client, "metrics")["server"]
    assert server["worker"] and 0 <= server["backup_age"] < SECONDS
    assert server["database_bytes"] == prepared.sqlite_path.stat().st_size
    assert server["log_bytes"] == wal_path(prepared.sqlite_path).stat().st_size
    assert server["disk_total"] == shutil.disk_usage(prepared.sqlite_path.parent).total
    assert 0 < server["disk_free"] < server["disk_total"]
