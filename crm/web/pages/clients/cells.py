"""The fields of clients that are changed in their list."""

from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.web.lists.cells import Cell, CellEditing, cell_blueprint, owner_options
from crm.web.lists.client_list import CLIENT_LIST
from crm.web.records.entries import NUMBER, TEXT

blueprint = cell_blueprint(
    CellEditing(
        page=CLIENT_LIST,
        cells={"email": Cell(), "phone": Cell(), "owner_id": Cell("choice", owner_options)},
        entries={"email": TEXT, "phone": TEXT, "owner_id": NUMBER},
        model=ClientChanges,
        change=change_client,
    )
)
