"""The line of a product that a reader without scripts adds to a document."""

from flask import request

from crm.documents.product_lines import OfferedProduct, offered_product
from crm.errors import NotFound
from crm.fields import whole_number
from crm.web.navigation import may
from crm.web.pages.documents.currency import typed_currency
from crm.web.pages.documents.line_rows import NEW_ROW, Row
from crm.web.records.entries import Texts
from crm.web.requests.amounts import amount_text
from crm.web.requests.reading import read


def added_row(values: Texts) -> Row | None:
    """None unless the button beside a product was pressed that there is."""
    product_id = whole_number(request.form.get("product", ""))
    if request.form.get("more") != "product" or product_id is None or not may("products.read"):
        return None
    inside = values.get("prices_include_tax") == "1"
    try:
        product = read(offered_product, product_id, typed_currency(), inside=inside)
    except NotFound:
        return None
    return NEW_ROW | filling(product)


def filling(product: OfferedProduct) -> Row:
    """What a line takes of it, by the columns of the form."""
    return {
        "product_id": str(product.id),
        "title": product.title,
        "unit": product.unit or "",
        "unit_price": "" if product.unit_price is None else amount_text(product.unit_price),
        "tax_rate": amount_text(product.tax_rate),
    }
