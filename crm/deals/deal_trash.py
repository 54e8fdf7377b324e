"""Cancelled deals can go to the trash, and come back; their numbers stay theirs."""

from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, find_deal, get_deal
from crm.deals.deal_index import SEARCH, index_deal
from crm.errors import Conflict
from crm.records.skeleton import in_trash, refuse_stale
from crm.records.tombstones import bury, unbury


def delete_deal(tx: Transaction, deal_id: int, *, expected_version: int | None = None) -> None:
    """Raises NotFound, Stale, and Conflict for one that is not cancelled."""
    deal = get_deal(tx, deal_id)
    refuse_stale(DEAL_RECORD, deal, expected_version)
    if deal.state != "cancelled":
        raise Conflict("Only a cancelled deal can be deleted.")
    forget_texts(tx, SEARCH, deal_id)
    bury(tx, DEAL_RECORD, deal)


def restore_deal(tx: Transaction, deal_id: int, *, expected_version: int | None = None) -> Deal:
    """Raises NotFound unless it is in the trash, and Stale."""
    old = in_trash(DEAL_RECORD, find_deal(tx, deal_id))
    refuse_stale(DEAL_RECORD, old, expected_version)
    unbury(tx, DEAL_RECORD, old)
    deal = get_deal(tx, deal_id)
    index_deal(tx, deal)
    return deal
