"""The fields of deals that are changed in their list."""

from flask_babel import gettext as _

from crm.db.transaction import Transaction
from crm.deals.deal import Deal
from crm.deals.deal_fields import DealChanges
from crm.deals.deals import change_deal
from crm.web.lists.cell_fields import Cell, Options
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.lists.deal_list import DEAL_LIST
from crm.web.records.entries import NUMBER, WORDS
from crm.web.words.choices import user_choices


def _sellers(tx: Transaction, deal: Deal) -> Options:
    held = user_choices(tx, deal.salesperson_id)
    return [("", _("Unassigned")), *((str(key), name) for key, name in held)]


blueprint = cell_blueprint(
    CellEditing(
        kind=DEAL_LIST.kind,
        page=DEAL_LIST,
        cells={"salesperson_id": Cell("choice", _sellers), "tags": Cell("words")},
        entries={"salesperson_id": NUMBER, "tags": WORDS},
        model=DealChanges,
        change=change_deal,
    )
)
