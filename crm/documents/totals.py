"""The totals of a quote or an invoice, by the rules of EN 16931: exact, rounded only where the norm rounds.

A line's net is rounded to the currency. The tax of a rate is computed once, on the sum of its lines less
the document's discount, and rounded there (BR-CO-17, BR-S-08, BR-S-09). Where prices include tax, the
customer pays that sum: the tax is taken out of it, once for each rate, and the lines share the net that is
left. Rounding is half up, away from zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from crm.errors import Invalid
from crm.money import MOST, places_of

HUNDRED = Fraction(100)
TaxKey = tuple[Decimal, str]
"""The rate, and the group of what is taxed at it."""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`tax_rate` and `discount` are percent, `discount_amount` is money off the whole line.

    An `optional` line counts once it is `chosen`. An `alternative` one stands for the line above it: of a
    line and the alternatives below it one counts, the first that is chosen, or else the line itself.
    Lines of one rate are taxed together, but for those whose `tax_group` differs, such as what is exempt and
    what is taxed at zero.
    """

    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    discount_amount: Decimal = Decimal(0)
    optional: bool = False
    alternative: bool = False
    chosen: bool = False
    tax_group: str = ""

    @property
    def taxed_as(self) -> "TaxKey":
        return self.tax_rate.normalize(), self.tax_group


@dataclass(frozen=True, slots=True)
class Discount:
    """Off the whole document: first the percent, then the amount."""

    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RateTotal:
    """`net` is what is taxed at the rate, after the document's discount."""

    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    tax_group: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """All in major units, rounded to the currency. `line_nets` and `line_amounts` have one entry a line, also
    of lines that do not count; `line_amounts` are in the prices as given: with tax where those include it.

    `discount` is what is taken off the sum of `line_amounts` of the lines that `count`.
    """

    line_amounts: list[Decimal]
    line_nets: list[Decimal]
    counted: list[bool]
    discount: Decimal
    taxes: list[RateTotal]
    total_net: Decimal
    total_tax: Decimal
    total: Decimal


def totals_of(
    lines: Sequence[PricedLine],
    currency: str,
    *,
    prices_include_tax: bool = False,
    discount: Discount | None = None,
) -> Totals:
    """Raises Invalid for a discount above what it is taken off, and for a total beyond all money."""
    places = places_of(currency)
    amounts = [_line_amount(line, place, places) for place, line in enumerate(lines)]
    counted = which_count(lines)
    sums = _sums_by_rate(lines, amounts, counted)
    off = _document_discount(sum(sums.values(), Decimal(0)), discount or Discount(), places)
    shares = share_out(off, list(sums.values()), places)
    taxes = [
        _taxed(key, amount - share, places, inside=prices_include_tax)
        for (key, amount), share in zip(sums.items(), shares, strict=True)
    ]
    net = sum((each.net for each in taxes), Decimal(0))
    tax = sum((each.tax for each in taxes), Decimal(0))
    if net + tax > MOST:
        raise Invalid.field("lines", "add up to more than any amount may be")
    nets = _nets(lines, amounts, counted, places) if prices_include_tax else amounts
    return Totals(amounts, nets, counted, off, taxes, net, tax, net + tax)


def which_count(lines: Sequence[PricedLine]) -> list[bool]:
    """Of each line whether it is part of the sum."""
    counted = [False] * len(lines)
    place = 0
    while place < len(lines):
        end = place + 1
        while end < len(lines) and lines[end].alternative:
            end += 1
        instead = [each for each in range(place + 1, end) if lines[each].chosen]
        taken = not lines[place].optional or lines[place].chosen
        if instead:
            counted[instead[0]] = True
        elif taken and not lines[place].alternative:
            counted[place] = True
        place = end
    return counted


def share_out(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """Parts of the total in proportion to the weights, which add up to it: the largest remainders take the
    units that rounding leaves over, the first of equal ones.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return [Decimal(0)] * len(weights)
    scale = 10**places
    units = int(total * scale)
    exact = [Fraction(units) * Fraction(weight) / Fraction(whole) for weight in weights]
    parts = [each.numerator // each.denominator for each in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: units - sum(parts)]:
        parts[place] += 1
    return [Decimal(part).scaleb(-places) for part in parts]


def rounded(value: Fraction, places: int) -> Decimal:
    """Half up, away from zero."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(units if value >= 0 else -units).scaleb(-places)


def _line_amount(line: PricedLine, place: int, places: int) -> Decimal:
    price = Fraction(line.quantity) * Fraction(line.unit_price)
    amount = price * (HUNDRED - Fraction(line.discount)) / HUNDRED - Fraction(line.discount_amount)
    if amount < 0 <= price:
        raise Invalid.field(f"lines.{place}.discount_amount", "is more than the line costs")
    if abs(amount) > MOST:
        raise Invalid.field(f"lines.{place}.unit_price", "makes a line of more than any amount may be")
    return rounded(amount, places)


def _sums_by_rate(
    lines: Sequence[PricedLine], amounts: Sequence[Decimal], counted: Sequence[bool]
) -> dict[TaxKey, Decimal]:
    """The highest rate first."""
    sums: dict[TaxKey, Decimal] = {}
    for line, amount, counts in zip(lines, amounts, counted, strict=True):
        if counts:
            key = line.taxed_as
            sums[key] = sums.get(key, Decimal(0)) + amount
    return dict(sorted(sums.items(), reverse=True))


def _document_discount(amount: Decimal, discount: Discount, places: int) -> Decimal:
    off = rounded(Fraction(amount) * Fraction(discount.percent) / HUNDRED, places) + discount.amount
    if off > amount and off > 0:
        raise Invalid.field("discount_amount", "is more than the lines cost")
    return off


def _taxed(key: TaxKey, amount: Decimal, places: int, *, inside: bool) -> RateTotal:
    rate, group = key
    base = Fraction(amount) * Fraction(rate)
    if not inside:
        return RateTotal(rate, amount, rounded(base / HUNDRED, places), group)
    tax = rounded(base / (HUNDRED + Fraction(rate)), places)
    return RateTotal(rate, amount - tax, tax, group)


def _nets(
    lines: Sequence[PricedLine], amounts: Sequence[Decimal], counted: Sequence[bool], places: int
) -> list[Decimal]:
    """Without the tax inside them: those that count share the net of their rate, before the discount."""
    nets = [
        _taxed(line.taxed_as, amount, places, inside=True).net
        for line, amount in zip(lines, amounts, strict=True)
    ]
    for key, amount in _sums_by_rate(lines, amounts, counted).items():
        of_rate = [place for place, line in enumerate(lines) if counted[place] and line.taxed_as == key]
        net = _taxed(key, amount, places, inside=True).net
        for place, part in zip(of_rate, share_out(net, [amounts[p] for p in of_rate], places), strict=True):
            nets[place] = part
    return nets
