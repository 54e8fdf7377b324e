"""Rules for rows of deals that come from a file or backup."""

from crm.catalogue.vehicle_fields import FIRST_YEAR, LAST_YEAR, Vin, Word
from crm.deals.deal import Line
from crm.deals.deal_fields import Notes, Reason
from crm.deals.terms import ScenarioTerms
from crm.fields import Name, name_key
from crm.money import MOST, Currency, as_stored
from crm.numbers.formats import GivenNumber
from crm.row_rules import (
    RowRules,
    any_text,
    columns,
    count,
    fits,
    ids,
    json_of,
    key_of,
    matches,
    moments,
    whole_number,
)

SOUGHT = 60_000
AMOUNT = whole_number(0, as_stored(MOST))
GROSS = whole_number(-as_stored(MOST) * 60, as_stored(MOST) * 40)
"""Each of a scenario's fifty accessories may cost the most that there is."""

ROWS = {
    "deals": RowRules(
        columns(
            deal_number=fits(GivenNumber),
            **ids("client_id", "vehicle_id", "lead_id", "salesperson_id", "approved_by"),
            currency=fits(Currency),
            lines=json_of(list[Line], list),
            notes=fits(Notes),
            cancel_reason=fits(Reason),
            total_minor=AMOUNT,
            gross_front_minor=GROSS,
            gross_back_minor=GROSS,
            custom=json_of(),
            client_key=any_text(SOUGHT),
            vehicle_key=any_text(SOUGHT),
            sought=any_text(SOUGHT),
            joined=any_text(SOUGHT),
            return_reason=fits(Reason),
            **moments("approved_at", "delivered_at", "cancelled_at", "returned_at", "erased_at"),
        ),
        made={"number_key": key_of("deal_number", name_key)},
    ),
    "scenarios": RowRules(
        columns(**ids("deal_id"), name=fits(Name), terms=json_of(ScenarioTerms), figures=json_of())
    ),
    "deal_trade_ins": RowRules(
        columns(
            **ids("deal_id", "vehicle_id"),
            place=count,
            year=whole_number(FIRST_YEAR, LAST_YEAR),
            make=fits(Word),
            model=fits(Word),
            vin=fits(Vin),
            mileage=whole_number(0, 9_999_999),
            allowance_minor=AMOUNT,
            payoff_minor=AMOUNT,
        )
    ),
    "deal_products": RowRules(columns(**ids("deal_id", "product_id"), place=count)),
    "deal_rules": RowRules(columns(tax_rate=matches(r"\d{1,3}(?:\.\d{1,6})?", "a rate in percent"))),
}
