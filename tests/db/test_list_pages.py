"""The lists of clients and leads under every filter, in every order, over rows that lie unevenly."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients
from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.leads.filters import LeadFilter
from crm.leads.listing import count_leads, list_leads
from tests.support.cast import Cast
from tests.support.combinations import client_filters, lead_filters
from tests.support.leads import Stages
from tests.support.skewed import Skewed, fill_skewed
from tests.support.visits import steps_of

FEW_ROWS, MANY_ROWS = 80, 50_000
STEPS = 400_000
"""Of SQLite's machine: up to twenty for each of 20,000 rows."""
STEPS_OF_SEARCH = 600_000
"""A hit is looked for in the texts of its row, and in those of the client it belongs to."""

Lists = list[tuple[Callable[..., Any], Callable[..., Any], dict[str, Any], list[str]]]


def lists_of(skewed: Skewed, stages: Stages) -> Lists:
    """Each list with its count, its filters by name, and its orders in both directions."""
    ids: dict[str, int] = {name: stages[name].id for name in ("Contacted", "Won", "Lost")}
    leads = lead_filters(skewed, ids, stages["Won"].pipeline_id)
    return [
        (
            list_clients,
            count_clients,
            {name: ClientFilter(**given) for name, given in client_filters(skewed).items()},
            both_ways(CLIENT_SORTS),
        ),
        (
            list_leads,
            count_leads,
            {name: LeadFilter(**given) for name, given in leads.items()},
            both_ways(LEAD_SORTS),
        ),
    ]


def both_ways(sorts: Any) -> list[str]:
    return [f"{way}{name}" for name, sort in sorts.items() if not sort.of_trash for way in ("", "-")]


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little is looked at for a page that a small list already shows each of its ways."""
    for name, value in {"FEW": 2, "MOST": 9, "TRIED": 3, "BUDGET": 11, "SMALL": 0}.items():
        monkeypatch.setattr(f"crm.db.sqlite.list_pages.{name}", value)


def pages(db: Database, who: Actor, read: Callable[..., Any], wanted: Any, sort: str) -> list[int]:
    """The ids of all pages; the way back, from the last that has any, shows the same."""
    ids: list[int] = []
    cursor = before = None
    start = 0
    for _ in range(FEW_ROWS):
        page = db.read(read, who, wanted, sort=sort, limit=4, cursor=cursor)
        if page.rows:
            before, start = page.previous, len(ids)
        ids += [row.id for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert cursor is None, "a list that never ends"
    for _ in range(FEW_ROWS):
        if before is None:
            break
        page = db.read(read, who, wanted, sort=sort, limit=4, cursor=before)
        rows, before = [row.id for row in page.rows], page.previous
        first = 0 if before is None else start - len(rows)
        assert rows == ids[first : first + len(rows)] and (before or len(rows) >= start)
        start = first
    assert before is None, "a way back that never ends"
    return ids


def test_pages_hold_each_row_once_however_little_is_looked_at_for_one(
    db: Database, cast: Cast, stages: Stages, scarce: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    skewed = fill_skewed(db, cast, stages, FEW_ROWS)
    for read, _, filters, sorts in lists_of(skewed, stages):
        for (name, wanted), sort in product(filters.items(), sorts):
            found = pages(db, skewed.who, read, wanted, sort)
            with monkeypatch.context() as plenty:
                for name_of_limit in ("FEW", "MOST", "SMALL"):
                    plenty.setattr(f"crm.db.sqlite.list_pages.{name_of_limit}", 10 * MANY_ROWS)
                expected = [row.id for row in db.read(read, skewed.who, wanted, sort=sort, limit=200).rows]
            assert found == expected, (read.__name__, name, sort)


def test_no_list_looks_at_more_than_so_many_rows(db: Database, cast: Cast, stages: Stages) -> None:
    skewed = fill_skewed(db, cast, stages, MANY_ROWS)
    dear = []
    for read, count, filters, sorts in lists_of(skewed, stages):
        for name, wanted in filters.items():
            most = STEPS_OF_SEARCH if wanted.q else STEPS
            runs = [(sort, {"sort": sort, "limit": 25}) for sort in sorts] + [("count", {})]
            for sort, options in runs:
                run = count if sort == "count" else read
                steps, _ = steps_of(db, skewed.who, run, wanted, **options)
                if steps > most:
                    dear.append((steps, read.__name__, name, sort))
    assert not dear, sorted(dear, reverse=True)[:20]
