"""Lists of products: filtered, sorted, searched, in keyset pages."""

from dataclasses import replace

from crm.catalogue.product import COLUMN, Product, product_reading
from crm.catalogue.product_filters import PRODUCTS, ProductFilter, product_parts, product_sorts_for
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import COUNT_LIMIT, Count, order_of
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
    sorts = product_sorts_for(tx, sort)
    order = order_of(sorts, sort, deleted=wanted.deleted)
    parts = product_parts(tx, wanted)
    listed, reading = replace(PRODUCTS, sorts=sorts), product_reading(tx)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1)

    page = read_page(fetch, cursor, sorts[order.key].shape, limit, lambda row: row[OWN:])
    return Page([reading.product_of(row[:OWN]) for row in page.rows], page.next, page.previous)


def count_products(tx: Transaction, wanted: ProductFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many products such a list has. To stay quick it stops counting at `limit`; None counts all."""
    parts = product_parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, PRODUCTS, parts, deleted=wanted.deleted, limit=limit))


def suggest_products(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Product]:
    """The newest few for what is being typed; those that are active come first."""
    active = list_products(tx, ProductFilter(q=text, active=True), limit=limit).rows
    rest = list_products(tx, ProductFilter(q=text), limit=limit).rows if len(active) < limit else []
    return list({product.id: product for product in (*active, *rest)}.values())[:limit]
