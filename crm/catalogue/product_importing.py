"""Products and services from a file, perhaps with what is in stock of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field

from crm.catalogue.costs import sees_costs
from crm.catalogue.product import Product, get_product
from crm.catalogue.product_fields import Moved, ProductFields, StockMovement
from crm.catalogue.products import create_product, refuse_taken_sku
from crm.catalogue.stock_movements import move_stock
from crm.catalogue.vehicle_importing import FOR_ADMINS
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.fields import name_key, parse_fields
from crm.records.importing import Importing, Tell
from crm.records.keys import sort_key

BELOW_ZERO = Sentence("is below zero, which this product does not allow: it is counted from zero")


class ProductRow(ProductFields):
    """A product, perhaps with what is in stock of it."""

    stock: Moved | None = Field(default=None, description="Counted from now on")


def import_product(tx: Transaction, row: ProductRow) -> Product:
    """What is in stock comes by a movement, so that their sum stays the stock. Raises Invalid, Conflict."""
    given = row.model_dump(exclude={"stock"})
    if row.stock is not None:
        given["tracked"] = True
    product = create_product(tx, parse_fields(ProductFields, given))
    if row.stock is None:
        return product
    move_stock(tx, product.id, StockMovement(quantity=row.stock, reason="Import"))
    return get_product(tx, product.id)


def arrange_product(tx: Transaction, values: dict[str, Any], tell: Tell) -> None:
    if "cost" in values and not sees_costs(tx):
        tell("cost", FOR_ADMINS, str(values.pop("cost")))
    if (values.get("stock") or 0) < 0 and not values.get("allow_negative"):
        tell("stock", BELOW_ZERO, str(values["stock"]))
        values["stock"] = Decimal(0)
    if values.get("stock") == Decimal(0):
        values |= {"stock": None, "tracked": True}
    for name in [name for name, value in values.items() if value is None]:
        del values[name]


def marks_of_product(values: Mapping[str, Any]) -> list[str]:
    """The SKU; without one, the name."""
    if values.get("sku"):
        return [f"sku {name_key(str(values['sku']))}"]
    return [f"name {sort_key(str(values.get('name') or ''))}"]


def find_product_of(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """By its SKU; without one, the only product of its name."""
    sku = values.get("sku")
    column, key = ("sku_key", name_key(str(sku))) if sku else ("name_key", sort_key(str(values.get("name"))))
    found = tx.all(
        f"""
        SELECT p.id
          FROM products p
         WHERE p.workspace_id = :workspace_id
           AND p.{column} = :key
           AND p.deleted_at IS NULL
         ORDER BY p.id
         LIMIT 2
        """,
        key=key,
    )
    return int(found[0]["id"]) if len(found) == 1 else None


IMPORTED_PRODUCTS = Importing(
    fields=ProductRow,
    create=import_product,
    needed="name",
    unsaid=frozenset({"picture_ids"}),
    rest="description",
    units={"price": "currency", "cost": "currency"},
    arrange=arrange_product,
    marks=marks_of_product,
    find=find_product_of,
    taken={"sku": refuse_taken_sku},
    headers={
        "name": ("product", "product name", "item", "item name", "service", "title", "artikel"),
        "kind": ("type", "product type", "item type", "art"),
        "sku": ("id", "g id", "product code", "item number", "part number", "artikelnummer"),
        "unit": ("unit of measure", "uom", "einheit"),
        "price": ("unit price", "net price", "list price", "selling price", "rate", "preis", "verkaufspreis"),
        "cost": ("cost price", "purchase price", "unit cost", "einkaufspreis"),
        "tax_class": ("tax", "tax code", "steuerklasse"),
        "active": ("enabled", "in sale", "aktiv"),
        "category": ("product category", "group", "kategorie", "warengruppe"),
        "description": ("details", "beschreibung"),
        "stock": ("quantity", "qty", "quantity on hand", "in stock", "stock level", "bestand", "menge"),
        "tracked": ("track stock", "track inventory", "stock counted"),
    },
    words={
        "goods": "product", "article": "product", "artikel": "product", "inventory": "product",
        "produkt": "product", "dienstleistung": "service", "labour": "service", "labor": "service",
        "normal": "standard", "zero rated": "zero", "exempted": "exempt", "reverse charge": "reverse_charge",
    },
    examples={
        "name": "Roof inspection",
        "kind": "product or service",
        "sku": "ROOF-1",
        "unit": "hour",
        "price": "85.00 EUR",
        "tax_class": "standard, reduced, zero, exempt, reverse_charge or small_business",
        "category": "Roofs",
        "stock": "",
    },
)  # fmt: skip
