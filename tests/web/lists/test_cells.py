"""One field of a record is changed where a list shows it, and never over somebody else's change."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.clients.client import Client
from crm.db.database import Database
from crm.leads.lead import Lead
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish
from tests.support.page_forms import forms_of

LEAD_CELLS = {"value": "1 250,50", "expected_close": "2027-01-31", "source": "Fair", "owner_id": "1"}


@pytest.fixture
def client(db: Database, cast: Cast) -> Client:
    furnish(db, cast.owner)
    return add_client(db, cast.owner, name="Anna", email="anna@example.org")


@pytest.fixture
def lead(db: Database, cast: Cast, client: Client) -> Lead:
    return add_lead(db, cast.owner, title="Roof", value=100)


def save(browser: FlaskClient, path: str, name: str, text: str, version: int, **more: str) -> Any:
    return browser.post(f"{path}/cells/{name}", data={name: text, "version": str(version), **more})


def test_each_cell_shows_its_field_and_saves_it(owner: FlaskClient, lead: Lead) -> None:
    path = f"/leads/{lead.id}"
    for version, (name, text) in enumerate(LEAD_CELLS.items(), start=1):
        form = owner.get(f"{path}/cells/{name}").get_data(as_text=True)
        assert f'name="{name}"' in form
        answer = save(owner, path, name, text, version, currency="EUR")
        assert answer.status_code == 200, (name, answer.get_data(as_text=True))
        assert answer.get_data(as_text=True).lstrip().startswith("<tr")
    stored = owner.get(f"/api{path}").get_json()["data"]
    assert (stored["value"], stored["expected_close"], stored["source"]) == (1250.5, "2027-01-31", "Fair")


def test_what_is_refused_is_told_in_the_cell_and_not_stored(owner: FlaskClient, client: Client) -> None:
    path = f"/clients/{client.id}"
    answer = save(owner, path, "email", "no address", client.version)
    assert answer.status_code == 422
    assert "Is not an e-mail address" in answer.get_data(as_text=True)
    assert 'value="no address"' in answer.get_data(as_text=True)
    assert owner.get(f"/api{path}").get_json()["data"]["email"] == "anna@example.org"
    assert owner.post(f"{path}/cells/notes", data={"notes": "x"}).status_code in {404, 405}


def test_somebody_elses_change_is_shown_and_chosen_from(owner: FlaskClient, client: Client) -> None:
    path = f"/clients/{client.id}"
    owner.patch(f"/api{path}", json={"email": "theirs@example.org"})
    answer = save(owner, path, "email", "mine@example.org", client.version)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 412
    assert "theirs@example.org" in text
    assert 'value="mine@example.org"' in text
    assert f'name="version" value="{client.version + 1}"' in text
    assert save(owner, path, "email", "mine@example.org", client.version + 1).status_code == 200


def test_a_reader_who_may_not_write_has_no_cells_to_change(viewer: FlaskClient, client: Client) -> None:
    assert "data-cell" not in viewer.get("/clients").get_data(as_text=True)
    assert save(viewer, f"/clients/{client.id}", "email", "x@example.org", 1).status_code == 403


FIELDS: list[dict[str, Any]] = [
    {"label": "Size", "key": "size", "field_type": "number"},
    {"label": "Motto", "key": "motto", "field_type": "long_text"},
    {"label": "Since", "key": "since", "field_type": "date"},
    {"label": "Colour", "key": "colour", "field_type": "choice", "choices": [{"label": "Red", "key": "red"}]},
    {"label": "Colours", "key": "colours", "field_type": "multi_choice",
     "choices": [{"label": "Red", "key": "red"}, {"label": "Blue", "key": "blue"}]},
    {"label": "Pays", "key": "pays", "field_type": "yes_no"},
]  # fmt: skip
OWN: dict[str, tuple[str, Any]] = {
    "size": ("2,5", 2.5),
    "motto": ("One\nTwo", "One\nTwo"),
    "since": ("2024-02-29", "2024-02-29"),
    "colour": ("red", "red"),
    "colours": ("red\nblue", ["red", "blue"]),
    "pays": ("0", False),
}


def make(browser: FlaskClient, path: str, **given: Any) -> str:
    answer = browser.post(f"/api/{path}", json=given)
    assert answer.status_code == 201, answer.get_json()
    return f"/{path}/{answer.get_json()['data']['id']}"


@pytest.mark.parametrize("kind", ["client", "lead", "vehicle", "product"])
def test_custom_fields_of_all_kinds_are_changed_in_place(
    owner: FlaskClient, client: Client, kind: str
) -> None:
    for field in FIELDS:
        make(owner, "custom-fields", kind=kind, **field)
    path = {
        "client": lambda: f"/clients/{client.id}",
        "lead": lambda: make(owner, "leads", title="Roof"),
        "vehicle": lambda: make(owner, "vehicles", make="Fiat", model="500", year=2020),
        "product": lambda: make(owner, "products", name="Wax"),
    }[kind]()
    for key, (text, value) in OWN.items():
        version = owner.get(f"/api{path}").get_json()["data"]["version"]
        assert f'name="custom.{key}"' in owner.get(f"{path}/cells/custom/{key}").get_data(as_text=True)
        typed = {f"custom.{key}": text, "version": str(version)}
        answer = owner.post(f"{path}/cells/custom/{key}", data=typed)
        assert answer.status_code == 200, (key, answer.get_data(as_text=True))
        assert owner.post(f"{path}/cells/custom/{key}", data=typed).status_code == 412
        assert owner.get(f"/api{path}").get_json()["data"]["custom"][key] == value
        assert f'href="{path}/cells/custom/{key}"' in owner.get(path).get_data(as_text=True)
    wrong = owner.post(
        f"{path}/cells/custom/since", data={"custom.since": "soon", "version": str(version + 1)}
    )
    assert wrong.status_code == 422
    assert "Must be a day" in wrong.get_data(as_text=True)
    assert owner.get(f"{path}/cells/custom/gone").status_code == 404


IN_PLACE = [
    ("clients", {"name": "Bert"}, "name", "Berta"),
    ("clients", {"name": "Bert"}, "tags", "VIP, Berlin"),
    ("leads", {"title": "Roof"}, "title", "Roof and walls"),
    ("leads", {"title": "Roof"}, "tags", "VIP, Berlin"),
    ("products", {"name": "Wax"}, "name", "Wax, black"),
    ("quotes", {"title": "Roof"}, "title", "Roof and walls"),
    ("quotes", {"title": "Roof"}, "valid_until", "2030-01-31"),
    ("vehicles", {"make": "Fiat", "model": "500", "year": 2020}, "location", "Hall 2"),
    ("tasks", {"title": "Call"}, "title", "Call back"),
    ("tasks", {"title": "Call"}, "due", "2030-01-31"),
]


@pytest.mark.parametrize("of", IN_PLACE, ids=lambda of: f"{of[0]}-{of[2]}")
def test_without_scripts_a_field_has_a_page_that_leads_back(
    owner: FlaskClient, client: Client, of: tuple[str, dict[str, Any], str, str]
) -> None:
    path, given, name, text = of
    at, field = make(owner, path, **given), "due_day" if name == "due" else name
    page = owner.get(f"{at}/cells/{name}").get_data(as_text=True)
    (form,) = (each for each in forms_of(page) if each.action.endswith(f"/cells/{name}"))
    sent = form.values.to_dict()
    answer = owner.post(form.action, data=sent | {field: text})
    assert (answer.status_code, answer.location) == (303, sent["back"])
    assert sent["back"].startswith(at)
    stored = owner.get(f"/api{at}").get_json()["data"]
    assert stored[field] == (["Berlin", "VIP"] if name == "tags" else text)
    again = owner.post(form.action, data=sent | {field: "2031-01-31"})
    page = again.get_data(as_text=True)
    assert again.status_code == 412
    assert "Somebody else changed this record" in page
    assert "<html" in page
    assert owner.get(f"/api{at}").get_json()["data"] == stored
    kept = sent | {field: text, "back": "//elsewhere.example", "version": str(stored["version"])}
    assert owner.post(form.action, data=kept).location.startswith(at)


GOODS = {
    "vehicles": {
        "price": "12 500,50",
        "colour": "Red",
        "condition": "Used",
        "location": "Yard",
        "mileage": "4200",
    },
    "products": {"price": "89,90", "sku": "T-1", "category": "Tyres"},
}
NEW_GOODS = {"vehicles": {"year": 2024, "make": "Volkswagen", "model": "Golf"}, "products": {"name": "Tyre"}}


@pytest.mark.parametrize("area", GOODS)
def test_goods_have_a_pencil_for_each_of_their_cells_and_each_saves(owner: FlaskClient, area: str) -> None:
    owner.post(f"/api/{area}", json=NEW_GOODS[area])
    path = f"/{area}/1"
    page = owner.get(path).get_data(as_text=True)
    for version, (name, text) in enumerate(GOODS[area].items(), start=1):
        assert f'href="{path}/cells/{name}"' in page
        assert f'name="{name}"' in owner.get(f"{path}/cells/{name}").get_data(as_text=True)
        answer = save(owner, path, name, text, version, currency="EUR")
        assert answer.status_code == 200, (name, answer.get_data(as_text=True))
    stored = owner.get(f"/api{path}").get_json()["data"]
    assert stored["price"] in {12500.5, 89.9} and stored["version"] == 1 + len(GOODS[area])
    assert save(owner, path, "price", "", stored["version"], currency="EUR").status_code == 200
    assert owner.get(f"/api{path}").get_json()["data"]["price"] is None
