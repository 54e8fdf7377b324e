"""The form of a deal: client, vehicle, lines, trade-ins; ways to pay are compared on its desk."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import request

from crm.accounts.workspaces import get_workspace
from crm.catalogue.kind import PRODUCT
from crm.catalogue.vehicle import find_vehicle
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal
from crm.deals.deal_fields import DealChanges, DealFields
from crm.deals.deals import change_deal, create_deal
from crm.deals.kind import DEAL
from crm.deals.terms import ScenarioTerms
from crm.errors import CrmError
from crm.fields import whole_number
from crm.leads.kind import LEAD
from crm.records.kind import Kind
from crm.records.names import name_records
from crm.records.skeleton import facts_of
from crm.records.tags import list_tags
from crm.web.pages.deals.rows import LINES, MOST_FIELDS, TRADE_INS, chosen_product, entry_of, line_of_product
from crm.web.records.entries import NUMBER, OPTIONAL, OPTIONAL_AMOUNT, TEXT, WORDS, Texts, texts_of
from crm.web.records.form import Creation, Given, RecordForm, form_blueprint
from crm.web.records.row_lists import Row, ShownRow, rows_shown
from crm.web.requests.forms import typed
from crm.web.requests.picking import vehicle_label
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes, user_choices
from crm.web.words.fields import label_of

ENTRIES = {
    "client_id": NUMBER, "vehicle_id": NUMBER, "lead_id": NUMBER, "salesperson_id": NUMBER,
    "currency": OPTIONAL, "price": OPTIONAL_AMOUNT, "lines": entry_of(LINES),
    "trade_ins": entry_of(TRADE_INS), "notes": TEXT, "tags": WORDS,
}  # fmt: skip
OF_SCENARIO = ScenarioTerms.model_fields.keys() - {"trade_allowance"}


def _texts(deal: Deal) -> dict[str, str]:
    """Without a price: that is of a scenario."""
    return texts_of(ENTRIES, {**facts_of(DEAL_RECORD, deal), "price": None})


def _with_client_and_price(given: Given) -> Given:
    """The new client that the form names, and the price of the first scenario."""
    fields = {name: value for name, value in given.items() if name != "price"}
    if given["price"] is not None:
        fields["scenario"] = {"price": given["price"]}
    if typed("new_client") and given["client_id"] is None:
        fields["client"] = {"name": typed("new_client")}
        del fields["client_id"]
    return fields


def _other_rows() -> bool:
    """Whether a button of the rows was pressed."""
    return "more" in request.form or "fewer" in request.form


def _options(deal: Deal | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    options = read(_read_options, deal, values)
    return {
        **options,
        "labels": {name: label_of(name) for name in (*ENTRIES, "product", *ScenarioTerms.model_fields)},
        "lines": _with_product(rows_shown(LINES, values, error), options["added"]),
        "trade_ins": rows_shown(TRADE_INS, values, error),
        "values": {**values, "new_client": request.form.get("new_client", "")},
    }


def _with_product(rows: list[ShownRow], added: Row | None) -> list[ShownRow]:
    """In the place of a line that is still empty."""
    if added is None:
        return rows
    held = [row for row in rows if row.values != LINES.new()]
    return [*held, ShownRow(len(held), added, "")]


def _read_options(tx: Transaction, deal: Deal | None, values: Texts) -> dict[str, Any]:
    product_id = chosen_product()
    currency = get_workspace(tx).currency
    sold_in = _currency(tx, deal, values) or currency
    return {
        "client_name": _name(tx, CLIENT, values.get("client_id", "")),
        "vehicle_name": _vehicle_name(tx, values),
        "lead_title": _name(tx, LEAD, values.get("lead_id", "")),
        "people": user_choices(tx, deal.salesperson_id if deal else None),
        "product_name": _name(tx, PRODUCT, request.form.get("product", "")) if product_id is None else "",
        "tags": [tag.name for tag in list_tags(tx, "deal")],
        "currencies": [(code, code) for code in currency_codes(currency)],
        "sold_in": sold_in,
        "added": line_of_product(tx, product_id, sold_in) if product_id is not None else None,
    }


def _currency(tx: Transaction, deal: Deal | None, values: Texts) -> str | None:
    if deal is not None:
        return deal.currency
    vehicle_id = whole_number(values.get("vehicle_id", ""))
    vehicle = find_vehicle(tx, vehicle_id) if vehicle_id is not None else None
    return values.get("currency") or (vehicle.currency if vehicle else None)


def _name(tx: Transaction, kind: Kind, text: str) -> str:
    """Of the record whose id a picker holds."""
    found = whole_number(text)
    return name_records(tx, kind, [found]).get(found, "") if found is not None else ""


def _vehicle_name(tx: Transaction, values: Texts) -> str:
    found = whole_number(values.get("vehicle_id", ""))
    vehicle = find_vehicle(tx, found) if found is not None else None
    return vehicle_label(vehicle) if vehicle is not None else ""


blueprint = form_blueprint(
    RecordForm(
        kind=DEAL,
        entries=ENTRIES,
        template="deals/form.html",
        model=DealChanges,
        change=change_deal,
        texts=_texts,
        options=_options,
        goes_on=_other_rows,
        pickers={"client_id": "new_client", "vehicle_id": "", "lead_id": "", "product": ""},
        most_fields=MOST_FIELDS,
        creation=Creation(
            model=DealFields,
            create=partial(create_deal, complete=True),
            asked=("client_id", "vehicle_id", "lead_id"),
            usual=lambda: {"salesperson_id": str(identity().user_id)},
            more=_with_client_and_price,
            names={
                "client": "client_id",
                "client.name": "client_id",
                "scenario.trade_allowance": "trade_ins",
                **{f"scenario.{name}": name for name in OF_SCENARIO},
            },
        ),
    )
)
