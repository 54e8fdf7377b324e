"""Odd files are read as people meant them, or refused in a sentence; what was guessed is reported."""

import io
import zipfile

import pytest

from crm.errors import Invalid
from crm.imports.reading.staged import Facts
from crm.imports.record import Record
from tests.imports.conftest import Read, Write

TWO = "Name,Email\nJ\u00fcrg,j@example.com\nAda,ada@example.com\n"


def names(found: tuple[Facts, list[Record]]) -> list[str]:
    return [record.name for record in found[1]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso8859_15"]
)
def test_a_file_in_any_encoding_is_read_without_being_told_which(
    read: Read, write: Write, encoding: str
) -> None:
    assert names(read(write("a.csv", TWO.encode(encoding)))) == ["J\u00fcrg", "Ada"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("mac_roman", "Name;Ort\nM\u00fcller;K\u00f6ln\n"),
        ("mac_roman", "Name,Notes\nZo\u00eb,\u201cIt\u2019s fine\u201d\n"),
        (
            "cp1251",
            "\u0418\u043c\u044f;\u0413\u043e\u0440\u043e\u0434\n\u0418\u0432\u0430\u043d;\u0422\u0443\u043b\u0430\n",
        ),
        (
            "cp1256",
            "\u0627\u0644\u0627\u0633\u0645;\u0645\u062f\u064a\u0646\u0629\n\u0623\u062d\u0645\u062f;\u0645\u0635\u0631\n",
        ),
    ],
)
def test_a_file_of_two_lines_shows_its_encoding(read: Read, write: Write, encoding: str, text: str) -> None:
    facts, _ = read(write("a.csv", text.encode(encoding)))
    separator = facts.delimiter or ""
    assert [separator.join(facts.headers), *map(separator.join, facts.sample)] == text.split("\n")[:2]


def test_columns_without_headers_are_known_by_their_values(read: Read, write: Write) -> None:
    rows = "ada@example.com;Ada Lovelace;4711;+44 20 7946 0000\nb@example.com;Bo Diddley;4712;020 7946 0001"
    facts, records = read(write("a.csv", rows.encode()))
    assert facts.header_row == 0
    assert [(each.name, each.emails[0].address, each.phones[0].number) for each in records] == [
        ("Ada Lovelace", "ada@example.com", "+442079460000"),
        ("Bo Diddley", "b@example.com", "+442079460001"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_ends_one(read: Read, write: Write, end: str) -> None:
    assert names(read(write("a.csv", TWO.replace("\n", end).encode()))) == ["J\u00fcrg", "Ada"]


def test_single_zeros_in_a_text_are_not_part_of_it(read: Read, write: Write) -> None:
    assert names(read(write("a.csv", b"Name,Email\nA\x00da,ada@example.com\nBo\x00,bo@example.com\n"))) == [
        "Ada",
        "Bo",
    ]


def test_quotes_within_quotes_are_kept_and_reported(read: Read, write: Write) -> None:
    content = b'Name,Email\n"Ada ""A"" Probe",a@x.org\n"Bo "The" Test",b@x.org\n5" Pipe,c@x.org\n'
    _, records = read(write("a.csv", content))
    assert [record.name for record in records] == ['Ada "A" Probe', 'Bo "The" Test', '5" Pipe']
    assert [len(record.problems) for record in records] == [0, 1, 0]


def test_a_quote_that_nothing_closes_swallows_no_row(read: Read, write: Write) -> None:
    content = b'Name,Email\nAda,ada@example.com\n"Bo,bo@example.com\nCy,cy@example.com\nDi,di@example.com\n'
    _, records = read(write("a.csv", content))
    assert [record.name for record in records] == ["Ada", "Bo", "Cy", "Di"]
    assert [record.emails[0].address for record in records][1:3] == ["bo@example.com", "cy@example.com"]
    assert [len(record.problems) for record in records] == [0, 1, 0, 0]


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


REFUSED = {
    "empty": b"",
    "blank": b"\n \r\n\t\n",
    "only a header": b"Name,Email\n",
    "zip": zipped("people.csv", TWO.encode()),
    "html": b"<html><table><tr><td>Name</td></tr></table></html>",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "binary": bytes(range(1, 256)) * 9 + b"\x00" * 20,
    "card without an end": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_table_is_refused(read: Read, write: Write, what: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(write("a.csv", REFUSED[what]))
    assert refused.value.problems[0].field == "file"


def test_one_column_and_three_hundred_are_tables_too(read: Read, write: Write) -> None:
    assert names(read(write("a.csv", b"Email\nada@example.com\n"))) == ["ada@example.com"]
    wide = [*(f"Extra {place}" for place in range(298)), "Name", "Email"]
    content = ",".join(wide) + "\n" + ",".join([*map(str, range(298)), "Ada", "ada@example.com"]) + "\n"
    _, (record,) = read(write("b.csv", content.encode()))
    assert (record.name, len(record.further)) == ("Ada", 298)
