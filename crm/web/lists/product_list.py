"""The list of products: columns, usual views, filters and their choices."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.catalogue.kind import PRODUCT
from crm.db.transaction import Transaction
from crm.records.tags import list_tags
from crm.web.lists.choices import Choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.filters import CHANGED, CREATED, SEARCH, TAG, Field
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.product_address import ProductAddress
from crm.web.lists.saved_views import UsualView
from crm.web.words.formats import number
from crm.web.words.products import KINDS

FILTERS = (
    SEARCH,
    Field("kind", lazy_gettext("Kind"), "choice", at_hand=True),
    Field("active", lazy_gettext("Active"), "choice", at_hand=True),
    TAG,
    Field("category", lazy_gettext("Category"), "words"),
    Field("sku", lazy_gettext("SKU"), "words"),
    Field("price", lazy_gettext("Price"), "amounts", show=lambda amount: number(float(amount))),
    CREATED,
    CHANGED,
)


def _columns(_wanted: ProductAddress) -> Columns:
    return [
        (_("Name"), "name", "col-main"),
        (_("SKU"), "sku", "col-stock"),
        (_("Category"), "category", "col-location"),
        (_("Price"), "price", "col-price number"),
        (_("Stock"), "stock", "col-days number"),
        (_("Tags"), "tags", "col-tags"),
        (_("Changed"), "updated_at", "col-time end"),
    ]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "package", {}),
        (_("Active"), "circle-check", {"active": True}),
        (_("Services"), "clock", {"kind": "service"}),
        (_("No longer active"), "archive", {"active": False}),
    ]


def _choices(tx: Transaction) -> Choices:
    return {
        "kind": [(name, str(text)) for name, text in KINDS.items()],
        "active": [("True", str(_("yes"))), ("False", str(_("no")))],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "product")],
    }


PRODUCT_LIST = ListPage(
    kind=PRODUCT,
    address=ProductAddress,
    folder="products",
    filters=FILTERS,
    columns=_columns,
    extras=lambda tx: column_names(tx, PRODUCT, {}),
    usual=_usual_views,
    choices=lambda tx, _wanted, _extras: _choices(tx),
    cells=True,
    fields="col-main:name col-tags:tags",
    css="table-vehicles table-products",
    trash=TrashWords(
        lazy_gettext("Deleted products are kept here and can be restored."),
        lazy_gettext("Deleted products"),
        lambda product: product.sku or "",
    ),
)
