"""The fields of leads that are changed in their list."""

from crm.leads.fields import LeadChanges
from crm.leads.leads import change_lead
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint, owner_options
from crm.web.lists.lead_list import LEAD_LIST
from crm.web.records.entries import AMOUNT, NUMBER, OPTIONAL, TEXT, WORDS

blueprint = cell_blueprint(
    CellEditing(
        kind=LEAD_LIST.kind,
        page=LEAD_LIST,
        cells={
            "title": Cell(),
            "tags": Cell("words"),
            "value": Cell("amount"),
            "expected_close": Cell("day"),
            "source": Cell(),
            "owner_id": Cell("choice", owner_options),
        },
        entries={
            "title": TEXT,
            "tags": WORDS,
            "value": AMOUNT,
            "expected_close": OPTIONAL,
            "source": TEXT,
            "owner_id": NUMBER,
        },
        model=LeadChanges,
        change=change_lead,
    )
)
