"""An order as several index walks, one after the other: empty values and others, or group by group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Generic, TypeVar

from crm.db.dialect import Runs
from crm.db.list_parts import Condition, Elsewhere, Groups, Listed, Order, Part, Sort, Tagged
from crm.db.values import Params, SQLValue

Keys = Sequence[str | int]
Group = tuple[SQLValue, ...]
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Lane(Generic[A]):
    """`along` is what all of its rows have in common, `prefix` the sort values that they share.

    An `along` that has no index is checked row by row.

    `columns` order the rest; the walk begins after the row with the values `after` in them. A `moment` is
    found by the id alone. Where `filled`, the first column is not empty.
    """

    columns: tuple[str, ...]
    along: A | None = None
    prefix: tuple[str | int, ...] = ()
    after: Keys | None = None
    moment: bool = False
    filled: bool = False
    walked: tuple[str, ...] = ()
    """The columns but the last, as they stand in what is walked, where that is another table."""

    @property
    def by_id(self) -> bool:
        return len(self.columns) == 1


@dataclass(frozen=True, slots=True)
class Way:
    """A page as it is asked for: the list, its filters, its order, and after which values."""

    tx: Runs
    listed: Listed
    parts: Sequence[Part]
    order: Order
    after: Keys | None

    @property
    def sort(self) -> Sort:
        return self.listed.sorts[self.order.key]


Lanes = list[Lane[Condition]]


def lanes_of(way: Way) -> Lanes:
    sort = way.sort
    if sort.groups is not None:
        return _by_groups(way, sort, sort.groups)
    if sort.elsewhere is not None:
        return _by_elsewhere(way, sort, sort.elsewhere)
    if sort.optional:
        return _by_optional(way, sort)
    if sort.moment and any(column_of(part) == sort.moment for part in way.parts):
        return [Lane((sort.moment, *sort.columns), after=way.after, moment=True)]
    return [Lane(sort.columns, after=way.after)]


def _by_elsewhere(way: Way, sort: Sort, held: Elsewhere) -> Lanes:
    listed = way.listed
    exists = f"""EXISTS (SELECT 1
                         FROM {held.table} held
                        WHERE {held.where}
                          AND {held.row_id} = {listed.alias}.{listed.key}
                          AND {held.first})"""
    some = Condition(exists, by_id=False, elsewhere=held, walked=held.first)
    full = Lane(sort.columns, some, walked=(held.value,))
    empty = Lane(sort.columns[-1:], Condition(f"NOT {exists}", drives=False), (sort.nothing,))
    lanes = [full, empty] if way.order.descending == (sort.nothing == "") else [empty, full]
    if sort.optional and any(column_of(part) == sort.optional for part in way.parts):
        lanes = [full]
    return _from(way, lanes, empty, full, sort.nothing)


def _by_optional(way: Way, sort: Sort) -> Lanes:
    column = sort.optional
    nothing = Condition(f"{column} IS NULL", column=column)
    some = Condition(f"{column} > ''", by_id=False, column=column)
    if sort.only:
        nothing = Condition(f"NOT ({sort.only})", drives=False)
        some = Condition(sort.only, drives=False)
    empty = Lane(sort.columns[-1:], nothing, ("",))
    full = Lane((column, *sort.columns[-1:]), some, filled=True)
    lanes = [full, empty] if way.order.descending else [empty, full]
    if any(_fills(part, column) for part in way.parts):
        lanes = [full]
    elif any(isinstance(part, Condition) and part.empty == column for part in way.parts):
        lanes = [empty]
    return _from(way, lanes, empty, full, "")


def _from(way: Way, lanes: Lanes, empty: Lane[Condition], full: Lane[Condition], nothing: str) -> Lanes:
    """The lanes from the one on in which the last page ended."""
    if way.after is None:
        return lanes
    begun = empty if way.after[0] == nothing else full
    rest = lanes[lanes.index(begun) + 1 :] if begun in lanes else []
    return [replace(begun, after=way.after[1:] if begun is empty else way.after), *rest]


def _by_groups(way: Way, sort: Sort, groups: Groups) -> Lanes:
    found: list[Group] = [(None, "")] if sort.optional else []
    found = [*found, *way.tx.tuples(groups.sql)]
    lanes = [_of_group(sort, groups, group) for group in found if _wanted(way, groups, group)]
    descending, after = way.order.descending, way.after
    if descending:
        lanes.reverse()
    if after is None:
        return lanes
    place = tuple(after[:-1])

    def is_before(lane: Lane[Condition]) -> bool:
        return lane.prefix > place if descending else lane.prefix < place

    return [
        replace(lane, after=after[-1:]) if lane.prefix == place else lane
        for lane in dropwhile(is_before, lanes)
    ]


def _wanted(way: Way, groups: Groups, group: Group) -> bool:
    """Whether the filters allow rows of the group."""
    return all(
        group[groups.named[part.name]] == part.params.get(part.name)
        for part in way.parts
        if isinstance(part, Condition) and part.name in groups.named
    )


def _of_group(sort: Sort, groups: Groups, group: Group) -> Lane[Condition]:
    one = f"{groups.column} IS NULL" if group[0] is None else f"{groups.column} = :lane_group"
    params: Params = {} if group[0] is None else {"lane_group": group[0]}
    along = Condition(one, params, column=groups.column)
    return Lane(sort.columns[-1:], along, tuple(key for key in group[1:] if isinstance(key, str | int)))


def column_of(part: Part) -> str:
    return part.column if isinstance(part, Condition) else ""


def _fills(part: Part, column: str) -> bool:
    fitting = isinstance(part, Condition | Tagged) and part.filled == column
    return fitting or column_of(part) == column
