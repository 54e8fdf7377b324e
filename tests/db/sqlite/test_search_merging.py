"""The search index stays in few pieces, in short steps beside other writers."""

import threading

from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite.search_merging import merge_searches, pieces_of
from tests.support.cast import Cast
from tests.support.clients import add_client

SEARCH = "clients_search"


def pieces(db: Database) -> list[int]:
    return db.read(pieces_of, SYSTEM, SEARCH)


def found(db: Database, cast: Cast, q: str) -> int:
    return len(db.read(list_clients, cast.owner, ClientFilter(q=q), limit=200).rows)


def test_pieces_become_one_and_searches_find_the_same(db: Database, cast: Cast) -> None:
    for number in range(40):
        add_client(db, cast.owner, name=f"Kowalska {number}")
    add_client(db, cast.outsider, name="Kowalska")
    before = len(pieces(db)), found(db, cast, "kowal"), found(db, cast, "kowalska 3")
    assert merge_searches(db, pause=0)
    after = len(pieces(db)), found(db, cast, "kowal"), found(db, cast, "kowalska 3")
    assert before[0] > after[0] == 1
    assert before[1:] == after[1:] == (40, 11)


def test_without_time_it_says_that_there_is_more_to_do(db: Database, cast: Cast) -> None:
    for number in range(3):
        add_client(db, cast.owner, name=f"Nowak {number}")
    assert not merge_searches(db, seconds=0)
    assert len(pieces(db)) == 3


def test_a_little_that_is_new_is_left_for_later(db: Database, cast: Cast) -> None:
    for number in range(300):
        add_client(
            db, cast.owner, name=f"Ruch {number * 7919} Ω{number}", email=f"m{number * 104729}@example.com"
        )
    assert merge_searches(db, pause=0)
    [whole] = pieces(db)
    assert whole > 8
    add_client(db, cast.owner, name="New")
    assert merge_searches(db, pause=0)
    assert len(pieces(db)) == 2
    assert found(db, cast, "new") == 1


def test_others_write_while_it_merges(db: Database, cast: Cast) -> None:
    for number in range(60):
        add_client(db, cast.owner, name=f"Müller {number}")
    merging = threading.Thread(target=merge_searches, args=(db,), kwargs={"pause": 0.5})
    merging.start()
    for number in range(60, 90):
        add_client(db, cast.owner, name=f"Müller {number}")
    merging.join(20)
    assert not merging.is_alive()
    assert found(db, cast, "muller") == 90
