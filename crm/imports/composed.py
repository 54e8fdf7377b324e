"""Records as they were composed for the check, kept beside it: the import need not compose them again.

Only the usual ones are kept. A record with a problem, or with values that JSON has not, is composed anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import Any

import orjson

from crm.imports.record import Address, EmailAddress, LeadPart, Phone, Record
from crm.imports.review import PREFIX

RECORDS = "records"
NAMES = tuple(field.name for field in fields(Record) if field.name not in {"row", "problems"})
LEAD = tuple(field.name for field in fields(LeadPart) if field.name != "value")
PARTS: dict[str, type[Any]] = {"emails": EmailAddress, "phones": Phone, "addresses": Address}
PAIRS = ("further", "kept")


def packed_records(records: Sequence[Record]) -> bytes:
    """A line for each."""
    return b"".join(orjson.dumps([each.row, _packed(each)]) + b"\n" for each in records)


def _packed(record: Record) -> dict[str, Any] | None:
    if record.problems or record.consents or record.item is not None or record.exported is not None:
        return None
    values = _said(record, NAMES)
    if record.lead is not None:
        if record.lead.exported is not None:
            return None
        amount = record.lead.value
        values["lead"] = _said(record.lead, LEAD) | ({} if amount is None else {"value": str(amount)})
    return values


def _said(part: Record | LeadPart, names: Sequence[str]) -> dict[str, Any]:
    """Without what is empty, as most is."""
    return {name: value for name in names if (value := getattr(part, name))}


def composed_records(folder: Path, review: str) -> Iterator[tuple[int, Record | None]]:
    """The number of each row with its record; nothing where the check is not there any more."""
    try:
        with (folder / f"{PREFIX}{review}" / RECORDS).open("rb") as lines:
            yield from map(_unpacked, lines)
    except FileNotFoundError:
        pass
    yield from repeat((0, None))


def _unpacked(line: bytes) -> tuple[int, Record | None]:
    row, values = orjson.loads(line)
    if values is None:
        return row, None
    for name, part in PARTS.items():
        if name in values:
            values[name] = [part(**each) for each in values[name]]
    for name in PAIRS:
        if name in values:
            values[name] = [(header, text) for header, text in values[name]]
    if "lead" in values:
        amount = values["lead"].pop("value", None)
        values["lead"] = LeadPart(**values["lead"], value=None if amount is None else Decimal(amount))
    return row, Record(row, **values)
