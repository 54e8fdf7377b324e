"""A wrong filter of a list is said once, and the page stays of use: it shows the rest without it."""

import re

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish

WRONG = {
    "/clients?email=foo": "is not an e-mail address",
    "/clients?status=nobody": "must be",
    "/clients?owner_id=x": "must be a whole number",
    "/clients?created_from=yesterday": None,
    "/clients?company_id_choice=x": "must be a whole number",
    "/clients?sort=shoe_size": None,
    "/clients?cursor=~~": None,
    "/clients?view=x": None,
    "/clients?city=a&city=b": None,
    "/leads?value_from=much": None,
    "/leads?stage_id=-1": None,
    "/leads?won_from=2026-13-01": None,
    "/board?closes_to=soon": None,
    "/board?stale=perhaps": None,
    "/clients/trash?cursor=~~": None,
    "/activity?since=soon": None,
    "/activity?subject=moon": "must be",
    "/activity?cursor=~~": None,
    "/tasks?done=perhaps": None,
    "/tasks?cursor=~~": None,
    "/files?trash=perhaps": None,
    "/inbox?box=drawer": None,
    "/reports?since=soon": None,
    "/reports?until=2026-02-30": None,
    "/reports?months=many": "must be a whole number",
    "/reports?months=0": None,
    "/reports?owner_id=x": "must be a whole number",
    "/reports?pipeline_id=x": "must be a whole number",
    "/reports?until=2026-11-01&since=2026-11-20": "must not be before the first day",
}


@pytest.fixture
def stocked(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    add_client(db, cast.owner, name="Anna")
    add_lead(db, cast.owner, title="Roof")


@pytest.mark.parametrize(("address", "sentence"), WRONG.items())
def test_a_wrong_filter_is_shown_once_on_the_page_of_the_list(
    owner: FlaskClient, stocked: None, address: str, sentence: str | None
) -> None:
    answer = owner.get(address)
    page = answer.text
    errors = re.findall(r'<span class="field-error">.*?</svg>(.*?)</span>', page, re.S)
    assert (answer.status_code, len(errors)) == (422, 1)
    assert (sentence or "") in errors[0]
    assert page.count(errors[0]) == 1
    assert 'id="sidebar"' in page
    path, name = address.split("?", maxsplit=1)[0], address.split("?")[1].split("=", maxsplit=1)[0]
    (without,) = re.findall(r'<a class="filter-chip" id="wrong-[a-z_]+" href="([^"]+)"', page)
    assert without.startswith(path) and f"{name}=" not in without
    assert owner.get(without).status_code in {200, 302}


def test_the_other_filters_count_and_the_field_keeps_what_was_typed(
    owner: FlaskClient, db: Database, cast: Cast, stocked: None
) -> None:
    add_client(db, cast.owner, name="Bert", city="Riga")
    page = owner.get("/clients?email=foo&city=Riga").text
    assert "Bert" in page and "Anna" not in page
    field = re.search(r'<input[^>]*id="email"[^>]*>', page, re.S)
    assert field is not None and 'value="foo"' in field[0] and 'aria-describedby="wrong-email"' in field[0]


def test_two_wrong_filters_are_both_shown(owner: FlaskClient, stocked: None) -> None:
    page = owner.get("/clients?email=foo&sort=shoe_size").text
    assert page.count('class="field-error"') == 2


def test_a_fragment_of_the_list_tells_it_too(owner: FlaskClient, stocked: None) -> None:
    answer = owner.get("/clients?email=foo", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text.count("is not an e-mail address")) == (422, 1)


def test_an_error_page_says_each_error_once(owner: FlaskClient, stocked: None) -> None:
    page = owner.get("/reports?since=soon").text
    assert page.count("must be a") <= 1 and 'role="alert"' in page
