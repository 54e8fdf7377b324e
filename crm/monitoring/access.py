"""Who sees the figures of the whole server."""

from crm.accounts.permissions import Scope
from crm.appliance.contents import list_workspace_ids
from crm.db.transaction import Transaction
from crm.errors import Forbidden


def sees_server(tx: Transaction, scope: Scope) -> bool:
    """Where several workspaces share a server it belongs to none of their owners. `tx` is of SYSTEM."""
    return scope == "monitor" or len(list_workspace_ids(tx)) < 2


def check_sees_server(tx: Transaction, scope: Scope) -> None:
    """Raises Forbidden. `tx` is of SYSTEM."""
    if not sees_server(tx, scope):
        raise Forbidden(
            "Several workspaces share this server: its figures are shown only to a token that is made on "
            "the machine, with `crm token create --scope monitor`."
        )
