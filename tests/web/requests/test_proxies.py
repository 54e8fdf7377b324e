"""Without a proxy in the settings nobody says whom they are, how they came and what this place is called."""

import re
import socket

import pytest
from werkzeug.test import TestResponse

from crm.accounts.sessions import list_sessions
from crm.config import Settings, SettingsError, load_settings
from crm.db.database import Database
from tests.support.api import client_of, fields_of, running_app
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


@pytest.mark.parametrize("below", ["/clients", "/board", "/settings", "/api", "/leads", "/login"])
@pytest.mark.parametrize("taken_off", [True, False], ids=["taken off", "handed on"])
def test_a_sub_path_that_is_named_like_a_page_of_ours_hides_none(
    settings: Settings, db: Database, team: Team, below: str, taken_off: bool
) -> None:
    named = settings.model_copy(update={"public_url": f"https://crm.example{below}"})
    pages = [
        "/",
        "/clients",
        "/clients/new",
        "/board",
        "/leads/new",
        "/settings/workspace",
        "/inbox",
    ]
    with running_app(named) as app:
        client = client_of(app, db, team.owner)
        titles = []
        for page in pages:
            answer = client.get(page if taken_off else below + page, follow_redirects=True)
            assert answer.status_code == 200, page
            titles.append(titled(answer))
    assert len(set(titles)) == len(pages), titles


def titled(answer: TestResponse) -> str:
    found = re.search(r"<title>([^<]*)", answer.get_data(as_text=True))
    assert found is not None
    return found[1].strip()


# What each header says behind two proxies: of fewer words than proxies the first counts.
SAID = [
    ({"X-Forwarded-Proto": "https"}, True),
    ({"X-Forwarded-Proto": "HTTPS"}, True),
    ({"X-Forwarded-Proto": "https, http"}, True),
    ({"X-Forwarded-Proto": "http, https, http"}, True),
    ({"X-Forwarded-Proto": "https, http, http"}, False),
    ({"X-Forwarded-Proto": "http"}, False),
    ({"X-Forwarded-Proto": "javascript"}, False),
    ({"X-Forwarded-Proto": ""}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "secure"), SAID)
def test_behind_two_proxies_one_word_is_the_outermost_s(
    settings: Settings, db: Database, team: Team, headers: dict[str, str], secure: bool
) -> None:
    with running_app(settings.model_copy(update={"trusted_proxies": 2})) as app:
        answer = app.test_client().post("/api/login", json=LOGIN, headers=headers)
    assert answer.status_code == 200
    assert all(("Secure" in cookie) is secure for cookie in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("203.0.113.9", "203.0.113.9"), ("203.0.113.9, 198.51.100.7", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9, 198.51.100.7", "203.0.113.9"), ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::7]:4711", "2001:db8::7"), ("2001:DB8:0::7", "2001:db8::7"), ("unknown", "127.0.0.1"),
        ("<script>", "127.0.0.1"), ("", "127.0.0.1"),
    ],
)  # fmt: skip
def test_the_client_s_address_is_the_one_that_the_outermost_proxy_names(
    settings: Settings, db: Database, team: Team, said: str, address: str
) -> None:
    with running_app(settings.model_copy(update={"trusted_proxies": 2})) as app:
        app.test_client().post("/api/login", json=LOGIN, headers={"X-Forwarded-For": said})
        assert {session.address for session in db.read(list_sessions, team.owner)} == {address}


TRUSTED = (
    "CRM.example.",
    ".lan",
    "192.168.1.5",
    "2001:DB8:0:0::5",
    "[2001:db8::6]",
    "bücher.example",
    "my_crm",
)
HOSTS = {
    True: [
        "crm.example", "CRM.Example", "crm.example.", "crm.example:3001", "a.lan", "A.B.lan.", "lan",
        "192.168.1.5", "[2001:db8::5]", "[2001:DB8:0::5]:3001", "[2001:db8::6]", "xn--bcher-kva.example",
        "my_crm",
        "localhost", "LOCALHOST:3001", "127.0.0.1:3001", "[::1]:3001", "[0:0:0:0:0:0:0:1]",
        socket.gethostname(), "10.1.2.3", "public.example:8443",
    ],
    False: [
        "evil.example", "crm.example.evil.example", "evil-lan", "notcrm.example", "192.168.1.50",
        "[2001:db8::7]",
        "crm.example:x", "crm.example@evil.example", "", ".", "crm.example..", "[::1", "10.1.2.4",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("host", "taken"), [(host, taken) for taken in HOSTS for host in HOSTS[taken]])
def test_hosts_are_compared_as_browsers_do(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, team: Team, host: str, taken: bool
) -> None:
    monkeypatch.setenv("TRUSTED_HOSTS", ",".join(TRUSTED))
    changed = {
        "trusted_hosts": load_settings().trusted_hosts,
        "host": "10.1.2.3",
        "public_url": "https://public.example",
    }
    with running_app(settings.model_copy(update=changed)) as app:
        for path in ("/login", "/api/health", "/api/nothing"):
            answer = app.test_client().get(path, headers={"Host": host})
            assert (answer.status_code != 400) is taken, (path, answer.status_code)


NEVER_ASKED = [
    "https://crm.example", "crm.example/crm", "crm.example:3001", "crm.example:", "[::1]:3001",
    "crm.example,,b",
    ",", " ", "crm.example,", "*.example", "*", ".", "..", "a..b", "-a.example", "a b", "256.1.1.1", "crm.1",
    "[::1", "::1]", "[crm.example]",
    "2001:db8::g", "a" * 64, ".".join(["abcdefgh"] * 30), "crm.example?x", "crm.example#x",
    "user@crm.example",
]  # fmt: skip


@pytest.mark.parametrize("value", NEVER_ASKED)
def test_a_trusted_host_that_nobody_can_ask_for_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("TRUSTED_HOSTS", value)
    with pytest.raises(SettingsError, match=r"^TRUSTED_HOSTS is .*; expected host names"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("https://CRM.Example.org/", "https://crm.example.org"), ("HTTPS://a.example:443", "https://a.example"),
        ("http://a.example:80/crm/", "http://a.example/crm"), ("http://box:3001", "http://box:3001"),
        ("https://[2001:DB8::1]:8443/a/b", "https://[2001:db8::1]:8443/a/b"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)  # fmt: skip
def test_a_public_address_is_kept_in_plain_form(
    monkeypatch: pytest.MonkeyPatch, given: str, plain: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", given)
    assert load_settings().public_url == plain


@pytest.mark.parametrize(
    "value",
    [
        "crm.example", "//crm.example", "ftp://crm.example", "javascript:alert(1)", "https://", "https:///x",
        "https://a.example?x", "https://a.example#x", "https://u:p@a.example", "https://a.example:99999",
        "https://a.example:0", "https://a.example//x", "https://a.example/../x", "https://a.example/%2e",
        "https://a.example/x y", "https://a b.example", "https://256.1.1.1", "https://a.example\\x",
    ],
)  # fmt: skip
def test_a_public_address_that_cannot_be_one_is_refused_wherever_it_is_given(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, db: Database, team: Team, value: str
) -> None:
    with running_app(settings) as app:
        owner = client_of(app, db, team.owner)
        refused = owner.patch("/api/workspace", json={"public_url": value})
        assert fields_of(refused) == {"public_url"}
        assert owner.get("/api/workspace").get_json()["data"]["public_url"] is None
    monkeypatch.setenv("PUBLIC_URL", value)
    with pytest.raises(SettingsError, match=r"^PUBLIC_URL is .*; expected an address"):
        load_settings()
