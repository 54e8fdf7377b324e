"""The appliance's operations in one process: against the same SQL on a bare connection, and as data grows."""

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.bare import BareWriter
from bench.places import Place
from bench.report import Result, result_of
from crm.clients.client import CLIENT_COLUMNS
from crm.clients.clients import create_client, get_client
from crm.clients.fields import NewClient
from crm.clients.listing import list_clients
from crm.clients.listing_sqlite import ClientFilter, plan_list
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.engine import open_reader
from crm.db.startup import prepare
from crm.db.transaction import Transaction

GROWTH_GOAL = 1.3
PAGE = 25
WHO = Actor(1, 1, "bench")

Run = Callable[[], object]


@contextmanager
def opened(place: Place) -> Iterator[Database]:
    os.environ |= {name: place.environment[name] for name in ("SQLITE_PATH", "UPLOAD_FOLDER", "BACKUP_DIR")}
    settings = Settings()
    prepare(settings)
    database = Database.open(settings)
    try:
        yield database
    finally:
        database.close()


def measure_direct(place: Place, *, rounds: int) -> list[Result]:
    """How fast an operation is beside its bare SQL: 1 would be no cost at all above SQLite."""
    with opened(place) as db:
        connection = open_reader(place.database)
        newest = db.read(list_clients, WHO, ClientFilter(), limit=1).rows[0].id
        ids = itertools.cycle(random.Random(1).sample(range(1, newest), 500))  # noqa: S311
        writer, numbers, run = BareWriter(place.database), itertools.count(), random.getrandbits(48)
        page_sql, page_params = db.read(_page_sql, WHO)
        one_sql = (
            f"SELECT {CLIENT_COLUMNS} FROM clients c WHERE c.workspace_id = :workspace_id AND c.id = :id"
        )

        def given(kind: str) -> dict[str, str]:
            number = next(numbers)
            return {"name": f"Bench {number}", "email": f"{kind}{run}.{number}@example.com"}

        pairs: dict[str, tuple[Run, Run, int]] = {
            "get one client, of the same SQL on a bare connection": (
                lambda: db.read(get_client, WHO, next(ids)),
                lambda: connection.execute(one_sql, {"workspace_id": 1, "id": next(ids)}).fetchall(),
                1000,
            ),
            "list 25 of 100,000, of the same SQL on a bare connection": (
                lambda: db.read(list_clients, WHO, ClientFilter(), limit=PAGE),
                lambda: connection.execute(page_sql, page_params).fetchall(),
                300,
            ),
            "create a client, of the same rows on a bare connection": (
                lambda: db.write(create_client, WHO, NewClient.model_validate(given("a"))),
                lambda: writer.write(given("b")),
                50,
            ),
        }
        results = [
            result_of(name, [1 / each for each in _ratios(ours, bare, times, rounds)], None)
            for name, (ours, bare, times) in pairs.items()
        ]
        connection.close()
    return results


def measure_growth(small: Place, large: Place, *, rounds: int) -> list[Result]:
    """What lists and searches cost with many clients, as a multiple of the cost with few."""
    with opened(small) as few, opened(large) as many:
        queries = _queries(few)
        kinds = {
            "list, 1,000,000 of 10,000 clients (at most)": (_lists, 20),
            "search, 1,000,000 of 10,000 clients (at most)": (lambda db: _searches(db, queries), 3),
        }
        return [
            result_of(name, _ratios(make(many), make(few), times, rounds), GROWTH_GOAL)
            for name, (make, times) in kinds.items()
        ]


def _ratios(first: Run, second: Run, times: int, rounds: int) -> list[float]:
    """The time of the first as a multiple of the second's, in each round; one more warms up."""
    pairs = [(_time(first, times), _time(second, times)) for _ in range(rounds + 1)]
    return [ours / theirs for ours, theirs in pairs[1:]]


def _time(run: Run, times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        run()
    return time.perf_counter() - started


def _page_sql(tx: Transaction) -> tuple[str, dict[str, object]]:
    plan = plan_list(tx, ClientFilter(), "created_at", descending=True, after=None)
    if plan is None:
        raise RuntimeError("an empty filter always has a plan")
    return plan.sql, {**plan.params, "workspace_id": 1, "limit": PAGE + 1}


def _lists(db: Database) -> Run:
    """The first page in each order, under filters, and pages from the middle."""
    middle = db.read(list_clients, WHO, ClientFilter(), sort="name", limit=200).next

    def run() -> None:
        for sort in ("-created_at", "-updated_at", "name"):
            db.read(list_clients, WHO, ClientFilter(), sort=sort, limit=PAGE)
        for wanted in (
            ClientFilter(status="prospect"),
            ClientFilter(country="PL"),
            ClientFilter(tag="VIP"),
            ClientFilter(status="active", country="DE"),
        ):
            db.read(list_clients, WHO, wanted, limit=PAGE)
        db.read(list_clients, WHO, ClientFilter(), sort="name", limit=PAGE, cursor=middle)

    return run


def _searches(db: Database, queries: list[str]) -> Run:
    def run() -> None:
        for text in queries:
            db.read(list_clients, WHO, ClientFilter(q=text), limit=PAGE)

    return run


def _queries(db: Database) -> list[str]:
    """What people would type to find some of the clients: parts of names and addresses, digits."""
    rng = random.Random(7)  # noqa: S311 - the same queries each time
    texts = []
    newest = db.read(list_clients, WHO, ClientFilter(), limit=1).rows[0].id
    for client_id in rng.sample(range(1, newest + 1), 24):
        client = db.read(get_client, WHO, client_id)
        word = max(client.name.split(), key=len)
        texts += [client.name, word[:2], word[:4], word[1:]]
        texts += [client.email or word, (client.email or word).partition("@")[0]]
        texts += [client.phone or word, (client.phone or word)[-6:]]
    return texts
