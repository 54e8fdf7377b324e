"""The fields of quotes that are changed in their list and on their page."""

from crm.documents.fields import QuoteChanges
from crm.documents.quotes import change_quote
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.lists.quote_list import QUOTE_LIST
from crm.web.records.entries import OPTIONAL, TEXT, WORDS

blueprint = cell_blueprint(
    CellEditing(
        kind=QUOTE_LIST.kind,
        page=QUOTE_LIST,
        cells={"title": Cell(), "valid_until": Cell("day"), "tags": Cell("words")},
        entries={"title": TEXT, "valid_until": OPTIONAL, "tags": WORDS},
        model=QuoteChanges,
        change=change_quote,
    )
)
