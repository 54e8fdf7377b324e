"""The form of a product or service: its fields, and its prices in other currencies as rows."""

from collections.abc import Mapping
from typing import Any

from flask import request

from crm.accounts.workspaces import get_workspace
from crm.catalogue.kind import PRODUCT
from crm.catalogue.product import PRODUCT_RECORD, Product
from crm.catalogue.product_fields import ProductChanges, ProductFields
from crm.catalogue.products import change_product, create_product
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.records.skeleton import facts_of
from crm.records.tags import list_tags
from crm.web.records.entries import (
    OPTIONAL_AMOUNT,
    TEXT,
    TICK,
    WORDS,
    Texts,
    given_values,
    texts_of,
)
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.row_lists import RowList, rows_shown
from crm.web.requests.amounts import plain_amount
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes


def _cell(column: str, text: str) -> str | None:
    return plain_amount(text, "") if column == "price" else text or None


PRICES = RowList("prices", ("currency", "price"), value=_cell)
ENTRIES = {
    "name": TEXT, "kind": TEXT, "sku": TEXT, "unit": TEXT, "price": OPTIONAL_AMOUNT, "currency": TEXT,
    "cost": OPTIONAL_AMOUNT, "tax_class": TEXT, "active": TICK, "category": TEXT, "description": TEXT,
    "prices": PRICES.entry, "tracked": TICK, "allow_negative": TICK, "tags": WORDS,
}  # fmt: skip


def _texts(product: Product) -> dict[str, str]:
    return texts_of(ENTRIES, facts_of(PRODUCT_RECORD, product))


def _given(names: set[str]) -> dict[str, Any]:
    given = given_values(ENTRIES, names)
    if "prices" in given:
        listed = [{name: each[name] for name in PRICES.columns} for each in given["prices"]]
        given["prices"] = [each for each in listed if each["currency"]]
    return given


def _create(tx: Transaction, fields: ProductFields) -> Product:
    return create_product(tx, fields, complete=True)


def _other_rows() -> bool:
    """Whether a button of the rows was pressed."""
    return "more" in request.form or "fewer" in request.form


def _options(product: Product | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    shown = values if values.get("prices") else {**values, "prices": ""}
    return {
        **read(_read_options, product),
        "rows": rows_shown(PRICES, shown, error),
        "sees_costs": identity().role in {"owner", "admin"},
    }


def _read_options(tx: Transaction, product: Product | None) -> dict[str, Any]:
    currency = get_workspace(tx).currency
    codes = currency_codes(product.currency if product else "", currency)
    return {
        "tags": [tag.name for tag in list_tags(tx, "product")],
        "currency": currency,
        "currencies": [(code, code) for code in sorted(codes, key=lambda code: (code != currency, code))],
    }


blueprint = form_blueprint(
    RecordForm(
        kind=PRODUCT,
        entries=ENTRIES,
        template="products/form.html",
        model=ProductChanges,
        change=change_product,
        texts=_texts,
        given=_given,
        goes_on=_other_rows,
        options=_options,
        creation=Creation(
            model=ProductFields, create=_create, asked=("name", "sku"), usual=lambda: {"active": "1"}
        ),
    )
)
