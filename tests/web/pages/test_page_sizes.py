"""How many bytes the largest pages have before compression: what each row repeats is in the page once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from crm import clock
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.database import Database
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish, stages_of

LIST, BOARD = 60 * 1024, 120 * 1024


@pytest.fixture
def stocked(db: Database, cast: Cast, alone: None) -> None:
    """A page and more of each list, and a hundred cards with a field of the workspace's own."""
    add_client(db, cast.owner, name="Wagner & Söhne", kind="company")
    furnish(db, cast.owner)
    stages = [stage.id for stage in stages_of(db, cast.owner).values()][:4]
    for number in range(30):
        whose = {"owner_id": cast.owner.user_id, "tags": ["VIP", "roof"]}
        add_client(
            db, cast.owner, name=f"Margarethe Oberhauser {number}", email=f"m.oberhauser{number}@example.com",
            phone=f"+4930{1_000_000 + number}", city="Berlin", country="DE", **whose,
        )  # fmt: skip
    shown = {"kind": "lead", "label": "Roof area", "field_type": "text", "on_card": True}
    db.write(create_custom_field, cast.owner, parse_fields(NewCustomField, shown))
    soon = (clock.now() + timedelta(days=26)).date().isoformat()
    for number in range(100):
        add_lead(
            db, cast.owner, title=f"Roof of house {number}", client_id=2, value=1000 + number,
            stage_id=stages[number % 4], expected_close=soon, owner_id=cast.owner.user_id,
            custom={"roof_area": f"{number} square metres"},
        )  # fmt: skip


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(("address", "most"), [("/clients", LIST), ("/leads", LIST), ("/board", BOARD)])
def test_a_list_of_25_and_a_board_of_100_cards_are_small(owner: FlaskClient, address: str, most: int) -> None:
    page = owner.get(address, follow_redirects=True).get_data(as_text=True)
    assert (
        page.count('class="pick"') == 25 or page.count("<article") == 100 or page.count('class="card') >= 100
    )
    assert len(page.encode()) <= most


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    "address",
    [
        "/clients?status=active",
        "/clients?sort=name",
        "/leads?status=open",
        "/leads?sort=title",
        "/board?q=Roof",
    ],
)
def test_a_fragment_is_the_list_and_not_the_page_around_it(owner: FlaskClient, address: str) -> None:
    page, fragment = (
        owner.get(address, headers=headers, follow_redirects=True).get_data(as_text=True)
        for headers in ({}, {"HX-Request": "true"})
    )
    around = ('<link rel="stylesheet"', 'class="sidebar"', 'id="palette"', 'id="filters"', 'id="toasts"')
    assert [part for part in around if part not in page] == []
    assert [part for part in around if part in fragment] == []
    assert len(fragment) < len(page) - 17_000
