"""Rates between currencies: each from its day on; the report then tells each currency and the sum in one."""

import csv
import io
from datetime import timedelta

from flask.testing import FlaskClient

from crm import clock
from tests.support.api import fields_of
from tests.support.campaigns import add_campaign, collected, row
from tests.support.page_forms import forms_of


def rate(currency: str, first_day: str, worth: object) -> dict[str, object]:
    return {"currency": currency, "first_day": first_day, "rate": worth}


def test_rates_are_replaced_whole_and_a_wrong_one_stores_nothing(
    owner: FlaskClient, viewer: FlaskClient, outsider: FlaskClient
) -> None:
    known = owner.get("/api/exchange-rates")
    own, other = known.get_json()["data"]["currency"], "KWD"
    data = known.get_json()["data"]
    assert (data["currency"], data["rates"], data["version"]) == (own, [], 1)
    rates = [rate(other, "2026-10-01", 3.05), rate("VND", "2026-01-01", 0.0000351)]
    done = owner.put(
        "/api/exchange-rates", json={"rates": rates}, headers={"If-Match": known.headers["ETag"]}
    )
    assert (done.status_code, done.get_json()["data"]["rates"]) == (200, rates)
    for again in (rates, rates[::-1]):
        answer = owner.put("/api/exchange-rates", json={"rates": again})
        assert answer.get_json()["data"]["version"] == 2
    stale = owner.put("/api/exchange-rates", json={"rates": []}, headers={"If-Match": known.headers["ETag"]})
    assert stale.status_code == 412
    for wrong, field in (
        (rate(own, "2026-10-01", 1), "rates.0.currency"), (rate("EURO", "2026-10-01", 1), "rates.0.currency"),
        (rate(other, "2026-13-01", 1), "rates.0.first_day"), (rate(other, "2026-10-01", 0), "rates.0.rate"),
        (rate(other, "2026-10-01", -1), "rates.0.rate"), (rate(other, "2026-10-01", 1e10), "rates.0.rate"),
        (rate(other, "2026-10-01", "NaN"), "rates.0.rate"), (rate(other, "2026-10-01", 1e-11), "rates.0.rate")
    ):  # fmt: skip
        assert fields_of(owner.put("/api/exchange-rates", json={"rates": [wrong]})) == {field}, wrong
    doubled = [rates[0], {**rates[0], "rate": 4}]
    assert fields_of(owner.put("/api/exchange-rates", json={"rates": doubled})) == {"rates.1.first_day"}
    assert owner.get("/api/exchange-rates").get_json()["data"]["rates"] == rates
    assert outsider.get("/api/exchange-rates").get_json()["data"]["rates"] == []
    assert viewer.put("/api/exchange-rates", json={"rates": []}).status_code == 403
    (entry,) = [
        each
        for each in owner.get("/api/activities").get_json()["data"]
        if each["action"] == "exchange_rates.changed"
    ]
    assert entry["after"] == {"rates": rates}


def test_the_report_tells_each_currency_and_their_sum_by_the_rate_of_each_day(owner: FlaskClient) -> None:
    own = owner.get("/api/exchange-rates").get_json()["data"]["currency"]
    today = clock.now().date()
    before = today - timedelta(days=1)
    at_home, abroad = add_campaign(owner, "Home", currency=own), add_campaign(owner, "Far", currency="KWD")
    collected(owner, row(at_home, today.isoformat(), spend=10, conversions=1, conversion_value=7))
    for day in (before, today):
        collected(owner, row(abroad, day.isoformat(), spend=100, conversions=1, conversion_value=50))
        owner.post("/api/campaigns/aggregate", json={"month": day.isoformat()[:7]})
    assert "All currencies" not in owner.get("/campaigns/report?months=2").text
    rates = [rate("KWD", "2020-01-01", 3), rate("KWD", today.isoformat(), 3.5)]
    assert owner.put("/api/exchange-rates", json={"rates": rates}).status_code == 200
    page = owner.get("/campaigns/report?months=2").text
    assert f"All currencies in {own}" in page and "Spend (KWD)" in page and f"Spend ({own})" in page
    text = owner.get("/campaigns/report/csv?months=2").get_data(as_text=True).removeprefix("\ufeff")
    lines = [each for each in csv.DictReader(io.StringIO(text)) if each["report"] == "all, converted"]
    assert [(each["currency"], each["spend"], each["conversion_value"]) for each in lines] == [
        (own, "660", "332")
    ]
    assert float(lines[0]["cpa"]) == 220
    owner.put("/api/exchange-rates", json={"rates": [rate("KWD", today.isoformat(), 3.5)]})
    assert "Without figures of days that have no rate: KWD" in owner.get("/campaigns/report?months=2").text


def test_rates_are_typed_on_a_page_with_whatever_sign_of_decimals(owner: FlaskClient) -> None:
    address = "/settings/exchange-rates"
    (form,) = [each for each in forms_of(owner.get(address).text) if "rates-0-currency" in each.values]
    given = {
        **form.values,
        "rates-0-currency": "kwd",
        "rates-0-first_day": "2026-10-01",
        "rates-0-rate": "0,923",
    }
    assert owner.post(address, data=given).status_code == 303
    expected = [rate("KWD", "2026-10-01", 0.923)]
    assert owner.get("/api/exchange-rates").get_json()["data"]["rates"] == expected
    assert owner.post(address, data=given).status_code == 412
    (form,) = [each for each in forms_of(owner.get(address).text) if "rates-0-currency" in each.values]
    assert form.values["rates-0-rate"] == "0.923"
    wrong = {**form.values, "rates-1-currency": "VND", "rates-1-first_day": "", "rates-1-rate": "x"}
    refused = owner.post(address, data=wrong)
    assert refused.status_code == 422 and 'value="VND"' in refused.text and "field-error" in refused.text
    emptied = {**form.values, **{f"rates-0-{name}": "" for name in ("currency", "first_day", "rate")}}
    assert owner.post(address, data=emptied).status_code == 303
    assert owner.get("/api/exchange-rates").get_json()["data"]["rates"] == []
