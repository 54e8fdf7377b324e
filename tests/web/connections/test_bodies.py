"""Where a body that is coming in waits, and what ends that."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.errors import Busy, Full
from crm.web.connections.bodies import SMALL_BYTES, Body, Store
from tests.support.appliance import Appliance
from tests.support.small_disk import NoSmallDisk, fill, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path / "disk", megabytes=8) as folder:
            yield folder
    except NoSmallDisk as reason:
        pytest.skip(str(reason))


def test_a_large_body_waits_in_a_file_without_a_name_and_comes_back_whole(tmp_path: Path) -> None:
    store = Store()
    body = Body(store, SMALL_BYTES * 3)
    body.write(b"a" * SMALL_BYTES)
    store.expect(body, tmp_path)
    body.write(b"b" * SMALL_BYTES * 2)
    assert body.whole().read() == b"a" * SMALL_BYTES + b"b" * SMALL_BYTES * 2
    assert list(tmp_path.iterdir()) == []
    body.close()


def test_the_number_of_files_is_bounded_and_one_that_goes_makes_room(tmp_path: Path) -> None:
    store = Store(files=2)
    bodies = [Body(store, SMALL_BYTES * 2) for _ in range(3)]
    for body in bodies[:2]:
        store.expect(body, tmp_path)
    with pytest.raises(Busy):
        store.expect(bodies[2], tmp_path)
    bodies[0].close()
    store.expect(bodies[2], tmp_path)
    for body in bodies[1:]:
        body.close()


def test_a_body_for_which_there_is_no_room_is_refused_before_it_comes(disk: Path) -> None:
    store = Store()
    body = Body(store, 100_000_000)
    with pytest.raises(Full):
        store.expect(body, disk)
    fits = Body(store, 1_000_000)
    store.expect(fits, disk)
    fill(disk)
    with pytest.raises(Full):
        for _ in range(20):
            fits.write(b"x" * 500_000)
    fits.close()


def test_an_upload_needs_no_room_in_the_folder_for_temporary_files(disk: Path, tmp_path: Path) -> None:
    fill(disk)
    with Appliance(tmp_path, TMPDIR=str(disk), WEB_WORKERS="1") as appliance:
        headers = {"Authorization": f"Bearer {appliance.set_up()}"}
        with appliance.client(headers=headers) as client:
            assert client.post("/api/clients", json={"name": "Files go here"}).status_code == 201
            file = {"file": ("a.txt", b"hello " * 300_000)}
            assert client.post("/api/clients/1/files", files=file).status_code == 201


def test_an_upload_without_room_where_it_would_stay_is_refused_as_such(disk: Path, tmp_path: Path) -> None:
    with Appliance(tmp_path, UPLOAD_FOLDER=str(disk), WEB_WORKERS="1") as appliance:
        headers = {"Authorization": f"Bearer {appliance.set_up()}"}
        with appliance.client(headers=headers) as client:
            assert client.post("/api/clients", json={"name": "Files go here"}).status_code == 201
            fill(disk)
            answer = client.post("/api/clients/1/files", files={"file": ("a.txt", b"hello " * 300_000)})
            assert (answer.status_code, answer.json()["status"]) == (507, 507)


@pytest.mark.serial
def test_a_connection_is_kept_for_longer_than_five_seconds_and_says_for_how_long(tmp_path: Path) -> None:
    with Appliance(tmp_path, WEB_WORKERS="1") as appliance, appliance.client() as client:
        assert client.get("/api/health").headers["Keep-Alive"] == "timeout=120"
        asked = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
            for _ in range(2):
                connection.sendall(asked)
                assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
                time.sleep(6)
            connection.sendall(asked)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
