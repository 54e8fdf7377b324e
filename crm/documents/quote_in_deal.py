"""The lines of an accepted quote as a deal has them: its tax at each rate is the quote's, to the cent.

A deal has one discount, which is off what is taxed at the scenario's rate. What is off the whole quote is
off each rate there, so the lines of the other rates are drafted with their share of it taken off.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crm.deals.pricing import rounded
from crm.documents.lines import PricedDocumentLine
from crm.documents.quote import Quote

LONGEST_TITLE = 200


def quote_discount(quote: Quote, main: float) -> Decimal:
    """What is off the lines of the scenario's rate."""
    return _sum(quote, main) - _net_at(quote, main)


def lines_of_quote(quote: Quote, lines: Sequence[PricedDocumentLine], main: float) -> list[dict[str, Any]]:
    nets = _nets(quote, lines, main)
    return [_line(line, nets.get(place), main) for place, line in enumerate(lines)]


def sums_of_quote(quote: Quote, main: float) -> list[dict[str, Any]]:
    """A line for each rate, for a quote of more lines than a deal may have."""
    title = (quote.title or quote.quote_number)[:LONGEST_TITLE]
    return [{"title": title, "unit_price": each.net, **_rate(each.tax_rate, main)} for each in quote.taxes]


def _nets(quote: Quote, lines: Sequence[PricedDocumentLine], main: float) -> dict[int, Decimal]:
    """By place, of the lines of other rates with something off; the last of a rate takes the rounding."""
    found: dict[int, Decimal] = {}
    for each in quote.taxes:
        whole, left = _sum(quote, each.tax_rate), _decimal(each.net)
        if each.tax_rate == main or whole == left:
            continue
        places = [place for place, line in enumerate(lines) if line.tax_rate == each.tax_rate]
        for place in places[:-1]:
            share = rounded(_decimal(lines[place].net) * _decimal(each.net) / whole, quote.currency)
            found[place] = min(share, left)
            left -= found[place]
        found[places[-1]] = left
    return found


def _line(line: PricedDocumentLine, net: Decimal | None, main: float) -> dict[str, Any]:
    """Its price where that times the quantity is its net, else the net as one."""
    facts: dict[str, Any] = {"title": (line.title or "")[:LONGEST_TITLE], **_rate(line.tax_rate, main)}
    if net is None and _decimal(line.quantity) * _decimal(line.unit_price) == _decimal(line.net):
        return facts | {"quantity": line.quantity, "unit_price": line.unit_price}
    return facts | {"quantity": 1, "unit_price": line.net if net is None else net}


def _rate(tax_rate: float, main: float) -> dict[str, Any]:
    return {} if tax_rate == main else {"tax_rate": tax_rate}


def _sum(quote: Quote, tax_rate: float) -> Decimal:
    nets = (_decimal(line.net) for line in quote.lines if line.counts and line.tax_rate == tax_rate)
    return sum(nets, Decimal(0))


def _net_at(quote: Quote, tax_rate: float) -> Decimal:
    return sum((_decimal(each.net) for each in quote.taxes if each.tax_rate == tax_rate), Decimal(0))


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))
