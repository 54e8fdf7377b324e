"""Bulk changes of quotes in one transaction."""

from typing import Any, Literal, assert_never

from crm.db.transaction import Transaction
from crm.documents.fields import QuoteChanges, QuoteFields
from crm.documents.quote import QUOTE_RECORD, Quote, find_quote
from crm.documents.quotes import change_quote, create_quote
from crm.documents.trash import delete_quote, restore_quote
from crm.fields import Fields, Id, parse_fields
from crm.records.bulk import Assignment, Deletion, Outcome, Restoration, Tagging, Version, with_tags
from crm.records.skeleton import existing


class QuoteCreation(Fields):
    op: Literal["create"]
    fields: QuoteFields


class QuoteUpdate(Fields):
    op: Literal["update"]
    id: Id
    fields: QuoteChanges
    version: Version | None = None


QuoteOperation = QuoteCreation | QuoteUpdate | Tagging | Assignment | Deletion | Restoration


def run_operation(tx: Transaction, operation: QuoteOperation) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    match operation:
        case QuoteCreation():
            quote = create_quote(tx, operation.fields)
        case QuoteUpdate():
            quote = change_quote(tx, operation.id, operation.fields, expected_version=operation.version)
        case Tagging():
            quote = existing(QUOTE_RECORD, find_quote(tx, operation.id))
            quote = _set(tx, operation.id, {"tags": with_tags(quote.tags, operation.add, operation.remove)})
        case Assignment():
            quote = _set(tx, operation.id, {"owner_id": operation.owner_id})
        case Deletion():
            delete_quote(tx, operation.id, expected_version=operation.version)
            quote = existing(QUOTE_RECORD, find_quote(tx, operation.id))
        case Restoration():
            quote = restore_quote(tx, operation.id)
        case _:
            assert_never(operation)
    return Outcome(operation.op, quote.id, quote.version, tx.actor.operation_id)


def _set(tx: Transaction, quote_id: int, values: dict[str, Any]) -> Quote:
    return change_quote(tx, quote_id, parse_fields(QuoteChanges, values))
