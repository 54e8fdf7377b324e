"""The products of an order, and their total."""

from decimal import Decimal, InvalidOperation
from typing import Any

from crm.money import places_of

NAMES = ("product_retailer_id", "quantity", "item_price", "currency")
MOST = 500
LONGEST = 200
GREATEST = Decimal(10) ** 15


def read_items(part: Any) -> list[dict[str, Any]]:
    """As they were ordered: quantities and prices are numbers or texts. Raises TypeError."""
    return [{name: _short(item[name]) for name in NAMES if name in item} for item in part[:MOST]]


def total_of(items: list[dict[str, Any]]) -> dict[str, str]:
    """The sum by currency; none at all where the quantity or price of a product is no number."""
    sums: dict[str, Decimal] = {}
    for item in items:
        quantity, price = _number(item.get("quantity")), _number(item.get("item_price"))
        if quantity is None or price is None:
            return {}
        currency = str(item.get("currency") or "")
        sums[currency] = sums.get(currency, Decimal(0)) + quantity * price
    return {currency: _written(amount, currency) for currency, amount in sums.items()}


def _written(amount: Decimal, currency: str) -> str:
    """With the places of the currency at least: 71.00 EUR, 3000 JPY."""
    exact = amount.normalize()
    places = max(places_of(currency), -int(exact.as_tuple().exponent))
    return f"{exact:.{places}f}"


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < GREATEST else None


def _short(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)[:LONGEST]
