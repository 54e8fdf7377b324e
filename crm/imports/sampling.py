"""How to read the values of a file: as detected, or as people chose."""

from collections.abc import Mapping, Sequence

from crm.custom_fields.custom_field import CustomField
from crm.exports.tables import CSV_KEY
from crm.imports.interpreting import Reading
from crm.imports.mapping import NONE, Column
from crm.imports.reading.staged import Facts


def reading_of(
    facts: Facts,
    columns: Sequence[Column],
    region: str,
    *,
    decimal: str | None = None,
    date_order: str | None = None,
    zone: str = "UTC",
    custom: Mapping[str, CustomField] = NONE,
) -> Reading:
    return Reading(
        region,
        decimal or facts.decimal,
        date_order or facts.date_order,
        facts.width,
        facts.from_1904,
        _postal_digits(facts, columns),
        zone,
        CSV_KEY in facts.headers,
        custom,
    )


def _postal_digits(facts: Facts, columns: Sequence[Column]) -> int:
    """The length of the longest numeric postal code: one that is a digit shorter may have lost a zero."""
    places = [column.place for column in columns if column.field == "postal_code"]
    codes = (row[place].strip() for row in facts.sample for place in places if place < len(row))
    return max((len(code) for code in codes if code.isdigit()), default=0)
