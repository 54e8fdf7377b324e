"""The first start of an appliance."""

from crm.db.transaction import Transaction


def is_set_up(tx: Transaction) -> bool:
    return tx.value("SELECT 1 FROM workspaces LIMIT 1") is not None
