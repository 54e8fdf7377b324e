"""The SQL of lists, for SQLite: what drives a list is chosen here, not left to be guessed.

Every filter's index ends in the id, and the search index is ordered by it too: one filter with the newest
first is a walk along one index. With another order, or with several filters, the rarest filter drives when it
has few rows; else the walk goes along the order's own index and each row is checked on the way.
A unary plus keeps SQLite from using the index of a column that is only to be checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from crm.db.fulltext import ID_BITS, ID_MASK
from crm.db.search_query import Query, row_conditions
from crm.db.sqlite.session import SQLiteValue
from crm.db.transaction import Transaction

FEW = 2_000

Params = dict[str, SQLiteValue]
Value = TypeVar("Value", str, int)


@dataclass(frozen=True, slots=True)
class Sort:
    """`columns` make the order; `cursor` names them in a row, `shape` their types."""

    columns: tuple[str, ...]
    cursor: tuple[str, ...]
    shape: tuple[type, ...]
    of_trash: bool = False

    @property
    def by_id(self) -> bool:
        return self.cursor == ("id",)


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of records that people list; `alias` stands for it in all SQL.

    `shown` are the columns of a page, which may take the tables of `joins`. `texts` is the SQL expression of
    what is searched for, `joined` that of its words written together.
    """

    table: str
    alias: str
    shown: str
    texts: str
    joined: str
    sorts: Mapping[str, Sort]
    joins: str = ""

    @property
    def live(self) -> "Part":
        return Part(f"{self.alias}.workspace_id = :workspace_id AND {self.alias}.deleted_at IS NULL")

    @property
    def trash(self) -> "Part":
        return Part(f"{self.alias}.workspace_id = :workspace_id AND {self.alias}.deleted_at IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Part:
    """One filter in its two forms: what a list can walk along, and what is checked of each row.

    Without `drives` it is only ever checked. `source` is a table that is walked in place of the listed one,
    with `row_id` as the listed row's id in it. `by_id` tells that the walk is in the order of ids.
    """

    drives: str
    checks: str = ""
    params: Params = field(default_factory=dict)
    source: str = ""
    row_id: str = ""
    by_id: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """All that fits, in no order: for `SELECT … FROM {source} WHERE {where}`."""

    source: str
    where: str
    params: Params


@dataclass(frozen=True, slots=True)
class Plan:
    """It takes the caller's own parameters, such as `:limit`, besides these."""

    sql: str
    params: Params


def column_part(listed: Listed, name: str, value: SQLiteValue) -> Part:
    """The column must be equal; None asks for rows that have nothing there."""
    column = f"{listed.alias}.{name}"
    if value is None:
        return Part(f"{listed.live.drives} AND {column} IS NULL", f"+{column} IS NULL")
    return Part(f"{listed.live.drives} AND {column} = :{name}", f"+{column} = :{name}", {name: value})


def column_among(listed: Listed, name: str, values: Sequence[str]) -> Part:
    """The column must be one of the values."""
    among, params = among_values(f"{listed.alias}.{name}", name, values)
    return Part(f"{listed.live.drives} AND {among}", f"+{among}", {**params})


def among_values(column: str, name: str, values: Sequence[Value]) -> tuple[str, dict[str, Value]]:
    """The condition, and its parameters. Written out: the planner takes no index for a list in JSON."""
    params = {f"{name}_{place}": value for place, value in enumerate(values)}
    return f"{column} IN ({', '.join(f':{each}' for each in params)})", params


def search_part(listed: Listed, query: Query) -> Part:
    checks, params = row_conditions(query, listed.texts, listed.joined)
    return Part(
        f"""{listed.table}_search MATCH :match
           AND s.rowid > ((:workspace_id << {ID_BITS}) | :above)
           AND s.rowid < ((:workspace_id << {ID_BITS}) | :below)
           AND {checks}""",
        checks,
        {**params, "match": query.match, "above": 0, "below": ID_MASK},
        f"{listed.table}_search s CROSS JOIN {listed.table} {listed.alias}"
        f" ON {listed.alias}.id = (s.rowid & {ID_MASK})",
        "s.rowid",
    )


def tag_part(listed: Listed, bearing: str, bearer: str, tag_ids: Sequence[int]) -> Part:
    """`bearing` is the table of who bears which tag, `bearer` its column of the listed row's id."""
    if len(tag_ids) > 1:
        return _part_of_tags(listed, bearing, bearer, tag_ids)
    borne = "b.workspace_id = :workspace_id AND b.tag_id = :tag_id"
    return Part(
        borne,
        f"EXISTS (SELECT 1 FROM {bearing} b WHERE {borne} AND b.{bearer} = {listed.alias}.id)",
        {"tag_id": tag_ids[0]},
        f"{bearing} b CROSS JOIN {listed.table} {listed.alias} ON {listed.alias}.id = b.{bearer}",
        f"b.{bearer}",
    )


def _part_of_tags(listed: Listed, bearing: str, bearer: str, tag_ids: Sequence[int]) -> Part:
    """Who bears several of them is one row all the same."""
    among, params = among_values("b.tag_id", "tag_id", tag_ids)
    borne = f"b.workspace_id = :workspace_id AND {among}"
    bearers = f"{listed.alias}.id IN (SELECT b.{bearer} FROM {bearing} b WHERE {borne})"
    checks = f"EXISTS (SELECT 1 FROM {bearing} b WHERE {borne} AND b.{bearer} = {listed.alias}.id)"
    return Part(f"{listed.live.drives} AND {bearers}", checks, {**params}, by_id=False)


def plan_page(
    tx: Transaction,
    listed: Listed,
    parts: Sequence[Part],
    key: str,
    *,
    descending: bool,
    after: Sequence[str | int] | None,
    deleted: bool = False,
) -> Plan:
    """The SQL of one page in that order, after the row with those values. It takes `:limit`.

    `parts` stand in the order of how telling they are.
    """
    sort = listed.sorts[key]
    driver = _driver(tx, listed, parts, by_id=sort.by_id, deleted=deleted)
    walks_order = sort.by_id or driver in (listed.live, listed.trash)
    columns = (driver.row_id or f"{listed.alias}.id",) if sort.by_id else sort.columns
    if (
        not walks_order
    ):  # or SQLite walks along the order's index all the same, past everything that does not fit
        columns = tuple(f"+{column}" for column in columns)
    rows = _rows(listed, parts, driver)
    clause, more = _after(columns, after, descending=descending)
    tail = f"""WHERE {rows.where}{clause}
         ORDER BY {_order(columns, descending=descending)}
         LIMIT :limit"""
    if walks_order:
        sql = f"SELECT {listed.shown} FROM {rows.source} {listed.joins} {tail}"
    else:
        sql = _sorted_first(listed, f"{rows.source} {tail}", sort, descending=descending)
    return Plan(sql, rows.params | more)


def plan_count(tx: Transaction, listed: Listed, parts: Sequence[Part], *, deleted: bool = False) -> Plan:
    """The SQL that counts what a list would show, up to `:limit`."""
    driver = _driver(tx, listed, parts, by_id=True, deleted=deleted)
    rows = _rows(listed, parts, driver)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {rows.source} WHERE {rows.where} LIMIT :limit)"
    return Plan(sql, rows.params)


def plan_rows(tx: Transaction, listed: Listed, parts: Sequence[Part], walk: Part) -> Rows:
    """The live rows that fit, among those of `walk`: along it, unless a filter has few rows."""
    driver = _driver(tx, listed, parts, by_id=False, deleted=False)
    if driver == listed.live:
        return _rows(listed, [*parts, walk], walk)
    return _rows(listed, [*parts, walk], driver)


def _driver(tx: Transaction, listed: Listed, parts: Sequence[Part], *, by_id: bool, deleted: bool) -> Part:
    if deleted:
        return listed.trash
    driving = [part for part in parts if part.drives]
    in_order = [part for part in driving if part.by_id] if by_id else []
    if driving and not (in_order and len(parts) == 1):
        counts = [_count(tx, listed, part) for part in driving]
        if min(counts) <= FEW:
            return driving[counts.index(min(counts))]
    return in_order[0] if in_order else listed.live


def _count(tx: Transaction, listed: Listed, part: Part) -> int:
    """How many rows the filter alone has, up to one more than few."""
    where = f"{_source(listed, part)} WHERE {part.drives} AND {listed.alias}.workspace_id = :workspace_id"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {where} LIMIT :most)"
    return int(tx.value(sql, most=FEW + 1, **part.params))


def _rows(listed: Listed, parts: Sequence[Part], driver: Part) -> Rows:
    joined = [listed.live.drives] if driver.source else []
    checks = [part.checks for part in parts if part is not driver]
    params = {name: value for part in [*parts, driver] for name, value in part.params.items()}
    return Rows(_source(listed, driver), " AND ".join([driver.drives, *joined, *checks]), params)


def _source(listed: Listed, part: Part) -> str:
    return part.source or f"{listed.table} {listed.alias}"


def _after(
    columns: tuple[str, ...], after: Sequence[str | int] | None, *, descending: bool
) -> tuple[str, Params]:
    """The search index heeds one bound of its rowid: the cursor takes the place of the workspace's."""
    if after is None:
        return "", {}
    if columns == ("s.rowid",):
        return "", {"below" if descending else "above": after[0]}
    names = [f"after_{place}" for place in range(len(after))]
    values = ", ".join(f":{name}" for name in names)
    clause = f" AND ({', '.join(columns)}) {'<' if descending else '>'} ({values})"
    return clause, dict(zip(names, after, strict=True))


def _sorted_first(listed: Listed, body: str, sort: Sort, *, descending: bool) -> str:
    """Sort bare ids, then read the page: what a row shows of other tables is not looked up for the rest."""
    alias = listed.alias
    return f"""
        SELECT {listed.shown}
          FROM (SELECT {alias}.id AS page_id FROM {body}) page
         CROSS JOIN {listed.table} {alias} ON {alias}.id = page.page_id {listed.joins}
         WHERE {alias}.workspace_id = :workspace_id
         ORDER BY {_order(sort.columns, descending=descending)}"""


def _order(columns: tuple[str, ...], *, descending: bool) -> str:
    return ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in columns)
