"""Answers are packed for who can unpack them, say so, and are the same bytes unpacked."""

import gzip
import re
import sys

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.web.responses.packing import coding_for
from tests.support.cast import Cast
from tests.support.clients import add_client

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress}
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def full(db: Database, cast: Cast) -> None:
    for number in range(25):
        add_client(db, cast.owner, name=f"Anna {number}")


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("coding", sorted(UNPACK))
@pytest.mark.parametrize("address", ["/api/clients?limit=25", "/api/openapi.json"])
def test_a_long_answer_is_packed_and_unpacks_to_itself(owner: FlaskClient, address: str, coding: str) -> None:
    plain = owner.get(address)
    packed = owner.get(address, headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    assert UNPACK[coding](packed.data) == plain.data


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("address", ["/api/clients/1", "/api/health", "/api/missing"])
def test_a_short_answer_is_left_alone(owner: FlaskClient, address: str) -> None:
    answer = owner.get(address, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_the_tag_of_a_packed_record_is_taken_for_its_version(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    made = add_client(db, cast.owner, name="Anna", notes="a long note " * 200)
    read = owner.get(f"/api/clients/{made.id}", headers={"Accept-Encoding": "gzip"})
    assert re.fullmatch(r'"1-[0-9a-f]{24}-gzip"', read.headers["ETag"])
    changed = owner.patch(
        f"/api/clients/{made.id}", json={"city": "Riga"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate", "gzip"),
        ("zstd;q=0, gzip;q=0.5", "gzip"),
        ("zstd;q=0.2, gzip", "gzip"),
        ("GZIP", "gzip"),
        ("*", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("br", None),
        ("", None),
        ("gzip," * 100, None),
        (';;q=,,"', None),
    ],
)
def test_the_coding_is_the_one_that_is_most_welcome(header: str, coding: str | None) -> None:
    assert coding_for(header) == coding


def test_each_answer_has_another_token_and_each_is_taken(owner: FlaskClient) -> None:
    tokens = {token for _ in range(2) for token in TOKEN.findall(owner.get("/clients/new").data)}
    assert len(tokens) == 2
