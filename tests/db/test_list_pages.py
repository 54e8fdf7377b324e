"""The lists of clients and leads under every filter, in every order, over rows that lie unevenly."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.kinds import open_database
from tests.support.cast import Cast
from tests.support.leads import Stages
from tests.support.list_costs import dear_lists, lists_of
from tests.support.skewed import fill_skewed

FEW_ROWS, MANY_ROWS = 80, 50_000
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def db(prepared: Settings) -> Iterator[Database]:
    """With its kinds, which the other databases of this folder do without."""
    database = open_database(prepared)
    yield database
    database.close()


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
    assert dear_lists(db, skewed, stages) == []
