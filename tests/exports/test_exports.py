"""An export has what the list shows, in its order, safe to open; the ledger knows who took it."""

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import load_workbook

from crm.db.database import Database
from crm.exports import exporting
from crm.formulas import neutral, neutral_undone
from tests.exports.test_coming_back import create, exported
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast

RUNS = ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''=1", "'x", "x", "", "'", "\uff1d1")


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("text", RUNS)
def test_what_a_spreadsheet_would_run_is_neutral_and_comes_back(text: str) -> None:
    assert neutral_undone(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))


def test_an_export_has_all_that_the_list_shows_in_its_order(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PART", 3)
    for number in range(10):
        create(owner, "clients", name=f"Client {number}", status="prospect" if number % 2 else "active")
    found = rows_of(exported(owner, "clients", "csv&status=prospect&sort=-name"))
    assert [row["name"] for row in found] == [f"Client {number}" for number in (9, 7, 5, 3, 1)]
    assert len(rows_of(exported(owner, "clients", "csv"))) == 10


def test_a_workspace_exports_only_its_own(owner: FlaskClient, outsider: FlaskClient) -> None:
    create(owner, "clients", name="Ada")
    assert rows_of(exported(outsider, "clients", "csv")) == []


def test_texts_are_neutral_in_csv_and_texts_in_a_workbook(owner: FlaskClient) -> None:
    create(owner, "clients", name="=cmd|' /C calc'!A0", phone="+491701234567", source="007")
    row = rows_of(exported(owner, "clients", "csv"))[0]
    assert (row["name"], row["phone"]) == ("'=cmd|' /C calc'!A0", "'+491701234567")
    sheet = load_workbook(io.BytesIO(exported(owner, "clients", "xlsx"))).get_sheet_by_index(0).to_python()
    cells: dict[Any, Any] = dict(zip(sheet[0], sheet[1], strict=True))
    assert (cells["name"], cells["phone"], cells["source"]) == ("=cmd|' /C calc'!A0", "+491701234567", "007")
    assert isinstance(cells["id"], float) and isinstance(cells["created_at"], datetime)


def test_delimiter_and_mark_are_as_asked(owner: FlaskClient) -> None:
    create(owner, "clients", name="Ada; Lovelace")
    assert exported(owner, "clients", "csv&bom=1").startswith(b"\xef\xbb\xbfid,kind")
    assert exported(owner, "clients", "csv&delimiter=%3B").startswith(b"id;kind")
    assert b'"Ada; Lovelace"' in exported(owner, "clients", "csv&delimiter=semicolon")
    assert fields_of(owner.get("/api/clients/export?delimiter=x")) == {"delimiter"}
    assert fields_of(owner.get("/api/clients/export?format=pdf")) == {"format"}
    assert fields_of(owner.get("/api/leads/export?format=vcard")) == {"format"}
    assert fields_of(owner.get("/api/clients/export?sort=shoe")) == {"sort"}
    assert fields_of(owner.get("/api/notes/export?subject_id=1")) == {"subject"}


def test_rows_beyond_one_sheet_go_to_the_next(owner: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.exports.workbook.MOST_ROWS", 3)
    for number in range(5):
        create(owner, "clients", name=f"Client {number}")
    book = load_workbook(io.BytesIO(exported(owner, "clients", "xlsx&sort=name")))
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names] == [3, 3, 2]


def test_an_archive_of_a_workbook_is_sound(owner: FlaskClient) -> None:
    create(owner, "clients", name="Ada")
    with zipfile.ZipFile(io.BytesIO(exported(owner, "clients", "xlsx"))) as archive:
        assert archive.testzip() is None


def test_notes_and_tasks_name_their_records(owner: FlaskClient) -> None:
    ada = create(owner, "clients", name="Ada")
    create(owner, "notes", subject="client", subject_id=ada["id"], text="=called")
    create(owner, "tasks", title="Call", subject="client", subject_id=ada["id"], due_day="2027-01-02")
    key = rows_of(exported(owner, "clients", "csv"))[0]["holdfast_csv_key"]
    note = rows_of(exported(owner, "notes", "csv"))[0]
    task = rows_of(exported(owner, "tasks", "csv&done=false"))[0]
    assert (note["text"], note["subject_key"]) == ("'=called", key)
    assert (task["due_day"], task["subject_key"], task["subject_name"]) == ("2027-01-02", key, "Ada")


def test_each_export_is_in_the_ledger_with_its_filter_and_count(owner: FlaskClient) -> None:
    for name in ("Ada", "Bo"):
        create(owner, "clients", name=name)
    exported(owner, "clients", "csv&q=ada")
    owner.head("/api/clients/export")
    entries = owner.get("/api/activities?action=client.exported").get_json()["data"]
    assert [entry["after"] for entry in entries] == [{"format": "csv", "count": 1, "filters": {"q": "ada"}}]


@pytest.mark.parametrize("path", ["clients", "leads", "tasks", "notes"])
def test_members_export_nothing(app: Flask, db: Database, cast: Cast, path: str) -> None:
    member = client_of(app, db, cast.colleague)
    problem_of(member.get(f"/api/{path}/export"), 403)
    assert member.get(f"/{path}/export").status_code == 403


def test_members_export_what_the_workspace_lets_them(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    member = client_of(app, db, cast.colleague)
    create(owner, "clients", name="Ada")
    assert owner.patch("/api/workspace", json={"members_export": True}).status_code == 200
    assert len(rows_of(exported(member, "clients", "csv"))) == 1
    problem_of(member.get("/api/imports"), 403)
    assert member.get("/leads/export").status_code == 200
    page = owner.get("/settings/workspace").get_data(as_text=True)
    ticked = {
        right: 'name="members_' + right + '" value="1" checked' in " ".join(page.split())
        for right in ("import", "export", "merge")
    }
    assert ticked == {"import": False, "export": True, "merge": False}
    owner.patch("/api/workspace", json={"members_export": False})
    problem_of(member.get("/api/clients/export"), 403)


def test_one_client_is_a_card(owner: FlaskClient, outsider: FlaskClient) -> None:
    ada = create(owner, "clients", name="Ada Lovelace", email="ada@example.com")
    for path in ("/api/clients", "/clients"):
        answer = owner.get(f"{path}/{ada['id']}/card")
        assert (answer.status_code, answer.mimetype) == (200, "text/vcard")
        assert b"FN:Ada Lovelace\r\nN:Lovelace;Ada;;;\r\nEMAIL" in answer.get_data()
    assert f"/clients/{ada['id']}/card" in owner.get(f"/clients/{ada['id']}").get_data(as_text=True)
    problem_of(outsider.get(f"/api/clients/{ada['id']}/card"), 404)
