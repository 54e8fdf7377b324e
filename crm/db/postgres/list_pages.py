"""A page of a list on a server: a few walks along indexes in one statement, each of which ends early.

An order by values that may be empty, or by what another table says, has no index of its own: it is walked as
several lanes, each of them in the order of an index.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm.db.dialect import Runs
from crm.db.list_lanes import Keys, Lane, Way, lanes_of
from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part
from crm.db.postgres.lists import Fitting, fitting_of
from crm.db.values import Params

BATCH = 16
"""Lanes in one statement: an order by groups has one for each."""
GROUP = re.compile(r":lane_group\b")


@dataclass(frozen=True, slots=True)
class Walk:
    """The ids of a lane's first rows, in its order."""

    sql: str
    params: Params


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
    """The ids first, so that columns of other tables are read only for the rows shown."""
    way = Way(tx, listed, parts, order, after)
    fitting = fitting_of(listed, parts, deleted=deleted)
    lanes = lanes_of(way)
    rows: list[ListRow] = []
    for first in range(0, len(lanes), BATCH):
        batch = lanes[first : first + BATCH]
        walks = [_walk(way, fitting, lane, place) for place, lane in enumerate(batch)]
        params = {name: value for each in walks for name, value in each.params.items()}
        rows += tx.tuples(_page(way, walks), limit=limit - len(rows), **{**fitting.params, **params, **shown})
        if len(rows) >= limit:
            break
    return Looked(rows)


def _page(way: Way, walks: Sequence[Walk]) -> str:
    listed, columns = way.listed, way.sort.columns
    page = "\n UNION ALL ".join(walk.sql for walk in walks)
    keys = ", ".join(f"{column} AS key_{at}" for at, column in enumerate(columns))
    within = columns[-1:] if way.sort.groups is not None else columns
    return f"""
        SELECT {listed.shown}, {keys}
          FROM ({page}) page
          JOIN {listed.table} {listed.alias} ON {_key(listed)} = page.page_id {listed.joins}
         WHERE {listed.alias}.workspace_id = :workspace_id
         ORDER BY page.lane, {_ordered(within, way.order)}
         LIMIT :limit"""


def _walk(way: Way, fitting: Fitting, lane: Lane[Condition], place: int) -> Walk:
    listed, along = way.listed, lane.along
    source = f"{listed.table} {listed.alias}"
    columns = way.sort.columns if lane.moment else lane.columns
    conditions: list[str] = [fitting.where]
    params: Params = {}
    if along is not None and along.elsewhere is not None:
        held = along.elsewhere
        source = f"{held.table} held JOIN {source} ON {_key(listed)} = {held.row_id}"
        columns = (*lane.walked, held.row_id)
        conditions += [held.where, along.walked]
    elif along is not None:
        conditions.append(GROUP.sub(f":lane_group_{place}", along.sql))
        params = {f"{name}_{place}": value for name, value in along.params.items()}
        if along.column and along.column not in columns and not way.sort.apart:
            columns = (along.column, *columns)
    beyond, values = _after(columns, lane.after, place, descending=way.order.descending)
    return Walk(
        f"""(SELECT {_key(listed)} AS page_id, {place} AS lane
                  FROM {source}
                 WHERE {" AND ".join(conditions)}{beyond}
                 ORDER BY {_ordered(columns, way.order)}
                 LIMIT :limit)""",
        {**params, **values},
    )


def _after(
    columns: Sequence[str], after: Keys | None, place: int, *, descending: bool
) -> tuple[str, dict[str, str | int]]:
    """In the last columns: what a lane's rows share stands before them."""
    if after is None:
        return "", {}
    names = [f"after_{place}_{at}" for at in range(len(after))]
    values = ", ".join(f":{name}" for name in names)
    own = ", ".join(columns[-len(after) :])
    return f" AND ({own}) {'<' if descending else '>'} ({values})", dict(zip(names, after, strict=True))


def _ordered(columns: Sequence[str], order: Order) -> str:
    return ", ".join(f"{column} {'DESC' if order.descending else 'ASC'}" for column in columns)


def _key(listed: Listed) -> str:
    return f"{listed.alias}.{listed.key}"
