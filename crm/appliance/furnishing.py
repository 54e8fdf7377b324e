"""What each room puts into a new workspace, in the transaction that creates it."""

from crm.db.transaction import Transaction
from crm.leads.defaults import furnish_leads


def furnish_workspace(tx: Transaction) -> None:
    """`tx` acts for the workspace's owner."""
    furnish_leads(tx)
