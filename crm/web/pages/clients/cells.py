"""The fields of clients that are changed in their list."""

from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint, owner_options
from crm.web.lists.client_list import CLIENT_LIST
from crm.web.records.entries import NUMBER, TEXT, WORDS

blueprint = cell_blueprint(
    CellEditing(
        kind=CLIENT_LIST.kind,
        page=CLIENT_LIST,
        cells={
            "name": Cell(),
            "email": Cell(),
            "phone": Cell(),
            "tags": Cell("words"),
            "owner_id": Cell("choice", owner_options),
        },
        entries={"name": TEXT, "email": TEXT, "phone": TEXT, "tags": WORDS, "owner_id": NUMBER},
        model=ClientChanges,
        change=change_client,
    )
)
