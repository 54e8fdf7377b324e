"""The list of clients: its filters, its pages, and changes of many at once."""

import re

import pytest
from flask.testing import FlaskClient

from crm.clients.client import find_client
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.client_pages import text_of
from tests.support.clients import add_client
from tests.support.page_answers import HTMX


def test_the_list_answers_its_address(owner: FlaskClient, db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, name="Zoë", status="prospect", tags=["vip"], owner_id=cast.owner.user_id)
    add_client(db, cast.owner, name="Bergström", kind="company")
    for address, found, left_out in [
        ("/clients?q=ZOE", "Zoë", "Bergström"),
        ("/clients?status=prospect&kind=", "Zoë", "Bergström"),
        ("/clients?tag=VIP", "Zoë", "Bergström"),
        (f"/clients?owner_id={cast.owner.user_id}", "Zoë", "Bergström"),
        ("/clients?owner_id=0", "Bergström", "Zoë"),
        ("/clients?kind=company", "Bergström", "Zoë"),
    ]:
        page = text_of(owner.get(address))
        assert f">{found}</a>" in page, address
        assert f">{left_out}</a>" not in page, address


def test_a_search_too_short_to_find_the_middle_of_words_says_so(owner: FlaskClient) -> None:
    assert "match only the start of a word" in text_of(owner.get("/clients?q=zo"))
    assert "match only the start of a word" not in text_of(owner.get("/clients?q=zoe"))


def test_a_list_of_the_search_box_is_a_fragment_with_a_clean_address(owner: FlaskClient) -> None:
    answer = owner.get("/clients?q=zo&status=&kind=&owner_id=&tag=", headers=HTMX)
    assert answer.headers["HX-Push-Url"] == "/clients?q=zo"
    assert "<html" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "/clients?status=no", "/clients?owner_id=x", "/clients?sort=secret", "/clients?cursor=abc",
        "/clients?owner_id=-1", "/clients?q=a&q=b", "/clients?q=" + "a" * 500, "/activity?actor_id=x",
        "/clients/trash?cursor=zzz", "/clients/1?cursor=zzz",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_refused_in_words(
    owner: FlaskClient, db: Database, cast: Cast, address: str
) -> None:
    add_client(db, cast.owner)
    answer = owner.get(address)
    assert answer.status_code == 422, answer.status_code
    assert "There" not in answer.headers
    assert "Traceback" not in answer.get_data(as_text=True)


def test_pages_follow_each_other_without_gap_or_repeat(owner: FlaskClient, db: Database, cast: Cast) -> None:
    for place in range(60):
        add_client(db, cast.owner, name=f"Client {place:02}")
    seen: list[str] = []
    address: str | None = "/clients?sort=name"
    while address:
        page = text_of(owner.get(address))
        seen += re.findall(r">(Client \d\d)</a>", page)
        link = re.search(r'rel="next" href="([^"]+)"', page)
        address = link[1] if link else None
    assert seen == [f"Client {place:02}" for place in range(60)]
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert re.findall(r">(Client \d\d)</a>", text_of(owner.get(back[1]))) == seen[25:50]


def test_ticked_clients_change_together_and_a_deletion_of_them_can_be_undone(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    ids = [add_client(db, cast.owner, name=name).id for name in ("Anna", "Berta")]
    ticked = {"id": [str(client_id) for client_id in ids]}
    answer = owner.post("/clients/bulk?q=a&sort=name", data={**ticked, "change": "tag", "new_tag": "fair"})
    assert answer.location == "/clients?q=a&sort=name"
    assert text_of(owner.get("/clients?tag=fair", headers=HTMX)).count('class="row-link"') == 2

    owner.post("/clients/bulk", data={**ticked, "change": "delete"})
    page = text_of(owner.get("/clients"))
    assert "2 clients moved to the trash." in page
    owner.post("/operations" + page.rsplit('action="/operations', 1)[1].split('"', 1)[0])
    assert text_of(owner.get("/clients", headers=HTMX)).count('class="row-link"') == 2


def test_all_that_match_are_those_of_the_address(owner: FlaskClient, db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, name="Anna", status="prospect")
    add_client(db, cast.owner, name="Berta")
    owner.post("/clients/bulk?status=prospect", data={"all": "1", "change": "status:inactive"})
    assert ">Anna</a>" in text_of(owner.get("/clients?status=inactive"))
    assert ">Berta</a>" in text_of(owner.get("/clients?status=active"))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"id": "1"}, 400), ({"id": "1", "change": "drop table"}, 400),
        ({"id": "x", "change": "delete"}, 303),
        ({"change": "delete"}, 303), ({"id": "999", "change": "delete"}, 303),
        ({"id": "1", "change": "status:no"}, 303), ({"id": "1", "change": "owner:999"}, 303),
        ({"id": "1,2,3", "change": "tag:" + "x" * 60}, 303),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be_changes_nothing_and_says_why(
    owner: FlaskClient, db: Database, cast: Cast, data: dict[str, str], status: int
) -> None:
    client = add_client(db, cast.owner)
    assert owner.post("/clients/bulk", data=data).status_code == status
    if status == 303:
        assert "toast-bad" in text_of(owner.get("/clients"))
    assert db.read(find_client, cast.owner, client.id) == client
