"""The check tells what the import will find, by row and column: unknown users, taken values, misfits."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.imports.test_imports import bring, confirm, counts
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.custom_fields import add_field
from tests.support.leads import furnish

VIN = "1HGCM82633A004352"
FILES: dict[str, tuple[str, set[tuple[int, str]]]] = {
    "clients": (
        ("Name,Email,Owner,Badge,Likes,Website,Job title,Company\n"
        "Zoe,zoe@example.com,owner@example.org,7,owner@example.org,example.com,Boss,Probe\n"
        "Ada,ada@example.com,Nobody Known,1,owner@example.org,http://a b,Boss,Probe\n"
        f"Bo,bo@example.com,owner@example.org,7,nobody,,{'j' * 201},Probe\n"
        f"Cyd,cyd@example.com,,9,,https://{'a' * 64}.example,,{'c' * 201}\n"
        f"{'n' * 201},dee@example.com,,9,,,,\n"),
        {
            (3, "Owner"), (3, "Badge"), (3, "Website"), (4, "Badge"), (4, "Likes"),
            (4, "Job title"), (5, "Name"), (6, "Name"),
        },
    ),
    "leads": (
        ("Deal - Title,Deal - Value,Deal - Owner,Deal - Source,Person - Name,Person - Email\n"
        "One,-5,Nobody Known,web,Ada,ada@example.com\n"
        f"Two,5,owner@example.org,{'s' * 101},Ada,ada@example.com\n"
        f"{'t' * 201},5,,,Bo,bo@example.com\n"),
        {(2, "Deal - Value"), (2, "Deal - Owner"), (3, "Deal - Source"), (4, "Deal - Title")},
    ),
    "notes": (
        "Note,Record,Author\nHello,Ann,Nobody Known\n" + f"{'x' * 20_001},Ann,owner@example.org\n",
        {(2, "Author"), (3, "Note")},
    ),
    "vehicles": (
        (f"Make,Model,Year,VIN,Colour\nHonda,Accord,2003,{VIN},red\nBus,Long,1989,1M8GDM9AXKP042788,red\n"
        "Bus,Long,1989,1m8gdm9axkp042788,blue\n"),
        {(2, "VIN"), (4, "VIN")},
    ),
    "products": ("Name,SKU\nOne,A1\nTwo,B2\nThree,b2\n", {(2, "SKU"), (4, "SKU")}),
    "campaigns": ("Name,Channel\nSpring,social\nAutumn,email\nAUTUMN,email\n", {(2, "Name"), (4, "Name")}),
}  # fmt: skip


@pytest.fixture
def owner(settings: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    furnish(db, cast.owner)
    with running_app(settings) as app:
        yield client_of(app, db, cast.owner)


def _furnish(owner: FlaskClient) -> None:
    add_field(owner, label="Badge", unique=True)
    add_field(owner, label="Likes", field_type="user")
    made: tuple[tuple[str, dict[str, Any]], ...] = (
        ("clients", {"name": "Ann", "email": "ann@example.com", "custom": {"badge": "1"}}),
        ("vehicles", {"make": "Honda", "model": "Accord", "year": 2003, "vin": VIN}),
        ("products", {"name": "Old", "sku": "a1"}),
        ("campaigns", {"name": "spring", "channel": "social"}),
    )
    for path, values in made:
        assert owner.post(f"/api/{path}", json=values).status_code == 201, path


def _told(made: dict[str, Any]) -> set[tuple[int, str, bool]]:
    return {(each["row"], each["header"], each["left_out"]) for each in made["problems"]}


def test_each_problem_of_the_import_is_told_by_its_check(owner: FlaskClient) -> None:
    _furnish(owner)
    for records, (text, expected) in FILES.items():
        made = bring(owner, text.encode(), records=records, duplicates="add")
        assert {(row, header) for row, header, _ in _told(made)} == expected, (records, made["problems"])
        done = confirm(owner, made)
        assert _told(done) == _told(made), (records, done["problems"])
        plan = [made["plan"][each] for each in ("created", "updated", "skipped", "left_out")]
        assert counts(done) == plan, records


def test_what_is_skipped_is_not_told_and_a_told_cell_is_mended(owner: FlaskClient) -> None:
    text = b"Name,Email,Owner\nAda,ada@example.com,Nobody\nAda,ada@example.com,Nobody Else\n"
    made = bring(owner, text)
    assert _told(made) == {(2, "Owner", False)} and made["plan"]["skipped"] == 1
    mended = {
        "corrections": [{"row": 2, "column": made["problems"][0]["column"], "value": "owner@example.org"}]
    }
    again = owner.put(f"/api/imports/{made['id']}/mapping", json=mended).get_json()["data"]
    assert again["problems"] == []
    confirm(owner, made)
    known = bring(owner, text)
    assert known["problems"] == [] and known["plan"]["skipped"] == 2
