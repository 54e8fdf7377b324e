"""Lists of leads: filtered, sorted, searched, in keyset pages."""

from dataclasses import replace

from crm.custom_fields.custom_field import custom_fields_of
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import COUNT_LIMIT, Count, order_of
from crm.db.transaction import Transaction
from crm.leads.filters import OPEN, LeadFilter, filter_parts, leads_shown, sorts_for
from crm.leads.lead import COLUMN, Lead, day_number, lead_of

SUGGESTIONS = 5
OWN = len(COLUMN)


def list_leads(
    tx: Transaction, wanted: LeadFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Lead]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    sorts = sorts_for(tx, sort)
    order = order_of(sorts, sort, deleted=wanted.deleted)
    parts = filter_parts(tx, wanted)

    custom = custom_fields_of(tx, "lead")
    listed = replace(leads_shown(tx), sorts=sorts)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way, today = order.turned(place.back), day_number(tx.now)
        return read_rows(
            tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1, today=today
        )

    page = read_page(fetch, cursor, sorts[order.key].shape, limit, lambda row: row[OWN:])
    return Page([lead_of(row[:OWN], custom) for row in page.rows], page.next, page.previous)


def list_stale_leads(tx: Transaction, limit: int) -> list[Lead]:
    """The actor's leads without activity for longer than their stage allows, the longest first."""
    wanted = LeadFilter(owner_id=tx.actor.user_id, stale=True)
    return list_leads(tx, wanted, sort="updated_at", limit=limit).rows


def count_leads(tx: Transaction, wanted: LeadFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many leads such a list has. To stay quick it stops counting at `limit`; None counts all."""
    parts = filter_parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, leads_shown(tx), parts, deleted=wanted.deleted, limit=limit))


def suggest_leads(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Lead]:
    """The newest few for what is being typed; those still open come first."""
    open_ones = list_leads(tx, LeadFilter(q=text, status=OPEN), limit=limit).rows
    rest = list_leads(tx, LeadFilter(q=text), limit=limit).rows if len(open_ones) < limit else []
    return list({lead.id: lead for lead in (*open_ones, *rest)}.values())[:limit]
