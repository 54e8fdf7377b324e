import re
from itertools import product
from typing import Any

import pytest

from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients, suggest_clients
from crm.clients.trash import delete_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.keyset import encode_cursor
from crm.db.transaction import Transaction
from crm.errors import Invalid
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.explaining import plans_of

NAMES = ["Zoë", "anna", "Ремонт", "Åsa", "Öz", "王小明", "Bob", "Łukasz", "김민준", "anna"]


def names(db: Database, who: Actor, sort: str | None = None, limit: int = 25, **wanted: Any) -> list[str]:
    page = db.read(list_clients, who, ClientFilter(**wanted), sort=sort, limit=limit)
    return [client.name for client in page.rows]


def walk(db: Database, who: Actor, sort: str, limit: int, **wanted: Any) -> list[int]:
    """The ids of all pages, which must be fewer than 100, and the same pages on the way back."""
    pages: list[list[int]] = []
    cursor = None
    for _ in range(100):
        page = db.read(list_clients, who, ClientFilter(**wanted), sort=sort, limit=limit, cursor=cursor)
        pages.append([client.id for client in page.rows])
        cursor = page.next
        if cursor is None:
            break
    for before in reversed(pages[:-1]):
        cursor = page.previous
        page = db.read(list_clients, who, ClientFilter(**wanted), sort=sort, limit=limit, cursor=cursor)
        assert [client.id for client in page.rows] == before
    assert (page.next is None, page.previous) == (len(pages) == 1, None)
    return [client_id for page_ids in pages for client_id in page_ids]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"])
@pytest.mark.parametrize(
    "wanted", [{}, {"q": "example"}, {"tag": "t"}, {"status": "active"}, {"q": "example", "tag": "t"}]
)
def test_pages_meet_each_row_once_in_every_order(
    db: Database, cast: Cast, sort: str, wanted: dict[str, Any]
) -> None:
    ids = [
        add_client(db, cast.owner, name=name, email=f"c{n}@example.com", tags=["t"]).id
        for n, name in enumerate(NAMES)
    ]
    add_client(db, cast.outsider, name="anna", email="x@example.com", tags=["t"])
    seen = walk(db, cast.owner, sort, 3, **wanted)
    assert sorted(seen) == ids
    assert seen == walk(db, cast.owner, sort, 200, **wanted)
    if sort.endswith("created_at"):
        assert seen == sorted(ids, reverse=sort.startswith("-"))


def test_names_are_sorted_without_regard_to_case_and_accents(db: Database, cast: Cast) -> None:
    for name in ("Żaneta", "alfa", "Éva", "Bob", "etna", "Zed", "Ábel"):
        add_client(db, cast.owner, name=name)
    assert names(db, cast.owner, "name") == ["Ábel", "alfa", "Bob", "etna", "Éva", "Żaneta", "Zed"]


def test_filters_narrow_together(db: Database, cast: Cast) -> None:
    acme = add_client(db, cast.owner, name="Acme", kind="company", country="DE", city="Köln")
    add_client(
        db,
        cast.owner,
        name="Anna",
        company_id=acme.id,
        owner_id=cast.owner.user_id,
        status="prospect",
        source="fair",
        tags=["VIP", "new"],
        country="DE",
        city="Köln",
    )
    add_client(db, cast.owner, name="Bob", status="prospect", tags=["vip"], country="PL")
    assert names(db, cast.owner, company_id=acme.id) == ["Anna"]
    assert names(db, cast.owner, status="prospect") == ["Bob", "Anna"]
    assert names(db, cast.owner, status="prospect", country="DE") == ["Anna"]
    assert names(db, cast.owner, tag="Vip") == ["Bob", "Anna"]
    assert names(db, cast.owner, tag="VIP", sort="name", country="DE", source="fair") == ["Anna"]
    assert names(db, cast.owner, owner_id=cast.owner.user_id) == ["Anna"]
    assert names(db, cast.owner, owner_id=0) == ["Bob", "Acme"]
    assert names(db, cast.owner, q="ann", city="Köln", kind="person") == ["Anna"]
    assert names(db, cast.owner, tag="unheard of") == []
    assert names(db, cast.outsider, tag="VIP") == []


def test_a_count_tells_when_it_stopped(db: Database, cast: Cast) -> None:
    for name in NAMES:
        add_client(db, cast.owner, name=name)
    count = db.read(count_clients, cast.owner, ClientFilter())
    assert (count.total, count.exact) == (10, True)
    count = db.read(count_clients, cast.owner, ClientFilter(), limit=4)
    assert (count.total, count.exact) == (4, False)
    assert db.read(count_clients, cast.owner, ClientFilter(q="anna"), limit=None).total == 2
    assert db.read(count_clients, cast.outsider, ClientFilter()).total == 0


def test_suggestions_put_names_that_begin_so_first(db: Database, cast: Cast) -> None:
    for name in ("Joanna", "Anna B", "Hanna", "Anna A", "Joanna"):
        add_client(db, cast.owner, name=name)
    found = db.read(suggest_clients, cast.owner, "ánna")
    assert [client.name for client in found] == ["Anna A", "Anna B", "Joanna", "Hanna", "Joanna"]
    assert db.read(suggest_clients, cast.owner, "  ") != []
    assert db.read(suggest_clients, cast.outsider, "anna") == []


@pytest.mark.parametrize("sort", ["colour", "--name", "id; DROP TABLE clients", "deleted_at", ""])
def test_an_unknown_order_is_refused(db: Database, cast: Cast, sort: str) -> None:
    if sort:
        with pytest.raises(Invalid, match="sort"):
            names(db, cast.owner, sort)


def test_a_cursor_of_another_order_is_refused(db: Database, cast: Cast) -> None:
    for name in NAMES:
        add_client(db, cast.owner, name=name)
    page = db.read(list_clients, cast.owner, ClientFilter(), sort="name", limit=2)
    with pytest.raises(Invalid, match="cursor"):
        db.read(list_clients, cast.owner, ClientFilter(), sort="created_at", limit=2, cursor=page.next)


def test_the_trash_is_ordered_by_when_it_was_filled(db: Database, cast: Cast) -> None:
    ids = [add_client(db, cast.owner, name=name).id for name in NAMES]
    for client_id in (ids[4], ids[0], ids[7]):
        db.write(delete_client, cast.owner, client_id)
    assert sorted(walk(db, cast.owner, "-deleted_at", 2, deleted=True)) == sorted([ids[4], ids[0], ids[7]])


SINGLE: list[dict[str, Any]] = [
    {},
    {"status": "active"},
    {"kind": "person"},
    {"owner_id": 1},
    {"owner_id": 0},
    {"company_id": 1},
    {"city": "Köln"},
    {"country": "DE"},
    {"source": "fair"},
    {"email": "anna@example.com"},
    {"phone": "+48512345678"},
    {"tag": "VIP"},
    {"q": "anna"},
]


def explain(tx: Transaction, wanted: dict[str, Any], key: str) -> str:
    """Of the statement that reads the page."""
    sort = key if key == "name" else f"-{key}"
    return plans_of(tx, list_clients, ClientFilter(**wanted), sort=sort, limit=25)[-1]


@pytest.mark.parametrize("wanted", SINGLE, ids=str)
def test_each_filter_walks_along_its_index(db: Database, cast: Cast, wanted: dict[str, Any]) -> None:
    add_client(db, cast.owner, tags=["VIP"])
    steps = db.read(explain, cast.owner, wanted, "created_at")
    main = [line for line in steps.splitlines() if " c " in f"{line} " or " s " in line or " ct " in line]
    assert "TEMP B-TREE FOR ORDER BY" not in steps.replace("json_group_array", "")
    assert not any(line.startswith("SCAN c") for line in main), steps
    if set(wanted) & {
        "status",
        "kind",
        "owner_id",
        "company_id",
        "city",
        "country",
        "source",
        "email",
        "phone",
    }:
        assert f"clients_by_{next(iter(wanted)).removesuffix('_id')}" in steps


@pytest.mark.parametrize(("key", "index"), [("name", "clients_by_name"), ("updated_at", "clients_by_update")])
def test_each_order_walks_along_its_index(db: Database, cast: Cast, key: str, index: str) -> None:
    steps = db.read(explain, cast.owner, {}, key)
    assert index in steps
    assert "FOR ORDER BY" not in steps


def test_few_matches_in_another_order_are_read_by_their_ids(db: Database, cast: Cast) -> None:
    """Else the planner may walk all clients of the workspace, and look each up among the few."""
    add_client(db, cast.owner, tags=["VIP"])
    for wanted in ({"q": "anna"}, {"tag": "VIP"}, {"status": "active"}):
        steps = db.read(explain, cast.owner, wanted, "updated_at").splitlines()
        assert "SCAN page" in steps, steps
        assert not any("page USING AUTOMATIC" in step for step in steps)


def test_with_many_matches_another_order_walks_along_its_own_index(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        add_client(db, cast.owner, name=name, tags=["t"], email=None)
    monkeypatch.setattr("crm.db.sqlite.list_pages.FEW", 2)
    expected = walk(db, cast.owner, "name", 3)
    for wanted in ({"status": "active"}, {"tag": "t"}, {"kind": "person", "status": "active"}):
        assert re.search("clients_(status_)?by_name", db.read(explain, cast.owner, wanted, "name"))
        assert walk(db, cast.owner, "name", 3, **wanted) == expected
    assert names(db, cast.owner, "name", q="ann") == ["anna", "anna"]


def test_every_combination_of_two_filters_can_be_run(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, tags=["VIP"], city="Köln", country="DE", source="fair")
    for one, two in product(SINGLE, SINGLE):
        wanted = {**one, **two}
        for sort in ("-created_at", "name", "-updated_at"):
            names(db, cast.owner, sort, **wanted)
        assert db.read(count_clients, cast.owner, ClientFilter(**wanted)).exact


def test_a_count_is_an_index_search(db: Database, cast: Cast) -> None:
    plans = db.read(plans_of, cast.owner, count_clients, ClientFilter(status="active"))
    assert re.search("INDEX clients_(by_status|status_by_name)", plans[-1])


def test_a_changed_client_moves_to_the_top_of_the_latest_changes(db: Database, cast: Cast) -> None:
    first = add_client(db, cast.owner, name="First")
    add_client(db, cast.owner, name="Second")
    patch_client(db, cast.owner, first.id, {"city": "Köln"})
    assert sorted(names(db, cast.owner, "-updated_at")) == ["First", "Second"]


@pytest.mark.parametrize("key", ["name", "updated_at"])
@pytest.mark.parametrize("after", [None, ["anna", 7]])
@pytest.mark.parametrize("wanted", [each for each in SINGLE if each], ids=str)
def test_a_rare_filter_drives_in_every_order(
    db: Database, cast: Cast, wanted: dict[str, Any], after: list[str | int] | None, key: str
) -> None:
    """Walking along the order instead passes everything that does not fit: seconds, among a million."""
    add_client(db, cast.owner, tags=["VIP"])

    cursor = encode_cursor(after) if after else None
    if "status" not in wanted:
        both = ClientFilter(status="inactive", **wanted)
        plans = db.read(plans_of, cast.owner, list_clients, both, sort=key, limit=25, cursor=cursor)
        assert not re.search("clients_(by_name|by_update|live)", plans[-1])
