"""The trash of kinds with custom fields: others may have the unique values of what is in it."""

from typing import TypeVar

from crm.custom_fields.uniqueness import claim_record, free_record
from crm.db.transaction import Transaction
from crm.records.record_trash import RecordTrash
from crm.records.skeleton import Deletable

D = TypeVar("D", bound=Deletable)


class CustomizedTrash(RecordTrash[D]):
    def delete(self, tx: Transaction, record_id: int, *, expected_version: int | None = None) -> None:
        """Raises NotFound, Stale, and Conflict."""
        super().delete(tx, record_id, expected_version=expected_version)
        free_record(tx, self.record.name, record_id)

    def restore(self, tx: Transaction, record_id: int, *, expected_version: int | None = None) -> D:
        """Raises NotFound unless it is in the trash, Stale, Conflict, and Invalid naming the field whose
        value another has by now.
        """
        found = super().restore(tx, record_id, expected_version=expected_version)
        claim_record(tx, self.record.name, record_id)
        return found
