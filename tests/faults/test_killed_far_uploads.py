"""Web processes killed in the middle of uploads into a store: none that was confirmed is lost."""

import os
import signal
import threading
from functools import partial
from pathlib import Path

import httpx2
import pytest

from tests.support.appliance import Appliance, wait_until
from tests.support.object_store import BUCKET, object_store

CONTENT = b"".join(b"%07d\n" % number for number in range(700_000))
KILLS = 2
# Answers of so many uploads may still be on their way when the process that gave them is killed.
UPLOADERS = 2
WEB = "crm.web.server"


def upload_until(stop: threading.Event, appliance: Appliance, path: str, token: str, kept: list[int]) -> None:
    """Each that was confirmed is noted; what a kill cuts off is tried no more."""
    headers = {"Authorization": f"Bearer {token}"}
    while not stop.is_set():
        try:
            with appliance.client(headers=headers) as client:
                answer = client.post(path, files={"file": ("a.txt", CONTENT)})
        except httpx2.TransportError:
            continue
        if answer.status_code == 201:
            kept.append(answer.json()["data"]["id"])


def test_no_confirmed_upload_is_lost_and_no_row_is_without_its_file(tmp_path: Path) -> None:
    pytest.importorskip("moto.server", reason="the S3 server of moto is not installed")
    kept: list[int] = []
    with object_store() as address:
        place = {"FILES_URL": f"s3://{BUCKET}/files", "FILES_ENDPOINT": address, "MAX_UPLOAD_MB": "20",
                 "FILES_ACCESS_KEY": "key", "FILES_SECRET_KEY": "secret", "WEB_WORKERS": "1"}  # fmt: skip
        appliance = Appliance(tmp_path, **place)
        token = appliance.set_up()
        with appliance:
            with appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
                made = client.post("/api/clients", json={"name": "Ada"}).json()["data"]["id"]
            stop, path = threading.Event(), f"/api/clients/{made}/files"
            given = (stop, appliance, path, token, kept)
            threads = [threading.Thread(target=upload_until, args=given) for _ in range(UPLOADERS)]
            for thread in threads:
                thread.start()
            try:
                for _ in range(KILLS):
                    wait_until(partial(_goes_on, appliance, kept, len(kept) + UPLOADERS), 60)
                    os.kill(appliance.children()[WEB], signal.SIGKILL)
                wait_until(partial(_goes_on, appliance, kept, len(kept) + UPLOADERS), 60)
            finally:
                stop.set()
                for thread in threads:
                    thread.join(60)
            rows = _ids(appliance, path, token)
            assert set(kept) <= set(rows)
            assert appliance.stop() == 0
        assert f"{len(rows)} files in" in appliance.crm("files", "check")


def _goes_on(appliance: Appliance, kept: list[int], beyond: int) -> bool:
    return len(kept) > beyond and WEB in appliance.children()


def _ids(appliance: Appliance, path: str, token: str) -> list[int]:
    with appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
        answer = client.get(path, params={"limit": "200"}).json()
    assert answer["page"]["next"] is None
    return [row["id"] for row in answer["data"]]
