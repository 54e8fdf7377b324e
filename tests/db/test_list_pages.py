"""All lists under every filter and each two, in every order, over rows that lie unevenly."""

from collections.abc import Iterator

import pytest

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.kinds import open_database
from tests.support.cast import Cast
from tests.support.leads import Stages
from tests.support.list_costs import Given, ListOf, dear_lists, lists_of, lists_of_work
from tests.support.skewed import fill_skewed
from tests.support.skewed_work import fill_work

FEW_ROWS, MANY_ROWS = 80, 50_000
PAIRS_APART = 79
"""Of all pairs of filters that is a sample, another of each list."""
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
    for name, value in {"ROUNDS": 2, "PASSED": 3}.items():
        monkeypatch.setattr(f"crm.activity.lines.{name}", value)


def pages(db: Database, who: Actor, each: ListOf, given: Given, sort: str) -> list[int]:
    """The ids of all pages; the way back, from the last that has any, shows the same."""
    ids: list[int] = []
    cursor = before = None
    start = 0
    for _ in range(2 * FEW_ROWS):
        page = each.page(given, sort, 4, cursor).answer(db, who)
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
        page = each.page(given, sort, 4, before).answer(db, who)
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
    work = fill_work(db, skewed)
    for each in (*lists_of(skewed, stages), *lists_of_work(skewed, work)):
        for name, given, sort in each.tried(PAIRS_APART):
            found = pages(db, skewed.who, each, given, sort)
            with monkeypatch.context() as plenty:
                for name_of_limit in ("FEW", "MOST", "SMALL"):
                    plenty.setattr(f"crm.db.sqlite.list_pages.{name_of_limit}", 10 * MANY_ROWS)
                for name_of_limit in ("ROUNDS", "PASSED"):
                    plenty.setattr(f"crm.activity.lines.{name_of_limit}", MANY_ROWS)
                whole = each.page(given, sort, 200).answer(db, skewed.who).rows
            assert found == [row.id for row in whole], (each.read.__name__, name, sort)
            if each.count is not None:
                counted = db.read(each.count, skewed.who, each.made(**given), limit=None).total
                assert counted == len(found), (each.read.__name__, name)


def test_no_list_of_clients_or_leads_looks_at_more_than_so_many_rows(
    db: Database, cast: Cast, stages: Stages
) -> None:
    skewed = fill_skewed(db, cast, stages, MANY_ROWS)
    assert dear_lists(db, skewed.who, lists_of(skewed, stages)) == []


def test_no_list_of_work_looks_at_more_than_so_many_rows(db: Database, cast: Cast, stages: Stages) -> None:
    """For whoever sees everything, and for a member, who sees no entry of an admin's."""
    skewed = fill_skewed(db, cast, stages, MANY_ROWS)
    lists = lists_of_work(skewed, fill_work(db, skewed))
    assert dear_lists(db, cast.owner, lists) == []
    assert dear_lists(db, cast.colleague, lists) == []
