"""Filters that lists of several kinds have: words, a tag, and amounts."""

from collections.abc import Iterable
from decimal import Decimal

from crm.db.bounds import bound_parts
from crm.db.list_parts import Part, Searched
from crm.db.search_query import parse_query
from crm.db.transaction import Transaction
from crm.money import as_stored
from crm.records.tags import tagged_part


def sought_parts(
    tx: Transaction,
    kind: str,
    words: str | None,
    tag: str | None,
    *,
    filled: str = "",
    digits: Iterable[str] = (),
) -> list[Part] | None:
    """None where nothing can match. `filled` is the column that every record with a tag has; `digits` are
    those of each phone number that the words may mean.
    """
    parts: list[Part] = []
    if words is not None and words.strip():
        query = parse_query(words, digits)
        if query is None:
            return None
        parts.append(Searched(query))
    if tag is not None:
        tagged = tagged_part(tx, kind, tag, filled=filled)
        if tagged is None:
            return None
        parts.append(tagged)
    return parts


def amount_parts(
    column: str, name: str, least: Decimal | None, most: Decimal | None, *, only: str = ""
) -> list[Part]:
    """Stored amounts are whole numbers: at most one means below the next."""
    low, high = (None if bound is None else as_stored(bound) for bound in (least, most))
    return bound_parts(column, name, low, None if high is None else high + 1, only=only)
