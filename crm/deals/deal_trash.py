"""Cancelled deals can go to the trash, and come back; their numbers stay theirs."""

from crm.custom_fields.uniqueness import claim_record, free_record
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, find_deal, get_deal
from crm.deals.deal_index import SEARCH, index_deal
from crm.errors import Conflict
from crm.records.record_trash import RecordTrash


def _leave(tx: Transaction, deal: Deal) -> None:
    if deal.state != "cancelled":
        raise Conflict("Only a cancelled deal can be deleted.")
    free_record(tx, "deal", deal.id)


DEAL_TRASH = RecordTrash(
    record=DEAL_RECORD,
    get=get_deal,
    find=find_deal,
    search=SEARCH,
    index=index_deal,
    leaving=_leave,
    returning=lambda tx, deal: claim_record(tx, "deal", deal.id),
)
delete_deal = DEAL_TRASH.delete
restore_deal = DEAL_TRASH.restore
