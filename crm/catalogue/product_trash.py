"""Deleting and restoring products, and making anew what they are found by."""

from crm.catalogue.product import PRODUCT_RECORD, Product, find_product, get_product
from crm.catalogue.products import PRODUCT_SEARCH, index_product, refuse_taken_sku
from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.trash import CustomizedTrash
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.records.keys import place_key, sort_key


def _return(tx: Transaction, product: Product) -> None:
    """Another one may have its SKU meanwhile."""
    if product.sku is not None:
        refuse_taken_sku(tx, product.sku, besides=product.id)


PRODUCT_TRASH = CustomizedTrash(
    record=PRODUCT_RECORD,
    get=get_product,
    find=find_product,
    search=PRODUCT_SEARCH,
    index=index_product,
    returning=_return,
)
delete_product = PRODUCT_TRASH.delete
restore_product = PRODUCT_TRASH.restore


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
