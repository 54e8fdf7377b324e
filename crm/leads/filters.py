"""Filters and orders of the lists of leads and of the board, as SQL."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated, day_parts
from crm.accounts.owners import owner_groups
from crm.clients.filters import place_parts
from crm.custom_fields.listing import sorts_with_custom
from crm.db.bounds import bound_parts
from crm.db.list_parts import Condition, Groups, Listed, Part, Rows, Sort, column_part
from crm.db.list_plan import plan_rows
from crm.db.transaction import Transaction
from crm.db.values import Params, SQLValue
from crm.fields import MAX_ID
from crm.leads.campaign_filters import BY_CAMPAIGN, campaign_parts
from crm.leads.lead import STAGE_OF_LEAD, day_number, lead_columns
from crm.money import Amount
from crm.records.conditions.grammar import FilterText
from crm.records.list_filters import amount_parts, sought_parts
from crm.records.merged import id_now
from crm.records.seen import composed_once, only_seen, seen_parts
from crm.time_fields import Day

NOBODY = 0
OPEN: Literal["open"] = "open"
NEVER = "9999-12-31"
LeadStatus = Literal["open", "new", "in_progress", "waiting", "won", "lost"]
CLOSED = ("won", "lost")
COLUMN_FILTERS = ("client_id", "stage_id", "owner_id", "pipeline_id", "type", "status")


class BoardFilter(BaseModel):
    """The filters of a board and of a list; bounds are inclusive.

    Won, closed, created and changed are days in the actor's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(
        default=None, max_length=200, description="Words of the title and of the client's name"
    )
    owner_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: leads without an owner")
    client_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    type: str | None = Field(default=None, min_length=1, max_length=40)
    status: LeadStatus | None = Field(default=None, description="open: neither won nor lost")
    source: str | None = Field(default=None, min_length=1, max_length=100)
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    stale: bool | None = None
    value_from: Amount | None = None
    value_to: Amount | None = None
    closes_from: Day | None = Field(default=None, description="Expected to close on this day or later")
    closes_to: Day | None = None
    won_from: Day | None = Field(default=None, description="Won on this day or later")
    won_to: Day | None = None
    closed_from: Day | None = Field(default=None, description="Won or lost on this day or later")
    closed_to: Day | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    filter: FilterText | None = None


class LeadFilter(BoardFilter):
    """The filters of a list of leads; `deleted` lists the trash."""

    pipeline_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    stage_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    campaign: str | None = Field(default=None, min_length=1, max_length=100, description="So its name begins")
    campaign_id: int | None = Field(default=None, ge=1, le=MAX_ID, description="Counted with this campaign")
    campaign_channel: str | None = Field(default=None, min_length=1, max_length=40)
    has_campaign: bool | None = None
    ad_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: by no ad that is known")
    ad_set_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: by no known ad set")
    deleted: bool = False


OWNER_KEY = """COALESCE((SELECT named.name_key FROM users named
                          WHERE named.workspace_id = :workspace_id AND named.id = l.owner_id), '')"""
STAGE_RANK = """(SELECT ranked.rank FROM stages ranked
                  WHERE ranked.workspace_id = :workspace_id AND ranked.id = l.stage_id)"""
STAGES = Groups(
    """
    SELECT id, pipeline_id, rank
      FROM stages
     WHERE workspace_id = :workspace_id
       AND deleted_at IS NULL
     ORDER BY pipeline_id, rank
    """,
    "l.stage_id",
    {"stage_id": 0, "pipeline_id": 1},
)
SORTS = {
    "created_at": Sort(("l.id",), (int,), moment="l.created_at"),
    "updated_at": Sort(("l.updated_at", "l.id"), (str, int)),
    "title": Sort(("l.title_key", "l.id"), (str, int)),
    "value": Sort(("l.value_minor", "l.id"), (int, int)),
    "expected_close": Sort((f"COALESCE(l.expected_close, '{NEVER}')", "l.id"), (str, int)),
    "status": Sort(("l.status", "l.id"), (str, int)),
    "type": Sort(("l.type", "l.id"), (str, int)),
    "client": Sort(("l.client_key", "l.id"), (str, int)),
    "stage": Sort(("l.pipeline_id", STAGE_RANK, "l.id"), (int, str, int), groups=STAGES),
    "owner": Sort((OWNER_KEY, "l.id"), (str, int), optional="l.owner_id", groups=owner_groups("l.owner_id")),
    "source": Sort(("COALESCE(l.source_key, '')", "l.id"), (str, int), optional="l.source_key"),
    "campaign": BY_CAMPAIGN,
    "tags": Sort(("COALESCE(l.first_tag, '')", "l.id"), (str, int), optional="l.first_tag"),
    "closed_at": Sort(("COALESCE(l.closed_at, '')", "l.id"), (str, int), optional="l.closed_at", apart=True),
    "deleted_at": Sort(("l.deleted_at", "l.id"), (str, int), of_trash=True),
}
TEXTS = """(l.title_key || ' ' || coalesce(
               (SELECT sought.name_key FROM clients sought
                 WHERE sought.workspace_id = :workspace_id AND sought.id = l.client_id), '')
              || ' ' || l.sought)"""
SEEN_CLIENT = """EXISTS (SELECT 1 FROM clients sought
                        WHERE sought.workspace_id = :workspace_id AND sought.id = l.client_id {seen})"""
LEADS = Listed(
    table="leads",
    alias="l",
    shown="l.id",
    erasable=True,
    texts=TEXTS,
    joined="l.joined",
    sorts=SORTS,
    joins=STAGE_OF_LEAD,
    paired=frozenset({("owner_id", "value"), ("status", "value"), ("open", "value")}),
)


def sorts_for(tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
    """With those by custom fields where one is asked for. Those by client reveal no hidden client."""
    seen = only_seen(tx, "client", "sought")
    sorts = SORTS | {"client": _by_seen_client(SEEN_CLIENT.format(seen=seen))} if seen else SORTS
    return sorts_with_custom(tx, "lead", "l", sorts, sort)


@composed_once
def leads_shown(tx: Transaction) -> Listed:
    """With everything that a page shows to the acting user.

    A search uses only what they see: of a lead whose client is hidden, the title.
    """
    shown, seen = lead_columns(tx), only_seen(tx, "client", "sought")
    if not seen:
        return replace(LEADS, shown=shown)
    named = f"(l.client_id IS NULL OR {SEEN_CLIENT.format(seen=seen)})"
    return replace(
        LEADS,
        shown=shown,
        texts=f"CASE WHEN {named} THEN {TEXTS} ELSE l.title_key END",
        joined=f"CASE WHEN {named} THEN l.joined ELSE '' END",
    )


def _by_seen_client(seen_client: str) -> Sort:
    """Leads whose client is hidden are sorted like leads without a client."""
    key = f"CASE WHEN {seen_client} THEN l.client_key ELSE '' END"
    only = f"l.client_key > '' AND {seen_client}"
    return Sort((key, "l.id"), (str, int), optional="l.client_key", only=only)


def pipeline_rows(tx: Transaction, parts: list[Part], pipeline_id: int) -> Rows:
    """The live leads of a pipeline that match."""
    return plan_rows(
        tx, leads_shown(tx), parts, Condition("l.pipeline_id = :on_board", {"on_board": pipeline_id})
    )


def stage_rows(tx: Transaction, parts: list[Part], stage_id: int) -> Rows:
    """The live leads of a stage that match."""
    return plan_rows(
        tx, leads_shown(tx), parts, Condition("l.stage_id = :in_column", {"in_column": stage_id})
    )


def filter_parts(tx: Transaction, wanted: BoardFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    if wanted.model_fields_set.isdisjoint(LeadFilter.model_fields):
        return seen_parts(tx, "lead", "l")
    parts = sought_parts(tx, "lead", wanted.q, wanted.tag, filled="l.first_tag")
    if parts is None:
        return None
    given = {name: value for name in COLUMN_FILTERS if (value := getattr(wanted, name, None)) is not None}
    given |= {"client_id": id_now(tx, "client", given["client_id"])} if "client_id" in given else {}
    if given.get("owner_id") == NOBODY:
        given["owner_id"] = None
    if given.get("status") == OPEN:
        del given["status"]
        parts.append(Condition("l.closed_at IS NULL", name="open", empty="l.closed_at"))
    parts += [_column_part(name, value) for name, value in given.items()]
    parts += place_parts(tx, LEADS, {"source": wanted.source})
    parts += seen_parts(tx, "lead", "l")
    parts += campaign_parts(wanted) if isinstance(wanted, LeadFilter) else []
    parts += _bounds(wanted) + _days(tx, wanted) + _staleness(wanted, tx.now)
    return with_conditions(tx, "lead", "l", wanted.filter, parts)


def _column_part(name: str, value: SQLValue) -> Part:
    """A status says of every lead whether it is closed."""
    part = column_part(LEADS, name, value)
    if name != "status":
        return part
    closed = value in CLOSED
    return replace(part, filled="l.closed_at" if closed else "", empty="" if closed else "l.closed_at")


def _bounds(wanted: BoardFilter) -> list[Part]:
    values = amount_parts("l.value_minor", "value", wanted.value_from, wanted.value_to)
    first, last = wanted.closes_from, wanted.closes_to
    closes = f"COALESCE(l.expected_close, '{NEVER}')"
    after = (last + timedelta(days=1)).isoformat() if last else None
    begin = first.isoformat() if first else None
    return values + bound_parts(closes, "closes", begin, after, only="l.expected_close IS NOT NULL")


def _days(tx: Transaction, wanted: BoardFilter) -> list[Part]:
    """By days in the actor's time zone."""
    won = "l.status = 'won'"
    return [
        *day_parts(tx, "l.closed_at", "won", wanted.won_from, wanted.won_to, only=won),
        *day_parts(tx, "l.closed_at", "closed", wanted.closed_from, wanted.closed_to),
        *created_and_updated(tx, "l", wanted),
    ]


def _staleness(wanted: BoardFilter, now: str) -> list[Part]:
    if wanted.stale is None:
        return []
    stale = """EXISTS (SELECT 1
                         FROM stages st
                        WHERE st.workspace_id = :workspace_id
                          AND st.id = l.stage_id
                          AND l.touched_day + st.stale_days < :stale_on)"""
    params: Params = {"stale_on": day_number(now)}
    if not wanted.stale:
        return [Condition(f"NOT (l.closed_at IS NULL AND {stale})", params, drives=False)]
    untouched = "l.closed_at IS NULL AND l.touched_day < :stale_on"
    return [Condition(f"{untouched} AND {stale}", params, by_id=False)]
