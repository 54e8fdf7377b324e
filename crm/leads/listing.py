"""Lists of leads: filtered, sorted, searched, in keyset pages."""

from functools import partial

from crm.custom_fields.custom_field import custom_fields_of
from crm.db.keyset import Page
from crm.db.list_pages import count_list, first_of, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.leads.filters import OPEN, LeadFilter, filter_parts, leads_shown, sorts_for
from crm.leads.lead import COLUMN, Lead, day_number, lead_of

SUGGESTIONS = 5
OWN = len(COLUMN)


def list_leads(
    tx: Transaction, wanted: LeadFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Lead]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        leads_shown(tx).sorted_by(sorts_for(tx, sort)),
        filter_parts(tx, wanted),
        partial(lead_of, custom=custom_fields_of(tx, "lead")),
        width=OWN,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
        today=day_number(tx.now),
    )


def list_stale_leads(tx: Transaction, limit: int) -> list[Lead]:
    """The actor's leads without activity for longer than their stage allows, the longest first."""
    wanted = LeadFilter(owner_id=tx.actor.user_id, stale=True)
    return list_leads(tx, wanted, sort="updated_at", limit=limit).rows


def count_leads(tx: Transaction, wanted: LeadFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many leads such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, leads_shown(tx), filter_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_leads(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Lead]:
    """The newest few for what is being typed; those still open come first."""
    best, all_of_them = LeadFilter(q=text, status=OPEN), LeadFilter(q=text)
    return first_of(limit, lambda wanted: list_leads(tx, wanted, limit=limit).rows, best, all_of_them)
