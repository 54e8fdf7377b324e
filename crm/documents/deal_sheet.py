"""A deal as it is printed for the customer, in the language of the client or else of the workspace.

It says nothing of costs. Its figures are those that are stored with the scenario.
"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.workspaces import get_workspace
from crm.catalogue.vehicle import Vehicle, find_vehicle
from crm.clients.client import find_client
from crm.db.transaction import Transaction
from crm.deals.deal import Deal, get_deal
from crm.deals.scenario import Scenario, get_scenario, scenarios_of, terms_of, with_deal
from crm.documents.company import get_company
from crm.documents.deal_blocks import Sheet, payment_block, price_block, trade_in_block
from crm.documents.deal_words import deal_words
from crm.documents.printed import recipient_of
from crm.documents.printer import Letterhead, Printer, Rows, print_head, printer_in
from crm.documents.sender import with_logo


def deal_sheet(tx: Transaction, deal_id: int, scenario_id: int | None = None) -> dict[str, Any]:
    """What its PDF file shows, as JSON has it: by the active scenario, or the one that is named.

    Raises NotFound.
    """
    return with_logo(tx, printed_deal(tx, deal_id, scenario_id))


def printed_deal(tx: Transaction, deal_id: int, scenario_id: int | None = None) -> dict[str, Any]:
    deal, workspace, company = get_deal(tx, deal_id), get_workspace(tx), get_company(tx)
    scenario = _scenario_of(tx, deal, scenario_id)
    client = None if deal.client_id is None else find_client(tx, deal.client_id)
    language = (client.language if client else None) or workspace.language
    words = deal_words(language)
    printer = printer_in(language, deal.currency, workspace, words)
    changed = max(deal.updated_at, scenario.updated_at)
    abroad = client.addresses[0].country if client is not None and client.addresses else None
    terms = with_deal(tx, deal, terms_of(tx, scenario.id))
    sheet, vehicle = Sheet(deal, scenario, terms, printer), _vehicle_of(tx, deal)
    day = clock.from_text(changed).astimezone(ZoneInfo(workspace.timezone)).date()
    return {
        **print_head(
            language,
            printer,
            Letterhead(company, workspace, abroad),
            heading=f"{words['deal_sheet']} {deal.deal_number}",
            moment=changed,
            recipient=recipient_of(client, printer, company.country),
        ),
        "form": "deal_sheet",
        "facts": _facts(deal, printer, day),
        "vehicle": _vehicle(vehicle, printer),
        "blocks": [
            price_block(sheet, vehicle),
            *trade_in_block(sheet),
            payment_block(sheet, vehicle),
        ],
        "notes": [words["margin"]] if scenario.figures["tax_note"] else [],
    }


def _scenario_of(tx: Transaction, deal: Deal, scenario_id: int | None) -> Scenario:
    if scenario_id is not None:
        return get_scenario(tx, deal.id, scenario_id)
    return next(each for each in scenarios_of(tx, deal.id) if each.active)


def _facts(deal: Deal, printer: Printer, day: date) -> Rows:
    facts = [[printer.words["date"], printer.day(day)]]
    if deal.salesperson_name:
        facts.append([printer.words["salesperson"], deal.salesperson_name])
    return facts


def _vehicle_of(tx: Transaction, deal: Deal) -> Vehicle | None:
    return None if deal.vehicle_id is None else find_vehicle(tx, deal.vehicle_id)


def _vehicle(vehicle: Vehicle | None, printer: Printer) -> Rows:
    """Its name first; nothing for a deal without one."""
    if vehicle is None:
        return []
    words, registered = printer.words, vehicle.first_registration
    rows = (
        (words["vehicle"], " ".join(part for part in (vehicle.name, vehicle.trim) if part)),
        (words["stock_number"], vehicle.stock_number),
        ("VIN", vehicle.vin),
        (words["mileage"], _mileage(vehicle, printer)),
        (words["colour"], vehicle.colour),
        (words["first_registration"], printer.day(date.fromisoformat(registered)) if registered else None),
    )
    return [[label, value] for label, value in rows if value]


def _mileage(vehicle: Vehicle, printer: Printer) -> str | None:
    if vehicle.mileage is None:
        return None
    return f"{printer.formats.number(vehicle.mileage)} {vehicle.mileage_unit}"
