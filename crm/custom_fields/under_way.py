"""What a change of a field's type that is under way means to everything else."""

from crm.custom_fields.custom_field import CustomField
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.kinds import kinds_of

KEPT = Sentence(
    "Records that may no longer change have values of this field, such as issued invoices. Make a new field "
    "instead, and remove this one."
)
HIDDEN = Sentence(
    "Records that may no longer change have values of this field, such as issued invoices. It stays removed, "
    "and its values stay hidden."
)


def is_under_way(tx: Transaction, field_id: int) -> bool:
    sql = "SELECT 1 FROM custom_conversions WHERE workspace_id = :workspace_id AND field_id = :field_id"
    return tx.value(sql, field_id=field_id) is not None


def refuse_under_way(tx: Transaction, field: CustomField) -> None:
    """Raises Conflict while the type of the field is being changed."""
    if is_under_way(tx, field.id):
        raise Conflict("The type of this field is being changed. Wait until that has ended, or cancel it.")


def refuse_frozen(tx: Transaction, field: CustomField, words: Sentence = KEPT) -> None:
    """Raises Conflict where a record that nobody may change any more has a value."""
    if has_frozen(tx, field):
        raise Conflict(words)


def has_frozen(tx: Transaction, field: CustomField) -> bool:
    kinds = kinds_of(tx)
    frozen = kinds.customized[field.kind].frozen
    if not frozen:
        return False
    sql = f"""
        SELECT 1
          FROM custom_values v
          JOIN {kinds.by_name[field.kind].table} held ON held.workspace_id = :workspace_id
                                                     AND held.id = v.record_id
         WHERE v.workspace_id = :workspace_id
           AND v.field_id = :field_id
           AND {frozen}
         LIMIT 1
    """
    return tx.value(sql, field_id=field.values_id) is not None
