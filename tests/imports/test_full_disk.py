"""A full disk while a file is uploaded, read or checked: nothing is stored, and the refusal says why."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.imports.spool import spool_of
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.small_disk import NoSmallDisk, small_disk

pytestmark = pytest.mark.serial
MEGABYTE = 1024 * 1024
HEAD = b"Name,Email\n"


@pytest.fixture
def owner(settings: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(settings) as app:
        yield client_of(app, db, cast.owner)


@pytest.fixture
def spool(settings: Settings) -> Iterator[Path]:
    """Where imports wait, on a disk of 2 MB."""
    try:
        with small_disk(spool_of(settings), megabytes=2) as folder:
            yield folder
    except NoSmallDisk as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + b"x" * (3 * MEGABYTE), "was not saved"),
        (HEAD + b"Ada,ada@example.com\n" * 45_000, "was not read"),
    ],
    ids=["where the file would stay", "where its rows would stay"],
)
def test_an_upload_without_room_is_507_and_leaves_nothing(
    owner: FlaskClient, spool: Path, content: bytes, said: str
) -> None:
    for address in ("/api/imports", "/imports"):
        boundary = "end-of-part"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        with owner.post(address, data=body, content_type=kind) as answer:
            assert (answer.status_code, said in answer.get_data(as_text=True)) == (507, True)
        assert owner.get("/api/imports").get_json()["data"] == []
        assert list(spool.iterdir()) == []
    small = {"file": (BytesIO(HEAD + b"Ada,a@example.com\n"), "a.csv")}
    with owner.post("/api/imports", data=small) as answer:
        assert answer.status_code == 201
