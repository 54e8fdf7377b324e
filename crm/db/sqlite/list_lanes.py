"""An order as several index walks, one after the other: empty values and others, or group by group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from crm.db.dialect import Runs
from crm.db.list_parts import Condition, Elsewhere, Groups, Listed, Order, Sort
from crm.db.sqlite.list_walks import Walk, walk_of
from crm.db.values import Params, SQLValue

Keys = Sequence[str | int]
Group = tuple[SQLValue, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """`along` is what all of its rows have in common, `prefix` the sort values that they share.

    An `along` that has no index is checked row by row.

    `columns` order the rest; the walk begins after the row with the values `after` in them. A `moment` is
    found by the id alone. Where `filled`, the first column is not empty.
    """

    columns: tuple[str, ...]
    along: Walk | None = None
    prefix: tuple[str | int, ...] = ()
    after: Keys | None = None
    moment: bool = False
    filled: bool = False
    walked: tuple[str, ...] = ()
    """The columns but the last, as they stand in what is walked, where that is another table."""

    @property
    def by_id(self) -> bool:
        return len(self.columns) == 1

    @property
    def driver(self) -> Walk | None:
        """What all rows have in common, if an index has it."""
        return self.along if self.along is not None and self.along.drives else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it is asked for; `params` are those of all its filters and of the list's own columns."""

    tx: Runs
    listed: Listed
    order: Order
    walks: tuple[Walk, ...]
    after: Keys | None
    deleted: bool
    params: Params

    @property
    def searches(self) -> bool:
        return any(walk.searches for walk in self.walks)

    @property
    def sort(self) -> Sort:
        return self.listed.sorts[self.order.key]


def lanes_of(asked: Asked) -> list[Lane]:
    sort = asked.sort
    if sort.groups is not None:
        return _by_groups(asked, sort, sort.groups)
    if sort.elsewhere is not None:
        return _by_elsewhere(asked, sort, sort.elsewhere)
    if sort.optional:
        return _by_optional(asked, sort)
    if sort.moment and any(walk.column == sort.moment for walk in asked.walks):
        return [Lane((sort.moment, *sort.columns), after=asked.after, moment=True)]
    return [Lane(sort.columns, after=asked.after)]


def _by_elsewhere(asked: Asked, sort: Sort, held: Elsewhere) -> list[Lane]:
    listed, after = asked.listed, asked.after
    exists = f"""EXISTS (SELECT 1
                         FROM {held.table} held
                        WHERE {held.where}
                          AND {held.row_id} = {listed.alias}.{listed.key}
                          AND {held.first})"""
    some = walk_of(listed, Condition(exists, by_id=False, elsewhere=held, walked=held.first))
    nothing = walk_of(listed, Condition(f"NOT {exists}", drives=False))
    full = Lane(sort.columns, some, walked=(held.value,))
    empty = Lane(sort.columns[-1:], nothing, (sort.nothing,))
    lanes = [full, empty] if asked.order.descending == (sort.nothing == "") else [empty, full]
    if any(walk.column and walk.column == sort.optional for walk in asked.walks):
        lanes = [full]
    if after is None:
        return lanes
    begun = empty if after[0] == sort.nothing else full
    rest = lanes[lanes.index(begun) + 1 :] if begun in lanes else []
    return [replace(begun, after=after[1:] if begun is empty else after), *rest]


def _by_optional(asked: Asked, sort: Sort) -> list[Lane]:
    column, after = sort.optional, asked.after
    nothing = walk_of(asked.listed, Condition(f"{column} IS NULL", column=column))
    some = walk_of(asked.listed, Condition(f"{column} > ''", by_id=False, column=column))
    if sort.only:
        nothing = walk_of(asked.listed, Condition(f"NOT ({sort.only})", drives=False))
        some = walk_of(asked.listed, Condition(sort.only, drives=False))
    empty = Lane(sort.columns[-1:], nothing, ("",))
    full = Lane((column, *sort.columns[-1:]), some, filled=True)
    lanes = [full, empty] if asked.order.descending else [empty, full]
    if any(walk.fills(column) for walk in asked.walks):
        lanes = [full]
    elif any(walk.empties(column) for walk in asked.walks):
        lanes = [empty]
    if after is None:
        return lanes
    begun = empty if after[0] == "" else full
    rest = lanes[lanes.index(begun) + 1 :] if begun in lanes else []
    return [replace(begun, after=after[1:] if begun is empty else after), *rest]


def _by_groups(asked: Asked, sort: Sort, groups: Groups) -> list[Lane]:
    found: list[Group] = [(None, "")] if sort.optional else []
    found = [*found, *asked.tx.tuples(groups.sql)]
    lanes = [_of_group(asked.listed, sort, groups, group) for group in found if _wanted(asked, groups, group)]
    descending, after = asked.order.descending, asked.after
    if descending:
        lanes.reverse()
    if after is None:
        return lanes
    place = tuple(after[:-1])

    def is_before(lane: Lane) -> bool:
        return lane.prefix > place if descending else lane.prefix < place

    return [
        replace(lane, after=after[-1:]) if lane.prefix == place else lane
        for lane in dropwhile(is_before, lanes)
    ]


def _wanted(asked: Asked, groups: Groups, group: Group) -> bool:
    """Whether the filters allow rows of the group."""
    return all(
        group[groups.named[walk.name]] == walk.params.get(walk.name)
        for walk in asked.walks
        if walk.name in groups.named
    )


def _of_group(listed: Listed, sort: Sort, groups: Groups, group: Group) -> Lane:
    one = f"{groups.column} IS NULL" if group[0] is None else f"{groups.column} = :lane_group"
    params: Params = {} if group[0] is None else {"lane_group": group[0]}
    along = walk_of(listed, Condition(one, params, column=groups.column))
    return Lane(sort.columns[-1:], along, tuple(key for key in group[1:] if isinstance(key, str | int)))
