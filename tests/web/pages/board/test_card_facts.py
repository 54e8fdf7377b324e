"""The custom fields that cards of the board show."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.leads.board import show_board
from crm.leads.filters import LeadFilter
from crm.leads.kind import LEAD
from crm.web.records.custom_facts import read_card_facts
from tests.support.cast import Cast
from tests.support.client_pages import text_of
from tests.support.clients import add_client
from tests.support.custom_fields import add_field, change_field, of_type, remove_field
from tests.support.leads import add_lead, furnish, patch_lead, stages_of
from tests.support.visits import counting

LINE = re.compile(r'<p class="card-own"><span>(.*?):</span> (.*?)</p>', re.DOTALL)
FRAGMENT = {"HX-Request": "true"}
VALUES: dict[str, Any] = {
    "text": '<b>"Blue"</b>', "long_text": "One\n\ntwo", "number": -1234.5, "money": 1200.5, "percent": 12.5,
    "date": "1962-02-28", "datetime": "2024-11-27T09:00:05.123Z", "url": "https://example.org/a?b=1",
    "email": "ann@example.org", "phone": "+4930901820", "yes_no": False, "choice": "red",
    "multi_choice": ["red", "dark_green"],
}  # fmt: skip


@pytest.fixture
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


def shown(page: Any, lead_id: int) -> dict[str, str]:
    """What the lead's card says of each field, by its label."""
    card = page.text.split(f'id="lead-{lead_id}"')[1].split("</li>")[0]
    return {label: html.unescape(text) for label, text in LINE.findall(card)}


def facts_on(page: Any, labels: list[str]) -> dict[str, str]:
    """What the page of a record says of the fields."""
    facts = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.text, re.DOTALL)
    known = {label: html.unescape(re.sub("<[^>]+>", "", text)) for label, text in facts}
    return {label: " ".join(known[label].split()) for label in labels}


def board(web: FlaskClient, **headers: str) -> Any:
    answer = web.get("/board", headers=headers, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.usefixtures("furnished")
def test_cards_show_values_of_each_type_in_words_escaped_and_nothing_where_there_is_none(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    other = add_client(db, cast.owner, name="Other One").id
    values = VALUES | {"user": cast.owner.user_id, "client": other}
    keys = {each: of_type(owner, each, kind="lead", on_card=True)["key"] for each in values}
    lead = add_lead(db, cast.owner, custom={keys[each]: value for each, value in values.items()})
    empty = add_lead(db, cast.owner)
    page = board(owner)
    found = shown(page, lead.id)
    assert list(found) == [f"Field {each}" for each in values]
    assert found == facts_on(owner.get(f"/leads/{lead.id}"), list(found))
    assert found["Field client"] == "Other One" and found["Field choice"] == "Red"
    assert "<b>" not in page.text
    assert shown(page, empty.id) == {} and page.text.count("card-own") == len(values)


@pytest.mark.usefixtures("furnished")
def test_a_card_shows_only_the_fields_that_are_switched_on_in_their_order_and_by_their_present_name(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    roof, area, secret = (
        add_field(owner, kind="lead", label=label, on_card=on)
        for label, on in (("Roof", True), ("Area", True), ("Secret", False))
    )
    lead = add_lead(db, cast.owner, custom={"roof": "Tile", "area": "120", "secret": "hidden"})
    assert shown(board(owner), lead.id) == {"Roof": "Tile", "Area": "120"}
    change_field(owner, area, position=0, label="Surface")
    assert list(shown(board(owner), lead.id)) == ["Surface", "Roof"]
    change_field(owner, roof, on_card=False)
    change_field(owner, secret, on_card=True)
    assert shown(board(owner), lead.id) == {"Surface": "120", "Secret": "hidden"}
    remove_field(owner, area)
    assert shown(board(owner), lead.id) == {"Secret": "hidden"}


@pytest.mark.usefixtures("furnished")
def test_redrawn_cards_and_further_ones_show_the_same_as_the_page(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_field(owner, kind="lead", label="Roof", on_card=True)
    leads = [add_lead(db, cast.owner, custom={"roof": f"Tile {place}"}) for place in range(26)]
    first, last = leads[0].id, leads[-1].id
    assert shown(board(owner), last) == shown(board(owner, **FRAGMENT), last) == {"Roof": "Tile 25"}
    more = re.search(r'hx-get="(/board/pipelines?/[^"]+|/board/[^"]*cursor=[^"]+)"', text_of(board(owner)))
    assert more is not None
    assert shown(owner.get(more[1], headers=FRAGMENT), first) == {"Roof": "Tile 0"}
    patch_lead(db, cast.owner, last, {"custom": {"roof": "Slate"}})
    assert shown(board(owner, **FRAGMENT), last) == {"Roof": "Slate"}
    stage = stages_of(db, cast.owner)["Proposal"]
    assert (
        owner.post(f"/board/leads/{last}/move", data={"stage_id": stage.id}, headers=FRAGMENT).status_code
        == 200
    )
    assert shown(board(owner, **FRAGMENT), last) == {"Roof": "Slate"}


@pytest.mark.usefixtures("furnished")
def test_a_long_text_is_cut_and_a_hundred_cards_stay_small(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_field(owner, kind="lead", label="Story", field_type="long_text", on_card=True)
    for _ in range(20):
        add_lead(db, cast.owner, custom={"story": "word " * 1_999})
    page = board(owner)
    assert len(page.data) < 120 * 1024
    lines = LINE.findall(page.text)
    assert len(lines) == 20
    assert all(text.endswith("…") and text.startswith("word word") for _, text in lines)


@pytest.mark.usefixtures("furnished")
def test_the_names_on_all_cards_are_read_together(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    add_field(owner, kind="lead", label="Architect", field_type="client", on_card=True)

    def statements(tx: Transaction) -> tuple[int, list[str]]:
        stage = tx.value("SELECT min(id) FROM pipelines WHERE workspace_id = :workspace_id")
        cards = [card for each in show_board(tx, stage, LeadFilter(), limit=50).stages for card in each.cards]
        with counting(tx) as steps:
            facts = read_card_facts(tx, LEAD, cards)
        return len(steps), sorted(fact.text for each in facts.values() for fact in each)

    def add_with_architect(number: int) -> None:
        architect = add_client(db, cast.owner, name=f"Architect {number:02}").id
        add_lead(db, cast.owner, custom={"architect": architect})

    with app.test_request_context():
        add_with_architect(0)
        few = db.read(statements, cast.owner)
        for number in range(1, 30):
            add_with_architect(number)
        many = db.read(statements, cast.owner)
    assert few == (many[0], ["Architect 00"])
    assert many[1] == [f"Architect {number:02}" for number in range(30)]
