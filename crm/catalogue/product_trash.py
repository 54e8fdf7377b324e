"""Deleting and restoring products, and making anew what they are found by."""

from crm.catalogue.product import PRODUCT_RECORD, Product, find_product, get_product
from crm.catalogue.products import PRODUCT_SEARCH, index_product, refuse_taken_sku
from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.uniqueness import claim_record, free_record
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.records.keys import place_key, sort_key
from crm.records.skeleton import in_trash, refuse_stale
from crm.records.tombstones import bury, unbury


def delete_product(tx: Transaction, product_id: int, *, expected_version: int | None = None) -> None:
    """Put the product into the trash. Raises NotFound and Stale."""
    product = get_product(tx, product_id)
    refuse_stale(PRODUCT_RECORD, product, expected_version)
    forget_texts(tx, PRODUCT_SEARCH, product_id)
    free_record(tx, "product", product_id)
    bury(tx, PRODUCT_RECORD, product)


def restore_product(tx: Transaction, product_id: int, *, expected_version: int | None = None) -> Product:
    """Raises NotFound unless it is in the trash, Stale, and Conflict when its SKU is another's meanwhile."""
    old = in_trash(PRODUCT_RECORD, find_product(tx, product_id))
    refuse_stale(PRODUCT_RECORD, old, expected_version)
    if old.sku is not None:
        refuse_taken_sku(tx, old.sku, besides=product_id)
    claim_record(tx, "product", product_id)
    unbury(tx, PRODUCT_RECORD, old)
    index_product(tx, get_product(tx, product_id))
    return get_product(tx, product_id)


def rebuild_product(tx: Transaction, product_id: int) -> None:
    """Its keys and its place in the search; the product's version stays."""
    forget_texts(tx, PRODUCT_SEARCH, product_id)
    product = find_product(tx, product_id)
    if product is None:
        return
    rebuild_custom(tx, "product", product_id, live=product.deleted_at is None)
    tx.run(
        """
        UPDATE products
           SET name_key = :name_key, sku_key = :sku_key, category_key = :category_key
         WHERE workspace_id = :workspace_id
           AND id = :product_id
        """,
        product_id=product_id,
        name_key=sort_key(product.name),
        sku_key=name_key(product.sku) if product.sku else None,
        category_key=place_key(product.category),
    )
    if product.deleted_at is None:
        index_product(tx, product)
