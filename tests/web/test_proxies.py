"""Without a proxy in the settings nobody says whom they are, how they came and what this place is called."""

import pytest

from crm.accounts.sessions import list_sessions
from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.people import PASSWORD, Team

FORGED = {
    "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "444", "X-Forwarded-Prefix": "/evil", "Forwarded": "for=203.0.113.9;proto=https",
    "X-Real-IP": "203.0.113.9",
}  # fmt: skip
LOGIN = {"email": "owner@acme.example", "password": PASSWORD}


def test_forged_headers_change_neither_cookies_nor_addresses_nor_links(
    settings: Settings, db: Database, team: Team
) -> None:
    with running_app(settings) as app:
        answer = app.test_client().post("/api/login", json=LOGIN, headers=FORGED)
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies and not any("Secure" in cookie or "__Host-" in cookie for cookie in cookies)
        assert "Strict-Transport-Security" not in answer.headers
        assert {session.address for session in db.read(list_sessions, team.owner)} == {"127.0.0.1"}
        api = client_of(app, db, team.owner)
        made = api.post("/api/clients", json={"name": "Anna"}, headers=FORGED)
        assert made.headers["Location"] == "/api/clients/1"
        invited = api.post("/settings/users/invitations", data={"role": "member"}, headers=FORGED)
        assert "evil.example" not in invited.get_data(as_text=True)


def test_one_address_stays_one_for_the_rate_limit(settings: Settings, db: Database, team: Team) -> None:
    tight = settings.model_copy(update={"rate_limit": "5 per 15 minutes"})
    with running_app(tight) as app:
        client = app.test_client()
        statuses = [
            client.get("/login", headers={**FORGED, "X-Forwarded-For": f"203.0.113.{number}"}).status_code
            for number in range(7)
        ]
    assert statuses == [200] * 5 + [429] * 2


def test_a_declared_proxy_is_believed_and_only_its_own_word(
    settings: Settings, db: Database, team: Team
) -> None:
    behind = settings.model_copy(update={"trusted_proxies": 1})
    chain = {**FORGED, "X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Host": "crm.example"}
    with running_app(behind) as app:
        answer = app.test_client().post("/api/login", json=LOGIN, headers=chain)
        assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
        assert {session.address for session in db.read(list_sessions, team.owner)} == {"198.51.100.7"}


@pytest.mark.parametrize(
    ("host", "taken"),
    [("crm.example", True), ("localhost", True), ("127.0.0.1:3001", True), ("evil.example", False)],
)
def test_a_host_that_is_not_named_is_refused(
    settings: Settings, db: Database, team: Team, host: str, taken: bool
) -> None:
    named = settings.model_copy(update={"trusted_hosts": ("crm.example",)})
    with running_app(named) as app:
        answer = app.test_client().get("/login", headers={"Host": host})
    assert (answer.status_code == 200) is taken
    assert taken or answer.status_code == 400
