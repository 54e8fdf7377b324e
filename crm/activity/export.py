"""The ledger as CSV: whole entries with their hashes, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

import orjson

from crm.activity.timeline import Activity

COLUMNS = (
    "id", "created_at", "actor_id", "actor", "action", "entity", "entity_id", "subject", "subject_id",
    "before", "after", "erased_at", "hash", "operation_id",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows UTF-8; without it "Müller" opens as "MÃ¼ller"."""


def csv_of(activities: Iterable[Activity], separator: str, *, header: bool) -> str:
    """Lines ended as RFC 4180 has them; `before` and `after` are JSON. The header comes behind the mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    if header:
        text.write(BYTE_ORDER_MARK)
        writer.writerow(COLUMNS)
    writer.writerows(map(_cells, activities))
    return text.getvalue()


def _cells(activity: Activity) -> Iterator[str]:
    actor = activity.actor
    row = {
        "id": activity.id,
        "created_at": activity.created_at,
        "actor_id": actor.id if actor else None,
        "actor": actor.name if actor else None,
        "action": activity.action,
        "entity": activity.entity,
        "entity_id": activity.entity_id,
        "subject": activity.subject,
        "subject_id": activity.subject_id,
        "before": _json(activity.before),
        "after": _json(activity.after),
        "erased_at": activity.erased_at,
        "hash": activity.hash,
        "operation_id": activity.operation_id,
    }
    return (_safe("" if row[name] is None else str(row[name])) for name in COLUMNS)


def _json(facts: dict[str, object] | None) -> str | None:
    return None if facts is None else orjson.dumps(facts).decode()


def _safe(text: str) -> str:
    """An apostrophe keeps a spreadsheet from reading a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
