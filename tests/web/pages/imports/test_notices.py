"""While an import is under way, lists say so; whoever began it is told once that it has ended."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from crm.appliance.imports import work_on
from crm.config import Settings
from crm.db.database import Database
from crm.imports.imports import begin_undoing, confirm_import
from tests.support.cast import Cast
from tests.support.imports import upload

Work = Callable[..., None]
PEOPLE = "Name,E-mail\nAda,ada@example.com\nBo,bo@example.com\n"


@pytest.fixture
def confirmed(settings: Settings, db: Database, cast: Cast) -> int:
    """As one of more than 2,000 rows is until the worker has come to it."""
    import_id = upload(settings, db, cast.owner, PEOPLE)
    db.write(confirm_import, cast.owner, import_id)
    return import_id


@pytest.fixture
def work(settings: Settings, db: Database, cast: Cast, confirmed: int) -> Work:
    """Let the worker finish it, or the request of who waits `seconds` for it."""
    return lambda seconds=None: work_on(db, settings, cast.owner, confirmed, seconds)


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_lists_and_their_api_say_how_far_an_import_is(
    owner: FlaskClient, outsider: FlaskClient, work: Work
) -> None:
    for address in ("/clients", "/leads", "/", "/imports", "/imports/under-way"):
        assert "0 of 2 rows are in" in text_of(owner, address), address
        assert "rows are in" not in text_of(outsider, address), address
    for address in ("/api/clients", "/api/leads"):
        assert owner.get(address).get_json()["page"]["importing"] == {"done": 0, "total": 2}
        assert "importing" not in outsider.get(address).get_json()["page"]
    work()
    assert "rows are in" not in text_of(owner, "/clients") + text_of(owner, "/imports/under-way")
    assert "importing" not in owner.get("/api/clients").get_json()["page"]


def test_the_end_is_told_to_who_began_it_until_it_is_seen(
    owner: FlaskClient, outsider: FlaskClient, confirmed: int, work: Work
) -> None:
    assert "The import of people.csv" not in text_of(owner, "/")
    work()
    assert "The import of people.csv is done: 2 new, 0 updated." in text_of(owner, "/activity")
    assert "people.csv" not in text_of(outsider, "/")
    assert f'hx-post="/imports/{confirmed}/seen"' in text_of(owner, f"/imports/{confirmed}")
    assert outsider.post(f"/imports/{confirmed}/seen").status_code == 303
    assert "is done" in text_of(owner, "/")
    assert owner.post(f"/imports/{confirmed}/seen", data={"back": "/clients"}).location == "/clients"
    assert "is done" not in text_of(owner, "/")


def test_an_undo_in_the_background_is_told_too(
    db: Database, cast: Cast, owner: FlaskClient, confirmed: int, work: Work
) -> None:
    work()
    db.write(begin_undoing, cast.owner, confirmed)
    work()
    assert "The import of people.csv was undone." in text_of(owner, "/")


def test_who_waited_for_the_end_is_not_told_again(owner: FlaskClient, work: Work) -> None:
    work(20.0)
    assert "The import of people.csv" not in text_of(owner, "/")
