"""A file that is not what it claims is refused at its upload; one that may be another than meant is told."""

import random
from collections.abc import Iterator
from io import BytesIO

import orjson
import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.errors import Invalid
from crm.imports.spool import keep_file, spool_of
from tests.imports.conftest import Read, Write
from tests.support.api import client_of, running_app
from tests.support.cast import Cast

NOISE = random.Random(1).randbytes(9_000)
FOREIGN = {
    "a.exe": b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 60 + b"This program cannot be run.\r\r\n" + NOISE,
    "program.csv": b"\x7fELF\x02\x01\x01" + b"\x00" * 9_000,
    "zeros.csv": bytes(5_000),
    "noise.csv": NOISE.replace(b"\x00", b"\x01"),
    "noise-utf-16.txt": b"\xff\xfe" + b"\x01\x00A\x00" * 400,
    "packed.csv": b"\x1f\x8b\x08" + NOISE,
    "letter.xlsx": b"Dear all,\nthis is a letter.\n",
    "people.XLSX": b"Name,Email\nAda,ada@example.com\n",
    "people.ods": b"Name,Email\nAda,ada@example.com\n",
    "nested.json": b"[" * 5_000 + b"]" * 5_000,
    "nested.jsonl": b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"\n",
    "deep.jsonl": b'{"Name":"Ada","Email":' + b"[" * 900 + b"]" * 900 + b"}\n",
    "wide.jsonl": b'{"Name":"Ada","Email":[' + b"1," * 200_000 + b"1]}\n",
    "array.json": b'[{"name": "Ada"}, {"name": "Bo"}]\n',
    "pretty.json": b'{\n  "name": "Ada"\n}\n',
}  # fmt: skip
"""By the name of the upload."""


@pytest.fixture
def owner(settings: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    with running_app(settings) as app:
        yield client_of(app, db, cast.owner)


def test_what_is_not_what_it_claims_is_refused_at_its_upload(owner: FlaskClient) -> None:
    for name, content in FOREIGN.items():
        answer = owner.post("/api/imports", data={"file": (BytesIO(content), name)})
        told = orjson.loads(answer.data)
        assert (answer.status_code, [each["field"] for each in told.get("errors", [])]) == (422, ["file"]), (
            name
        )
    assert owner.get("/api/imports").get_json()["data"] == []


def test_a_large_one_is_not_even_kept(settings: Settings) -> None:
    with pytest.raises(Invalid):
        keep_file(settings, BytesIO(NOISE * 1_000), 2**30, "large.csv")
    assert not spool_of(settings).exists()


def test_text_that_a_program_named_xls_is_read(read: Read, write: Write) -> None:
    assert read(write("a.xls", b"Name\tEmail\nAda\tada@example.com\n"))[0].delimiter == "\t"


def test_a_header_that_begins_like_an_archive_is_text(read: Read, write: Write) -> None:
    assert read(write("a.csv", b"PK,Name\n1,Ada\n"))[0].headers == ["PK", "Name"]


def test_one_column_that_nobody_knows_is_told(read: Read, write: Write) -> None:
    prose, _ = read(write("a.csv", b"Dear all\nthis is a letter\nof some lines\n"))
    assert [each.split(",")[0] for each in prose.warnings] == ["The file has one column"]
    for content in (
        b"Email\nada@example.com\n",
        b"ada@example.com\nbo@example.com\n",
        b"Name;Ort\nAda;Ulm\n",
    ):
        assert read(write("b.csv", content))[0].warnings == []


def test_damaged_letters_are_told_and_change_no_other(read: Read, write: Write) -> None:
    good = "J\u00fcrg M\u00fcller,j@example.com\n\u0418\u0432\u0430\u043d,i@example.com\n".encode()
    facts, records = read(write("a.csv", b"Name,Email\n" + good + b"Fran\xe7ois,f@example.com\n"))
    assert (facts.encoding, len(facts.warnings)) == ("utf-8", 1)
    assert [each.name for each in records] == [
        "J\u00fcrg M\u00fcller",
        "\u0418\u0432\u0430\u043d",
        "Fran\ufffdois",
    ]
    assert [[problem.header for problem in each.problems] for each in records] == [[], [], ["Name"]]


def test_a_text_of_several_encodings_is_told(read: Read, write: Write) -> None:
    mixed = b"Name,City\n" + "Zo\u00eb,K\u00f6ln\n".encode() + "Jos\u00e9,M\u00fcnchen\n".encode("cp1252") * 2
    assert len(read(write("a.csv", mixed))[0].warnings) == 1
    assert read(write("b.csv", "Name,City\nJos\u00e9,M\u00fcnchen\n".encode("cp1252")))[0].warnings == []


def test_letters_far_down_show_the_encoding(read: Read, write: Write) -> None:
    far = (
        b"Name,Email\n"
        + b"Ada,ada@example.com\n" * 20_000
        + "Ren\u00e9e M\u00fcller,r@example.com\n".encode("cp1252")
    )
    facts, records = read(write("a.csv", far))
    assert (facts.encoding, records[-1].name) == ("cp1252", "Ren\u00e9e M\u00fcller")
