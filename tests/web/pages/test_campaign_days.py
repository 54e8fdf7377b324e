"""Costs of each day are typed by hand, beside what platforms told."""

from flask.testing import FlaskClient

from tests.support.campaigns import add_campaign, collected, day_of, last_month, row
from tests.support.page_forms import forms_of


def days(owner: FlaskClient, campaign: int, month: str) -> list[tuple[object, ...]]:
    found = owner.get(f"/api/campaigns/{campaign}/daily?month={month}").get_json()["data"]
    return [(each["date"], each["source"], each["spend"], each["clicks"]) for each in found]


def test_days_are_typed_in_a_grid_and_a_wrong_one_stores_nothing(owner: FlaskClient) -> None:
    month, campaign = last_month(), add_campaign(owner, currency="EUR")
    address = f"/campaigns/{campaign}/days?month={month}"
    first, second = day_of(month, 1), day_of(month, 2)
    collected(owner, row(campaign, first, spend=4))
    assert f'name="{second}-spend"' in owner.get(address).get_data(as_text=True)
    given = {f"{first}-spend": "12.5", f"{first}-clicks": "3", f"{second}-spend": "  "}
    assert owner.post(address, data=given).status_code == 303
    expected: list[tuple[object, ...]] = [(first, "google_ads", 4, 10), (first, "manual", 12.5, 3)]
    assert days(owner, campaign, month) == expected
    page = owner.get(address).get_data(as_text=True)
    (form,) = [each for each in forms_of(page) if f"{first}-spend" in each.values]
    assert (form.values[f"{first}-spend"], form.values[f"{second}-spend"]) == ("12.5", "")
    assert form.values["filled"] == first
    assert "google_ads" in page
    for wrong in ("x", "-1", "NaN", "1e999", "1.5", "9" * 40):
        refused = owner.post(address, data={f"{first}-spend": "7", f"{second}-clicks": wrong})
        assert refused.status_code == 422 and days(owner, campaign, month) == expected, wrong
        (form,) = [each for each in forms_of(refused.text) if f"{first}-spend" in each.values]
        assert (form.values[f"{first}-spend"], form.values[f"{second}-clicks"]) == ("7", wrong)
    taken = {"filled": first, f"{first}-spend": " ", f"{second}-clicks": "4"}
    assert owner.post(address, data=taken).status_code == 303
    expected = [(first, "google_ads", 4, 10), (second, "manual", None, 4)]
    assert days(owner, campaign, month) == expected, "an emptied day is missing again"
    assert owner.post(address, data={f"{first}-spend": ""}).status_code == 303
    assert days(owner, campaign, month) == expected, "what the page did not show is not touched"
    summed = owner.post("/api/campaigns/aggregate", json={"month": month}).get_json()["data"]
    assert summed["rows"] == 2
    assert owner.post(address, data={f"{first}-spend": "9"}).status_code == 303
    again = owner.get(f"/api/campaigns/{campaign}/daily?month={month}").get_json()["data"]
    assert [each["spend"] for each in again[1]["earlier"]] == [12.5], "its figures were kept"
    assert owner.get(f"/campaigns/{campaign}/days?month=2026-13").status_code == 422
    assert owner.get(f"/campaigns/{campaign}/days").status_code == 200
    assert owner.get(f"/campaigns/999/days?month={month}").status_code == 404
    owner.post("/api/campaigns/aggregate", json={"month": month})
    assert f"{campaign}/days?month={month}" in owner.get(f"/campaigns/{campaign}").get_data(as_text=True)
