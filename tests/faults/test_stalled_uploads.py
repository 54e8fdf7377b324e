"""Clients that begin an upload and then send nothing, in front of the shipped proxy and without it."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from crm.config import PROJECT_ROOT
from tests.support.appliance import Appliance, free_port, wait_until
from tests.support.programs import CADDY, NO_CADDY

pytestmark = pytest.mark.serial
STALLED, ASKED = 40, 30
SETTLE_SECONDS, PROMISED_SECONDS, TIMEOUT_SECONDS = 1.0, 1.0, 3.0


@contextmanager
def proxy(upstream: int, folder: Path) -> Iterator[int]:
    """The shipped Caddyfile, on plain HTTP and a free port, which it yields."""
    port = free_port()
    process = subprocess.Popen(
        [str(CADDY), "run", "--config", str(PROJECT_ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile"],
        env={
            "DOMAIN": f"http://127.0.0.1:{port}",
            "UPSTREAM": f"127.0.0.1:{upstream}",
            "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
            "HOME": str(folder),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stalled_upload(port: int, token: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = (
        "POST /api/clients/1/files HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n"
        "Content-Length: 4000000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nand then nothing'
    )
    connection.sendall(head.encode())
    return connection


def longest_wait(tmp_path: Path, stalled: int, *, proxied: bool = False, known: bool = True) -> float:
    """Seconds that the slowest of others' requests took, or the time-out."""
    with ExitStack() as stack:
        proxies, workers = ("1", "2") if proxied else ("0", "1")
        appliance = stack.enter_context(Appliance(tmp_path, TRUSTED_PROXIES=proxies, WEB_WORKERS=workers))
        token = appliance.set_up()
        headers = {"Authorization": f"Bearer {token}"}
        with appliance.client(headers=headers) as direct:
            assert direct.post("/api/clients", json={"name": "Uploads go here"}).status_code == 201
        port = stack.enter_context(proxy(appliance.port, tmp_path)) if proxied else appliance.port
        for _ in range(stalled):
            stack.enter_context(closing(stalled_upload(port, token if known else "hf_unknown")))
        time.sleep(SETTLE_SECONDS)
        return max(ask(f"http://127.0.0.1:{port}", headers) for _ in range(ASKED))


def ask(address: str, headers: dict[str, str]) -> float:
    began = time.monotonic()
    try:
        response = httpx2.get(f"{address}/api/clients", headers=headers, timeout=TIMEOUT_SECONDS)
        assert response.status_code == 200
    except httpx2.TimeoutException:
        return TIMEOUT_SECONDS
    return time.monotonic() - began


@pytest.mark.skipif(CADDY is None, reason=NO_CADDY)
def test_forty_stalled_uploads_hold_up_nobody_behind_the_proxy(tmp_path: Path) -> None:
    assert longest_wait(tmp_path, STALLED, proxied=True) < PROMISED_SECONDS


def test_forty_stalled_uploads_hold_up_nobody_without_the_proxy_either(tmp_path: Path) -> None:
    assert longest_wait(tmp_path, STALLED) < PROMISED_SECONDS


def test_sixty_stalled_uploads_without_a_log_in_hold_up_nobody(tmp_path: Path) -> None:
    assert longest_wait(tmp_path, 60, known=False) < PROMISED_SECONDS
