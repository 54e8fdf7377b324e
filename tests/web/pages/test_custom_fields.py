"""Custom fields on pages: their settings, and the form and page of a record."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from crm.db.actor import Actor
from tests.support.cast import Cast
from tests.support.client_api import PATH, add
from tests.support.client_pages import text_of
from tests.support.custom_fields import FIELDS, add_field, of_type
from tests.support.page_forms import forms_of

SETTINGS = "/settings/custom-fields"
VALUES: dict[str, Any] = {
    "text": '<b>"Blue"</b>', "long_text": "One\n\ntwo", "number": -1234.567, "money": 1200.5,
    "percent": 12.125,
    "date": "1962-02-28", "datetime": "2026-11-27T09:00:05.123Z", "url": "https://example.org/a?b=1",
    "email": "ann@example.org", "phone": "+4930901820", "yes_no": False, "choice": "red",
    "multi_choice": ["red", "dark_green"],
}  # fmt: skip


def filled(web: FlaskClient, user: Actor) -> tuple[dict[str, str], dict[str, Any]]:
    """A client with a value of each type, and the keys of the fields."""
    keys = {each: of_type(web, each)["key"] for each in (*VALUES, "user", "client")}
    other = add(web, name="Other One")["id"]
    values = VALUES | {"user": user.user_id, "client": other}
    return keys, add(web, name="Ada", custom={keys[each]: value for each, value in values.items()})


def form_of(web: FlaskClient, address: str) -> MultiDict[str, str]:
    page = web.get(address)
    assert page.status_code == 200, page.text
    return next(form.values for form in forms_of(page.text) if form.action == address)


def test_a_form_saved_unchanged_changes_nothing_and_a_change_only_that(
    owner: FlaskClient, cast: Cast
) -> None:
    keys, client = filled(owner, cast.owner)
    path, edit = f"{PATH}/{client['id']}", f"/clients/{client['id']}/edit"
    values = form_of(owner, edit)
    assert owner.post(edit, data=values).status_code == 303
    assert owner.get(path).get_json()["data"] == client
    values[f"custom.{keys['number']}"] = "17,5"
    values[f"custom.{keys['yes_no']}"] = "1"
    values.setlist(f"custom.{keys['multi_choice']}", ["", "dark_green"])
    assert owner.post(edit, data=values).status_code == 303
    changed = {keys["number"]: 17.5, keys["yes_no"]: True, keys["multi_choice"]: ["dark_green"]}
    assert owner.get(path).get_json()["data"]["custom"] == client["custom"] | changed


def test_a_refused_form_names_the_field_and_keeps_what_was_typed(owner: FlaskClient) -> None:
    add_field(owner, label="Shoe size", field_type="number", required=True, help="European")
    values = form_of(owner, "/clients/new")
    values["name"] = "Ada"
    refused = owner.post("/clients/new", data=values)
    assert refused.status_code == 422
    assert "Shoe size" in text_of(refused) and 'href="#custom.shoe_size"' in refused.text
    values["custom.shoe_size"] = "many"
    refused = owner.post("/clients/new", data=values)
    assert refused.status_code == 422 and 'value="many"' in refused.text
    values["custom.shoe_size"] = "42"
    assert owner.post("/clients/new", data=values).status_code == 303
    assert owner.get(PATH).get_json()["data"][0]["custom"] == {"shoe_size": 42}


def test_the_page_and_history_of_a_record_show_values_in_words(owner: FlaskClient, cast: Cast) -> None:
    keys, client = filled(owner, cast.owner)
    page = text_of(owner.get(f"/clients/{client['id']}"))
    for shown in ("Field text", "Other One", "Dark green", "Owner", "+49 30 901820", "12.125"):
        assert shown in page, shown
    owner.patch(
        f"{PATH}/{client['id']}", json={"custom": {keys["choice"]: "dark_green", keys["client"]: None}}
    )
    history = text_of(owner.get(f"/clients/{client['id']}"))
    assert "field choice" in history and "Red" in history and "custom.field" not in history


def test_fields_are_added_changed_ordered_removed_restored_and_purged_in_the_settings(
    owner: FlaskClient,
) -> None:
    page = owner.get(f"{SETTINGS}/new?kind=client")
    values = next(form.values for form in forms_of(page.text) if form.action == f"{SETTINGS}/new")
    values["label"], values["field_type"], values["choices"] = "Colour", "choice", "Red\nBlue"
    assert owner.post(f"{SETTINGS}/new", data=values).status_code == 303
    values["label"] = "Second"
    assert owner.post(f"{SETTINGS}/new", data=values).status_code == 303
    assert owner.post(f"{SETTINGS}/new", data=values).status_code == 409
    first, second = owner.get(f"{FIELDS}?kind=client").get_json()["data"]
    address = f"{SETTINGS}/{first['id']}"
    form = form_of(owner, address)
    assert owner.post(address, data=form).status_code == 303
    assert owner.get(f"{FIELDS}/{first['id']}").get_json()["data"] == first
    form["label"], form["choice.red"], form["choices"] = "Paint", "Crimson", "Green"
    assert owner.post(address, data=form).status_code == 303
    changed = owner.get(f"{FIELDS}/{first['id']}").get_json()["data"]
    labels = [(each["key"], each["label"]) for each in changed["choices"]]
    assert (changed["label"], labels) == ("Paint", [("red", "Crimson"), ("blue", "Blue"), ("green", "Green")])
    assert owner.post(address, data=form).status_code == 412
    owner.post(f"{SETTINGS}/{second['id']}/move", data={"position": "0"})
    assert text_of(owner.get(SETTINGS)).index("Second") < text_of(owner.get(SETTINGS)).index("Paint")
    owner.post(f"{address}/remove", data={"version": changed["version"]})
    assert owner.get(address).status_code == 404
    assert "Paint" in text_of(owner.get(SETTINGS))
    assert owner.post(f"{address}/restore").status_code == 303
    owner.post(f"{address}/remove")
    assert owner.post(f"{address}/purge").status_code == 303
    assert "Paint" not in text_of(owner.get(SETTINGS))


def test_the_list_of_clients_shows_chosen_columns_and_custom_fields(owner: FlaskClient) -> None:
    add_field(owner, label="Size", field_type="number")
    company = add(owner, kind="company", name="Acme")
    add(owner, name="Anna", company_id=company["id"], city="Graz", job_title="Cook", custom={"size": 42})
    usual = owner.get("/clients").get_data(as_text=True)
    assert 'href="/clients/columns' in usual and 'data-label="Size:"' not in usual
    chooser = owner.get("/clients/columns?q=ann&sort=name").get_data(as_text=True)
    form = next(each for each in forms_of(chooser) if each.action == "/clients")
    assert form.values["q"] == "ann" and form.values["column_email"] == "1"
    assert 'name="column_custom.size"' in chooser
    html = owner.get("/clients?columns=company,city,job_title,custom.size&sort=-custom.size").get_data(
        as_text=True
    )
    assert 'data-label="Size:"' in html and ">42<" in html and ">Graz<" in html and ">Cook<" in html
    assert 'data-cell="email"' not in html
    ticked = owner.get("/clients?choose_columns=1&column_city=1&column_custom.size=1").get_data(as_text=True)
    assert ">Graz<" in ticked and 'data-label="Size:"' in ticked and ">Cook<" not in ticked
    view = {"list": "clients", "name": "Sizes", "query": "columns=city,custom.size"}
    assert owner.post("/api/views", json=view).status_code == 201
