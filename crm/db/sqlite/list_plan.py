"""Counting and reading whole lists. The index to use is chosen here, not left to SQLite's planner."""

from collections.abc import Sequence

from crm.db.dialect import Runs
from crm.db.list_parts import Listed, Part, Rows
from crm.db.sqlite.list_walks import Walk, joined_walks, source_of, walk_of
from crm.db.values import Params

FEW = 2_000
LOOKED_AT, SEARCHED = 9_000, 3_000
"""Rows, and rows whose texts are searched beside other filters."""


def count_page(
    tx: Runs, listed: Listed, parts: Sequence[Part], *, deleted: bool, limit: int | None
) -> tuple[int, bool]:
    """How many rows fit, and whether that is all; with a limit only so many rows are looked at.

    Every filter is a reason to look at fewer: the rarest drives, so that nothing costs what that costs.
    """
    walks = [walk_of(listed, part) for part in parts]
    driver = Walk(listed.trash) if deleted else _driver(tx, listed, walks)
    checks = "".join(f" AND {walk.checks}" for walk in walks if walk is not driver)
    params = joined_walks([*walks, driver])
    looked_at = SEARCHED if any(walk.searches for walk in walks) else LOOKED_AT
    found = _count(tx, _fitting(listed, driver, checks, limit and looked_at), params, limit)
    if limit is None or found > limit:
        return (found, True) if limit is None else (limit, False)
    walked = Rows(*_walked(listed, driver), {})
    return found, not checks or _count(tx, walked, params, looked_at) <= looked_at


def _fitting(listed: Listed, driver: Walk, checks: str, most: int | None) -> Rows:
    alias, (source, where) = listed.alias, _walked(listed, driver)
    if not checks:
        return Rows(source, where, {})
    bound = f"LIMIT {most}" if most else ""
    row_id = driver.listed_id or driver.row_id or f"{alias}.{listed.key}"
    walked = f"(SELECT {row_id} AS id FROM {source} WHERE {where} {bound}) walked"
    source = f"{walked} CROSS JOIN {listed.table} {alias} ON {alias}.{listed.key} = walked.id"
    return Rows(source, f"{alias}.workspace_id = :workspace_id{checks}", {})


def _walked(listed: Listed, driver: Walk) -> tuple[str, str]:
    live = f" AND {listed.live}" if driver.source else ""
    return source_of(listed, driver), f"{driver.drives}{live}"


def _count(tx: Runs, rows: Rows, params: Params, limit: int | None) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {rows.source} WHERE {rows.where} LIMIT :most) counted"
    return int(str(tx.value(sql, most=-1 if limit is None else limit + 1, **params)))


def plan_rows(tx: Runs, listed: Listed, parts: Sequence[Part], walk: Part) -> Rows:
    """The live rows that fit, among those of `walk`: along it, unless a filter has few rows."""
    walks = [walk_of(listed, part) for part in parts]
    along = walk_of(listed, walk)
    few = _few(tx, listed, walks)
    driver = along if few is None else few
    joined = [listed.live] if driver.source else []
    checks = [each.checks for each in (*walks, along) if each is not driver]
    params = joined_walks([*walks, along])
    return Rows(source_of(listed, driver), " AND ".join([driver.drives, *joined, *checks]), params)


def _driver(tx: Runs, listed: Listed, walks: Sequence[Walk]) -> Walk:
    driving = [walk for walk in walks if walk.drives]
    if len(walks) == 1 and driving:
        return driving[0]
    few = _few(tx, listed, walks)
    return few or (driving[0] if driving else Walk(listed.live))


def _few(tx: Runs, listed: Listed, walks: Sequence[Walk]) -> Walk | None:
    """The filter with the fewest rows, if those are few."""
    rarest, least = None, FEW
    for walk in walks:
        if walk.drives and least:
            rows = count_of(tx, listed, walk, least + 1)
            if rows <= least:
                rarest, least = walk, rows
    return rarest


def count_of(tx: Runs, listed: Listed, walk: Walk, most: int) -> int:
    """How many rows match this filter alone, up to `most`."""
    where = f"{walk.drives} AND {listed.alias}.workspace_id = :workspace_id"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {source_of(listed, walk)} WHERE {where} LIMIT :most) counted"
    return int(str(tx.value(sql, most=most, **walk.params)))
