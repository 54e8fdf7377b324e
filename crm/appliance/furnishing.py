"""The first records of a new workspace, created in the same transaction."""

from crm.db.transaction import Transaction
from crm.leads.defaults import furnish_leads


def furnish_workspace(tx: Transaction) -> None:
    """`tx` acts for the workspace's owner."""
    furnish_leads(tx)
