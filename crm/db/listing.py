"""What the lists of all records share: in which order, and how many."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.db.list_parts import Plan, Sort
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence

DEFAULT_SORT = "-created_at"
TRASH_SORT = "-deleted_at"
COUNT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """When it is not exact, there are more than `total`."""

    total: int
    exact: bool


def count_rows(tx: Transaction, plan: Plan | None, limit: int | None) -> Count:
    """What the plan counts. To stay quick it stops at `limit`; None counts all."""
    if plan is None:
        return Count(0, exact=True)
    total = int(tx.value(plan.sql, limit=-1 if limit is None else limit + 1, **plan.params))
    if limit is None or total <= limit:
        return Count(total, exact=True)
    return Count(limit, exact=False)


def order_of(sorts: Mapping[str, Sort], sort: str | None, *, deleted: bool) -> tuple[str, bool]:
    """The name of the order, and whether it is descending. Raises Invalid naming `sort`."""
    sort = sort or (TRASH_SORT if deleted else DEFAULT_SORT)
    known = [name for name, each in sorts.items() if each.of_trash == deleted]
    key = sort.removeprefix("-")
    if key not in known:
        allowed = " or ".join(known)
        refusal = Sentence("must be {allowed}, with a minus before it for the reverse", allowed=allowed)
        raise Invalid.field("sort", refusal)
    return key, sort.startswith("-")
