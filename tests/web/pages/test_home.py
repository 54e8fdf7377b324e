import html

from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock


def test_an_empty_workspace_says_how_to_begin(owner: FlaskClient) -> None:
    page = owner.get("/").get_data(as_text=True)
    assert "Ready to cast off" in page
    assert "/clients/new" in page


def test_home_counts_what_is_there_and_names_who_moved_last(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_client(db, cast.owner, name="Anna", status="prospect", owner_id=cast.owner.user_id)
    add_client(db, cast.owner, name="Zoë")
    page = html.unescape(owner.get("/").get_data(as_text=True))
    figures = [part.split("<")[0] for part in page.split('<span class="figure-number">')[1:]]
    assert figures == ["2", "1", "1", "1"]
    assert page.index(">Zoë<") < page.index(">Anna<")


def test_the_greeting_knows_the_hour(owner: FlaskClient, frozen_clock: FrozenClock) -> None:
    assert "Good morning, Owner" in owner.get("/").get_data(as_text=True)
