"""Stock numbers: given by hand, or the next of the workspace's series. None is ever used again."""

from crm.db.transaction import Transaction
from crm.fields import name_key
from crm.numbers.issuing import assign_number, next_number, take_number

stock_key = name_key
"""Equal for two spellings of one number."""


def number_for_new(tx: Transaction, given: str | None) -> str:
    """The given one, or the next. Raises Conflict for one that was ever given."""
    if given is None:
        return next_number(tx, "stock")
    take_number(tx, "stock", given)
    return given


def note_number(tx: Transaction, number: str, vehicle_id: int) -> None:
    """In the register, once the vehicle is stored."""
    assign_number(tx, "stock", number, "vehicle", vehicle_id)


def change_number(tx: Transaction, number: str, vehicle_id: int) -> None:
    """To another one, or back to one that the vehicle had. Raises Conflict for any that was ever given."""
    if not _was_its_own(tx, number, vehicle_id):
        take_number(tx, "stock", number)
        note_number(tx, number, vehicle_id)


def _was_its_own(tx: Transaction, number: str, vehicle_id: int) -> bool:
    found = tx.value(
        """
        SELECT 1
          FROM issued_numbers
         WHERE workspace_id = :workspace_id
           AND kind = 'stock'
           AND number_key = :key
           AND subject = 'vehicle'
           AND subject_id = :vehicle_id
        """,
        key=stock_key(number),
        vehicle_id=vehicle_id,
    )
    return found is not None
