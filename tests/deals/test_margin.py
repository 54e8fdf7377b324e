"""The margin that is taxed is the selling price less the purchase price, whatever was spent in between."""

from flask.testing import FlaskClient

from tests.deals.test_deals import deal, vehicle


def test_reconditioning_lowers_the_gross_and_not_the_margin_that_is_taxed(owner: FlaskClient) -> None:
    """Directive 2006/112/EC, Articles 312 (2) and 315: 19 / 119 of 15,000 - 12,000."""
    car = vehicle(owner, currency="EUR", reconditioning=[{"title": "Paint", "amount": 600}])
    made = deal(owner, vehicle_id=car, scenario={"tax_base": "margin", "tax_rate": 19})
    pricing = made["scenarios"][0]["figures"]["pricing"]
    assert (pricing["hidden_tax"], pricing["gross_front"]) == (478.99, 3_000 - 600 - 478.99)


def test_a_cost_that_is_given_stands_for_all_that_was_spent(owner: FlaskClient) -> None:
    car = vehicle(owner, currency="EUR", reconditioning=[{"title": "Paint", "amount": 600}])
    for terms, gross in (({"cost": 11_000}, 4_000), ({"cost": 11_000, "reconditioning": 50}, 3_950)):
        other = vehicle(owner, currency="EUR", reconditioning=[{"title": "Paint", "amount": 600}])
        assert deal(owner, vehicle_id=other, scenario=terms)["gross_front"] == gross
    assert deal(owner, vehicle_id=car)["gross_front"] == 2_400
