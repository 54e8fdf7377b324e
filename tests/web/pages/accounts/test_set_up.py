"""The page of the set-up as a plain form."""

import pytest
from flask.testing import FlaskClient

from crm.accounts.setup import ensure_setup_code
from crm.config import Settings
from tests.support import bare_app
from tests.support.accounts_pages import problems_of, send, text_of
from tests.support.people import PASSWORD

app, browser = bare_app.app, bare_app.browser


SETUP = {
    "workspace": "Acme", "name": "Olga", "email": "olga@acme.example", "password": PASSWORD,
    "country": "DE", "currency": "EUR", "timezone": "Europe/Berlin",
}  # fmt: skip


def test_a_fresh_appliance_leads_to_its_set_up_and_a_ready_one_away_from_it(
    browser: FlaskClient, settings: Settings
) -> None:
    assert browser.get("/clients").headers["Location"] == "/setup"
    assert browser.get("/login").headers["Location"] == "/setup"
    done = send(browser, "/setup", {**SETUP, "code": ensure_setup_code(settings)})
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert "Olga" in text_of(browser.get("/"))
    assert browser.get("/setup").headers["Location"] == "/login"
    assert "Europe/Berlin" in text_of(browser.get("/settings/workspace"))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"code": "0000-0000-0000"}, {"code"}),
        ({"code": ""}, {"code"}),
        ({"password": "short"}, {"password"}),
        ({"password": "Password1234"}, {"password"}),
        ({"email": "nobody", "workspace": " ", "currency": "XXX"}, {"email", "workspace", "currency"}),
    ],
)
def test_a_refused_set_up_names_the_fields_and_keeps_what_was_typed(
    browser: FlaskClient, settings: Settings, given: dict[str, str], fields: set[str]
) -> None:
    refused = send(browser, "/setup", {**SETUP, "code": ensure_setup_code(settings), **given})
    assert refused.status_code == 422
    page = text_of(refused)
    assert problems_of(page) == fields
    assert 'value="Olga"' in page and PASSWORD not in page
    assert browser.get("/clients").headers["Location"] == "/setup"


def test_a_set_up_without_country_and_currency_has_those_of_the_api(
    browser: FlaskClient, settings: Settings
) -> None:
    given = {name: text for name, text in SETUP.items() if name not in {"country", "currency"}}
    assert send(browser, "/setup", {**given, "code": ensure_setup_code(settings)}).status_code == 303
    workspace = browser.get("/api/workspace").get_json()["data"]
    assert (workspace["country"], workspace["currency"]) == ("US", "USD")


def test_the_browser_s_language_proposes_country_and_currency(browser: FlaskClient) -> None:
    page = browser.get("/setup", headers={"Accept-Language": "de-CH,de;q=0.9"}).get_data(as_text=True)
    assert '<option value="CH" selected>' in page and '<option value="CHF" selected>' in page
    odd = browser.get("/setup", headers={"Accept-Language": "x-odd, *;q=0.1, zz-ZZ"})
    assert odd.status_code == 200
