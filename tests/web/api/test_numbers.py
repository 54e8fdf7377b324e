"""/api/numbers and Settings → Numbers: formats for owners and admins, and what became of each number."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.numbers.issuing import next_number
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.crm_command import crm
from tests.support.page_forms import forms_of

GIVEN = {"format": "A{seq:03}/{year}", "reset": "yearly", "start": 7}


@pytest.mark.usefixtures("frozen_clock")
def test_a_format_is_changed_by_its_version_and_shows_what_comes(owner: FlaskClient) -> None:
    listed = owner.get("/api/numbers").get_json()["data"]
    assert [(each["kind"], each["next"]) for each in listed] == [
        ("deal", "D-2026-00001"), ("stock", "S-00001"), ("quote", "Q-2026-00001"),
        ("invoice", "INV-2026-00001"),
    ]  # fmt: skip
    changed = owner.put("/api/numbers/deal", json=GIVEN, headers={"If-Match": '"1"'})
    assert (changed.get_json()["data"]["next"], changed.headers["ETag"]) == ("A007/2026", '"2"')
    assert owner.put("/api/numbers/deal", json=GIVEN, headers={"If-Match": '"1"'}).status_code == 412
    assert owner.patch("/api/numbers/deal", json={"start": 9}).get_json()["data"]["next"] == "A009/2026"
    assert owner.get("/api/numbers/deal").get_json()["data"]["version"] == 3
    wrong = problem_of(owner.patch("/api/numbers/deal", json={"format": "A"}), 422)
    assert [each["field"] for each in wrong["errors"]] == ["format"]
    assert owner.get("/api/numbers/dael").status_code == 404


@pytest.mark.usefixtures("frozen_clock")
def test_the_register_tells_of_each_number_to_its_own_workspace(
    owner: FlaskClient, app: Flask, db: Database, cast: Cast
) -> None:
    for _ in range(3):
        db.write(next_number, cast.owner, "deal")
    first = owner.get("/api/numbers/deal/issued?limit=2").get_json()
    assert [row["number"] for row in first["data"]] == ["D-2026-00003", "D-2026-00002"]
    assert first["data"][0]["issued_by_name"] == "Owner"
    rest = owner.get(f"/api/numbers/deal/issued?limit=2&cursor={first['page']['next']}").get_json()
    assert [row["number"] for row in rest["data"]] == ["D-2026-00001"]
    assert owner.get("/api/numbers/deal/issued?number=d-2026-00002").get_json()["data"][0]["seq"] == 2
    assert len(owner.get("/api/numbers/check").get_json()["data"]["findings"]) == 3
    outsider = client_of(app, db, cast.outsider)
    assert outsider.get("/api/numbers/deal/issued").get_json()["data"] == []
    assert client_of(app, db, cast.colleague).get("/api/numbers").status_code == 403


@pytest.mark.usefixtures("frozen_clock")
def test_the_page_changes_a_format_names_what_is_wrong_and_finds_a_number(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    assert "D-2026-00001" in owner.get("/settings/numbers").text
    (form,) = [form for form in forms_of(owner.get("/settings/numbers/deal").text) if "format" in form.values]
    form.values["format"] = "{seq}-{seq}"
    wrong = owner.post(form.action, data=form.values)
    assert wrong.status_code == 422 and 'id="format-error"' in wrong.text
    form.values["format"] = "Deal {seq:03} of {year}"
    assert owner.post(form.action, data=form.values).status_code == 303
    form.values["format"] = "Other {seq}"
    both = owner.post(form.action, data=form.values)
    assert both.status_code == 412 and "Deal {seq:03} of {year}" in both.text and "Other {seq}" in both.text
    db.write(next_number, cast.owner, "deal")
    assert "Deal 001 of 2026" in owner.get("/settings/numbers/deal?q=deal+001+of+2026").text
    assert "This number was never given." in owner.get("/settings/numbers/deal?q=x").text
    assert owner.get("/settings/numbers/nothing").status_code == 404


def test_the_command_explains_each_workspace_and_fails_for_a_fault(
    settings: Settings, db: Database, cast: Cast
) -> None:
    whole = crm(settings, "numbers", "check", "--workspace", "Elsewhere")
    assert (whole.returncode, whole.stdout) == (0, "Elsewhere: 0 numbers, all accounted for\n")
    db.write(next_number, cast.owner, "deal")
    faulty = crm(settings, "numbers", "check")
    assert (
        faulty.returncode == 1 and "FAULT" in faulty.stdout and "no record has this number" in faulty.stdout
    )
