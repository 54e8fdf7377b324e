"""Each refusal reaches each client that is still sending its body, however it sends it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.appliance import Appliance
from tests.support.refused import CLIENTS, Case, missing, what_it_saw

pytestmark = [pytest.mark.serial, pytest.mark.timeout(900)]
TIMES = 8
SIZE = 20_000_000
JSON = {"Content-Type": "application/json"}
FILES = {"Content-Type": "multipart/form-data; boundary=b"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    with Appliance(tmp_path_factory.mktemp("refusals"), RATE_LIMIT="1000000 per 15 minutes") as running:
        yield running


@pytest.fixture(scope="module")
def tokens(appliance: Appliance) -> tuple[str, str]:
    """One that may write and one that may only read."""
    writing = appliance.set_up()
    asked = ("token", "create", "--user", "owner@example.org", "--name", "reading", "--scope", "read")
    with appliance.client(headers={"Authorization": f"Bearer {writing}"}) as client:
        assert client.post("/api/clients", json={"name": "Files go here"}).status_code == 201
    return writing, appliance.crm(*asked)


@pytest.fixture(scope="module")
def cookies(appliance: Appliance, tokens: tuple[str, str]) -> str:
    """Of somebody who is logged in, and sends no CSRF token."""
    with appliance.client() as browser:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").text)
        assert found is not None
        given = {"email": "owner@example.org", "password": "correct horse battery staple"}
        assert browser.post("/login", data={**given, "csrf_token": found[1]}).status_code == 303
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


@pytest.fixture(scope="module")
def spent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """One request in 15 minutes is taken, and that was it."""
    with Appliance(tmp_path_factory.mktemp("spent"), RATE_LIMIT="1 per 15 minutes") as running:
        with running.client() as client:
            client.get("/login")
        yield running


@pytest.fixture(params=("length", "chunked", "expect"))
def cases(
    request: pytest.FixtureRequest,
    appliance: Appliance,
    tokens: tuple[str, str],
    cookies: str,
    spent: Appliance,
) -> dict[Case, int]:
    """Each with the status that its client has to see."""
    url, spent_url, (writing, reading), form = appliance.url, spent.url, tokens, request.param
    known = {"Authorization": f"Bearer {writing}"}
    expected = (
        (400, "DELETE", f"{url}/api/clients/1", {**known, "If-Match": "anything"}),
        (401, "POST", f"{url}/api/clients", JSON),
        (401, "POST", f"{url}/api/clients/1/files", FILES),
        (403, "POST", f"{url}/api/clients", {**JSON, "Authorization": f"Bearer {reading}"}),
        (403, "POST", f"{url}/login", {**FORM, "Sec-Fetch-Site": "cross-site"}),
        (403, "POST", f"{url}/login", {**FORM, "X-CSRFToken": "forged"}),
        (403, "POST", f"{url}/clients/new", {**FORM, "Cookie": cookies}),
        (403, "POST", f"{url}/api/clients", {**JSON, "Cookie": cookies}),
        (404, "POST", f"{url}/api/nothing", {**JSON, **known}),
        (404, "PATCH", f"{url}/nothing", known),
        (405, "PUT", f"{url}/api/clients", {**JSON, **known}),
        (413, "POST", f"{url}/api/clients", {**JSON, **known}),
        (
            413,
            "POST",
            f"{url}/api/clients/1/files",
            {**FILES, **known},
        ),
        (413, "POST", f"{url}/api/webhooks/whatsapp", JSON),
        (413, "POST", f"{url}/login", FILES),
        (414, "POST", f"{url}/api/clients?q={'a' * 9000}", {**JSON, **known}),
        (415, "POST", f"{url}/api/clients", {"Content-Type": "text/plain", **known}),
        (415, "POST", f"{url}/api/clients/1/files", {"Content-Type": "text/plain", **known}),
        (429, "POST", f"{spent_url}/api/clients", JSON),
        (431, "POST", f"{url}/api/clients", {**JSON, **known, "X-Long": "a" * 9000}),
    )
    return {
        Case(f"{number}: {status} {method}", method, address, form, SIZE, headers): status
        for number, (status, method, address, headers) in enumerate(expected)
    }


@pytest.mark.parametrize("client", CLIENTS)
def test_each_refusal_is_seen_by_who_is_still_sending(
    client: str, cases: dict[Case, int], tmp_path: Path
) -> None:
    if (reason := missing(client)) is not None:
        pytest.skip(reason)
    if client == "node" and next(iter(cases)).form == "expect":
        pytest.skip("fetch refuses to send `Expect`")
    seen = what_it_saw(client, list(cases), TIMES, tmp_path)
    assert seen == {case.name: {str(status): TIMES} for case, status in cases.items()}
