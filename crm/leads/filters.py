"""The SQL of the lists of leads and of the board's columns: which filters there are, and which orders."""

from dataclasses import dataclass
from decimal import Decimal

from crm.clients.filters import place_parts
from crm.db.list_parts import Condition, Found, Listed, Part, Plan, Rows, Sort, Tagged, column_part
from crm.db.list_plan import plan_count as plan_count_of
from crm.db.list_plan import plan_page, plan_rows
from crm.db.search_query import parse_query
from crm.db.transaction import Transaction
from crm.db.values import Params
from crm.leads.lead import LEAD_COLUMNS, STAGE_OF_LEAD, day_number
from crm.money import as_stored
from crm.records.tags import find_tags

NOBODY = 0
OPEN = "open"
NEVER = "9999-12-31"
COLUMN_FILTERS = ("client_id", "stage_id", "owner_id", "pipeline_id", "type", "status")


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What to list: `q` is searched for in the title and the client's name. `owner_id` 0 asks for leads
    without an owner, `status` open for those neither won nor lost. Values and days are bounds, inclusive.
    """

    q: str | None = None
    pipeline_id: int | None = None
    stage_id: int | None = None
    owner_id: int | None = None
    client_id: int | None = None
    type: str | None = None
    status: str | None = None
    source: str | None = None
    tag: str | None = None
    stale: bool | None = None
    value_from: Decimal | None = None
    value_to: Decimal | None = None
    closes_from: str | None = None
    closes_to: str | None = None
    deleted: bool = False


SORTS = {
    "created_at": Sort(("l.id",), ("id",), (int,)),
    "updated_at": Sort(("l.updated_at", "l.id"), ("updated_at", "id"), (str, int)),
    "title": Sort(("l.title_key", "l.id"), ("title_key", "id"), (str, int)),
    "value": Sort(("l.value_minor", "l.id"), ("value_minor", "id"), (int, int)),
    "expected_close": Sort((f"COALESCE(l.expected_close, '{NEVER}')", "l.id"), ("closes", "id"), (str, int)),
    "deleted_at": Sort(("l.deleted_at", "l.id"), ("deleted_at", "id"), (str, int), of_trash=True),
}
EXTRA_COLUMNS = ("title_key", "closes")
LEADS = Listed(
    table="leads",
    alias="l",
    shown=f"{LEAD_COLUMNS}, l.title_key, COALESCE(l.expected_close, '{NEVER}') AS closes",
    texts="""(l.title_key || ' ' || coalesce(
               (SELECT sought.name_key FROM clients sought
                 WHERE sought.workspace_id = :workspace_id AND sought.id = l.client_id), '')
              || ' ' || l.sought)""",
    joined="l.joined",
    sorts=SORTS,
    joins=STAGE_OF_LEAD,
)


def plan_list(
    tx: Transaction, wanted: LeadFilter, key: str, *, descending: bool, after: list[str | int] | None
) -> Plan | None:
    """The SQL of one page in that order, after the row with those values; None when nothing can match."""
    parts = filter_parts(tx, wanted)
    if parts is None:
        return None
    return plan_page(tx, LEADS, parts, key, descending=descending, after=after, deleted=wanted.deleted)


def plan_count(tx: Transaction, wanted: LeadFilter) -> Plan | None:
    """The SQL that counts what a list would show, up to `:limit`; None when nothing can match."""
    parts = filter_parts(tx, wanted)
    return None if parts is None else plan_count_of(tx, LEADS, parts, deleted=wanted.deleted)


def pipeline_rows(tx: Transaction, parts: list[Part], pipeline_id: int) -> Rows:
    """The live leads of a pipeline that fit."""
    return plan_rows(tx, LEADS, parts, Condition("l.pipeline_id = :on_board", {"on_board": pipeline_id}))


def stage_rows(tx: Transaction, parts: list[Part], stage_id: int) -> Rows:
    """The live leads of a stage that fit."""
    return plan_rows(tx, LEADS, parts, Condition("l.stage_id = :in_column", {"in_column": stage_id}))


def filter_parts(tx: Transaction, wanted: LeadFilter) -> list[Part] | None:
    """The filters that are set, the most telling first; None when one cannot match anything."""
    parts: list[Part] = []
    if wanted.q is not None and wanted.q.strip():
        query = parse_query(wanted.q)
        if query is None:
            return None
        parts.append(Found(query))
    if wanted.tag is not None:
        tag_ids = find_tags(tx, wanted.tag)
        if not tag_ids:
            return None
        parts.append(Tagged("lead_tags", "lead_id", tag_ids))
    given = {name: getattr(wanted, name) for name in COLUMN_FILTERS if getattr(wanted, name) is not None}
    if given.get("owner_id") == NOBODY:
        given["owner_id"] = None
    if given.get("status") == OPEN:
        del given["status"]
        parts.append(Condition("l.closed_at IS NULL"))
    parts += [column_part(LEADS, name, value) for name, value in given.items()]
    parts += place_parts(tx, LEADS, {"source": wanted.source})
    return parts + _bounds(wanted) + _staleness(wanted, tx.now)


def _bounds(wanted: LeadFilter) -> list[Part]:
    closes = f"COALESCE(l.expected_close, '{NEVER}')"
    bounds = [
        (
            "l.value_minor >=",
            "value_from",
            None if wanted.value_from is None else as_stored(wanted.value_from),
        ),
        ("l.value_minor <=", "value_to", None if wanted.value_to is None else as_stored(wanted.value_to)),
        (f"{closes} >=", "closes_from", wanted.closes_from),
        (f"{closes} <=", "closes_to", wanted.closes_to),
    ]
    return [
        Condition(f"{column} :{name}", {name: bound}, by_id=False)
        for column, name, bound in bounds
        if bound is not None
    ]


def _staleness(wanted: LeadFilter, now: str) -> list[Part]:
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
