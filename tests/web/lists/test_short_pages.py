"""Two filters that many records fit, and none fits both: pages without rows, each further on, with an end."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.cast import Cast
from tests.support.leads import Stages
from tests.support.skewed import Skewed, fill_skewed
from tests.support.skewed_work import fill_work

pytestmark = pytest.mark.sqlite("its pages alone end when they have looked at so many rows")
ROWS, BUDGET = 80, 11
MOST_PAGES = ROWS // BUDGET + 3
FURTHER = re.compile(r'href="([^"]*cursor=[^"]*)"')


@pytest.fixture
def skewed(
    db: Database, cast: Cast, stages: Stages, common_filters: None, monkeypatch: pytest.MonkeyPatch
) -> Skewed:
    for name, value in {"BUDGET": BUDGET, "SMALL": 0}.items():
        monkeypatch.setattr(f"crm.db.sqlite.list_pages.{name}", value)
    filled = fill_skewed(db, cast, stages, ROWS)
    fill_work(db, filled)
    return filled


NEVER_MEET = {
    "clients": "status=inactive&country=DE",
    "leads": "status=won&source=most&sort=value",
    "tasks": "done=true&assignee_id={most}",
    "activities": "entity=note&actor_id={most}",
}
"""By the list of the API."""


@pytest.mark.parametrize("table", NEVER_MEET)
def test_a_client_of_the_api_that_follows_next_comes_to_an_end(
    owner: FlaskClient, skewed: Skewed, table: str
) -> None:
    """Never twice at one place, and no more often than the rows of the workspace are many."""
    address = f"/api/{table}?{NEVER_MEET[table].format(**skewed.owners)}"
    cursors: list[str] = []
    cursor: str | None = ""
    for _ in range(MOST_PAGES):
        answer = owner.get(f"{address}&cursor={cursor}" if cursor else address).json
        assert answer is not None and answer["data"] == []
        cursor = answer["page"]["next"]
        if cursor is None:
            break
        cursors.append(cursor)
    assert cursor is None
    assert cursors and len({*cursors}) == len(cursors)


def test_what_lies_behind_empty_pages_is_found(owner: FlaskClient, skewed: Skewed, db: Database) -> None:
    def move(tx: Transaction) -> None:
        tx.run("UPDATE clients SET country = 'CN' WHERE workspace_id = :workspace_id AND id = 9")

    db.write(move, skewed.who)
    found: list[int] = []
    cursor: str | None = ""
    for _ in range(MOST_PAGES):
        answer = owner.get(
            f"/api/clients?status=prospect&country=CN&cursor={cursor}".removesuffix("&cursor=")
        )
        found += [row["id"] for row in answer.json["data"]]  # type: ignore[index]
        cursor = answer.json["page"]["next"]  # type: ignore[index]
        if cursor is None:
            break
    assert cursor is None and found == [9]


PAGES = {
    "/clients?status=inactive&country=DE": "No match so far",
    "/tasks?done=true&assignee_id={most}": "No match so far",
    "/activity?actor_id={most}&subject=user": "Earlier",
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_without_rows_says_that_there_is_more_to_look_through(
    owner: FlaskClient, skewed: Skewed, address: str
) -> None:
    place, words = address.format(**skewed.owners), PAGES[address]
    for _ in range(MOST_PAGES):
        page = owner.get(place).text
        further = FURTHER.search(page) if words in page else None
        if further is None:
            break
        place = unescape(further[1])
    assert words not in page and place != address.format(**skewed.owners)
