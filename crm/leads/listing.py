"""Lists of leads: filtered, sorted, searched, in keyset pages."""

from typing import Any

from crm.db.keyset import Page, Place, read_page
from crm.db.listing import COUNT_LIMIT, Count, count_rows, order_of
from crm.db.transaction import Transaction
from crm.leads.filters import OPEN, SORTS, LeadFilter, plan_count, plan_list
from crm.leads.lead import COLUMN, Lead, day_number, lead_of

SUGGESTIONS = 5
OWN = len(COLUMN)


def list_leads(
    tx: Transaction, wanted: LeadFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Lead]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    key, descending = order_of(SORTS, sort, deleted=wanted.deleted)

    def fetch(place: Place) -> list[tuple[Any, ...]]:
        plan = plan_list(tx, wanted, key, descending=descending != place.back, after=place.keys)
        if plan is None:
            return []
        return tx.tuples(plan.sql, limit=limit + 1, today=day_number(tx.now), **plan.params)

    page = read_page(fetch, cursor, SORTS[key].shape, limit, lambda row: row[OWN:])
    return Page([lead_of(row[:OWN]) for row in page.rows], page.next, page.previous)


def list_stale_leads(tx: Transaction, limit: int) -> list[Lead]:
    """The actor's own that nobody has touched for longer than their stage allows, the longest first."""
    wanted = LeadFilter(owner_id=tx.actor.user_id, stale=True)
    return list_leads(tx, wanted, sort="updated_at", limit=limit).rows


def count_leads(tx: Transaction, wanted: LeadFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many leads such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_rows(tx, plan_count(tx, wanted), limit)


def suggest_leads(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Lead]:
    """The newest few for what is being typed; those still open come first."""
    open_ones = list_leads(tx, LeadFilter(q=text, status=OPEN), limit=limit).rows
    rest = list_leads(tx, LeadFilter(q=text), limit=limit).rows if len(open_ones) < limit else []
    return list({lead.id: lead for lead in (*open_ones, *rest)}.values())[:limit]
