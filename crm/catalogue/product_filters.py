"""Filters and orders of the list of products, as SQL."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated
from crm.catalogue.costs import sees_costs
from crm.catalogue.product import PRODUCT_COLUMNS
from crm.catalogue.product_fields import ProductKind, TaxClass
from crm.clients.filters import place_parts
from crm.custom_fields.listing import custom_filters, sorts_with_custom
from crm.db.list_parts import Listed, Part, Sort, column_among, column_part
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.money import Amount
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.conditions.grammar import FilterText
from crm.records.keys import place_key, sort_key
from crm.records.list_filters import amount_parts, sought_parts
from crm.records.seen import seen_parts
from crm.time_fields import Day


class ProductFilter(BaseModel):
    """The filters of a list of products; bounds are inclusive. `deleted` lists the trash.

    Created and changed are days in the actor's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(default=None, max_length=200, description="Words of the name, SKU or category")
    kind: ProductKind | None = None
    active: bool | None = None
    sku: str | None = Field(default=None, min_length=1, max_length=60)
    category: str | None = Field(default=None, min_length=1, max_length=100)
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    price_from: Amount | None = None
    price_to: Amount | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    deleted: bool = False
    filter: FilterText | None = None


PRODUCT_SORTS = {
    "created_at": Sort(("p.id",), (int,), moment="p.created_at"),
    "updated_at": Sort(("p.updated_at", "p.id"), (str, int)),
    "name": Sort(("p.name_key", "p.id"), (str, int)),
    "sku": Sort(("COALESCE(p.sku_key, '')", "p.id"), (str, int), optional="p.sku_key"),
    "price": Sort(("COALESCE(p.price_minor, -1)", "p.id"), (int, int)),
    "category": Sort(("COALESCE(p.category_key, '')", "p.id"), (str, int), optional="p.category_key"),
    "stock": Sort(("p.stock", "p.id"), (int, int)),
    "tags": Sort(("COALESCE(p.first_tag, '')", "p.id"), (str, int), optional="p.first_tag"),
    "deleted_at": Sort(("p.deleted_at", "p.id"), (str, int), of_trash=True),
}
PRODUCTS = Listed(
    table="products",
    alias="p",
    shown=PRODUCT_COLUMNS,
    texts="(p.name_key || ' ' || p.sought)",
    joined="p.joined",
    sorts=PRODUCT_SORTS,
)


def product_sorts_for(tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
    """With those by custom fields where one is asked for."""
    return sorts_with_custom(tx, "product", "p", PRODUCT_SORTS, sort)


def product_parts(tx: Transaction, wanted: ProductFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    parts: list[Part] = []
    if wanted.sku is not None:
        parts.append(column_among(PRODUCTS, "sku_key", [name_key(wanted.sku)]))
    sought = sought_parts(tx, "product", wanted.q, wanted.tag, filled="p.first_tag")
    if sought is None:
        return None
    parts += sought
    parts += place_parts(tx, PRODUCTS, {"category": wanted.category})
    if wanted.kind is not None:
        parts.append(column_part(PRODUCTS, "kind", wanted.kind))
    if wanted.active is not None:
        parts.append(column_part(PRODUCTS, "active", int(wanted.active)))
    parts += [*_bounds(tx, wanted), *seen_parts(tx, "product", "p")]
    return with_conditions(tx, "product", "p", wanted.filter, parts)


def _bounds(tx: Transaction, wanted: ProductFilter) -> list[Part]:
    price, known = PRODUCT_SORTS["price"].columns[0], "p.price_minor IS NOT NULL"
    return [
        *amount_parts(price, "price", wanted.price_from, wanted.price_to, only=known),
        *created_and_updated(tx, "p", wanted),
    ]


def product_filter_fields(tx: Transaction) -> FilterFields:
    """For `?filter=`. Nobody finds by conditions what they may not see."""
    costs = {"cost": FilterField(type="amount", column="p.cost_minor")} if sees_costs(tx) else {}
    return FIELDS | costs | custom_filters(tx, "product", "p")


def _text(column: str, key: Any, *, optional: bool = True, paired: str = "") -> FilterField:
    return FilterField(
        type="text",
        column=column,
        indexed=True,
        optional=optional,
        keys=lambda text: [key(text)],
        paired=paired,
    )


FIELDS: dict[str, FilterField] = {
    "name": _text("p.name_key", sort_key, optional=False),
    "sku": _text("p.sku_key", name_key),
    "category": _text("p.category_key", lambda text: place_key(text) or text, paired="category_key"),
    "kind": FilterField(
        type="choice",
        column="p.kind",
        indexed=True,
        paired="kind",
        optional=False,
        values=("product", "service"),
    ),
    "unit": FilterField(type="text", column="p.unit"),
    "price": FilterField(type="amount", column="p.price_minor"),
    "currency": FilterField(type="choice", column="p.currency", optional=False),
    "tax_class": FilterField(type="choice", column="p.tax_class", optional=False, values=get_args(TaxClass)),
    "description": FilterField(type="text", column="p.description"),
    "tags": FilterField(type="tags", column="p.first_tag"),
    "created_at": FilterField(type="moment", column="p.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="p.updated_at", indexed=True, optional=False),
}
