"""The lines of an e-invoice, by the terms of EN 16931 (BG-25): prices there are always net."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.documents.invoice import Invoice
from crm.documents.invoice_lines import CODES, PricedInvoiceLine
from crm.documents.invoice_words import invoice_words
from crm.documents.totals import rounded
from crm.money import places_of

PIECE = "C62"
"""One of something: the unit where another one is not known."""
UNITS: Mapping[str, str] = {
    name: code
    for code, names in {
        "HUR": "h hr hrs hour hours std std. stunde stunden heure heures hora horas ora ore uur",
        "MIN": "min min. minute minutes minuten",
        "DAY": "d day days tag tage jour jours día días giorno giorni dag dagen",
        "WEE": "week weeks woche wochen",
        "MON": "month months monat monate mois mes meses mese mesi maand",
        "ANN": "year years jahr jahre",
        "MTR": "m metre metres meter",
        "KMT": "km",
        "CMT": "cm",
        "MMT": "mm",
        "MTK": "m² m2 qm",
        "MTQ": "m³ m3 cbm",
        "KGM": "kg",
        "GRM": "g",
        "TNE": "t",
        "LTR": "l litre litres liter",
        "KWH": "kwh",
        "H87": "pc pcs piece pieces st st. stk stk. stück pièce pièces pieza piezas pezzo pezzi stuk stuks",
        "SET": "set sets satz",
        "LS": "lump flat pauschal pauschale psch psch. forfait",
    }.items()
    for name in names.split()
}
"""UN/ECE Recommendation 20, by how people write the units."""
Terms = dict[str, Any]


def line_terms(invoice: Invoice) -> Iterator[Terms]:
    items = [line for line in invoice.lines if line.kind == "item"]
    for number, line in enumerate(items, 1):
        yield {
            "BT-126": str(number),
            "BT-129": str(Decimal(str(line.quantity))),
            "BT-130": UNITS.get((line.unit or "").lower(), PIECE),
            "BT-131": _money(Decimal(str(line.net)), invoice.currency),
            "BT-151": CODES[line.tax_category or "zero"],
            "BT-152": str(line.tax_rate),
            "BT-153": line.title,
            "BT-154": line.details,
            **(_gross(line) if invoice.prices_include_tax else _net(line, invoice)),
        }


def _gross(line: PricedInvoiceLine) -> Terms:
    """The net of the line is the price of its whole quantity: no price of one would come to it exactly."""
    quantity = abs(Decimal(str(line.quantity)))
    return {"BT-146": str(abs(Decimal(str(line.net)))), "BT-149": str(quantity) if quantity else None}


def _net(line: PricedInvoiceLine, invoice: Invoice) -> Terms:
    """The discount of the line is an allowance; of a quantity below 0 it is a charge."""
    quantity, price = Decimal(str(line.quantity)), Decimal(str(line.unit_price))
    product = rounded(Fraction(quantity) * Fraction(price), places_of(invoice.currency))
    off = product - Decimal(str(line.net))
    part = {
        "amount": _money(abs(off), invoice.currency),
        "reason": invoice_words(invoice.language)["discount"],
    }
    return {"BT-146": str(price), "BG-27": [part] if off > 0 else [], "BG-28": [part] if off < 0 else []}


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:.{places_of(currency)}f}"
