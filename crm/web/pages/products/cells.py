"""The fields of products that are changed in their list and on their page."""

from crm.catalogue.product_fields import ProductChanges
from crm.catalogue.products import change_product
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.lists.product_list import PRODUCT_LIST
from crm.web.records.entries import OPTIONAL_AMOUNT, TEXT, WORDS

TEXTS = ("name", "sku", "category")

blueprint = cell_blueprint(
    CellEditing(
        kind=PRODUCT_LIST.kind,
        page=PRODUCT_LIST,
        cells={
            **{name: Cell() for name in TEXTS},
            "price": Cell("amount"),
            "tags": Cell("words"),
        },
        entries={**dict.fromkeys(TEXTS, TEXT), "price": OPTIONAL_AMOUNT, "tags": WORDS},
        model=ProductChanges,
        change=change_product,
    )
)
