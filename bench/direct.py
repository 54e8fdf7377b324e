"""The appliance's operations in one process: against the same SQL on a bare connection, and as data grows."""

import itertools
import random
import time
from collections.abc import Callable, Iterator

import apsw

from bench.bare_rows import BareWriter, store_client
from bench.places import Places
from bench.reads import ONE_SQL, PAGE, WHO, opened, queries_of, reads_of
from bench.report import Chosen, Result, result_of
from crm.clients.client import get_client
from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.database import Database
from crm.db.sqlite.engine import open_reader
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads

TURNS = 4
DIRECT = {
    "one": "get one client, of the same SQL on a bare connection",
    "list": "list 25 of 100,000, of the same SQL on a bare connection",
    "create": "create a client, of the same rows on a bare connection",
}
GROWTHS = {
    "list": "list, 1,000,000 of 10,000 clients, without the web",
    "search": "search, 1,000,000 of 10,000 clients, without the web",
    "found": "search with as many hits, 1,000,000 of 10,000, without the web",
    "leads": "lead list, 1,000,000 of 10,000 leads, without the web",
}

Run = Callable[[], object]
Pair = tuple[Run, Run, int]
"""An operation, its bare SQL, and how many times in a row each is run."""


def measure_direct(places: Places, chosen: Chosen, *, rounds: int) -> list[Result]:
    """How fast an operation is beside its bare SQL: 1 would be no cost at all above SQLite."""
    if not any(chosen(name) for name in DIRECT.values()):
        return []
    place = places.served
    with opened(place) as db:
        connection = open_reader(place.database)
        pairs = {**_read_pairs(db, connection), **_write_pairs(db, BareWriter(place.database))}
        results = [
            result_of(name, [1 / each for each in _ratios(ours, bare, times, rounds)], None)
            for name, (ours, bare, times) in pairs.items()
            if chosen(name)
        ]
        connection.close()
    return results


def _read_pairs(db: Database, connection: apsw.Connection) -> dict[str, Pair]:
    reads = reads_of(db)
    one, page = itertools.cycle(reads["one"]), reads["page"][0]
    return {
        DIRECT["one"]: (
            lambda: db.read(get_client, WHO, int(str(next(one).params["id"]))),
            lambda: connection.execute(ONE_SQL, next(one).params).fetchall(),
            250,
        ),
        DIRECT["list"]: (
            lambda: db.read(list_clients, WHO, ClientFilter(), limit=PAGE),
            lambda: connection.execute(page.sql, page.params).fetchall(),
            80,
        ),
    }


def _write_pairs(db: Database, writer: BareWriter) -> dict[str, Pair]:
    ours, bare = _new_clients("a"), _new_clients("b")
    return {
        DIRECT["create"]: (
            lambda: db.write(create_client, WHO, NewClient.model_validate(next(ours))),
            lambda: writer.write(store_client, next(bare)),
            15,
        ),
    }


def _new_clients(kind: str) -> Iterator[dict[str, str]]:
    run = random.getrandbits(48)
    for number in itertools.count():
        yield {"name": f"Bench {number}", "email": f"{kind}{run}.{number}@example.com"}


def measure_growth(places: Places, chosen: Chosen, *, rounds: int) -> list[Result]:
    """What lists and searches cost with many records, in processor time, beside what they cost with few."""
    if not any(chosen(name) for name in GROWTHS.values()):
        return []
    with opened(places.few) as few, opened(places.many) as many:
        queries = queries_of(few)
        as_many = [text for text in queries if _hits(few, text) == _hits(many, text)]
        kinds: dict[str, tuple[Callable[[Database], Run], int]] = {
            GROWTHS["list"]: (_lists, 5),
            GROWTHS["search"]: (lambda db: _searches(db, queries), 1),
            GROWTHS["found"]: (lambda db: _searches(db, as_many), 1),
            GROWTHS["leads"]: (_lead_lists, 5),
        }
        return [
            result_of(name, _ratios(make(many), make(few), times, rounds, time.thread_time), None)
            for name, (make, times) in kinds.items()
            if chosen(name)
        ]


def _ratios(
    first: Run, second: Run, times: int, rounds: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """The time of the first as a multiple of the second's, in each round; one more warms up."""
    ratios = []
    for _ in range(rounds + 1):
        turns = [(_time(first, times, clock), _time(second, times, clock)) for _ in range(TURNS)]
        ratios.append(sum(ours for ours, _ in turns) / sum(theirs for _, theirs in turns))
    return ratios[1:]


def _time(run: Run, times: int, clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(times):
        run()
    return clock() - started


CLIENT_FILTERS = (
    ClientFilter(status="prospect"),
    ClientFilter(country="PL"),
    ClientFilter(tag="VIP"),
    ClientFilter(status="active", country="DE"),
)


def _lists(db: Database) -> Run:
    """The first page in each order, under filters, and pages from the middle."""
    middle = db.read(list_clients, WHO, ClientFilter(), sort="name", limit=200).next

    def run() -> None:
        for sort in ("-created_at", "-updated_at", "name"):
            db.read(list_clients, WHO, ClientFilter(), sort=sort, limit=PAGE)
        for wanted in CLIENT_FILTERS:
            db.read(list_clients, WHO, wanted, limit=PAGE)
        db.read(list_clients, WHO, ClientFilter(), sort="name", limit=PAGE, cursor=middle)

    return run


def _searches(db: Database, queries: list[str]) -> Run:
    def run() -> None:
        for text in queries:
            db.read(list_clients, WHO, ClientFilter(q=text), limit=PAGE)

    return run


def _hits(db: Database, text: str) -> int:
    """Up to a page and one more."""
    return len(db.read(list_clients, WHO, ClientFilter(q=text), limit=PAGE + 1).rows)


def _lead_lists(db: Database) -> Run:
    def run() -> None:
        for wanted in (
            LeadFilter(),
            LeadFilter(status="open"),
            LeadFilter(type="order"),
            LeadFilter(stage_id=2),
        ):
            db.read(list_leads, WHO, wanted, limit=PAGE)
        for sort in ("title", "-value", "expected_close"):
            db.read(list_leads, WHO, LeadFilter(owner_id=1), sort=sort, limit=PAGE)

    return run
