"""The deal sheet: one content for page and PDF, the same bytes for the same deal, texts as data, no costs."""

import re
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.documents.deal_sheet import printed_deal
from crm.documents.deal_words import NAMES, deal_words
from crm.documents.drawing import draw
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast

HOSTILE = '#panic("x") #read("/etc/passwd") $x$ *b* _i_ `c` \\ <l> @r = h // c /* #{ [ ] } "'
SCRIPTS = "مرحبا בית ไทย हिन्दी 漢字 ひらがな 한국어 Ελληνικά Кириллица ﷽ 👍"
OLD = {"year": 2015, "make": "VW", "model": "Polo", "allowance": 2_000, "payoff": 150.25}
FINANCE = {
    "name": "48 months",
    "kind": "finance",
    "term": 48,
    "apr": 4.9,
    "down_payment": 500,
    "tax_rate": 10,
}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


def made(owner: FlaskClient, **given: Any) -> Any:
    car = {
        "year": 2021,
        "make": "Škoda",
        "model": "Octavia",
        "price": 15_000,
        "cost": 9_876,
        "currency": "USD",
    }
    vehicle = owner.post("/api/vehicles", json=car).get_json()["data"]["id"]
    usual = {"client": {"name": "Ada"}, "vehicle_id": vehicle, "trade_ins": [OLD], "scenario": FINANCE}
    answer = owner.post("/api/deals", json={**usual, **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def printed(db: Database, cast: Cast, deal: Any, scenario_id: int | None = None) -> dict[str, Any]:
    return db.read(printed_deal, cast.owner, deal["id"], scenario_id)


def test_page_api_and_download_show_the_same_and_it_changes_with_the_deal(owner: FlaskClient) -> None:
    deal = made(owner, lines=[{"title": "Mats", "unit_price": "12.50", "quantity": 2}])
    path = f"/api/deals/{deal['id']}/pdf"
    first = owner.get(path)
    assert first.status_code == 200 and first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF-") and owner.get(path).data == first.data
    assert owner.get(f"/deals/{deal['id']}/pdf").data == first.data
    page = owner.get(f"/deals/{deal['id']}/sheet").get_data(as_text=True)
    pricing = deal["scenarios"][0]["figures"]["pricing"]
    for amount in (pricing["total"], pricing["due"], 150.25, deal["scenarios"][0]["figures"]["payment"]):
        assert f"{amount:,.2f}" in page
    assert "Borrowing rate a year" in page and "4.9%" in page
    owner.patch(f"/api/deals/{deal['id']}", json={"lines": []})
    assert owner.get(path).data != first.data


def test_another_scenario_is_shown_when_it_is_named(owner: FlaskClient, db: Database, cast: Cast) -> None:
    deal = made(owner)
    cash = owner.post(
        f"/api/deals/{deal['id']}/scenarios", json={"name": "Cash", "kind": "cash", "price": 9_000}
    )
    cash_id = cash.get_json()["data"]["id"]
    blocks = printed(db, cast, deal, cash_id)["blocks"]
    assert [block["title"] for block in blocks] == ["", "Trade-in", "Cash"]
    assert blocks[0]["rows"] == [["Selling price", "$9,000.00"], ["Tax", "$0.00"]]
    assert blocks[2]["total"] == ["To pay", "$7,150.25"]
    path = f"/api/deals/{deal['id']}/pdf"
    assert owner.get(f"{path}?scenario_id={cash_id}").data != owner.get(path).data
    assert owner.get(f"/deals/{deal['id']}/sheet?scenario={cash_id}").status_code == 200
    other = made(owner)
    problem_of(owner.get(f"/api/deals/{other['id']}/pdf?scenario_id={cash_id}"), 404)
    assert owner.get(f"/deals/{other['id']}/sheet?scenario={cash_id}").status_code == 404


def test_its_rows_add_up_to_its_sums(owner: FlaskClient, db: Database, cast: Cast) -> None:
    extras = {
        "discount": 300,
        "accessories": [{"title": "Tow bar", "amount": 520, "cost": 411}],
        "fees": [{"title": "Registration", "amount": "99.90", "taxable": False}],
        "rebates": [{"title": "Loyalty", "amount": 250}],
    }
    lines = [{"title": "Mats", "unit_price": "12.35", "quantity": "1.5"}]
    price, trade, _ = printed(db, cast, made(owner, lines=lines, scenario=FINANCE | extras))["blocks"]
    amounts = [amount(row[1]) for row in price["rows"]]
    assert round(sum(amounts), 2) == amount(price["total"][1])
    rest = amount(price["total"][1]) + sum(amount(row[1]) for row in trade["rows"])
    assert round(rest, 2) == amount(trade["total"][1])


def test_a_balloon_and_what_each_further_mile_costs_are_named(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    rows = printed(db, cast, made(owner, scenario=FINANCE | {"balloon": 4_000}))["blocks"][-1]["rows"]
    assert ["Balloon payment with the last one", "$4,000.00"] in rows
    lease = {"kind": "lease", "term": 36, "residual": 8_000, "apr": 3, "excess_mileage_charge": "0.12"}
    rows = printed(db, cast, made(owner, scenario=lease | {"mileage_allowance": 10_000}))["blocks"][-1][
        "rows"
    ]
    assert ["For each km above", "$0.12"] in rows and ["Mileage a year", "10,000"] in rows


def amount(text: str) -> float:
    sign = -1 if text.startswith("−") else 1
    return sign * float(re.sub(r"[^\d.]", "", text))


def test_it_says_nothing_of_costs(owner: FlaskClient, db: Database, cast: Cast) -> None:
    deal = made(owner)
    document = orjson.dumps(printed(db, cast, deal)).decode()
    page = owner.get(f"/deals/{deal['id']}/sheet").get_data(as_text=True)
    for text in (document, page):
        assert "9,876" not in text and "5,124" not in text and "Gross" not in text and "15,000" in text


@pytest.mark.parametrize("language", ["en", "ar", "de", "ja", "tlh"])
def test_what_people_wrote_is_text_in_every_script_and_direction(
    db: Database, cast: Cast, owner: FlaskClient, language: str
) -> None:
    for words in (HOSTILE, SCRIPTS):
        names = {"title": words[:100], "amount": 20}
        deal = made(
            owner,
            client={"name": words},
            lines=[{"title": words, "unit_price": 50}] * 3,
            trade_ins=[OLD | {"make": words[:60], "model": words[:60]}],
            scenario=FINANCE | {"name": words, "fees": [names], "accessories": [names], "rebates": [names]},
        )
        document = printed(db, cast, deal) | {"language": language, "rtl": language == "ar"}
        document["words"] = deal_words(language)
        drawn = draw(orjson.dumps(document))
        assert drawn.startswith(b"%PDF-") and drawn == draw(orjson.dumps(document))


def test_each_language_has_each_word() -> None:
    for language in ("en", "de-AT", "fr", "es", "it", "nl", "pl", "pt", "tr", "ar", "he", "zh", "ja"):
        words = deal_words(language)
        assert set(NAMES) <= set(words) and all(words.values())


def test_nobody_else_gets_it(app: Flask, db: Database, cast: Cast, owner: FlaskClient) -> None:
    deal = made(owner)
    outsider = client_of(app, db, cast.outsider)
    problem_of(outsider.get(f"/api/deals/{deal['id']}/pdf"), 404)
    assert outsider.get(f"/deals/{deal['id']}/pdf").status_code == 404
    assert outsider.get(f"/deals/{deal['id']}/sheet").status_code == 404
