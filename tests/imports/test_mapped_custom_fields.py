"""A column of another program becomes a custom field: proposed or chosen, read by type, remembered."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.custom_fields import add_field, change_field, remove_field
from tests.support.leads import furnish

OPTIONS = {"choices": [{"label": "Red"}, {"label": "Dark green"}]}
CELLS = {
    "text": (" oak  tree ", "oak tree", ""),
    "long_text": ('"two\nlines"', "two\nlines", ""),
    "number": ('"1.234,5"', 1234.5, "many"),
    "money": ("45 EUR", 45, "45 USD"),
    "percent": ("12 %", 12, "high"),
    "date": ("31.12.2025", "2025-12-31", "31.02.2025"),
    "datetime": ("2025-12-31T10:00:00+02:00", "2025-12-31T08:00:00.000Z", "soon"),
    "choice": ("dark GREEN", "dark_green", "Blue"),
    "multi_choice": ('"red; Dark green"', ["red", "dark_green"], "Blue"),
    "user": ("owner@example.com", "user", "nobody@example.com"),
    "client": ("Zoe", "client", "Nobody"),
    "url": ("https://example.com/a", "https://example.com/a", "not a page"),
    "email": ("Ada@Example.com", "ada@example.com", "ada@@"),
    "phone": ("+49 30 901820", "+4930901820", "12"),
    "yes_no": ("ja", True, "perhaps"),
}


@pytest.fixture
def owner(settings: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    furnish(db, cast.owner)
    with running_app(settings) as app:
        yield client_of(app, db, cast.owner)


def send(owner: FlaskClient, text: str, **options: str) -> dict[str, Any]:
    answer = owner.post("/api/imports", data={"file": (BytesIO(text.encode()), "a.csv"), **options})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()["data"]
    return found


def confirm(owner: FlaskClient, made: dict[str, Any]) -> dict[str, Any]:
    answer = owner.post(f"/api/imports/{made['id']}/confirm")
    assert answer.status_code in {200, 202}, answer.text
    found: dict[str, Any] = owner.get(f"/api/imports/{made['id']}").get_json()["data"]
    return found


def remap(owner: FlaskClient, made: dict[str, Any], **fields: str) -> Any:
    columns = [
        {"column": each["column"], "field": fields.get(each["header"], each["field"])}
        for each in made["columns"]
    ]
    return owner.put(f"/api/imports/{made['id']}/mapping", json={"columns": columns})


def customs(owner: FlaskClient, path: str = "/api/clients") -> dict[str, Any]:
    rows = owner.get(path).get_json()["data"]
    return {each.get("name") or each["title"]: each["custom"] for each in rows}


def told(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["header"], each["value"]) for each in found["problems"]}


def test_each_type_is_read_and_what_does_not_fit_is_told(owner: FlaskClient) -> None:
    ids = {"client": owner.post("/api/clients", json={"name": "Zoe"}).get_json()["data"]["id"]}
    me = owner.get("/api/users").get_json()["data"][0]
    ids["user"] = me["id"]
    for field_type in CELLS:
        more = OPTIONS if "choice" in field_type else {"currency": "EUR"} if field_type == "money" else {}
        add_field(owner, label=f"Wished {field_type}", field_type=field_type, **more)
    headers = ";".join(["Name", "E-Mail", *(f"Wished {field_type}" for field_type in CELLS)])
    good = ";".join(cell for cell, _, _ in CELLS.values()).replace("owner@example.com", me["email"])
    bad = ";".join(cell for _, _, cell in CELLS.values())
    made = send(owner, f"{headers}\nAda;ada@example.com;{good}\nBo;bo@example.com;{bad}\n")
    assert [each["field"] for each in made["columns"][2:]] == [f"custom.wished_{each}" for each in CELLS]
    done = confirm(owner, made)
    found = customs(owner)
    assert found["Ada"] == {f"wished_{each}": ids.get(each, CELLS[each][1]) for each in CELLS}
    assert set(found["Bo"].values()) == {None}
    assert told(done) == {(f"Wished {each}", cell) for each, (_, _, cell) in CELLS.items() if cell}


def test_a_chosen_field_is_remembered_until_it_is_removed(owner: FlaskClient) -> None:
    field = add_field(owner, label="Size", field_type="number")
    add_field(owner, label="Colour")
    made = send(owner, "Name,Grösse\nAda,42\n")
    assert made["columns"][1]["field"] == "extra"
    unknown = remap(owner, made, Grösse="custom.weight")
    assert unknown.get_json()["errors"][0]["field"] == "columns.1.field"
    twice = send(owner, "Name,One,Two\nAda,1,2\n")
    assert remap(owner, twice, One="custom.size", Two="custom.size").status_code == 422
    page = owner.get(f"/imports/{made['id']}").text
    assert '<option value="custom.size">Size</option>' in page
    mapped = remap(owner, made, Grösse="custom.size").get_json()["data"]
    confirm(owner, mapped)
    assert customs(owner)["Ada"] == {"size": 42, "colour": None}
    assert send(owner, "Name,Grösse\nBo,43\n")["columns"][1]["field"] == "custom.size"
    remove_field(owner, field)
    assert send(owner, "Name,Grösse\nBo,43\n")["columns"][1]["field"] == "extra"


@pytest.mark.parametrize("overwrite", ["false", "true"])
def test_an_update_fills_what_is_empty_or_all(owner: FlaskClient, overwrite: str) -> None:
    add_field(owner, label="Size", field_type="number")
    add_field(owner, label="Word")
    given = {"name": "Ada", "email": "ada@example.com", "custom": {"size": 1}}
    ada = owner.post("/api/clients", json=given).get_json()["data"]
    text = "Name,E-mail,Size,Word\nAda,ada@example.com,2,oak\n"
    made = send(owner, text, duplicates="update", overwrite=overwrite)
    assert confirm(owner, made)["updated"] == 1
    assert customs(owner)["Ada"] == {"size": 2 if overwrite == "true" else 1, "word": "oak"}
    owner.post(f"/api/imports/{made['id']}/undo")
    assert owner.get(f"/api/clients/{ada['id']}").get_json()["data"]["custom"] == {"size": 1, "word": None}


def test_a_unique_value_is_taken_once(owner: FlaskClient) -> None:
    change_field(owner, add_field(owner, label="Code"), unique=True)
    done = confirm(owner, send(owner, "Name,E-mail,Code\nAda,a@example.com,X1\nBo,b@example.com,x1\n"))
    assert customs(owner) == {"Ada": {"code": "X1"}, "Bo": {"code": None}}
    assert told(done) == {("Code", "x1")}


def test_a_file_of_leads_has_those_of_both_and_other_kinds_their_own(owner: FlaskClient) -> None:
    add_field(owner, label="Word")
    add_field(owner, kind="lead", label="Word")
    add_field(owner, kind="vehicle", label="Word")
    made = send(owner, "Name,E-mail,Deal Name,Word,Other\nAda,a@example.com,Roof,oak,elm\n", records="leads")
    assert made["columns"][3]["field"] == "lead_custom.word"
    confirm(owner, remap(owner, made, Other="custom.word").get_json()["data"])
    assert customs(owner, "/api/leads") == {"Roof": {"word": "oak"}}
    assert customs(owner) == {"Ada": {"word": "elm"}}
    confirm(owner, send(owner, "Make,Model,Year,Word\nFiat,500,2020,ash\n", records="vehicles"))
    assert owner.get("/api/vehicles").get_json()["data"][0]["custom"] == {"word": "ash"}
