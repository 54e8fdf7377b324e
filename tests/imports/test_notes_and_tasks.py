"""Notes, calls and tasks of a file come onto their records, found by id, e-mail, phone or name."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.imports.test_imports import app, bring, confirm, counts, owner

__all__ = ("app", "owner")


@pytest.fixture
def people(owner: FlaskClient) -> dict[str, int]:
    """Two of one name, and one with everything."""
    given: list[dict[str, Any]] = [
        {"name": "Ada Probe", "email": "ada@example.com", "phone": "+447700900801"},
        {"name": "Twin", "email": "one@example.com"},
        {"name": "Twin", "email": "two@example.com"},
    ]
    made = [owner.post("/api/clients", json=each).get_json()["data"]["id"] for each in given]
    lead = owner.post("/api/leads", json={"title": "New engine"}).get_json()["data"]["id"]
    return {"ada": made[0], "one": made[1], "two": made[2], "lead": lead}


def notes_on(owner: FlaskClient, subject: str, number: int) -> list[dict[str, Any]]:
    answer = owner.get(f"/api/notes?subject={subject}&subject_id={number}")
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def tasks(owner: FlaskClient) -> dict[str, dict[str, Any]]:
    return {each["title"]: each for each in owner.get("/api/tasks?limit=200").get_json()["data"]}


def test_a_note_finds_its_record_by_email_phone_name_or_title(
    owner: FlaskClient, people: dict[str, int]
) -> None:
    content = (
        "Note;Type;E-mail;Phone;Related to;Duration;Date;Colour\n"
        "by mail;note;ada@example.com;;;;3.2.2026 14:30;red\n"
        "by phone;Call;;+44 7700 900801;;15;2026-02-04;\n"
        "by name;;;;ada probe;;;\n"
        "of the lead;;;;New engine;;;\n"
    )
    made = bring(owner, content.encode(), "notes.csv", records="notes")
    assert (made["plan"]["created"], made["problem_count"]) == (4, 0), made["problems"]
    assert counts(confirm(owner, made)) == [4, 0, 0, 0]
    found = {each["text"]: each for each in notes_on(owner, "client", people["ada"])}
    assert found.keys() == {"by mail\nColour: red", "by phone", "by name"}
    assert (found["by phone"]["kind"], found["by phone"]["minutes"]) == ("call", 15)
    assert found["by mail\nColour: red"]["happened_at"][:11] == "2026-02-03T"
    assert [each["text"] for each in notes_on(owner, "lead", people["lead"])] == ["of the lead"]


def test_a_note_on_no_record_or_on_one_of_two_is_left_out_and_told(
    owner: FlaskClient, people: dict[str, int]
) -> None:
    content = b"text,name,email\nlost,Nobody,\nwhich,Twin,\nsure,Twin,two@example.com\nalone,,\n"
    made = bring(owner, content, "notes.csv", records="notes")
    assert [made["plan"][each] for each in ("created", "left_out")] == [1, 3]
    done = confirm(owner, made)
    assert counts(done) == [1, 0, 0, 3]
    assert [(each["row"], each["left_out"]) for each in done["problems"]] == [(2, True), (3, True), (5, True)]
    assert [each["text"] for each in notes_on(owner, "client", people["two"])] == ["sure"]


def test_a_task_without_its_record_is_imported_and_the_missing_record_told(
    owner: FlaskClient, people: dict[str, int]
) -> None:
    content = (
        "Subject,Due date,Assigned to,Description,E-mail,Status,Completed on\n"
        "Call,2026-03-31,,first,ada@example.com,open,\n"
        "Write,2026-03-31T10:00:00+02:00,Nobody Known,,nobody@example.com,done,2026-04-01\n"
        "Think,,,,,,yes\n"
    )
    done = confirm(owner, bring(owner, content.encode(), "tasks.csv", records="tasks"))
    assert counts(done) == [3, 0, 0, 0]
    assert {each["value"] for each in done["problems"]} == {"Nobody Known", "nobody@example.com"}
    found = tasks(owner)
    call, write, think = found["Call"], found["Write"], found["Think"]
    assert (call["due_day"], call["subject_id"], call["done_at"]) == ("2026-03-31", people["ada"], None)
    assert (write["due_at"], write["subject"]) == ("2026-03-31T08:00:00.000Z", None)
    assert write["done_at"] is not None and think["done_at"] is not None


def test_the_same_file_twice_changes_nothing_and_undo_takes_all_back(
    owner: FlaskClient, people: dict[str, int]
) -> None:
    content = b"title,email,id\nCall,ada@example.com,T-1\nWrite,,\n"
    made = confirm(owner, bring(owner, content, "tasks.csv", records="tasks"))
    assert counts(confirm(owner, bring(owner, content, "tasks.csv", records="tasks"))) == [0, 0, 2, 0]
    changed = content.replace(b"Call", b"Call again")
    again = confirm(
        owner, bring(owner, changed, "tasks.csv", records="tasks", duplicates="update", overwrite="true")
    )
    assert counts(again) == [0, 1, 1, 0]
    assert tasks(owner).keys() == {"Call again", "Write"}
    for each in (again, made):
        assert owner.post(f"/api/imports/{each['id']}/undo").get_json()["data"]["state"] == "undone"
    assert tasks(owner) == {}
    confirm(owner, bring(owner, content, "tasks.csv", records="tasks"))
    assert tasks(owner).keys() == {"Call", "Write"}


def test_what_is_not_imported_is_refused_by_name(owner: FlaskClient) -> None:
    answer = owner.post("/api/imports", data={"file": (BytesIO(b"a\nb\n"), "a.csv"), "records": "users"})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == ["records"]


@pytest.mark.parametrize("records", ["notes", "tasks"])
def test_a_mapping_without_what_a_row_needs_is_refused(owner: FlaskClient, records: str) -> None:
    made = bring(owner, b"Colour,Email\nred,ada@example.com\n", "a.csv", records=records)
    assert owner.post(f"/api/imports/{made['id']}/confirm").status_code == 422
    wrong = {"columns": [{"column": 0, "field": "lead_value"}]}
    assert owner.put(f"/api/imports/{made['id']}/mapping", json=wrong).status_code == 422


@pytest.mark.usefixtures("people")
def test_pages_offer_the_fields_of_the_kind(owner: FlaskClient) -> None:
    content = b"text,email\nlost,nobody@example.com\nsure,ada@example.com\n"
    made = bring(owner, content, "a.csv", records="notes")
    columns = owner.get(f"/imports/{made['id']}").get_data(as_text=True)
    assert 'value="subject_email" selected' in columns and 'value="happened_at"' in columns
    for step in ("problems", "review"):
        assert owner.get(f"/imports/{made['id']}/{step}").status_code == 200
    confirm(owner, made)
    assert owner.get(f"/imports/{made['id']}").status_code == 200
    assert 'value="tasks"' in owner.get("/imports").get_data(as_text=True)
    for form in ("csv", "xlsx"):
        assert owner.get(f"/imports/template/tasks/{form}").status_code == 200
