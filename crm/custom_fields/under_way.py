"""What a change of a field's type that is under way means to everything else."""

from crm.custom_fields.custom_field import CustomField
from crm.db.transaction import Transaction
from crm.errors import Conflict


def is_under_way(tx: Transaction, field_id: int) -> bool:
    sql = "SELECT 1 FROM custom_conversions WHERE workspace_id = :workspace_id AND field_id = :field_id"
    return tx.value(sql, field_id=field_id) is not None


def refuse_under_way(tx: Transaction, field: CustomField) -> None:
    """Raises Conflict while the type of the field is being changed."""
    if is_under_way(tx, field.id):
        raise Conflict("The type of this field is being changed. Wait until that has ended, or cancel it.")
