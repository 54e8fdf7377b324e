"""The figures of a deal sheet, in blocks of rows with a sum each: price, trade-in, and how it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.catalogue.vehicle import Vehicle
from crm.deals.deal import Deal, TradeIn
from crm.deals.pricing import rounded
from crm.deals.scenario import Scenario
from crm.deals.terms import ScenarioTerms
from crm.documents.printer import Printer

Row = list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all blocks are made of."""

    deal: Deal
    scenario: Scenario
    terms: ScenarioTerms
    printer: Printer

    def money(self, value: float | Decimal) -> str:
        return self.printer.money(float(value))

    def off(self, value: float | Decimal) -> str:
        return self.printer.less(self.money(value))

    def word(self, name: str) -> str:
        return self.printer.words[name]


def price_block(sheet: Sheet, vehicle: Vehicle | None) -> dict[str, Any]:
    """Down to the total; a price that somebody set for the scenario is one row."""
    terms, pricing = sheet.terms, sheet.scenario.figures["pricing"]
    own = "price" in sheet.scenario.terms
    rows = [[sheet.word("selling_price"), sheet.money(terms.price)]] if own else _goods(sheet, vehicle)
    rows += [[each.title, sheet.money(each.amount)] for each in terms.accessories]
    if terms.discount:
        rows.append([sheet.word("discount"), sheet.off(terms.discount)])
    rows += [[each.title, sheet.money(each.amount)] for each in terms.fees]
    rows += [[each.title, sheet.off(each.amount)] for each in terms.rebates]
    if not sheet.scenario.figures["tax_note"]:
        rows.append([sheet.word("tax"), sheet.money(pricing["tax"])])
    return _block("", rows, [sheet.word("total"), sheet.money(pricing["total"])])


def _goods(sheet: Sheet, vehicle: Vehicle | None) -> list[Row]:
    rows = [] if vehicle is None else [[vehicle.name, sheet.money(vehicle.price or 0)]]
    for line in sheet.deal.lines:
        amount = rounded(Decimal(str(line.quantity)) * Decimal(str(line.unit_price)), sheet.deal.currency)
        rows.append([f"{sheet.printer.number(line.quantity)} × {line.title}", sheet.money(amount)])
    return rows


def trade_in_block(sheet: Sheet) -> list[dict[str, Any]]:
    """None where nothing is traded in."""
    terms = sheet.terms
    if not terms.trade_allowance and not terms.trade_payoff and not sheet.deal.trade_ins:
        return []
    own = {"trade_allowance", "trade_payoff"} & sheet.scenario.terms.keys()
    rows = _trade_ins(sheet, ()) if own else _trade_ins(sheet, sheet.deal.trade_ins)
    due = sheet.scenario.figures["pricing"]["due"]
    return [_block(sheet.word("trade_in"), rows, [sheet.word("due_now"), sheet.money(due)])]


def _trade_ins(sheet: Sheet, vehicles: Sequence[TradeIn]) -> list[Row]:
    """Each vehicle; without them the sum alone."""
    allowances = [(_named(each), each.allowance) for each in vehicles]
    allowances = allowances or [(sheet.word("trade_in"), float(sheet.terms.trade_allowance))]
    rows = [[label, sheet.off(allowance)] for label, allowance in allowances]
    payoff = sheet.terms.trade_payoff
    return [*rows, [sheet.word("payoff"), sheet.money(payoff)]] if payoff else rows


def _named(each: TradeIn) -> str:
    name = f"{each.year} {each.make} {each.model}"
    return f"{name}, VIN {each.vin}" if each.vin else name


def payment_block(sheet: Sheet, vehicle: Vehicle | None) -> dict[str, Any]:
    kind, figures = sheet.scenario.kind, sheet.scenario.figures
    title = sheet.word(kind)
    if sheet.scenario.name.casefold() != title.casefold():
        title = f"{title}: {sheet.scenario.name}"
    down = [[sheet.word("down_payment"), sheet.money(sheet.terms.down_payment)]]
    rows = down if sheet.terms.down_payment else []
    if kind == "cash":
        return _block(title, rows, [sheet.word("to_pay"), sheet.money(figures["payment"])])
    more = _finance(sheet, figures) if kind == "finance" else _lease(sheet, figures, vehicle)
    return _block(title, rows + more, [sheet.word("monthly"), sheet.money(figures["payment"])])


def _finance(sheet: Sheet, figures: dict[str, Any]) -> list[Row]:
    formats, terms = sheet.printer.formats, sheet.terms
    rate = "rate_us" if figures["rate_method"] == "us" else "rate_eu"
    rows = [
        [sheet.word("amount_financed"), sheet.money(figures["amount_financed"])],
        [sheet.word("finance_charge"), sheet.money(figures["finance_charge"])],
        [sheet.word("total_of_payments"), sheet.money(figures["total_of_payments"])],
        [sheet.word("borrowing_rate"), formats.percent(terms.apr)],
        [sheet.word(rate), formats.percent(figures["annual_rate"])],
        [sheet.word("payments"), formats.number(figures["payments"])],
    ]
    if terms.first_payment_on:
        rows.append([sheet.word("first_payment"), sheet.printer.day(terms.first_payment_on)])
    if terms.balloon:
        rows.append([sheet.word("balloon"), sheet.money(terms.balloon)])
    if figures["last_payment"] != figures["payment"]:
        rows.append([sheet.word("last_payment"), sheet.money(figures["last_payment"])])
    return rows


def _lease(sheet: Sheet, figures: dict[str, Any], vehicle: Vehicle | None) -> list[Row]:
    formats, terms = sheet.printer.formats, sheet.terms
    rows = [
        [sheet.word("capitalised_cost"), sheet.money(figures["capitalised_cost"])],
        [sheet.word("residual"), sheet.money(terms.residual)],
        [sheet.word("depreciation"), sheet.money(figures["depreciation"])],
        [sheet.word("rent_charge"), sheet.money(figures["rent_charge"])],
        [sheet.word("total_of_payments"), sheet.money(figures["total_of_payments"])],
        [sheet.word("payments"), formats.number(figures["payments"])],
        [sheet.word("due_at_signing"), sheet.money(figures["due_at_signing"])],
    ]
    if figures["payment_tax"]:
        rows.append([sheet.word("payment_tax"), sheet.money(figures["payment_tax"])])
    if terms.mileage_allowance:
        rows.append([sheet.word("mileage_allowance"), formats.number(terms.mileage_allowance)])
    if terms.excess_mileage_charge and vehicle is not None:
        above = sheet.word("excess_charge").format(unit=vehicle.mileage_unit)
        rows.append([above, sheet.money(terms.excess_mileage_charge)])
    return rows


def _block(title: str, rows: list[Row], total: Row) -> dict[str, Any]:
    return {"title": title, "rows": rows, "total": total}
