"""The lanes of an order, as SQLite walks along them."""

from dataclasses import dataclass

from crm.db import list_lanes
from crm.db.dialect import Runs
from crm.db.list_lanes import Keys, Lane, Way
from crm.db.list_parts import Condition, Listed, Order, Sort
from crm.db.sqlite.list_walks import Walk, walk_of
from crm.db.values import Params


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


def lanes_of(asked: Asked) -> list[Lane[Walk]]:
    parts = [walk.part for walk in asked.walks if walk.part is not None]
    way = Way(asked.tx, asked.listed, parts, asked.order, asked.after)
    return [_walked(asked.listed, lane) for lane in list_lanes.lanes_of(way)]


def _walked(listed: Listed, lane: Lane[Condition]) -> Lane[Walk]:
    along = None if lane.along is None else walk_of(listed, lane.along)
    return Lane(lane.columns, along, lane.prefix, lane.after, lane.moment, lane.filled, lane.walked)


def driver_of(lane: Lane[Walk]) -> Walk | None:
    """What all rows of the lane have in common, if an index has it."""
    return lane.along if lane.along is not None and lane.along.drives else None
