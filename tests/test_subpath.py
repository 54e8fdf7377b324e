"""Below a sub-path everything works, through the proxy as it is shipped and through nginx."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from tests.support.appliance import Appliance
from tests.support.programs import CADDY, NO_CADDY
from tests.support.proxies import NGINX, NO_NGINX, caddy, nginx

pytestmark = pytest.mark.serial
BELOW = "/crm"
ADDRESS = re.compile(
    r'\b(?:href|src|action|hx-(?:get|post|put|patch|delete))="(/[^"]*)"|\bdata-[a-z-]+="(/[^"]+)"'
)
LINKED = re.compile(r'\b(?:href|src)="(/[^"#]*)')
IMPORTED = re.compile(r'(?:from|import) "(\.[^"]+)"|url\(["\']?([^"\')]+)["\']?\)')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What people write: with and without the end that takes the sub-path off, and with what the proxy knows.
PLAIN = "location /crm/ { proxy_pass UPSTREAM%s; proxy_set_header X-Forwarded-For $remote_addr; %s }"
KNOWING = "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"
PREFIX = "proxy_set_header X-Forwarded-Prefix /crm;"
PUBLIC = {"PUBLIC_URL": "http://crm.example/crm"}
PAGES = ("/", "/clients", "/board", "/leads/new", "/settings/workspace", "/inbox", "/nothing", "/api/docs")
WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "nginx takes it off and tells it": (PLAIN % ("/", KNOWING + PREFIX), {"TRUSTED_PROXIES": "1"}),
    "nginx leaves it and tells it": (PLAIN % ("", KNOWING + PREFIX), {"TRUSTED_PROXIES": "1"}),
    "nginx takes it off": (PLAIN % ("/", KNOWING), PUBLIC),
    "nginx leaves it": (PLAIN % ("", KNOWING), PUBLIC),
    "nginx rewrites the host, too": (PLAIN % ("/", ""), {**PUBLIC, "TRUSTED_PROXIES": "1"}),
}


@contextmanager
def served(way: str, folder: Path, below: str = BELOW) -> Iterator[tuple[Appliance, str]]:
    """A set-up appliance, and where the proxy has it."""
    location, given = WAYS.get(way, ("", {**PUBLIC, "TRUSTED_PROXIES": "1"}))
    location = location.replace(BELOW, below)
    variables = {name: value.replace(BELOW, below) for name, value in given.items()}
    if (NGINX if location else CADDY) is None:
        pytest.skip(NO_NGINX if location else NO_CADDY)
    appliance = Appliance(folder, RATE_LIMIT="100000 per minute", WEB_WORKERS="1", **variables)
    appliance.token = appliance.set_up()  # type: ignore[attr-defined]
    with appliance:
        proxy = nginx(appliance.port, folder, location) if location else caddy(appliance.port, folder)
        with proxy as port:
            yield appliance, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("way", [*WAYS, "the shipped proxy"])
def test_everything_works_below_a_sub_path(tmp_path: Path, way: str) -> None:
    with served(way, tmp_path) as (appliance, base), httpx2.Client(base_url=base, timeout=20) as browser:
        log_in(browser)
        record = make_client(browser)
        look_at_pages(browser, [record, *PAGES])
        use_the_api(browser, str(appliance.token))  # type: ignore[attr-defined]
        assert httpx2.get(f"{appliance.url}/api/health").status_code == 200
        assert browser.get(f"{BELOW}/api/health").status_code == 200
        left = browser.post(f"{BELOW}/logout", data={"csrf_token": token_of(browser, "/settings/profile")})
        assert left.headers["Location"] == f"{BELOW}/login"
        assert browser.get(f"{BELOW}/clients").headers["Location"].startswith(f"{BELOW}/login?next=")


@pytest.mark.parametrize("way", WAYS)
def test_a_sub_path_named_like_a_page_hides_no_page(tmp_path: Path, way: str) -> None:
    below = "/clients"
    with served(way, tmp_path, below) as (appliance, base):
        bearer = {"Authorization": f"Bearer {appliance.token}"}  # type: ignore[attr-defined]
        with httpx2.Client(base_url=f"{base}{below}", timeout=20) as browser:
            for page in ("/clients", "/clients/new", "/board"):
                turned = browser.get(page)
                assert turned.headers["Location"] == f"{below}/login?next={page}", page
            assert browser.get("/").headers["Location"].startswith(f"{below}/login")
            assert browser.get("/login").status_code == 200
            made = browser.post("/api/clients", json={"name": "Berta"}, headers=bearer)
            assert made.headers["Location"].startswith(f"{below}/api/clients/")
            assert httpx2.get(f"{base}{made.headers['Location']}", headers=bearer).status_code == 200
        assert httpx2.get(f"{appliance.url}/api/health").status_code == 200
        direct = httpx2.get(f"{appliance.url}/clients/new").headers["Location"]
        assert direct.endswith("/login?next=/clients/new")


def log_in(browser: httpx2.Client) -> None:
    """From a page that was asked for, and back to it."""
    turned = browser.get(f"{BELOW}/clients?q=anna")
    assert turned.headers["Location"].startswith(f"{BELOW}/login?next=")
    page = browser.get(turned.headers["Location"])
    target = re.search(r'name="next" value="([^"]*)"', page.text)
    assert target is not None
    given = {
        "csrf_token": token_in(page.text),
        "next": unescape(target[1]),
        "email": "owner@example.org",
        "password": "correct horse battery staple",
    }
    entered = browser.post(f"{BELOW}/login", data=given, headers={"Origin": "http://crm.example"})
    assert entered.status_code == 303 and entered.headers["Location"] == f"{BELOW}/clients?q=anna"
    cookies = entered.headers.get_list("Set-Cookie")
    assert cookies and all("Path=/;" in f"{cookie};" for cookie in cookies)


def make_client(browser: httpx2.Client) -> str:
    """By the form; returns its page, given without the sub-path."""
    form = {
        "csrf_token": token_of(browser, "/clients/new"),
        "name": "Anna",
        "kind": "person",
        "status": "active",
    }
    made = browser.post(f"{BELOW}/clients/new", data=form)
    assert made.status_code == 303 and made.headers["Location"].startswith(f"{BELOW}/clients/")
    return made.headers["Location"].removeprefix(BELOW)


def look_at_pages(browser: httpx2.Client, pages: list[str]) -> None:
    """No address leads out of the sub-path, and behind each there is something."""
    linked: set[str] = set()
    for page in pages:
        answer = browser.get(BELOW + page, follow_redirects=True)
        assert answer.status_code == (404 if page == "/nothing" else 200)
        outside = [
            at for at in map("".join, ADDRESS.findall(answer.text)) if not f"{at}/".startswith(f"{BELOW}/")
        ]
        assert outside == [], (page, outside)
        linked |= {unescape(at) for at in LINKED.findall(answer.text)}
    for at in sorted(linked):
        look_at(browser, at)


def look_at(browser: httpx2.Client, at: str) -> None:
    answer = browser.get(at, follow_redirects=True)
    assert answer.status_code == 200, at
    assert answer.url.path.startswith(f"{BELOW}/"), at
    if urlsplit(at).path.endswith((".css", ".js")) and "/vendor/" not in at:
        for module, file in IMPORTED.findall(answer.text):
            if not file.startswith("data:"):
                further = urljoin(at, module or file)
                assert further.startswith(f"{BELOW}/assets/") and browser.get(further).status_code == 200, (
                    further
                )


def use_the_api(browser: httpx2.Client, token: str) -> None:
    bearer = {"Authorization": f"Bearer {token}"}
    made = browser.post(f"{BELOW}/api/clients", json={"name": "Berta"}, headers=bearer)
    assert made.status_code == 201 and made.headers["Location"].startswith(f"{BELOW}/api/clients/")
    seen = browser.get(made.headers["Location"], headers=bearer)
    assert seen.status_code == 200 and seen.headers["ETag"]
    fitting = {**bearer, "If-Match": seen.headers["ETag"]}
    changed = browser.patch(made.headers["Location"], json={"name": "Bertha"}, headers=fitting)
    assert changed.status_code == 200, seen.headers["ETag"]
    assert browser.patch(made.headers["Location"], json={"name": "B"}, headers=fitting).status_code == 412
    document = browser.get(f"{BELOW}/api/openapi.json").json()
    assert document["servers"] == [{"url": BELOW}]
    invited = browser.post(f"{BELOW}/api/invitations", json={}, headers=bearer).json()["data"]
    assert invited["path"] == f"{BELOW}/join#{invited['token']}"
    assert invited["url"] in {None, f"http://crm.example{invited['path']}"}
    assert browser.get(f"{BELOW}/join").status_code == 200
    assert browser.post(f"{BELOW}/api/webhooks/whatsapp", json={}).status_code not in {404, 405, 500}


def token_of(browser: httpx2.Client, page: str) -> str:
    return token_in(browser.get(BELOW + page).text)


def token_in(text: str) -> str:
    found = TOKEN.search(text)
    assert found is not None
    return found[1]
