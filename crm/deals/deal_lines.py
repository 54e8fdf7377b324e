"""The lines of a deal: what their products bring, how they are kept, and what deliveries move in stock."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson

from crm.catalogue.product import Product, find_products
from crm.catalogue.product_fields import StockMovement
from crm.catalogue.stock_movements import move_stock
from crm.catalogue.vehicle_fields import as_number
from crm.db.transaction import Transaction
from crm.deals.deal import Deal, Line
from crm.deals.deal_fields import DealLine
from crm.errors import Conflict, FieldProblem, Invalid, Sentence
from crm.fields import parse_fields
from crm.money import check_places, places_in

UNTAXED = frozenset({"zero", "exempt", "reverse_charge", "small_business"})
"""The tax classes of products that raise no tax."""
STOCK_PLACES = 3


def complete_lines(
    tx: Transaction, lines: Sequence[DealLine], currency: str, held: Sequence[Line] = ()
) -> list[Line]:
    """With the title, price and tax of their products. `held` are those that the deal has already: their
    products may have ended meanwhile. Raises Invalid naming what is missing or does not fit.
    """
    known = {line.product_id for line in held if line.product_id is not None}
    products = find_products(tx, {line.product_id for line in lines if line.product_id is not None})
    problems: list[FieldProblem] = []
    complete: list[Line] = []
    for place, line in enumerate(lines):
        try:
            product = _product_of(line, products, known)
            complete.append(_completed(line, product, currency))
        except Invalid as error:
            problems += [FieldProblem(f"lines.{place}.{each.field}", each.message) for each in error.problems]
    if problems:
        raise Invalid(*problems)
    return complete


def store_products(tx: Transaction, deal_id: int, lines: Sequence[Line]) -> None:
    """Which lines are of products, instead of what there was."""
    tx.run(
        "DELETE FROM deal_products WHERE workspace_id = :workspace_id AND deal_id = :deal_id", deal_id=deal_id
    )
    for place, line in enumerate(lines):
        if line.product_id is None:
            continue
        tx.run(
            """
            INSERT INTO deal_products (workspace_id, deal_id, place, product_id)
            VALUES (:workspace_id, :deal_id, :place, :product_id)
            """,
            deal_id=deal_id,
            place=place,
            product_id=line.product_id,
        )


def lines_text(lines: Sequence[Line]) -> str:
    """As the row of the deal keeps them; a rate of its own only where a line has one."""
    return orjson.dumps([_kept(each) for each in lines]).decode()


def costs_of_lines(tx: Transaction, lines: Sequence[Line]) -> Decimal:
    """What the products of the lines cost, whoever asks."""
    products = find_products(tx, _ids(lines), with_costs=True)
    costs = {product.id: Decimal(str(product.cost or 0)) for product in products.values()}
    return sum(
        (costs.get(each.product_id or 0, Decimal(0)) * _decimal(each.quantity) for each in lines), Decimal(0)
    )


def _kept(line: Line) -> dict[str, Any]:
    names = [
        "title",
        "quantity",
        "unit_price",
        "taxable",
        *(["tax_rate"] if line.tax_rate is not None else []),
    ]
    return {name: getattr(line, name) for name in names}


def _ids(lines: Sequence[Line]) -> set[int]:
    return {line.product_id for line in lines if line.product_id is not None}


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))


def take_out_products(tx: Transaction, deal: Deal) -> None:
    """On delivery, of products whose stock is counted. Raises Conflict naming the line that lacks stock."""
    _move(tx, deal, -1, deal.deal_number)


def take_back_products(tx: Transaction, deal: Deal, reason: str) -> None:
    _move(tx, deal, 1, f"{deal.deal_number}: {reason}"[:200])


def _move(tx: Transaction, deal: Deal, sign: int, reason: str) -> None:
    products = find_products(tx, _ids(deal.lines))
    for place, line in enumerate(deal.lines):
        product = products.get(line.product_id or 0)
        if product is None or product.deleted_at is not None or not product.tracked or not line.quantity:
            continue
        quantity = sign * _decimal(line.quantity)
        try:
            move_stock(tx, product.id, parse_fields(StockMovement, {"quantity": quantity, "reason": reason}))
        except Conflict as error:
            field = f"lines.{place}.quantity"
            raise Conflict.field(field, error.message, error.message, **error.extra) from None


def _product_of(line: DealLine, products: dict[int, Product], known: set[int]) -> Product | None:
    if line.product_id is None:
        return None
    product = products.get(line.product_id)
    if product is None or (product.deleted_at is not None and product.id not in known):
        raise Invalid.field("product_id", "is not a product of this workspace")
    if not product.active and product.id not in known:
        raise Invalid.field("product_id", "is no longer sold")
    if places_in(line.quantity) > STOCK_PLACES:
        raise Invalid.field(
            "quantity", Sentence("may have at most {places} decimal places", places=STOCK_PLACES)
        )
    return product


def _completed(line: DealLine, product: Product | None, currency: str) -> Line:
    title = line.title or (product.name if product else None)
    if title is None:
        raise Invalid.field("title", "is required")
    price: Any = line.unit_price
    if price is None:
        listed = product.price_in(currency) if product else None
        if listed is None:
            raise _without_price(product, currency)
        price = Decimal(str(listed))
    check_places(price, currency, "unit_price")
    by_class = product is None or product.tax_class not in UNTAXED
    taxable = by_class if line.taxable is None else line.taxable
    rate = None if line.tax_rate is None else as_number(line.tax_rate)
    numbers = as_number(line.quantity), as_number(price)
    return Line(title, *numbers, taxable, product.id if product else None, rate)


def _without_price(product: Product | None, currency: str) -> Invalid:
    """The error to raise."""
    if product is None:
        return Invalid.field("unit_price", "is required")
    refusal = Sentence("is required: the product has no price in {currency}", currency=currency)
    return Invalid.field("unit_price", refusal)
