"""Creating and changing products: row, prices, tags, search and ledger in one transaction."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.activity import activity
from crm.catalogue.costs import sees_costs
from crm.catalogue.pictures import check_pictures, store_pictures
from crm.catalogue.product import PRODUCT_RECORD, Product, get_product
from crm.catalogue.product_fields import ProductChanges, ProductFields, given_product_values
from crm.catalogue.vehicles import stored
from crm.custom_fields.searched_texts import texts_in
from crm.custom_fields.values import check_changed_custom, check_new_custom, store_custom, without_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.fields import name_key
from crm.money import as_stored, check_current, check_places
from crm.records.keys import place_key, sort_key
from crm.records.search_texts import index_words
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.records.tags import set_tags

PRODUCT_SEARCH = "products_search"
PARTS = frozenset({"tags", "prices", "picture_ids", "price", "cost"})


def create_product(tx: Transaction, fields: ProductFields, *, complete: bool = False) -> Product:
    """Raises Invalid, and Conflict for an SKU that another live product has."""
    values = _without_cost(tx, given_product_values(fields))
    if "currency" not in values:
        values["currency"] = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
    check_current(values["currency"])
    if values.pop("picture_ids", None):
        raise Invalid.field("picture_ids", "must be files of this product: add them after it")
    _check(tx, values, 0)
    values = check_new_custom(tx, "product", {"cost": None, **values}, complete=complete)
    product_id = _insert(tx, values)
    _store_prices(tx, product_id, values["prices"])
    set_tags(tx, "product", product_id, values["tags"])
    store_custom(tx, "product", product_id, values)
    whole = get_product(tx, product_id, with_costs=True)
    index_product(tx, whole)
    activity.record(tx, "product.created", "product", product_id, after=given_facts(PRODUCT_RECORD, whole))
    return get_product(tx, product_id)


def change_product(
    tx: Transaction,
    product_id: int,
    fields: ProductFields | ProductChanges,
    *,
    expected_version: int | None = None,
) -> Product:
    """Write the differing values: all fields of a whole product, or only the given ones of changes.

    Raises NotFound, Stale, Invalid, and Conflict for an SKU that another live product has.
    """
    refuse_stale(PRODUCT_RECORD, get_product(tx, product_id), expected_version)
    old = get_product(tx, product_id, with_costs=True)
    given = _without_cost(tx, given_product_values(fields))
    _check(tx, {**facts_of(PRODUCT_RECORD, old), **given}, product_id)
    if "picture_ids" in given and given["picture_ids"] != old.picture_ids:
        check_pictures(tx, "product", product_id, given["picture_ids"])
    whole = isinstance(fields, ProductFields)
    given = check_changed_custom(tx, "product", product_id, old.custom, given, whole=whole)
    values = differing(PRODUCT_RECORD, old, given)
    if values:
        _write(tx, old, values)
    return get_product(tx, product_id)


def _write(tx: Transaction, old: Product, values: dict[str, Any]) -> None:
    if "tags" in values:
        set_tags(tx, "product", old.id, values["tags"])
    if "prices" in values:
        _store_prices(tx, old.id, values["prices"])
    if "picture_ids" in values:
        store_pictures(tx, "product", old.id, values["picture_ids"])
    store_custom(tx, "product", old.id, values)
    before = facts_of(PRODUCT_RECORD, old)
    _update(tx, old.id, {**before, **values})
    new = get_product(tx, old.id, with_costs=True)
    forget_texts(tx, PRODUCT_SEARCH, old.id)
    index_product(tx, new)
    earlier, later = activity.changes(before, facts_of(PRODUCT_RECORD, new))
    activity.record(tx, "product.changed", "product", old.id, before=earlier, after=later)


def _without_cost(tx: Transaction, values: dict[str, Any]) -> dict[str, Any]:
    """Those who do not see costs leave them as they are. Raises Invalid where they say one."""
    if sees_costs(tx) or "cost" not in values:
        return values
    if values.pop("cost") is not None:
        raise Invalid.field("cost", "is for owners and admins only")
    return values


def _check(tx: Transaction, values: Mapping[str, Any], product_id: int) -> None:
    for name in ("price", "cost"):
        if values.get(name) is not None:
            check_places(Decimal(str(values[name])), values["currency"], name)
    seen = {values["currency"]}
    for place, each in enumerate(values["prices"]):
        if each["currency"] in seen:
            raise Invalid.field(f"prices.{place}.currency", "has a price already")
        seen.add(each["currency"])
        check_places(Decimal(str(each["price"])), each["currency"], f"prices.{place}.price")
    if values.get("sku") is not None:
        refuse_taken_sku(tx, values["sku"], besides=product_id)


def refuse_taken_sku(tx: Transaction, sku: str, *, besides: int = 0) -> None:
    """Raises Conflict, with the other's id, when another live product has it."""
    taken = tx.value(
        """
        SELECT id
          FROM products
         WHERE workspace_id = :workspace_id
           AND sku_key = :key
           AND deleted_at IS NULL
           AND id <> :besides
        """,
        key=name_key(sku),
        besides=besides,
    )
    if taken is not None:
        raise Conflict.field(
            "sku",
            "A product with this SKU already exists.",
            Sentence("belongs to another product"),
            product_id=taken,
        )


def index_product(tx: Transaction, product: Product) -> None:
    """By its name, SKU and category, and by custom texts."""
    texts = texts_in(tx, "product", facts_of(PRODUCT_RECORD, product))
    words = (product.sku, product.category)
    index_words(tx, PRODUCT_RECORD, PRODUCT_SEARCH, product.id, name=product.name, words=words, custom=texts)


def _store_prices(tx: Transaction, product_id: int, prices: list[dict[str, Any]]) -> None:
    sql = "DELETE FROM product_prices WHERE workspace_id = :workspace_id AND product_id = :product_id"
    tx.run(sql, product_id=product_id)
    for each in prices:
        tx.run(
            """
            INSERT INTO product_prices (workspace_id, product_id, currency, price_minor)
            VALUES (:workspace_id, :product_id, :currency, :price)
            """,
            product_id=product_id,
            currency=each["currency"],
            price=as_stored(Decimal(str(each["price"]))),
        )


def _insert(tx: Transaction, values: dict[str, Any]) -> int:
    return tx.insert(
        """
        INSERT INTO products (workspace_id, name, name_key, kind, sku, sku_key, unit, price_minor, currency,
                              cost_minor, tax_class, active, category, category_key, description, tracked,
                              allow_negative, created_at, updated_at)
        VALUES (:workspace_id, :name, :name_key, :kind, :sku, :sku_key, :unit, :price_minor, :currency,
                :cost_minor, :tax_class, :active, :category, :category_key, :description, :tracked,
                :allow_negative, :now, :now)
        RETURNING id
        """,
        **_columns(values),
    )


def _update(tx: Transaction, product_id: int, facts: dict[str, Any]) -> None:
    tx.run(
        """
        UPDATE products
           SET name = :name, name_key = :name_key, kind = :kind, sku = :sku, sku_key = :sku_key,
               unit = :unit, price_minor = :price_minor, currency = :currency, cost_minor = :cost_minor,
               tax_class = :tax_class, active = :active, category = :category,
               category_key = :category_key, description = :description, tracked = :tracked,
               allow_negative = :allow_negative, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :product_id
        """,
        product_id=product_id,
        **_columns(facts),
    )


def _columns(facts: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in without_custom(facts).items() if name not in PARTS}
    for name in ("active", "tracked", "allow_negative"):
        own[name] = int(facts[name])
    return {
        **own,
        "name_key": sort_key(facts["name"]),
        "sku_key": None if facts["sku"] is None else name_key(facts["sku"]),
        "category_key": place_key(facts["category"]),
        "price_minor": stored(facts["price"]),
        "cost_minor": stored(facts["cost"]),
    }
