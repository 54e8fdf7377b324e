"""The words of products and services."""

from flask_babel import lazy_gettext as _

from crm.catalogue.kind import PRODUCT as PRODUCT_KIND
from crm.catalogue.product_filters import PRODUCT_SORTS
from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import (
    KindWords,
    ListWords,
    Saying,
    as_it_is,
    exported_saying,
    usual_sayings,
)
from crm.web.lists.product_address import ProductAddress
from crm.web.words.formats import Plural
from crm.web.words.products import KINDS, TAX_CLASSES, prices_text
from crm.web.words.vehicles import pictures_text

PRODUCT = KindWords(
    kind=PRODUCT_KIND,
    one=_("Product"),
    many=_("Products"),
    this=_("this product"),
    some=_("a product"),
    icon="package",
    record="product_record.show",
    place=Destination(
        "products.list_all", "package", _("Products"), "products.read", "g p", ("products.", "product_")
    ),
    create=Destination("product_form.show_new", "package", _("New product"), "products.write"),
    list=ListWords("products.list_all", ProductAddress, PRODUCT_SORTS, found="products/found.html"),
    entries=True,
    on_home=True,
    labels={
        "sku": _("SKU"),
        "unit": _("Unit"),
        "tax_class": _("Tax class"),
        "active": _("Active"),
        "category": _("Category"),
        "prices": _("Prices in other currencies"),
        "tracked": _("Stock is counted"),
        "allow_negative": _("May go below zero"),
        "stock": _("Stock"),
        "picture_ids": _("Pictures"),
    },
    values={**KINDS, **TAX_CLASSES},
    shown={
        **dict.fromkeys(("sku", "unit", "category"), as_it_is),
        "prices": prices_text,
        "picture_ids": pictures_text,
    },
    counted={
        "product.created": Plural("%(who)s added %(num)s product", "%(who)s added %(num)s products"),
        "product.changed": Plural("%(who)s changed %(num)s product", "%(who)s changed %(num)s products"),
        "product.deleted": Plural("%(who)s deleted %(num)s product", "%(who)s deleted %(num)s products"),
        "product.restored": Plural("%(who)s restored %(num)s product", "%(who)s restored %(num)s products"),
    },
    counted_changes={
        "product.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s product",
            "%(who)s changed the %(field)s of %(num)s products",
        ),
    },
    sayings=usual_sayings("product", "package")
    | exported_saying("product", _("%(who)s exported products"))
    | {
        "product.stock_changed": Saying("arrow-up-down", "accent", _("%(who)s changed the stock of %(what)s"))
    },
)
