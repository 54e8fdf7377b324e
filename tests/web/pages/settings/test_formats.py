"""The formats of dates, hours and numbers that one chooses, over pages and API."""

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.leads.closing import win_lead
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish

pytestmark = pytest.mark.usefixtures("frozen_clock")


def page_of(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return " ".join(html.unescape(response.get_data(as_text=True)).split())


def choose(client: FlaskClient, locale: str | None, path: str = "/api/me") -> None:
    response = client.patch(path, json={"locale": locale})
    assert response.status_code == 200 and response.json is not None


def data_of(response: Any) -> Any:
    assert response.status_code == 200, response.json
    return response.json["data"]


def test_pages_follow_the_reader_s_locale_else_the_workspace_s_else_the_house_s(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    client = add_client(db, cast.owner, name="Nora")
    lead = add_lead(
        db, cast.owner, client_id=client.id, value=12_500, currency="EUR", expected_close="2027-03-14"
    )
    frozen_clock.advance(hours=24 * 7)
    seen = {
        None: ("21 Nov, 07:39", "14 Mar 2027", "€12,500"),
        "de-DE": ("21.11.2026, 07:39", "14.03.2027", "12.500 €"),
        "en-US": ("Nov 21, 7:39 AM", "Mar 14, 2027", "€12,500"),
        "sv-SE": ("2026-11-21, 07:39", "2027-03-14", "12 500 €"),
    }
    for whose in ("/api/me", "/api/workspace"):
        for locale, (made, closes, value) in seen.items():
            choose(owner, locale, whose)
            page = page_of(owner, f"/leads/{lead.id}")
            for written in (f">{made}</time>", f">{closes}</time>", value, "Expected close"):
                assert written in page, (whose, locale, written)
            assert value in page_of(owner, "/leads") and value in page_of(owner, "/board")
        choose(owner, None, whose)


def test_the_marks_of_charts_and_their_tables_are_the_reader_s(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(db, cast.owner, value=60_000, currency="EUR")
    db.write(win_lead, cast.owner, lead.id)
    choose(owner, "de-DE")
    page = page_of(owner, "/reports")
    formats = re.search(r"""<meta name="formats" content='(\{.*?\})'>""", page)
    assert formats is not None
    marks = json.loads(formats[1])
    assert (marks["decimal"], marks["group"], marks["sizes"], marks["zone"]) == (",", ".", [3, 3], "UTC")
    assert (marks["day"], marks["hour"]) == ("dd.MM.y", "HH:mm")
    assert ">60.000 €</td>" in page and "11/2026" in page


@pytest.mark.parametrize("locale", [None, "de-DE", "en-IN"])
def test_numbers_in_refusals_are_written_as_the_reader_writes_them(
    owner: FlaskClient, db: Database, cast: Cast, locale: str | None
) -> None:
    """But for years, which are no amounts, and for programs."""
    furnish(db, cast.owner)
    choose(owner, locale)
    big = {None: "9,999,999,999,999.99", "de-DE": "9.999.999.999.999,99", "en-IN": "99,99,99,99,99,999.99"}
    page = owner.post("/leads/new", data={"title": "Roof", "value": "9" * 15}).get_data(as_text=True)
    assert f"may be at most {big[locale]}" in page
    many = {None: "20,000", "de-DE": "20.000", "en-IN": "20,000"}[locale]
    page = owner.post("/leads/new", data={"title": "Roof", "details": "x" * 90_000}).get_data(as_text=True)
    assert f"may have at most {many} characters" in page
    refused = owner.post("/api/leads", json={"title": "Roof", "value": "9" * 15}).get_json()
    assert "may be at most 9999999999999.99" in str(refused)
    refused = owner.post("/api/tasks", json={"title": "Call", "due_at": "1066-10-14T07:00:00Z"}).get_json()
    assert "must be within the years 1970 to 2200" in str(refused), refused


def test_a_locale_is_a_field_of_user_and_workspace_and_nothing_else_of_the_api_changes(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(db, cast.owner, value=12_500.5, currency="EUR")
    before = owner.get(f"/api/leads/{lead.id}").json
    assert data_of(owner.patch("/api/workspace", json={"locale": "fr_fr"}))["locale"] == "fr-FR"
    me = data_of(owner.get("/api/me"))
    assert (me["user"]["locale"], me["workspace"]["locale"]) == (None, "fr-FR")
    assert data_of(owner.patch("/api/me", json={"locale": "DE-de"}))["locale"] == "de-DE"
    assert owner.get(f"/api/leads/{lead.id}").json == before
    for wrong in ("xx", "", "de-ZZ", "d" * 5000, 7, ["de"], "de-DE\x00"):
        for path in ("/api/me", "/api/workspace"):
            refused = owner.patch(path, json={"locale": wrong})
            assert refused.status_code == 422 and refused.json is not None
            assert [each["field"] for each in refused.json["errors"]] == ["locale"], (path, wrong)
    assert data_of(owner.patch("/api/me", json={"locale": None}))["locale"] is None


def test_the_forms_offer_the_locales_of_the_world(owner: FlaskClient) -> None:
    for path, usual in (
        ("/settings/profile", "Same as the workspace (14 Mar 2027 · 16:05 · 12,500.5)"),
        ("/settings/workspace", "Standard (14 Mar 2027 · 16:05 · 12,500.5)"),
    ):
        page = page_of(owner, path)
        select = re.search(r'<select class="input" id="locale".*?</select>', page)
        assert select is not None and usual in select[0]
        assert '<option value="de-DE">German (Germany)</option>' in select[0]
        assert select[0].count("<option") > 600


def test_an_amount_is_written_into_a_form_and_read_from_it_with_the_same_marks(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    choose(owner, "de-DE")
    lead = add_lead(db, cast.owner, value=12_500.5, currency="EUR")
    page = page_of(owner, f"/leads/{lead.id}/edit")
    held = re.search(r'name="value"[^>]*value="([^"]*)"', page)
    assert held is not None and held[1] == "12500,5"
    form = {"title": lead.title, "value": "12.500,75", "currency": "EUR", "version": str(lead.version)}
    assert owner.post(f"/leads/{lead.id}/edit", data=form).status_code == 303
    assert data_of(owner.get(f"/api/leads/{lead.id}"))["value"] == 12_500.75
