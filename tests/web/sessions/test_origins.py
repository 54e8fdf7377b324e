"""Pages of other origins: which may change something, and what is reported of them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from tests.support import forgeries
from tests.support.api import problem_of, running_app
from tests.support.forgeries import ANNA, TOKEN, Headers, logged_in, token_of
from tests.support.people import PASSWORD, Team

app, browser = forgeries.app, forgeries.browser


def test_a_page_that_may_call_the_api_reaches_what_needs_no_cookie(settings: Settings, team: Team) -> None:
    friendly = settings.model_copy(update={"cors_origins": ("https://app.example",)})
    given = {"email": "owner@acme.example", "password": PASSWORD}
    with running_app(friendly) as app:
        for origin, status in (("https://app.example", 200), ("https://evil.example", 403)):
            headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
            assert app.test_client().post("/api/login", json=given, headers=headers).status_code == status
        browser = logged_in(app)
        headers = {
            "Origin": "https://app.example", "Sec-Fetch-Site": "cross-site", "X-CSRFToken": token_of(browser),
        }  # fmt: skip
        problem_of(browser.post("/api/clients", json={"name": "Anna"}, headers=headers), 403)


Case = tuple[str, Headers, dict[str, Any], str | None]
ORIGINS: list[Case] = [
    ("https://crm.elsewhere.example", {}, {}, "PUBLIC_URL"),
    ("null", {}, {}, "Referrer-Policy"),
    ("https://crm.example", {"X-Forwarded-Host": "crm.example"}, {}, "TRUSTED_PROXIES"),
    ("http://localhost:8080", {}, {}, "PUBLIC_URL"),
    ("http://localhost", {}, {}, None),
    ("https://localhost", {}, {}, None),
    ("http://LOCALHOST:80", {}, {}, None),
    ("https://crm.example", {"X-Forwarded-Host": "crm.example"}, {"trusted_proxies": 1}, None),
    ("http://localhost", {"X-Forwarded-Host": "crm.example"}, {"trusted_proxies": 1}, None),
    ("https://crm.example", {}, {"public_url": "https://crm.example/crm"}, None),
    ("http://crm.example", {}, {"public_url": "https://crm.example/crm"}, "PUBLIC_URL"),
]


@pytest.mark.parametrize("case", ORIGINS, ids=str)
def test_a_strange_origin_with_a_right_pair_is_let_through_and_reported(
    settings: Settings, team: Team, capsys: pytest.CaptureFixture[str], case: Case
) -> None:
    origin, headers, changed, setting = case
    with running_app(settings.model_copy(update=changed)) as app:
        browser = logged_in(app)
        form = {"csrf_token": token_of(browser), **ANNA}
        answer = browser.post("/clients/new", data=form, headers={**headers, "Origin": origin})
        assert answer.status_code == 303
        page = browser.get("/settings/workspace").get_data(as_text=True)
    warnings = [line for line in capsys.readouterr().out.splitlines() if "unknown origin" in line]
    assert [f"setting={setting}" in line for line in warnings] == ([True] if setting else [])
    words = {
        "Referrer-Policy": "Origin: null",
        "PUBLIC_URL": "set PUBLIC_URL",
        "TRUSTED_PROXIES": "Set TRUSTED_PROXIES",
    }
    assert [name for name, said in words.items() if said in page] == ([setting] if setting else [])


def test_where_the_browser_says_that_a_request_is_its_own_the_origin_is_not_asked(
    browser: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    form = {"csrf_token": token_of(browser), **ANNA}
    headers = {"Origin": "https://crm.elsewhere.example", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/clients/new", data=form, headers=headers).status_code == 303
    assert "unknown origin" not in capsys.readouterr().out


def test_over_https_a_change_needs_no_referrer(app: Flask, settings: Settings, team: Team) -> None:
    browser = app.test_client()
    base = "https://localhost"
    found = TOKEN.search(browser.get("/login", base_url=base).get_data(as_text=True))
    assert found
    given = {"csrf_token": found[1], "email": "owner@acme.example", "password": PASSWORD}
    assert browser.post("/login", data=given, base_url=base).status_code == 303
