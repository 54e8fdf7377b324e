"""What the profiles of the compose file start beside the appliance: Litestream, and the proxy with HTTPS.

Their images are built here, around the real programs, and the rest is as shipped.
"""

import ipaddress
import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.docker.conftest import PASSWORD, Project, build_around, docker
from tests.support.appliance import free_port, wait_until
from tests.support.object_store import BUCKET, object_store
from tests.support.programs import CADDY, NO_CADDY, NoProgram, built_litestream
from tests.support.samples import picture

pytestmark = [pytest.mark.serial, pytest.mark.timeout(1200)]
LOST_SECONDS = 3.0
CONFIG, DATABASE, POINT = "/etc/litestream.yml", "/app/data/crm.db", "/app/data/point-in-time.db"


@pytest.fixture
def store(engine: None) -> Iterator[str]:
    """An S3 server where containers reach it."""
    try:
        with object_store(own_address_on_the_bridge()) as address:
            yield address
    except AssertionError:
        pytest.skip("the engine's containers cannot be reached from here")


def own_address_on_the_bridge() -> str:
    """Where containers reach this machine: the gateway, or where none is named the subnet's first address."""
    [bridge] = json.loads(docker("network", "inspect", "bridge"))
    place = next(
        each for each in bridge["IPAM"]["Config"] if ipaddress.ip_network(each["Subnet"]).version == 4
    )
    return str(place.get("Gateway") or next(ipaddress.ip_network(place["Subnet"]).hosts()))


@pytest.fixture
def replicated(project: Project, store: str, tmp_path: Path) -> Project:
    try:
        program = built_litestream()
    except NoProgram as reason:
        pytest.skip(str(reason))
    project.bring_along(
        "litestream",
        build_around(program, tmp_path, 'ENTRYPOINT ["/bin/litestream"]'),
        tmp_path,
        LITESTREAM_URL=f"s3://{BUCKET}/holdfast?endpoint={store}&region=us-east-1",
        LITESTREAM_ACCESS_KEY_ID="key",
        LITESTREAM_SECRET_ACCESS_KEY="secret",
    )
    return project


def store_for(api: httpx2.Client, seconds: float, acknowledged: list[float]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        created = api.post("/api/clients", json={"name": f"Client {len(acknowledged)}"})
        assert created.status_code == 201, created.text
        acknowledged.append(time.monotonic())
        time.sleep(0.05)


def test_a_volume_that_is_lost_comes_back_to_the_second(replicated: Project) -> None:
    """By the commands of docs/litestream.md."""
    project, acknowledged = replicated, list[float]()
    project.up()
    project.set_up()
    with project.api() as api:
        store_for(api, 1.0, acknowledged)
        sent = api.put("/api/clients/1/picture", files={"file": ("me.png", picture(), "image/png")})
        assert sent.status_code in {200, 201}, sent.text
        backup = project.inside("crm", "backup").rpartition("/")[2]
        store_for(api, 8.0, acknowledged)
    lost_at = time.monotonic()
    for service in ("litestream", "holdfast"):
        docker("kill", "--signal", "KILL", project.container_of(service))
    project.down()
    docker("volume", "rm", f"{project.name}_data")

    project.compose("run", "--rm", "--no-deps", "holdfast", "restore", backup, "--yes")
    project.compose(
        *("run", "--rm", "--no-deps", "litestream"), "restore", "-config", CONFIG, "-o", POINT, DATABASE
    )
    project.compose("run", "--rm", "--no-deps", "--entrypoint", "mv", "holdfast", POINT, DATABASE)
    project.compose("run", "--rm", "--no-deps", "holdfast", "doctor")
    project.variables["LITESTREAM_URL"] = project.variables["LITESTREAM_URL"].replace("/holdfast?", "/next?")
    project.up()
    due = sum(moment < lost_at - LOST_SECONDS for moment in acknowledged)
    with project.api() as api:
        assert due > 50
        assert api.get(f"/api/clients/{due}").json()["data"]["name"] == f"Client {due - 1}"
        pictured = api.get("/api/clients/1").json()["data"]["picture_id"]
        assert api.get(f"/api/files/{pictured}/content").status_code == 200
        assert api.post("/api/clients", json={"name": "Afterwards"}).status_code == 201


@pytest.mark.skipif(CADDY is None, reason=NO_CADDY)
def test_the_proxy_serves_https_with_a_certificate_by_itself(project: Project, tmp_path: Path) -> None:
    port, plain = free_port(), free_port()
    image = build_around(
        str(CADDY),
        tmp_path,
        "ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data",
        'CMD ["/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
    )
    ports = {"HTTPS_PORT": str(port), "HTTP_PORT": str(plain)}
    project.bring_along("https", image, tmp_path, TRUSTED_PROXIES="1", DOMAIN="localhost", **ports)
    project.up()
    project.set_up()
    root = tmp_path / "root.crt"
    authority = f"{project.container_of('https')}:/data/caddy/pki/authorities/local/root.crt"
    wait_until(lambda: copied(authority, root), 30)
    trust = ssl.create_default_context(cafile=str(root))
    with httpx2.Client(base_url=f"https://localhost:{port}", verify=trust, timeout=15) as client:
        wait_until(lambda: client.get("/api/health").status_code == 200, 30)
        entered = client.post("/api/login", json={"email": "owner@example.org", "password": PASSWORD})
        assert entered.status_code == 200, entered.text
        assert "Secure" in entered.headers["set-cookie"] and "__Host-" in entered.headers["set-cookie"]
        assert client.get("/api/me").status_code == 200
        client.headers["Authorization"] = f"Bearer {project.token}"
        client.cookies.clear()
        assert client.post("/api/clients", json={"name": "By HTTPS"}).status_code == 201
        big = picture(size=(1600, 1200))
        sent = client.put("/api/clients/1/picture", files={"file": ("me.png", big, "image/png")})
        assert sent.status_code in {200, 201}, sent.text
    answer = httpx2.get(f"http://localhost:{plain}/", follow_redirects=False)
    assert answer.status_code == 308 and answer.headers["location"].startswith("https://localhost")


def copied(source: str, target: Path) -> bool:
    try:
        docker("cp", source, str(target))
    except AssertionError:
        return False
    return True
