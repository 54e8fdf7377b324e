"""The address of the list of products: filters, order, page."""

from crm.catalogue.product_filters import ProductFilter
from crm.web.lists.chosen_columns import AddedColumns


class ProductAddress(ProductFilter, AddedColumns):
    endpoint = "products.list_all"
