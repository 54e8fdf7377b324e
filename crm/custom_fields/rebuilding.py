"""Making anew what is derived of the custom values of a record."""

from crm.custom_fields.custom_field import SELECT, CustomField, field_of, plain
from crm.custom_fields.definitions import note_change
from crm.custom_fields.field_types import own_key
from crm.custom_fields.values import holder_of, index_value, keep_custom, stored_custom
from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of


def rebuild_custom(tx: Transaction, kind: str, record_id: int, *, live: bool) -> None:
    """What the record is filtered and sorted by; values of purged fields go from its row.

    A record that comes back does not take a unique value from the one that has it now.
    """
    table = kinds_of(tx).by_name[kind].table
    stored = stored_custom(tx, table, record_id)
    if not stored:
        return
    kept = dict(stored)
    for field in _all_fields(tx, kind):
        if field.purged_at is not None and field.stored_key in kept:
            index_value(tx, field, record_id, None)
            del kept[field.stored_key]
        elif field.stored_key in kept:
            value = plain(kept[field.stored_key])
            free = live and field.deleted_at is None
            holder = holder_of(tx, field, own_key(field, value)) if free else None
            index_value(tx, field, record_id, value, live=free and holder in (None, record_id))
    if kept != stored:
        keep_custom(tx, table, record_id, kept)


def rebuild_field(tx: Transaction, _field_id: int) -> None:
    """One that comes from elsewhere is known from now on."""
    note_change(tx)


def _all_fields(tx: Transaction, kind: str) -> list[CustomField]:
    return [field_of(row) for row in tx.all(f"{SELECT} AND kind = :kind", kind=kind)]
