"""Lists of deals: filtered, sorted, searched, in keyset pages."""

from crm.catalogue.costs import sees_costs
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import COUNT_LIMIT, Count, order_of
from crm.db.transaction import Transaction
from crm.deals.deal import COLUMNS, Deal, deal_of
from crm.deals.deal_filters import OPEN, SORTS, DealFilter, deals_shown, filter_parts

SUGGESTIONS = 5


def list_deals(
    tx: Transaction, wanted: DealFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Deal]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    order = order_of(SORTS, sort, deleted=wanted.deleted)
    parts, listed, with_gross = filter_parts(tx, wanted), deals_shown(tx), sees_costs(tx)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1)

    page = read_page(fetch, cursor, SORTS[order.key].shape, limit, lambda row: row[COLUMNS:])
    return Page(
        [deal_of(row[:COLUMNS], with_gross=with_gross) for row in page.rows], page.next, page.previous
    )


def count_deals(tx: Transaction, wanted: DealFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many deals such a list has. To stay quick it stops counting at `limit`; None counts all."""
    parts = filter_parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, deals_shown(tx), parts, deleted=wanted.deleted, limit=limit))


def suggest_deals(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Deal]:
    """The newest few for what is being typed; open ones come first."""
    open_ones = list_deals(tx, DealFilter(q=text, state=OPEN), limit=limit).rows
    rest = list_deals(tx, DealFilter(q=text), limit=limit).rows if len(open_ones) < limit else []
    return list({deal.id: deal for deal in (*open_ones, *rest)}.values())[:limit]
