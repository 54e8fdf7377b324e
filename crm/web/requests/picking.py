"""Pickers of records in forms: the choice, what is found for it, and the search without scripts."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import render_template, request

from crm.catalogue.product_filters import ProductFilter
from crm.catalogue.product_listing import list_products
from crm.catalogue.vehicle import Vehicle
from crm.catalogue.vehicle_filters import VehicleFilter
from crm.catalogue.vehicle_listing import list_vehicles
from crm.clients.fields import Kind
from crm.clients.listing import suggest_clients
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from crm.web.requests.forms import number_from
from crm.web.requests.reading import read

LONGEST = 200
FOUND = 20
Option = tuple[int, str, str]
"""An id, its name, and what tells it from others of that name."""


def sought_words(name: str) -> str:
    """The search words beside the picker `name`, typed by a reader without scripts."""
    return request.values.get(f"{name}_words", "").strip()[:LONGEST]


def refuse_search(*names: str) -> None:
    """Raises Invalid while a picker has search words, so that its hits are shown first."""
    for name in names:
        if sought_words(name):
            raise Invalid.field(name, "choose one of the results")


def picked(name: str) -> int | None:
    """The id chosen in a form's picker. Raises Invalid, also while the picker has search words."""
    refuse_search(name)
    return number_from(request.form.get(name, ""), name)


def found_records(words: str, of: str) -> list[Option]:
    """For the template of a picker without scripts: the records of a key of FINDERS."""
    return read(FINDERS[of], words) if words else []


def show_options(of: str) -> str:
    """The options of a picker, as one types: without words, the newest."""
    found = read(FINDERS[of], request.args.get("q", "")[:LONGEST])
    return render_template("ui/options.html", options=found)


def vehicle_label(vehicle: Vehicle) -> str:
    return f"{vehicle.stock_number} · {vehicle.name}"


def _clients(kind: Kind | None, tx: Transaction, words: str) -> list[Option]:
    found = suggest_clients(tx, words, limit=FOUND, kind=kind)
    return [(client.id, client.name, client.city or "") for client in found]


def _free_vehicles(tx: Transaction, words: str) -> list[Option]:
    """Those that a deal may take."""
    found = list_vehicles(tx, VehicleFilter(q=words, status="available"), limit=FOUND).rows
    return [(each.id, vehicle_label(each), each.vin or "") for each in found]


def _open_leads(tx: Transaction, words: str) -> list[Option]:
    found = list_leads(tx, LeadFilter(q=words, status="open"), limit=FOUND).rows
    return [(lead.id, lead.title, lead.client_name or "") for lead in found]


def _active_products(tx: Transaction, words: str) -> list[Option]:
    found = list_products(tx, ProductFilter(q=words, active=True), limit=FOUND).rows
    return [(each.id, each.name, each.sku or "") for each in found]


FINDERS: Mapping[str, Callable[..., Any]] = {
    "client": partial(_clients, None),
    "company": partial(_clients, "company"),
    "vehicle": _free_vehicles,
    "lead": _open_leads,
    "product": _active_products,
}
