"""What is read in the bench: each request beside the SQL that answers it."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bench.noting import Noting
from bench.places import Place
from crm.clients.client import COLUMN, columns_with, get_client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.kinds import open_database

PAGE = 25
WHO = Actor(1, 1, "bench")
SEARCHES = ("anna", "ремонт", "müller", "kowal", "王", "garcia", "example.org", "38", "nowak ewa", "dental")
COLUMNS = (*COLUMN, "name_key")
COMPANY_NAME = """(SELECT company.name
                    FROM clients company
                   WHERE company.workspace_id = :workspace_id
                     AND company.id = c.company_id)"""
FURTHER_COMPANIES = """(SELECT json_group_array(json_array(f.place, f.id, f.company_id, firm.name, f.role))
          FROM client_companies f
          JOIN clients firm ON firm.workspace_id = f.workspace_id AND firm.id = f.company_id
         WHERE f.workspace_id = :workspace_id
           AND f.client_id = c.id
           AND firm.deleted_at IS NULL)"""
ONE_SQL = f"""
SELECT {columns_with(COMPANY_NAME, FURTHER_COMPANIES)}
  FROM clients c
 WHERE c.workspace_id = :workspace_id
   AND c.id = :id
"""


@dataclass(frozen=True, slots=True)
class Read:
    """`sql` takes `params` by name."""

    path: str
    sql: str
    params: dict[str, Any]


@contextmanager
def opened(place: Place) -> Iterator[Database]:
    """The place's database in this process, brought up to date."""
    os.environ |= {name: place.environment[name] for name in ("SQLITE_PATH", "UPLOAD_FOLDER", "BACKUP_DIR")}
    settings = Settings()
    prepare(settings)
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


PAGES = {
    "": (ClientFilter(), "-created_at"),
    "?sort=name": (ClientFilter(), "name"),
    "?status=active": (ClientFilter(status="active"), "-created_at"),
    "?country=PL": (ClientFilter(country="PL"), "-created_at"),
}


def reads_of(db: Database) -> dict[str, list[Read]]:
    """The reads of each kind, the same ones on the same data."""
    newest = newest_client(db)
    ids = random.Random(1).sample(range(1, newest + 1), 200)  # noqa: S311 - not a secret
    return {
        "one": [Read(f"/api/clients/{each}", ONE_SQL, {"workspace_id": 1, "id": each}) for each in ids],
        "page": [db.read(_page, WHO, query, *wanted) for query, wanted in PAGES.items()],
        "search": [
            db.read(_page, WHO, f"?q={quote(text)}", ClientFilter(q=text), "-created_at") for text in SEARCHES
        ],
    }


def newest_client(db: Database) -> int:
    return db.read(list_clients, WHO, ClientFilter(), limit=1).rows[0].id


def _page(tx: Transaction, query: str, wanted: ClientFilter, sort: str) -> Read:
    noting = Noting(tx)
    list_clients(noting, wanted, sort=sort, limit=PAGE)
    sql, params = noting.noted[-1]
    return Read(f"/api/clients{query}", sql, {**params, "workspace_id": 1})


def queries_of(db: Database) -> list[str]:
    """What people would type to find some of the clients: parts of names and addresses, digits."""
    rng = random.Random(7)  # noqa: S311 - the same queries each time
    newest = newest_client(db)
    texts = []
    for client_id in rng.sample(range(1, newest + 1), 24):
        client = db.read(get_client, WHO, client_id)
        word = max(client.name.split(), key=len)
        texts += [client.name, word[:2], word[:4], word[1:]]
        texts += [client.email or word, (client.email or word).partition("@")[0]]
        texts += [client.phone or word, (client.phone or word)[-6:]]
    return texts
