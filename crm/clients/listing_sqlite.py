"""The SQL of the lists of clients, for SQLite: what drives a list is chosen here, not left to be guessed.

Every filter's index ends in the id, and the search index is ordered by it too: one filter with the newest
first is a walk along one index. With another order, or with several filters, the rarest filter drives when it
has few rows; else the walk goes along the order's own index and each row is checked on the way.
A unary plus keeps SQLite from using the index of a column that is only to be checked.
"""

from dataclasses import dataclass, field

from crm.clients.client import CLIENT_COLUMNS
from crm.clients.tags import find_tag
from crm.db.fulltext import ID_BITS, ID_MASK, Query, parse_query, row_conditions
from crm.db.session import SQLiteValue
from crm.db.transaction import Transaction

FEW = 2_000
NOBODY = 0
COLUMN_FILTERS = ("company_id", "owner_id", "city", "source", "country", "status", "kind")
TEXTS = "(c.name_key || ' ' || coalesce(c.email_key, '') || ' ' || coalesce(substr(c.phone, 2), ''))"

Params = dict[str, SQLiteValue]


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
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Sort:
    """`columns` make the order; `cursor` names them in a row, `shape` their types."""

    columns: tuple[str, ...]
    cursor: tuple[str, ...]
    shape: tuple[type, ...]
    of_trash: bool = False


SORTS = {
    "created_at": Sort(("c.id",), ("id",), (int,)),
    "updated_at": Sort(("c.updated_at", "c.id"), ("updated_at", "id"), (str, int)),
    "name": Sort(("c.name_key", "c.id"), ("name_key", "id"), (str, int)),
    "deleted_at": Sort(("c.deleted_at", "c.id"), ("deleted_at", "id"), (str, int), of_trash=True),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """It takes `:limit` besides its parameters."""

    sql: str
    params: Params


@dataclass(frozen=True, slots=True)
class Part:
    """One filter in its two forms: what a list can walk along, and what is checked of each row."""

    drives: str
    checks: str = ""
    params: Params = field(default_factory=dict)
    table: str = "clients c"
    join: str = ""
    row_id: str = "c.id"


LIVE = Part("c.workspace_id = :workspace_id AND c.deleted_at IS NULL")
TRASH = Part("c.workspace_id = :workspace_id AND c.deleted_at IS NOT NULL")


def plan_list(
    tx: Transaction, wanted: ClientFilter, key: str, *, descending: bool, after: list[str | int] | None
) -> Plan | None:
    """The SQL of one page in that order, after the row with those values; None when nothing can match."""
    parts = _parts(tx, wanted)
    if parts is None:
        return None
    by_id = key == "created_at"
    driver = _driver(tx, parts, wanted, by_id=by_id)
    columns = (driver.row_id,) if by_id else SORTS[key].columns
    where, params = _where(parts, driver)
    clause, more = _after(columns, after, descending=descending)
    body = f"""{driver.table}{driver.join}
         WHERE {" AND ".join(where)}{clause}
         ORDER BY {_order(columns, descending=descending)}
         LIMIT :limit"""
    if by_id or driver in (LIVE, TRASH):
        return Plan(f"SELECT {CLIENT_COLUMNS}, c.name_key FROM {body}", params | more)
    return Plan(_sorted_first(body, SORTS[key], descending=descending), params | more)


def plan_count(tx: Transaction, wanted: ClientFilter) -> Plan | None:
    """The SQL that counts what a list would show, up to `:limit`; None when nothing can match."""
    parts = _parts(tx, wanted)
    if parts is None:
        return None
    driver = _driver(tx, parts, wanted, by_id=True)
    where, params = _where(parts, driver)
    body = f"{driver.table}{driver.join} WHERE {' AND '.join(where)}"
    return Plan(f"SELECT count(*) FROM (SELECT 1 FROM {body} LIMIT :limit)", params)


def _parts(tx: Transaction, wanted: ClientFilter) -> list[Part] | None:
    """The filters that are set, the most telling first; None when one cannot match anything."""
    parts = []
    if wanted.q is not None and wanted.q.strip():
        query = parse_query(wanted.q)
        if query is None:
            return None
        parts.append(_search_part(query))
    if wanted.tag is not None:
        tag_id = find_tag(tx, wanted.tag)
        if tag_id is None:
            return None
        parts.append(_tag_part(tag_id))
    return parts + [
        _column_part(name, getattr(wanted, name))
        for name in COLUMN_FILTERS
        if getattr(wanted, name) is not None
    ]


def _search_part(query: Query) -> Part:
    checks, params = row_conditions(query, TEXTS)
    return Part(
        f"""clients_search MATCH :match
           AND s.rowid > ((:workspace_id << {ID_BITS}) | :above)
           AND s.rowid < ((:workspace_id << {ID_BITS}) | :below)
           AND {checks}""",
        checks,
        {**params, "match": query.match, "above": 0, "below": ID_MASK},
        "clients_search s",
        f" CROSS JOIN clients c ON c.id = (s.rowid & {ID_MASK})",
        "s.rowid",
    )


def _tag_part(tag_id: int) -> Part:
    return Part(
        "ct.workspace_id = :workspace_id AND ct.tag_id = :tag_id",
        """EXISTS (SELECT 1
                       FROM client_tags ct
                      WHERE ct.workspace_id = :workspace_id
                        AND ct.tag_id = :tag_id
                        AND ct.client_id = c.id)""",
        {"tag_id": tag_id},
        "client_tags ct",
        " CROSS JOIN clients c ON c.id = ct.client_id",
        "ct.client_id",
    )


def _column_part(name: str, value: str | int) -> Part:
    if name == "owner_id" and value == NOBODY:
        return Part(f"{LIVE.drives} AND c.owner_id IS NULL", "+c.owner_id IS NULL")
    return Part(f"{LIVE.drives} AND c.{name} = :{name}", f"+c.{name} = :{name}", {name: value})


def _driver(tx: Transaction, parts: list[Part], wanted: ClientFilter, *, by_id: bool) -> Part:
    if wanted.deleted:
        return TRASH
    if not parts:
        return LIVE
    if by_id and len(parts) == 1:
        return parts[0]
    counts = [_count(tx, part) for part in parts]
    if min(counts) <= FEW:
        return parts[counts.index(min(counts))]
    return parts[0] if by_id else LIVE


def _count(tx: Transaction, part: Part) -> int:
    """How many rows the filter alone has, up to one more than few."""
    body = f"{part.table}{part.join} WHERE {part.drives} AND c.workspace_id = :workspace_id"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {body} LIMIT :most)"
    return int(tx.value(sql, most=FEW + 1, **part.params))


def _where(parts: list[Part], driver: Part) -> tuple[list[str], Params]:
    joined = [LIVE.drives] if driver.join else []
    checks = [part.checks for part in parts if part is not driver]
    return [driver.drives, *joined, *checks], {k: v for part in parts for k, v in part.params.items()}


def _after(
    columns: tuple[str, ...], after: list[str | int] | None, *, descending: bool
) -> tuple[str, Params]:
    """The search index heeds one upper bound of its rowid: the cursor takes the place of the workspace's."""
    if after is None:
        return "", {}
    if columns == ("s.rowid",):
        return "", {"below" if descending else "above": after[0]}
    names = [f"after_{place}" for place in range(len(after))]
    values = ", ".join(f":{name}" for name in names)
    clause = f" AND ({', '.join(columns)}) {'<' if descending else '>'} ({values})"
    return clause, dict(zip(names, after, strict=True))


def _sorted_first(body: str, sort: Sort, *, descending: bool) -> str:
    """Sort bare ids, then read the page: what a row shows of other tables is not looked up for the rest."""
    return f"""
        SELECT {CLIENT_COLUMNS}, c.name_key
          FROM (SELECT c.id AS page_id FROM {body}) page
          JOIN clients c ON c.id = page.page_id
         WHERE c.workspace_id = :workspace_id
         ORDER BY {_order(sort.columns, descending=descending)}"""


def _order(columns: tuple[str, ...], *, descending: bool) -> str:
    return ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in columns)
