"""A real S3 server, of the registry, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.support.appliance import free_port, wait_until

BUCKET = "safe"
START_SECONDS = 60


@contextmanager
def object_store(host: str = "127.0.0.1") -> Iterator[str]:
    """Its address; the bucket is there, and every key is right."""
    address = f"http://{host}:{free_port()}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", host, "-p", address.rpartition(":")[2]],
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(address), START_SECONDS)
        httpx2.put(f"{address}/{BUCKET}").raise_for_status()
        yield address
    finally:
        server.terminate()
        server.wait(30)


def answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=1).status_code < 500
    except httpx2.HTTPError:
        return False
