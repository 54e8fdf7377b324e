"""The address of the list of products: filters, order, page."""

from crm.catalogue.product_filters import ProductFilter
from crm.web.lists.list_address import ListAddress


class ProductAddress(ProductFilter, ListAddress):
    endpoint = "products.list_all"
