"""What machines share by Redis, a real one on loopback, and how each goes on without it."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from crm.config import Settings
from crm.db.database import Database
from crm.db.failures import CountingFailed
from crm.db.redis_link import RedisLink
from crm.db.sharing import AGAIN_SECONDS, shared_counters, shared_lock
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.redis import RedisServer, redis_server


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


def on(settings: Settings, url: str, **more: str) -> Settings:
    return settings.model_copy(update={"redis_url": SecretStr(url), **more})


def statuses(client: FlaskClient, count: int) -> list[int]:
    return [client.get("/api/activities").status_code for _ in range(count)]


def test_counters_are_exact_expire_and_belong_to_all(server: RedisServer, tmp_path: Path) -> None:
    url = SecretStr(server.url)
    one, two = (shared_counters(url, tmp_path / name) for name in ("one.db", "two.db"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: (one, two)[number % 2].add("key", 1, 60), range(200)))
    count, left = one.get("key")
    assert count == 200 and 0 < left <= 60
    one.add("brief", 3, 0.05)
    assert two.get("brief")[0] in {0, 3}
    link = RedisLink(server.url)
    while link.get("brief")[0]:
        threading.Event().wait(0.01)
    two.clear("key")
    assert one.get("key") == one.get("nothing") == (0, 0.0)
    two.add("other", 1, 60)
    assert one.reset() == 1 and two.get("other") == (0, 0.0)


def test_a_lock_holds_on_all_machines_and_ends_with_its_block(server: RedisServer, tmp_path: Path) -> None:
    url = SecretStr(server.url)
    one, two = (shared_lock(url, tmp_path / name) for name in ("one.lock", "two.lock"))
    with one.holding("key") as mine, two.holding("key") as theirs, two.holding("other") as free:
        assert (mine, theirs, free) == (True, False, True)
    with two.holding("key") as mine:
        assert mine
    with one.holding("key") as mine:
        assert mine
        server.stop()
    with one.holding("key") as mine, one.holding("key") as again, two.holding("key") as theirs:
        assert (mine, again, theirs) == (True, False, True), "without Redis each machine has its own"


def test_one_limit_counts_on_all_machines(
    settings: Settings, db: Database, cast: Cast, server: RedisServer
) -> None:
    limited = on(settings, server.url, rate_limit="4 per hour")
    with running_app(limited) as one, running_app(limited) as two:
        first, second = client_of(one, db, cast.owner), client_of(two, db, cast.owner)
        assert statuses(first, 2) + statuses(second, 3) == [200, 200, 200, 200, 429]
        problem_of(first.get("/api/activities"), 429)
    assert not settings.sqlite_path.with_name("limits.db").exists()


def test_without_redis_pages_go_on_and_each_machine_counts_until_it_is_back(
    settings: Settings, db: Database, cast: Cast, server: RedisServer, frozen_clock: FrozenClock
) -> None:
    with running_app(on(settings, server.url, rate_limit="4 per hour")) as app:
        client = client_of(app, db, cast.owner)
        assert statuses(client, 4) == [200] * 4
        server.stop()
        assert statuses(client, 5) == [200, 200, 200, 200, 429]
        server.start()
        assert statuses(client, 1) == [429], "it is not asked again at once"
        frozen_clock.advance(seconds=AGAIN_SECONDS + 1)
        assert statuses(client, 5) == [200, 200, 200, 200, 429]


@pytest.mark.usefixtures("frozen_clock")
def test_a_silent_redis_is_asked_once_in_a_while(settings: Settings, db: Database, cast: Cast) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        with running_app(on(settings, url)) as app:
            assert statuses(client_of(app, db, cast.owner), 5) == [200] * 5
        silent.settimeout(0)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
        with pytest.raises(CountingFailed):
            RedisLink(url).check()


def test_guesses_at_passwords_are_held_back_without_redis(
    settings: Settings, db: Database, cast: Cast, server: RedisServer
) -> None:
    server.stop()
    with running_app(on(settings, server.url)) as app:
        guess = {"email": "nobody@example.org", "password": "a wrong one, surely"}
        found = [app.test_client().post("/api/login", json=guess).status_code for _ in range(7)]
    assert found[:5] == [401] * 5 and 429 in found
