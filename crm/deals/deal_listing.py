"""Lists of deals."""

from collections.abc import Callable
from functools import partial

from crm.catalogue.costs import sees_costs
from crm.custom_fields.custom_field import custom_fields_of
from crm.db.list_parts import ListRow
from crm.db.transaction import Transaction
from crm.deals.deal import COLUMNS, Deal, deal_of
from crm.deals.deal_filters import OPEN, DealFilter, deal_sorts_for, deals_shown, filter_parts
from crm.records.record_list import RecordList


def _reading(tx: Transaction) -> Callable[[ListRow], Deal]:
    return partial(deal_of, with_gross=sees_costs(tx), custom=custom_fields_of(tx, "deal"))


DEAL_LISTING: RecordList[DealFilter, Deal] = RecordList(
    filters=DealFilter,
    shown=deals_shown,
    sorts=deal_sorts_for,
    parts=filter_parts,
    reading=_reading,
    width=COLUMNS,
    first={"state": OPEN},
)
list_deals = DEAL_LISTING.page
count_deals = DEAL_LISTING.count
suggest_deals = DEAL_LISTING.suggest
