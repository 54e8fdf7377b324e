"""A page of a list. The number of rows read is bounded, whatever the data.

A filter with few rows is read whole, and sorted. Else the walk goes along the order's own index, or along one
that a filter has for this order, and each row is checked on the way. Where such a walk finds too little, a
filter with not too many rows is sorted after all; where there is none, the page ends where the walk ended.
"""

from collections.abc import Sequence

from crm.db.dialect import Runs
from crm.db.list_lanes import Keys, Lane
from crm.db.list_parts import Ids, Listed, ListRow, Looked, Order, Part
from crm.db.sqlite.list_lanes import Asked, driver_of, lanes_of
from crm.db.sqlite.list_paths import Path, end_of, length_of, read_sorted, walk_path
from crm.db.sqlite.list_plan import count_of
from crm.db.sqlite.list_walks import Walk, joined_walks, walk_of
from crm.db.values import Params

FEW = 2_000
MOST = 5_000
TRIED = 1_500
BUDGET = 7_500
COUNTED = 10_000
"""Of all filters together, however many there are."""
SMALL = 15_000
WEIGHT = 3
"""Of a row whose texts are searched, beside any other."""


def read_page(
    tx: Runs,
    listed: Listed,
    parts: Sequence[Part],
    order: Order,
    *,
    after: Keys | None,
    deleted: bool,
    limit: int,
    shown: Params,
) -> Looked[ListRow]:
    """`parts` are in the order of how selective they are."""
    walks = tuple(walk_of(listed, part) for part in parts)
    asked = Asked(tx, listed, order, walks, after, deleted, joined_walks(walks) | shown)
    lanes = lanes_of(asked)
    paths = [_path(asked, lane, None) for lane in lanes]
    if not any(path.checks for path in paths):
        return _along(asked, paths, limit, None)
    rarest, count = _rarest(asked)
    if rarest is not None and count <= FEW:
        return _sorted(asked, lanes[0], rarest, limit)
    if rarest is not None and count <= MOST:
        looked = _along(asked, [_path(asked, lane, rarest) for lane in lanes], limit, TRIED)
        return looked if looked.stopped is None else _sorted(asked, lanes[0], rarest, limit)
    return _along(asked, paths, limit, None if _is_small(asked) else BUDGET // _weight(asked))


def _weight(asked: Asked) -> int:
    return WEIGHT if asked.searches else 1


def _is_small(asked: Asked) -> bool:
    """Whether all rows of the workspace may be looked at: there are no more than the last id says."""
    last = f"COALESCE(max({asked.listed.key}), 0)"
    sql = f"SELECT {last} FROM {asked.listed.table} WHERE workspace_id = :workspace_id"
    return int(str(asked.tx.value(sql))) <= SMALL


def _rarest(asked: Asked) -> tuple[Walk | None, int]:
    """The filter with the fewest rows and how many it has, if those are not too many."""
    driving = [] if asked.deleted else [walk for walk in asked.walks if walk.drives]
    rarest, count = None, min(MOST // _weight(asked), COUNTED // max(1, len(driving)))
    for walk in driving:
        if count > FEW or rarest is None:
            rows = _count(asked, walk, count + 1)
            if rows <= count:
                rarest, count = walk, rows
    return rarest, count


def _count(asked: Asked, walk: Walk, most: int) -> int:
    if isinstance(walk.part, Ids):
        return min(most, len(walk.part.ids))
    return count_of(asked.tx, asked.listed, walk, most)


def _sorted(asked: Asked, lane: Lane[Walk], rarest: Walk, limit: int) -> Looked[ListRow]:
    """All rows that match the filter, sorted in the order of all lanes."""
    whole = lane if lane.moment else Lane(asked.sort.columns, after=asked.after)
    checks = tuple(walk for walk in asked.walks if walk is not rarest)
    path = Path(asked.listed, asked.order, whole, rarest, checks, asked.params)
    return Looked(read_sorted(asked.tx, path, limit))


def _path(asked: Asked, lane: Lane[Walk], rarest: Walk | None) -> Path:
    driver, covered = _driver(asked, lane, rarest)
    checks = [walk for walk in asked.walks if walk not in covered]
    along = lane.along
    if along is not None and driver is not along and not _holds(along, covered):
        checks.append(along)
    return Path(asked.listed, asked.order, lane, driver, tuple(checks), asked.params)


def _holds(along: Walk, covered: Sequence[Walk]) -> bool:
    """Whether a filter on the same column is walked along already."""
    return bool(along.column) and any(each.column == along.column for each in covered)


def _driver(asked: Asked, lane: Lane[Walk], rarest: Walk | None) -> tuple[Walk, Sequence[Walk]]:
    """The index to walk along, and the filters that this already fulfils."""
    if asked.deleted:
        return Walk(asked.listed.trash), ()
    if lane.by_id:
        return _driver_by_id(asked, lane, rarest)
    first = asked.sort.optional if lane.walked else lane.columns[0]
    in_order = [walk for walk in asked.walks if walk.drives and walk.column == first]
    paired = [walk for walk in asked.walks if (walk.name, asked.order.key) in asked.listed.paired]
    for walk in (*in_order, *paired):
        return walk, (walk,)
    return driver_of(lane) or Walk(asked.listed.live), ()


def _driver_by_id(asked: Asked, lane: Lane[Walk], rarest: Walk | None) -> tuple[Walk, Sequence[Walk]]:
    driver = driver_of(lane)
    if driver is not None:
        return driver, [walk for walk in asked.walks if walk.column == driver.column][:1]
    ordered = [walk for walk in asked.walks if walk.drives and walk.by_id]
    if rarest is not None and rarest.by_id:
        ordered = [rarest]
    return (ordered[0], ordered[:1]) if ordered else (Walk(asked.listed.live), ())


def _along(asked: Asked, paths: Sequence[Path], limit: int, budget: int | None) -> Looked[ListRow]:
    """The rows of one path after the other, until there are enough; without a budget, until all ended."""
    rows: list[ListRow] = []
    for place, path in enumerate(paths):
        rows += walk_path(asked.tx, path, limit - len(rows), budget)
        if len(rows) >= limit:
            break
        if budget is not None and path.checks:
            end = end_of(asked.tx, path, budget)
            if end is not None:
                return Looked(rows, end)
            if place + 1 < len(paths):
                budget = max(1, budget - length_of(asked.tx, path, budget))
    return Looked(rows)
