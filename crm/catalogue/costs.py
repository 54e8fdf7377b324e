"""Who sees what goods cost: owners and admins. Whatever shows a cost, or a sum made of it, asks here."""

from crm.activity.sight import Sight, reader_of
from crm.db.transaction import Transaction

COSTS_APART = Sight(single={"cost": "admins", "reconditioning": "admins"})
"""Of the ledger's entries: the facts that others do not see."""


def sees_costs(tx: Transaction) -> bool:
    """Also true for the server itself: what it shows to strangers must not have costs in it at all."""
    return reader_of(tx).is_admin
