"""A deal as the lines of an invoice: its active scenario's price, extras and rebates, taxed as the deal is.

Under the margin scheme no tax is shown, and the sentence of Directive 2006/112/EC, Article 226 (14), stands
in its place. Where the trade-in's allowance lowers what is taxed, it is a line that is taken off; elsewhere
it is a way to pay, which `taking_off.py` takes off the total. Financing has no part in the price.
"""

from decimal import Decimal
from typing import Any

from crm.catalogue.vehicle import Vehicle, find_vehicle
from crm.db.transaction import Transaction
from crm.deals.calculation import tax_rule
from crm.deals.deal import Deal
from crm.deals.pricing import TaxRule, price_deal
from crm.deals.scenario import rules_for, scenarios_of, terms_of, with_deal
from crm.deals.terms import ScenarioTerms
from crm.documents.invoice_lines import WRITTEN, checked_invoice_lines, totals_of_invoice
from crm.documents.invoice_words import invoice_words
from crm.documents.margin_scheme import margin_sentence
from crm.errors import Conflict
from crm.formats import formats_of

Line = dict[str, Any]


def invoice_lines_of_deal(tx: Transaction, deal: Deal, language: str) -> list[Line]:
    """Raises Conflict where they would come to another amount than the deal, to the last cent."""
    active = next(each for each in scenarios_of(tx, deal.id) if each.active)
    if active.kind == "lease":
        raise Conflict("A lease is paid by its payments. Write the lines of each invoice yourself.")
    given = terms_of(tx, active.id)
    terms = with_deal(tx, deal, given)
    rule = tax_rule(terms, rules_for(tx, deal, given))
    vehicle = find_vehicle(tx, deal.vehicle_id) if deal.vehicle_id else None
    priced = "price" in given.model_fields_set
    words = invoice_words(language)
    lines = [*_goods(deal, vehicle, terms, priced=priced), *_extras(terms, words)]
    sentence = margin_sentence(language)
    taxed = [_taxed(line, rule, sentence) for line in lines + _trade_in(terms, rule, words)]
    pricing = price_deal(terms, rule, deal.currency)
    expected = pricing.due if rule.base == "price_less_trade" else pricing.total
    checked = checked_invoice_lines(taxed, deal.currency)
    facts = {"lines": checked, "currency": deal.currency, "prices_include_tax": False}
    if totals_of_invoice(facts | {"discount": 0, "discount_amount": 0}).total != expected:
        raise Conflict("What this deal is taxed on is not the sum of its lines. Write the lines yourself.")
    return taxed


def trade_in_texts(deal: Deal, lines: list[Line], language: str) -> list[Line]:
    """One for each trade-in that is a way to pay, with what is owed on it: where none of the lines takes it
    off.
    """
    words, formats = invoice_words(language), formats_of(language)
    if any(line["title"] == words["trade_in"] for line in lines):
        return []
    found = []
    for each in deal.trade_ins:
        amount = formats.full_money(each.allowance, deal.currency)
        said = f"{words['trade_in']}: {each.year} {each.make} {each.model}, {amount}"
        if each.payoff:
            said += f"\n{words['payoff']}: {formats.full_money(each.payoff, deal.currency)}"
        found.append({**dict.fromkeys(WRITTEN), "kind": "text", "details": said})
    return found


def _goods(deal: Deal, vehicle: Vehicle | None, terms: ScenarioTerms, *, priced: bool) -> list[Line]:
    """The vehicle and the lines of the deal; one of both where the scenario has a price of its own."""
    name = vehicle.name if vehicle else None
    details = f"VIN {vehicle.vin}" if vehicle and vehicle.vin else None
    titles = [each.title for each in deal.lines]
    if priced:
        title = name or (titles[0] if titles else deal.deal_number)
        further = titles if name else titles[1:]
        said = "\n".join(part for part in (details, *further) if part)
        return [_line(title, terms.price, details=said or None)]
    found = [_line(name, vehicle.price or 0, details=details)] if vehicle and name else []
    return found + [
        _line(each.title, each.unit_price, quantity=each.quantity, taxable=each.taxable, rate=each.tax_rate)
        for each in deal.lines
    ]


def _extras(terms: ScenarioTerms, words: Any) -> list[Line]:
    """A rebate is taken off after tax, unless it lowers what is taxed."""
    off = [_line(words["discount"], terms.discount, quantity=-1)] if terms.discount else []
    extras = [_line(each.title, each.amount, taxable=each.taxable) for each in terms.accessories]
    fees = [_line(each.title, each.amount, taxable=each.taxable) for each in terms.fees]
    back = [_line(each.title, each.amount, quantity=-1, taxable=not each.taxable) for each in terms.rebates]
    return off + extras + fees + back


def _trade_in(terms: ScenarioTerms, rule: TaxRule, words: Any) -> list[Line]:
    if rule.base != "price_less_trade" or not (terms.trade_allowance or terms.trade_payoff):
        return []
    owed = [_line(words["payoff"], terms.trade_payoff, taxable=False)] if terms.trade_payoff else []
    return [_line(words["trade_in"], terms.trade_allowance, quantity=-1), *owed]


def _line(
    title: str,
    price: Decimal | float,
    *,
    quantity: float = 1,
    details: str | None = None,
    taxable: bool = True,
    rate: float | None = None,
) -> Line:
    free = {"kind": "item", "discount": 0, "discount_amount": 0, "taxable": taxable, "rate": rate}
    return free | {"title": title, "unit_price": price, "quantity": quantity, "details": details}


def _taxed(line: Line, rule: TaxRule, margin: str) -> Line:
    taxable, own = line.pop("taxable"), line.pop("rate")
    rate = rule.rate if own is None else Decimal(str(own))
    tax: Line = {"tax_rate": 0, "tax_category": "zero"}
    if rule.base == "margin":
        tax = {"tax_rate": 0, "tax_category": "exempt", "tax_reason": margin}
    elif taxable and rate:
        tax = {"tax_rate": rate, "tax_category": "standard"}
    return dict.fromkeys(WRITTEN) | line | tax
