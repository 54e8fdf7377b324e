"""Words of products: their kinds, tax classes and prices; Jinja knows each."""

from typing import Any

from flask import Flask
from flask_babel import LazyString, lazy_gettext

from crm.web.words.formats import money

KINDS: dict[str, LazyString] = {"product": lazy_gettext("Product"), "service": lazy_gettext("Service")}
TAX_CLASSES: dict[str, LazyString] = {
    "standard": lazy_gettext("Standard rate"),
    "reduced": lazy_gettext("Reduced rate"),
    "zero": lazy_gettext("Zero rate"),
    "exempt": lazy_gettext("Exempt from tax"),
    "reverse_charge": lazy_gettext("Reverse charge"),
    "small_business": lazy_gettext("Small business"),
}


def install_product_words(app: Flask) -> None:
    app.jinja_env.globals.update(product_kinds=KINDS, tax_classes=TAX_CLASSES)


def prices_text(prices: Any) -> str:
    """A price list in the ledger."""
    return ", ".join(str(money(each["price"] or 0, each["currency"])) for each in prices)
