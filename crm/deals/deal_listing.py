"""Lists of deals: filtered, sorted, searched, in keyset pages."""

from functools import partial

from crm.catalogue.costs import sees_costs
from crm.custom_fields.custom_field import custom_fields_of
from crm.db.keyset import Page
from crm.db.list_pages import count_list, first_of, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.deals.deal import COLUMNS, Deal, deal_of
from crm.deals.deal_filters import OPEN, DealFilter, deal_sorts_for, deals_shown, filter_parts

SUGGESTIONS = 5


def list_deals(
    tx: Transaction, wanted: DealFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Deal]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        deals_shown(tx).sorted_by(deal_sorts_for(tx, sort)),
        filter_parts(tx, wanted),
        partial(deal_of, with_gross=sees_costs(tx), custom=custom_fields_of(tx, "deal")),
        width=COLUMNS,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
    )


def count_deals(tx: Transaction, wanted: DealFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many deals such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, deals_shown(tx), filter_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_deals(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Deal]:
    """The newest few for what is being typed; open ones come first."""
    best, all_of_them = DealFilter(q=text, state=OPEN), DealFilter(q=text)
    return first_of(limit, lambda wanted: list_deals(tx, wanted, limit=limit).rows, best, all_of_them)
