"""Clients that begin an upload and then send nothing, in front of the proxy as it is shipped."""

import os
import shutil
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

pytestmark = pytest.mark.serial
STALLED, ASKED, PROMISED_SECONDS = 40, 30, 1.0
CADDY = os.environ.get("HOLDFAST_TEST_CADDY") or shutil.which("caddy")


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


@pytest.mark.skipif(CADDY is None, reason="no caddy here; HOLDFAST_TEST_CADDY names one")
def test_forty_stalled_uploads_hold_up_nobody_behind_the_proxy(tmp_path: Path) -> None:
    with ExitStack() as stack:
        appliance = stack.enter_context(Appliance(tmp_path, TRUSTED_PROXIES="1"))
        token = appliance.set_up()
        port = stack.enter_context(proxy(appliance.port, tmp_path))
        for _ in range(STALLED):
            stack.enter_context(closing(stalled_upload(port, token)))
        client = stack.enter_context(
            httpx2.Client(
                base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}, timeout=10
            )
        )
        waits = []
        for _ in range(ASKED):
            began = time.monotonic()
            assert client.get("/api/clients").status_code == 200
            waits.append(time.monotonic() - began)
    assert max(waits) < PROMISED_SECONDS
