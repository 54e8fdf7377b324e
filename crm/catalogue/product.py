"""A product or service as it is read."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any

import orjson

from crm.catalogue.costs import sees_costs
from crm.catalogue.pictures import pictures_of
from crm.catalogue.product_fields import THOUSANDTHS
from crm.catalogue.vehicle import major
from crm.catalogue.vehicle_fields import as_number
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.money import as_major
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, live
from crm.records.tags import tags_in, tags_of

FIELDS = (
    "name", "kind", "sku", "unit", "price", "currency", "cost", "tax_class", "active", "category",
    "description", "prices", "tracked", "allow_negative", "picture_ids", "tags",
)  # fmt: skip
PRODUCT_RECORD = Skeleton("product", "products", Sentence("product"), FIELDS, customized=True)


@dataclass
class PriceInCurrency:
    currency: str
    price: int | float


@dataclass
class Product:
    """Prices are net, for one `unit`, in major units. `cost` is None to those who may not see it; `stock`
    where it is not counted. `picture_ids` are files of the product, in order. The fields are in the order of
    PRODUCT_COLUMNS.
    """

    id: int
    name: str
    kind: str
    sku: str | None
    unit: str | None
    price: int | float | None
    currency: str
    cost: int | float | None
    tax_class: str
    active: bool
    category: str | None
    description: str | None
    prices: list[PriceInCurrency]
    tracked: bool
    allow_negative: bool
    stock: int | float | None
    picture_ids: list[int]
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("product")]

    def price_in(self, currency: str) -> int | float | None:
        """By the price list; None where it has no price in that currency."""
        listed = {each.currency: each.price for each in self.prices}
        return self.price if currency == self.currency else listed.get(currency)


PRODUCT_COLUMNS = f"""
       p.id, p.name, p.kind, p.sku, p.unit, p.price_minor, p.currency, p.cost_minor, p.tax_class, p.active,
       p.category, p.description,
       (SELECT json_group_array(json_array(pp.currency, pp.price_minor) ORDER BY pp.currency)
          FROM product_prices pp
         WHERE pp.workspace_id = :workspace_id AND pp.product_id = p.id) AS prices,
       p.tracked, p.allow_negative, p.stock, {pictures_of("product", "p.id")},
       {tags_of("product", "p.id")} AS tags,
       p.version, p.created_at, p.updated_at, p.deleted_at, p.custom
"""
COLUMN = {each.name: place for place, each in enumerate(fields(Product))}


@dataclass(frozen=True, slots=True)
class ProductReading:
    """What reading products in one transaction takes."""

    custom: CustomFields
    with_costs: bool

    def product_of(self, row: tuple[Any, ...]) -> Product:
        """From a row of PRODUCT_COLUMNS."""
        product = Product(*row)
        product.custom = self.custom.values_in(row[COLUMN["custom"]])
        product.picture_ids = orjson.loads(row[COLUMN["picture_ids"]])
        product.tags = tags_in(row[COLUMN["tags"]])
        product.price = major(row[COLUMN["price"]])
        product.cost = major(row[COLUMN["cost"]]) if self.with_costs else None
        listed = orjson.loads(row[COLUMN["prices"]])
        product.prices = [PriceInCurrency(currency, as_major(price)) for currency, price in listed]
        for name in ("active", "tracked", "allow_negative"):
            setattr(product, name, bool(row[COLUMN[name]]))
        product.stock = counted(row[COLUMN["stock"]]) if product.tracked else None
        return product


def counted(thousandths: int) -> int | float:
    return as_number(Decimal(thousandths) / THOUSANDTHS)


def product_reading(tx: Transaction, *, with_costs: bool | None = None) -> ProductReading:
    """As the acting user sees them, unless it is said."""
    shown = sees_costs(tx) if with_costs is None else with_costs
    return ProductReading(custom_fields_of(tx, "product"), shown)


def find_product(tx: Transaction, product_id: int, *, with_costs: bool | None = None) -> Product | None:
    """The product, live or in the trash."""
    rows = tx.tuples(
        f"""
        SELECT {PRODUCT_COLUMNS}
          FROM products p
         WHERE p.workspace_id = :workspace_id
           AND p.id = :product_id
           {only_seen(tx, "product", "p")}
        """,
        product_id=product_id,
    )
    return product_reading(tx, with_costs=with_costs).product_of(rows[0]) if rows else None


def find_products(
    tx: Transaction, product_ids: Collection[int], *, with_costs: bool | None = None
) -> dict[int, Product]:
    """Those of them that there are, live or in the trash, by their ids."""
    if not product_ids:
        return {}
    rows = tx.tuples(
        f"""
        SELECT {PRODUCT_COLUMNS}
          FROM products p
         WHERE p.workspace_id = :workspace_id
           AND p.id IN (SELECT value FROM json_each(:ids))
           {only_seen(tx, "product", "p")}
        """,
        ids=orjson.dumps(sorted(product_ids)).decode(),
    )
    reading = product_reading(tx, with_costs=with_costs)
    return {row[0]: reading.product_of(row) for row in rows}


def get_product(tx: Transaction, product_id: int, *, with_costs: bool | None = None) -> Product:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(PRODUCT_RECORD, find_product(tx, product_id, with_costs=with_costs))
