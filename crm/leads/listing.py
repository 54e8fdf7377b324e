"""Lists of leads: filtered, sorted, searched, in keyset pages."""

from typing import Any

from crm.clients.listing import COUNT_LIMIT, Count
from crm.db.keyset import Page, Place, read_page
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.leads.lead import COLUMN, Lead, day_number, lead_of
from crm.leads.listing_sqlite import EXTRA_COLUMNS, OPEN, SORTS, LeadFilter, plan_count, plan_list

DEFAULT_SORT = "-created_at"
TRASH_SORT = "-deleted_at"
SUGGESTIONS = 5
OWN = len(COLUMN)
EXTRA_PLACES = {name: OWN + place for place, name in enumerate(EXTRA_COLUMNS)}
PLACES = {**COLUMN, "value_minor": COLUMN["value"], **EXTRA_PLACES}


def list_leads(
    tx: Transaction, wanted: LeadFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Lead]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    key, descending = _order(wanted, sort)

    def fetch(place: Place) -> list[tuple[Any, ...]]:
        plan = plan_list(tx, wanted, key, descending=descending != place.back, after=place.keys)
        if plan is None:
            return []
        return tx.tuples(plan.sql, limit=limit + 1, today=day_number(tx.now), **plan.params)

    places = [PLACES[name] for name in SORTS[key].cursor]
    page = read_page(fetch, cursor, SORTS[key].shape, limit, lambda row: [row[place] for place in places])
    return Page([lead_of(row[:OWN]) for row in page.rows], page.next, page.previous)


def count_leads(tx: Transaction, wanted: LeadFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many leads such a list has. To stay quick it stops counting at `limit`; None counts all."""
    plan = plan_count(tx, wanted)
    if plan is None:
        return Count(0, exact=True)
    total = int(tx.value(plan.sql, limit=-1 if limit is None else limit + 1, **plan.params))
    if limit is None or total <= limit:
        return Count(total, exact=True)
    return Count(limit, exact=False)


def suggest_leads(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Lead]:
    """The newest few for what is being typed; those still open come first."""
    open_ones = list_leads(tx, LeadFilter(q=text, status=OPEN), limit=limit).rows
    rest = list_leads(tx, LeadFilter(q=text), limit=limit).rows if len(open_ones) < limit else []
    return list({lead.id: lead for lead in (*open_ones, *rest)}.values())[:limit]


def _order(wanted: LeadFilter, sort: str | None) -> tuple[str, bool]:
    sort = sort or (TRASH_SORT if wanted.deleted else DEFAULT_SORT)
    known = [name for name, each in SORTS.items() if each.of_trash == wanted.deleted]
    key = sort.removeprefix("-")
    if key not in known:
        raise Invalid.field("sort", f"must be {' or '.join(known)}, with a minus before it for the reverse")
    return key, sort.startswith("-")
