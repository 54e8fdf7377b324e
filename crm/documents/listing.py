"""Lists of quotes: filtered, sorted, searched, in keyset pages."""

from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import COUNT_LIMIT, Count, order_of
from crm.db.transaction import Transaction
from crm.documents.filters import SORTS, QuoteFilter, filter_parts, quotes_shown
from crm.documents.quote import NAMES, QuoteInList, in_list, today_of

SUGGESTIONS = 5
OWN = len(NAMES)


def list_quotes(
    tx: Transaction, wanted: QuoteFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[QuoteInList]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    order = order_of(SORTS, sort, deleted=wanted.deleted)
    parts, listed, today = filter_parts(tx, wanted), quotes_shown(tx), today_of(tx)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(
            tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1, today=today
        )

    page = read_page(fetch, cursor, SORTS[order.key].shape, limit, lambda row: row[OWN:])
    return Page([in_list(row[:OWN]) for row in page.rows], page.next, page.previous)


def count_quotes(tx: Transaction, wanted: QuoteFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many quotes such a list has. To stay quick it stops counting at `limit`; None counts all."""
    parts = filter_parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, quotes_shown(tx), parts, deleted=wanted.deleted, limit=limit))


def suggest_quotes(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[QuoteInList]:
    return list_quotes(tx, QuoteFilter(q=text), limit=limit).rows
