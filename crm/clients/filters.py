"""Filters and orders of the lists of clients, as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated
from crm.accounts.owners import owner_groups
from crm.clients.client import client_columns
from crm.clients.fields import Kind, Status
from crm.clients.having import having_further, having_main
from crm.clients.links import belonging_to, has_further_people
from crm.clients.phones import digits_meant, parse_phone
from crm.clients.spellings import spellings
from crm.custom_fields.listing import sorts_with_custom
from crm.db.list_parts import Condition, Ids, Listed, Part, Sort, column_among, column_part
from crm.db.search_rebuilds import is_rebuilding
from crm.db.transaction import Transaction
from crm.fields import MAX_ID, Email
from crm.records.conditions.grammar import FilterText
from crm.records.keys import (
    email_key,
    place_key,
)
from crm.records.list_filters import sought_parts
from crm.records.merged import id_now
from crm.records.seen import composed_once, seen_parts
from crm.time_fields import Day

NOBODY = 0
COLUMN_FILTERS = ("owner_id", "country", "status", "kind")
PLACE_FILTERS = ("city", "source")


class ClientFilter(BaseModel):
    """The filters of a list of clients; `deleted` lists the trash.

    Created and changed are days in the actor's time zone; bounds are inclusive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(
        default=None, max_length=200, description="Part of a name or of an e-mail, or digits of a phone"
    )
    status: Status | None = None
    kind: Kind | None = None
    owner_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: clients without an owner")
    company_id: int | None = Field(
        default=None, ge=1, le=MAX_ID, description="Who belongs to that company, mainly or among others"
    )
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    city: str | None = Field(default=None, min_length=1, max_length=100)
    country: str | None = Field(default=None, min_length=2, max_length=2)
    source: str | None = Field(default=None, min_length=1, max_length=100)
    email: Email | None = Field(default=None, description="The whole address, main or further")
    phone: str | None = Field(
        default=None, min_length=1, max_length=40, description="The whole number, main or further"
    )
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    deleted: bool = False
    filter: FilterText | None = None


OWNER_KEY = """COALESCE((SELECT named.name_key FROM users named
                          WHERE named.workspace_id = :workspace_id AND named.id = c.owner_id), '')"""
SORTS = {
    "created_at": Sort(("c.id",), (int,), moment="c.created_at"),
    "updated_at": Sort(("c.updated_at", "c.id"), (str, int)),
    "name": Sort(("c.name_key", "c.id"), (str, int)),
    "status": Sort(("c.status", "c.id"), (str, int)),
    "email": Sort(("COALESCE(c.email_key, '')", "c.id"), (str, int), optional="c.email_key"),
    "phone": Sort(("COALESCE(c.phone, '')", "c.id"), (str, int), optional="c.phone"),
    "tags": Sort(("COALESCE(c.first_tag, '')", "c.id"), (str, int), optional="c.first_tag"),
    "owner": Sort((OWNER_KEY, "c.id"), (str, int), optional="c.owner_id", groups=owner_groups("c.owner_id")),
    "deleted_at": Sort(("c.deleted_at", "c.id"), (str, int), of_trash=True),
}


NOT_MERGED = """NOT EXISTS (SELECT 1
                      FROM client_merges merged
                     WHERE merged.workspace_id = :workspace_id
                       AND merged.loser_id = c.id
                       AND merged.undone_at IS NULL)"""
"""A client that was merged into another is in no list, not even that of the trash."""

CLIENTS = Listed(
    table="clients",
    alias="c",
    shown="c.id",
    texts="""(c.name_key || ' ' || coalesce(c.email_key, '') || ' ' || coalesce(substr(c.phone, 2), '')
              || ' ' || c.sought)""",
    joined="c.joined",
    erasable=True,
    sorts=SORTS,
    paired=frozenset({("country", "name"), ("city_key", "name"), ("owner_id", "name"), ("status", "name")}),
)


def sorts_for(tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
    """With those by custom fields where one is asked for."""
    return sorts_with_custom(tx, "client", "c", SORTS, sort)


@composed_once
def clients_shown(tx: Transaction) -> Listed:
    """With everything that a page shows to the acting user."""
    return replace(CLIENTS, shown=client_columns(tx))


def filter_parts(tx: Transaction, wanted: ClientFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    if wanted.model_fields_set.isdisjoint(ClientFilter.model_fields):
        return seen_parts(tx, "client", "c")
    parts = _contact_parts(tx, wanted)
    digits = digits_meant(tx, wanted.q) if wanted.q else ()
    sought = sought_parts(tx, "client", wanted.q, wanted.tag, filled="c.first_tag", digits=digits)
    if sought is None:
        return None
    parts += sought
    given = {name: getattr(wanted, name) for name in COLUMN_FILTERS if getattr(wanted, name) is not None}
    if given.get("owner_id") == NOBODY:
        given["owner_id"] = None
    parts += [column_part(CLIENTS, name, value) for name, value in given.items()]
    if wanted.company_id is not None:
        parts.append(_belonging(tx, id_now(tx, "client", wanted.company_id)))
    parts += place_parts(tx, CLIENTS, {name: getattr(wanted, name) for name in PLACE_FILTERS})
    if wanted.deleted:
        parts.append(Condition(NOT_MERGED, drives=False))
    parts += [*seen_parts(tx, "client", "c"), *created_and_updated(tx, "c", wanted)]
    return with_conditions(tx, "client", "c", wanted.filter, parts)


def _contact_parts(tx: Transaction, wanted: ClientFilter) -> list[Part]:
    """Raises Invalid naming `phone` if it is not a number."""
    parts: list[Part] = []
    if wanted.email is not None:
        parts.append(_having(tx, "email_key", (email_key(wanted.email),)))
    if wanted.phone is not None:
        parts.append(_having(tx, "phone", spellings(parse_phone(tx, wanted.phone))))
    return parts


def _belonging(tx: Transaction, company_id: int) -> Part:
    """To the company as the main one of a client, or as a further one, which few companies are."""
    if not has_further_people(tx, company_id):
        return column_part(CLIENTS, "company_id", company_id)
    return Condition(belonging_to(":company_id"), {"company_id": company_id}, by_id=False)


def _having(tx: Transaction, column: str, values: Sequence[str]) -> Part:
    """As the main address or number, or as a further one of a client, which few others have."""
    further = having_further(tx, values)
    if not further:
        return column_among(CLIENTS, column, values)
    return Ids(f"with_{column}", [*further, *having_main(tx, column, values)])


def place_parts(tx: Transaction, listed: Listed, wanted: dict[str, str | None]) -> list[Part]:
    """For cities and sources, in any spelling; old rows have them as typed until they are rebuilt."""
    parts: list[Part] = []
    for name, text in wanted.items():
        if text is not None:
            key = place_key(text) or text
            keys = (key, text) if key != text and is_rebuilding(tx, listed.table) else (key,)
            parts.append(column_among(listed, f"{name}_key", keys))
    return parts
