"""Cancelled deals can go to the trash, and come back; their numbers stay theirs."""

from crm.custom_fields.trash import CustomizedTrash
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, find_deal, get_deal
from crm.deals.deal_index import SEARCH, index_deal
from crm.errors import Conflict


def _leave(_tx: Transaction, deal: Deal) -> None:
    if deal.state != "cancelled":
        raise Conflict("Only a cancelled deal can be deleted.")


DEAL_TRASH = CustomizedTrash(
    record=DEAL_RECORD,
    get=get_deal,
    find=find_deal,
    search=SEARCH,
    index=index_deal,
    leaving=_leave,
)
delete_deal = DEAL_TRASH.delete
restore_deal = DEAL_TRASH.restore
