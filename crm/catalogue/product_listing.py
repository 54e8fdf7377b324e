"""Lists of products."""

from crm.catalogue.product import COLUMN, Product, product_reading
from crm.catalogue.product_filters import PRODUCTS, ProductFilter, product_parts, product_sorts_for
from crm.records.record_list import RecordList

PRODUCT_LISTING: RecordList[ProductFilter, Product] = RecordList(
    filters=ProductFilter,
    shown=lambda _tx: PRODUCTS,
    sorts=product_sorts_for,
    parts=product_parts,
    reading=lambda tx: product_reading(tx).product_of,
    width=len(COLUMN),
    first={"active": True},
)
list_products = PRODUCT_LISTING.page
count_products = PRODUCT_LISTING.count
suggest_products = PRODUCT_LISTING.suggest
