"""Rules for rows of vehicles that come from a file or backup."""

from collections.abc import Callable
from typing import Any

from crm.catalogue.pictures import MOST_PICTURES
from crm.catalogue.product_fields import ProductKind, Sku, TaxClass
from crm.catalogue.stock_links import ConsentText
from crm.catalogue.stock_numbers import stock_key
from crm.catalogue.vehicle_fields import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_LINES,
    OptionalWord,
    StockNumber,
    Vin,
    Word,
    Words,
)
from crm.fields import Name, ShortLine, name_key
from crm.money import MOST, Currency, as_stored
from crm.records.keys import place_key, sort_key
from crm.row_rules import (
    Row,
    RowRules,
    any_text,
    columns,
    count,
    day,
    digest,
    fits,
    ids,
    json_of,
    key_of,
    matches,
    moments,
    whole_number,
)

SOUGHT = 20_000
TAG = 200
MOST_STOCK = 2**60
DAY = matches(r"(?:1[89]|2\d)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", "a day such as 1965-04-01")
AMOUNT = whole_number(0, as_stored(MOST))
KEYED = ("make", "model", "body", "fuel", "condition", "location")
Made = Callable[[Row], Any]

VEHICLE_KEYS: dict[str, Made] = {
    "name_key": key_of("name", sort_key),
    "stock_key": key_of("stock_number", stock_key),
    **{f"{name}_key": key_of(name, place_key) for name in KEYED},
}

ROWS = {
    "vehicles": RowRules(
        columns(
            name=fits(Name),
            stock_number=fits(StockNumber),
            vin=fits(Vin),
            year=whole_number(FIRST_YEAR, LAST_YEAR),
            **{name: fits(Word) for name in ("make", "model")},
            **{
                name: fits(OptionalWord)
                for name in ("trim", "body", "fuel", "transmission", "colour", "condition")
            },
            mileage=whole_number(0, 9_999_999),
            mileage_km=whole_number(0, 99_999_999),
            first_registration=DAY,
            cost_minor=AMOUNT,
            price_minor=AMOUNT,
            currency=fits(Currency),
            location=fits(ShortLine),
            description=fits(Words),
            notes=fits(Words),
            stocked_on=day,
            sold_on=day,
            custom=json_of(),
            sought=any_text(SOUGHT),
            joined=any_text(SOUGHT),
            first_tag=any_text(TAG),
        ),
        made=VEHICLE_KEYS,
    ),
    "vehicle_costs": RowRules(
        columns(
            **ids("vehicle_id"),
            place=whole_number(0, MOST_LINES),
            title=fits(Word),
            amount_minor=AMOUNT,
            spent_on=day,
        )
    ),
    "vehicle_pictures": RowRules(
        columns(**ids("vehicle_id", "file_id"), place=whole_number(0, MOST_PICTURES))
    ),
    "stock_links": RowRules(
        columns(
            **ids("created_by"),
            name=fits(Name),
            consent_text=fits(ConsentText),
            token_hash=digest,
            inquired_on=day,
            inquiries=count,
            **moments("revoked_at"),
        )
    ),
    "products": RowRules(
        columns(
            name=fits(Name),
            kind=fits(ProductKind),
            sku=fits(Sku),
            unit=fits(OptionalWord),
            price_minor=AMOUNT,
            cost_minor=AMOUNT,
            currency=fits(Currency),
            tax_class=fits(TaxClass),
            category=fits(ShortLine),
            description=fits(Words),
            stock=whole_number(-MOST_STOCK, MOST_STOCK),
            custom=json_of(),
            sought=any_text(SOUGHT),
            joined=any_text(SOUGHT),
            first_tag=any_text(TAG),
        ),
        made={
            "name_key": key_of("name", sort_key),
            "sku_key": key_of("sku", name_key),
            "category_key": key_of("category", place_key),
        },
    ),
    "product_pictures": RowRules(
        columns(**ids("product_id", "file_id"), place=whole_number(0, MOST_PICTURES))
    ),
    "product_prices": RowRules(columns(**ids("product_id"), currency=fits(Currency), price_minor=AMOUNT)),
    "stock_movements": RowRules(
        columns(
            **ids("product_id", "moved_by"),
            quantity=whole_number(-MOST_STOCK, MOST_STOCK),
            stock=whole_number(-MOST_STOCK, MOST_STOCK),
            reason=fits(ShortLine),
        )
    ),
}
