"""The fields of products that are changed in their list and on their page."""

from crm.catalogue.product_fields import ProductChanges
from crm.catalogue.products import change_product
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.lists.product_list import PRODUCT_LIST
from crm.web.records.entries import TEXT, WORDS

blueprint = cell_blueprint(
    CellEditing(
        kind=PRODUCT_LIST.kind,
        page=PRODUCT_LIST,
        cells={"name": Cell(), "sku": Cell(), "category": Cell(), "tags": Cell("words")},
        entries={"name": TEXT, "sku": TEXT, "category": TEXT, "tags": WORDS},
        model=ProductChanges,
        change=change_product,
    )
)
