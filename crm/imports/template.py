"""Files to fill in and import: the columns that most people need, each with an example."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from crm.imports.described import importing_of
from crm.imports.targets import RecordKind
from crm.records.kind import Kind
from crm.when_used import WhenUsed

saxutils = WhenUsed("xml.sax.saxutils")

COLUMNS: Mapping[RecordKind, Sequence[tuple[str, str, str]]] = {
    "clients": (
        ("Name", "name", "Ada Lovelace"),
        ("Kind", "kind", "person or company"),
        ("Company", "company", "Analytical Engines Ltd"),
        ("Job title", "job_title", "Head of Purchasing"),
        ("E-mail", "email", "ada@example.com"),
        ("Phone", "phone", "+44 20 7946 0958"),
        ("Website", "website", "https://example.com"),
        ("Street", "street", "12 St James's Square"),
        ("Postal code", "postal_code", "SW1Y 4JH"),
        ("City", "city", "London"),
        ("Country", "country", "United Kingdom"),
        ("Owner", "owner", "e-mail or name of a user"),
        ("Source", "source", "Trade fair"),
        ("Language", "language", "English"),
        ("Currency", "currency", "GBP"),
        ("Tags", "tags", "VIP; Newsletter"),
        ("Notes", "notes", "Prefers to be called in the morning"),
        ("ID", "external_id", "a number from your other program"),
    ),
    "leads": (
        ("Lead title", "lead_title", "New engine"),
        ("Value", "lead_value", "12500.00"),
        ("Currency", "lead_currency", "EUR"),
        ("Pipeline", "lead_pipeline", "Sales"),
        ("Stage", "lead_stage", "Qualified"),
        ("Expected close date", "lead_close", "2027-03-31"),
        ("Lead owner", "lead_owner", "e-mail or name of a user"),
        ("Lead tags", "lead_tags", "Q1; Export"),
        ("Lead details", "lead_details", "Wants an offer with delivery"),
        ("Client name", "name", "Ada Lovelace"),
        ("Company", "company", "Analytical Engines Ltd"),
        ("E-mail", "email", "ada@example.com"),
        ("Phone", "phone", "+44 20 7946 0958"),
    ),
}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MADE = (1980, 1, 1, 0, 0, 0)


def columns_of(records: str, kind: Kind | None) -> Sequence[tuple[str, str, str]]:
    """Header, field and example of each column; `kind` is a described one."""
    if kind is None:
        return COLUMNS[cast(RecordKind, records)]
    return [(name, name, example) for name, example in importing_of(kind).examples.items()]


def template_csv(records: str, kind: Kind | None = None) -> bytes:
    """Only the headers, in UTF-8 with a mark that spreadsheets need."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([header for header, _field, _example in columns_of(records, kind)])
    return ("\ufeff" + out.getvalue()).encode()


def template_xlsx(records: str, kind: Kind | None = None) -> bytes:
    """The headers on the first sheet; what goes in each column on the second."""
    columns = columns_of(records, kind)
    headers = [[header for header, _field, _example in columns]]
    examples = [["Column", "Example"], *([header, example] for header, _field, example in columns)]
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _workbook(records.capitalize(), "Examples"),
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")
        ),
        "xl/worksheets/sheet1.xml": _sheet(headers),
        "xl/worksheets/sheet2.xml": _sheet(examples),
    }
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(ZipInfo(name, MADE), HEAD + text, ZIP_DEFLATED)
    return out.getvalue()


def _content_types() -> str:
    overrides = [("/xl/workbook.xml", "sheet.main")]
    overrides += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in (1, 2)]
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{TYPE}.{kind}+xml"/>' for name, kind in overrides
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{default}{listed}</Types>'


def _relations(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _workbook(*names: str) -> str:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    listed = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    widths = '<cols><col min="1" max="20" width="22" customWidth="1"/></cols>'
    return f'<worksheet xmlns="{MAIN}">{widths}<sheetData>{listed}</sheetData></worksheet>'


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{saxutils.escape(text)}</t></is></c>'
