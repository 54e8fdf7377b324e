"""The cost of reading a file is bounded; a file that is too large or damaged is refused with a reason."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import orjson
import pytest

from crm.errors import Invalid
from crm.imports.reading import program
from crm.imports.reading.sheets import ReadingOptions
from tests.imports.conftest import SAMPLES, Read

SHEET = (
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    "</sheetData></worksheet>"
)


def workbook(tmp_path: Path, **parts: str) -> Path:
    """The sample workbook, with some parts replaced."""
    target = tmp_path / "changed.xlsx"
    with (
        zipfile.ZipFile(SAMPLES / "clients_serial_dates.xlsx") as source,
        zipfile.ZipFile(target, "w") as out,
    ):
        for name in source.namelist():
            stem = Path(name).stem
            out.writestr(name, parts.get(stem, source.read(name).decode()), zipfile.ZIP_DEFLATED)
    return target


def refusal(read: Read, path: Path) -> str:
    with pytest.raises(Invalid) as refused:
        read(path)
    assert [problem.field for problem in refused.value.problems] == ["file"]
    return refused.value.problems[0].message


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked(read: Read, tmp_path: Path) -> None:
    target = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b" " * (200 * 1024 * 1024))
    assert "unpacks" in refusal(read, target)


def test_a_bomb_of_entities_is_refused(read: Read, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>' + SHEET.format("&c;")
    assert "document type" in refusal(read, workbook(tmp_path, sheet1=bomb))


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"%PDF-1.7 ...", b"PK\x03\x04 broken", b"<html><table></table></html>",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", b"\x00\x01\x02abc\xff" * 30, b"BEGIN:VCARD\nVERSION:3.0\nFN:A"],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(read: Read, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert refusal(read, path)


@pytest.mark.parametrize("part", ["workbook", "sheet1", "styles"], ids=lambda part: f"damaged {part}")
def test_a_damaged_workbook_is_refused(read: Read, tmp_path: Path, part: str) -> None:
    assert refusal(read, workbook(tmp_path, **{part: "<worksheet><row"}))


def test_a_row_too_wide_and_a_cell_too_long_are_refused(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("name,email\n" + "x," * 1_500 + "\n", "utf-8")
    assert "columns" in refusal(read, path)
    path.write_text("name,email\nAda," + "x" * 100_001 + "\n", "utf-8")
    assert "characters" in refusal(read, path)


def test_a_quote_that_is_never_closed_is_named(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text('name,email\n"Ada,a@example.com\n' + "Bo,b@example.com\n" * 5_000, "utf-8")
    assert "quote in line 2" in refusal(read, path)


def test_a_workbook_of_far_columns_costs_no_cells_between(read: Read, tmp_path: Path) -> None:
    far = SHEET.format("x").replace('r="A1"', 'r="XFD1"')
    assert "columns" in refusal(read, workbook(tmp_path, sheet1=far))


def test_the_program_prints_its_refusal_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"%PDF")
    options = orjson.dumps({}).decode()
    done = subprocess.run(
        [sys.executable, "-m", program.__name__, str(path), str(tmp_path), options],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == program.REFUSED
    assert orjson.loads(done.stdout) == [["file", "must be CSV, XLSX, ODS, vCard or JSON Lines", {}]]


def test_a_cell_that_needs_all_memory_ends_its_process_alone(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    with path.open("wb") as out:
        for _ in range(200):
            out.write(b"x" * 1024 * 1024)
    done = subprocess.run(
        [sys.executable, "-m", program.__name__, str(path), str(tmp_path), "{}"],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == program.REFUSED
    assert orjson.loads(done.stdout)


def test_a_table_of_libreoffice_is_read(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "table.ods"
    cell = '<table:table-cell office:value-type="{0}" {1}><text:p>{2}</text:p></table:table-cell>'
    head = "".join(cell.format("string", "", name) for name in ("Name", "Telefon", "Geburtstag"))
    line = cell.format("string", "", "Ada Probe") + cell.format(
        "float", 'office:value="491512345678"', "4,9E+11"
    )
    line += cell.format("date", 'office:date-value="1980-05-17"', "17.05.80")
    spaces = ["office:1.0", "table:1.0", "text:1.0"]
    names = " ".join(
        f'xmlns:{each.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{each}"' for each in spaces
    )
    rows = f"<table:table-row>{head}</table:table-row><table:table-row>{line}</table:table-row>"
    body = f'<office:spreadsheet><table:table table:name="Kunden">{rows}</table:table></office:spreadsheet>'
    content = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", content)
        out.writestr("META-INF/manifest.xml", "<manifest/>")
    facts, (ada,) = read(path, region="DE")
    assert (facts.form, facts.sheet) == ("ods", "Kunden")
    assert (ada.name, ada.birthday, [each.number for each in ada.phones]) == (
        "Ada Probe",
        "1980-05-17",
        ["+491512345678"],
    )


def test_options_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("name,email\nAda,a@example.com\n", "utf-8")
    for options in (ReadingOptions(encoding="no such"), ReadingOptions(encoding="rot13")):
        with pytest.raises(Invalid):
            program.stage(path, options, tmp_path)
    book = BytesIO((SAMPLES / "clients_serial_dates.xlsx").read_bytes())
    path.write_bytes(book.getvalue())
    with pytest.raises(Invalid):
        program.stage(path, ReadingOptions(sheet="none such"), tmp_path)
