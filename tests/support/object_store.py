"""A real S3 server, of the registry, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from pydantic import SecretStr

from crm.config import Settings
from crm.db.file_stores.opening import file_store
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


def files_at(settings: Settings, address: str, folder: str = "files") -> Settings:
    return settings.model_copy(
        update={
            "files_url": f"s3://{BUCKET}/{folder}",
            "files_endpoint": address,
            "files_access_key": "key",
            "files_secret_key": SecretStr("secret"),
        }
    )


def names_in(settings: Settings) -> list[str]:
    return sorted(name for name, _ in file_store(settings).names())


def answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=1).status_code < 500
    except httpx2.HTTPError:
        return False
