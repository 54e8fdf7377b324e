"""Lists of leads: filtered, sorted, searched, in keyset pages."""

from crm.clients.listing import COUNT_LIMIT, Count
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid
from crm.leads.lead import Lead, day_number, lead_of
from crm.leads.listing_sqlite import EXTRA_COLUMNS, SORTS, LeadFilter, plan_count, plan_list

DEFAULT_SORT = "-created_at"
TRASH_SORT = "-deleted_at"


def list_leads(
    tx: Transaction, wanted: LeadFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Lead]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    key, descending = _order(wanted, sort)
    after = decode_cursor(cursor, SORTS[key].shape) if cursor else None
    plan = plan_list(tx, wanted, key, descending=descending, after=after)
    if plan is None:
        return Page([], None)
    rows = tx.all(plan.sql, limit=limit + 1, today=day_number(tx.now), **plan.params)
    page = page_of(rows, limit, lambda row: [row[name] for name in SORTS[key].cursor])
    return Page([_lead(row) for row in page.rows], page.next)


def count_leads(tx: Transaction, wanted: LeadFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many leads such a list has. To stay quick it stops counting at `limit`; None counts all."""
    plan = plan_count(tx, wanted)
    if plan is None:
        return Count(0, exact=True)
    total = int(tx.value(plan.sql, limit=-1 if limit is None else limit + 1, **plan.params))
    if limit is None or total <= limit:
        return Count(total, exact=True)
    return Count(limit, exact=False)


def _order(wanted: LeadFilter, sort: str | None) -> tuple[str, bool]:
    sort = sort or (TRASH_SORT if wanted.deleted else DEFAULT_SORT)
    known = [name for name, each in SORTS.items() if each.of_trash == wanted.deleted]
    key = sort.removeprefix("-")
    if key not in known:
        raise Invalid.field("sort", f"must be {' or '.join(known)}, with a minus before it for the reverse")
    return key, sort.startswith("-")


def _lead(row: Row) -> Lead:
    return lead_of({name: value for name, value in row.items() if name not in EXTRA_COLUMNS})
