"""Deals: what one transaction saves and costs when creations fail midway, and what an index is worth."""

import itertools
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from bench.places import EMAIL, Place
from bench.reads import WHO, opened
from bench.report import Chosen, Result, result_of
from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction
from crm.deals.deal_fields import DealFields
from crm.deals.deal_filters import DealFilter
from crm.deals.deal_listing import list_deals
from crm.deals.deals import create_deal
from crm.fields import parse_fields

EVERY = 20
PAGE = 25
TURNS = 20
RARE = 1_000
ORPHANS = "orphans of {deals:,} deals, 1 in 20 fails in its second step, at most"
APART = "the same when each step is committed by itself"
OVERHEAD = "a deal in one transaction, of its steps committed apart, at most"
BY_STATE = "deals by state of {deals:,}, without their index of with it"
DROPPED = ("deals_by_state", "deals_report", "deals_open")
Make = Callable[[int, int], object]


class InjectedError(Exception):
    """The failure that the bench puts into the second step."""


def measure_deals(scratch: Path, chosen: Chosen, *, rounds: int, deals: int, listed: int) -> list[Result]:
    founding = (ORPHANS.format(deals=deals), APART, OVERHEAD)
    by_state = BY_STATE.format(deals=listed)
    return [
        *(_founding(scratch / "deals", deals, rounds) if any(map(chosen, founding)) else ()),
        *([_by_state(scratch / "listed", by_state, listed, rounds)] if chosen(by_state) else ()),
    ]


def _founding(folder: Path, deals: int, rounds: int) -> list[Result]:
    with _workspace(Place(folder)) as db:
        together, apart = _together(db), _apart(db)
        orphans = [_orphans(db, make, deals) for make in (together, apart)]
        ratios = [_ratio(together, apart) for _ in range(rounds)]
    return [
        result_of(ORPHANS.format(deals=deals), [orphans[0]], 0),
        result_of(APART, [orphans[1]], None),
        result_of(OVERHEAD, ratios, 1.08),
    ]


@contextmanager
def _workspace(place: Place) -> Iterator[Database]:
    """A new one, opened."""
    shutil.rmtree(place.folder, ignore_errors=True)
    who = ("--workspace", "Bench", "--email", EMAIL, "--name", "Bench", "--password-stdin")
    place.crm("setup", *who, given="correct horse battery staple\n")
    with opened(place) as db:
        yield db


def _together(db: Database) -> Make:
    def whole(tx: Transaction, number: int, every: int) -> None:
        _second(tx, _first(tx, number), number, every)

    return lambda number, every: db.write(whole, WHO, number, every)


def _apart(db: Database) -> Make:
    return lambda number, every: db.write(_second, WHO, db.write(_first, WHO, number), number, every)


def _first(tx: Transaction, number: int) -> int:
    return create_client(tx, NewClient.model_validate({"name": f"Buyer {number}"})).id


def _second(tx: Transaction, client_id: int, number: int, every: int) -> None:
    """One of `every` so many fails; none where that is 0."""
    given = {"client_id": client_id, "scenario": {"price": 15_000, "kind": "finance", "term": 48, "apr": 5}}
    create_deal(tx, parse_fields(DealFields, given))
    if every and number % every == 0:
        raise InjectedError


NUMBERS = itertools.count()


def _orphans(db: Database, make: Make, deals: int) -> int:
    """Clients that came for a deal and have none."""
    before = db.read(_without_deal, WHO)
    for number in itertools.islice(NUMBERS, deals):
        try:
            make(number, EVERY)
        except InjectedError:
            continue
    return db.read(_without_deal, WHO) - before


def _without_deal(tx: Transaction) -> int:
    return int(
        tx.value(
            """
            SELECT count(*)
              FROM clients c
             WHERE c.workspace_id = :workspace_id
               AND NOT EXISTS (SELECT 1
                                 FROM deals d
                                WHERE d.workspace_id = c.workspace_id
                                  AND d.client_id = c.id)
            """
        )
    )


def _ratio(first: Make, second: Make) -> float:
    """Of their times, in turns: what else the machine does affects both equally."""
    spent = [0.0, 0.0]
    for _ in range(TURNS):
        for which, make in enumerate((first, second)):
            began = time.perf_counter()
            make(next(NUMBERS), 0)
            spent[which] += time.perf_counter() - began
    return spent[0] / spent[1]


def _by_state(folder: Path, name: str, deals: int, rounds: int) -> Result:
    place = Place(folder)
    with _workspace(place) as db:
        _run(place, FILL, {"count": deals, "rare": RARE})
        _run(place, "ANALYZE", {})
        indexed = [_list_seconds(db) for _ in range(rounds + 1)]
        for index in DROPPED:
            _run(place, f"DROP INDEX {index}", {})
        bare = [_list_seconds(db) for _ in range(rounds + 1)]
    ratios = [slow / quick for slow, quick in zip(bare[1:], indexed[1:], strict=True)]
    return result_of(name, ratios, None)


def _list_seconds(db: Database) -> float:
    """In processor time."""
    began = time.thread_time()
    for _ in range(TURNS):
        db.read(list_deals, WHO, DealFilter(state="pending"), sort="-updated_at", limit=PAGE)
    return time.thread_time() - began


def _run(place: Place, sql: str, values: dict[str, int]) -> None:
    connection: apsw.Connection = open_writer(place.database)
    try:
        connection.execute(sql, values)
    finally:
        connection.close()


FILL = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO deals (workspace_id, deal_number, number_key, state, currency, total_minor, delivered_at,
                   created_at, updated_at)
SELECT 1, 'B-' || n, 'b-' || n, CASE WHEN n % :rare = 0 THEN 'pending' ELSE 'delivered' END, 'USD', n * 10000,
       CASE WHEN n % :rare = 0 THEN NULL ELSE '2026-01-01T00:00:00.000Z' END,
       strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', n || ' minutes'),
       strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', n || ' minutes')
  FROM numbers
"""
