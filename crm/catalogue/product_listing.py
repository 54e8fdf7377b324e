"""Lists of products: filtered, sorted, searched, in keyset pages."""

from crm.catalogue.product import COLUMN, Product, product_reading
from crm.catalogue.product_filters import PRODUCTS, ProductFilter, product_parts, product_sorts_for
from crm.db.keyset import Page
from crm.db.list_pages import count_list, first_of, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction

SUGGESTIONS = 5
OWN = len(COLUMN)


def list_products(
    tx: Transaction,
    wanted: ProductFilter,
    *,
    sort: str | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page[Product]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        PRODUCTS.sorted_by(product_sorts_for(tx, sort)),
        product_parts(tx, wanted),
        product_reading(tx).product_of,
        width=OWN,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
    )


def count_products(tx: Transaction, wanted: ProductFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many products such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, PRODUCTS, product_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_products(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Product]:
    """The newest few for what is being typed; those that are active come first."""
    best, all_of_them = ProductFilter(q=text, active=True), ProductFilter(q=text)
    return first_of(limit, lambda wanted: list_products(tx, wanted, limit=limit).rows, best, all_of_them)
