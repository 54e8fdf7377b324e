"""Made-up products and services of a workshop."""

import random
from dataclasses import dataclass
from decimal import Decimal

from crm.catalogue.product_fields import ProductFields, StockMovement
from crm.catalogue.products import create_product
from crm.catalogue.stock_movements import move_stock
from crm.db.transaction import Transaction
from crm.records.examples import made_before

EXAMPLES = (
    ("Inspection", "service", "hour", "95", "Service"),
    ("Winter tyre 205/55 R16", "product", "piece", "89", "Tyres"),
    ("Summer tyre 205/55 R16", "product", "piece", "79", "Tyres"),
    ("Roof box 400 l", "product", "piece", "349", "Accessories"),
    ("Delivery", "service", "km", "1.5", "Service"),
    ("Extended warranty, one year", "service", "piece", "299", "Service"),
    ("Floor mats", "product", "set", "49", "Accessories"),
    ("Engine oil 5W-30", "product", "l", "12", "Workshop"),
)


@dataclass(slots=True)
class Shelf:
    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for number in range(self.made, count):
            self._add(tx, number)
        self.made = max(self.made, count)

    def _add(self, tx: Transaction, number: int) -> None:
        name, kind, unit, price, category = EXAMPLES[number % len(EXAMPLES)]
        fields = ProductFields.model_validate(
            {
                "name": name,
                "kind": kind,
                "sku": f"DEMO-{number + 1:04}",
                "unit": unit,
                "price": Decimal(price),
                "cost": (Decimal(price) * 6 / 10).quantize(Decimal(1)),
                "category": category,
                "tracked": kind == "product",
            }
        )
        product = create_product(tx, fields)
        if product.tracked:
            movement = StockMovement(quantity=Decimal(self.rng.randint(4, 60)), reason="Delivered")
            move_stock(tx, product.id, movement)


def begin_products(tx: Transaction, rng: random.Random) -> Shelf:
    """Continues with those of an earlier run. Raises Conflict if people entered products."""
    made = made_before(tx, rng, "products", "(sku IS NULL OR sku NOT LIKE 'DEMO-%')")
    return Shelf(rng, made)
