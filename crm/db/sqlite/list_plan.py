"""The SQL of lists, for SQLite: what drives a list is chosen here, not left to be guessed.

Every filter's index ends in the id, and the search index is ordered by it too: one filter with the newest
first is a walk along one index. With another order, or with several filters, the rarest filter drives when it
has few rows; else the walk goes along the order's own index and each row is checked on the way.
"""

from collections.abc import Sequence

from crm.db.dialect import Runs
from crm.db.list_parts import Listed, Part, Plan, Rows, Sort
from crm.db.sqlite.list_walks import Walk, joined_walks, walk_of
from crm.db.values import Params

FEW = 2_000


def plan_page(
    tx: Runs,
    listed: Listed,
    parts: Sequence[Part],
    key: str,
    *,
    descending: bool,
    after: Sequence[str | int] | None,
    deleted: bool,
) -> Plan:
    """The SQL of one page in that order, after the row with those values. It takes `:limit`.

    `parts` stand in the order of how telling they are.
    """
    sort = listed.sorts[key]
    walks = [walk_of(listed, part) for part in parts]
    driver = _driver(tx, listed, walks, by_id=sort.by_id, deleted=deleted)
    walks_order = sort.by_id or (sort.walked and driver.drives in (listed.live, listed.trash))
    columns = (driver.row_id or f"{listed.alias}.id",) if sort.by_id else sort.columns
    if (
        not walks_order
    ):  # or SQLite walks along the order's index all the same, past everything that does not fit
        columns = tuple(f"+{column}" for column in columns)
    rows = _rows(listed, walks, driver)
    clause, more = _after(columns, after, descending=descending)
    tail = f"""WHERE {rows.where}{clause}
         ORDER BY {_order(columns, descending=descending)}
         LIMIT :limit"""
    if walks_order:
        sql = f"SELECT {_shown(listed, sort)} FROM {rows.source} {listed.joins} {tail}"
    else:
        sql = _sorted_first(listed, f"{rows.source} {tail}", sort, descending=descending)
    return Plan(sql, rows.params | more)


def plan_count(tx: Runs, listed: Listed, parts: Sequence[Part], *, deleted: bool) -> Plan:
    """The SQL that counts what a list would show, up to `:limit`."""
    walks = [walk_of(listed, part) for part in parts]
    driver = _driver(tx, listed, walks, by_id=True, deleted=deleted)
    rows = _rows(listed, walks, driver)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {rows.source} WHERE {rows.where} LIMIT :limit) counted"
    return Plan(sql, rows.params)


def plan_rows(tx: Runs, listed: Listed, parts: Sequence[Part], walk: Part) -> Rows:
    """The live rows that fit, among those of `walk`: along it, unless a filter has few rows."""
    walks = [walk_of(listed, part) for part in parts]
    along = walk_of(listed, walk)
    driver = _driver(tx, listed, walks, by_id=False, deleted=False)
    return _rows(listed, [*walks, along], along if driver.drives == listed.live else driver)


def _driver(tx: Runs, listed: Listed, walks: Sequence[Walk], *, by_id: bool, deleted: bool) -> Walk:
    if deleted:
        return Walk(listed.trash)
    driving = [walk for walk in walks if walk.drives]
    in_order = [walk for walk in driving if walk.by_id] if by_id else []
    if driving and not (in_order and len(walks) == 1):
        counts = [_count(tx, listed, walk) for walk in driving]
        if min(counts) <= FEW:
            return driving[counts.index(min(counts))]
    return in_order[0] if in_order else Walk(listed.live)


def _count(tx: Runs, listed: Listed, walk: Walk) -> int:
    """How many rows the filter alone has, up to one more than few."""
    where = f"{_source(listed, walk)} WHERE {walk.drives} AND {listed.alias}.workspace_id = :workspace_id"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {where} LIMIT :most) counted"
    return int(str(tx.value(sql, most=FEW + 1, **walk.params)))


def _rows(listed: Listed, walks: Sequence[Walk], driver: Walk) -> Rows:
    joined = [listed.live] if driver.source else []
    checks = [walk.checks for walk in walks if walk is not driver]
    params = joined_walks([*walks, driver])
    return Rows(_source(listed, driver), " AND ".join([driver.drives, *joined, *checks]), params)


def _source(listed: Listed, walk: Walk) -> str:
    return walk.source or f"{listed.table} {listed.alias}"


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
        SELECT {_shown(listed, sort)}
          FROM (SELECT {alias}.id AS page_id FROM {body}) page
         CROSS JOIN {listed.table} {alias} ON {alias}.id = page.page_id {listed.joins}
         WHERE {alias}.workspace_id = :workspace_id
         ORDER BY {_order(sort.columns, descending=descending)}"""


def _shown(listed: Listed, sort: Sort) -> str:
    keys = (f"{column} AS key_{place}" for place, column in enumerate(sort.columns))
    return ", ".join([listed.shown, *keys])


def _order(columns: tuple[str, ...], *, descending: bool) -> str:
    return ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in columns)
