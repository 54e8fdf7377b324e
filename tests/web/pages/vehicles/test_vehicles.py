"""The pages of vehicles: inventory, form, record, states, trash."""

from flask.testing import FlaskClient

from tests.support.page_forms import forms_of
from tests.support.vehicles import GOOD_VIN, add_vehicle, vehicle_of


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_its_form_makes_it_and_changes_it(owner: FlaskClient) -> None:
    assert 'name="vin"' in page(owner, "/vehicles/new")
    given = {"year": "2024", "make": "Volkswagen", "model": "Golf", "currency": "USD", "mileage_unit": "km"}
    wrong = owner.post("/vehicles/new", data={**given, "vin": "1ZZZZ12A0RT00000O", "year": ""})
    assert wrong.status_code == 422 and 'id="year-error"' in wrong.get_data(as_text=True)
    rows = {
        "reconditioning-rows": "1",
        "reconditioning-0-title": "Tyres",
        "reconditioning-0-amount": "1,200.50",
    }
    made = owner.post("/vehicles/new", data={**given, **rows, "price": "", "cost": "0"})
    assert made.location == "/vehicles/1", made.get_data(as_text=True)
    vehicle = vehicle_of(owner, 1)
    assert (vehicle["price"], vehicle["cost"]) == (None, 0)
    assert vehicle["reconditioning"] == [{"title": "Tyres", "amount": 1200.5, "spent_on": None}]
    (form,) = [form for form in forms_of(page(owner, "/vehicles/1/edit")) if "vin" in form.values]
    assert owner.post("/vehicles/1/edit", data=form.values).location == "/vehicles/1"
    assert vehicle_of(owner, 1)["version"] == vehicle["version"], "nothing changed"
    form.values["vin"] = GOOD_VIN
    assert owner.post("/vehicles/1/edit", data=form.values).location == "/vehicles/1"
    form.values["vin"] = ""
    stale = owner.post("/vehicles/1/edit", data={**form.values, "colour": "Red"})
    assert stale.status_code == 412 and GOOD_VIN in stale.get_data(as_text=True)


def test_the_inventory_lists_it_and_search_finds_it_by_its_vin(owner: FlaskClient) -> None:
    add_vehicle(owner, vin=GOOD_VIN, price=12_000, stocked_on="2020-01-01", make="<b>Make")
    shown = page(owner, "/vehicles")
    assert "&lt;b&gt;Make" in shown and GOOD_VIN in shown and "12,000" in shown
    assert GOOD_VIN in page(owner, "/vehicles?age=over-90&make=<b>make")
    assert "/vehicles/1" in page(owner, "/search?q=rt000001")
    assert "No matching vehicles" in page(owner, "/vehicles?status=sold")


def test_its_page_shows_its_warning_and_withdraws_it(owner: FlaskClient) -> None:
    add_vehicle(owner, vin="1ZZZZ12A1RT000001")
    shown = page(owner, "/vehicles/1")
    assert "wrong check digit" in shown
    withdrawn = owner.post("/vehicles/1/status", data={"status": "withdrawn", "version": "1"})
    assert withdrawn.status_code == 303 and vehicle_of(owner, 1)["status"] == "withdrawn"
    assert "Offer for sale" in page(owner, "/vehicles/1")
    owner.post("/vehicles/1/return", data={"reason": "x", "version": "2"})
    assert vehicle_of(owner, 1)["status"] == "withdrawn"
    owner.post("/vehicles/1/delete", data={"version": "2"})
    assert "Golf" in page(owner, "/vehicles/trash")
    assert owner.post("/vehicles/1/restore").status_code == 303
