"""Removing custom fields: hidden with their values, brought back, or purged for good."""

from dataclasses import replace

from crm.activity import activity
from crm.custom_fields.custom_field import (
    FIELD_RECORD,
    CustomField,
    custom_fields_of,
    get_custom_field,
    get_removed_field,
)
from crm.custom_fields.custom_fields import refuse_label_taken
from crm.custom_fields.definitions import note_change, put_in_place, search_anew
from crm.custom_fields.fields import MOST_FIELDS
from crm.custom_fields.under_way import HIDDEN, refuse_frozen, refuse_under_way
from crm.custom_fields.uniqueness import claim_values, free_values
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.skeleton import refuse_stale
from crm.records.tombstones import bury, unbury


def remove_custom_field(tx: Transaction, field_id: int, *, expected_version: int | None = None) -> None:
    """Hide it with its values, until it is restored or purged. Raises NotFound and Stale."""
    field = get_custom_field(tx, field_id)
    refuse_stale(FIELD_RECORD, field, expected_version)
    refuse_under_way(tx, field)
    if field.unique:
        free_values(tx, field)
    bury(tx, FIELD_RECORD, field)
    note_change(tx)
    search_anew(tx, field.kind)


def restore_custom_field(tx: Transaction, field_id: int) -> CustomField:
    """With its values, at the end. Raises NotFound, and Conflict where another has its name or its values by
    now.
    """
    field = get_removed_field(tx, field_id)
    known = custom_fields_of(tx, field.kind)
    refuse_label_taken(known, field.label)
    if len(known.all) >= MOST_FIELDS:
        raise Conflict(Sentence("A kind of record can have at most {n} custom fields.", n=MOST_FIELDS))
    put_in_place(tx, field, len(known.all))
    unbury(tx, FIELD_RECORD, field)
    if field.unique:
        claim_values(tx, replace(field, deleted_at=None))
    note_change(tx)
    search_anew(tx, field.kind)
    return get_custom_field(tx, field_id)


def purge_custom_field(tx: Transaction, field_id: int) -> None:
    """Its values go for good: the worker takes them out of the records, some at a time.

    The field itself stays as a name for what the ledger says. Raises NotFound unless it was removed, and
    Conflict where a record that nobody may change any more has a value.
    """
    field = get_removed_field(tx, field_id)
    refuse_frozen(tx, field, HIDDEN)
    tx.run(
        """
        UPDATE custom_fields
           SET purged_at = :now, default_value = NULL, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :field_id
        """,
        field_id=field_id,
    )
    note_change(tx)
    search_anew(tx, field.kind)
    activity.record(tx, "custom_field.purged", "custom_field", field_id, before={"label": field.label})
