"""The SQL of the lists of clients: which filters there are, and which orders."""

from dataclasses import dataclass

from crm.clients.client import CLIENT_COLUMNS
from crm.clients.phones import digits_meant, settle_phone
from crm.clients.spellings import spellings
from crm.db.list_parts import Found, Listed, Part, Plan, Sort, Tagged, column_among, column_part
from crm.db.list_plan import plan_count as plan_count_of
from crm.db.list_plan import plan_page
from crm.db.search_query import parse_query
from crm.db.search_rebuilds import is_rebuilding
from crm.db.transaction import Transaction
from crm.records.keys import email_key, place_key
from crm.records.tags import find_tags

NOBODY = 0
COLUMN_FILTERS = ("company_id", "owner_id", "country", "status", "kind")
PLACE_FILTERS = ("city", "source")


@dataclass(frozen=True, slots=True)
class ClientFilter:
    """What to list: `q` is searched for, the rest must be equal. `owner_id` 0 asks for those without one."""

    q: str | None = None
    status: str | None = None
    kind: str | None = None
    owner_id: int | None = None
    company_id: int | None = None
    tag: str | None = None
    city: str | None = None
    country: str | None = None
    source: str | None = None
    email: str | None = None
    phone: str | None = None
    deleted: bool = False


SORTS = {
    "created_at": Sort(("c.id",), ("id",), (int,)),
    "updated_at": Sort(("c.updated_at", "c.id"), ("updated_at", "id"), (str, int)),
    "name": Sort(("c.name_key", "c.id"), ("name_key", "id"), (str, int)),
    "deleted_at": Sort(("c.deleted_at", "c.id"), ("deleted_at", "id"), (str, int), of_trash=True),
}


CLIENTS = Listed(
    table="clients",
    alias="c",
    shown=f"{CLIENT_COLUMNS}, c.name_key",
    texts="""(c.name_key || ' ' || coalesce(c.email_key, '') || ' ' || coalesce(substr(c.phone, 2), '')
              || ' ' || c.sought)""",
    joined="c.joined",
    sorts=SORTS,
)


def plan_list(
    tx: Transaction, wanted: ClientFilter, key: str, *, descending: bool, after: list[str | int] | None
) -> Plan | None:
    """The SQL of one page in that order, after the row with those values; None when nothing can match."""
    parts = _parts(tx, wanted)
    if parts is None:
        return None
    return plan_page(tx, CLIENTS, parts, key, descending=descending, after=after, deleted=wanted.deleted)


def plan_count(tx: Transaction, wanted: ClientFilter) -> Plan | None:
    """The SQL that counts what a list would show, up to `:limit`; None when nothing can match."""
    parts = _parts(tx, wanted)
    return None if parts is None else plan_count_of(tx, CLIENTS, parts, deleted=wanted.deleted)


def _contact_parts(tx: Transaction, wanted: ClientFilter) -> list[Part]:
    """Raises Invalid naming `phone` when it is none."""
    parts: list[Part] = []
    if wanted.email is not None:
        parts.append(column_part(CLIENTS, "email_key", email_key(wanted.email)))
    if wanted.phone is not None:
        parts.append(column_among(CLIENTS, "phone", spellings(settle_phone(tx, wanted.phone))))
    return parts


def _parts(tx: Transaction, wanted: ClientFilter) -> list[Part] | None:
    """The filters that are set, the most telling first; None when one cannot match anything."""
    parts = _contact_parts(tx, wanted)
    if wanted.q is not None and wanted.q.strip():
        query = parse_query(wanted.q, digits_meant(tx, wanted.q))
        if query is None:
            return None
        parts.append(Found(query))
    if wanted.tag is not None:
        tag_ids = find_tags(tx, wanted.tag)
        if not tag_ids:
            return None
        parts.append(Tagged("client_tags", "client_id", tag_ids))
    given = {name: getattr(wanted, name) for name in COLUMN_FILTERS if getattr(wanted, name) is not None}
    if given.get("owner_id") == NOBODY:
        given["owner_id"] = None
    parts += [column_part(CLIENTS, name, value) for name, value in given.items()]
    return parts + place_parts(tx, CLIENTS, {name: getattr(wanted, name) for name in PLACE_FILTERS})


def place_parts(tx: Transaction, listed: Listed, wanted: dict[str, str | None]) -> list[Part]:
    """For cities and sources, in whatever spelling; in old rows they are as they were typed until rebuilt."""
    parts: list[Part] = []
    for name, text in wanted.items():
        if text is not None:
            key = place_key(text) or text
            keys = (key, text) if key != text and is_rebuilding(tx, listed.table) else (key,)
            parts.append(column_among(listed, f"{name}_key", keys))
    return parts
