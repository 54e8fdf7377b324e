"""The conditions of a list, in the calendar of the reader."""

from crm.accounts.zones import calendar_of
from crm.db.list_parts import Part
from crm.db.transaction import Transaction
from crm.records.conditions.compiling import conditions_of


def with_conditions(
    tx: Transaction, kind: str, alias: str, text: str | None, parts: list[Part]
) -> list[Part] | None:
    """`parts` and what `?filter=` adds to them; None where nothing can match.

    Raises Invalid naming each place that is wrong.
    """
    if text is None:
        return parts
    found = conditions_of(tx, kind, alias, text, calendar_of(tx), taken=parts)
    return None if found is None else [*parts, *found]
