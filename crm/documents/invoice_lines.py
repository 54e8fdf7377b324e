"""The lines of an invoice: checked, kept as JSON with their tax categories, and added up."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from crm.documents.invoice_fields import TAXED
from crm.documents.lines import ITEM, NUMBERS, as_priced, plain
from crm.documents.totals import Discount, PricedLine, Totals, totals_of
from crm.errors import Invalid
from crm.money import as_major, as_stored, check_places

CODES: Mapping[str, str] = {
    "standard": "S", "reduced": "S", "zero": "Z", "exempt": "E", "reverse_charge": "AE",
    "small_business": "E",
}  # fmt: skip
"""The code list UNCL 5305 of EN 16931; a reduced rate is a standard-rated one there."""


@dataclass(frozen=True, slots=True)
class WrittenInvoiceLine:
    """A line as people wrote it. Quantities and prices are in whole units, rates and discounts in percent."""

    kind: str
    title: str | None
    details: str | None
    quantity: int | float
    unit: str | None
    unit_price: int | float
    tax_rate: int | float
    tax_category: str | None
    tax_reason: str | None
    discount: int | float
    discount_amount: int | float


@dataclass(frozen=True, slots=True)
class PricedInvoiceLine(WrittenInvoiceLine):
    """`amount` is what the line costs in the prices as they are given, `net` that without tax."""

    amount: int | float
    net: int | float


@dataclass(frozen=True, slots=True)
class InvoiceTax:
    """`net` is what is taxed so, after all discounts; `tax_reason` says why nothing is, where it is so."""

    tax_rate: int | float
    tax_category: str
    tax_reason: str | None
    net: int | float
    tax: int | float


WRITTEN = tuple(each.name for each in fields(WrittenInvoiceLine))


def checked_invoice_lines(given: Sequence[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """As they are kept. Raises Invalid naming the field of each line that does not fit."""
    return [_checked(line, f"lines.{place}", currency) for place, line in enumerate(given)]


def _checked(given: Mapping[str, Any], place: str, currency: str) -> dict[str, Any]:
    line: dict[str, Any] = {name: given.get(name) for name in WRITTEN}
    if line["kind"] != ITEM:
        return _without_price(line, place)
    for name in ("title", "unit_price"):
        if line[name] is None:
            raise Invalid.field(f"{place}.{name}", "is required")
    line |= {name: Decimal(str(line[name])) for name in NUMBERS}
    for name in ("unit_price", "discount_amount"):
        check_places(line[name], currency, f"{place}.{name}")
    line["tax_category"] = line["tax_category"] or ("standard" if line["tax_rate"] else "zero")
    _check_tax(line, place)
    return line | {name: as_major(as_stored(line[name])) for name in NUMBERS}


def _check_tax(line: Mapping[str, Any], place: str) -> None:
    if line["tax_category"] in TAXED and not line["tax_rate"]:
        raise Invalid.field(f"{place}.tax_rate", "must be above 0 in this tax category")
    if line["tax_category"] not in TAXED and line["tax_rate"]:
        raise Invalid.field(f"{place}.tax_rate", "must be 0 in this tax category")
    if line["tax_category"] == "exempt" and line["tax_reason"] is None:
        raise Invalid.field(f"{place}.tax_reason", "is required")


def _without_price(line: dict[str, Any], place: str) -> dict[str, Any]:
    """The title of a section, or a text."""
    needed = "title" if line["kind"] == "section" or line["details"] is None else "details"
    if line[needed] is None:
        raise Invalid.field(f"{place}.{needed}", "is required")
    return line | dict.fromkeys(NUMBERS, 0) | {"unit": None, "tax_category": None, "tax_reason": None}


def totals_of_invoice(facts: Mapping[str, Any]) -> Totals:
    """Raises Invalid naming the field, also where it adds up to less than nothing."""
    lines = facts["lines"]
    places = [place for place, line in enumerate(lines) if line["kind"] == ITEM]
    whole = Discount(Decimal(str(facts["discount"])), Decimal(str(facts["discount_amount"])))
    inside = bool(facts["prices_include_tax"])
    try:
        totals = totals_of(
            [_priced(lines[place]) for place in places],
            facts["currency"],
            prices_include_tax=inside,
            discount=whole,
        )
    except Invalid as error:
        names = {f"lines.{n}.{name}": f"lines.{p}.{name}" for n, p in enumerate(places) for name in NUMBERS}
        raise error.renamed(names) from None
    if totals.total < 0:
        raise Invalid.field("lines", "add up to less than 0: write a credit note instead")
    return totals


def _priced(line: Mapping[str, Any]) -> PricedLine:
    return as_priced(line, CODES[line["tax_category"]])


def with_net(lines: Sequence[Mapping[str, Any]], totals: Totals) -> list[PricedInvoiceLine]:
    rest = iter(zip(totals.line_amounts, totals.line_nets, strict=True))
    found = []
    for line in lines:
        amount, net = next(rest) if line["kind"] == ITEM else (0, 0)
        found.append(PricedInvoiceLine(**line, amount=plain(amount), net=plain(net)))
    return found


def taxes_of(lines: Sequence[Mapping[str, Any]], totals: Totals) -> list[InvoiceTax]:
    """Each with the category and the reasons of its lines."""
    found = []
    for each in totals.taxes:
        rate = plain(each.tax_rate)
        among = [
            line
            for line in lines
            if line["kind"] == ITEM
            and line["tax_rate"] == rate
            and CODES[line["tax_category"]] == each.tax_group
        ]
        reasons = dict.fromkeys(line["tax_reason"] for line in among if line["tax_reason"])
        found.append(
            InvoiceTax(
                rate, among[0]["tax_category"], "; ".join(reasons) or None, plain(each.net), plain(each.tax)
            )
        )
    return found


def written_line(line: PricedInvoiceLine) -> dict[str, Any]:
    """Without what is computed."""
    return {name: value for name, value in asdict(line).items() if name in WRITTEN}
