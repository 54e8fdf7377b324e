"""What all lists share: order and page size."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.db.list_parts import Order, Sort
from crm.errors import Invalid, Sentence

DEFAULT_SORT = "-created_at"
TRASH_SORT = "-deleted_at"
COUNT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """When it is not exact, there are `total` or more."""

    total: int
    exact: bool


def order_of(sorts: Mapping[str, Sort], sort: str | None, *, deleted: bool) -> Order:
    """Raises Invalid naming `sort`."""
    sort = sort or (TRASH_SORT if deleted else DEFAULT_SORT)
    known = [name for name, each in sorts.items() if each.of_trash == deleted]
    key = sort.removeprefix("-")
    if key not in known:
        allowed = " or ".join(known)
        refusal = Sentence("must be {allowed}; a minus in front reverses the order", allowed=allowed)
        raise Invalid.field("sort", refusal)
    return Order(key, sort.startswith("-"))
