"""Lists of quotes: filtered, sorted, searched, in keyset pages."""

from crm.db.keyset import Page
from crm.db.list_pages import count_list, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.documents.filters import QuoteFilter, filter_parts, quotes_shown
from crm.documents.quote import NAMES, QuoteInList, in_list, today_of

SUGGESTIONS = 5
OWN = len(NAMES)


def list_quotes(
    tx: Transaction, wanted: QuoteFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[QuoteInList]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        quotes_shown(tx),
        filter_parts(tx, wanted),
        in_list,
        width=OWN,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
        today=today_of(tx),
    )


def count_quotes(tx: Transaction, wanted: QuoteFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many quotes such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, quotes_shown(tx), filter_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_quotes(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[QuoteInList]:
    return list_quotes(tx, QuoteFilter(q=text), limit=limit).rows
